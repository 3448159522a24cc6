//! Static website hosting.

use s3attest_gateway::{AllowedOperation, observe};
use s3attest_model::bucket::{WebsiteConfiguration, WebsiteRedirect};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation =
    s3_read("GetBucketWebsite", "s3.GetBucketWebsite", &["s3:GetBucketWebsite"]);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchWebsiteConfiguration"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<WebsiteConfiguration> {
    let request = bucket
        .client
        .get_bucket_website()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            Ok(Some(WebsiteConfiguration {
                index_document: output.index_document.map(|document| document.suffix),
                error_document: output.error_document.map(|document| document.key),
                redirect_all_requests_to: output.redirect_all_requests_to.map(|redirect| WebsiteRedirect {
                    host_name: redirect.host_name,
                    protocol: redirect.protocol.map(|protocol| protocol.as_str().to_owned()),
                }),
                routing_rules: output.routing_rules.map_or(0, |rules| rules.len() as u64),
            }))
        },
    )
}
