//! Multi-Region Access Points of an account.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::{PolicyDocument, PublicAccessBlock};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::identifiers::{Partition, RegionName};
use s3attest_model::services::{
    MultiRegionAccessPoint, MultiRegionAccessPoints, MultiRegionBucket, MultiRegionPolicies,
};

use super::super::ServiceRead;
use super::{control_read, entries, judged, moment, policy_status, required};
use crate::pages::{Listed, detailed, list};
use crate::sources::account_public_access_block::switches;

const EACH: Times = Times::seldom("only where there are Multi-Region Access Points");
const LIST: AllowedOperation = control_read(
    "ListMultiRegionAccessPoints",
    "s3control.ListMultiRegionAccessPoints",
    &["s3:ListMultiRegionAccessPoints"],
    Times::about(1, Unit::Account, "one page"),
);
const POLICY: AllowedOperation = control_read(
    "GetMultiRegionAccessPointPolicy",
    "s3control.GetMultiRegionAccessPointPolicy",
    &["s3:GetMultiRegionAccessPointPolicy"],
    EACH,
);
const STATUS: AllowedOperation = control_read(
    "GetMultiRegionAccessPointPolicyStatus",
    "s3control.GetMultiRegionAccessPointPolicyStatus",
    &["s3:GetMultiRegionAccessPointPolicyStatus"],
    EACH,
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, POLICY, STATUS];

/// Where every request about them goes (Amazon S3 User Guide, "Multi-Region Access Point restrictions and limitations").
const HOME: &str = "us-west-2";

pub(crate) async fn read(reader: &ServiceRead<'_>) -> MultiRegionAccessPoints {
    if reader.gateway().partition() != Partition::Aws {
        let gap = Gap::new(
            GapCause::NotOffered,
            "Multi-Region Access Points are answered for in us-west-2, which is not in this partition",
        );
        return MultiRegionAccessPoints {
            access_points: Evidence::gap(gap, Source::not_called(LIST.operation())),
        };
    }
    let home = RegionName::new(HOME).expect("the name of a region");
    let client = &reader.session.s3_control(&home);
    let account = reader.session.account().as_str();
    let mut listed = list(|token| async move {
        let request = client
            .list_multi_region_access_points()
            .account_id(account)
            .set_next_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                Ok(Some(Listed {
                    entries: entries(output.access_points)
                        .into_iter()
                        .map(entry)
                        .collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    // This partition has them, so where their home has no address, something hides it.
    if let Observed::Gap(gap) = &mut listed.observed
        && gap.cause == GapCause::NotOffered
    {
        gap.cause = GapCause::ConnectionFailed;
    }
    MultiRegionAccessPoints {
        access_points: detailed(listed, |entry| finish(reader, client, account, entry)).await,
    }
}

/// What the list tells of an access point.
struct Entry {
    name: String,
    public_access_block: Option<PublicAccessBlock>,
    told: types::MultiRegionAccessPointReport,
}

fn entry(told: types::MultiRegionAccessPointReport) -> Result<Entry, Malformed> {
    Ok(Entry {
        name: required(
            told.name.as_deref().unwrap_or_default(),
            "a Multi-Region Access Point has no name",
        )?,
        // One that is still being made may have none yet, which must not cost the others their list.
        public_access_block: told.public_access_block().map(switches).transpose()?,
        told,
    })
}

async fn finish(reader: &ServiceRead<'_>, client: &Client, account: &str, entry: Entry) -> MultiRegionAccessPoint {
    let name = &entry.name;
    let request = client
        .get_multi_region_access_point_policy()
        .account_id(account)
        .name(name);
    let policies = observe(
        POLICY.operation(),
        // AWS is documented to answer without a policy where there is none, and not with a code.
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let told = output.policy.ok_or(Malformed("the answer holds no policies"))?;
            let document = |text: Option<String>| text.filter(|text| !text.is_empty()).map(PolicyDocument);
            let established = told.established.and_then(|each| document(each.policy));
            let proposed = told.proposed.and_then(|each| document(each.policy));
            Ok((established.is_some() || proposed.is_some()).then_some(MultiRegionPolicies { established, proposed }))
        },
    );
    let policy_status = judged(&policies, async {
        let request = client
            .get_multi_region_access_point_policy_status()
            .account_id(account)
            .name(name);
        observe(
            STATUS.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| policy_status(output.established()),
        )
    })
    .await;
    let told = entry.told;
    let buckets = told
        .regions
        .unwrap_or_default()
        .into_iter()
        .map(|each| MultiRegionBucket {
            bucket: each.bucket,
            region: each.region,
            bucket_account: each.bucket_account_id,
        });
    MultiRegionAccessPoint {
        name: entry.name,
        alias: told.alias,
        created_at: moment(told.created_at.as_ref()),
        public_access_block: entry.public_access_block,
        status: told.status.map(|status| status.as_str().to_owned()),
        buckets: buckets.collect(),
        policies,
        policy_status,
    }
}
