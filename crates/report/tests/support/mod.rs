//! A report in memory, file by file.

mod files;

use std::collections::BTreeMap;
use std::path::Path;

use s3attest_report::{AssessedRun, Format, Settings, render};

/// Every file of a report by its path.
pub(crate) type Files = BTreeMap<String, String>;

/// Renders a run in every format.
pub(crate) fn rendered(run: &impl AssessedRun) -> Files {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(run, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    read(directory.path())
}

/// The files below a directory.
pub(crate) fn read(root: &Path) -> Files {
    let files = files::below(root).into_iter();
    files.map(|(name, bytes)| (name, text(bytes))).collect()
}

/// A file as text. One that is no text stands with a character for each byte, so that files can be compared.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}
