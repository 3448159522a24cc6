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

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
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
            let missing = Malformed("the answer leaves a switch out");
            Ok(Some(PublicAccessBlock {
                block_public_acls: block.block_public_acls().ok_or(missing.clone())?,
                ignore_public_acls: block.ignore_public_acls().ok_or(missing.clone())?,
                block_public_policy: block.block_public_policy().ok_or(missing.clone())?,
                restrict_public_buckets: block.restrict_public_buckets().ok_or(missing.clone())?,
            }))
        },
    )
}
