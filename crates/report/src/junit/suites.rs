//! The suites and their numbers, which stand before the cases and so have to be known first.
//!
//! The numbers of findings are the summary's, so that findings are read once. It holds a line for each
//! account, and one for each of its regions that is in doubt.

use std::collections::BTreeMap;

use s3attest_model::coverage::{AccountCoverage, AccountStatus, CoverageRecord, OrganizationCoverage, RegionCoverage};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::AccountId;

use super::case::{Case, Outcome};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::regions;

/// How many cases there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

impl Counts {
    pub(super) fn add(&mut self, case: &Case) {
        self.tests += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failed { .. } => self.failures += 1,
            Outcome::Error { .. } => self.errors += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }

    /// The attributes of a suite; those of all suites together have no `skipped`.
    pub(super) fn attributes(self) -> [(&'static str, String); 4] {
        [
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

impl From<VerdictCounts> for Counts {
    fn from(counts: VerdictCounts) -> Self {
        Self {
            tests: counts.total(),
            failures: counts.unaccepted(),
            errors: counts.not_assessed,
            skipped: counts.not_applicable + counts.accepted,
        }
    }
}

/// An account's suite.
pub(super) struct Suite {
    account: AccountId,
    covered: Option<Box<AccountCoverage>>,
    /// The regions that were not read, or of which nobody knows whether they had to be, with why.
    regions: Vec<(RegionCoverage, String)>,
    findings: VerdictCounts,
}

impl Suite {
    pub(super) fn name(&self) -> String {
        match self.covered.as_deref().map(|account| account.name.as_str()) {
            None | Some("") => self.account.to_string(),
            Some(name) => format!("{} {name}", self.account),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::from(self.findings);
        for case in self.coverage() {
            counts.add(&case);
        }
        counts
    }

    /// How far the account was read, as a case, and one for each region that is in doubt.
    pub(super) fn coverage(&self) -> Vec<Case> {
        let outcome = match self.covered.as_deref() {
            None => Outcome::Error {
                kind: "not-covered".to_owned(),
                message: "The coverage does not name this account.".to_owned(),
                text: String::new(),
            },
            Some(account) => of_account(account),
        };
        let mut cases = vec![Case::coverage("The account is read in full", outcome)];
        cases.extend(self.regions.iter().map(|(region, why)| {
            let outcome = Outcome::Error {
                kind: format!("region-{}", region.status.as_str()),
                message: why.clone(),
                text: String::new(),
            };
            Case::coverage(&format!("Region {} is read", region.region), outcome)
        }));
        cases
    }

    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let mut properties = vec![("account_id", self.account.to_string())];
        if let Some(account) = &self.covered {
            properties.extend([
                ("account_name", account.name.clone()),
                (
                    "organizational_unit",
                    account.organizational_unit.clone().unwrap_or_default(),
                ),
                ("account_state", account.state.to_string()),
                ("status", account.status.to_string()),
                ("buckets_assessed", account.buckets.assessed.to_string()),
                ("buckets_partly_assessed", account.buckets.partly_assessed.to_string()),
                ("buckets_unreadable", account.buckets.unreadable.to_string()),
                ("buckets_gone", account.buckets.gone.to_string()),
                ("reads_asked", account.reads.asked.to_string()),
                ("reads_answered", account.reads.answered.to_string()),
            ]);
        }
        properties
    }
}

fn of_account(account: &AccountCoverage) -> Outcome {
    let message = || format!("{} {}", account.reason, account.remedy).trim().to_owned();
    match account.status {
        AccountStatus::Assessed => Outcome::Passed,
        AccountStatus::PartlyAssessed | AccountStatus::Denied | AccountStatus::NotCollected => {
            let gaps: Vec<String> = account
                .gaps
                .iter()
                .map(|gap| {
                    format!(
                        "{}: {} ({} times). {}",
                        gap.operation,
                        gap.cause.phrase(),
                        gap.count,
                        gap.example
                    )
                })
                .collect();
            Outcome::Error {
                kind: account.status.to_string(),
                message: message(),
                text: gaps.join("\n"),
            }
        }
        AccountStatus::NotActive | AccountStatus::Excluded => Outcome::Skipped { message: message() },
    }
}

/// Every suite but the organization's.
pub(super) struct Suites {
    /// By the account's id.
    pub(super) accounts: BTreeMap<AccountId, Suite>,
    /// The sources that are read once for the run.
    pub(super) sources: Vec<OrganizationCoverage>,
}

impl Suites {
    /// The accounts of the coverage, and those that have findings without standing there.
    pub(super) fn of<R: AssessedRun>(run: &R) -> Result<Self, ReportError<R::Error>> {
        let mut accounts: BTreeMap<AccountId, Suite> = BTreeMap::new();
        let mut sources = Vec::new();
        let suite = |account: &AccountId| Suite {
            account: account.clone(),
            covered: None,
            regions: Vec::new(),
            findings: VerdictCounts::default(),
        };
        for record in run.coverage().map_err(ReportError::Run)? {
            match record.map_err(ReportError::Run)? {
                CoverageRecord::Account(account) => {
                    let id = account.account.clone();
                    let new = suite(&id);
                    accounts.entry(id).or_insert(new).covered = Some(account);
                }
                CoverageRecord::Organization(source) => sources.push(source),
                CoverageRecord::Region(region) => {
                    let new = suite(&region.account);
                    let suite = accounts.entry(region.account.clone()).or_insert(new);
                    let listed = suite.covered.as_ref().and_then(|account| account.buckets_listed);
                    if let Some(why) = regions::doubt(&region, listed) {
                        suite.regions.push((region, why));
                    }
                }
                CoverageRecord::Source(_) | CoverageRecord::Bucket(_) => {}
            }
        }
        for tally in &run.summary().accounts {
            let new = suite(&tally.account);
            accounts.entry(tally.account.clone()).or_insert(new).findings = tally.counts;
        }
        Ok(Self { accounts, sources })
    }
}
