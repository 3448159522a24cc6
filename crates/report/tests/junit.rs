//! The `JUnit` file of the samples, read by the XML schema of Jenkins' xUnit plugin and by `junitparser`, with every count
//! compared.

mod readers;
#[path = "support/unread.rs"]
mod unread;

use std::fs;

use readers::{read_by, report};
use s3attest_model::coverage::{AccountStatus, CoverageRecord, RegionStatus};
use s3attest_model::evidence::{BlockedBy, GapCause};
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
        "regions": regions_in_doubt(run),
        "accounts": {
            "passed": accounts(&[AccountStatus::Assessed]),
            "failures": 0,
            "errors": accounts(&[AccountStatus::Denied, AccountStatus::NotCollected, AccountStatus::PartlyAssessed]),
            "skipped": accounts(&[AccountStatus::NotActive, AccountStatus::Excluded]),
        },
    })
}

/// Regions that are off with buckets in them or in a list that broke off, and those of which nobody knows whether they are on.
fn regions_in_doubt(run: &impl AssessedRun) -> usize {
    let mut listed = None;
    let mut count = 0;
    for record in run.coverage().expect("coverage") {
        match record.expect("a record") {
            CoverageRecord::Account(account) => listed = account.buckets_listed,
            CoverageRecord::Region(region) => {
                count += usize::from(match region.status {
                    RegionStatus::Read => false,
                    RegionStatus::Assumed => true,
                    RegionStatus::Off => region.buckets > 0 || listed.is_none(),
                });
            }
            _ => {}
        }
    }
    count
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

/// A case by its account and name, up to its end.
fn case<'a>(text: &'a str, account: &str, name: &str) -> Option<&'a str> {
    let suite = text
        .split("<testsuite ")
        .find(|suite| suite.contains(&format!("name=\"{account}")))?;
    let case = suite.split(&format!("name=\"{name}\"")).nth(1)?;
    case.split("</testcase>").next()
}

#[test]
fn a_region_that_was_not_read_is_an_error_and_one_that_holds_nothing_is_none() {
    let mut sample = sample_assessment();
    let mut off = None;
    for record in &mut sample.coverage {
        if let CoverageRecord::Region(region) = record
            && region.status == RegionStatus::Off
            && off.is_none()
        {
            region.buckets = 2;
            off = Some(region.account.clone());
        }
    }
    let off = off.expect("a region that is off");
    let report = report(&sample, "junit");
    let text = fs::read_to_string(report.path().join("junit.xml")).expect("UTF-8");
    let unread = case(&text, off.as_str(), "Region ap-southeast-3 is read").expect("a case of the region");
    assert!(
        unread.contains("<error") && unread.contains("type=\"region-off\""),
        "{unread}"
    );
    assert!(unread.contains("holds 2 buckets"), "{unread}");
    assert_eq!(case(&text, "111111111111", "Region ap-southeast-3 is read"), None);
    let assumed = case(&text, "666666666666", "Region eu-central-1 is read").expect("a case of the region");
    assert!(assumed.contains("type=\"region-assumed\""), "{assumed}");
    if let Some(read) = read_by("junit_file.py", report.path()) {
        assert_eq!(read, expected(&sample));
    }
}

#[test]
fn what_refused_is_named_only_where_aws_said_it() {
    let mut sample = sample_assessment();
    let unknown = sample.findings.iter_mut().find_map(|finding| finding.gap.as_mut());
    let unknown = unknown.expect("a finding that was not assessed");
    unknown.cause = GapCause::Denied;
    unknown.blocked_by = Some(BlockedBy::Unknown);
    let report = report(&sample, "junit,csv,oscal");
    let text = fs::read_to_string(report.path().join("junit.xml")).expect("UTF-8");
    assert!(text.contains("access was denied, and AWS did not say by what."));
    assert!(text.contains("access was denied by "), "what AWS said is there");
    for file in ["junit.xml", "coverage.csv", "poam.oscal.json"] {
        let text = fs::read_to_string(report.path().join(file)).expect("UTF-8");
        assert!(!text.contains("by unknown"), "{file}");
    }
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
