//! The `JUnit` file of the samples, read by the XML schema of Jenkins' xUnit plugin and by `junitparser`, with every count
//! compared.

mod readers;
#[path = "support/unread.rs"]
mod unread;

use std::fs;

use readers::{read_by, report};
use s3attest_model::coverage::AccountStatus;
use s3attest_model::finding::Verdict;
use s3attest_report::AssessedRun;
use s3attest_report::sample::{Generated, sample_assessment};
use serde_json::{Value, json};
use unread::with_unread_source;

/// What a reader has to count: cases of findings by what became of them, and accounts by what became of theirs.
fn expected(run: &impl AssessedRun) -> Value {
    let [mut passed, mut failures, mut errors, mut not_applicable, mut accepted] = [0_u64; 5];
    for finding in run.findings().expect("findings") {
        let finding = finding.expect("a finding");
        *match finding.verdict {
            Verdict::Pass => &mut passed,
            Verdict::Fail if finding.is_accepted() => &mut accepted,
            Verdict::Fail => &mut failures,
            Verdict::NotAssessed => &mut errors,
            Verdict::NotApplicable => &mut not_applicable,
        } += 1;
    }
    let accounts = |wanted: &[AccountStatus]| -> u64 {
        let accounts = run.summary().coverage.accounts.iter();
        accounts
            .filter(|(status, _)| wanted.contains(status))
            .map(|(_, count)| count)
            .sum()
    };
    json!({
        "findings": {"passed": passed, "failures": failures, "errors": errors, "skipped": not_applicable + accepted},
        "accepted": accepted,
        "accounts": {
            "passed": accounts(&[AccountStatus::Assessed]),
            "failures": 0,
            "errors": accounts(&[AccountStatus::Denied, AccountStatus::NotCollected, AccountStatus::PartlyAssessed]),
            "skipped": accounts(&[AccountStatus::NotActive, AccountStatus::Excluded]),
        },
    })
}

#[test]
fn the_schema_and_another_parser_accept_the_file_and_count_the_same() {
    let sample = sample_assessment();
    if let Some(read) = read_by("junit_file.py", report(&sample, "junit").path()) {
        assert_eq!(read, expected(&sample));
    }
    let generated = Generated::new(4, 40, &[]);
    if let Some(read) = read_by("junit_file.py", report(&generated, "junit").path()) {
        assert_eq!(read, expected(&generated));
    }
}

#[test]
fn findings_of_an_account_that_nothing_else_names_are_an_error_and_do_not_vanish() {
    let mut sample = sample_assessment();
    sample.summary.accounts.clear();
    sample.coverage.clear();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let formats = ["junit".parse().expect("a known format")];
    let settings = s3attest_report::Settings::default();
    let error = s3attest_report::render(&sample, &formats, &settings, directory.path()).expect_err("no suite for them");
    assert!(error.to_string().contains("findings are not in order"), "{error}");
}

#[test]
fn the_file_is_as_documented() {
    let report = report(&sample_assessment(), "junit");
    let text = fs::read_to_string(report.path().join("junit.xml")).expect("UTF-8");
    assert!(!text.contains("<script") && !text.contains("<img"));
    let shortened = text.replace(&"A-very-long-value-".repeat(20), "…");
    // Passed cases look all the same.
    let lines: Vec<&str> = shortened
        .lines()
        .filter(|line| !(line.contains("<testcase") && line.ends_with("/>")))
        .collect();
    insta::assert_snapshot!("junit.xml", lines.join("\n"));
}

#[test]
fn a_source_that_was_left_out_is_skipped_and_one_that_was_not_reached_is_an_error() {
    let (source, runs) = with_unread_source();
    for (sample, is_left_out) in runs {
        let outcome = if is_left_out { "<skipped" } else { "<error" };
        let report = report(&sample, "junit");
        let text = fs::read_to_string(report.path().join("junit.xml")).expect("UTF-8");
        let case = text
            .split(&format!("{} is read", source.title()))
            .nth(1)
            .expect("a case of the source");
        let case = case.split("</testcase>").next().expect("a part");
        assert!(case.contains(outcome), "{case}");
    }
}
