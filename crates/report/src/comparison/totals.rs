//! The changes in numbers, with the worst of each kind: what fits on a page whatever the organization's size.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::Timestamp;
use s3attest_model::check::Severity;
use s3attest_model::control::{ControlAssessment, ControlStatus};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::{AccountId, CheckId, ControlId};

use super::coverage::CoverageChanges;
use super::difference::{Aspect, Difference, differences};
use super::side::organization_of;
use super::{Change, Kind, changes};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// One of the runs that are compared, in brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInBrief {
    /// The run's id.
    pub id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The organization's id, where it is known.
    pub organization: Option<String>,
    /// How much of the scope was seen, in ten-thousandths.
    pub seen: u32,
    /// Its findings.
    pub counts: VerdictCounts,
}

/// How many findings a kind has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindTally {
    /// Pairs of findings, and findings without a partner.
    pub changes: u64,
    /// How many of them the earlier run holds a finding of.
    pub in_earlier: u64,
    /// How many of them the later run holds a finding of.
    pub in_later: u64,
    /// How many of them failed unaccepted before.
    pub failed_before: u64,
    /// How many of them fail unaccepted now.
    pub failing_now: u64,
}

impl KindTally {
    fn add(&mut self, change: &Change) {
        self.changes += 1;
        self.in_earlier += u64::from(change.earlier.is_some());
        self.in_later += u64::from(change.later.is_some());
        self.failed_before += u64::from(change.before == super::Standing::Failed);
        self.failing_now += u64::from(change.after == super::Standing::Failed);
    }
}

/// The changes in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChanges {
    /// The account.
    pub account: AccountId,
    /// Its name; empty when neither run knows it.
    pub name: Rc<str>,
    /// How many changes of each kind, kinds without changes left out.
    pub kinds: BTreeMap<Kind, u64>,
}

/// A control whose status changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlChange {
    /// The id of its framework.
    pub framework: String,
    /// The control.
    pub control: ControlId,
    /// Its title.
    pub title: String,
    /// Its status before; `None` when the earlier run does not know it.
    pub before: Option<ControlStatus>,
    /// Its status now; `None` when the later run does not know it.
    pub after: Option<ControlStatus>,
}

/// What changed between two runs.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The earlier run.
    pub earlier: RunInBrief,
    /// The later run.
    pub later: RunInBrief,
    /// In what the runs differ besides their findings, the gravest first.
    pub differences: Vec<Difference>,
    /// Findings by what became of them; every kind, in the order of [`Kind::ALL`]. Over all kinds, the findings of each run
    /// add up.
    pub kinds: Vec<(Kind, KindTally)>,
    /// Changes by kind and severity; pairs without changes left out.
    pub severities: BTreeMap<(Kind, Reverse<Severity>), u64>,
    /// Accounts in which something changed, by id.
    pub accounts: Vec<AccountChanges>,
    /// Checks of which something changed, by id, with how many changes of each kind.
    pub checks: BTreeMap<CheckId, BTreeMap<Kind, u64>>,
    /// The worst changes of each kind that is not [`Kind::Unchanged`]: those that are about an unaccepted fail first; by
    /// severity, then in the order of the findings.
    pub worst: BTreeMap<Kind, Vec<Change>>,
    /// Findings that fail now, are not accepted, and did not fail so badly before, by severity.
    pub failing_anew: BTreeMap<Severity, u64>,
    /// What changed in what could be seen.
    pub coverage: CoverageChanges,
    /// Controls whose status changed, in the order of the later run's frameworks; those that it does not know come last.
    pub controls: Vec<ControlChange>,
}

impl Comparison {
    /// Compares two runs and keeps at most `most` changes of each kind, and as many names of what changed its coverage alike.
    pub fn of<R: AssessedRun>(earlier: &R, later: &R, most: usize) -> Result<Self, ReportError<R::Error>> {
        let (before, after) = (organization_of(earlier)?, organization_of(later)?);
        let mut comparison = Self {
            differences: differences(earlier, later, (before.as_deref(), after.as_deref())),
            earlier: brief(earlier, before),
            later: brief(later, after),
            kinds: Kind::ALL.map(|kind| (kind, KindTally::default())).into(),
            severities: BTreeMap::new(),
            accounts: Vec::new(),
            checks: BTreeMap::new(),
            worst: BTreeMap::new(),
            failing_anew: BTreeMap::new(),
            coverage: CoverageChanges::of(earlier, later, most)?,
            controls: control_changes(earlier.controls(), later.controls()),
        };
        for change in changes(earlier, later)? {
            comparison.add(change?, most);
        }
        Ok(comparison)
    }

    fn add(&mut self, change: Change, most: usize) {
        for (kind, tally) in &mut self.kinds {
            if *kind == change.kind {
                tally.add(&change);
            }
        }
        if change.is_failing_anew() {
            *self.failing_anew.entry(change.severity()).or_default() += 1;
        }
        if change.kind == Kind::Unchanged {
            return;
        }
        let severity = Reverse(change.severity());
        *self.severities.entry((change.kind, severity)).or_default() += 1;
        self.add_to_account(&change);
        let check = self.checks.entry(change.check().clone()).or_default();
        *check.entry(change.kind).or_default() += 1;
        let worst = self.worst.entry(change.kind).or_default();
        let place = worst.partition_point(|other| rank(other) <= rank(&change));
        if place < most {
            worst.insert(place, change);
            worst.truncate(most);
        }
    }

    fn add_to_account(&mut self, change: &Change) {
        let account = change.resource().account();
        // Changes come account by account; those of the organization come once more at the end, in any order.
        let place = self.accounts.binary_search_by(|known| known.account.cmp(account));
        let place = place.unwrap_or_else(|place| {
            let new = AccountChanges {
                account: account.clone(),
                name: Rc::clone(&change.account_name),
                kinds: BTreeMap::new(),
            };
            self.accounts.insert(place, new);
            place
        });
        *self.accounts[place].kinds.entry(change.kind).or_default() += 1;
    }

    /// The numbers of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: Kind) -> KindTally {
        let found = self.kinds.iter().find(|(other, _)| *other == kind);
        found.map(|(_, tally)| *tally).unwrap_or_default()
    }

    /// The worst changes of a kind.
    #[must_use]
    pub fn worst_of(&self, kind: Kind) -> &[Change] {
        self.worst.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// How many findings of this severity or a worse one fail now, are not accepted, and did not fail so badly before.
    #[must_use]
    pub fn failing_anew_from(&self, least: Severity) -> u64 {
        self.failing_anew.range(least..).map(|(_, count)| count).sum()
    }

    /// How many findings changed.
    #[must_use]
    pub fn changed(&self) -> u64 {
        let changed = self.kinds.iter().filter(|(kind, _)| *kind != Kind::Unchanged);
        changed.map(|(_, tally)| tally.changes).sum()
    }

    /// Whether the comparison means something else than a reader expects: the runs are of different organizations, say.
    pub fn grave_differences(&self) -> impl Iterator<Item = &Difference> {
        self.differences
            .iter()
            .filter(|difference| difference.aspect.is_grave())
    }

    /// The difference in an aspect, where there is one.
    #[must_use]
    pub fn difference(&self, aspect: Aspect) -> Option<&Difference> {
        self.differences.iter().find(|difference| difference.aspect == aspect)
    }
}

fn rank(change: &Change) -> (bool, Reverse<Severity>) {
    (!change.concerns_a_fail(), Reverse(change.severity()))
}

fn brief<R: AssessedRun>(run: &R, organization: Option<String>) -> RunInBrief {
    RunInBrief {
        id: run.run().id.clone(),
        started_at: run.run().started_at,
        organization,
        seen: run.summary().coverage.seen,
        counts: run.summary().counts,
    }
}

fn control_changes(earlier: &[ControlAssessment], later: &[ControlAssessment]) -> Vec<ControlChange> {
    let key = |control: &ControlAssessment| (control.framework.clone(), control.control.clone());
    let mut before: BTreeMap<_, _> = earlier.iter().map(|control| (key(control), control)).collect();
    let mut changed = Vec::new();
    let mut note = |control: &ControlAssessment, before, after| {
        if before != after {
            changed.push(ControlChange {
                framework: control.framework.clone(),
                control: control.control.clone(),
                title: control.title.clone(),
                before,
                after,
            });
        }
    };
    for control in later {
        let known = before.remove(&key(control)).map(|control| control.status);
        note(control, known, Some(control.status));
    }
    for control in earlier.iter().filter(|control| before.contains_key(&key(control))) {
        note(control, Some(control.status), None);
    }
    changed
}
