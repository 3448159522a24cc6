//! Object Lock and its default retention.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{DefaultRetention, ObjectLock};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetObjectLockConfiguration",
    "s3.GetObjectLockConfiguration",
    &["s3:GetBucketObjectLockConfiguration"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["ObjectLockConfigurationNotFoundError"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<ObjectLock> {
    let request = bucket
        .client
        .get_object_lock_configuration()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let lock = output
                .object_lock_configuration()
                .ok_or(Malformed("the answer holds no Object Lock"))?;
            let retention = lock.rule().and_then(|rule| rule.default_retention());
            let status = lock
                .object_lock_enabled()
                .ok_or(Malformed("the answer does not say whether it is enabled"))?;
            let enabled = status.as_str() == "Enabled";
            Ok(Some(ObjectLock {
                enabled,
                default_retention: retention.map(|retention| DefaultRetention {
                    mode: retention.mode().map(|mode| mode.as_str().to_owned()),
                    days: retention.days(),
                    years: retention.years(),
                }),
            }))
        },
    )
}
