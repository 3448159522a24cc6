//! The tables of a report, each defined once: its columns, and how its rows come from a run.
//!
//! One module per table and one line per table below. CSV, workbooks, Parquet and the dictionaries all read these
//! definitions: such a consumer implements [`Rows`], asks each table for its columns and lets it stream. A table does not
//! know in which format it is written, and nothing here holds more than one account's or one bucket's rows.

mod buckets;
mod cell;
mod column;
mod control_matrix;
mod controls;
mod coverage;
mod definition;
mod dictionary;
mod exceptions;
mod findings;
mod readings;
mod reference;
mod sources;

pub(crate) use cell::Cell;
pub(crate) use column::{Column, ColumnType};
use definition::Definition;
pub(crate) use definition::Rows;
pub use reference::table_reference;

use crate::assessed::AssessedRun;
use crate::error::ReportError;

macro_rules! tables {
    ($($(#[$documentation:meta])* $variant:ident = $name:literal in $module:ident;)*) => {
        /// A table of a report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Table {
            $($(#[$documentation])* $variant,)*
        }

        impl Table {
            /// Every table, in the order in which a reader meets them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name of each table's file of comma-separated values.
            pub(crate) const CSV_FILES: &'static [&'static str] = &[$(concat!($name, ".csv")),*];

            /// The table's name: of its file without the extension, of its sheet, of its table in a database.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The version of its columns. Within a version columns keep their names, order and meaning, and new ones
            /// come at the end of those that every run has.
            pub(crate) const fn schema(self) -> u32 {
                match self { $(Self::$variant => $module::$variant::SCHEMA,)* }
            }

            /// What a row is, and the order of the rows, in one or two sentences.
            pub(crate) const fn about(self) -> &'static str {
                match self { $(Self::$variant => $module::$variant::ABOUT,)* }
            }

            /// The columns that every run has.
            pub(crate) fn fixed_columns(self) -> Vec<Column> {
                match self { $(Self::$variant => $module::$variant::columns(),)* }
            }

            /// How documentation describes the columns that follow from a run; none where nothing does.
            pub(crate) fn columns_of_any_run(self) -> Vec<Column> {
                match self { $(Self::$variant => $module::$variant::columns_of_any_run(),)* }
            }

            /// The columns for a run, in order.
            pub(crate) fn columns<R: AssessedRun>(self, run: &R) -> Vec<Column> {
                let mut columns = self.fixed_columns();
                match self { $(Self::$variant => columns.extend($module::$variant::columns_of(run)),)* }
                columns
            }

            /// Hands over every row: as many cells as there are columns for the run, each of its column's type or empty.
            pub(crate) fn stream<R: AssessedRun>(
                self,
                run: &R,
                rows: &mut impl Rows,
            ) -> Result<(), ReportError<R::Error>> {
                match self { $(Self::$variant => $module::$variant::rows(run, rows),)* }
            }
        }
    };
}

tables! {
    /// A row for each finding.
    Findings = "findings" in findings;
    /// A row for each bucket.
    Buckets = "buckets" in buckets;
    /// A row for each control.
    Controls = "controls" in controls;
    /// A row for each control in each account and organizational unit.
    ControlMatrix = "control-matrix" in control_matrix;
    /// A row for everything that was to be read.
    Coverage = "coverage" in coverage;
    /// A row for each piece of evidence of the account services.
    Sources = "sources" in sources;
    /// A row for each exception.
    Exceptions = "exceptions" in exceptions;
    /// A row for each column of every table.
    Dictionary = "dictionary" in dictionary;
}

#[cfg(all(test, feature = "sample"))]
mod tests;
