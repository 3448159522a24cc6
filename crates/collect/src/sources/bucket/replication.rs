//! Replication to other buckets.

use aws_sdk_s3::types;
use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{ReplicationConfiguration, ReplicationRule};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketReplication",
    "s3.GetBucketReplication",
    &["s3:GetReplicationConfiguration"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["ReplicationConfigurationNotFoundError"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<ReplicationConfiguration> {
    let request = bucket
        .client
        .get_bucket_replication()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let configuration = output
                .replication_configuration
                .ok_or(Malformed("the answer holds no replication configuration"))?;
            let rules = configuration
                .rules
                .into_iter()
                .map(rule)
                .collect::<Result<Vec<_>, Malformed>>()?;
            Ok(Some(ReplicationConfiguration {
                role: configuration.role,
                rules,
            }))
        },
    )
}

fn rule(rule: types::ReplicationRule) -> Result<ReplicationRule, Malformed> {
    let destination = rule
        .destination
        .ok_or(Malformed("a replication rule names no destination"))?;
    // Where the answer lacks a required member, the SDK puts an empty or invented text in its place.
    if destination.bucket.is_empty() {
        return Err(Malformed("a replication rule names no destination bucket"));
    }
    if !matches!(rule.status.as_str(), "Enabled" | "Disabled") {
        return Err(Malformed("a replication rule is neither enabled nor disabled"));
    }
    let filter = rule.filter;
    let and = filter.as_ref().and_then(types::ReplicationRuleFilter::and);
    let filters_by_tag =
        filter.as_ref().is_some_and(|filter| filter.tag().is_some()) || and.is_some_and(|and| !and.tags().is_empty());
    let prefix = filter
        .as_ref()
        .and_then(types::ReplicationRuleFilter::prefix)
        .or(and.and_then(types::ReplicationRuleAndOperator::prefix))
        .map(str::to_owned);
    #[expect(deprecated, reason = "configurations of the first version carry their prefix here")]
    let first_version_prefix = rule.prefix;
    Ok(ReplicationRule {
        id: rule.id,
        status: rule.status.as_str().to_owned(),
        destination_bucket: destination.bucket,
        destination_account: destination.account,
        replica_kms_key: destination
            .encryption_configuration
            .and_then(|encryption| encryption.replica_kms_key_id),
        delete_marker_replication: rule
            .delete_marker_replication
            .and_then(|replication| replication.status)
            .map(|status| status.as_str().to_owned()),
        prefix: prefix.or(first_version_prefix).filter(|prefix| !prefix.is_empty()),
        filters_by_tag,
    })
}
