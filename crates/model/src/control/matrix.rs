//! What a control comes to in each part of the organization: at a resource, in an account, in an organizational unit.
//!
//! It counts, and knows no check.

use serde::{Deserialize, Serialize};

use super::ControlStatus;
use crate::finding::Verdict;
use crate::identifiers::{AccountId, ControlId};

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

/// How many resources have each outcome for a control. A resource is an account, a region or an access point
/// of it, a bucket or the organization, on which a check that bears on the control gave a verdict; each counts once,
/// whatever the number of checks.
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
