//! Every kind of page against WCAG 2.2, levels A and AA, as far as a program can tell: axe-core in headless Chromium, in a
//! light and a dark scheme, at desktop width and at the 320 pixels to which a page has to reflow.
//!
//! The interpreter stands in `S3ATTEST_PYTHON`, the browser in `S3ATTEST_CHROMIUM`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its interpreter and its browser through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

#[path = "support/past_runs.rs"]
mod past_runs;
#[path = "support/single_pages.rs"]
mod single_pages;

use std::fs;
use std::path::Path;
use std::process::Command;

use s3attest_report::sample::sample_assessment;
use s3attest_report::{Format, Settings, render};
use single_pages::write_comparing;

/// One page of each kind, those with most on them.
const PAGES: &[&str] = &[
    "index.html",
    "findings.html",
    "findings.html#verdict=fail",
    "exceptions.html",
    "controls.html",
    "map.html",
    "controls/sc-8.html",
    "controls/pe-1.html",
    "controls/sc-28.html",
    "controls/cis-aws-foundations-5.0.0.html",
    "accounts.html",
    "accounts/111111111111.html",
    "accounts/222222222222.html",
    "accounts/111111111111-services.html",
    "buckets/111111111111/media.html",
    "checks.html",
    "checks/s3-bucket-tls-only.html",
    "sources.html",
    "method.html",
];

/// What axe-core says of these pages, and whether it found nothing; `None` where there is no browser to ask.
fn looked_at(directory: &Path, pages: &[&str]) -> Option<(bool, String)> {
    let variables = ["S3ATTEST_PYTHON", "S3ATTEST_CHROMIUM"].map(std::env::var_os);
    let [Some(python), Some(chromium)] = variables else {
        assert!(
            std::env::var_os("CI").is_none(),
            "S3ATTEST_PYTHON and S3ATTEST_CHROMIUM have to name an interpreter with axe-playwright-python and a Chromium"
        );
        eprintln!("skipped: S3ATTEST_PYTHON or S3ATTEST_CHROMIUM is not set, so no page was held against WCAG");
        return None;
    };
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/axe_pages.py"))
        .arg(chromium)
        .arg(directory)
        .args(pages)
        .output()
        .expect("the interpreter starts");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains(" violations\n"), "the pages were not looked at: {text}");
    Some((output.status.success(), text))
}

fn report() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(
        &sample_assessment(),
        &[Format::Html],
        &Settings::default(),
        directory.path(),
    )
    .expect("a sample renders");
    directory
}

#[test]
fn every_kind_of_page_holds_to_wcag() {
    let report = report();
    for entry in fs::read_dir(report.path()).expect("a report") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            assert!(PAGES.contains(&name.as_str()), "{name} is not looked at");
        }
    }
    let Some((is_clean, text)) = looked_at(report.path(), PAGES) else {
        return;
    };
    assert!(is_clean, "{text}");
}

#[test]
fn the_pages_of_a_comparison_and_of_a_trend_hold_to_wcag() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    write_comparing(
        &sample_assessment(),
        "a-very-long-name-of-a-directory-".repeat(6).as_str(),
        directory.path(),
    );
    let pages = ["changes.html", "trend.html"];
    let Some((is_clean, text)) = looked_at(directory.path(), &pages) else {
        return;
    };
    assert!(is_clean, "{text}");
    // What is put in is found there too, where no script says that the page is ready.
    let path = directory.path().join("trend.html");
    let page = fs::read_to_string(&path).expect("a page");
    let nameless = page.replace("<main id=", "<a href=\"changes.html\"></a><main id=");
    assert_ne!(nameless, page);
    fs::write(&path, nameless).expect("room for a page");
    let Some((is_clean, text)) = looked_at(directory.path(), &pages) else {
        return;
    };
    assert!(
        !is_clean && text.contains("trend.html, dark, 320 px: link-name (1)"),
        "{text}"
    );
}

#[test]
fn a_violation_that_is_put_in_is_found() {
    let report = report();
    let path = report.path().join("method.html");
    let page = fs::read_to_string(&path).expect("a page");
    let nameless = page.replace("<main id=", "<a href=\"index.html\"></a><main id=");
    assert_ne!(nameless, page);
    fs::write(&path, nameless).expect("room for a page");
    let sheet = report.path().join("assets/style.css");
    let style = fs::read_to_string(&sheet).expect("a style sheet");
    fs::write(&sheet, format!("{style}\nmain {{ min-inline-size: 60rem; }}\n")).expect("room for a style sheet");
    let Some((is_clean, text)) = looked_at(report.path(), &["method.html"]) else {
        return;
    };
    assert!(!is_clean);
    assert!(text.contains("method.html, light, 1280 px: link-name (1)"), "{text}");
    assert!(text.contains("method.html, dark, 320 px: reflow"), "{text}");
}
