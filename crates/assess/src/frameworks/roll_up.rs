//! The roll-up: what the verdicts of all checks say together of each control, for each account, each organizational unit
//! and the organization.
//!
//! It counts resources and verdicts and never sees a finding: its memory grows with organizational units and controls,
//! not with accounts or buckets. It knows nothing of coverage or of why a verdict was reached.

use std::collections::BTreeMap;

use s3attest_model::check::Scope;
use s3attest_model::control::{
    AccountCounts, ControlAssessment, ControlCell, ControlCheck, ControlMatrixRecord, ControlScope, ControlStatus,
    ResourceCounts, ResourceOutcome,
};
use s3attest_model::finding::{Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};

use super::catalogue::CatalogueEntry;
use super::mapping::Framework;
use super::verdict_masks::{CheckSet, VerdictMasks};

/// Collects the verdicts of a run and rolls them up to a status for every active control.
///
/// The status of a control in an account, the first line that holds:
///
/// 1. no check bears on it: `not-automated`;
/// 2. a check that bears on it fails on a resource, and no exception accepts that: `not-satisfied`;
/// 3. not everything that bears on it is known: `undetermined`. That is so when a verdict is not-assessed; when no check
///    gave any verdict, unless there was certainly nothing to judge; when a check that bears on it was not run; and when
///    the account was not seen whole;
/// 4. an accepted fail is left: `accepted`;
/// 5. a verdict is a pass: `satisfied`;
/// 6. all verdicts are not-applicable, or the complete list of buckets is empty: `not-applicable`.
///
/// An organizational unit and the organization have the worst status of their accounts, and are undetermined where
/// accounts may belong to them that were not seen ([`AccountCounts::status`]).
///
/// A check of the organization gives its verdict once, in the account that speaks for the organization. Where no other
/// check bears on a control, the control does not apply to the other accounts, and the account that speaks need not be
/// seen whole; an organizational unit then has the status of the organization, to which it belongs. As long as such a
/// check gave no verdict, nothing on which it bears is settled in the organization and its units.
///
/// A check that was switched off counts as unknown because switching off the check that fails must not be a way to
/// satisfy a control; a finding that is accepted is an exception, and a control that is not to be judged by a check is a
/// change to the mapping.
///
/// **What the caller owes:** every account in scope is begun, with what is known of its completeness, whether it was
/// reached or not: nobody can list the buckets of an account that was not reached, so no finding says that they were not
/// assessed. [`RollUp::withhold`] is called where accounts may be missing from the list. Accounts and regions that the
/// configuration leaves out are not in scope.
#[derive(Debug, Clone)]
pub struct RollUp<'framework> {
    framework: &'framework Framework,
    /// For each check of the framework, by its position there.
    checks: Vec<Tally>,
    /// The controls on which a check bears, in the framework's order.
    controls: Vec<Bearing<'framework>>,
    resource: VerdictMasks,
    account: Option<CurrentAccount>,
    units: BTreeMap<OrganizationalUnit, Vec<Sum>>,
    organization: Vec<Sum>,
    accounts_may_be_missing: bool,
    /// Whether an account was begun of which nobody knows to which organizational units it belongs.
    some_units_are_unknown: bool,
}

/// What is known of one check.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    counts: VerdictCounts,
    ran: bool,
    judges: Judged,
}

/// What a check judges, as far as it matters where there is nothing of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Judged {
    /// Buckets or access points: where there is no bucket, there may be no access point either; where there is one, it is
    /// judged.
    Buckets,
    /// The organization, in the account that speaks for it.
    Organization,
    /// The account or a part of it that is there in every account.
    #[default]
    Account,
}

impl Judged {
    fn by(scope: Scope) -> Self {
        match scope {
            Scope::Bucket | Scope::AccessPoint => Self::Buckets,
            Scope::Organization => Self::Organization,
            Scope::Account | Scope::Region => Self::Account,
        }
    }
}

/// A control and the checks that bear on it.
#[derive(Debug, Clone)]
struct Bearing<'framework> {
    entry: &'framework CatalogueEntry,
    checks: CheckSet,
    all_ran: bool,
    /// Whether none of the checks judges every account, so that there is nothing to judge where there is no bucket.
    spares_accounts: bool,
    /// Whether all of the checks judge the organization, so that there is nothing to judge but in one account.
    only_organization: bool,
}

#[derive(Debug, Clone)]
struct CurrentAccount {
    account: AccountInScope,
    resources: Vec<ResourceCounts>,
}

/// What the accounts of a part of the organization add up to, for one control.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    resources: ResourceCounts,
    accounts: AccountCounts,
}

/// An organizational unit above an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationalUnit {
    /// Names from the root down to it (`/workloads/production`).
    pub path: String,
    /// Its id; `None` in runs of before ids were read.
    pub id: Option<String>,
}

/// An account in scope, as the roll-up has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountInScope {
    /// The account.
    pub account: AccountId,
    /// The organizational units above it; `None` when nobody knows them.
    pub units: Option<Vec<OrganizationalUnit>>,
    /// Whether it was reached and its list of buckets is complete.
    pub is_seen_whole: bool,
    /// Whether that complete list is empty.
    pub has_certainly_no_bucket: bool,
}

/// A check's place in a [`RollUp`], so that a million buckets cost no million searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSlot(Option<usize>);

impl<'framework> RollUp<'framework> {
    /// An empty roll-up for the checks that are run, each with what it judges; checks that the framework does not map
    /// may be among them.
    #[must_use]
    pub fn new<'check>(
        framework: &'framework Framework,
        checks_that_ran: impl IntoIterator<Item = (&'check CheckId, Scope)>,
    ) -> Self {
        let mut checks = vec![Tally::default(); framework.checks().len()];
        for (check, scope) in checks_that_ran {
            if let Some(position) = framework.position_of(check) {
                checks[position].ran = true;
                checks[position].judges = Judged::by(scope);
            }
        }
        let entries = framework.catalogue().active();
        let controls: Vec<_> = entries.filter_map(|entry| bearing(framework, entry, &checks)).collect();
        Self {
            framework,
            resource: VerdictMasks::new(checks.len()),
            checks,
            account: None,
            units: BTreeMap::new(),
            organization: vec![Sum::default(); controls.len()],
            controls,
            accounts_may_be_missing: false,
            some_units_are_unknown: false,
        }
    }

    /// The place of a check, for [`RollUp::add_at`].
    #[must_use]
    pub fn slot_of(&self, check: &CheckId) -> CheckSlot {
        CheckSlot(self.framework.position_of(check))
    }

    /// States that accounts in scope may be missing from the list: from now on nothing is satisfied, accepted or not
    /// applicable in the organization and its units, all that is undetermined. Fails stay what they are.
    pub fn withhold(&mut self) {
        self.accounts_may_be_missing = true;
    }

    /// Begins an account in scope; the one before it must have been ended.
    pub fn begin_account(&mut self, account: AccountInScope) {
        assert!(self.account.is_none(), "one account is rolled up at a time");
        self.some_units_are_unknown |= account.units.is_none();
        self.account = Some(CurrentAccount {
            account,
            resources: vec![ResourceCounts::default(); self.controls.len()],
        });
    }

    /// Adds the verdict of a check on the resource at hand, and whether an exception accepts it. The place must come from
    /// a roll-up of the same framework. A check that the framework does not map bears on no control, so its verdicts
    /// change nothing.
    pub fn add_at(&mut self, slot: CheckSlot, verdict: Verdict, is_accepted: bool) {
        if let Some(position) = slot.0 {
            self.checks[position].counts.add_with(verdict, is_accepted);
            self.resource.add(position, verdict, is_accepted);
        }
    }

    /// Ends the resource at hand: every control on which its checks bear counts it once.
    pub fn end_resource(&mut self) {
        if self.resource.is_empty() {
            return;
        }
        let current = self.account.as_mut().expect("a resource belongs to an account");
        for (control, counts) in self.controls.iter().zip(&mut current.resources) {
            if let Some(outcome) = self.resource.worst_of(&control.checks) {
                counts.add(outcome);
            }
        }
        self.resource.clear();
    }

    /// Ends the account at hand and gives what the controls come to in it; `None` when none was begun.
    pub fn end_account(&mut self) -> Option<ControlMatrixRecord> {
        self.end_resource();
        let CurrentAccount { account, resources } = self.account.take()?;
        let cell = |(control, resources): (&Bearing<'_>, ResourceCounts)| {
            let status = control.status_in(&account, resources);
            let mut accounts = AccountCounts::default();
            accounts.add(status);
            ControlCell {
                control: control.entry.id.clone(),
                status,
                resources,
                accounts,
            }
        };
        let cells: Vec<ControlCell> = self.controls.iter().zip(resources).map(cell).collect();
        let add = |sums: &mut [Sum]| {
            for (sum, cell) in sums.iter_mut().zip(&cells) {
                sum.add(cell.status, cell.resources);
            }
        };
        add(&mut self.organization);
        for unit in account.units.into_iter().flatten() {
            add(self
                .units
                .entry(unit)
                .or_insert_with(|| vec![Sum::default(); cells.len()]));
        }
        Some(ControlMatrixRecord {
            scope: ControlScope::Account {
                account: account.account,
            },
            framework: self.framework.id().to_owned(),
            controls: cells,
        })
    }

    /// The assessment of every active control of the catalogue, in natural order, and what the controls come to in each
    /// organizational unit, by path.
    #[must_use]
    pub fn finish(mut self) -> (Vec<ControlAssessment>, Vec<ControlMatrixRecord>) {
        assert!(self.end_account().is_none(), "every account was ended");
        let units = std::mem::take(&mut self.units);
        let is_everything_seen = !self.accounts_may_be_missing && !self.some_units_are_unknown;
        let records = units
            .into_iter()
            .map(|(unit, sums)| self.unit(unit, &sums, is_everything_seen))
            .collect();
        let mut bearing = self.controls.iter().zip(&self.organization).peekable();
        let mut assessments = Vec::new();
        for entry in self.framework.catalogue().active() {
            let sum = bearing
                .next_if(|(control, _)| control.entry.id == entry.id)
                .map(|(control, sum)| (self.status_of(control, sum, !self.accounts_may_be_missing), *sum));
            assessments.push(self.assess(entry, sum));
        }
        (assessments, records)
    }

    fn unit(&self, unit: OrganizationalUnit, sums: &[Sum], is_everything_seen: bool) -> ControlMatrixRecord {
        let cell = |((control, sum), whole): ((&Bearing<'_>, &Sum), &Sum)| ControlCell {
            control: control.entry.id.clone(),
            status: if control.only_organization {
                self.status_of(control, whole, !self.accounts_may_be_missing)
            } else {
                self.status_of(control, sum, is_everything_seen)
            },
            resources: sum.resources,
            accounts: sum.accounts,
        };
        ControlMatrixRecord {
            scope: ControlScope::OrganizationalUnit {
                id: unit.id,
                path: unit.path,
            },
            framework: self.framework.id().to_owned(),
            controls: self
                .controls
                .iter()
                .zip(sums)
                .zip(&self.organization)
                .map(cell)
                .collect(),
        }
    }

    /// The control's status in a part of the organization whose accounts add up to this.
    fn status_of(&self, control: &Bearing<'_>, sum: &Sum, is_everything_seen: bool) -> ControlStatus {
        let is_silent = |tally: &Tally| tally.judges == Judged::Organization && tally.counts.total() == 0;
        let mut checks = self.framework.checks_of(&control.entry.id);
        let organization_is_judged = !checks.any(|(check, _)| {
            let position = self.framework.position_of(check);
            position.is_some_and(|position| is_silent(&self.checks[position]))
        });
        sum.accounts.status(is_everything_seen && organization_is_judged)
    }

    fn assess(&self, entry: &CatalogueEntry, rolled_up: Option<(ControlStatus, Sum)>) -> ControlAssessment {
        let mut counts = VerdictCounts::default();
        let mut checks = Vec::new();
        for (check, mapped) in self.framework.checks_of(&entry.id) {
            let tally = self
                .framework
                .position_of(check)
                .map_or_else(Tally::default, |position| self.checks[position]);
            counts.merge(tally.counts);
            checks.push(ControlCheck {
                check: check.clone(),
                strength: mapped.strength,
                rationale: mapped.rationale.clone(),
                counts: tally.counts,
            });
        }
        let (status, sum) = rolled_up.unwrap_or((ControlStatus::NotAutomated, Sum::default()));
        ControlAssessment {
            framework: self.framework.id().to_owned(),
            control: entry.id.clone(),
            title: entry.title.clone(),
            family: entry.family.id.clone(),
            family_title: entry.family.title.clone(),
            baselines: entry.baselines.clone(),
            status,
            counts,
            resources: sum.resources,
            accounts: sum.accounts,
            responsibility: None,
            parameters: Vec::new(),
            note: None,
            checks,
        }
    }
}

/// A control with the checks that bear on it; `None` when none does.
fn bearing<'framework>(
    framework: &'framework Framework,
    entry: &'framework CatalogueEntry,
    tallies: &[Tally],
) -> Option<Bearing<'framework>> {
    let mut checks = CheckSet::empty(tallies.len());
    let (mut all_ran, mut spares_accounts, mut only_organization, mut is_empty) = (true, true, true, true);
    for (check, _) in framework.checks_of(&entry.id) {
        let position = framework.position_of(check).expect("the framework lists its checks");
        checks.insert(position);
        all_ran &= tallies[position].ran;
        spares_accounts &= tallies[position].judges != Judged::Account;
        only_organization &= tallies[position].judges == Judged::Organization;
        is_empty = false;
    }
    (!is_empty).then_some(Bearing {
        entry,
        checks,
        all_ran,
        spares_accounts,
        only_organization,
    })
}

impl Bearing<'_> {
    /// The control's status in an account whose resources have these outcomes.
    fn status_in(&self, account: &AccountInScope, resources: ResourceCounts) -> ControlStatus {
        let everything_is_known = self.all_ran && (account.is_seen_whole || self.only_organization);
        let has_nothing_to_judge = self.only_organization || (self.spares_accounts && account.has_certainly_no_bucket);
        match resources.worst() {
            Some(ResourceOutcome::Failed) => ControlStatus::NotSatisfied,
            Some(outcome) if everything_is_known => outcome.status(),
            None if everything_is_known && has_nothing_to_judge => ControlStatus::NotApplicable,
            Some(_) | None => ControlStatus::Undetermined,
        }
    }
}

impl Sum {
    fn add(&mut self, status: ControlStatus, resources: ResourceCounts) {
        self.resources.merge(resources);
        self.accounts.add(status);
    }
}

#[cfg(test)]
mod tests;
