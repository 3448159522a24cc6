//! The same assessment gives the same bytes in every format: another day, another directory, another time zone and language.

#![expect(
    clippy::disallowed_methods,
    reason = "a test starts itself again in another environment"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{Format, Settings, render};

/// Where the second process renders to.
const DIRECTORY: &str = "S3ATTEST_TEST_RENDER_TO";

/// Longer than the steps in which any format could write the time: those of ZIP are two seconds.
const A_WHILE: Duration = Duration::from_millis(2_100);

fn render_both(directory: &Path) {
    let settings = Settings::default();
    render(&sample_assessment(), Format::ALL, &settings, &directory.join("hostile")).expect("the sample renders");
    let generated = Generated::new(8, 30, &[]);
    let settings = Settings::default();
    render(&generated, Format::ALL, &settings, &directory.join("generated")).expect("a made-up run renders");
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("a directory of the report") {
            let path = entry.expect("an entry of the report").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the report").display().to_string();
                files.insert(name, fs::read(&path).expect("a file of the report"));
            }
        }
    }
    files
}

#[test]
#[ignore = "the other test starts it, in another environment"]
fn the_second_process() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        render_both(Path::new(&directory));
    }
}

#[test]
fn two_processes_on_two_days_in_two_places_write_the_same_bytes() {
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
        .args(["--ignored", "--exact", "the_second_process", "--test-threads", "1"])
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
    let (one, other) = (files(first.path()), files(&elsewhere));
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
