//! How the runs of organizations developed, in each form.

#[path = "support/past_runs.rs"]
mod past_runs;

use jiff::Timestamp;
use past_runs::past_runs;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::identifiers::AccountId;
use s3attest_report::diff::DiffFormat;
use s3attest_report::sample::{Sample, sample_assessment};
use s3attest_report::trend::{Point, Series, SkipReason, Skipped, render, series, text};
use s3attest_report::{Redacted, Redaction, Salt, Templates};

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
        assert_eq!(account.failed_seen.is_some(), is_reached, "{account:?}");
        let is_known = is_reached && account.buckets_listed.is_some();
        assert_eq!(account.failed.is_some(), is_known, "{account:?}");
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
    // So have the accounts of each organization.
    assert_eq!(page.matches("<caption").count(), pictures + series.len());
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
    // What the numbers mean stands below them.
    assert_eq!(lines.lines().count(), 6 + 2 * 2 + 1 + 2);
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

/// The account of the sample in which most fails, and how many.
fn worst(run: &Sample) -> (AccountId, u64) {
    let point = Point::of(run).expect("the sample is read");
    let accounts = point.accounts.iter();
    let worst = accounts.max_by_key(|account| account.failed).expect("an account");
    (worst.account.clone(), worst.failed.expect("a number"))
}

fn pages(series: &[Series]) -> (String, serde_json::Value) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(series, &[], &DiffFormat::ALL, &Templates::Embedded, directory.path()).expect("a trend renders");
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("a text");
    let document = serde_json::from_str(&read("trend.json")).expect("JSON");
    (read("trend.html"), document)
}

/// The row of an account in the table of all accounts.
fn row_of<'page>(page: &'page str, account: &AccountId) -> &'page str {
    let table = page
        .split("<table class=\"stack trend-accounts\"")
        .nth(1)
        .expect("the table of all accounts");
    let mut rows = table.split("<tr role=\"row\">");
    let row = rows.find(|row| row.contains(&format!(">{account}</span>")));
    row.and_then(|row| row.split("</tr>").next())
        .unwrap_or_else(|| panic!("{account} is missing"))
}

#[test]
fn an_account_whose_buckets_could_not_be_listed_has_no_number_and_breaks_its_line() {
    let run = sample_assessment();
    let (account, failed) = worst(&run);
    let mut broken = run.clone();
    for record in &mut broken.coverage {
        if let CoverageRecord::Account(covered) = record
            && covered.account == account
        {
            covered.status = AccountStatus::PartlyAssessed;
            covered.buckets_listed = None;
        }
    }
    let mut points: Vec<Point> = [&run, &broken, &run]
        .iter()
        .enumerate()
        .map(|(day, run)| {
            let mut point = Point::of(*run).expect("the sample is read");
            point.started_at =
                Timestamp::from_second(1_780_000_000 + 86_400 * i64::from(u8::try_from(day).expect("few")))
                    .expect("a moment");
            point
        })
        .collect();
    let of = |point: &Point| point.account(&account).expect("the account").clone();
    let unlisted = of(&points[1]);
    assert_eq!(
        (unlisted.failed, unlisted.failed_seen, unlisted.buckets_listed),
        (None, Some(failed), None)
    );
    assert_eq!(of(&points[0]).failed, Some(failed));

    let (page, document) = pages(&series(points.clone()));
    let said = document["runs"][1]["accounts"].as_array().expect("the accounts");
    let said = said
        .iter()
        .find(|one| one["account"] == account.as_str())
        .expect("the account");
    assert_eq!(
        (&said["unaccepted"], &said["unaccepted_seen"]),
        (&serde_json::Value::Null, &failed.into())
    );
    // The line of the account is in two pieces, and its table says why.
    let chart = page
        .split(&format!("{account}-title\""))
        .nth(1)
        .expect("the chart of the account");
    let way = chart
        .split("class=\"way\" d=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    assert_eq!(way.expect("a line").matches('M').count(), 2, "{way:?}");
    let words =
        format!("not known, {failed} seen</td><td class=\"number\">partly assessed, buckets not listed to the end");
    assert!(chart.contains(&words));
    // In the latest run it comes before those of which the number is known.
    points.truncate(2);
    let (page, _) = pages(&series(points));
    let row = row_of(&page, &account);
    assert!(row.contains(&format!("not known, {failed} seen")), "{row}");
    assert!(row.contains(&format!("{failed} on ")), "{row}");
}

#[test]
fn no_account_vanishes_that_any_run_names() {
    let run = sample_assessment();
    let (account, failed) = worst(&run);
    let earlier = Point::of(&run).expect("the sample is read");
    let mut later = earlier.clone();
    "later".clone_into(&mut later.id);
    later.started_at = Timestamp::from_second(later.started_at.as_second() + 86_400).expect("a moment");
    later.accounts.retain(|one| one.account != account);
    later.accounts_are_listed = false;
    let mut unlisted = series(vec![earlier.clone(), later.clone()]);
    let (page, _) = pages(&unlisted);
    for one in &earlier.accounts {
        let row = row_of(&page, &one.account);
        if one.account == account {
            assert!(
                row.contains("mark unknown\">not named</span><span class=\"sub\">the list of accounts is incomplete"),
                "{row}"
            );
            assert!(
                row.contains(">not known</td>") && row.contains(&format!("{failed} on ")),
                "{row}"
            );
        } else if one.status == AccountStatus::Denied {
            assert!(row.contains("never entered") && row.contains("not known"), "{row}");
        }
    }
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    let denied = earlier.accounts.iter().find(|one| one.status == AccountStatus::Denied);
    let read = earlier
        .accounts
        .iter()
        .find(|one| one.status == AccountStatus::Assessed);
    let at = |account: &AccountId| place(&format!("<span class=\"sub id\">{account}</span>"));
    assert!(at(&denied.expect("a denied account").account) < at(&account));
    assert!(at(&account) < at(&read.expect("an account that was read").account));
    assert!(page.contains("of the accounts that are known was seen"));
    assert!(page.contains("could be entered in no run"));
    assert!(text(&unlisted, &[]).contains("accounts not all listed, "));
    // A complete list that does not hold it says that it is not there.
    unlisted[0].points[1].accounts_are_listed = true;
    let (page, _) = pages(&unlisted);
    assert!(row_of(&page, &account).contains("mark off\">not named<"));
}

#[test]
fn failed_findings_are_as_many_in_lines_as_in_the_table() {
    let mut point = Point::of(&sample_assessment()).expect("the sample is read");
    point.counts.fail = 4_734;
    point.counts.accepted = 298;
    let lines = text(&series(vec![point]), &[]);
    let row: Vec<&str> = lines.lines().nth(2).expect("a run").split_whitespace().collect();
    assert!(row.contains(&"4,734") && row.contains(&"298"), "{lines}");
    assert!(lines.contains("Failed findings include the accepted ones"));
}

#[test]
fn a_page_with_tokens_in_the_place_of_names_says_so() {
    let run = sample_assessment();
    let banner = "<strong>Redacted.</strong>";
    let plain = Point::of(&run).expect("the sample is read");
    assert!(!pages(&series(vec![plain])).0.contains(banner));
    let salt = Salt::new(vec![7; 32]).expect("long enough");
    let redaction = Redaction::of(&salt, &[&run]).expect("the sample is read");
    let redacted = Point::of(&Redacted::new(&run, &redaction)).expect("the sample is read");
    assert!(pages(&series(vec![redacted])).0.contains(banner));
}
