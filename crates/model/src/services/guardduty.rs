//! Amazon GuardDuty in one region: its detector, and the plans by which it looks for malware in what buckets receive.
//!
//! Malware Protection for S3 works without a detector as well (GuardDuty User Guide, "GuardDuty Malware Protection for
//! S3"), so that its plans are asked for in any case. What GuardDuty found is not read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// GuardDuty in one region of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardDuty {
    /// The detector, of which a region has at most one; empty when GuardDuty was never enabled.
    pub detectors: Evidence<Vec<Detector>>,
    /// The plans of Malware Protection for S3.
    pub malware_protection_plans: Evidence<Vec<MalwareProtectionPlan>>,
}

/// A detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detector {
    /// Its id.
    pub id: String,
    /// What it looks at.
    pub configuration: Evidence<DetectorConfiguration>,
    /// The account that administers GuardDuty for this one; absent for an account that administers itself or others.
    pub administrator: Evidence<GuardDutyAdministrator>,
}

/// What a detector looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectorConfiguration {
    /// `ENABLED`, or `DISABLED` for one that stands still.
    pub status: String,
    /// How often findings are published again: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub finding_publishing_frequency: Option<String>,
    /// When the detector was made, as GuardDuty writes it.
    pub created_at: Option<String>,
    /// When it last changed, as GuardDuty writes it.
    pub updated_at: Option<String>,
    /// Whether it reads S3 data events, in the older form of the answer: `ENABLED` or `DISABLED`.
    pub s3_logs: Option<String>,
    /// What it looks at, in the newer form of the answer, in AWS's order; `S3_DATA_EVENTS` stands for S3.
    pub features: Vec<DetectorFeature>,
}

/// One thing that a detector may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectorFeature {
    /// Its name (`S3_DATA_EVENTS`).
    pub name: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// `GUARDDUTY_POLICY` where a policy of the organization decides.
    pub managed_by: Option<String>,
}

/// The account that administers GuardDuty for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardDutyAdministrator {
    /// Its account id.
    pub account: String,
    /// `Enabled` for an administrator in office.
    pub relationship_status: Option<String>,
}

/// A plan of Malware Protection for S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalwareProtectionPlan {
    /// Its id.
    pub id: String,
    /// What it protects; absent when the plan was deleted after it was listed.
    pub configuration: Evidence<MalwareProtection>,
}

/// What a plan of Malware Protection for S3 protects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalwareProtection {
    /// The plan's ARN.
    pub arn: String,
    /// `ACTIVE`, `WARNING` (it works in part) or `ERROR` (it does not work).
    pub status: String,
    /// Why it does not work, as code and words.
    pub status_reasons: Vec<MalwareProtectionReason>,
    /// The bucket's name; `None` for something that is no bucket.
    pub bucket: Option<String>,
    /// The beginnings of the keys that it looks at; empty for all of the bucket.
    pub prefixes: Vec<String>,
    /// Whether it tags what it looked at: `ENABLED` or `DISABLED`.
    pub tagging: Option<String>,
    /// The ARN of the role by which it reads the bucket.
    pub role: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// Why a plan does not work as it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalwareProtectionReason {
    /// The code (`INSUFFICIENT_TEST_OBJECT_PERMISSIONS`).
    pub code: Option<String>,
    /// What GuardDuty says of it.
    pub message: Option<String>,
}

impl Facts for GuardDuty {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "detectors", &self.detectors)];
        for detector in self.detectors.known().ok().flatten().into_iter().flatten() {
            let id = detector.id.as_str();
            facts.push(Fact::new(id, "detector configuration", &detector.configuration));
            facts.push(Fact::new(id, "administrator", &detector.administrator));
        }
        facts.push(Fact::new(
            "",
            "malware protection plans",
            &self.malware_protection_plans,
        ));
        let plans = self.malware_protection_plans.known().ok().flatten();
        for plan in plans.into_iter().flatten() {
            facts.push(Fact::new(
                plan.id.as_str(),
                "malware protection plan",
                &plan.configuration,
            ));
        }
        facts
    }
}
