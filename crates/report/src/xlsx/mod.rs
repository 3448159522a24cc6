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

/// How many rows a sheet takes, its heading included (Microsoft Support, "Excel specifications and limits").
const ROWS_OF_A_SHEET: u32 = 1_048_576;

/// Writes the workbook.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    write(run, staging, ROWS_OF_A_SHEET)
}

/// Writes the workbook with at most so many rows on a sheet.
pub(crate) fn write<R: AssessedRun>(
    run: &R,
    staging: &Staging,
    rows_of_a_sheet: u32,
) -> Result<(), ReportError<R::Error>> {
    let looks = Looks::new();
    let mut book = Book::create(staging, NAME, run.run().started_at)?;
    summary::open(&mut book)?;
    let mut contents = Vec::new();
    for table in Table::ALL {
        let mut sheets = Sheets::open(&mut book, &looks, *table, table.columns(run), rows_of_a_sheet)?;
        table.stream(run, &mut sheets)?;
        contents.push(sheets.finish()?);
    }
    summary::write(run, &mut book, &looks, &contents)?;
    Ok(book.finish()?)
}
