//! Controls of a framework, and what an assessment says of them.

mod matrix;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::VerdictCounts;
use crate::identifiers::{CheckId, ControlId};

pub use matrix::{AccountCounts, ControlCell, ControlMatrixRecord, ControlScope, ResourceCounts, ResourceOutcome};

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
