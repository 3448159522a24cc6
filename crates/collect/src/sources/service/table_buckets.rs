//! Table buckets of a region (Amazon S3 Tables).

use aws_sdk_s3tables::Client;
use aws_sdk_s3tables::types::TableBucketSummary;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{TableBucket, TableBucketEncryption, TableBucketMaintenance, TableBuckets};

use super::ServiceRead;
use crate::pages::{Listed, detailed, list};
use crate::sources::bucket_list::timestamp;

const fn tables_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "S3Tables",
        name,
        label,
        actions,
        class: "s3-tables",
        in_session: true,
        times,
    }
}

const EACH: Times = Times::seldom("only where there are table buckets");
const LIST: AllowedOperation = tables_read(
    "ListTableBuckets",
    "s3tables.ListTableBuckets",
    &["s3tables:ListTableBuckets"],
    Times::about(1, Unit::Region, "one page"),
);
const POLICY: AllowedOperation = tables_read(
    "GetTableBucketPolicy",
    "s3tables.GetTableBucketPolicy",
    &["s3tables:GetTableBucketPolicy"],
    EACH,
);
const ENCRYPTION: AllowedOperation = tables_read(
    "GetTableBucketEncryption",
    "s3tables.GetTableBucketEncryption",
    &["s3tables:GetTableBucketEncryption"],
    EACH,
);
const MAINTENANCE: AllowedOperation = tables_read(
    "GetTableBucketMaintenanceConfiguration",
    "s3tables.GetTableBucketMaintenanceConfiguration",
    &["s3tables:GetTableBucketMaintenanceConfiguration"],
    EACH,
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[LIST, POLICY, ENCRYPTION, MAINTENANCE];

/// With this code S3 Tables says that what was asked for could not be found (Amazon S3 API Reference, "Error responses", S3
/// Tables): of a bucket that was just listed, that it has no policy. The code tells nothing of a bucket that went between
/// the list and this call, and no words of AWS's that would are documented; such a bucket's encryption is a gap.
const NO_POLICY: [&str; 1] = ["NotFoundException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> TableBuckets {
    let client = &reader.session.s3_tables(reader.region);
    let listed = list(|token| async move {
        let request = client.list_table_buckets().set_continuation_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = output.table_buckets;
                // Where the answer lacks a required member, the SDK puts an empty text in its place.
                if entries
                    .iter()
                    .any(|bucket| bucket.name.is_empty() || bucket.arn.is_empty())
                {
                    return Err(Malformed("a table bucket has no name"));
                }
                Ok(Some(Listed {
                    entries,
                    next: output.continuation_token,
                }))
            },
        )
    })
    .await;
    TableBuckets {
        buckets: detailed(listed, |told| finish(reader, client, told)).await,
    }
}

async fn finish(reader: &ServiceRead<'_>, client: &Client, told: TableBucketSummary) -> TableBucket {
    let (policy, encryption, maintenance) = futures::join!(
        policy(reader, client, &told.arn),
        encryption(reader, client, &told.arn),
        maintenance(reader, client, &told.arn)
    );
    TableBucket {
        // A missing time becomes the epoch in the SDK.
        created_at: timestamp(&told.created_at).filter(|at| at.as_second() != 0),
        kind: told.r#type.map(|kind| kind.as_str().to_owned()),
        name: told.name,
        arn: told.arn,
        owner: told.owner_account_id,
        region: reader.region.clone(),
        policy,
        encryption,
        maintenance,
    }
}

async fn policy(reader: &ServiceRead<'_>, client: &Client, arn: &str) -> Evidence<PolicyDocument> {
    let request = client.get_table_bucket_policy().table_bucket_arn(arn);
    observe(
        POLICY.operation(),
        &NO_POLICY,
        request.send().await,
        reader.context.now(),
        |output| {
            let text = output.resource_policy;
            if text.is_empty() {
                return Err(Malformed("the answer holds no policy"));
            }
            Ok(Some(PolicyDocument(text)))
        },
    )
}

async fn encryption(reader: &ServiceRead<'_>, client: &Client, arn: &str) -> Evidence<TableBucketEncryption> {
    let request = client.get_table_bucket_encryption().table_bucket_arn(arn);
    observe(
        ENCRYPTION.operation(),
        // Every table bucket is encrypted, so that "not found" cannot mean that there is no encryption.
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let told = output
                .encryption_configuration
                .ok_or(Malformed("the answer holds no encryption configuration"))?;
            let algorithm = told.sse_algorithm.as_str();
            // The SDK's own words for a member that the answer lacks.
            if matches!(algorithm, "" | "no value was set") {
                return Err(Malformed("the encryption configuration names no algorithm"));
            }
            Ok(Some(TableBucketEncryption {
                algorithm: algorithm.to_owned(),
                kms_key: told.kms_key_arn,
            }))
        },
    )
}

async fn maintenance(reader: &ServiceRead<'_>, client: &Client, arn: &str) -> Evidence<Vec<TableBucketMaintenance>> {
    let request = client
        .get_table_bucket_maintenance_configuration()
        .table_bucket_arn(arn);
    observe(
        MAINTENANCE.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let mut found: Vec<_> = output
                .configuration
                .into_iter()
                .map(|(kind, value)| {
                    let settings = value.settings;
                    let removal = settings
                        .as_ref()
                        .and_then(|settings| settings.as_iceberg_unreferenced_file_removal().ok());
                    TableBucketMaintenance {
                        kind: kind.as_str().to_owned(),
                        status: value.status.map(|status| status.as_str().to_owned()),
                        unreferenced_days: removal.and_then(|removal| removal.unreferenced_days),
                        noncurrent_days: removal.and_then(|removal| removal.non_current_days),
                    }
                })
                .collect();
            found.sort_by(|left, right| left.kind.cmp(&right.kind));
            Ok(Some(found))
        },
    )
}
