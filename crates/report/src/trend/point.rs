//! What a trend keeps of a run: numbers, and for each account how far it was read and how much fails there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use s3attest_model::check::Severity;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::AccountId;

use crate::assessed::AssessedRun;
use crate::comparison::has_every_bucket;
use crate::error::ReportError;
use crate::organization;
use crate::passing::passing;
use crate::selection::Selection;

/// A run in numbers.
#[derive(Debug, Clone)]
pub struct Point {
    /// Whose run it is: `Organization o-…`, or `Account …`.
    pub subject: String,
    /// The run's id.
    pub id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether the organization is a simulated one.
    pub is_simulated: bool,
    /// Whether tokens stand in the place of names.
    pub is_redacted: bool,
    /// How much of the scope was seen, in ten-thousandths.
    pub seen: u32,
    /// Whether the list of accounts was complete.
    pub accounts_are_listed: bool,
    /// Its findings.
    pub counts: VerdictCounts,
    /// Failed findings that nobody accepts, by severity, worst first.
    pub failed: Vec<(Severity, u64)>,
    /// The controls of each framework by status, within the baseline that was selected.
    pub controls: Vec<ControlCounts>,
    /// The accounts in the order of their ids.
    pub accounts: Vec<AccountPoint>,
    /// The configuration by which it was judged: SHA-256 in hexadecimal.
    pub configuration_digest: String,
}

/// The controls of a framework by status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlCounts {
    /// The framework's id.
    pub framework: String,
    /// The framework's title.
    pub title: String,
    /// The controls, in the order of [`ControlStatus::ALL`].
    pub counts: Vec<(ControlStatus, u64)>,
}

/// An account in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPoint {
    /// The account.
    pub account: AccountId,
    /// Its name; empty when it is not known.
    pub name: String,
    /// How far it was read.
    pub status: AccountStatus,
    /// Findings that fail there and that nobody accepts; `None` when nobody knows how many there are: the account was not
    /// entered, or its buckets could not be listed to the end.
    pub failed: Option<u64>,
    /// Those of them that were seen; `None` when the account was not entered.
    pub failed_seen: Option<u64>,
    /// How many buckets its list gave; `None` when the list could not be read to its end.
    pub buckets_listed: Option<u64>,
}

impl AccountPoint {
    /// Whether it was to be read, and nobody knows how much fails there.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.failed.is_none() && self.status.is_in_scope()
    }
}

impl Point {
    /// Reads what a trend keeps of a run.
    pub fn of<R: AssessedRun>(run: &R) -> Result<Self, ReportError<R::Error>> {
        let (information, summary) = (run.run(), run.summary());
        let subject = organization::known(run)?.map_or_else(
            || format!("Account {}", information.caller.account),
            |organization| format!("Organization {}", organization.id),
        );
        let accepted = |severity: Severity| -> u64 {
            let of = summary
                .accepted_by_severity
                .iter()
                .filter(|(other, _)| *other == severity);
            of.map(|(_, count)| count).sum()
        };
        let failed = summary.failed_by_severity.iter();
        Ok(Self {
            subject,
            id: information.id.clone(),
            started_at: information.started_at,
            is_simulated: information.is_simulated,
            is_redacted: run.is_redacted(),
            seen: summary.coverage.seen,
            accounts_are_listed: summary.account_listing_gap.is_none(),
            counts: summary.counts,
            failed: failed
                .map(|(severity, count)| (*severity, count.saturating_sub(accepted(*severity))))
                .collect(),
            controls: controls(run),
            accounts: accounts(run)?,
            configuration_digest: summary.configuration_digest.clone(),
        })
    }

    /// How much passes of what was judged, in ten-thousandths; `None` where nothing was judged.
    #[must_use]
    pub fn passing(&self) -> Option<u32> {
        passing(self.counts)
    }

    /// How many findings of a severity fail and are accepted by nobody.
    #[must_use]
    pub fn failed_of(&self, severity: Severity) -> u64 {
        let of = self.failed.iter().filter(|(other, _)| *other == severity);
        of.map(|(_, count)| count).sum()
    }

    /// How many controls of a framework have a status; `None` when the run was not judged by it.
    #[must_use]
    pub fn controls_of(&self, framework: &str, status: ControlStatus) -> Option<u64> {
        let found = self.controls.iter().find(|counts| counts.framework == framework)?;
        let of = found.counts.iter().filter(|(other, _)| *other == status);
        Some(of.map(|(_, count)| count).sum())
    }

    /// How many accounts were to be read of which nobody knows how much fails there.
    #[must_use]
    pub fn unknown_accounts(&self) -> u64 {
        self.accounts.iter().filter(|account| account.is_unknown()).count() as u64
    }

    /// An account of the run; `None` when the run does not name it.
    #[must_use]
    pub fn account(&self, account: &AccountId) -> Option<&AccountPoint> {
        let place = self.accounts.binary_search_by(|point| point.account.cmp(account));
        self.accounts.get(place.ok()?)
    }
}

fn controls<R: AssessedRun>(run: &R) -> Vec<ControlCounts> {
    let selection = Selection::of(run);
    let of_framework = |framework: &s3attest_model::assessment::FrameworkInformation| {
        let count = |status: ControlStatus| {
            let controls = run.controls().iter();
            let selected = controls.filter(|control| control.framework == framework.id && selection.holds(control));
            (
                status,
                selected.filter(|control| control.status == status).count() as u64,
            )
        };
        ControlCounts {
            framework: framework.id.clone(),
            title: framework.title.clone(),
            counts: ControlStatus::ALL.map(count).into(),
        }
    };
    run.summary().frameworks().map(of_framework).collect()
}

fn accounts<R: AssessedRun>(run: &R) -> Result<Vec<AccountPoint>, ReportError<R::Error>> {
    let tallies = run.summary().accounts.iter();
    let tallies: BTreeMap<_, _> = tallies.map(|tally| (&tally.account, tally.counts)).collect();
    let mut accounts = Vec::new();
    for record in run.coverage().map_err(ReportError::Run)? {
        let CoverageRecord::Account(covered) = record.map_err(ReportError::Run)? else {
            continue;
        };
        let is_reached = matches!(covered.status, AccountStatus::Assessed | AccountStatus::PartlyAssessed);
        let counts = tallies.get(&covered.account);
        let seen = is_reached.then(|| counts.map_or(0, VerdictCounts::unaccepted));
        accounts.push(AccountPoint {
            // What fails in buckets that were never listed is in no number.
            failed: seen.filter(|_| has_every_bucket(&covered)),
            failed_seen: seen,
            buckets_listed: covered.buckets_listed,
            account: covered.account,
            name: covered.name,
            status: covered.status,
        });
    }
    accounts.sort_by(|one, other| one.account.cmp(&other.account));
    Ok(accounts)
}
