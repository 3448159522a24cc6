//! What a check says of itself; its judgement lives in the assess crate.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identifiers::CheckId;

/// How much a failed check matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; no direct risk.
    Info,
    /// Good practice is missing.
    Low,
    /// A safeguard is missing.
    Medium,
    /// Data or its protection is exposed under ordinary circumstances.
    High,
    /// Data is exposed now.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const WORST_FIRST: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The severity in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a check judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The organization once.
    Organization,
    /// Each account once.
    Account,
    /// Each enabled region of each account once.
    Region,
    /// Each access point once.
    AccessPoint,
    /// Each bucket once.
    Bucket,
}

impl Scope {
    /// The scope in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Account => "account",
            Self::Region => "region",
            Self::AccessPoint => "access-point",
            Self::Bucket => "bucket",
        }
    }
}

/// A check's page, in parts. The texts are CommonMark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPage {
    /// `What it checks`.
    pub what_it_checks: String,
    /// `Why it matters`.
    pub why_it_matters: String,
    /// `How it is judged`.
    pub how_it_is_judged: String,
    /// `Remediation`.
    pub remediation: String,
    /// `References`.
    pub references: String,
}

/// A check as reports and commands describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckDescription {
    /// The id.
    pub id: CheckId,
    /// The wanted property as a short statement.
    pub title: String,
    /// The severity of a fail, unless the finding says otherwise.
    pub severity: Severity,
    /// What it judges.
    pub scope: Scope,
    /// The question that it answers, with a question mark.
    pub question: String,
    /// The operations whose answers it reads.
    pub operations: Vec<String>,
    /// The titles of the sources beside settings whose readings it reads; empty where there are none.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Its page.
    pub page: CheckPage,
}
