//! The list of buckets, and where a bucket is.

use super::{Answer, NAMESPACE};
use crate::protocol::xml::Xml;
use crate::protocol::{Body, Failure, Success};
use crate::services::Call;

/// `ListBuckets` gives at most ten thousand (Amazon S3 API Reference).
const LARGEST_PAGE: usize = 10_000;

pub(super) fn list_buckets(call: &Call<'_>) -> Answer {
    let lists = call.world.scenario().bucket_lists;
    let asked = call.parameter("max-buckets");
    let size = match asked.as_deref().map(str::parse::<usize>) {
        None => LARGEST_PAGE,
        Some(Ok(size)) if (1..=LARGEST_PAGE).contains(&size) => size,
        Some(_) => {
            return Err(Failure::new(
                400,
                "InvalidArgument",
                "Argument max-buckets must be an integer between 1 and 10000",
            ));
        }
    };
    let region = call.parameter("bucket-region");
    if region.as_deref().is_some_and(|region| region != call.region) {
        let message = "Argument value is not valid: bucket-region must be the region of the endpoint";
        return Err(Failure::new(400, "InvalidArgument", message));
    }
    let prefix = call.parameter("prefix");
    let token = call.parameter("continuation-token");
    let is_paged = asked.is_some() || token.is_some();
    // Any parameter makes S3 tell the regions (Amazon S3 API Reference, `Bucket`).
    let tells_region = lists.region && (is_paged || region.is_some() || prefix.is_some());
    let size = if is_paged {
        size.min(lists.page_size.max(1))
    } else {
        size
    };
    let buckets = &call.account().buckets;
    let first = match token.as_deref() {
        None => 0,
        Some(token) => {
            let last = token
                .strip_prefix("after:")
                .ok_or_else(|| Failure::new(400, "InvalidArgument", "The continuation token provided is incorrect"))?;
            buckets.partition_point(|bucket| bucket.name.as_str() <= last)
        }
    };
    let mut wanted = buckets[first..]
        .iter()
        .filter(|bucket| region.as_deref().is_none_or(|region| bucket.region == region))
        .filter(|bucket| prefix.as_deref().is_none_or(|prefix| bucket.name.starts_with(prefix)))
        .peekable();
    let mut last = None;
    Ok(Success::xml(Xml::document(
        "ListAllMyBucketsResult",
        NAMESPACE,
        |xml| {
            xml.within("Owner", |xml| {
                xml.text("ID", call.world.canonical_id(call.caller.account));
            });
            xml.within("Buckets", |xml| {
                for bucket in wanted.by_ref().take(size) {
                    xml.within("Bucket", |xml| {
                        xml.text("Name", &bucket.name);
                        xml.time("CreationDate", bucket.created_at);
                        if tells_region {
                            xml.text("BucketRegion", &bucket.region);
                            xml.text(
                                "BucketArn",
                                &format!("arn:{}:s3:::{}", call.world.scenario().partition, bucket.name),
                            );
                        }
                    });
                    last = Some(&bucket.name);
                }
            });
            xml.optional("Prefix", prefix.as_deref());
            if let (Some(last), Some(_)) = (last, wanted.peek()) {
                xml.text("ContinuationToken", &format!("after:{last}"));
            }
        },
    )))
}

pub(super) fn head_bucket(call: &Call<'_>) -> Answer {
    let bucket = call.bucket();
    Ok(Success {
        headers: vec![
            ("x-amz-bucket-region", bucket.region.clone()),
            ("x-amz-bucket-arn", call.resource()),
            ("x-amz-access-point-alias", "false".to_owned()),
        ],
        body: Body::Empty,
    })
}

/// The region; empty for us-east-1, as S3 has it since its first days.
pub(super) fn get_bucket_location(call: &Call<'_>) -> Answer {
    let region = match call.bucket().region.as_str() {
        "us-east-1" => "",
        region => region,
    };
    // The document is a single element with text.
    Ok(Success {
        headers: Vec::new(),
        body: Body::Xml(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"{NAMESPACE}\">{region}</LocationConstraint>"
        )),
    })
}
