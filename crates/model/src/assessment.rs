//! The outcome of an assessment in numbers: what fits on a page whatever the organization's size.

use serde::{Deserialize, Serialize};

use crate::control::Baseline;
use crate::coverage::CoverageTotals;
use crate::evidence::Gap;
use crate::finding::{Finding, VerdictCounts};
use crate::identifiers::{AccountId, CheckId};

/// The framework by which controls were assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkInformation {
    /// The framework's id, also the name of its file (`nist-800-53-r5`).
    pub id: String,
    /// The framework's title.
    pub title: String,
    /// The release of the catalogue that its ids were held against.
    pub catalogue_version: String,
    /// What of the publication the catalogue lists, where it does not list all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extent: Option<String>,
    /// Whether the publication has baselines.
    #[serde(default)]
    pub has_baselines: bool,
    /// The files of the user that changed the mapping, with how many pairs each added, changed and removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<String>,
}

/// The findings of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckTally {
    /// The check.
    pub check: CheckId,
    /// Its findings.
    pub counts: VerdictCounts,
}

/// The findings of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTally {
    /// The account.
    pub account: AccountId,
    /// Its findings, those of its buckets included.
    pub counts: VerdictCounts,
}

/// `summary.json`: an assessment in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentSummary {
    /// The version of the assessment's records.
    pub schema: u32,
    /// The version of the program that judged.
    pub tool_version: String,
    /// SHA-256 of the configuration that the judgement used, in hexadecimal.
    pub configuration_digest: String,
    /// The first framework.
    pub framework: FrameworkInformation,
    /// The other frameworks, in the order in which they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_frameworks: Vec<FrameworkInformation>,
    /// The baseline that was selected; `None` for every control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Coverage in numbers.
    pub coverage: CoverageTotals,
    /// Why the list of accounts itself is incomplete, where it is: the totals then miss an unknown number of accounts.
    pub account_listing_gap: Option<Gap>,
    /// All findings.
    pub counts: VerdictCounts,
    /// Failed findings by severity, worst first, in the order of `Severity::WORST_FIRST`.
    pub failed_by_severity: Vec<(crate::check::Severity, u64)>,
    /// The findings of each check, by id.
    pub checks: Vec<CheckTally>,
    /// The findings of each account, by id.
    pub accounts: Vec<AccountTally>,
    /// The worst failed findings, at most fifty: by severity, then account, resource and check.
    pub worst: Vec<Finding>,
}

impl AssessmentSummary {
    /// Every framework, the first one first.
    pub fn frameworks(&self) -> impl Iterator<Item = &FrameworkInformation> {
        std::iter::once(&self.framework).chain(&self.other_frameworks)
    }
}
