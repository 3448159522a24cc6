//! Starting an independent reader, written in Python, on a rendered report.
//!
//! The interpreter stands in `S3ATTEST_PYTHON`; `cargo xtask test` sets it up.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its interpreter through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

use std::path::{Path, PathBuf};
use std::process::Command;

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
    let Some(python) = std::env::var_os("S3ATTEST_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "S3ATTEST_PYTHON is not set: run the tests through `cargo xtask test`, so that independent readers see the reports"
        );
        eprintln!("skipped: S3ATTEST_PYTHON is not set, so {script} did not read the report");
        return None;
    };
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(python)
        .arg(root.join("tests/python").join(script))
        .arg(report)
        .arg(&root)
        .output()
        .expect("the interpreter starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} refuses the report:\n{errors}");
    Some(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
}
