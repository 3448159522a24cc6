//! Who owns new objects, and whether access control lists have effect.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::OwnershipControls;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketOwnershipControls",
    "s3.GetBucketOwnershipControls",
    &["s3:GetBucketOwnershipControls"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["OwnershipControlsNotFoundError"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<OwnershipControls> {
    let request = bucket
        .client
        .get_bucket_ownership_controls()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let controls = output
                .ownership_controls()
                .ok_or(Malformed("the answer holds no ownership controls"))?;
            let rule = controls
                .rules()
                .first()
                .ok_or(Malformed("the ownership controls are empty"))?;
            Ok(Some(OwnershipControls {
                object_ownership: rule.object_ownership().as_str().to_owned(),
            }))
        },
    )
}
