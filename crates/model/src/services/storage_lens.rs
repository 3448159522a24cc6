//! S3 Storage Lens configurations that have their home in a region: what is measured, and where the figures go.

use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::evidence::Evidence;
use crate::identifiers::RegionName;

/// What is measured on one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StorageLensMetrics {
    /// Requests and bytes.
    pub activity: bool,
    /// Lifecycle rules, incomplete uploads.
    pub advanced_cost_optimization: bool,
    /// Encryption, replication, versioning and the like.
    pub advanced_data_protection: bool,
    /// Requests by status code.
    pub detailed_status_codes: bool,
    /// Request sizes, latencies.
    pub advanced_performance: bool,
}

/// Buckets and regions that a configuration names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensSelection {
    /// ARNs of buckets.
    pub buckets: Vec<String>,
    /// Names of regions.
    pub regions: Vec<String>,
}

/// How exported figures are encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensEncryption {
    /// `SSE-S3` or `SSE-KMS`.
    pub method: String,
    /// The key of SSE-KMS.
    pub kms_key: Option<String>,
}

/// The bucket that receives figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// The table that receives figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensTable {
    /// Whether it does.
    pub is_enabled: bool,
    /// How it is encrypted.
    pub encryption: Option<StorageLensEncryption>,
}

/// Where figures go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensExport {
    /// To a bucket.
    pub bucket: Option<StorageLensBucket>,
    /// Whether to CloudWatch; `None` when that is not configured.
    pub cloudwatch_metrics: Option<bool>,
    /// To a table.
    pub table: Option<StorageLensTable>,
}

/// A configuration in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensConfiguration {
    /// Whether it is on.
    pub is_enabled: bool,
    /// The ARN of the organization whose accounts are measured; `None` for the account alone.
    pub organization: Option<String>,
    /// What is measured for the account.
    pub account_metrics: StorageLensMetrics,
    /// What is measured for each bucket.
    pub bucket_metrics: StorageLensMetrics,
    /// Whether prefixes are measured; `None` when that is not configured.
    pub prefix_metrics: Option<bool>,
    /// The only buckets and regions that are measured.
    pub include: Option<StorageLensSelection>,
    /// Those that are not.
    pub exclude: Option<StorageLensSelection>,
    /// Where the figures go.
    pub data_export: Option<StorageLensExport>,
    /// Where the figures of all prefixes go.
    pub prefixes_export: Option<StorageLensExport>,
}

impl StorageLensConfiguration {
    fn encryptions(&self) -> impl Iterator<Item = &StorageLensEncryption> {
        let exports = self.data_export.iter().chain(&self.prefixes_export);
        exports.flat_map(|export| {
            let bucket = export.bucket.iter().filter_map(|bucket| bucket.encryption.as_ref());
            bucket.chain(export.table.iter().filter_map(|table| table.encryption.as_ref()))
        })
    }
}

/// A configuration as the list tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLensDashboard {
    /// Its id; every account has a `default-account-dashboard`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The region that keeps its figures.
    pub home_region: RegionName,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The configuration.
    pub configuration: Evidence<StorageLensConfiguration>,
}

/// What S3 Control says of Storage Lens in a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageLens {
    /// The configurations.
    pub dashboards: Evidence<Vec<StorageLensDashboard>>,
}

impl Facts for StorageLens {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "configurations", &self.dashboards)];
        for each in self.dashboards.known().ok().flatten().into_iter().flatten() {
            facts.push(Fact::new(each.arn.as_str(), "configuration", &each.configuration));
        }
        facts
    }

    fn keys(&self) -> Vec<KeyReference> {
        let mut keys = Vec::new();
        for each in self.dashboards.known().ok().flatten().into_iter().flatten() {
            let configuration = each.configuration.known().ok().flatten();
            let encryptions = configuration
                .into_iter()
                .flat_map(StorageLensConfiguration::encryptions);
            keys.extend(
                encryptions
                    .filter_map(|each| each.kms_key.clone())
                    .map(|key| KeyReference {
                        region: each.home_region.clone(),
                        key,
                    }),
            );
        }
        keys
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["configurations", "configuration"]
    }
}
