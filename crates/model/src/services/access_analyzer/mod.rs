//! IAM Access Analyzer in one region: its analyzers, and what those that look at who reaches resources say of S3 buckets.
//!
//! An analyzer of an account takes the account for its zone of trust, one of an organization the whole organization, so that
//! the two say different things of the same bucket (IAM User Guide, "IAM Access Analyzer findings"). A finding therefore
//! stands under its analyzer and nowhere else; [`exposures`] joins findings with buckets. Analyzers of an organization are
//! listed only in the account that they live in, the management account or the delegated administrator's.

pub mod exposures;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::bucket::SettingState;
use crate::evidence::Evidence;
use crate::identifiers::AccountId;

/// Access Analyzer in one region of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessAnalyzer {
    /// The analyzers of every type and status.
    pub analyzers: Evidence<Vec<Analyzer>>,
}

/// An analyzer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analyzer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ACCOUNT` or `ORGANIZATION` for access from outside; the same with `_UNUSED_ACCESS` or `_INTERNAL_ACCESS` behind it
    /// for the other two kinds.
    pub analyzer_type: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`; only an active one looks at anything (Access Analyzer API Reference,
    /// `AnalyzerSummary`).
    pub status: String,
    /// Why it is not active (`DELEGATED_ADMINISTRATOR_DEREGISTERED`), where AWS says so.
    pub status_reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The ARN of the resource that it looked at last.
    pub last_resource_analyzed: Option<String>,
    /// When that was.
    pub last_resource_analyzed_at: Option<Timestamp>,
    /// The service that made it and keeps it (`securityhubv2.amazonaws.com`); `None` for one that the account made.
    pub managed_by: Option<String>,
    /// What it says.
    pub monitoring: Monitoring,
}

/// What an analyzer says of buckets, or why it says nothing.
///
/// Only the first two forms hold findings, so that an analyzer that does not look, or that was not asked, can never be read
/// as one that found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Monitoring {
    /// It looks for access from outside its zone of trust.
    External {
        /// What it found on buckets, in every status.
        findings: Evidence<Vec<ExternalFinding>>,
        /// What makes findings archived as soon as they are made.
        archive_rules: Evidence<Vec<ArchiveRule>>,
    },
    /// It looks for access from inside its zone of trust.
    Internal {
        /// What it found on buckets, in every status.
        findings: Evidence<Vec<InternalFinding>>,
        /// What makes findings archived as soon as they are made.
        archive_rules: Evidence<Vec<ArchiveRule>>,
    },
    /// It is not active, so it looks at nothing; old findings of it say nothing of the present and were not asked for.
    Stopped,
    /// It looks for permissions that nobody uses, which are not about buckets; its findings were not asked for.
    UnusedAccess,
    /// Its type is not known here, so that it was asked for nothing.
    UnknownType {
        /// What it found: always a gap, which says so.
        findings: Evidence<Vec<ExternalFinding>>,
    },
}

/// What every finding says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSubject {
    /// The finding's id.
    pub id: String,
    /// The ARN of the bucket.
    pub resource: Option<String>,
    /// `AWS::S3::Bucket` or `AWS::S3Express::DirectoryBucket`.
    pub resource_type: String,
    /// The account that owns the bucket.
    pub resource_owner_account: AccountId,
    /// `ACTIVE`, `ARCHIVED` (looked at and found to be meant) or `RESOLVED` (the access is gone).
    pub status: String,
    /// Why the bucket could not be analyzed (`ACCESS_DENIED`). Such a finding says nothing of who reaches the bucket.
    pub error: Option<String>,
    /// When the finding was made.
    pub created_at: Timestamp,
    /// When the bucket was last analyzed.
    pub analyzed_at: Timestamp,
    /// When the finding last changed.
    pub updated_at: Timestamp,
}

/// Access from outside the zone of trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalFinding {
    /// The bucket, and how the finding stands.
    pub subject: FindingSubject,
    /// Whether the access is public; `None` when AWS did not say, which is not the same as no.
    pub is_public: Option<bool>,
    /// The access.
    pub access: FoundAccess,
}

/// Access from inside the zone of trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalFinding {
    /// The bucket, and how the finding stands.
    pub subject: FindingSubject,
    /// The accesses that it is about, each asked for by itself; absent when the finding is gone.
    pub details: Evidence<Vec<InternalAccess>>,
}

/// One access from inside the zone of trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalAccess {
    /// The account of the principal.
    pub principal_owner_account: Option<String>,
    /// `IAM_ROLE` or `IAM_USER`.
    pub principal_type: Option<String>,
    /// `INTRA_ACCOUNT` or `INTRA_ORG`.
    pub access_type: Option<String>,
    /// The access.
    pub access: FoundAccess,
    /// What a service control policy does to it, in AWS's words.
    pub service_control_policy_restriction: Option<String>,
}

/// Who may do what, by which document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundAccess {
    /// The principal as a policy names it (`AWS` and `*`); `None` when AWS did not say.
    pub principal: Option<BTreeMap<String, String>>,
    /// The actions; `None` when AWS did not say.
    pub actions: Option<Vec<String>>,
    /// The condition keys that narrow the access, with their values.
    pub condition: BTreeMap<String, String>,
    /// What grants it; `None` when AWS did not say.
    pub sources: Option<Vec<FindingSource>>,
    /// What a resource control policy does to it: `APPLICABLE` (there is one, and the finding leaves it out of account),
    /// `NOT_APPLICABLE`, `APPLIED` or `FAILED_TO_EVALUATE_RCP`; `None` when AWS did not say.
    pub resource_control_policy_restriction: Option<String>,
}

/// A document that grants access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSource {
    /// `POLICY`, `BUCKET_ACL`, `S3_ACCESS_POINT` or `S3_ACCESS_POINT_ACCOUNT`.
    pub source_type: String,
    /// The ARN of the access point, also of a Multi-Region Access Point.
    pub access_point_arn: Option<String>,
    /// The account of an access point that belongs to another one.
    pub access_point_account: Option<String>,
}

/// What makes findings archived as soon as they are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRule {
    /// Its name.
    pub name: String,
    /// What a finding must be like, by filter key (`isPublic`, `resource`); all of them together.
    pub filter: BTreeMap<String, Criterion>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What one member of a finding must be like; what is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Criterion {
    /// One of these.
    pub equals: Option<Vec<String>>,
    /// None of these.
    pub differs_from: Option<Vec<String>>,
    /// Holding one of these.
    pub contains: Option<Vec<String>>,
    /// There, or not there.
    pub exists: Option<bool>,
}

impl Analyzer {
    /// Whether it looks at anything.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    /// Whether its zone of trust is the organization.
    #[must_use]
    pub fn is_of_organization(&self) -> bool {
        self.analyzer_type.starts_with("ORGANIZATION")
    }
}

impl Facts for AccessAnalyzer {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "analyzers", &self.analyzers)];
        for analyzer in self.analyzers.known().ok().flatten().into_iter().flatten() {
            let arn = analyzer.arn.as_str();
            match &analyzer.monitoring {
                Monitoring::External {
                    findings,
                    archive_rules,
                } => {
                    facts.push(Fact::new(arn, "findings", findings));
                    facts.push(Fact::new(arn, "archive rules", archive_rules));
                }
                Monitoring::Internal {
                    findings,
                    archive_rules,
                } => {
                    facts.push(Fact::new(arn, "findings", findings));
                    for finding in findings.known().ok().flatten().into_iter().flatten() {
                        let subject = format!("{arn}/finding/{}", finding.subject.id);
                        facts.push(Fact::new(subject, "access", &finding.details));
                    }
                    facts.push(Fact::new(arn, "archive rules", archive_rules));
                }
                Monitoring::UnknownType { findings } => facts.push(Fact::new(arn, "findings", findings)),
                // The list says already that it looks at nothing.
                Monitoring::Stopped => facts.push(Fact {
                    subject: arn.into(),
                    aspect: "status",
                    source: &self.analyzers.source,
                    state: SettingState::Present,
                }),
                Monitoring::UnusedAccess => {}
            }
        }
        facts
    }
}
