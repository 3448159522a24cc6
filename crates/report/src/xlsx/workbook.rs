//! The file of a workbook: its working files, its properties, and its way to the disk.
//!
//! It knows nothing of tables.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};

/// A workbook in progress.
pub(super) struct Book {
    workbook: Workbook,
    file: StagedFile,
    sheets: usize,
}

impl Book {
    /// Opens the file. The rows wait in working files beside it, where a report's disk has to have room anyway, and not in
    /// the system's temporary directory, which is often kept in memory.
    pub(super) fn create(staging: &Staging, name: &str, made_at: Timestamp) -> Result<Self, WriteError> {
        let file = staging.file(name)?;
        let mut book = Self {
            workbook: Workbook::new(),
            file,
            sheets: 0,
        };
        let working = staging.working_directory()?;
        let moment = ExcelDateTime::from_timestamp(made_at.as_second());
        book.guarded(|workbook| {
            workbook.set_tempdir(&working)?;
            let properties = DocProperties::new()
                .set_title("S3 compliance report")
                .set_comment("Written by s3attest.")
                .set_creation_datetime(&moment?);
            workbook.set_properties(&properties);
            Ok(())
        })?;
        Ok(book)
    }

    /// Adds a sheet that is small enough to be kept in memory, and gives its place.
    pub(super) fn add_small_sheet(&mut self, name: &str) -> Result<usize, WriteError> {
        self.guarded(|workbook| workbook.add_worksheet().set_name(name).map(drop))?;
        self.sheets += 1;
        Ok(self.sheets - 1)
    }

    /// Adds a sheet of any size, whose rows have to come in order, and gives its place.
    pub(super) fn add_sheet(&mut self, name: &str) -> Result<usize, WriteError> {
        self.guarded(|workbook| workbook.add_worksheet_with_constant_memory()?.set_name(name).map(drop))?;
        self.sheets += 1;
        Ok(self.sheets - 1)
    }

    /// Does something with a sheet.
    pub(super) fn sheet<T>(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Worksheet) -> Result<T, XlsxError>,
    ) -> Result<T, WriteError> {
        self.guarded(|workbook| change(workbook.worksheet_from_index(place)?))
    }

    /// Brings the workbook to the disk.
    pub(super) fn finish(mut self) -> Result<(), WriteError> {
        let path = self.file.path().to_owned();
        let (workbook, file) = (&mut self.workbook, &mut self.file);
        guarded(|| workbook.save_to_writer(file)).map_err(WriteError::at(&path))?;
        self.file.finish().map(drop)
    }

    fn guarded<T>(&mut self, change: impl FnOnce(&mut Workbook) -> Result<T, XlsxError>) -> Result<T, WriteError> {
        let workbook = &mut self.workbook;
        guarded(|| change(workbook)).map_err(WriteError::at(self.file.path()))
    }
}

/// Turns what the writer of workbooks says into an error of the system. It panics when a working file cannot be written, which
/// is a full disk and no mistake of the program.
fn guarded<T>(write: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, io::Error> {
    match catch_unwind(AssertUnwindSafe(write)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::IoError(error) | XlsxError::TempFileError(_, error))) => Err(error),
        Ok(Err(error)) => Err(io::Error::other(error.to_string())),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::StorageFull,
            "a working file of the workbook could not be written",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_file_that_cannot_be_written_is_an_error_and_no_panic() {
        let error = guarded::<()>(|| panic!("could not write XML")).expect_err("a panic of the writer");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
