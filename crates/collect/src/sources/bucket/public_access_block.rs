//! The bucket's own public access block.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::PublicAccessBlock;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetPublicAccessBlock",
    "s3.GetPublicAccessBlock",
    &["s3:GetBucketPublicAccessBlock"],
);

/// With these codes S3 says that there is no such setting.
const ABSENT: [&str; 1] = ["NoSuchPublicAccessBlockConfiguration"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<PublicAccessBlock> {
    let request = bucket
        .client
        .get_public_access_block()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let block = output
                .public_access_block_configuration()
                .ok_or(Malformed("the answer holds no public access block"))?;
            // A switch that the answer leaves out is off (Amazon S3 API Reference, `PublicAccessBlockConfiguration`).
            Ok(Some(PublicAccessBlock {
                block_public_acls: block.block_public_acls().unwrap_or(false),
                ignore_public_acls: block.ignore_public_acls().unwrap_or(false),
                block_public_policy: block.block_public_policy().unwrap_or(false),
                restrict_public_buckets: block.restrict_public_buckets().unwrap_or(false),
            }))
        },
    )
}
