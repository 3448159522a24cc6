//! S3 Storage Lens configurations of a region.
//!
//! Every region is asked, since a configuration belongs to its home region (Amazon S3 User Guide, "Storage Lens home
//! Region"); what a region lists is read there.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::Evidence;
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{
    StorageLens, StorageLensBucket, StorageLensConfiguration, StorageLensDashboard, StorageLensEncryption,
    StorageLensExport, StorageLensMetrics, StorageLensSelection, StorageLensTable,
};

use super::super::ServiceRead;
use super::{control_read, entries, required};
use crate::pages::{Listed, detailed, list};

const LIST: AllowedOperation = control_read(
    "ListStorageLensConfigurations",
    "s3control.ListStorageLensConfigurations",
    &["s3:ListStorageLensConfigurations"],
    Times::about(1, Unit::Region, "one page"),
);
const CONFIGURATION: AllowedOperation = control_read(
    "GetStorageLensConfiguration",
    "s3control.GetStorageLensConfiguration",
    &["s3:GetStorageLensConfiguration"],
    Times::about(
        2,
        Unit::Account,
        "the default dashboard of each account and another one",
    ),
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, CONFIGURATION];

pub(crate) async fn read(reader: &ServiceRead<'_>) -> StorageLens {
    let client = &reader.session.s3_control(reader.region);
    let account = reader.session.account().as_str();
    let listed = list(|token| async move {
        let request = client
            .list_storage_lens_configurations()
            .account_id(account)
            .set_next_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                Ok(Some(Listed {
                    entries: entries(output.storage_lens_configuration_list)
                        .into_iter()
                        .map(entry)
                        .collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    StorageLens {
        dashboards: detailed(listed, |entry| async move {
            let configuration = configuration(reader, client, account, &entry.id).await;
            StorageLensDashboard {
                id: entry.id,
                arn: entry.arn,
                home_region: entry.home_region,
                is_enabled: entry.is_enabled,
                configuration,
            }
        })
        .await,
    }
}

/// What the list tells of a configuration.
struct Entry {
    id: String,
    arn: String,
    home_region: RegionName,
    is_enabled: bool,
}

fn entry(told: types::ListStorageLensConfigurationEntry) -> Result<Entry, Malformed> {
    Ok(Entry {
        id: required(&told.id, "a configuration has no id")?,
        arn: required(&told.storage_lens_arn, "a configuration has no ARN")?,
        home_region: RegionName::new(told.home_region)
            .map_err(|_| Malformed("the home region of a configuration is no region"))?,
        is_enabled: told.is_enabled,
    })
}

async fn configuration(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    id: &str,
) -> Evidence<StorageLensConfiguration> {
    let request = client
        .get_storage_lens_configuration()
        .account_id(account)
        .config_id(id);
    observe(
        CONFIGURATION.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let told = output.storage_lens_configuration;
            told.ok_or(Malformed("the answer holds no configuration"))
                .and_then(whole)
                .map(Some)
        },
    )
}

fn whole(told: types::StorageLensConfiguration) -> Result<StorageLensConfiguration, Malformed> {
    required(&told.id, "the configuration has no id")?;
    let account = told
        .account_level
        .ok_or(Malformed("the configuration does not say what is measured"))?;
    let bucket = account
        .bucket_level
        .ok_or(Malformed("the configuration does not say what is measured of buckets"))?;
    Ok(StorageLensConfiguration {
        is_enabled: told.is_enabled,
        organization: told.aws_org.map(|organization| organization.arn),
        account_metrics: StorageLensMetrics {
            activity: account.activity_metrics.is_some_and(|each| each.is_enabled),
            advanced_cost_optimization: account
                .advanced_cost_optimization_metrics
                .is_some_and(|each| each.is_enabled),
            advanced_data_protection: account
                .advanced_data_protection_metrics
                .is_some_and(|each| each.is_enabled),
            detailed_status_codes: account
                .detailed_status_codes_metrics
                .is_some_and(|each| each.is_enabled),
            advanced_performance: account.advanced_performance_metrics.is_some_and(|each| each.is_enabled),
        },
        bucket_metrics: StorageLensMetrics {
            activity: bucket.activity_metrics.is_some_and(|each| each.is_enabled),
            advanced_cost_optimization: bucket
                .advanced_cost_optimization_metrics
                .is_some_and(|each| each.is_enabled),
            advanced_data_protection: bucket
                .advanced_data_protection_metrics
                .is_some_and(|each| each.is_enabled),
            detailed_status_codes: bucket.detailed_status_codes_metrics.is_some_and(|each| each.is_enabled),
            advanced_performance: bucket.advanced_performance_metrics.is_some_and(|each| each.is_enabled),
        },
        prefix_metrics: bucket
            .prefix_level
            .and_then(|prefixes| prefixes.storage_metrics)
            .map(|metrics| metrics.is_enabled),
        include: told.include.map(|each| selection(each.buckets, each.regions)),
        exclude: told.exclude.map(|each| selection(each.buckets, each.regions)),
        data_export: told
            .data_export
            .map(|each| {
                let metrics = each.cloud_watch_metrics.map(|metrics| metrics.is_enabled);
                export(each.s3_bucket_destination, metrics, each.storage_lens_table_destination)
            })
            .transpose()?,
        prefixes_export: told
            .expanded_prefixes_data_export
            .map(|each| export(each.s3_bucket_destination, None, each.storage_lens_table_destination))
            .transpose()?,
    })
}

fn selection(buckets: Option<Vec<String>>, regions: Option<Vec<String>>) -> StorageLensSelection {
    StorageLensSelection {
        buckets: buckets.unwrap_or_default(),
        regions: regions.unwrap_or_default(),
    }
}

fn export(
    bucket: Option<types::S3BucketDestination>,
    cloudwatch_metrics: Option<bool>,
    table: Option<types::StorageLensTableDestination>,
) -> Result<StorageLensExport, Malformed> {
    let bucket = bucket.map(|told| {
        Ok(StorageLensBucket {
            arn: required(&told.arn, "an export names no bucket")?,
            account: required(&told.account_id, "an export names no account")?,
            format: required(told.format.as_str(), "an export names no format")?,
            prefix: told.prefix,
            encryption: told.encryption.map(encryption).transpose()?.flatten(),
        })
    });
    let table = table.map(|told| {
        Ok(StorageLensTable {
            is_enabled: told.is_enabled,
            encryption: told.encryption.map(encryption).transpose()?.flatten(),
        })
    });
    Ok(StorageLensExport {
        bucket: bucket.transpose()?,
        cloudwatch_metrics,
        table: table.transpose()?,
    })
}

fn encryption(told: types::StorageLensDataExportEncryption) -> Result<Option<StorageLensEncryption>, Malformed> {
    let (method, kms_key) = match (told.ssekms, told.sses3) {
        (Some(kms), _) => (
            "SSE-KMS",
            Some(required(&kms.key_id, "an export's encryption names no key")?),
        ),
        (None, Some(_)) => ("SSE-S3", None),
        (None, None) => return Ok(None),
    };
    Ok(Some(StorageLensEncryption {
        method: method.to_owned(),
        kms_key,
    }))
}
