//! The same assessment gives the same bytes in every format: another day, another directory, another time zone and language.

#![expect(
    clippy::disallowed_methods,
    reason = "a test starts itself again in another environment"
)]

#[path = "support/files.rs"]
mod files;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{Format, Settings, render};

/// Where the second process renders to.
const DIRECTORY: &str = "S3ATTEST_TEST_RENDER_TO";

/// What the second process has to run.
const THIS: &str = "two_processes_on_two_days_in_two_places_write_the_same_bytes";

/// Longer than the steps in which any format could write the time: those of ZIP are two seconds.
const A_WHILE: Duration = Duration::from_millis(2_100);

fn render_both(directory: &Path) {
    let settings = Settings::default();
    render(&sample_assessment(), Format::ALL, &settings, &directory.join("hostile")).expect("the sample renders");
    let generated = Generated::new(8, 30, &[]);
    let settings = Settings::default();
    render(&generated, Format::ALL, &settings, &directory.join("generated")).expect("a made-up run renders");
}

#[test]
fn two_processes_on_two_days_in_two_places_write_the_same_bytes() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        // This is the second process, and the first one looks at what it writes.
        render_both(Path::new(&directory));
        return;
    }
    let (first, second) = (
        tempfile::tempdir().expect("a temporary directory"),
        tempfile::tempdir().expect("a temporary directory"),
    );
    let began = Instant::now();
    render_both(first.path());
    // Not to wait for something, but so that a time that is written shows.
    std::thread::sleep(A_WHILE.saturating_sub(began.elapsed()));
    let elsewhere = second.path().join("a longer name, with spaces");
    fs::create_dir(&elsewhere).expect("room for a directory");
    let output = Command::new(std::env::current_exe().expect("a test knows its own path"))
        .args(["--exact", THIS, "--test-threads", "1"])
        .env(DIRECTORY, &elsewhere)
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("LANG", "tr_TR.UTF-8")
        .env("SOURCE_DATE_EPOCH", "86400")
        .env("HOME", "/nonexistent")
        .env("USER", "somebody-else")
        .current_dir(second.path())
        .output()
        .expect("the test starts itself");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let (one, other) = (files::below(first.path()), files::below(&elsewhere));
    assert!(one.len() > 200, "{}", one.len());
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>(),
        "the same files"
    );
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} is not the same");
    }
}
