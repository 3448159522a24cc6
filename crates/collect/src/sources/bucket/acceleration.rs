//! Transfer acceleration.

use s3attest_gateway::{AllowedOperation, observe};
use s3attest_model::bucket::Acceleration;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketAccelerateConfiguration",
    "s3.GetBucketAccelerateConfiguration",
    &["s3:GetAccelerateConfiguration"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Acceleration> {
    let request = bucket
        .client
        .get_bucket_accelerate_configuration()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            Ok(Some(Acceleration {
                status: output.status().map(|status| status.as_str().to_owned()),
            }))
        },
    )
}
