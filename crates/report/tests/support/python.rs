//! Independent readers in Python, which the environment variable `S3ATTEST_PYTHON` names.

use std::path::Path;
use std::process::Command;

/// Has a script of `tests/python` read a report; it is told what the run holds and says what it found. Nothing comes back
/// where there is no Python to ask.
pub(crate) fn read_back(script: &str, report: &Path, expected: &serde_json::Value) -> Option<String> {
    let Some(python) = std::env::var_os("S3ATTEST_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "S3ATTEST_PYTHON is not set: name a Python with the packages of tests/python/requirements.txt"
        );
        eprintln!("skipped: S3ATTEST_PYTHON is not set, so no independent reader looked at the report");
        return None;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(python)
        .arg(root.join("tests/python").join(script))
        .arg(report)
        .arg(expected.to_string())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(&root)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{script} refuses the report:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(said)
}
