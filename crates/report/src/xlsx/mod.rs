//! A workbook for people who work in a spreadsheet: a summary, then a sheet for each table.
//!
//! The tables are defined elsewhere. Rows go to working files beside the report as they come, so the memory that a workbook
//! takes does not grow with them. Nothing in it is a formula.

mod escape;
mod looks;
mod sheet;
mod summary;
mod workbook;

use looks::Looks;
pub(crate) use sheet::Limits;
use sheet::Sheets;
use workbook::Book;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::tables::Table;

const NAME: &str = "report.xlsx";

/// The workbook, under its final name.
pub(crate) const ENTRIES: &[&str] = &[NAME];

/// Writes the workbook.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    write(run, staging, Limits::OF_SPREADSHEETS)
}

/// Writes the workbook with so much on a sheet.
pub(crate) fn write<R: AssessedRun>(run: &R, staging: &Staging, limits: Limits) -> Result<(), ReportError<R::Error>> {
    let looks = Looks::new();
    let mut book = Book::create(staging, NAME, run.run().started_at)?;
    summary::open(&mut book)?;
    let mut contents = Vec::new();
    for table in Table::ALL {
        let mut sheets = Sheets::open(&mut book, &looks, *table, table.columns(run), limits)?;
        table.stream(run, &mut sheets)?;
        contents.push(sheets.finish()?);
    }
    summary::write(run, &mut book, &looks, &contents)?;
    Ok(book.finish()?)
}
