//! Starting an independent reader, written in Python, on a rendered report.

#[path = "../support/python.rs"]
mod python;

use std::path::Path;

use s3attest_report::{AssessedRun, Format, Settings, render};

/// A run rendered in formats, separated by commas, in a directory that goes away with the value.
pub(crate) fn report(run: &impl AssessedRun, formats: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let formats: Vec<Format> = formats
        .split(',')
        .map(|format| format.parse().expect("a known format"))
        .collect();
    render(run, &formats, &Settings::default(), directory.path()).expect("a sample renders");
    directory
}

/// What the script of `tests/python` prints of a report, as JSON; `None` where there is no interpreter to ask. A script
/// that refuses the report fails the test with its words.
pub(crate) fn read_by(script: &str, report: &Path) -> Option<serde_json::Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = python::run(script, &[report, &root])?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} refuses the report:\n{errors}");
    Some(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
}
