//! S3 access points of a region, on buckets and on other data.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{AccessPoint, AccessPointSettings, AccessPoints};

use super::super::ServiceRead;
use super::{NO_POLICY, block, control_read, entries, judged, moment, policy, policy_status, required};
use crate::pages::{Listed, detailed, list};

const EACH: Times = Times::about(1, Unit::Region, "one access point in each region");
const LIST: AllowedOperation = control_read(
    "ListAccessPoints",
    "s3control.ListAccessPoints",
    &["s3:ListAccessPoints"],
    Times::about(1, Unit::Region, "one page"),
);
const SETTINGS: AllowedOperation = control_read(
    "GetAccessPoint",
    "s3control.GetAccessPoint",
    &["s3:GetAccessPoint"],
    EACH,
);
const POLICY: AllowedOperation = control_read(
    "GetAccessPointPolicy",
    "s3control.GetAccessPointPolicy",
    &["s3:GetAccessPointPolicy"],
    EACH,
);
const STATUS: AllowedOperation = control_read(
    "GetAccessPointPolicyStatus",
    "s3control.GetAccessPointPolicyStatus",
    &["s3:GetAccessPointPolicyStatus"],
    EACH,
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, SETTINGS, POLICY, STATUS];

/// Without this S3 Control tells of access points on buckets only (Amazon S3 API Reference, `ListAccessPoints`).
const ALL_DATA: &str = "ALL";

pub(crate) async fn read(reader: &ServiceRead<'_>) -> AccessPoints {
    let client = &reader.session.s3_control(reader.region);
    let account = reader.session.account().as_str();
    let listed = list(|token| async move {
        let request = client
            .list_access_points()
            .account_id(account)
            .data_source_type(ALL_DATA)
            .set_next_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                Ok(Some(Listed {
                    entries: entries(output.access_point_list)
                        .into_iter()
                        .map(entry)
                        .collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    AccessPoints {
        access_points: detailed(listed, |entry| finish(reader, client, account, entry)).await,
    }
}

/// What the list tells of an access point.
struct Entry {
    name: String,
    network_origin: String,
    bucket: Option<String>,
    told: types::AccessPoint,
}

fn entry(told: types::AccessPoint) -> Result<Entry, Malformed> {
    let bucket = Some(told.bucket.clone()).filter(|bucket| !bucket.is_empty());
    if bucket.is_none() && told.data_source_id.is_none() {
        return Err(Malformed("an access point names neither bucket nor other data"));
    }
    Ok(Entry {
        name: required(&told.name, "an access point has no name")?,
        network_origin: required(
            told.network_origin.as_str(),
            "an access point does not say from where it is used",
        )?,
        bucket,
        told,
    })
}

async fn finish(reader: &ServiceRead<'_>, client: &Client, account: &str, entry: Entry) -> AccessPoint {
    let name = &entry.name;
    let (settings, (policy, policy_status)) = futures::join!(
        settings(reader, client, account, name),
        policies(reader, client, account, name)
    );
    AccessPoint {
        name: entry.name,
        arn: entry.told.access_point_arn,
        alias: entry.told.alias,
        bucket: entry.bucket,
        bucket_account: entry.told.bucket_account_id,
        network_origin: entry.network_origin,
        vpc: entry.told.vpc_configuration.map(|vpc| vpc.vpc_id),
        data_source_id: entry.told.data_source_id,
        data_source_type: entry.told.data_source_type,
        settings,
        policy,
        policy_status,
    }
}

async fn settings(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    name: &str,
) -> Evidence<AccessPointSettings> {
    let request = client.get_access_point().account_id(account).name(name);
    observe(
        SETTINGS.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            Ok(Some(AccessPointSettings {
                public_access_block: block(output.public_access_block_configuration())?,
                created_at: moment(output.creation_date()),
                endpoints: output.endpoints.unwrap_or_default().into_iter().collect(),
            }))
        },
    )
}

async fn policies(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    name: &str,
) -> (Evidence<PolicyDocument>, Evidence<s3attest_model::bucket::PolicyStatus>) {
    let request = client.get_access_point_policy().account_id(account).name(name);
    let document = observe(
        POLICY.operation(),
        &NO_POLICY,
        request.send().await,
        reader.context.now(),
        |output| policy(output.policy),
    );
    let status = judged(&document, async {
        let request = client.get_access_point_policy_status().account_id(account).name(name);
        observe(
            STATUS.operation(),
            &NO_POLICY,
            request.send().await,
            reader.context.now(),
            |output| policy_status(output.policy_status()),
        )
    })
    .await;
    (document, status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, bucket: &str, data: Option<&str>) -> types::AccessPoint {
        let builder = types::AccessPoint::builder()
            .name(name)
            .bucket(bucket)
            .network_origin(types::NetworkOrigin::Internet)
            .set_data_source_id(data.map(str::to_owned));
        builder.build().expect("every member is there")
    }

    #[test]
    fn an_access_point_without_bucket_needs_other_data() {
        assert!(entry(told("logs", "bucket", None)).is_ok());
        let other = entry(told("files", "", Some("fs-1"))).expect("a file system is data too");
        assert_eq!(other.bucket, None);
        assert!(entry(told("nothing", "", None)).is_err());
        assert!(entry(told("", "bucket", None)).is_err());
    }
}
