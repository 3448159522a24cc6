//! `control-matrix.csv`: a row for each control on which a check bears, in each account in scope and each organizational
//! unit.

use std::borrow::Cow;

use s3attest_model::control::{ControlCell, ControlMatrixRecord, ControlScope};
use s3attest_model::coverage::CoverageRecord;

use super::table::{Table, number};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

const COLUMNS: usize = 18;

const HEADER: [&str; COLUMNS] = [
    "framework_id",
    "control_id",
    "scope",
    "account_id",
    "account_name",
    "organizational_unit",
    "organizational_unit_id",
    "status",
    "resources_failed",
    "resources_not_assessed",
    "resources_accepted",
    "resources_passed",
    "resources_not_applicable",
    "accounts_not_satisfied",
    "accounts_undetermined",
    "accounts_accepted",
    "accounts_satisfied",
    "accounts_not_applicable",
];

/// Where a row is about, in words.
#[derive(Default)]
struct Place {
    account: String,
    name: String,
    unit: String,
    unit_id: String,
}

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mut table = Table::create(staging, "control-matrix.csv", HEADER)?;
    let mut coverage = Ahead::new(run.coverage().map_err(ReportError::Run)?);
    let mut place = Place::default();
    for record in run.control_matrix().map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        match &record.scope {
            ControlScope::Account { account } if place.account == account.as_str() => {}
            ControlScope::Account { account } => {
                place = Place {
                    account: account.to_string(),
                    ..Place::default()
                };
                while let Some(covered) = coverage
                    .next_if(|covered| covered.account() <= Some(account))
                    .map_err(ReportError::Run)?
                {
                    if let CoverageRecord::Account(covered) = covered
                        && covered.account == *account
                    {
                        place.name = covered.name;
                        place.unit = covered.organizational_unit.unwrap_or_default();
                    }
                }
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
            table.row(&cells(&record, &place, cell))?;
        }
    }
    Ok(table.finish()?)
}

fn cells<'row>(
    record: &'row ControlMatrixRecord,
    place: &'row Place,
    cell: &'row ControlCell,
) -> [Cow<'row, str>; COLUMNS] {
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
        number(resources.failed),
        number(resources.not_assessed),
        number(resources.accepted),
        number(resources.passed),
        number(resources.not_applicable),
        number(accounts.not_satisfied),
        number(accounts.undetermined),
        number(accounts.accepted),
        number(accounts.satisfied),
        number(accounts.not_applicable),
    ]
}
