//! S3 Metadata.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{MetadataConfiguration, MetadataTable};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketMetadataConfiguration",
    "s3.GetBucketMetadataConfiguration",
    &["s3:GetBucketMetadataTableConfiguration"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["MetadataConfigurationNotFound"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<MetadataConfiguration> {
    let request = bucket
        .client
        .get_bucket_metadata_configuration()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        |output| {
            let configuration = output
                .get_bucket_metadata_configuration_result
                .and_then(|answer| answer.metadata_configuration_result)
                .ok_or(Malformed("the answer holds no metadata configuration"))?;
            let journal = configuration
                .journal_table_configuration_result
                .map(|table| MetadataTable {
                    kind: "journal".to_owned(),
                    status: Some(table.table_status),
                    arn: table.table_arn,
                });
            let inventory = configuration
                .inventory_table_configuration_result
                .map(|table| MetadataTable {
                    kind: "inventory".to_owned(),
                    status: table
                        .table_status
                        .or_else(|| Some(table.configuration_state.as_str().to_owned())),
                    arn: table.table_arn,
                });
            Ok(Some(MetadataConfiguration {
                tables: journal.into_iter().chain(inventory).collect(),
            }))
        },
    )
}
