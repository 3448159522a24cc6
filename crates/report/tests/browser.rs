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

use s3attest_model::check::Severity;
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::{Finding, Resource, Verdict};
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
        "map.html",
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
    let Some(page) = opened(&report.path().join("accounts.html"), "#status=Denied") else {
        return;
    };
    let rows: Vec<&str> = page.split("<tr data-status=\"").skip(1).collect();
    let is_hidden = |row: &str| row[..row.find('>').expect("a tag ends")].contains("hidden");
    let shown: Vec<&&str> = rows.iter().filter(|row| !is_hidden(row)).collect();
    assert!(!shown.is_empty() && shown.len() < rows.len());
    assert!(shown.iter().all(|row| row.starts_with("Denied\"")));
    assert!(page.contains(&format!("Showing {} of {} rows", shown.len(), rows.len())));
}

/// What a search of all findings shows, and what it says of itself.
fn searched(report: &Path, asked: &str) -> Option<(usize, String)> {
    let page = opened(&report.join("findings.html"), asked)?;
    let results = &page[page.rfind("<tbody role=\"rowgroup\"").expect("a list of findings")..];
    let results = &results[..results.find("</tbody>").expect("a list of findings")];
    assert!(!results.contains("<script") && !results.contains("<img"), "{results}");
    let said = &page[page.find("<output").expect("a place for the outcome")..];
    let said = &said[said.find('>').expect("a tag ends") + 1..said.find("</output>").expect("an element ends")];
    Some((results.matches("<tr role=\"row\"").count(), said.to_owned()))
}

#[test]
fn a_search_looks_at_all_findings_and_says_how_far_it_came() {
    let report = report();
    let sample = sample_assessment();
    let total = sample.findings.len();
    let number = |wanted: &dyn Fn(&Finding) -> bool| sample.findings.iter().filter(|finding| wanted(finding)).count();
    let tls = |finding: &Finding| finding.check.as_str() == "s3-bucket-tls-only";
    for (asked, expected) in [
        ("#verdict=pass", number(&|finding| finding.verdict == Verdict::Pass)),
        (
            "#severity=critical&verdict=not-assessed",
            number(&|finding| finding.verdict == Verdict::NotAssessed && finding.severity == Severity::Critical),
        ),
        ("#check=s3-bucket-tls-only", number(&tls)),
        ("#exception=accepted", number(&Finding::is_accepted)),
        (
            "#exception=open",
            number(&|finding| finding.verdict == Verdict::Fail && !finding.is_accepted()),
        ),
        (
            "#account=000000000123",
            number(&|finding| finding.resource.account().as_str() == "000000000123"),
        ),
        ("#check=s3-bucket-tls-only&text=nothing-of-that-kind", 0),
        ("#check=no-such-check", 0),
        (
            "#control=SC-8(1)",
            number(&|finding| {
                let control = sample
                    .controls
                    .iter()
                    .find(|control| control.control.as_str() == "SC-8(1)");
                let checks = &control.expect("a control").checks;
                checks.iter().any(|check| check.check == finding.check)
            }),
        ),
    ] {
        let Some((shown, said)) = searched(report.path(), asked) else {
            return;
        };
        assert_eq!(shown, expected, "{asked}: {said}");
        assert!(said.starts_with("Searched all "), "{asked}: {said}");
        assert!(
            said.contains(&format!("{expected} finding")) && said.contains(&format!(" of {total}.")),
            "{asked}: {said}"
        );
    }
}

#[test]
fn a_search_by_tag_counts_apart_what_cannot_be_told() {
    let report = report();
    let Some((_, said)) = searched(report.path(), "#tag=no-such-tag") else {
        return;
    };
    assert!(
        said.contains(" cannot be told: the tags of their buckets are not known."),
        "{said}"
    );
}

#[test]
fn what_a_search_cannot_tell_of_a_region_a_unit_or_a_long_message_is_no_answer_of_no() {
    let mut sample = sample_assessment();
    for finding in &mut sample.findings {
        if let Resource::Bucket { region, .. } = &mut finding.resource {
            *region = None;
        }
    }
    for covered in &mut sample.coverage {
        if let CoverageRecord::Account(covered) = covered {
            covered.organizational_unit = None;
        }
    }
    let buckets = |finding: &&mut Finding| matches!(finding.resource, Resource::Bucket { .. });
    let mut of_buckets = sample.findings.iter_mut().filter(buckets);
    let (long, longest) = (
        of_buckets.next().expect("a finding"),
        of_buckets.next().expect("a finding"),
    );
    long.message = format!("{}needle-behind-the-row", "hay ".repeat(200));
    longest.message = format!("{}pin-behind-the-index", "hay ".repeat(2_000));
    let total = sample.findings.len();
    let number = sample
        .findings
        .iter()
        .filter(|finding| matches!(finding.resource, Resource::Bucket { .. }))
        .count();
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(&sample, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    for (asked, expected, words) in [
        (
            "#region=no-such-region",
            0,
            format!("{number} more findings cannot be told: their regions are not known."),
        ),
        (
            "#unit=no-such-unit",
            0,
            format!("{total} more findings cannot be told: the organizational units of their accounts are not known."),
        ),
        // The sample has a message of its own that is longer than what is searched.
        (
            "#text=needle-behind-the-row",
            1,
            "2 more findings cannot be told: the search holds no more than the beginning of their messages.".to_owned(),
        ),
    ] {
        let Some((shown, said)) = searched(directory.path(), asked) else {
            return;
        };
        assert_eq!(shown, expected, "{asked}: {said}");
        assert!(said.contains(&words), "{asked}: {said}");
    }
}

#[test]
fn a_search_that_misses_a_part_of_the_index_says_so() {
    let report = report();
    let part = report.path().join("findings/search/15-00001.js");
    fs::remove_file(&part).expect("a part of the index");
    let Some((shown, said)) = searched(report.path(), "#verdict=pass") else {
        return;
    };
    assert_eq!(shown, 0);
    assert!(
        said.contains("Could not be opened, so that their findings are missing here: findings/search/15-00001.js"),
        "{said}"
    );
}
