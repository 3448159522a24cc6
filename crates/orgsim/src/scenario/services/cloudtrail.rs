//! AWS CloudTrail as an account has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The trails that belong to an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudTrail {
    /// The trails. One of the organization, which only the management account has, is shown in all accounts.
    pub trails: Vec<Trail>,
}

/// A trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Its name.
    pub name: String,
    /// The region in which it was created.
    pub region: String,
    /// Whether it logs every region.
    #[serde(default)]
    pub is_multi_region: bool,
    /// Whether it logs every account of the organization.
    #[serde(default)]
    pub is_organization_trail: bool,
    /// The bucket that it delivers to.
    pub bucket: String,
    /// What the delivered keys begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Whether it delivers digests.
    #[serde(default)]
    pub validates_log_files: bool,
    /// Whether it logs global services.
    #[serde(default)]
    pub logs_global_services: bool,
    /// The ARN of the key for its log files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// The ARN of its log group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_arn: Option<String>,
    /// The ARN of the role with which it writes to the log group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_role_arn: Option<String>,
    /// The ARN of the topic that it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// What it did lately.
    #[serde(default)]
    pub status: TrailStatus,
    /// What it logs; without any, all management events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selectors: Option<TrailSelectors>,
    /// What unusual activity it looks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insights: Vec<TrailInsight>,
}

/// What a trail did lately.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrailStatus {
    /// Whether it is logging.
    pub is_logging: bool,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// When it was stopped.
    pub stopped_at: Option<Timestamp>,
    /// When it last delivered to its bucket, its log group and its topic, and a digest if it makes any.
    pub delivered_at: Option<Timestamp>,
    /// The error code of S3 for log files.
    pub delivery_error: Option<String>,
    /// The error code of S3 for digests.
    pub digest_error: Option<String>,
    /// The error of CloudWatch Logs.
    pub log_group_error: Option<String>,
    /// The error of SNS.
    pub notification_error: Option<String>,
}

/// Which events a trail logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrailSelectors {
    /// Basic selectors.
    Basic(Vec<TrailBasicSelector>),
    /// Advanced selectors.
    Advanced(Vec<TrailAdvancedSelector>),
}

/// A basic selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailBasicSelector {
    /// `ReadOnly`, `WriteOnly` or `All`.
    pub read_write_type: String,
    /// Whether it selects management events.
    pub includes_management_events: bool,
    /// Services whose management events are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_sources: Vec<String>,
    /// ARNs by the type of the resources.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data_resources: BTreeMap<String, Vec<String>>,
}

/// An advanced selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailAdvancedSelector {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its fields.
    pub fields: Vec<TrailField>,
}

/// A field of an advanced selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailField {
    /// Its name.
    pub field: String,
    /// Values by the operator as CloudTrail writes it (`Equals`, `NotStartsWith`).
    pub conditions: BTreeMap<String, Vec<String>>,
}

/// Unusual activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailInsight {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`.
    pub kind: String,
    /// `Management`, `Data`; empty where nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
}
