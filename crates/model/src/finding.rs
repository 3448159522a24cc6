//! Findings: a check's verdict on a resource, with the evidence it was read from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bucket::SettingState;
use crate::check::Severity;
use crate::evidence::{Gap, Source};
use crate::exception::{AppliedException, ExceptionEffect};
use crate::identifiers::{AccountId, BucketName, CheckId, Partition, RegionName};

/// What a check says of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The property holds.
    Pass,
    /// The property does not hold.
    Fail,
    /// The question does not arise for this resource, and evidence shows so.
    NotApplicable,
    /// Evidence is missing, so nobody knows.
    NotAssessed,
}

impl Verdict {
    /// Every verdict, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Fail, Self::NotAssessed, Self::Pass, Self::NotApplicable];

    /// The verdict in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::NotAssessed => "not-assessed",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Resource {
    /// An organization.
    Organization {
        /// The account that speaks for it: its management account, where that is known.
        account: AccountId,
        /// The organization's id (`o-…`); the account's where there is no organization, or nobody could say which.
        id: String,
    },
    /// An account.
    Account {
        /// The account.
        account: AccountId,
    },
    /// A region of an account.
    Region {
        /// The account.
        account: AccountId,
        /// The region.
        region: RegionName,
    },
    /// An access point of S3, of one region or of several.
    AccessPoint {
        /// The account in whose list it stands.
        account: AccountId,
        /// Its name.
        name: String,
        /// Its ARN.
        arn: String,
        /// Its region; `None` for one of several regions.
        region: Option<RegionName>,
    },
    /// A bucket.
    Bucket {
        /// The account in whose list the bucket stands.
        account: AccountId,
        /// The bucket's name.
        name: BucketName,
        /// The bucket's partition.
        partition: Partition,
        /// The bucket's region, where it is known.
        region: Option<RegionName>,
    },
}

impl Resource {
    /// The account to which the resource belongs.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        match self {
            Self::Organization { account, .. }
            | Self::Account { account }
            | Self::Region { account, .. }
            | Self::AccessPoint { account, .. }
            | Self::Bucket { account, .. } => account,
        }
    }

    /// The kind in machine-readable form.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Organization { .. } => "organization",
            Self::Account { .. } => "account",
            Self::Region { .. } => "region",
            Self::AccessPoint { .. } => "access-point",
            Self::Bucket { .. } => "bucket",
        }
    }

    /// The resource's id within its account: its name, or the id of the account or the organization.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Organization { id, .. } => id,
            Self::Account { account } => account.as_str(),
            Self::Region { region, .. } => region.as_str(),
            Self::AccessPoint { name, .. } => name,
            Self::Bucket { name, .. } => name.as_str(),
        }
    }

    /// The region, where the resource has one and it is known.
    #[must_use]
    pub fn region(&self) -> Option<&RegionName> {
        match self {
            Self::Organization { .. } | Self::Account { .. } => None,
            Self::Region { region, .. } => Some(region),
            Self::AccessPoint { region, .. } | Self::Bucket { region, .. } => region.as_ref(),
        }
    }

    /// The partition, where the resource has one of its own; one that belongs to an account as a whole is in that of the run.
    #[must_use]
    pub fn partition(&self) -> Option<Partition> {
        match self {
            Self::Bucket { partition, .. } => Some(*partition),
            Self::AccessPoint { arn, .. } => Partition::of_arn(arn),
            Self::Organization { .. } | Self::Account { .. } | Self::Region { .. } => None,
        }
    }

    /// Whether it belongs to the account as a whole, and not to one of its buckets.
    #[must_use]
    pub fn is_of_account(&self) -> bool {
        !matches!(self, Self::Bucket { .. })
    }

    /// The ARN of a bucket or an access point; or `AWS::::Account:` and the id for an account, as Security Hub writes it, with
    /// the region or the organization behind it.
    #[must_use]
    pub fn arn(&self) -> String {
        match self {
            Self::Organization { account, id } => format!("AWS::::Account:{account}/{id}"),
            Self::Account { account } => format!("AWS::::Account:{account}"),
            Self::Region { account, region } => format!("AWS::::Account:{account}/{region}"),
            Self::AccessPoint { arn, .. } => arn.clone(),
            Self::Bucket { name, partition, .. } => format!("arn:{partition}:s3:::{name}"),
        }
    }
}

/// What an answer said, in one word, beside the call that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceState {
    /// There was a value.
    Present,
    /// AWS said that there is none.
    Absent,
    /// It could not be read.
    Gap,
}

impl EvidenceState {
    /// The state in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Gap => "gap",
        }
    }
}

impl From<SettingState<'_>> for EvidenceState {
    fn from(state: SettingState<'_>) -> Self {
        match state {
            SettingState::Present => Self::Present,
            SettingState::Absent => Self::Absent,
            SettingState::Gap(_) => Self::Gap,
        }
    }
}

/// One piece of evidence that a verdict was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceReference {
    /// What the answer said.
    pub state: EvidenceState,
    /// The call.
    pub source: Source,
    /// The resource that was read, when it is not the finding's own (a log target, say): its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// A check's verdict on a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check.
    pub check: CheckId,
    /// The resource.
    pub resource: Resource,
    /// The verdict.
    pub verdict: Verdict,
    /// How much it matters; for a fail the judgement may state another one than the check's own.
    pub severity: Severity,
    /// The reason in a sentence that a person can check.
    pub message: String,
    /// Everything that the check read to come to the verdict, in the order in which it read it.
    pub evidence: Vec<EvidenceReference>,
    /// For `not-assessed`: the first gap that stood in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// For `fail`: the exception that is about the finding. It never changes the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<AppliedException>,
}

impl Finding {
    /// Whether the finding failed and an exception in force accepts that. Whatever else was written down beside it, no
    /// other verdict can be accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        let effect = self.exception.as_ref().map(|exception| exception.effect);
        self.verdict == Verdict::Fail && effect == Some(ExceptionEffect::Accepted)
    }
}

/// How many findings have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// `pass`.
    pub pass: u64,
    /// `fail`, accepted ones included.
    pub fail: u64,
    /// How many of those with the verdict `fail` an exception accepts.
    #[serde(default)]
    pub accepted: u64,
    /// `not-applicable`.
    pub not_applicable: u64,
    /// `not-assessed`.
    pub not_assessed: u64,
}

impl VerdictCounts {
    /// Counts one more verdict.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::NotApplicable => self.not_applicable += 1,
            Verdict::NotAssessed => self.not_assessed += 1,
        }
    }

    /// Counts one more finding, with its verdict and whether it is accepted.
    pub fn add_finding(&mut self, finding: &Finding) {
        self.add_with(finding.verdict, finding.is_accepted());
    }

    /// Counts one more verdict, and whether an exception accepts it; only a fail can be accepted.
    pub fn add_with(&mut self, verdict: Verdict, is_accepted: bool) {
        self.add(verdict);
        self.accepted += u64::from(is_accepted && verdict == Verdict::Fail);
    }

    /// How many failed and are accepted by nobody.
    #[must_use]
    pub fn unaccepted(&self) -> u64 {
        self.fail.saturating_sub(self.accepted)
    }

    /// Adds other counts to these.
    pub fn merge(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.accepted += other.accepted;
        self.not_applicable += other.not_applicable;
        self.not_assessed += other.not_assessed;
    }

    /// How many there are with a verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Pass => self.pass,
            Verdict::Fail => self.fail,
            Verdict::NotApplicable => self.not_applicable,
            Verdict::NotAssessed => self.not_assessed,
        }
    }

    /// How many there are altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.pass + self.fail + self.not_applicable + self.not_assessed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict, effect: ExceptionEffect) -> Finding {
        Finding {
            check: CheckId::new("s3-x").expect("an id"),
            resource: Resource::Account {
                account: AccountId::new("111111111111").expect("an id"),
            },
            verdict,
            severity: Severity::Low,
            message: String::new(),
            evidence: Vec::new(),
            gap: None,
            exception: Some(AppliedException {
                id: "one".to_owned(),
                effect,
                owner: String::new(),
                reason: String::new(),
                ticket: String::new(),
                expires: jiff::civil::date(2027, 1, 31),
                tags: None,
                gap: None,
            }),
        }
    }

    #[test]
    fn only_a_fail_can_be_accepted_and_it_stays_a_fail() {
        for verdict in Verdict::ALL {
            for effect in [
                ExceptionEffect::Accepted,
                ExceptionEffect::Expired,
                ExceptionEffect::TagsUnknown,
            ] {
                let finding = finding(verdict, effect);
                let expected = verdict == Verdict::Fail && effect == ExceptionEffect::Accepted;
                assert_eq!(finding.is_accepted(), expected, "{verdict} {effect:?}");
                let mut counts = VerdictCounts::default();
                counts.add_finding(&finding);
                assert_eq!((counts.of(verdict), counts.total()), (1, 1));
                assert_eq!(counts.accepted, u64::from(expected));
            }
        }
    }

    #[test]
    fn findings_and_counts_that_know_of_no_exceptions_are_read() {
        let mut value = serde_json::to_value(finding(Verdict::Fail, ExceptionEffect::Accepted)).expect("JSON");
        value.as_object_mut().expect("an object").remove("exception");
        let read: Finding = serde_json::from_value(value).expect("an earlier finding");
        assert_eq!(read.exception, None);
        let counts = r#"{"pass":1,"fail":2,"not_applicable":3,"not_assessed":4}"#;
        let counts: VerdictCounts = serde_json::from_str(counts).expect("earlier counts");
        assert_eq!((counts.accepted, counts.unaccepted(), counts.total()), (0, 2, 10));
    }
}
