//! The bucket's tags.

use std::collections::BTreeMap;

use s3attest_gateway::{AllowedOperation, observe};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation =
    s3_read("GetBucketTagging", "s3.GetBucketTagging", &["s3:GetBucketTagging"]);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchTagSet"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<BTreeMap<String, String>> {
    let request = bucket
        .client
        .get_bucket_tagging()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            Ok(Some(
                output.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect(),
            ))
        },
    )
}
