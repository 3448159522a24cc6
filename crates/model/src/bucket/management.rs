//! Settings that manage a bucket's content and its costs.

use serde::{Deserialize, Serialize};

/// Which objects a lifecycle rule holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleFilter {
    /// The key prefix; `None` or empty for all keys.
    pub prefix: Option<String>,
    /// Whether the rule also selects by object tags.
    pub by_tag: bool,
    /// Whether the rule also selects by object size.
    pub by_size: bool,
}

impl LifecycleFilter {
    /// Whether the rule holds for every object.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.prefix.as_deref().is_none_or(str::is_empty) && !self.by_tag && !self.by_size
    }
}

/// What a lifecycle rule does. Days count from creation, or from becoming noncurrent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifecycleAction {
    /// Expires current versions after days.
    ExpireAfterDays(i32),
    /// Expires current versions on a date (ISO 8601).
    ExpireOnDate(String),
    /// Removes delete markers without noncurrent versions.
    ExpireDeleteMarkers,
    /// Moves current versions to a storage class.
    Transition {
        /// After how many days, when given in days.
        days: Option<i32>,
        /// The storage class.
        storage_class: String,
    },
    /// Expires noncurrent versions after days.
    ExpireNoncurrentAfterDays {
        /// Days since the version became noncurrent.
        days: Option<i32>,
        /// How many newer noncurrent versions are kept.
        keep: Option<i32>,
    },
    /// Moves noncurrent versions to a storage class.
    TransitionNoncurrent {
        /// Days since the version became noncurrent.
        days: Option<i32>,
        /// The storage class.
        storage_class: String,
    },
    /// Aborts incomplete multipart uploads; `None` when AWS did not say after how many days.
    AbortIncompleteMultipartUpload(Option<i32>),
}

/// One lifecycle rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRule {
    /// The rule's id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// Which objects it holds for.
    pub filter: LifecycleFilter,
    /// What it does.
    pub actions: Vec<LifecycleAction>,
}

impl LifecycleRule {
    /// Whether the rule is in force.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.status == "Enabled"
    }
}

/// One S3 Inventory configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryConfiguration {
    /// The configuration's id.
    pub id: String,
    /// Whether it is in force.
    pub is_enabled: bool,
    /// `Daily` or `Weekly`.
    pub frequency: Option<String>,
    /// `All` or `Current`.
    pub included_versions: String,
    /// The destination bucket's ARN.
    pub destination_bucket: Option<String>,
}

/// Who pays for requests and transfers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPayment {
    /// `BucketOwner` or `Requester`.
    pub payer: String,
}

/// Transfer acceleration. S3 answers without a status when it was never configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceleration {
    /// `Enabled` or `Suspended`; `None` when never configured.
    pub status: Option<String>,
}

/// Attribute-based access control by bucket tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abac {
    /// `Enabled` or `Disabled`; `None` when AWS did not say.
    pub status: Option<String>,
}

/// One table of an S3 Metadata configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataTable {
    /// `journal` or `inventory`.
    pub kind: String,
    /// The table's status, such as `ACTIVE`.
    pub status: Option<String>,
    /// The table's ARN.
    pub arn: Option<String>,
}

/// S3 Metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataConfiguration {
    /// The tables.
    pub tables: Vec<MetadataTable>,
}
