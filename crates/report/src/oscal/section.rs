//! Parts of the documents that grow side by side while the findings pass by: each an array in a working file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::Value;

use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};
use crate::visible;

/// The members of an array that is being written.
pub(super) struct Section {
    file: StagedFile,
    count: u64,
}

impl Section {
    fn open(staging: &Staging, name: &str) -> Result<Self, WriteError> {
        Ok(Self {
            file: staging.working_file(name)?,
            count: 0,
        })
    }

    /// Writes a member.
    pub(super) fn push(&mut self, member: &Value) -> Result<(), WriteError> {
        let text = visible::line(member);
        self.begin()?;
        self.put(&text)
    }

    /// Begins a member that is written in pieces by [`Section::put`] and [`Section::copy`].
    pub(super) fn begin(&mut self) -> Result<(), WriteError> {
        self.count += 1;
        let separator: &[u8] = if self.count == 1 { b"\n" } else { b",\n" };
        self.put(separator)
    }

    pub(super) fn put(&mut self, piece: &[u8]) -> Result<(), WriteError> {
        let written = self.file.write_all(piece);
        written.map_err(|error| StagedFile::failed(self.file.path(), error))
    }

    pub(super) fn copy(&mut self, mut from: File) -> Result<(), WriteError> {
        let copied = io::copy(&mut from, &mut self.file).map(|_| ());
        copied.map_err(|error| StagedFile::failed(self.file.path(), error))
    }

    fn finish(self) -> Result<Written, WriteError> {
        Ok(Written {
            path: self.file.finish()?,
            count: self.count,
        })
    }
}

/// An array that is complete.
pub(super) struct Written {
    path: PathBuf,
    pub(super) count: u64,
}

impl Written {
    pub(super) fn copy_into(&self, target: &mut StagedFile) -> Result<(), WriteError> {
        let copied = File::open(&self.path).and_then(|mut file| io::copy(&mut file, target));
        copied
            .map(|_| ())
            .map_err(|error| StagedFile::failed(&self.path, error))
    }
}

/// Every array of the two documents.
pub(super) struct Sections {
    /// The accounts; in both documents.
    pub(super) components: Section,
    /// The resources other than accounts about which something is open; in both documents.
    pub(super) inventory: Section,
    /// One for each check in each account.
    pub(super) observations: Section,
    /// Those of them in which something failed or could not be assessed; in the second document.
    pub(super) open_observations: Section,
    /// One for what fails and one for each exception, for each check in each account; in both documents.
    pub(super) risks: Section,
    /// One for each control.
    pub(super) findings: Section,
    /// One for what fails, what is unknown, and each exception, for each check in each account, and one for each account that
    /// was not read.
    pub(super) items: Section,
}

impl Sections {
    pub(super) fn open(staging: &Staging) -> Result<Self, WriteError> {
        let open = |name: &str| Section::open(staging, &format!("oscal-{name}"));
        Ok(Self {
            components: open("components")?,
            inventory: open("inventory")?,
            observations: open("observations")?,
            open_observations: open("open-observations")?,
            risks: open("risks")?,
            findings: open("findings")?,
            items: open("items")?,
        })
    }

    pub(super) fn finish(self) -> Result<WrittenSections, WriteError> {
        Ok(WrittenSections {
            components: self.components.finish()?,
            inventory: self.inventory.finish()?,
            observations: self.observations.finish()?,
            open_observations: self.open_observations.finish()?,
            risks: self.risks.finish()?,
            findings: self.findings.finish()?,
            items: self.items.finish()?,
        })
    }
}

/// Every array, complete.
pub(super) struct WrittenSections {
    pub(super) components: Written,
    pub(super) inventory: Written,
    pub(super) observations: Written,
    pub(super) open_observations: Written,
    pub(super) risks: Written,
    pub(super) findings: Written,
    pub(super) items: Written,
}
