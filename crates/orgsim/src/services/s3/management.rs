//! What manages content and costs: lifecycle, tags, inventory, payment, acceleration, ABAC, metadata.

use super::protection::write_filter;
use super::{Answer, NAMESPACE, not_configured};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Success};
use crate::scenario::{Inventory, LifecycleRule, Payer, Status, Toggle, Transition};
use crate::services::Call;

pub(super) fn get_bucket_lifecycle_configuration(call: &Call<'_>) -> Answer {
    let rules = call.bucket().lifecycle.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
        )
    })?;
    let mut success = Success::xml(Xml::document("LifecycleConfiguration", NAMESPACE, |xml| {
        for rule in rules {
            xml.within("Rule", |xml| write_rule(xml, rule));
        }
    }));
    success.headers.push((
        "x-amz-transition-default-minimum-object-size",
        "all_storage_classes_128K".to_owned(),
    ));
    Ok(success)
}

pub(in crate::services) fn write_rule(xml: &mut Xml, rule: &LifecycleRule) {
    if rule.expire_after_days.is_some() || rule.expire_on.is_some() || rule.expire_delete_markers {
        xml.within("Expiration", |xml| {
            if let Some(date) = rule.expire_on {
                xml.time("Date", date);
            }
            xml.optional_plain("Days", rule.expire_after_days);
            if rule.expire_delete_markers {
                xml.plain("ExpiredObjectDeleteMarker", true);
            }
        });
    }
    xml.text("ID", &rule.id);
    if rule.old_style_prefix {
        xml.text("Prefix", rule.filter.prefix.as_deref().unwrap_or_default());
    } else {
        xml.within("Filter", |xml| write_filter(xml, &rule.filter, true));
    }
    xml.text("Status", rule.status.as_str());
    for transition in &rule.transitions {
        xml.within("Transition", |xml| write_transition(xml, "Days", transition));
    }
    for transition in &rule.noncurrent_transitions {
        xml.within("NoncurrentVersionTransition", |xml| {
            write_transition(xml, "NoncurrentDays", transition);
        });
    }
    if let Some(expiration) = rule.noncurrent_expiration {
        xml.within("NoncurrentVersionExpiration", |xml| {
            xml.plain("NoncurrentDays", expiration.days);
            xml.optional_plain("NewerNoncurrentVersions", expiration.keep);
        });
    }
    if let Some(days) = rule.abort_multipart_after_days {
        xml.within("AbortIncompleteMultipartUpload", |xml| {
            xml.plain("DaysAfterInitiation", days);
        });
    }
}

fn write_transition(xml: &mut Xml, days: &str, transition: &Transition) {
    xml.plain(days, transition.days);
    xml.text("StorageClass", &transition.storage_class);
}

pub(super) fn get_bucket_tagging(call: &Call<'_>) -> Answer {
    let tags = call
        .bucket()
        .tags
        .as_ref()
        .ok_or_else(|| not_configured(call, "NoSuchTagSet", "The TagSet does not exist"))?;
    Ok(Success::xml(Xml::document("Tagging", NAMESPACE, |xml| {
        xml.within("TagSet", |xml| {
            for (key, value) in tags {
                xml.within("Tag", |xml| {
                    xml.text("Key", key);
                    xml.text("Value", value);
                });
            }
        });
    })))
}

pub(super) fn list_bucket_inventory_configurations(call: &Call<'_>) -> Answer {
    let all = &call.bucket().inventory;
    let token = call.parameter("continuation-token");
    let start = match token.as_deref() {
        None => 0,
        Some(token) => token
            .strip_prefix("from:")
            .and_then(|number| number.parse::<usize>().ok())
            .ok_or_else(|| Failure::new(400, "InvalidArgument", "The continuation token provided is incorrect"))?,
    };
    let size = call.world.scenario().bucket_lists.inventory_page_size.max(1);
    let end = all.len().min(start.saturating_add(size));
    let partition = &call.world.scenario().partition;
    Ok(Success::xml(Xml::document(
        "ListInventoryConfigurationsResult",
        NAMESPACE,
        |xml| {
            xml.optional("ContinuationToken", token.as_deref());
            for inventory in all.get(start..end).unwrap_or_default() {
                write_inventory(xml, partition, inventory);
            }
            xml.plain("IsTruncated", end < all.len());
            if end < all.len() {
                xml.text("NextContinuationToken", &format!("from:{end}"));
            }
        },
    )))
}

pub(in crate::services) fn write_inventory(xml: &mut Xml, partition: &str, inventory: &Inventory) {
    xml.within("InventoryConfiguration", |xml| {
        xml.text("Id", &inventory.id);
        xml.plain("IsEnabled", inventory.is_enabled);
        xml.within("Destination", |xml| {
            xml.within("S3BucketDestination", |xml| {
                xml.text(
                    "Bucket",
                    &format!("arn:{partition}:s3:::{}", inventory.destination_bucket),
                );
                xml.text("Format", "CSV");
            });
        });
        xml.text("IncludedObjectVersions", &inventory.included_versions);
        xml.within("Schedule", |xml| xml.text("Frequency", &inventory.frequency));
    });
}

pub(super) fn get_bucket_request_payment(call: &Call<'_>) -> Answer {
    let payer = call.bucket().payer.unwrap_or(Payer::BucketOwner);
    Ok(Success::xml(Xml::document(
        "RequestPaymentConfiguration",
        NAMESPACE,
        |xml| xml.text("Payer", payer.as_str()),
    )))
}

pub(super) fn get_bucket_accelerate_configuration(call: &Call<'_>) -> Answer {
    let status = call.bucket().acceleration.map(Status::as_str);
    Ok(Success::xml(Xml::document(
        "AccelerateConfiguration",
        NAMESPACE,
        |xml| xml.optional("Status", status),
    )))
}

pub(super) fn get_bucket_abac(call: &Call<'_>) -> Answer {
    let status = call.bucket().abac.unwrap_or(Toggle::Disabled);
    Ok(Success::xml(Xml::document("AbacStatus", NAMESPACE, |xml| {
        xml.text("Status", status.as_str());
    })))
}

pub(super) fn get_bucket_metadata_configuration(call: &Call<'_>) -> Answer {
    let bucket = call.bucket();
    let metadata = bucket.metadata.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "MetadataConfigurationNotFound",
            "The metadata configuration was not found",
        )
    })?;
    let scenario = call.world.scenario();
    let tables = format!(
        "arn:{}:s3tables:{}:{}:bucket/aws-s3",
        scenario.partition,
        bucket.region,
        call.account().id
    );
    let table = |xml: &mut Xml, kind: &str, status: &str| {
        xml.text("TableStatus", status);
        xml.text("TableName", kind);
        xml.text(
            "TableArn",
            &format!(
                "{tables}/table/{:016x}",
                crate::hash::of(7, [bucket.name.as_str(), kind])
            ),
        );
    };
    Ok(Success::xml(Xml::document(
        "GetBucketMetadataConfigurationResult",
        NAMESPACE,
        |xml| {
            xml.within("MetadataConfigurationResult", |xml| {
                xml.within("DestinationResult", |xml| {
                    xml.text("TableBucketType", "aws");
                    xml.text("TableBucketArn", &tables);
                    xml.text("TableNamespace", &format!("b_{}", bucket.name));
                });
                xml.within("JournalTableConfigurationResult", |xml| {
                    table(xml, "journal", &metadata.journal_status);
                    xml.within("RecordExpiration", |xml| xml.text("Expiration", "DISABLED"));
                });
                xml.within("InventoryTableConfigurationResult", |xml| {
                    match &metadata.inventory_status {
                        Some(status) => {
                            xml.text("ConfigurationState", "ENABLED");
                            table(xml, "inventory", status);
                        }
                        None => xml.text("ConfigurationState", "DISABLED"),
                    }
                });
            });
        },
    )))
}
