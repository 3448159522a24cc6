//! What an account's services hold, one file and one line a service.
//!
//! Each is empty unless a scenario says otherwise, and an empty one answers as a service answers that nobody ever used.

mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod iam;
mod kms;
mod shield;
mod topics;
mod trusted_advisor;

use serde::{Deserialize, Serialize};

pub use change_alarms::{Alarm, EventRule, EventTarget, MetricFilter};
pub use cloudfront::{
    CloudFront, CloudFrontAccessControl, CloudFrontBehavior, CloudFrontDistribution, CloudFrontLogging,
    CloudFrontOrigin,
};
pub use cloudtrail::{
    CloudTrail, Trail, TrailAdvancedSelector, TrailBasicSelector, TrailField, TrailInsight, TrailSelectors, TrailStatus,
};
pub use config::{Config, ConfigChannel, ConfigEvaluation, ConfigRecorder, ConfigRegion, ConfigRule};
pub use iam::{CredentialReport, Iam, PasswordPolicy, ReportState, VirtualMfaDevice};
pub use kms::{Kms, KmsAlias, KmsGrant, KmsKey, KmsRegion};
pub use shield::{Shield, ShieldProtection};
pub use topics::Topic;
pub use trusted_advisor::{
    TrustedAdvisor, TrustedAdvisorCheck, TrustedAdvisorRefresh, TrustedAdvisorResource, TrustedAdvisorValue,
};

/// The services of one account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountServices {
    /// CloudFront.
    pub cloudfront: CloudFront,
    /// IAM.
    pub iam: Iam,
    /// AWS CloudTrail.
    pub cloudtrail: CloudTrail,
    /// AWS Shield Advanced.
    pub shield: Shield,
    /// AWS Trusted Advisor.
    pub trusted_advisor: TrustedAdvisor,
    /// Alarms of CloudWatch.
    pub alarms: Vec<Alarm>,
    /// Rules of EventBridge.
    pub event_rules: Vec<EventRule>,
    /// Metric filters of CloudWatch Logs.
    pub metric_filters: Vec<MetricFilter>,
    /// Topics of SNS.
    pub topics: Vec<Topic>,
    /// AWS Config.
    pub config: Config,
    /// KMS.
    pub kms: Kms,
}
