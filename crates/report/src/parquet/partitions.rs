//! A table as a directory of files, one for each value of the column by which it is partitioned.
//!
//! One file is open at a time, so the rows have to come by that column; they do, and a second beginning is an error.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::file::{ParquetFile, Shape, failed};
use super::layout::Layout;
use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};
use crate::tables::{Cell, Rows};

/// The directory of rows without a value, by Hive's convention.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// A table on its way.
pub(super) struct Partitions<'run> {
    staging: &'run Staging,
    layout: &'run Layout,
    shape: Shape,
    /// The table's directory with the day of the run.
    directory: String,
    run: Cell<'run>,
    open: Option<(String, ParquetFile)>,
    written: BTreeSet<String>,
}

impl<'run> Partitions<'run> {
    pub(super) fn begin(
        staging: &'run Staging,
        layout: &'run Layout,
        run: &'run str,
        date: &str,
    ) -> Result<Self, WriteError> {
        let directory = format!("parquet/{}/run_date={date}", layout.name);
        let shape = Shape::of(layout).map_err(|error| failed(Path::new(&directory), error))?;
        Ok(Self {
            staging,
            layout,
            shape,
            directory,
            run: run.into(),
            open: None,
            written: BTreeSet::new(),
        })
    }

    pub(super) fn finish(mut self) -> Result<(), WriteError> {
        if self.written.is_empty() {
            // A table of which there is nothing to say is there all the same, with its columns: DuckDB refuses a view of no file.
            self.turn_to(self.partition(NO_VALUE))?;
        }
        self.close()
    }

    /// The directory of a value of the key, as it stands in a path; none for a table without a key.
    fn partition(&self, value: &str) -> String {
        let name = self.layout.key_name();
        name.map(|name| format!("/{name}={value}")).unwrap_or_default()
    }

    /// Opens the file of a partition; its directory is relative to the run's day.
    fn turn_to(&mut self, partition: String) -> Result<(), WriteError> {
        self.close()?;
        let path = format!("{}{partition}/part-0.parquet", self.directory);
        if !self.written.insert(partition.clone()) {
            let error = std::io::Error::other("its rows do not come together; assess the run again");
            return Err(StagedFile::failed(Path::new(&path), error));
        }
        let file = ParquetFile::begin(self.staging.file(&path)?, &self.shape)?;
        self.open = Some((partition, file));
        Ok(())
    }

    fn close(&mut self) -> Result<(), WriteError> {
        self.open.take().map_or(Ok(()), |(_, file)| file.finish())
    }
}

impl Rows for Partitions<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        let key = self.layout.key.map(|place| encoded(&cells[place].text()));
        let partition = self.partition(&key.unwrap_or_default());
        if self.open.as_ref().is_none_or(|(open, _)| *open != partition) {
            self.turn_to(partition)?;
        }
        let in_file = self.layout.in_files().map(|(place, _)| &cells[place]);
        match &mut self.open {
            Some((_, file)) => file.row(std::iter::once(&self.run).chain(in_file)),
            None => Ok(()),
        }
    }
}

/// A value as Hive writes it into a path: everything but plain characters by its bytes.
fn encoded(value: &str) -> String {
    if value.is_empty() {
        return NO_VALUE.to_owned();
    }
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_leads_into_no_other_directory() {
        assert_eq!(encoded("000123456789"), "000123456789");
        assert_eq!(encoded("a/../b=c"), "a%2F..%2Fb%3Dc");
        assert_eq!(encoded(""), NO_VALUE);
    }
}
