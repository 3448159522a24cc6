//! Where each control stands: in which organizational units and accounts it is not satisfied or not known.
//!
//! It holds every organizational unit and a bounded number of accounts for each control, whatever the organization's size.

use std::collections::BTreeMap;

use s3attest_model::control::{
    AccountCounts, ControlAssessment, ControlCell, ControlMatrixRecord, ControlScope, ControlStatus, ResourceCounts,
};
use s3attest_model::identifiers::{AccountId, ControlId};
use serde::Serialize;

use super::places;
use super::words::{self, Mark};
use crate::text::counted;

/// How many accounts a control's page lists.
const ACCOUNTS: usize = 100;

/// A control in one part of the organization.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StandingRow {
    name: String,
    /// The account's id; `None` for an organizational unit.
    account: Option<String>,
    page: Option<String>,
    status: Mark,
    resources: ResourceCounts,
    accounts: AccountCounts,
}

/// Where one control stands.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Standing {
    pub(super) units: Vec<StandingRow>,
    /// The accounts in which it is not settled, the worst first, at most [`ACCOUNTS`] in all.
    groups: [Vec<StandingRow>; 3],
    pub(super) unsettled: u64,
}

impl Standing {
    /// The accounts to look at, the worst first.
    pub(super) fn accounts(&self) -> Vec<&StandingRow> {
        self.groups.iter().flatten().take(ACCOUNTS).collect()
    }

    fn account(&mut self, cell: &ControlCell, account: &AccountId, name: &str) {
        let Some(group) = group(cell.status) else { return };
        self.unsettled += 1;
        if self.groups[..=group].iter().map(Vec::len).sum::<usize>() < ACCOUNTS {
            self.groups[group].push(StandingRow {
                name: name.to_owned(),
                account: Some(account.to_string()),
                page: Some(places::account(account, 1)),
                status: words::control_status(cell.status),
                resources: cell.resources,
                accounts: cell.accounts,
            });
        }
    }

    fn unit(&mut self, cell: &ControlCell, path: &str) {
        self.units.push(StandingRow {
            name: path.to_owned(),
            account: None,
            page: None,
            status: words::control_status(cell.status),
            resources: cell.resources,
            accounts: cell.accounts,
        });
    }
}

/// The list to which an account belongs; `None` where nothing is open.
fn group(status: ControlStatus) -> Option<usize> {
    match status {
        ControlStatus::NotSatisfied => Some(0),
        ControlStatus::Undetermined => Some(1),
        ControlStatus::Accepted => Some(2),
        ControlStatus::Satisfied | ControlStatus::NotApplicable | ControlStatus::NotAutomated => None,
    }
}

/// Where every control stands, by framework and id.
#[derive(Debug, Default)]
pub(super) struct Standings {
    standings: BTreeMap<String, BTreeMap<ControlId, Standing>>,
}

impl Standings {
    /// Takes what the controls of a framework come to in a part of the organization.
    pub(super) fn add(&mut self, record: &ControlMatrixRecord, account_name: &str) {
        let of_framework = self.standings.entry(record.framework.clone()).or_default();
        for cell in &record.controls {
            let standing = of_framework.entry(cell.control.clone()).or_default();
            match &record.scope {
                ControlScope::Account { account } => standing.account(cell, account, account_name),
                ControlScope::OrganizationalUnit { path, .. } => standing.unit(cell, path),
            }
        }
    }

    /// Where a control stands; nothing in an assessment of before this was counted.
    pub(super) fn of(&self, control: &ControlAssessment) -> Option<&Standing> {
        self.standings.get(&control.framework)?.get(&control.control)
    }
}

/// Why a control is undetermined of which no finding is not assessed: there are accounts without any.
pub(super) fn unread(control: &ControlAssessment) -> Option<String> {
    let is_silent = control.status == ControlStatus::Undetermined && control.counts.not_assessed == 0;
    is_silent.then(|| match control.accounts.undetermined {
        0 => "not known of accounts that may be missing".to_owned(),
        number => format!(
            "not known of {} that nobody could read",
            counted(number, "account", "accounts")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u64, status: ControlStatus) -> ControlMatrixRecord {
        let account = AccountId::new(format!("{number:012}")).expect("twelve digits");
        ControlMatrixRecord {
            scope: ControlScope::Account { account },
            framework: "sample".to_owned(),
            controls: vec![ControlCell {
                control: ControlId::new("AC-3").expect("a control id"),
                status,
                resources: ResourceCounts::default(),
                accounts: AccountCounts::default(),
            }],
        }
    }

    #[test]
    fn the_worst_accounts_are_listed_and_all_are_counted() {
        let mut standings = Standings::default();
        for number in 0..300 {
            let status = match number % 3 {
                0 => ControlStatus::Undetermined,
                1 => ControlStatus::Satisfied,
                _ if number > 200 => ControlStatus::NotSatisfied,
                _ => ControlStatus::Accepted,
            };
            standings.add(&record(number, status), "");
        }
        let standing = &standings.standings["sample"][&ControlId::new("AC-3").expect("a control id")];
        let rows = standing.accounts();
        assert_eq!((rows.len(), standing.unsettled), (100, 200));
        let keys: Vec<&str> = rows.iter().map(|row| row.status.key).collect();
        assert_eq!(keys.iter().filter(|key| **key == "not-satisfied").count(), 33);
        assert!(keys.iter().take(33).all(|key| *key == "not-satisfied"));
        assert!(!keys.contains(&"accepted"));
    }
}
