//! Starting scripts in Python, which the environment variable `S3ATTEST_PYTHON` names; `cargo xtask test` sets it up.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its interpreter through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// What came of running a script of `tests/python` at the root of the repository; `None` where there is no Python to ask.
pub(crate) fn run<A: AsRef<OsStr>>(script: &str, arguments: &[A]) -> Option<Output> {
    let Some(python) = std::env::var_os("S3ATTEST_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "S3ATTEST_PYTHON is not set: run the tests through `cargo xtask test`, so that independent readers see the reports"
        );
        eprintln!("skipped: S3ATTEST_PYTHON is not set, so {script} looked at nothing");
        return None;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(python);
    command.arg(root.join("tests/python").join(script)).args(arguments);
    command.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(&root);
    Some(command.output().expect("Python starts"))
}
