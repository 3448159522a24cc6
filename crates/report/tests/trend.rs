//! How the runs of organizations developed, in each form.

#[path = "support/past_runs.rs"]
mod past_runs;

use past_runs::past_runs;
use s3attest_report::Templates;
use s3attest_report::diff::DiffFormat;
use s3attest_report::sample::sample_assessment;
use s3attest_report::trend::{Point, SkipReason, Skipped, render, series, text};

fn points() -> Vec<Point> {
    past_runs(&sample_assessment())
}

#[test]
fn runs_of_different_organizations_stand_apart_and_each_is_ordered_by_time() {
    let series = series(points());
    let sizes: Vec<_> = series
        .iter()
        .map(|one| (one.subject.as_str(), one.points.len()))
        .collect();
    assert_eq!(sizes, [("Organization o-other", 1), ("Organization o-sample1234", 5)]);
    assert!(series[1].points.is_sorted_by_key(|point| point.started_at));
}

#[test]
fn an_account_that_was_not_entered_has_no_number() {
    let point = &points()[0];
    for account in &point.accounts {
        use s3attest_model::coverage::AccountStatus::{Assessed, PartlyAssessed};
        let is_reached = matches!(account.status, Assessed | PartlyAssessed);
        assert_eq!(account.failed.is_some(), is_reached, "{account:?}");
    }
    assert!(point.accounts.iter().any(|account| account.failed.is_none()));
}

#[test]
fn every_form_holds_every_run_and_nothing_foreign_is_markup() {
    let series = series(points());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let write = || {
        render(&series, &[], &DiffFormat::ALL, &Templates::Embedded, directory.path()).expect("a trend renders");
        let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
        [read("trend.html"), read("trend.csv"), read("trend.json")]
    };
    let [page, table, document] = write();
    assert_eq!([page.clone(), table.clone(), document.clone()], write());

    for sign in ["<script", "<link", "<img", " style=\"", "\u{1b}", "NaN"] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    // Every picture has a title, a description and a table.
    let pictures = page.matches("role=\"img\"").count();
    assert!(pictures >= 8, "{pictures}");
    assert_eq!(page.matches("</desc>").count(), pictures);
    assert_eq!(page.matches("<caption").count(), pictures);
    let ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");

    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Result<Vec<_>, _> = reader.records().collect();
    assert_eq!(rows.expect("every row is whole").len(), 6);
    assert!(!table.contains('\u{1b}'));
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["schema"], 1);
    assert_eq!(document["runs"].as_array().map(Vec::len), Some(6));

    let lines = text(&series, &[]);
    assert!(!lines.contains('\u{1b}'));
    assert_eq!(lines.lines().count(), 6 + 2 * 2 + 1);
}

#[test]
fn what_the_trend_lacks_is_said_in_it() {
    let series = series(points());
    let one = |directory: &str, reason| Skipped {
        directory: directory.to_owned(),
        reason,
    };
    let skipped = [
        one("broken<script>\u{1b}", SkipReason::Unreadable),
        one("", SkipReason::NotJudged),
        one("=copy", SkipReason::Duplicate),
    ];
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(
        &series,
        &skipped,
        &DiffFormat::ALL,
        &Templates::Embedded,
        directory.path(),
    )
    .expect("a trend renders");
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
    let sentence = "Not in this trend: 3 runs (1 could not be read, 1 not judged yet, 1 the same run as another one).";
    let page = read("trend.html");
    assert!(page.contains(sentence));
    assert!(page.contains("broken&lt;script&gt;") && !page.contains('\u{1b}'));
    let document: serde_json::Value = serde_json::from_str(&read("trend.json")).expect("JSON");
    let table = read("trend.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let columns = reader.headers().expect("a header").clone();
    assert_eq!(
        columns.iter().rev().take(2).collect::<Vec<_>>(),
        ["directory", "skipped"]
    );
    let rows: Result<Vec<_>, _> = reader.records().collect();
    let rows = rows.expect("every row is whole");
    let (held, missing) = rows.split_at(6);
    assert!(held.iter().all(|row| row.iter().rev().take(2).all(str::is_empty)));
    assert!(missing.iter().all(|row| row.iter().rev().skip(2).all(str::is_empty)));
    let why: Vec<(&str, &str)> = missing
        .iter()
        .map(|row| (&row[columns.len() - 2], &row[columns.len() - 1]))
        .collect();
    assert_eq!(
        why,
        [
            ("unreadable", "broken<script>[U+001B]"),
            ("not-judged", ""),
            ("duplicate", "'=copy")
        ]
    );
    let of_document = document["skipped"].as_array().expect("the missing runs");
    assert_eq!(of_document.len(), skipped.len());
    for (one, skipped) in of_document.iter().zip(&skipped) {
        assert_eq!(one["reason"], skipped.reason.as_str());
    }
    let lines = text(&series, &skipped);
    assert!(lines.contains(&format!(
        "{sentence}\n  broken<script>[U+001B]: could not be read\n  =copy: the same run as another one\n"
    )));
}

#[test]
fn a_list_of_missing_runs_that_is_cut_says_how_many_more_there_are() {
    let skipped: Vec<Skipped> = (0..230)
        .map(|number| Skipped {
            directory: format!("run-{number:03}"),
            reason: SkipReason::NotJudged,
        })
        .collect();
    let lines = text(&[], &skipped);
    assert!(lines.ends_with("  run-049: not judged yet\n  … 180 more\n"), "{lines}");
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(&[], &skipped, &DiffFormat::ALL, &Templates::Embedded, directory.path()).expect("a trend renders");
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
    assert!(read("trend.html").contains("<li>30 more; trend.csv has all</li>"));
    assert_eq!(read("trend.csv").lines().count(), 231);
}
