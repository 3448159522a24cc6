//! Amazon GuardDuty as an account has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// GuardDuty in all regions of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuardDuty {
    /// The detectors, at most one a region.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detectors: Vec<GuardDutyDetector>,
    /// The plans of Malware Protection for S3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub malware_protection_plans: Vec<GuardDutyMalwarePlan>,
}

/// A detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDutyDetector {
    /// The region.
    pub region: String,
    /// Thirty-two hexadecimal digits.
    pub id: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// How often findings are published again.
    pub finding_publishing_frequency: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whether S3 data events are read, in the older form of the answer.
    pub s3_logs: String,
    /// What is looked at, in the newer form of the answer.
    pub features: Vec<GuardDutyFeature>,
    /// The account that administers it, with the status of the relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<GuardDutyAdministrator>,
}

/// One thing that a detector may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDutyFeature {
    /// The name (`S3_DATA_EVENTS`).
    pub name: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// `GUARDDUTY_POLICY` where a policy of the organization decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
}

/// The account that administers GuardDuty for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDutyAdministrator {
    /// Its id.
    pub account: String,
    /// `Enabled` …
    pub relationship_status: String,
}

/// A plan of Malware Protection for S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDutyMalwarePlan {
    /// The region.
    pub region: String,
    /// Twenty letters and digits.
    pub id: String,
    /// `ACTIVE`, `WARNING` or `ERROR`.
    pub status: String,
    /// Why it does not work, as code and words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_reasons: Vec<(String, String)>,
    /// The bucket.
    pub bucket: String,
    /// The beginnings of keys that it looks at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// `ENABLED` or `DISABLED`.
    pub tagging: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it stands in the list only: it was deleted before it could be asked for.
    #[serde(default)]
    pub is_gone: bool,
}
