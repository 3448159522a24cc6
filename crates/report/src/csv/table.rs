//! A table on its way to a file: the one place where cells are made harmless and quoted.
//!
//! It knows nothing of what the columns mean.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::error::WriteError;
use crate::neutralise::neutralise;
use crate::staging::{StagedFile, Staging};
use crate::text::legible;

/// A table of a fixed number of columns.
pub(crate) struct Table<const COLUMNS: usize> {
    path: PathBuf,
    writer: csv::Writer<StagedFile>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// Opens the file and writes the header.
    pub(crate) fn create(staging: &Staging, name: &str, header: [&str; COLUMNS]) -> Result<Self, WriteError> {
        let file = staging.file(name)?;
        let path = file.path().to_owned();
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(file);
        let mut table = Self { path, writer };
        table.row(&header.map(Cow::Borrowed))?;
        Ok(table)
    }

    /// Writes a row. Characters that a reader cannot see become visible, and what a spreadsheet would execute becomes
    /// text.
    pub(crate) fn row(&mut self, cells: &[Cow<'_, str>; COLUMNS]) -> Result<(), WriteError> {
        for cell in cells {
            self.writer
                .write_field(neutralise(&legible(cell)).as_bytes())
                .map_err(|error| self.failed(error))?;
        }
        self.writer
            .write_record(None::<&[u8]>)
            .map_err(|error| self.failed(error))
    }

    /// Brings the rest to the disk.
    pub(crate) fn finish(self) -> Result<(), WriteError> {
        let path = self.path;
        let file = self
            .writer
            .into_inner()
            .map_err(|error| StagedFile::failed(&path, error.into_error()))?;
        file.finish().map(drop)
    }

    fn failed(&self, error: csv::Error) -> WriteError {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => std::io::Error::other(format!("{other:?}")),
        };
        StagedFile::failed(&self.path, source)
    }
}

/// A number as a cell.
pub(crate) fn number(value: u64) -> Cow<'static, str> {
    Cow::Owned(value.to_string())
}

/// Several values in a cell.
pub(crate) fn list(values: impl Iterator<Item = String>) -> Cow<'static, str> {
    Cow::Owned(values.collect::<Vec<_>>().join("; "))
}
