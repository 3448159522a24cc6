//! The hostile pages in a real browser: nothing foreign runs, and our own filter does.
//!
//! The browser's path comes from the environment variable `S3ATTEST_CHROMIUM`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its browser through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

use std::fs;
use std::path::Path;
use std::process::Command;

use s3attest_report::sample::sample_assessment;
use s3attest_report::{Format, Settings, render};

/// The page as it stands after its scripts have run; `None` where there is no browser to ask.
fn opened(page: &Path, fragment: &str) -> Option<String> {
    let Some(chromium) = std::env::var_os("S3ATTEST_CHROMIUM") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "S3ATTEST_CHROMIUM is not set: name a Chromium, so that the pages are opened in a real browser"
        );
        eprintln!("skipped: S3ATTEST_CHROMIUM is not set, so no page was opened in a browser");
        return None;
    };
    let profile = tempfile::tempdir().expect("a temporary directory");
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}{fragment}", page.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("a page in UTF-8"))
}

fn report() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(
        &sample_assessment(),
        Format::ALL,
        &Settings::default(),
        directory.path(),
    )
    .expect("a sample renders");
    directory
}

#[test]
fn nothing_foreign_runs_in_a_browser_and_the_filter_does() {
    let report = report();
    for name in [
        "index.html",
        "findings.html",
        "accounts.html",
        "accounts/111111111111.html",
        "accounts/555555555555.html",
        "accounts/111111111111-services.html",
        "sources.html",
        "buckets/111111111111/media.html",
        "checks/s3-bucket-tls-only.html",
    ] {
        let Some(page) = opened(&report.path().join(name), "") else {
            return;
        };
        assert!(
            page.contains("data-script=\"on\""),
            "{name}: our own script did not run"
        );
        assert!(
            page.contains(" · Amazon S3 assessment</title>"),
            "{name}: something changed the title"
        );
        let body = &page[page.find("<body").expect("a page has a body")..];
        assert!(
            !body.contains("<script") && !body.contains("<img"),
            "{name}: foreign markup became elements"
        );
        assert!(!page.contains("\npwned-by-"), "{name}: a foreign script added text");
    }
}

#[test]
fn the_browser_shows_foreign_text_that_runs_when_it_is_not_escaped() {
    let report = report();
    let page = report.path().join("unsafe.html");
    fs::write(
        &page,
        "<!doctype html><title>t · Amazon S3 assessment</title><body><script>document.title='pwned'</script>",
    )
    .expect("room for a page");
    let Some(text) = opened(&page, "") else { return };
    assert!(
        text.contains("<title>pwned</title>"),
        "the test before this one could not fail"
    );
}

#[test]
fn the_filter_takes_its_state_from_the_address() {
    let report = report();
    let Some(page) = opened(
        &report.path().join("findings.html"),
        "#severity=critical&verdict=not-assessed",
    ) else {
        return;
    };
    let rows: Vec<&str> = page.split("<tr role=\"row\" data-severity=\"").skip(1).collect();
    let is_hidden = |row: &str| row[..row.find('>').expect("a tag ends")].contains("hidden");
    let shown: Vec<&&str> = rows.iter().filter(|row| !is_hidden(row)).collect();
    assert!(!shown.is_empty() && shown.len() < rows.len());
    assert!(
        shown
            .iter()
            .all(|row| row.starts_with("critical\" data-verdict=\"not-assessed\""))
    );
    assert!(page.contains(&format!("Showing {} of {} rows", shown.len(), rows.len())));
}
