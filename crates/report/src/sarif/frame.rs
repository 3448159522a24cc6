//! A JSON document that is written from front to back, so that its lists may be of any length.
//!
//! It does not know what is in the document, and trusts its caller with the brackets.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};
use crate::visible;

/// A document on its way.
pub(super) struct Frame {
    file: StagedFile,
    has_elements: bool,
}

impl Frame {
    pub(super) fn create(staging: &Staging, name: &str) -> Result<Self, WriteError> {
        Ok(Self {
            file: staging.file(name)?,
            has_elements: false,
        })
    }

    /// Writes brackets, names and separators as they stand.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), WriteError> {
        let written = self.file.write_all(text.as_bytes());
        self.checked(written)
    }

    /// Writes a value.
    pub(super) fn value(&mut self, value: &impl Serialize) -> Result<(), WriteError> {
        let written = visible::write(&mut self.file, value);
        self.checked(written)
    }

    pub(super) fn begin_list(&mut self) -> Result<(), WriteError> {
        self.has_elements = false;
        self.raw("[")
    }

    /// Writes an element of the list on a line of its own.
    pub(super) fn element(&mut self, value: &impl Serialize) -> Result<(), WriteError> {
        self.raw(if self.has_elements { ",\n" } else { "\n" })?;
        self.has_elements = true;
        self.value(value)
    }

    pub(super) fn end_list(&mut self) -> Result<(), WriteError> {
        self.raw("]")
    }

    pub(super) fn finish(self) -> Result<(), WriteError> {
        self.file.finish().map(drop)
    }

    fn checked(&self, written: io::Result<()>) -> Result<(), WriteError> {
        written.map_err(|error| StagedFile::failed(self.file.path(), error))
    }
}
