//! Whether S3 itself calls the bucket policy public.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::PolicyStatus;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketPolicyStatus",
    "s3.GetBucketPolicyStatus",
    &["s3:GetBucketPolicyStatus"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchBucketPolicy"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<PolicyStatus> {
    let request = bucket
        .client
        .get_bucket_policy_status()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let is_public = output
                .policy_status()
                .and_then(aws_sdk_s3::types::PolicyStatus::is_public)
                .ok_or(Malformed("the answer does not say whether the policy is public"))?;
            Ok(Some(PolicyStatus { is_public }))
        },
    )
}
