//! Versioning and MFA delete.

use s3attest_gateway::{AllowedOperation, observe};
use s3attest_model::bucket::Versioning;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketVersioning",
    "s3.GetBucketVersioning",
    &["s3:GetBucketVersioning"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Versioning> {
    let request = bucket
        .client
        .get_bucket_versioning()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            Ok(Some(Versioning {
                status: output.status().map(|status| status.as_str().to_owned()),
                mfa_delete: output.mfa_delete().map(|status| status.as_str().to_owned()),
            }))
        },
    )
}
