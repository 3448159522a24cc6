//! The one door: renders the wanted formats and moves them to their place once all of them are complete.
//!
//! It does not know what a format writes.

use std::path::{Path, PathBuf};

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::format::Format;
use crate::settings::Settings;
use crate::staging::Staging;

/// What a render left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The files and directories at the top of the report, in the order of the formats.
    pub entries: Vec<PathBuf>,
    /// How many files there are, those in directories included.
    pub files: u64,
    /// Where a person starts to read; `None` when no format has such a page.
    pub start: Option<PathBuf>,
}

/// Renders an assessed run into a directory, which is created where it is missing.
///
/// Everything is written aside first and moved to its final name when all formats are complete, so a render that
/// breaks leaves an earlier report as it was. Only the entries that the formats own are replaced
/// ([`Format::entries`]); the same run and settings give the same bytes.
pub fn render<R: AssessedRun>(
    run: &R,
    formats: &[Format],
    settings: &Settings<'_, R>,
    destination: &Path,
) -> Result<Rendered, ReportError<R::Error>> {
    let staging = Staging::begin(destination)?;
    let mut wanted = formats.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    for format in &wanted {
        format.render(run, settings, &staging)?;
    }
    let files = staging.files_written();
    let owned = wanted.iter().flat_map(|format| format.entries()).copied();
    let entries = staging.publish(owned)?;
    let start = entries.iter().find(|path| path.ends_with("index.html")).cloned();
    Ok(Rendered { entries, files, start })
}
