//! IAM Access Analyzer as an account has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An analyzer of one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyzer {
    /// The region.
    pub region: String,
    /// The name.
    pub name: String,
    /// `ACCOUNT`, `ORGANIZATION`, or one of these with `_UNUSED_ACCESS` or `_INTERNAL_ACCESS` behind it.
    pub analyzer_type: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: String,
    /// Why it is not active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The ARN of the resource that it looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_resource_analyzed: Option<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_resource_analyzed_at: Option<Timestamp>,
    /// The service that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// What it found, on whatever kind of resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<AnalyzerFinding>,
    /// What it archives by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archive_rules: Vec<AnalyzerArchiveRule>,
}

impl Analyzer {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self, partition: &str, account: &str) -> String {
        format!(
            "arn:{partition}:access-analyzer:{}:{account}:analyzer/{}",
            self.region, self.name
        )
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyzerFinding {
    /// A UUID.
    pub id: String,
    /// The ARN of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The kind of resource (`AWS::S3::Bucket`).
    pub resource_type: String,
    /// The account that owns the resource.
    pub resource_owner_account: String,
    /// `ACTIVE`, `ARCHIVED` or `RESOLVED`.
    pub status: String,
    /// Why the resource could not be analyzed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the resource was last analyzed.
    pub analyzed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The accesses: one for access from outside, any number for access from inside, none for an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accesses: Vec<AnalyzerAccess>,
}

/// An access that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnalyzerAccess {
    /// The principal.
    pub principal: BTreeMap<String, String>,
    /// The actions.
    pub actions: Vec<String>,
    /// The condition keys with their values.
    pub condition: BTreeMap<String, String>,
    /// Whether it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_public: Option<bool>,
    /// What grants it.
    pub sources: Vec<AnalyzerFindingSource>,
    /// What a resource control policy does to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_control_policy_restriction: Option<String>,
    /// What a service control policy does to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_control_policy_restriction: Option<String>,
    /// The principal's account, for access from inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_owner_account: Option<String>,
    /// `IAM_ROLE` or `IAM_USER`, for access from inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_type: Option<String>,
    /// `INTRA_ACCOUNT` or `INTRA_ORG`, for access from inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_type: Option<String>,
}

/// What grants an access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyzerFindingSource {
    /// `POLICY`, `BUCKET_ACL`, `S3_ACCESS_POINT` or `S3_ACCESS_POINT_ACCOUNT`.
    pub source_type: String,
    /// The ARN of the access point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_point_arn: Option<String>,
    /// The account of another account's access point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_point_account: Option<String>,
}

/// What an analyzer archives by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyzerArchiveRule {
    /// The name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What a finding must be like.
    pub filter: BTreeMap<String, AnalyzerCriterion>,
}

/// What one member of a finding must be like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnalyzerCriterion {
    /// One of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eq: Option<Vec<String>>,
    /// None of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neq: Option<Vec<String>>,
    /// Holding one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<Vec<String>>,
    /// There or not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
}
