//! The keys of KMS that the account's buckets, trails, topics and other readings use.
//!
//! Only keys that something uses are read. Each use stands here as whoever uses the key names it, together with the key that
//! the name leads to; two names of one key lead to one reading of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference, Referrers};
use crate::bucket::PolicyDocument;
use crate::evidence::Evidence;

/// A name under which something uses a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// The name, and the region of whoever uses it.
    pub reference: KeyReference,
    /// The ARN of the key that the name leads to.
    ///
    /// Absent when KMS knows no such key: what uses it names a key that is gone or never was. For a key that AWS manages
    /// ([`KeyUse::names_managed_key`]) absence is harmless: AWS makes such a key when it is first needed.
    pub resolved: Evidence<String>,
}

impl KeyUse {
    /// Whether the name is an alias that AWS keeps for a key of its own (`alias/aws/s3`).
    #[must_use]
    pub fn names_managed_key(&self) -> bool {
        let key = self.reference.key.as_str();
        let alias = key.rsplit_once(':').map_or(key, |(_, resource)| resource);
        alias.starts_with("alias/aws/")
    }
}

/// A key as KMS describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDescription {
    /// The id, without account and region.
    pub id: String,
    /// The account that owns it.
    pub account: String,
    /// `AWS` or `CUSTOMER`.
    pub manager: String,
    /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `PendingReplicaDeletion`, `Unavailable`, `Creating` or
    /// `Updating`.
    pub state: String,
    /// Whether it can be used; AWS says this beside the state.
    pub enabled: bool,
    /// Where its material comes from: `AWS_KMS`, `EXTERNAL` (imported), `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// `SYMMETRIC_DEFAULT`, `RSA_2048` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// What whoever made it wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it will be deleted, where that is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_at: Option<Timestamp>,
    /// The waiting time of a primary key whose replicas have to go first, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_deletion_days: Option<i32>,
    /// `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`, for imported material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<String>,
    /// When imported material expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material_expires_at: Option<Timestamp>,
    /// The custom key store that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_key_store: Option<String>,
    /// For a multi-Region key, its place among its relatives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi_region: Option<MultiRegionKey>,
}

/// A multi-Region key among its relatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegionKey {
    /// `PRIMARY` or `REPLICA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The ARN of the primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_arn: Option<String>,
    /// The ARNs of the replicas.
    pub replica_arns: Vec<String>,
}

/// Whether a key's material is renewed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRotation {
    /// KMS was asked and answered this.
    Configured(KeyRotationStatus),
    /// There is nothing to configure, as the key's description says, so KMS was not asked.
    NotConfigurable(NotConfigurable),
}

/// What KMS says of a key's rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRotationStatus {
    /// Whether the key rotates. KMS says no of a key that is pending deletion.
    pub enabled: bool,
    /// How often, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_days: Option<i32>,
    /// When it rotates next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When a rotation on demand that is under way was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_at: Option<Timestamp>,
}

/// Why a key's rotation cannot be configured (AWS KMS Developer Guide, "Rotate AWS KMS keys").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotConfigurable {
    /// AWS manages the key and rotates it every year.
    ManagedByAws,
    /// The key is not a symmetric encryption key; KMS rotates no other.
    NotSymmetric,
    /// The material was imported; whoever imported it renews it.
    ImportedMaterial,
    /// The material lies in a custom key store.
    CustomKeyStore,
}

impl KeyDescription {
    /// Why the key's rotation cannot be configured; `None` when it can be.
    #[must_use]
    pub fn rotation_not_configurable(&self) -> Option<NotConfigurable> {
        if self.manager == "AWS" {
            Some(NotConfigurable::ManagedByAws)
        } else if self.spec.as_deref().is_some_and(|spec| spec != "SYMMETRIC_DEFAULT") {
            Some(NotConfigurable::NotSymmetric)
        } else {
            match self.origin.as_deref() {
                Some("EXTERNAL") => Some(NotConfigurable::ImportedMaterial),
                Some("AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE") => Some(NotConfigurable::CustomKeyStore),
                _ => None,
            }
        }
    }
}

/// The grants of a key: permissions to use it that stand beside its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyGrants {
    /// How many there are.
    pub total: usize,
    /// How many of them are for principals of the key's own account.
    pub own_account: usize,
    /// How many are for AWS services.
    pub services: usize,
    /// All others: for principals of other accounts, and for those whose account cannot be told.
    pub others: Vec<KeyGrant>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyGrant {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who may use the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee: Option<String>,
    /// Who may retire the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring_principal: Option<String>,
    /// The account under which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuing_account: Option<String>,
    /// What it allows (`Decrypt`, `GenerateDataKey` …).
    pub operations: Vec<String>,
    /// Whether it holds only for certain encryption contexts or resources.
    pub constrained: bool,
}

/// A key that something uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its ARN.
    pub arn: String,
    /// What KMS says of it; the source is that of the uses that lead to it.
    pub description: KeyDescription,
    /// Whether its material is renewed.
    pub rotation: Evidence<KeyRotation>,
    /// Its key policy, which can be read in the key's own account only.
    pub policy: Evidence<PolicyDocument>,
    /// Its grants; of a key of another account, as far as its key policy lets them be read.
    pub grants: Evidence<KeyGrants>,
}

/// What KMS says of the keys that an account uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// Whether all was looked into that may name a key. Where this is a gap, keys may be in use that do not stand here.
    pub referrers: Evidence<Referrers>,
    /// Every name under which a key is used, in the order of regions and names.
    pub uses: Vec<KeyUse>,
    /// The keys that these lead to, each once, in the order of their ARNs.
    pub keys: Vec<Key>,
}

impl Keys {
    /// The use of a name in a region.
    #[must_use]
    pub fn use_of(&self, reference: &KeyReference) -> Option<&KeyUse> {
        self.uses.iter().find(|each| each.reference == *reference)
    }

    /// The key with an ARN.
    #[must_use]
    pub fn key(&self, arn: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.arn == arn)
    }
}

impl Facts for Keys {
    fn facts(&self) -> Vec<Fact<'_>> {
        let uses = self.uses.iter().map(|each| {
            // The same alias may be used in several regions.
            let reference = &each.reference;
            let subject = if reference.key.starts_with("arn:") {
                reference.key.clone()
            } else {
                format!("{} in {}", reference.key, reference.region)
            };
            Fact::new(subject, "key", &each.resolved)
        });
        let keys = self.keys.iter().flat_map(|key| {
            [
                Fact::new(key.arn.as_str(), "rotation", &key.rotation),
                Fact::new(key.arn.as_str(), "key policy", &key.policy),
                Fact::new(key.arn.as_str(), "grants", &key.grants),
            ]
        });
        let referrers = Fact::new("", "what refers to keys", &self.referrers);
        std::iter::once(referrers).chain(uses).chain(keys).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Operation, Source};
    use crate::identifiers::RegionName;

    fn description(manager: &str, spec: &str, origin: &str) -> KeyDescription {
        KeyDescription {
            id: "1".to_owned(),
            account: "111122223333".to_owned(),
            manager: manager.to_owned(),
            state: "Enabled".to_owned(),
            enabled: true,
            origin: Some(origin.to_owned()),
            spec: Some(spec.to_owned()),
            usage: None,
            description: None,
            created_at: None,
            deletion_at: None,
            pending_deletion_days: None,
            expiration_model: None,
            material_expires_at: None,
            custom_key_store: None,
            multi_region: None,
        }
    }

    #[test]
    fn rotation_is_asked_of_symmetric_customer_keys_with_material_of_kms() {
        let reason = |manager, spec, origin| description(manager, spec, origin).rotation_not_configurable();
        assert_eq!(reason("CUSTOMER", "SYMMETRIC_DEFAULT", "AWS_KMS"), None);
        assert_eq!(
            reason("AWS", "SYMMETRIC_DEFAULT", "AWS_KMS"),
            Some(NotConfigurable::ManagedByAws)
        );
        assert_eq!(
            reason("CUSTOMER", "RSA_2048", "AWS_KMS"),
            Some(NotConfigurable::NotSymmetric)
        );
        assert_eq!(
            reason("CUSTOMER", "SYMMETRIC_DEFAULT", "EXTERNAL"),
            Some(NotConfigurable::ImportedMaterial)
        );
        for store in ["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"] {
            assert_eq!(
                reason("CUSTOMER", "SYMMETRIC_DEFAULT", store),
                Some(NotConfigurable::CustomKeyStore)
            );
        }
        let unknown = KeyDescription {
            spec: None,
            origin: None,
            ..description("CUSTOMER", "", "")
        };
        assert_eq!(unknown.rotation_not_configurable(), None, "what is not said is asked");
    }

    #[test]
    fn uses_and_keys_tell_of_themselves() {
        let source = || Source::not_called(Operation::named("kms.DescribeKey"));
        let used = |key: &str| KeyUse {
            reference: KeyReference {
                region: RegionName::new("eu-west-1").expect("a region"),
                key: key.to_owned(),
            },
            resolved: Evidence::present("arn:aws:kms:eu-west-1:111122223333:key/1".to_owned(), source()),
        };
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
        let keys = Keys {
            referrers: Evidence::present(Referrers { places: 3 }, source()),
            uses: vec![
                used("alias/aws/s3"),
                used("arn:aws:kms:eu-west-1:1:alias/aws/s3"),
                used(arn),
            ],
            keys: vec![Key {
                arn: arn.to_owned(),
                description: description("CUSTOMER", "SYMMETRIC_DEFAULT", "AWS_KMS"),
                rotation: Evidence::not_collected(Operation::named("kms.GetKeyRotationStatus")),
                policy: Evidence::absent(source()),
                grants: Evidence::absent(source()),
            }],
        };
        let managed: Vec<_> = keys.uses.iter().map(KeyUse::names_managed_key).collect();
        assert_eq!(managed, [true, true, false]);
        let facts = keys.facts();
        let told: Vec<_> = facts.iter().map(|fact| (fact.subject.as_ref(), fact.aspect)).collect();
        assert_eq!(told[0], ("", "what refers to keys"));
        assert_eq!(told[1], ("alias/aws/s3 in eu-west-1", "key"));
        assert_eq!(
            told[3..],
            [(arn, "key"), (arn, "rotation"), (arn, "key policy"), (arn, "grants")]
        );
        assert_eq!(keys.use_of(&keys.uses[1].reference), Some(&keys.uses[1]));
        assert!(keys.key(arn).is_some());
    }
}
