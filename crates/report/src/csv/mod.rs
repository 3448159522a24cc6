//! Tables for spreadsheets and notebooks: RFC 4180, comma, UTF-8, a header, every field quoted, schema version 1.
//!
//! One module per table. docs/report.md documents every column. Within a schema version columns keep their names, order
//! and meaning. It does not know how the pages look.

mod control_matrix;
mod controls;
mod coverage;
mod exceptions;
mod findings;
mod sources;
mod table;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::settings::Settings;
use crate::staging::Staging;

/// The tables, under their final names.
pub(crate) const ENTRIES: &[&str] = &[
    "findings.csv",
    "controls.csv",
    "control-matrix.csv",
    "coverage.csv",
    "sources.csv",
    "exceptions.csv",
];

/// Writes every table.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    findings::write(run, staging)?;
    controls::write(run, staging)?;
    control_matrix::write(run, staging)?;
    coverage::write(run, staging)?;
    sources::write(run, staging)?;
    exceptions::write(run, staging)
}
