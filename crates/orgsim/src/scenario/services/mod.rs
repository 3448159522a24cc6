//! What an account's services hold, one file and one line a service.
//!
//! Each is empty unless a scenario says otherwise, and an empty one answers as a service answers that nobody ever used.

mod access_analyzer;
mod access_grants;
mod access_points;
mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod guardduty;
mod iam;
mod kms;
mod macie;
mod shield;
mod special_buckets;
mod storage_lens;
mod topics;
mod trusted_advisor;

use serde::{Deserialize, Serialize};

pub use access_analyzer::{
    Analyzer, AnalyzerAccess, AnalyzerArchiveRule, AnalyzerCriterion, AnalyzerFinding, AnalyzerFindingSource,
};
pub use access_grants::{AccessGrant, AccessGrantsInstance, AccessGrantsLocation, AccessGrantsPolicy};
pub use access_points::{
    AccessPoint, MultiRegionAccessPoint, MultiRegionBucket, ObjectLambdaAccessPoint, ObjectLambdaTransformation,
};
pub use change_alarms::{Alarm, EventRule, EventTarget, MetricFilter};
pub use cloudfront::{
    CloudFront, CloudFrontAccessControl, CloudFrontBehavior, CloudFrontDistribution, CloudFrontLogging,
    CloudFrontOrigin,
};
pub use cloudtrail::{
    CloudTrail, Trail, TrailAdvancedSelector, TrailBasicSelector, TrailField, TrailInsight, TrailSelectors, TrailStatus,
};
pub use config::{Config, ConfigChannel, ConfigEvaluation, ConfigRecorder, ConfigRegion, ConfigRule};
pub use guardduty::{GuardDuty, GuardDutyAdministrator, GuardDutyDetector, GuardDutyFeature, GuardDutyMalwarePlan};
pub use iam::{CredentialReport, Iam, PasswordPolicy, ReportState, VirtualMfaDevice};
pub use kms::{Kms, KmsAlias, KmsGrant, KmsKey, KmsRegion};
pub use macie::{MacieAdministrator, MacieDiscovery, MacieRegion};
pub use shield::{Shield, ShieldProtection};
pub use special_buckets::{DirectoryBucket, RequestMetrics, TableBucket, TableFileRemoval, VectorBucket};
pub use storage_lens::{
    StorageLensBucket, StorageLensDashboard, StorageLensEncryption, StorageLensExport, StorageLensMetrics,
    StorageLensSelection, StorageLensTable,
};
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
    /// S3 access points.
    pub access_points: Vec<AccessPoint>,
    /// S3 Object Lambda access points.
    pub object_lambda_access_points: Vec<ObjectLambdaAccessPoint>,
    /// S3 Multi-Region Access Points.
    pub multi_region_access_points: Vec<MultiRegionAccessPoint>,
    /// S3 Access Grants, one instance in a region at most.
    pub access_grants: Vec<AccessGrantsInstance>,
    /// S3 Storage Lens configurations.
    pub storage_lens: Vec<StorageLensDashboard>,
    /// Directory buckets.
    pub directory_buckets: Vec<DirectoryBucket>,
    /// Table buckets.
    pub table_buckets: Vec<TableBucket>,
    /// Vector buckets.
    pub vector_buckets: Vec<VectorBucket>,
    /// IAM Access Analyzer: the analyzers of all regions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_analyzer: Vec<Analyzer>,
    /// Amazon Macie: the regions where it is enabled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub macie: Vec<MacieRegion>,
    /// Amazon GuardDuty.
    pub guardduty: GuardDuty,
}
