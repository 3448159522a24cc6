//! Attribute-based access control by bucket tags.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::Abac;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read("GetBucketAbac", "s3.GetBucketAbac", &["s3:GetBucketAbac"]);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Abac> {
    let request = bucket
        .client
        .get_bucket_abac()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            let status = output.abac_status().ok_or(Malformed("the answer holds no status"))?;
            Ok(Some(Abac {
                status: status.status().map(|status| status.as_str().to_owned()),
            }))
        },
    )
}
