//! What every table has to hold, whatever it is about.

use std::collections::BTreeSet;

use super::*;
use crate::error::WriteError;
use crate::sample::{Generated, sample_assessment};

/// Takes rows and holds them against the columns.
struct Checked {
    table: Table,
    columns: Vec<Column>,
    rows: u64,
}

impl Rows for Checked {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        assert_eq!(cells.len(), self.columns.len(), "{:?}", self.table);
        for (cell, column) in cells.iter().zip(&self.columns) {
            let kind = kind(cell).unwrap_or(column.kind);
            assert_eq!(kind, column.kind, "{:?} {}", self.table, column.name);
        }
        self.rows += 1;
        Ok(())
    }
}

/// The cell's type; `None` for an empty one, which fits every column.
fn kind(cell: &Cell<'_>) -> Option<ColumnType> {
    match cell {
        Cell::Empty => None,
        Cell::Text(_) => Some(ColumnType::Text),
        Cell::Number(_) => Some(ColumnType::Number),
        Cell::Moment(_) => Some(ColumnType::Moment),
        Cell::Date(_) => Some(ColumnType::Date),
        Cell::List(_) => Some(ColumnType::List),
        Cell::Boolean(_) => Some(ColumnType::Boolean),
    }
}

fn counted<R: AssessedRun>(table: Table, run: &R) -> u64 {
    let columns = table.columns(run);
    let mut checked = Checked {
        table,
        columns,
        rows: 0,
    };
    table.stream(run, &mut checked).expect("a sample streams");
    checked.rows
}

#[test]
fn names_are_unique_and_every_cell_is_of_its_columns_type() {
    let sample = sample_assessment();
    let mut tables = BTreeSet::new();
    for (table, file) in Table::ALL.iter().zip(Table::CSV_FILES) {
        assert!(tables.insert(table.name()));
        assert_eq!(*file, format!("{}.csv", table.name()));
        let mut names = BTreeSet::new();
        for column in table.columns(&sample) {
            assert!(names.insert(column.name.clone()), "{} in {}", column.name, table.name());
            assert!(column.description.ends_with('.'), "{} in {}", column.name, table.name());
        }
        assert!(counted(*table, &sample) > 0, "{}", table.name());
    }
}

#[test]
fn every_finding_bucket_control_and_column_has_its_row() {
    let run = Generated::new(3, 50, &[]);
    assert_eq!(counted(Table::Findings, &run), run.summary().counts.total());
    assert_eq!(counted(Table::Buckets, &run), 150);
    assert_eq!(counted(Table::Controls, &run), run.controls().len() as u64);
    let columns: usize = Table::ALL.iter().map(|table| table.columns(&run).len()).sum();
    assert_eq!(counted(Table::Dictionary, &run), columns as u64);
}
