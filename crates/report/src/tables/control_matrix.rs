//! `control-matrix`: a row for each control on which a check bears, in each account in scope and each organizational
//! unit.

use s3attest_model::control::{ControlCell, ControlMatrixRecord, ControlScope};

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;

pub(super) struct ControlMatrix;

const COLUMNS: &[Column] = &[
    Column::text("framework_id", "The framework."),
    Column::text("control_id", "The control."),
    Column::text("scope", "Where the row is about: account or organizational-unit."),
    Column::text("account_id", "The account; empty for an organizational unit."),
    Column::text(
        "account_name",
        "The account's name; empty for an organizational unit, and where only the id is known.",
    ),
    Column::text(
        "organizational_unit",
        "The organizational unit's path, or where the account hangs; empty where that is not known.",
    ),
    Column::text(
        "organizational_unit_id",
        "The organizational unit's id; empty for an account, and in runs of before ids were read.",
    ),
    Column::grade(
        "status",
        "The control's status there: not-satisfied, undetermined, accepted, satisfied or not-applicable.",
    ),
    Column::number(
        "resources_failed",
        "Resources there on which a check that bears on it failed and nobody accepts that; each resource counts once, by the worst of what is said of it.",
    ),
    Column::number(
        "resources_not_assessed",
        "Resources there of which the worst is that evidence is missing.",
    ),
    Column::number(
        "resources_accepted",
        "Resources there of which the worst is a fail that an exception accepts.",
    ),
    Column::number("resources_passed", "Resources there of which the worst is a pass."),
    Column::number(
        "resources_not_applicable",
        "Resources there to which no check that bears on it applies.",
    ),
    Column::number(
        "accounts_not_satisfied",
        "Accounts there in which its status is not-satisfied.",
    ),
    Column::number(
        "accounts_undetermined",
        "Accounts there in which its status is undetermined.",
    ),
    Column::number("accounts_accepted", "Accounts there in which its status is accepted."),
    Column::number("accounts_satisfied", "Accounts there in which its status is satisfied."),
    Column::number(
        "accounts_not_applicable",
        "Accounts there in which its status is not-applicable.",
    ),
];

/// Where a row is about, in words.
#[derive(Default)]
struct Place {
    account: String,
    name: String,
    unit: String,
    unit_id: String,
}

impl Definition for ControlMatrix {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each control on which a check bears, in each account in scope and in each \
                                 organizational unit: accounts by id, in each the frameworks in their order; then for each \
                                 framework the organizational units by path.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        let mut coverage = Ahead::new(run.coverage().map_err(ReportError::Run)?);
        let mut place = Place::default();
        for record in run.control_matrix().map_err(ReportError::Run)? {
            let record = record.map_err(ReportError::Run)?;
            match &record.scope {
                ControlScope::Account { account } if place.account == account.as_str() => {}
                ControlScope::Account { account } => {
                    let covered = joined::find(&mut coverage, account).map_err(ReportError::Run)?;
                    let covered = covered.as_deref();
                    place = Place {
                        account: account.to_string(),
                        name: covered.map_or_else(String::new, |covered| covered.name.clone()),
                        unit: covered
                            .and_then(|covered| covered.organizational_unit.clone())
                            .unwrap_or_default(),
                        unit_id: String::new(),
                    };
                }
                ControlScope::OrganizationalUnit { id, path } => {
                    place = Place {
                        unit: path.clone(),
                        unit_id: id.clone().unwrap_or_default(),
                        ..Place::default()
                    };
                }
            }
            for cell in &record.controls {
                rows.row(&cells(&record, &place, cell))?;
            }
        }
        Ok(())
    }
}

fn cells<'row>(
    record: &'row ControlMatrixRecord,
    place: &'row Place,
    cell: &'row ControlCell,
) -> [Cell<'row>; COLUMNS.len()] {
    let (resources, accounts) = (cell.resources, cell.accounts);
    [
        record.framework.as_str().into(),
        cell.control.as_str().into(),
        match record.scope {
            ControlScope::Account { .. } => "account",
            ControlScope::OrganizationalUnit { .. } => "organizational-unit",
        }
        .into(),
        place.account.as_str().into(),
        place.name.as_str().into(),
        place.unit.as_str().into(),
        place.unit_id.as_str().into(),
        cell.status.as_str().into(),
        resources.failed.into(),
        resources.not_assessed.into(),
        resources.accepted.into(),
        resources.passed.into(),
        resources.not_applicable.into(),
        accounts.not_satisfied.into(),
        accounts.undetermined.into(),
        accounts.accepted.into(),
        accounts.satisfied.into(),
        accounts.not_applicable.into(),
    ]
}
