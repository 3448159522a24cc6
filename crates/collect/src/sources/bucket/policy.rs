//! The bucket policy, as the text that AWS answers.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation =
    s3_read("GetBucketPolicy", "s3.GetBucketPolicy", &["s3:GetBucketPolicy"]);

/// With these codes S3 says that there is no such setting.
const ABSENT: [&str; 1] = ["NoSuchBucketPolicy"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<PolicyDocument> {
    let request = bucket
        .client
        .get_bucket_policy()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let text = output
                .policy
                .filter(|text| !text.is_empty())
                .ok_or(Malformed("the answer holds no policy"))?;
            Ok(Some(PolicyDocument(text)))
        },
    )
}
