//! Controls of a framework, and what an assessment says of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::VerdictCounts;
use crate::identifiers::{CheckId, ControlId};

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

/// What an assessment says of a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAssessment {
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
    /// The checks that bear on it, by id.
    pub checks: Vec<ControlCheck>,
}
