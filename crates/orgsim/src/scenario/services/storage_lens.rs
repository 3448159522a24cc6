//! S3 Storage Lens as an account has it.

use serde::{Deserialize, Serialize};

/// What is measured on one level; `None` leaves the member out, which means that it is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageLensMetrics {
    /// Requests and bytes.
    pub activity: Option<bool>,
    /// What could be cheaper.
    pub advanced_cost_optimization: Option<bool>,
    /// What could be safer.
    pub advanced_data_protection: Option<bool>,
    /// Requests by status code.
    pub detailed_status_codes: Option<bool>,
    /// Sizes and latencies.
    pub advanced_performance: Option<bool>,
}

/// Buckets and regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLensSelection {
    /// ARNs of buckets.
    pub buckets: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// The bucket that receives figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLensBucket {
    /// Its ARN.
    pub arn: String,
    /// Its account.
    pub account: String,
    /// What the keys begin with.
    pub prefix: Option<String>,
    /// `CSV` or `Parquet`.
    pub format: String,
    /// How the export is encrypted; `None` leaves it to the bucket.
    pub encryption: Option<StorageLensEncryption>,
}

/// How an export is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLensEncryption {
    /// The key of SSE-KMS; `None` for SSE-S3.
    pub kms_key: Option<String>,
}

/// The table that receives figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLensTable {
    /// Whether it does.
    pub is_enabled: bool,
    /// How it is encrypted.
    pub encryption: Option<StorageLensEncryption>,
}

/// Where figures go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageLensExport {
    /// To a bucket.
    pub bucket: Option<StorageLensBucket>,
    /// Whether to CloudWatch.
    pub cloudwatch_metrics: Option<bool>,
    /// To a table.
    pub table: Option<StorageLensTable>,
}

/// A configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLensDashboard {
    /// The region that keeps its figures.
    pub home_region: String,
    /// Its id.
    pub id: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The ARN of the organization that is measured.
    pub organization: Option<String>,
    /// What is measured for the account.
    pub account_metrics: StorageLensMetrics,
    /// What is measured for each bucket.
    pub bucket_metrics: StorageLensMetrics,
    /// Whether prefixes are measured.
    pub prefix_metrics: Option<bool>,
    /// What alone is measured.
    pub include: Option<StorageLensSelection>,
    /// What is not.
    pub exclude: Option<StorageLensSelection>,
    /// Where the figures go.
    pub data_export: Option<StorageLensExport>,
    /// Where the figures of all prefixes go.
    pub prefixes_export: Option<StorageLensExport>,
}
