//! The bucket policy, as the text that AWS answers.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::{Evidence, GapCause, Observed};

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation =
    s3_read("GetBucketPolicy", "s3.GetBucketPolicy", &["s3:GetBucketPolicy"]);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchBucketPolicy"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<PolicyDocument> {
    let request = bucket
        .client
        .get_bucket_policy()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    let mut policy = observe(
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
    );
    // To another account than the owner's S3 answers that the method is not allowed
    // (Amazon S3 API Reference, `GetBucketPolicy`).
    if policy.source.code.as_deref() == Some("MethodNotAllowed")
        && let Observed::Gap(gap) = &mut policy.observed
    {
        gap.cause = GapCause::NotTheOwner;
    }
    policy
}
