//! `control-matrix.jsonl`: a line for each control on which a check bears, in each account in scope and each organizational
//! unit.

use s3attest_model::control::{AccountCounts, ControlScope, ResourceCounts};
use serde::Serialize;

use super::{Lines, SCHEMA, Written};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

#[derive(Serialize)]
struct Line<'line> {
    schema: u32,
    scope: &'static str,
    account: Option<&'line str>,
    organizational_unit: Option<&'line str>,
    organizational_unit_id: Option<&'line str>,
    framework: &'line str,
    control: &'line str,
    status: &'static str,
    resources: ResourceCounts,
    accounts: AccountCounts,
}

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<Written, ReportError<R::Error>> {
    let mut lines = Lines::create(staging, "control-matrix.jsonl")?;
    for record in run.control_matrix().map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        let (scope, account, unit, unit_id) = match &record.scope {
            ControlScope::Account { account } => ("account", Some(account.as_str()), None, None),
            ControlScope::OrganizationalUnit { id, path } => {
                ("organizational-unit", None, Some(path.as_str()), id.as_deref())
            }
        };
        for cell in &record.controls {
            lines.line(&Line {
                schema: SCHEMA,
                scope,
                account,
                organizational_unit: unit,
                organizational_unit_id: unit_id,
                framework: &record.framework,
                control: cell.control.as_str(),
                status: cell.status.as_str(),
                resources: cell.resources,
                accounts: cell.accounts,
            })?;
        }
    }
    Ok(lines.finish()?)
}
