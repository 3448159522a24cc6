//! Default encryption, and the encryption types that uploads may not use.

use aws_sdk_s3::operation::get_bucket_encryption::GetBucketEncryptionOutput;
use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{EncryptionConfiguration, EncryptionDefault};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketEncryption",
    "s3.GetBucketEncryption",
    &["s3:GetEncryptionConfiguration"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["ServerSideEncryptionConfigurationNotFoundError"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<EncryptionConfiguration> {
    let request = bucket
        .client
        .get_bucket_encryption()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        configuration,
    )
}

/// The configuration that an answer holds.
pub(crate) fn configuration(output: GetBucketEncryptionOutput) -> Result<Option<EncryptionConfiguration>, Malformed> {
    let configuration = output
        .server_side_encryption_configuration
        .ok_or(Malformed("the answer holds no encryption configuration"))?;
    let defaults = configuration
        .rules
        .into_iter()
        .map(|rule| {
            let default = rule.apply_server_side_encryption_by_default;
            EncryptionDefault {
                algorithm: default
                    .as_ref()
                    .map(|default| default.sse_algorithm.as_str().to_owned()),
                kms_key: default.and_then(|default| default.kms_master_key_id),
                bucket_key_enabled: rule.bucket_key_enabled,
                blocked_encryption_types: rule.blocked_encryption_types.map(|blocked| {
                    let types = blocked.encryption_type.unwrap_or_default();
                    types.iter().map(|each| each.as_str().to_owned()).collect()
                }),
            }
        })
        .collect();
    Ok(Some(EncryptionConfiguration { defaults }))
}
