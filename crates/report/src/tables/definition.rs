//! What a table has to say of itself, and what a consumer has to take.

use super::{Cell, Column};
use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};

/// A consumer of rows: a file of one format.
pub(crate) trait Rows {
    /// Takes a row: a cell for each column, each of its column's type or empty.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError>;
}

/// A table.
pub(super) trait Definition {
    /// The version of its columns.
    const SCHEMA: u32;

    /// What a row is, and the order of the rows.
    const ABOUT: &'static str;

    /// The columns that every run has.
    fn columns() -> Vec<Column>;

    /// The columns that follow from the run, which come after the others.
    fn columns_of<R: AssessedRun>(_run: &R) -> Vec<Column> {
        Vec::new()
    }

    /// How documentation, which knows no run, describes those.
    fn columns_of_any_run() -> Vec<Column> {
        Vec::new()
    }

    /// Hands over every row.
    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>>;
}
