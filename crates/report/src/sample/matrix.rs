//! What the controls of the samples come to in each account and each organizational unit, counted from the findings.

use std::collections::BTreeMap;

use s3attest_model::control::{
    AccountCounts, ControlAssessment, ControlCell, ControlMatrixRecord, ControlScope, ControlStatus, ResourceCounts,
    ResourceOutcome,
};
use s3attest_model::coverage::AccountCoverage;
use s3attest_model::finding::{Finding, Resource};
use s3attest_model::identifiers::AccountId;

/// The first framework of the samples.
pub(super) const FRAMEWORK: &str = "nist-800-53-r5";
/// Their other framework.
pub(super) const OTHER_FRAMEWORK: &str = "cis-aws-foundations-5.0.0";

/// For each account and each control on which a check bears, what its resources come to.
type Counts = BTreeMap<AccountId, Vec<ResourceCounts>>;

/// The matrix of these accounts and findings, which come in the order of a report; the controls get their sums.
pub(super) fn matrix(
    controls: &mut [ControlAssessment],
    accounts: impl Iterator<Item = AccountCoverage>,
    findings: impl Iterator<Item = Finding>,
) -> Vec<ControlMatrixRecord> {
    let counts = counted(controls, findings);
    let mut units: BTreeMap<String, Vec<ControlCell>> = BTreeMap::new();
    let mut records = Vec::new();
    for account in accounts.filter(|account| account.status.is_in_scope()) {
        let of_account = counts.get(&account.account);
        let cells: Vec<ControlCell> = automated(controls)
            .enumerate()
            .map(|(index, control)| {
                let resources = of_account.map_or_else(ResourceCounts::default, |counts| counts[index]);
                let is_seen = account.buckets_listed.is_some();
                cell(control, resources, is_seen)
            })
            .collect();
        for path in above(account.organizational_unit.as_deref().unwrap_or_default()) {
            let unit = units.entry(path).or_default();
            if unit.is_empty() {
                unit.extend(cells.iter().cloned());
            } else {
                unit.iter_mut().zip(&cells).for_each(|(sum, cell)| add(sum, cell));
            }
        }
        let control = controls.iter_mut().filter(|control| !control.checks.is_empty());
        for (control, cell) in control.zip(&cells) {
            control.resources.merge(cell.resources);
            control.accounts.add(cell.status);
        }
        let account = account.account;
        records.extend(by_framework(controls, &ControlScope::Account { account }, &cells));
    }
    for (path, cells) in units {
        let unit = ControlScope::OrganizationalUnit { id: None, path };
        records.extend(by_framework(controls, &unit, &cells));
    }
    records
}

/// The records of one part of the organization: one for each framework.
fn by_framework(
    controls: &[ControlAssessment],
    scope: &ControlScope,
    cells: &[ControlCell],
) -> [ControlMatrixRecord; 2] {
    [FRAMEWORK, OTHER_FRAMEWORK].map(|framework| ControlMatrixRecord {
        scope: scope.clone(),
        framework: framework.to_owned(),
        controls: automated(controls)
            .zip(cells)
            .filter(|(control, _)| control.framework == framework)
            .map(|(_, cell)| cell.clone())
            .collect(),
    })
}

fn automated(controls: &[ControlAssessment]) -> impl Iterator<Item = &ControlAssessment> {
    controls.iter().filter(|control| !control.checks.is_empty())
}

fn counted(controls: &[ControlAssessment], findings: impl Iterator<Item = Finding>) -> Counts {
    let mut counts = Counts::new();
    let mut of_resource: Vec<Finding> = Vec::new();
    let mut settle = |of_resource: &mut Vec<Finding>| {
        let Some(first) = of_resource.first() else { return };
        let empty = || vec![ResourceCounts::default(); automated(controls).count()];
        let of_account = counts.entry(first.resource.account().clone()).or_insert_with(empty);
        for (counts, control) in of_account.iter_mut().zip(automated(controls)) {
            let bears = |finding: &&Finding| control.checks.iter().any(|check| check.check == finding.check);
            let said = of_resource.iter().filter(bears).map(|finding| (finding.verdict, false));
            if let Some(outcome) = ResourceOutcome::of(said) {
                counts.add(outcome);
            }
        }
        of_resource.clear();
    };
    let mut previous: Option<Resource> = None;
    for finding in findings {
        if previous.as_ref() != Some(&finding.resource) {
            settle(&mut of_resource);
            previous = Some(finding.resource.clone());
        }
        of_resource.push(finding);
    }
    settle(&mut of_resource);
    counts
}

fn cell(control: &ControlAssessment, resources: ResourceCounts, is_seen: bool) -> ControlCell {
    let status = match resources.worst() {
        Some(ResourceOutcome::Failed) => ControlStatus::NotSatisfied,
        Some(outcome) if is_seen => outcome.status(),
        Some(_) | None => ControlStatus::Undetermined,
    };
    let mut accounts = AccountCounts::default();
    accounts.add(status);
    ControlCell {
        control: control.control.clone(),
        status,
        resources,
        accounts,
    }
}

fn add(sum: &mut ControlCell, cell: &ControlCell) {
    sum.resources.merge(cell.resources);
    sum.accounts.add(cell.status);
    sum.status = sum.accounts.status(true);
}

/// The paths of the units above an account, from the root down.
fn above(path: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut upper = String::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        upper = format!("{upper}/{name}");
        paths.push(upper.clone());
    }
    paths
}
