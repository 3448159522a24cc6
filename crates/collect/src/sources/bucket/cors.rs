//! Cross-origin resource sharing.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::CorsRule;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read("GetBucketCors", "s3.GetBucketCors", &["s3:GetBucketCORS"]);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchCORSConfiguration"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Vec<CorsRule>> {
    let request = bucket
        .client
        .get_bucket_cors()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let rules = output.cors_rules.ok_or(Malformed("the answer holds no CORS rules"))?;
            let rules = rules
                .into_iter()
                .map(|rule| CorsRule {
                    id: rule.id,
                    allowed_origins: rule.allowed_origins,
                    allowed_methods: rule.allowed_methods,
                    allowed_headers: rule.allowed_headers.unwrap_or_default(),
                    expose_headers: rule.expose_headers.unwrap_or_default(),
                    max_age_seconds: rule.max_age_seconds,
                })
                .collect();
            Ok(Some(rules))
        },
    )
}
