//! The one door: renders the wanted formats and moves them to their place once all of them are complete.
//!
//! It does not know what a format writes.

use std::path::{Path, PathBuf};

use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
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
    let write = |format: Format, staging: &Staging| format.render(run, settings, staging);
    let owned = |format: Format| format.entries().iter().copied();
    whole(formats, destination, "index.html", write, owned)
}

/// Writes each wanted form once, in their order, and moves what they own to its place when all of them are complete.
/// `start` is the entry where a person starts to read.
pub(crate) fn whole<F, E, I>(
    forms: &[F],
    destination: &Path,
    start: &str,
    write: impl Fn(F, &Staging) -> Result<(), E>,
    owned: impl Fn(F) -> I,
) -> Result<Rendered, E>
where
    F: Copy + Ord,
    E: From<WriteError>,
    I: IntoIterator<Item = &'static str>,
{
    let staging = Staging::begin(destination)?;
    let mut wanted = forms.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    for form in &wanted {
        write(*form, &staging)?;
    }
    let files = staging.files_written();
    let entries = staging.publish(wanted.into_iter().flat_map(owned))?;
    let start = entries.iter().find(|path| path.ends_with(start)).cloned();
    Ok(Rendered { entries, files, start })
}
