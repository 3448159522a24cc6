//! A table on its way to a file of text: the one place where cells are made harmless and quoted.
//!
//! It knows nothing of what the columns mean.

use std::io::Write as _;
use std::path::PathBuf;

use crate::error::WriteError;
use crate::neutralise::neutralise;
use crate::staging::{StagedFile, Staging};
use crate::tables::{Cell, Column, Rows};
use crate::text::legible;

/// U+FEFF in UTF-8, by which Microsoft Excel tells UTF-8 from the code page of the computer.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A file of comma-separated values.
pub(super) struct CsvTable {
    path: PathBuf,
    writer: csv::Writer<StagedFile>,
}

impl CsvTable {
    /// Opens the file and writes the header.
    pub(super) fn create(
        staging: &Staging,
        name: &str,
        columns: &[Column],
        byte_order_mark: bool,
    ) -> Result<Self, WriteError> {
        let mut file = staging.file(name)?;
        let path = file.path().to_owned();
        if byte_order_mark {
            file.write_all(BYTE_ORDER_MARK).map_err(WriteError::at(&path))?;
        }
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(file);
        let mut table = Self { path, writer };
        for column in columns {
            table.field(&column.name)?;
        }
        table.end_of_row()?;
        Ok(table)
    }

    /// Characters that a reader cannot see become visible, and what a spreadsheet would execute becomes text.
    fn field(&mut self, text: &str) -> Result<(), WriteError> {
        self.writer
            .write_field(neutralise(&legible(text)).as_bytes())
            .map_err(|error| self.failed(error))
    }

    fn end_of_row(&mut self) -> Result<(), WriteError> {
        self.writer
            .write_record(None::<&[u8]>)
            .map_err(|error| self.failed(error))
    }

    /// Brings the rest to the disk.
    pub(super) fn finish(self) -> Result<(), WriteError> {
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

impl Rows for CsvTable {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        for cell in cells {
            self.field(&cell.text())?;
        }
        self.end_of_row()
    }
}
