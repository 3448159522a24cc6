//! `dictionary`: every column of every table of this very report.

use super::definition::Definition;
use super::{Column, Rows, Table};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

pub(super) struct Dictionary;

const COLUMNS: &[Column] = &[
    Column::text("table", "The table: the name of its file without the extension."),
    Column::number("schema_version", "The version of the table's columns."),
    Column::text("column", "The column."),
    Column::text(
        "type",
        "What its cells are: text, whole number, moment (RFC 3339 in UTC), date (ISO 8601), list (several texts) or boolean (yes or no).",
    ),
    Column::text("description", "What the column says."),
];

impl Definition for Dictionary {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each column of each table of the report, this one included, in the order of the tables and of their columns.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        for table in Table::ALL {
            for column in table.columns(run) {
                rows.row(&[
                    table.name().into(),
                    u64::from(table.schema()).into(),
                    column.name.into(),
                    column.kind.as_str().into(),
                    column.description.into(),
                ])?;
            }
        }
        Ok(())
    }
}
