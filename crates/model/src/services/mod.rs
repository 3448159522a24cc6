//! What the account services say that bears on S3: one file a source, one line in the registry below.
//!
//! A source is a service, or a part of one, that is read for an account as a whole and not for one bucket: CloudTrail,
//! IAM Access Analyzer, the keys that buckets use. Each reading holds evidence piece by piece, so that one refused call
//! leaves the rest of its source standing, and tells all of its pieces as [`Fact`]s, so that coverage, `doctor` and the
//! report need to know none of the sources by name.

pub mod access_analyzer;
mod access_grants;
mod access_points;
mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod data_events;
mod directory_buckets;
mod effective_s3_policy;
mod guardduty;
mod iam;
mod keys;
mod lacking;
mod macie;
mod multi_region_access_points;
mod object_lambda_access_points;
mod organization_policies;
mod referrers;
mod shield;
mod storage_lens;
mod table_buckets;
mod topics;
mod trusted_advisor;
mod vector_buckets;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use access_analyzer::{
    AccessAnalyzer, Analyzer, ArchiveRule, Criterion, ExternalFinding, FindingSource, FindingSubject, FoundAccess,
    InternalAccess, InternalFinding, Monitoring,
};
pub use access_grants::{AccessGrant, AccessGrants, AccessGrantsInstance, AccessGrantsLocation, AccessGrantsPolicy};
pub use access_points::{AccessPoint, AccessPointSettings, AccessPoints};
pub use change_alarms::{
    ChangeAlarms, EventRule, EventRules, FilterMetric, MetricAlarm, MetricFilter, MetricFilters, RuleTarget,
    WatchedMetric,
};
pub use cloudfront::{
    CloudFront, CloudFrontAccessControl, CloudFrontBehavior, CloudFrontCertificate, CloudFrontConfiguration,
    CloudFrontCustomOrigin, CloudFrontDistribution, CloudFrontDistributions, CloudFrontLegacyLogging,
    CloudFrontLogging, CloudFrontOrigin, CloudFrontOriginGroup, S3Address, S3Endpoint,
};
pub use cloudtrail::{
    AdvancedEventSelector, BasicEventSelector, CloudTrail, DataResource, EventSelectors, FieldSelector,
    InsightSelector, OrganizationSelectors, Trail, TrailDetails, TrailStatus, organization_selectors,
};
pub use config::{
    Config, ConfigDelivery, ConfigDeliveryChannel, ConfigDeliveryChannelStatus, ConfigEvaluation, ConfigEvaluations,
    ConfigRecorder, ConfigRecorderStatus, ConfigRecordingGroup, ConfigRecordingMode, ConfigRecordingModeOverride,
    ConfigRule, ConfigRuleScope, ConfigRules,
};
pub use data_events::{DataEvents, Logged};
pub use directory_buckets::{DirectoryBucket, DirectoryBuckets, RequestMetrics};
pub use effective_s3_policy::{EffectivePolicy, EffectiveS3Policy};
pub use guardduty::{
    Detector, DetectorConfiguration, DetectorFeature, GuardDuty, GuardDutyAdministrator, MalwareProtection,
    MalwareProtectionPlan, MalwareProtectionReason,
};
pub use iam::{
    CredentialReport, Iam, PasswordPolicy, Reported, ReportedAccessKey, ReportedCertificate, ReportedUser,
    RootManagement, VirtualMfaDevice,
};
pub use keys::{
    Key, KeyDescription, KeyGrant, KeyGrants, KeyRotation, KeyRotationStatus, KeyUse, Keys, MultiRegionKey,
    NotConfigurable,
};
pub use lacking::Lacking;
pub use macie::{AutomatedDiscovery, Macie, MacieAdministrator, MacieSession};
pub use multi_region_access_points::{
    MultiRegionAccessPoint, MultiRegionAccessPoints, MultiRegionBucket, MultiRegionPolicies,
};
pub use object_lambda_access_points::{
    ObjectLambdaAccessPoint, ObjectLambdaAccessPoints, ObjectLambdaConfiguration, ObjectLambdaSettings,
    ObjectLambdaTransformation,
};
pub use organization_policies::{
    DelegatedAdministrator, DelegatedService, OrganizationPolicies, OrganizationPolicy, PolicyList, PolicyTarget,
};
pub use referrers::Referrers;
pub use shield::{Shield, ShieldProtection, ShieldSubscription};
pub use storage_lens::{
    StorageLens, StorageLensBucket, StorageLensConfiguration, StorageLensDashboard, StorageLensEncryption,
    StorageLensExport, StorageLensMetrics, StorageLensSelection, StorageLensTable,
};
pub use table_buckets::{TableBucket, TableBucketEncryption, TableBucketMaintenance, TableBuckets};
pub use topics::{Topic, TopicAttributes, Topics};
pub use trusted_advisor::{
    TrustedAdvisor, TrustedAdvisorBearing, TrustedAdvisorCheck, TrustedAdvisorColumns, TrustedAdvisorOffer,
    TrustedAdvisorRefresh, TrustedAdvisorRefreshStatus, TrustedAdvisorRefreshSteps, TrustedAdvisorResource,
    TrustedAdvisorResult, TrustedAdvisorSummary,
};
pub use vector_buckets::{VectorBucket, VectorBucketSettings, VectorBuckets};

use crate::bucket::SettingState;
use crate::evidence::{Evidence, Gap, Observed, Source};
use crate::identifiers::{AccountId, RegionName};

/// How often a source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Once for the run, with the caller's own credentials; what is read stands beside the organization's accounts.
    Organization,
    /// Once for each account, from one region.
    Account,
    /// Once for each enabled region of each account.
    Region,
    /// Once for each account, after its buckets, for what these refer to.
    Referenced,
}

/// One piece of evidence of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<'reading> {
    /// What was asked about, such as a trail's ARN; empty for the source as a whole.
    pub subject: Cow<'reading, str>,
    /// What was asked of it, in a few words (`event selectors`).
    pub aspect: &'static str,
    /// The call behind it.
    pub source: &'reading Source,
    /// What came of asking.
    pub state: SettingState<'reading>,
}

impl<'reading> Fact<'reading> {
    /// The fact that a piece of evidence is.
    pub fn new<T>(
        subject: impl Into<Cow<'reading, str>>,
        aspect: &'static str,
        evidence: &'reading Evidence<T>,
    ) -> Self {
        Self {
            subject: subject.into(),
            aspect,
            source: &evidence.source,
            state: match &evidence.observed {
                Observed::Present(_) => SettingState::Present,
                Observed::Absent => SettingState::Absent,
                Observed::Gap(gap) => SettingState::Gap(gap),
            },
        }
    }

    /// The gap, where there is one.
    #[must_use]
    pub fn gap(&self) -> Option<&'reading Gap> {
        match self.state {
            SettingState::Gap(gap) => Some(gap),
            SettingState::Present | SettingState::Absent => None,
        }
    }
}

/// What every reading can tell of itself.
pub trait Facts {
    /// Every piece of evidence in it, in a fixed order. A piece that is not told here does not count in the coverage.
    fn facts(&self) -> Vec<Fact<'_>>;

    /// The keys of KMS that what was read is encrypted with.
    fn keys(&self) -> Vec<KeyReference> {
        Vec::new()
    }

    /// The aspects of its facts in which keys are named: a gap among these may hide a key.
    fn key_aspects(&self) -> &'static [&'static str] {
        &[]
    }

    /// The ARNs of the topics of SNS that what was read notifies.
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }

    /// The aspects of its facts in which topics are named: a gap among these may hide a topic.
    fn topic_aspects(&self) -> &'static [&'static str] {
        &[]
    }
}

/// What one source can say, as a type of its own.
pub trait OfSource: Sized {
    /// The source.
    const SOURCE: ServiceSource;

    /// What a reading of the source says; `None` for a reading of another source.
    fn of(reading: &Reading) -> Option<&Self>;
}

/// A key of KMS as whoever uses it names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyReference {
    /// The region of whoever uses the key; a key's ARN may name another one.
    pub region: RegionName,
    /// The key's ARN, its id, the ARN of an alias, or an alias (`alias/aws/s3`).
    pub key: String,
}

macro_rules! services {
    ($($(#[doc = $documentation:literal])+ $variant:ident = $key:literal, $title:literal, $reach:ident;)*) => {
        /// A source that is read for an account as a whole.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ServiceSource {
            $($(#[doc = $documentation])+ #[serde(rename = $key)] $variant,)*
        }

        impl ServiceSource {
            /// Every source, in the order in which reports list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The source in machine-readable form, as configuration, CSV and JSON write it.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)*
                }
            }

            /// The source of a key.
            #[must_use]
            pub fn of_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|source| source.key() == key)
            }

            /// The source as a heading.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }

            /// What it is, in a sentence or two: the documentation of its line in the registry.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($documentation),+).trim_ascii(),)*
                }
            }

            /// How often it is read.
            #[must_use]
            pub const fn reach(self) -> Reach {
                match self {
                    $(Self::$variant => Reach::$reach,)*
                }
            }
        }

        /// What one source said.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Reading {
            $($(#[doc = $documentation])+ #[serde(rename = $key)] $variant(Box<$variant>),)*
        }

        impl Reading {
            /// The source.
            #[must_use]
            pub const fn source(&self) -> ServiceSource {
                match self {
                    $(Self::$variant(_) => ServiceSource::$variant,)*
                }
            }
        }

        impl Facts for Reading {
            fn facts(&self) -> Vec<Fact<'_>> {
                match self {
                    $(Self::$variant(reading) => reading.facts(),)*
                }
            }

            fn keys(&self) -> Vec<KeyReference> {
                match self {
                    $(Self::$variant(reading) => reading.keys(),)*
                }
            }

            fn key_aspects(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant(reading) => reading.key_aspects(),)*
                }
            }

            fn topics(&self) -> Vec<String> {
                match self {
                    $(Self::$variant(reading) => reading.topics(),)*
                }
            }

            fn topic_aspects(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant(reading) => reading.topic_aspects(),)*
                }
            }
        }

        $(impl OfSource for $variant {
            const SOURCE: ServiceSource = ServiceSource::$variant;

            fn of(reading: &Reading) -> Option<&Self> {
                match reading {
                    Reading::$variant(reading) => Some(reading),
                    _ => None,
                }
            }
        })*

        $(impl From<$variant> for Reading {
            fn from(reading: $variant) -> Self {
                Self::$variant(Box::new(reading))
            }
        })*
    };
}

// One line a source. The variant is the name of the type that the source's file defines; the sentence above it is what a
// report says of the source.
services! {
    /// The S3 policy of AWS Organizations that is in effect for the account.
    EffectiveS3Policy = "effective-s3-policy", "Effective S3 policy of AWS Organizations", Account;
    /// IAM: the account summary, the credential report and what else is said about root users.
    Iam = "iam", "AWS IAM", Account;
    /// CloudFront: the distributions in front of buckets.
    CloudFront = "cloudfront", "Amazon CloudFront", Account;
    /// AWS CloudTrail: the trails of each region.
    CloudTrail = "cloudtrail", "AWS CloudTrail", Region;
    /// What would tell of changes of buckets.
    ChangeAlarms = "change-alarms", "Alarms on changes of buckets", Region;
    /// AWS Organizations: the policies that bear on S3, their targets, and who administers which service.
    OrganizationPolicies = "organization-policies", "AWS Organizations policies", Organization;
    /// AWS Shield Advanced: the subscription and what it protects.
    Shield = "shield", "AWS Shield Advanced", Account;
    /// AWS Trusted Advisor: its checks that bear on S3.
    TrustedAdvisor = "trusted-advisor", "AWS Trusted Advisor", Account;
    // Topics stand before keys, which some of them use.
    /// Topics of SNS that buckets, trails and delivery channels notify.
    Topics = "topics", "Amazon SNS topics", Referenced;
    /// AWS Config: what is recorded, where it goes, and what the rules about S3 found.
    Config = "config", "AWS Config", Region;
    // The last, since every other source may name keys.
    /// Keys of KMS that buckets, trails, topics and others use.
    Keys = "keys", "AWS KMS keys", Referenced;
    /// S3 access points of a region.
    AccessPoints = "access-points", "S3 access points", Region;
    /// S3 Object Lambda access points of a region.
    ObjectLambdaAccessPoints = "object-lambda-access-points", "S3 Object Lambda access points", Region;
    /// S3 Multi-Region Access Points.
    MultiRegionAccessPoints = "multi-region-access-points", "S3 Multi-Region Access Points", Account;
    /// S3 Access Grants of a region.
    AccessGrants = "access-grants", "S3 Access Grants", Region;
    /// S3 Storage Lens configurations of a region.
    StorageLens = "storage-lens", "S3 Storage Lens", Region;
    /// Directory buckets of a region.
    DirectoryBuckets = "directory-buckets", "Directory buckets", Region;
    /// Table buckets of a region.
    TableBuckets = "table-buckets", "Table buckets", Region;
    /// Vector buckets of a region.
    VectorBuckets = "vector-buckets", "Vector buckets", Region;
    /// IAM Access Analyzer: the analyzers and what they found on buckets.
    AccessAnalyzer = "access-analyzer", "IAM Access Analyzer", Region;
    /// Amazon Macie: whether it is on and looks into buckets.
    Macie = "macie", "Amazon Macie", Region;
    /// Amazon GuardDuty: the detector, and malware protection of buckets.
    GuardDuty = "guardduty", "Amazon GuardDuty", Region;
}

impl fmt::Display for ServiceSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.key())
    }
}

impl ServiceSource {
    /// Every source that is read in accounts, in the order of [`ServiceSource::ALL`].
    pub fn of_accounts() -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().copied();
        all.filter(|source| source.reach() != Reach::Organization)
    }
}

/// What one source said of an account, or of one region of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRecord {
    /// The account.
    pub account: AccountId,
    /// The region that was asked; `None` for a source that is read once for the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionName>,
    /// What was said.
    pub reading: Reading,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_key_and_a_title_of_its_own() {
        let mut words = std::collections::BTreeSet::new();
        for source in ServiceSource::ALL {
            assert!(words.insert(source.key()), "{source} stands twice");
            assert!(words.insert(source.title()), "{source} shares its title");
            let about = source.about();
            assert!(about.ends_with('.') && words.insert(about), "{source}: {about}");
            let json = serde_json::to_string(source).expect("a source is plain text");
            assert_eq!(json, format!("\"{source}\""));
        }
    }
}
