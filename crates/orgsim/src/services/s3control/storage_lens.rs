//! Storage Lens configurations of a region.

use super::{Answer, PAGE, answer, in_region, named, next_token, segment};
use crate::protocol::xml::Xml;
use crate::scenario::{
    StorageLensDashboard, StorageLensEncryption, StorageLensExport, StorageLensMetrics, StorageLensSelection,
};
use crate::services::Call;
use crate::services::paging::page;

fn dashboards<'call>(call: &Call<'call>) -> Vec<&'call StorageLensDashboard> {
    in_region(call, &call.account().services.storage_lens, |each| &each.home_region)
}

fn arn(call: &Call<'_>, dashboard: &StorageLensDashboard) -> String {
    call.regional_arn("s3", &format!("storage-lens/{}", dashboard.id))
}

pub(super) fn list(call: &Call<'_>) -> Answer {
    let all = dashboards(call);
    let (entries, next) = page(call, &all, next_token(call).as_deref(), PAGE)?;
    answer("ListStorageLensConfigurationResult", |xml| {
        xml.optional("NextToken", next.as_deref());
        for each in entries {
            xml.within("StorageLensConfiguration", |xml| {
                xml.text("Id", &each.id);
                xml.text("StorageLensArn", &arn(call, each));
                xml.text("HomeRegion", &each.home_region);
                xml.plain("IsEnabled", each.is_enabled);
            });
        }
    })
}

pub(super) fn get(call: &Call<'_>) -> Answer {
    let each = named(
        dashboards(call).into_iter(),
        |each| &each.id,
        &segment(call, 1),
        "NoSuchConfiguration",
    )?;
    answer("StorageLensConfiguration", |xml| {
        xml.text("Id", &each.id);
        xml.within("AccountLevel", |xml| {
            write_metrics(xml, &each.account_metrics);
            xml.within("BucketLevel", |xml| {
                write_metrics(xml, &each.bucket_metrics);
                if let Some(is_enabled) = each.prefix_metrics {
                    xml.within("PrefixLevel", |xml| {
                        xml.within("StorageMetrics", |xml| xml.plain("IsEnabled", is_enabled));
                    });
                }
            });
        });
        write_selection(xml, "Include", each.include.as_ref());
        write_selection(xml, "Exclude", each.exclude.as_ref());
        write_export(xml, "DataExport", each.data_export.as_ref());
        write_export(xml, "ExpandedPrefixesDataExport", each.prefixes_export.as_ref());
        xml.plain("IsEnabled", each.is_enabled);
        if let Some(organization) = &each.organization {
            xml.within("AwsOrg", |xml| xml.text("Arn", organization));
        }
        xml.text("StorageLensArn", &arn(call, each));
    })
}

fn write_metrics(xml: &mut Xml, metrics: &StorageLensMetrics) {
    for (name, is_enabled) in [
        ("ActivityMetrics", metrics.activity),
        ("AdvancedCostOptimizationMetrics", metrics.advanced_cost_optimization),
        ("AdvancedDataProtectionMetrics", metrics.advanced_data_protection),
        ("DetailedStatusCodesMetrics", metrics.detailed_status_codes),
        ("AdvancedPerformanceMetrics", metrics.advanced_performance),
    ] {
        if let Some(is_enabled) = is_enabled {
            xml.within(name, |xml| xml.plain("IsEnabled", is_enabled));
        }
    }
}

fn write_selection(xml: &mut Xml, name: &str, selection: Option<&StorageLensSelection>) {
    let Some(selection) = selection else { return };
    xml.within(name, |xml| {
        xml.within("Buckets", |xml| {
            for bucket in &selection.buckets {
                xml.text("Arn", bucket);
            }
        });
        xml.within("Regions", |xml| {
            for region in &selection.regions {
                xml.text("Region", region);
            }
        });
    });
}

fn write_export(xml: &mut Xml, name: &str, export: Option<&StorageLensExport>) {
    let Some(export) = export else { return };
    xml.within(name, |xml| {
        if let Some(bucket) = &export.bucket {
            xml.within("S3BucketDestination", |xml| {
                xml.text("Format", &bucket.format);
                xml.text("OutputSchemaVersion", "V_1");
                xml.text("AccountId", &bucket.account);
                xml.text("Arn", &bucket.arn);
                xml.optional("Prefix", bucket.prefix.as_deref());
                write_encryption(xml, bucket.encryption.as_ref());
            });
        }
        if let Some(is_enabled) = export.cloudwatch_metrics {
            xml.within("CloudWatchMetrics", |xml| xml.plain("IsEnabled", is_enabled));
        }
        if let Some(table) = &export.table {
            xml.within("StorageLensTableDestination", |xml| {
                xml.plain("IsEnabled", table.is_enabled);
                write_encryption(xml, table.encryption.as_ref());
            });
        }
    });
}

fn write_encryption(xml: &mut Xml, encryption: Option<&StorageLensEncryption>) {
    let Some(encryption) = encryption else { return };
    xml.within("Encryption", |xml| match &encryption.kms_key {
        Some(key) => xml.within("SSE-KMS", |xml| xml.text("KeyId", key)),
        None => xml.within("SSE-S3", |_| ()),
    });
}
