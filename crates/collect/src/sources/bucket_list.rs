//! The account's buckets, and the region of each.

use aws_sdk_s3::error::SdkError;
use jiff::Timestamp;
use s3attest_gateway::{AccountSession, AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::account::BucketListing;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::identifiers::{BucketName, Partition, RegionName};

use crate::orchestrator::Context;
use crate::pages::{Pages, Turn};

const LIST: AllowedOperation = AllowedOperation {
    service: "S3",
    name: "ListBuckets",
    label: "s3.ListBuckets",
    actions: &["s3:ListAllMyBuckets"],
    class: "s3",
    in_session: true,
    times: Times::each(Unit::Account),
};

/// Asked without the permission to list objects: S3 names the region also in the headers of a refusal.
const HEAD: AllowedOperation = AllowedOperation {
    service: "S3",
    name: "HeadBucket",
    label: "s3.HeadBucket",
    actions: &[],
    class: "s3",
    in_session: true,
    times: Times::seldom("only where the list names no region"),
};

const LOCATION: AllowedOperation = AllowedOperation {
    service: "S3",
    name: "GetBucketLocation",
    label: "s3.GetBucketLocation",
    actions: &["s3:GetBucketLocation"],
    class: "s3",
    in_session: true,
    times: Times::seldom("only where neither list nor headers name a region"),
};

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, HEAD, LOCATION];

/// A bucket as the list names it.
#[derive(Debug, Clone)]
pub(crate) struct ListedBucket {
    pub(crate) name: BucketName,
    /// The region, when the list says it.
    pub(crate) region: Option<RegionName>,
    pub(crate) created_at: Option<Timestamp>,
}

/// The buckets of an account by name, and whether the list is complete.
pub(crate) struct BucketList {
    pub(crate) buckets: Vec<ListedBucket>,
    pub(crate) listing: Evidence<BucketListing>,
}

pub(crate) async fn list(context: &Context, session: &AccountSession, home: &RegionName) -> BucketList {
    let client = session.s3(home);
    let mut buckets = Vec::new();
    let mut pages = Pages::default();
    let listing = loop {
        // Any parameter makes S3 answer with the region of each bucket, and accounts with a large quota must ask by pages.
        let request = client
            .list_buckets()
            .max_buckets(1000)
            .set_continuation_token(pages.token());
        let page = observe(LIST.operation(), &[], request.send().await, context.now(), |output| {
            let listed = output.buckets.ok_or(Malformed("the answer holds no list of buckets"))?;
            for bucket in listed {
                let name = bucket.name.ok_or(Malformed("a listed bucket has no name"))?;
                let name = BucketName::new(name).map_err(|_| Malformed("a listed bucket has an invalid name"))?;
                buckets.push(ListedBucket {
                    name,
                    region: bucket.bucket_region.and_then(|region| RegionName::new(region).ok()),
                    created_at: bucket.creation_date.and_then(|date| timestamp(&date)),
                });
            }
            Ok(Some(output.continuation_token))
        });
        let next = match page.observed {
            Observed::Present(next) => next,
            Observed::Gap(gap) => break Evidence::gap(gap, page.source),
            Observed::Absent => None,
        };
        match pages.turn(next) {
            Turn::Next => {}
            Turn::Last => {
                break Evidence::present(
                    BucketListing {
                        count: buckets.len() as u64,
                    },
                    page.source,
                );
            }
            Turn::Endless(detail) => break Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), page.source),
        }
    };
    buckets.sort_by(|left, right| left.name.cmp(&right.name));
    BucketList { buckets, listing }
}

/// The region of a bucket: as listed, or from the header that `HeadBucket` carries even when it is refused, or by
/// `GetBucketLocation`.
pub(crate) async fn region(
    context: &Context,
    session: &AccountSession,
    home: &RegionName,
    bucket: &ListedBucket,
    listed_by: &Source,
) -> Evidence<RegionName> {
    if let Some(region) = &bucket.region {
        return Evidence::present(region.clone(), listed_by.clone());
    }
    let client = session.s3(home);
    let owner = session.account().as_str();
    let head = client
        .head_bucket()
        .bucket(bucket.name.as_str())
        .expected_bucket_owner(owner)
        .send()
        .await;
    let header = match &head {
        Ok(output) => output.bucket_region().map(str::to_owned),
        Err(SdkError::ServiceError(error)) => error.raw().headers().get("x-amz-bucket-region").map(str::to_owned),
        Err(_) => None,
    };
    let by_header = header.and_then(|text| RegionName::new(text).ok());
    let head = observe(HEAD.operation(), &[], head, context.now(), |_| Ok(Some(())));
    if let Some(region) = by_header {
        return Evidence::present(region, head.source);
    }
    let request = client
        .get_bucket_location()
        .bucket(bucket.name.as_str())
        .expected_bucket_owner(owner);
    observe(
        LOCATION.operation(),
        &[],
        request.send().await,
        context.now(),
        |output| {
            // The first region has no constraint, and the oldest constraint of Ireland is `EU`
            // (Amazon S3 API Reference, `GetBucketLocation`).
            let text = output
                .location_constraint()
                .map_or("", aws_sdk_s3::types::BucketLocationConstraint::as_str);
            let text = match text {
                "" if context.gateway.partition() == Partition::Aws => "us-east-1",
                "EU" => "eu-west-1",
                other => other,
            };
            RegionName::new(text)
                .map(Some)
                .map_err(|_| Malformed("the location is not a region"))
        },
    )
}

/// An SDK time as ours; `None` for one outside the range of our calendar.
pub(crate) fn timestamp(date: &aws_sdk_s3::primitives::DateTime) -> Option<Timestamp> {
    Timestamp::new(date.secs(), i32::try_from(date.subsec_nanos()).ok()?).ok()
}
