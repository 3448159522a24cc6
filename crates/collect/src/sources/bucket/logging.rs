//! Server access logging.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{Grant, LogDestination, LogKeyFormat};
use s3attest_model::evidence::Evidence;

use super::acl::grantee;
use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation =
    s3_read("GetBucketLogging", "s3.GetBucketLogging", &["s3:GetBucketLogging"]);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<LogDestination> {
    let request = bucket
        .client
        .get_bucket_logging()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            let Some(logging) = output.logging_enabled else {
                return Ok(None);
            };
            // Where the answer lacks a required member, the SDK puts an empty text in its place.
            if logging.target_bucket.is_empty() {
                return Err(Malformed("the logging configuration names no target bucket"));
            }
            let target_grants = logging
                .target_grants
                .unwrap_or_default()
                .into_iter()
                .map(|grant| {
                    let permission = grant
                        .permission
                        .ok_or(Malformed("a target grant names no permission"))?;
                    Ok(Grant {
                        grantee: grantee(grant.grantee)?,
                        permission: permission.as_str().to_owned(),
                    })
                })
                .collect::<Result<Vec<_>, Malformed>>()?;
            let key_format = logging
                .target_object_key_format
                .map(|format| match format.partitioned_prefix {
                    Some(partitioned) => {
                        // The time of delivery is the default (Amazon S3 API Reference, `PartitionedPrefix`).
                        let source = partitioned.partition_date_source;
                        LogKeyFormat::Partitioned(
                            source.map_or("DeliveryTime".to_owned(), |each| each.as_str().to_owned()),
                        )
                    }
                    None => LogKeyFormat::Simple,
                });
            Ok(Some(LogDestination {
                target_bucket: logging.target_bucket,
                target_prefix: logging.target_prefix,
                target_grants,
                key_format,
            }))
        },
    )
}
