//! S3 Object Lambda access points of a region: access points whose answers a function rewrites.
//!
//! Since 7 November 2025 only accounts that used Object Lambda before have it (Amazon S3 User Guide, "Amazon S3 Object
//! Lambda availability change"). No AWS page says what the others are answered, so whatever error they get is a gap.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::bucket::{PolicyDocument, PolicyStatus, PublicAccessBlock};
use crate::evidence::Evidence;

/// What a function does to some requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLambdaTransformation {
    /// The requests: `GetObject`, `HeadObject`, `ListObjects`, `ListObjectsV2`.
    pub actions: Vec<String>,
    /// The ARN of the function; `None` for a transformation of a kind that is not known here.
    pub function_arn: Option<String>,
}

/// How an Object Lambda access point works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLambdaConfiguration {
    /// The ARN of the access point that the data comes from.
    pub supporting_access_point: String,
    /// Whether requests are counted in CloudWatch; `None` when AWS did not say.
    pub cloudwatch_metrics_enabled: Option<bool>,
    /// What requests may ask for, such as `GetObject-Range`.
    pub allowed_features: Vec<String>,
    /// The transformations.
    pub transformations: Vec<ObjectLambdaTransformation>,
}

/// What the access point says beside its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLambdaSettings {
    /// Its public access block.
    pub public_access_block: PublicAccessBlock,
    /// When it was created.
    pub created_at: Option<Timestamp>,
}

/// An Object Lambda access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLambdaAccessPoint {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// Its alias.
    pub alias: Option<String>,
    /// `PROVISIONING` or `READY`.
    pub alias_status: Option<String>,
    /// How it works.
    pub configuration: Evidence<ObjectLambdaConfiguration>,
    /// What it says beside that.
    pub settings: Evidence<ObjectLambdaSettings>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
    /// S3's own judgement of the policy; absent when there is none.
    pub policy_status: Evidence<PolicyStatus>,
}

/// What S3 Control says of the Object Lambda access points of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLambdaAccessPoints {
    /// The access points.
    pub access_points: Evidence<Vec<ObjectLambdaAccessPoint>>,
}

impl Facts for ObjectLambdaAccessPoints {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "access points", &self.access_points)];
        for each in self.access_points.known().ok().flatten().into_iter().flatten() {
            let subject = each.arn.as_deref().unwrap_or(&each.name);
            facts.push(Fact::new(subject, "configuration", &each.configuration));
            facts.push(Fact::new(subject, "settings", &each.settings));
            facts.push(Fact::new(subject, "policy", &each.policy));
            facts.push(Fact::new(subject, "policy status", &each.policy_status));
        }
        facts
    }
}
