//! KMS as an account has it in each of its regions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// KMS in the regions where there are keys; everywhere else there are none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kms {
    /// By the region's name.
    pub regions: BTreeMap<String, KmsRegion>,
}

/// KMS in one region.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KmsRegion {
    /// The keys.
    pub keys: Vec<KmsKey>,
    /// The aliases, those of AWS included.
    pub aliases: Vec<KmsAlias>,
}

/// An alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsAlias {
    /// Its name, `alias/` included.
    pub name: String,
    /// The id of its key; none for an alias of AWS for which no key was made so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsKey {
    /// Its id.
    pub id: String,
    /// `CUSTOMER` or `AWS`.
    pub manager: String,
    /// Its state.
    pub state: String,
    /// Where its material comes from.
    pub origin: String,
    /// Its spec.
    pub spec: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What its maker wrote about it.
    #[serde(default)]
    pub description: String,
    /// When it will be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_at: Option<Timestamp>,
    /// When imported material expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The regions of a multi-Region key's primary and replicas, the primary first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multi_regions: Vec<String>,
    /// After how many days it rotates; none when rotation is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_days: Option<u32>,
    /// Its policy.
    pub policy: String,
    /// Its grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<KmsGrant>,
    /// The accounts that its policy lets describe it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsGrant {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who may use the key.
    pub grantee: String,
    /// Whether the grantee is told as a service.
    #[serde(default)]
    pub is_service: bool,
    /// What it allows.
    pub operations: Vec<String>,
    /// The encryption context to which it is limited.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, String>,
}
