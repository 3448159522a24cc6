//! Controls of a framework, and what an assessment says of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::{Verdict, VerdictCounts};
use crate::identifiers::{AccountId, CheckId, ControlId};

/// A set of controls that a framework asks of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// NIST SP 800-53B, low impact.
    Low,
    /// NIST SP 800-53B, moderate impact.
    Moderate,
    /// NIST SP 800-53B, high impact.
    High,
    /// NIST SP 800-53B, privacy.
    Privacy,
}

impl Baseline {
    /// Every baseline, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Low, Self::Moderate, Self::High, Self::Privacy];

    /// The baseline in machine-readable form, as the command line takes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
            Self::Privacy => "privacy",
        }
    }

    /// The baseline's name as a reader knows it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Moderate => "Moderate",
            Self::High => "High",
            Self::Privacy => "Privacy",
        }
    }
}

/// How much of a control a check speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// The property is itself a part of what the control asks for.
    SatisfiesPart,
    /// The property helps to reach what the control asks for.
    Supports,
}

impl Strength {
    /// The strength in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SatisfiesPart => "satisfies-part",
            Self::Supports => "supports",
        }
    }
}

/// What the checks that bear on a control say of it together. None of them proves a whole control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlStatus {
    /// At least one check fails, and no exception accepts that.
    NotSatisfied,
    /// No check fails unaccepted, and at least one could not be assessed.
    Undetermined,
    /// Everything is known, and what fails is accepted by exceptions. Accepting a fail does not satisfy a control.
    Accepted,
    /// Every check that applies passes.
    Satisfied,
    /// Checks bear on the control, and none applies to anything here.
    NotApplicable,
    /// No check bears on the control.
    NotAutomated,
}

impl ControlStatus {
    /// Every status, in the order in which reports list them.
    pub const ALL: [Self; 6] = [
        Self::NotSatisfied,
        Self::Undetermined,
        Self::Accepted,
        Self::Satisfied,
        Self::NotApplicable,
        Self::NotAutomated,
    ];

    /// The status in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSatisfied => "not-satisfied",
            Self::Undetermined => "undetermined",
            Self::Accepted => "accepted",
            Self::Satisfied => "satisfied",
            Self::NotApplicable => "not-applicable",
            Self::NotAutomated => "not-automated",
        }
    }
}

impl fmt::Display for ControlStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What one check contributes to a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlCheck {
    /// The check.
    pub check: CheckId,
    /// How much of the control it speaks for.
    pub strength: Strength,
    /// Why it bears on the control, in a sentence.
    pub rationale: String,
    /// Its findings.
    pub counts: VerdictCounts,
}

/// Who has to see to a control for Amazon S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Responsibility {
    /// The customer.
    Customer,
    /// Both: AWS for the service, the customer for how it is used.
    Shared,
    /// AWS, for the service and everything under it.
    Aws,
}

impl Responsibility {
    /// Every responsibility, in the order in which reports list them.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Shared, Self::Aws];

    /// The responsibility in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Shared => "shared",
            Self::Aws => "aws",
        }
    }
}

/// Who has to see to a control, and why that is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponsibilityStatement {
    /// Who.
    pub responsibility: Responsibility,
    /// Why, in a sentence or two.
    pub reason: String,
}

/// What an assessor wrote about a control. It stands beside the status and never changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessorNote {
    /// The note.
    pub text: String,
    /// Who wrote it; empty when the file does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When, as a date of ISO 8601; empty when the file does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on: String,
}

/// The value that the organization gave to a parameter of a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlParameter {
    /// The key in the configuration (`checks.log_retention_days`).
    pub key: String,
    /// What of the control's parameter the value states.
    pub meaning: String,
    /// The value, in words.
    pub value: String,
    /// Whether it is the value that the program comes with, so that nobody takes it for a decision of the organization.
    pub is_default: bool,
    /// The checks that use it, by id.
    pub checks: Vec<CheckId>,
}

/// What the checks that bear on a control say together of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceOutcome {
    /// At least one check fails, and nobody accepted that.
    Failed,
    /// No check fails unaccepted, and at least one could not be assessed.
    NotAssessed,
    /// Everything is known, and what fails is accepted.
    Accepted,
    /// Every check that applies passes.
    Passed,
    /// No check applies.
    NotApplicable,
}

impl ResourceOutcome {
    /// The outcome of findings on one resource, each with its verdict and whether an exception accepts it; `None` when
    /// there is no finding. Only a fail can be accepted.
    pub fn of(findings: impl IntoIterator<Item = (Verdict, bool)>) -> Option<Self> {
        findings
            .into_iter()
            .map(|(verdict, is_accepted)| match verdict {
                Verdict::Fail if is_accepted => Self::Accepted,
                Verdict::Fail => Self::Failed,
                Verdict::NotAssessed => Self::NotAssessed,
                Verdict::Pass => Self::Passed,
                Verdict::NotApplicable => Self::NotApplicable,
            })
            .min()
    }

    /// What the outcome makes of the control at the resource.
    #[must_use]
    pub fn status(self) -> ControlStatus {
        match self {
            Self::Failed => ControlStatus::NotSatisfied,
            Self::NotAssessed => ControlStatus::Undetermined,
            Self::Accepted => ControlStatus::Accepted,
            Self::Passed => ControlStatus::Satisfied,
            Self::NotApplicable => ControlStatus::NotApplicable,
        }
    }
}

/// How many resources have each outcome for a control. A resource is an account or a bucket on which a check that bears
/// on the control gave a verdict; each counts once, whatever the number of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceCounts {
    /// Something fails.
    pub failed: u64,
    /// Something could not be assessed, and nothing fails.
    pub not_assessed: u64,
    /// What fails is accepted.
    pub accepted: u64,
    /// Everything that applies passes.
    pub passed: u64,
    /// Nothing applies.
    pub not_applicable: u64,
}

impl ResourceCounts {
    /// Counts one more resource.
    pub fn add(&mut self, outcome: ResourceOutcome) {
        match outcome {
            ResourceOutcome::Failed => self.failed += 1,
            ResourceOutcome::NotAssessed => self.not_assessed += 1,
            ResourceOutcome::Accepted => self.accepted += 1,
            ResourceOutcome::Passed => self.passed += 1,
            ResourceOutcome::NotApplicable => self.not_applicable += 1,
        }
    }

    /// Adds other counts to these.
    pub fn merge(&mut self, other: Self) {
        self.failed += other.failed;
        self.not_assessed += other.not_assessed;
        self.accepted += other.accepted;
        self.passed += other.passed;
        self.not_applicable += other.not_applicable;
    }

    /// The worst outcome of these resources; `None` when there is none.
    #[must_use]
    pub fn worst(&self) -> Option<ResourceOutcome> {
        [
            (self.failed, ResourceOutcome::Failed),
            (self.not_assessed, ResourceOutcome::NotAssessed),
            (self.accepted, ResourceOutcome::Accepted),
            (self.passed, ResourceOutcome::Passed),
            (self.not_applicable, ResourceOutcome::NotApplicable),
        ]
        .into_iter()
        .find_map(|(count, outcome)| (count > 0).then_some(outcome))
    }

    /// How many there are altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.failed + self.not_assessed + self.accepted + self.passed + self.not_applicable
    }
}

/// How many accounts have each status for a control on which a check bears.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCounts {
    /// `not-satisfied`.
    pub not_satisfied: u64,
    /// `undetermined`.
    pub undetermined: u64,
    /// `accepted`.
    pub accepted: u64,
    /// `satisfied`.
    pub satisfied: u64,
    /// `not-applicable`.
    pub not_applicable: u64,
}

impl AccountCounts {
    /// Counts one more account; one for which nothing is automated counts nowhere.
    pub fn add(&mut self, status: ControlStatus) {
        match status {
            ControlStatus::NotSatisfied => self.not_satisfied += 1,
            ControlStatus::Undetermined => self.undetermined += 1,
            ControlStatus::Accepted => self.accepted += 1,
            ControlStatus::Satisfied => self.satisfied += 1,
            ControlStatus::NotApplicable => self.not_applicable += 1,
            ControlStatus::NotAutomated => {}
        }
    }

    /// How many there are altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.not_satisfied + self.undetermined + self.accepted + self.satisfied + self.not_applicable
    }

    /// The status of what holds these accounts: the worst of theirs, and undetermined where there is none or where more
    /// may belong to it than were seen.
    #[must_use]
    pub fn status(&self, is_everything_seen: bool) -> ControlStatus {
        if self.not_satisfied > 0 {
            ControlStatus::NotSatisfied
        } else if self.undetermined > 0 || !is_everything_seen || self.total() == 0 {
            ControlStatus::Undetermined
        } else if self.accepted > 0 {
            ControlStatus::Accepted
        } else if self.satisfied > 0 {
            ControlStatus::Satisfied
        } else {
            ControlStatus::NotApplicable
        }
    }
}

/// What an assessment says of a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAssessment {
    /// The id of the framework to which it belongs; assessments of before there were several leave it empty.
    #[serde(default)]
    pub framework: String,
    /// The control.
    pub control: ControlId,
    /// Its title.
    pub title: String,
    /// Its family's id (`SC`).
    pub family: String,
    /// Its family's title.
    pub family_title: String,
    /// The baselines that hold it.
    pub baselines: Vec<Baseline>,
    /// Its status over the whole run.
    pub status: ControlStatus,
    /// The findings of all checks that bear on it.
    pub counts: VerdictCounts,
    /// The resources on which a check that bears on it gave a verdict.
    #[serde(default)]
    pub resources: ResourceCounts,
    /// The accounts in scope, by its status in each.
    #[serde(default)]
    pub accounts: AccountCounts,
    /// Who has to see to it; `None` where the framework does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsibility: Option<ResponsibilityStatement>,
    /// What the organization defined for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ControlParameter>,
    /// What an assessor wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<AssessorNote>,
    /// The checks that bear on it, by id.
    pub checks: Vec<ControlCheck>,
}

impl ControlAssessment {
    /// Whether a check bears on it; the others are assessed by hand.
    #[must_use]
    pub fn is_automated(&self) -> bool {
        self.status != ControlStatus::NotAutomated
    }

    /// Whether it belongs to a selection: every control does where no baseline is selected, and where its framework has
    /// none.
    #[must_use]
    pub fn is_within(&self, baseline: Option<Baseline>) -> bool {
        baseline.is_none_or(|baseline| self.baselines.contains(&baseline))
    }
}

/// A part of the organization for which controls have a status of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ControlScope {
    /// An account in scope.
    Account {
        /// The account.
        account: AccountId,
    },
    /// An organizational unit with everything below it.
    OrganizationalUnit {
        /// Its id (`ou-…`); `None` in runs of before ids were read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Names from the root down to it (`/workloads/production`).
        path: String,
    },
}

/// A control in a part of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlCell {
    /// The control.
    pub control: ControlId,
    /// Its status there.
    pub status: ControlStatus,
    /// The resources there.
    pub resources: ResourceCounts,
    /// The accounts there, by the control's status in each; one for an account.
    pub accounts: AccountCounts,
}

/// A line of `control-matrix.ndjson.zst`: what a framework's controls, those on which a check bears, come to in one part
/// of the organization. Accounts by id come first, then organizational units by path; the frameworks in their order
/// within each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlMatrixRecord {
    /// The part of the organization.
    pub scope: ControlScope,
    /// The framework's id.
    pub framework: String,
    /// The controls, in the framework's order.
    pub controls: Vec<ControlCell>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A verdict, and whether an exception accepts it.
    type Finding = (Verdict, bool);

    #[test]
    fn the_worst_of_what_is_said_of_a_resource_counts_and_an_accepted_fail_is_no_pass() {
        use ResourceOutcome as Outcome;
        use Verdict::{Fail, NotApplicable, NotAssessed, Pass};
        let cases: [(&[Finding], Option<Outcome>); 8] = [
            (&[], None),
            (&[(Pass, false), (NotApplicable, false)], Some(Outcome::Passed)),
            (&[(NotApplicable, false)], Some(Outcome::NotApplicable)),
            (&[(Pass, false), (NotAssessed, false)], Some(Outcome::NotAssessed)),
            (&[(NotAssessed, false), (Fail, false)], Some(Outcome::Failed)),
            (&[(Fail, true), (Pass, false)], Some(Outcome::Accepted)),
            (&[(Fail, true), (Fail, false)], Some(Outcome::Failed)),
            (&[(Fail, true), (NotAssessed, false)], Some(Outcome::NotAssessed)),
        ];
        for (findings, expected) in cases {
            assert_eq!(Outcome::of(findings.iter().copied()), expected, "{findings:?}");
        }
        assert_ne!(Outcome::Accepted.status(), ControlStatus::Satisfied);
        // Only a fail can be accepted: an exception on something unknown does not make it known.
        assert_eq!(Outcome::of([(NotAssessed, true)]), Some(Outcome::NotAssessed));
    }

    #[test]
    fn the_status_over_accounts_is_the_worst_of_theirs() {
        let counts = |not_satisfied, undetermined, accepted, satisfied, not_applicable| AccountCounts {
            not_satisfied,
            undetermined,
            accepted,
            satisfied,
            not_applicable,
        };
        for (accounts, seen, expected) in [
            (counts(1, 1, 1, 1, 1), true, ControlStatus::NotSatisfied),
            (counts(1, 0, 0, 0, 0), false, ControlStatus::NotSatisfied),
            (counts(0, 1, 1, 9, 0), true, ControlStatus::Undetermined),
            (counts(0, 0, 1, 9, 0), true, ControlStatus::Accepted),
            (counts(0, 0, 0, 9, 1), true, ControlStatus::Satisfied),
            (counts(0, 0, 0, 9, 1), false, ControlStatus::Undetermined),
            (counts(0, 0, 0, 0, 3), true, ControlStatus::NotApplicable),
            (counts(0, 0, 0, 0, 3), false, ControlStatus::Undetermined),
            (counts(0, 0, 0, 0, 0), true, ControlStatus::Undetermined),
        ] {
            assert_eq!(accounts.status(seen), expected, "{accounts:?} {seen}");
        }
    }
}
