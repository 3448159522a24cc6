//! Settings that protect objects: encryption, versions, locks, copies.

use serde::{Deserialize, Serialize};

/// One default of a bucket's encryption configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptionDefault {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`; `None` when the entry only blocks encryption types.
    pub algorithm: Option<String>,
    /// The key's ARN, id or alias; `None` with a KMS algorithm means the AWS managed key `aws/s3`.
    pub kms_key: Option<String>,
    /// Whether the S3 Bucket Key is on; `None` when AWS did not say.
    pub bucket_key_enabled: Option<bool>,
    /// Encryption types that uploads may not use, such as `SSE-C`; `None` when AWS did not say.
    pub blocked_encryption_types: Option<Vec<String>>,
}

/// Default encryption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptionConfiguration {
    /// The defaults; S3 allows one.
    pub defaults: Vec<EncryptionDefault>,
}

/// Versioning. S3 always answers this read; a bucket that never had versioning answers with neither member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioning {
    /// `Enabled` or `Suspended`; `None` when it was never enabled.
    pub status: Option<String>,
    /// `Enabled` or `Disabled`; `None` when it was never configured.
    pub mfa_delete: Option<String>,
}

/// The retention that an object gets unless its upload says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRetention {
    /// `GOVERNANCE` or `COMPLIANCE`.
    pub mode: Option<String>,
    /// Days, when given in days.
    pub days: Option<i32>,
    /// Years, when given in years.
    pub years: Option<i32>,
}

/// Object Lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLock {
    /// Whether Object Lock is enabled.
    pub enabled: bool,
    /// The default retention.
    pub default_retention: Option<DefaultRetention>,
}

/// One rule of a replication configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicationRule {
    /// The rule's id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// The destination bucket's ARN.
    pub destination_bucket: String,
    /// The destination's account, when the rule names it.
    pub destination_account: Option<String>,
    /// The key that encrypts replicas, when the rule names it.
    pub replica_kms_key: Option<String>,
    /// Whether delete markers are replicated; `None` when the rule does not say.
    pub delete_marker_replication: Option<String>,
    /// The key prefix to which the rule is limited; `None` when it holds for all objects or selects by tag.
    pub prefix: Option<String>,
    /// Whether the rule also selects by object tags.
    pub filters_by_tag: bool,
}

/// Replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicationConfiguration {
    /// The role that S3 assumes.
    pub role: String,
    /// The rules.
    pub rules: Vec<ReplicationRule>,
}
