//! Storage Lens.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, StorageLensEncryption, StorageLensExport, StorageLensMetrics, StorageLensSelection,
};
use serde_json::{Value, json};

fn metrics(metrics: &StorageLensMetrics) -> Value {
    // What is not mentioned is not measured.
    let is_on = |member: Option<bool>| member == Some(true);
    json!({
        "activity": is_on(metrics.activity),
        "advanced_cost_optimization": is_on(metrics.advanced_cost_optimization),
        "advanced_data_protection": is_on(metrics.advanced_data_protection),
        "detailed_status_codes": is_on(metrics.detailed_status_codes),
        "advanced_performance": is_on(metrics.advanced_performance),
    })
}

fn selection(selection: Option<&StorageLensSelection>) -> Value {
    selection.map_or(
        Value::Null,
        |each| json!({"buckets": each.buckets, "regions": each.regions}),
    )
}

fn encryption(encryption: Option<&StorageLensEncryption>) -> Value {
    encryption.map_or(Value::Null, |each| {
        let method = if each.kms_key.is_some() { "SSE-KMS" } else { "SSE-S3" };
        json!({"method": method, "kms_key": each.kms_key})
    })
}

fn export(export: Option<&StorageLensExport>) -> Value {
    let Some(export) = export else { return Value::Null };
    let bucket = export.bucket.as_ref().map(|each| {
        json!({
            "arn": each.arn,
            "account": each.account,
            "prefix": each.prefix,
            "format": each.format,
            "encryption": encryption(each.encryption.as_ref()),
        })
    });
    let table = export
        .table
        .as_ref()
        .map(|each| json!({"is_enabled": each.is_enabled, "encryption": encryption(each.encryption.as_ref())}));
    json!({"bucket": bucket, "cloudwatch_metrics": export.cloudwatch_metrics, "table": table})
}

pub(crate) fn truth(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("a configuration belongs to a region");
    let dashboards = account.services.storage_lens.iter();
    let dashboards: Vec<_> = dashboards
        .filter(|each| each.home_region == region)
        .map(|each| {
            json!({
                "id": each.id,
                "arn": format!("arn:aws:s3:{region}:{}:storage-lens/{}", account.id, each.id),
                "home_region": region,
                "is_enabled": each.is_enabled,
                "configuration": {
                    "is_enabled": each.is_enabled,
                    "organization": each.organization,
                    "account_metrics": metrics(&each.account_metrics),
                    "bucket_metrics": metrics(&each.bucket_metrics),
                    "prefix_metrics": each.prefix_metrics,
                    "include": selection(each.include.as_ref()),
                    "exclude": selection(each.exclude.as_ref()),
                    "data_export": export(each.data_export.as_ref()),
                    "prefixes_export": export(each.prefixes_export.as_ref()),
                },
            })
        })
        .collect();
    json!({ "dashboards": dashboards })
}
