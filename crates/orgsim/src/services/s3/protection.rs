//! What protects objects: encryption, versions, locks, copies.

use super::{Answer, NAMESPACE, not_configured};
use crate::protocol::Success;
use crate::protocol::xml::Xml;
use crate::scenario::{Encryption, ObjectFilter, ReplicationRule, Toggle};
use crate::services::Call;

pub(super) fn get_bucket_encryption(call: &Call<'_>) -> Answer {
    let encryption = call.bucket().encryption.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        )
    })?;
    Ok(Success::xml(Xml::document(
        "ServerSideEncryptionConfiguration",
        NAMESPACE,
        |xml| {
            write_encryption(xml, encryption);
        },
    )))
}

pub(in crate::services) fn write_encryption(xml: &mut Xml, encryption: &Encryption) {
    xml.within("Rule", |xml| {
        if let Some(algorithm) = &encryption.algorithm {
            xml.within("ApplyServerSideEncryptionByDefault", |xml| {
                xml.text("SSEAlgorithm", algorithm);
                xml.optional("KMSMasterKeyID", encryption.kms_key.as_deref());
            });
        }
        xml.optional_plain("BucketKeyEnabled", encryption.bucket_key);
        if let Some(types) = &encryption.blocked_types {
            xml.within("BlockedEncryptionTypes", |xml| {
                for blocked in types {
                    xml.text("EncryptionType", blocked);
                }
            });
        }
    });
}

pub(super) fn get_bucket_versioning(call: &Call<'_>) -> Answer {
    let versioning = call.bucket().versioning;
    Ok(Success::xml(Xml::document(
        "VersioningConfiguration",
        NAMESPACE,
        |xml| {
            if let Some(versioning) = versioning {
                xml.text("Status", versioning.status.as_str());
                xml.optional("MfaDelete", versioning.mfa_delete.map(Toggle::as_str));
            }
        },
    )))
}

pub(super) fn get_object_lock_configuration(call: &Call<'_>) -> Answer {
    let lock = call.bucket().object_lock.ok_or_else(|| {
        not_configured(
            call,
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        )
    })?;
    Ok(Success::xml(Xml::document(
        "ObjectLockConfiguration",
        NAMESPACE,
        |xml| {
            xml.text("ObjectLockEnabled", "Enabled");
            if let Some(retention) = lock.default_retention {
                xml.within("Rule", |xml| {
                    xml.within("DefaultRetention", |xml| {
                        xml.text("Mode", retention.mode.as_str());
                        xml.optional_plain("Days", retention.days);
                        xml.optional_plain("Years", retention.years);
                    });
                });
            }
        },
    )))
}

pub(super) fn get_bucket_replication(call: &Call<'_>) -> Answer {
    let replication = call.bucket().replication.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        )
    })?;
    Ok(Success::xml(Xml::document(
        "ReplicationConfiguration",
        NAMESPACE,
        |xml| {
            xml.text("Role", &replication.role);
            for rule in &replication.rules {
                xml.within("Rule", |xml| write_rule(xml, rule, &call.world.scenario().partition));
            }
        },
    )))
}

fn write_rule(xml: &mut Xml, rule: &ReplicationRule, partition: &str) {
    xml.text("ID", &rule.id);
    xml.optional_plain("Priority", rule.priority);
    // A rule without priority is one of the first version, with a bare prefix.
    if rule.priority.is_none() {
        xml.text("Prefix", rule.filter.prefix.as_deref().unwrap_or_default());
    } else {
        xml.within("Filter", |xml| write_filter(xml, &rule.filter, false));
    }
    xml.text("Status", rule.status.as_str());
    if rule.replica_kms_key.is_some() {
        xml.within("SourceSelectionCriteria", |xml| {
            xml.within("SseKmsEncryptedObjects", |xml| xml.text("Status", "Enabled"));
        });
    }
    xml.within("Destination", |xml| {
        xml.text("Bucket", &format!("arn:{partition}:s3:::{}", rule.destination_bucket));
        xml.optional("Account", rule.destination_account.as_deref());
        if let Some(key) = &rule.replica_kms_key {
            xml.within("EncryptionConfiguration", |xml| xml.text("ReplicaKmsKeyID", key));
        }
    });
    if let Some(delete_markers) = rule.delete_markers {
        xml.within("DeleteMarkerReplication", |xml| {
            xml.text("Status", delete_markers.as_str());
        });
    }
}

/// The members of a filter: one of them bare, several below `And`.
pub(super) fn write_filter(xml: &mut Xml, filter: &ObjectFilter, has_sizes: bool) {
    let sizes = if has_sizes {
        [filter.larger_than, filter.smaller_than]
    } else {
        [None, None]
    };
    let members = usize::from(filter.prefix.is_some()) + filter.tags.len() + sizes.iter().flatten().count();
    let write = |xml: &mut Xml| {
        xml.optional("Prefix", filter.prefix.as_deref());
        for (key, value) in &filter.tags {
            xml.within("Tag", |xml| {
                xml.text("Key", key);
                xml.text("Value", value);
            });
        }
        xml.optional_plain("ObjectSizeGreaterThan", sizes[0]);
        xml.optional_plain("ObjectSizeLessThan", sizes[1]);
    };
    match members {
        0 => xml.text("Prefix", ""),
        1 => write(xml),
        _ => xml.within("And", write),
    }
}
