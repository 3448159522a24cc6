//! JSON for programs: one small document, and JSON Lines for what grows with the organization.
//!
//! One module per file. `docs/schemas/` holds a JSON Schema for each, and a test holds the files to them; every document and
//! every line states its schema version. Strings are as they were, with what deceives a reader written by its number
//! (`visible.rs`). It does not know how the pages look.

mod control;
mod coverage;
mod document;
mod findings;
mod matrix;

use std::io::Write as _;

use serde::Serialize;

use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::settings::Settings;
use crate::staging::{StagedFile, Staging};
use crate::visible;

/// The directory that holds every file of the format.
pub(crate) const ENTRIES: &[&str] = &["json"];

/// The version of every document and line. Members are added within a version; none is renamed or removed, or changes
/// its meaning.
const SCHEMA: u32 = 1;

/// Writes the lines first, since the document says how many there are.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let findings = findings::write(run, staging)?;
    let coverage = coverage::write(run, staging)?;
    let matrix = matrix::write(run, staging)?;
    document::write(run, [findings, coverage, matrix], staging)
}

/// A file of JSON Lines on its way.
struct Lines {
    name: &'static str,
    file: StagedFile,
    count: u64,
}

impl Lines {
    fn create(staging: &Staging, name: &'static str) -> Result<Self, WriteError> {
        let file = staging.file(&format!("json/{name}"))?;
        Ok(Self { name, file, count: 0 })
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), WriteError> {
        self.count += 1;
        let written = visible::write(&mut self.file, value).and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|error| StagedFile::failed(self.file.path(), error))
    }

    fn finish(self) -> Result<Written, WriteError> {
        self.file.finish()?;
        Ok(Written {
            name: self.name,
            records: self.count,
        })
    }
}

/// A file of JSON Lines as the document names it.
#[derive(Debug, Serialize)]
struct Written {
    name: &'static str,
    records: u64,
}
