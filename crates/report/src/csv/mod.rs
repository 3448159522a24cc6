//! Tables for spreadsheets and notebooks: RFC 4180, comma, UTF-8, a header, every field quoted.
//!
//! The tables are defined elsewhere; this is how they become files of text.

mod table;

use table::CsvTable;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::tables::Table;

/// The tables, under their final names.
pub(crate) const ENTRIES: &[&str] = Table::CSV_FILES;

/// Writes every table.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    for (table, name) in Table::ALL.iter().zip(Table::CSV_FILES) {
        let mut file = CsvTable::create(staging, name, &table.columns(run), settings.byte_order_mark)?;
        table.stream(run, &mut file)?;
        file.finish()?;
    }
    Ok(())
}
