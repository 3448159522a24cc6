//! The Parquet files of the samples, read by pyarrow and DuckDB: every value as in the CSV files, and every saved query with
//! the answer that the run's own records give.

mod readers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::ToSpan as _;
use readers::{read_by, report};
use s3attest_model::check::Severity;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::finding::{Finding, Verdict};
use s3attest_report::AssessedRun;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use serde_json::{Value, json};

/// Copies a tree into another, as two runs are copied to one place.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("room for a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("room for a file");
        }
    }
}

/// Every file below a directory with its bytes.
fn bytes(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(bytes(&path));
        } else {
            files.insert(path.display().to_string(), fs::read(&path).expect("a file"));
        }
    }
    files
}

/// The sample as it is, and as it might have been ten days before: one finding failed since, one is mended, one account was
/// not read then, one bucket was created at another time, and one finding that failed then could not be assessed now.
fn two_runs() -> (Sample, Sample) {
    let now = sample_assessment();
    let mut before = now.clone();
    before.run.started_at = now.run.started_at - (24 * 10).hours();
    "2026-05-18T203320Z-o-sample".clone_into(&mut before.run.id);
    before
        .findings
        .retain(|finding| finding.resource.account().as_str() != "666666666666");
    let turned = |run: &mut Sample, from: Verdict, to: Verdict| {
        let finding = run
            .findings
            .iter_mut()
            .find(|finding| {
                finding.verdict == from && finding.exception.is_none() && finding.resource.name() == "media"
            })
            .expect("a finding of the sample");
        finding.verdict = to;
        finding.gap = None;
        finding.check.clone()
    };
    for bucket in before.buckets.values_mut().flatten() {
        if bucket.name.as_str() == "media" {
            bucket.created_at = Some(before.run.started_at);
        }
    }
    turned(&mut before, Verdict::Fail, Verdict::Pass);
    turned(&mut before, Verdict::NotAssessed, Verdict::Fail);
    // One that nobody accepted then is accepted now, and the other way round.
    let accepted = before
        .findings
        .iter()
        .position(Finding::is_accepted)
        .expect("an accepted fail");
    let was_open = |finding: &Finding| {
        let same = |other: &&Finding| other.check == finding.check && other.resource == finding.resource;
        is_open(finding) && now.findings.iter().find(same).is_some_and(is_open)
    };
    let open = before.findings.iter().position(was_open).expect("a fail in both");
    before.findings[open].exception = before.findings[accepted].exception.take();
    // And one mattered less, in a way that changes nothing else.
    let still_open = |finding: &Finding| was_open(finding) && finding.severity != Severity::Info;
    let worse = before
        .findings
        .iter()
        .rposition(still_open)
        .expect("another fail in both");
    assert!(worse != open && worse != accepted);
    before.findings[worse].severity = Severity::Info;
    (before, now)
}

fn is_open(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail && !finding.is_accepted()
}

fn sum(rows: &Value, column: &str) -> u64 {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| row[column].as_u64().expect("a whole number")).sum()
}

#[test]
fn pyarrow_and_duckdb_read_every_value_as_it_stands_in_the_tables() {
    let sample = sample_assessment();
    if let Some(read) = read_by("parquet_tables.py", report(&sample, "csv,parquet").path()) {
        assert_eq!(read["findings"], sample.findings.len());
        assert_eq!(read["controls"], sample.controls.len());
        assert_eq!(
            read["coverage"],
            sample.coverage.len() + 1,
            "the list of accounts is a row too"
        );
        assert_eq!(read.as_object().expect("tables").len(), 6);
    }
    let generated = Generated::new(3, 30, &[]);
    if let Some(read) = read_by("parquet_tables.py", report(&generated, "csv,parquet").path()) {
        assert_eq!(read["findings"], generated.findings().expect("findings").count());
        assert_eq!(read["exceptions"], 0);
    }
}

#[test]
fn a_file_of_many_row_groups_is_read_as_one_of_one() {
    // More findings in one account than a row group takes.
    let generated = Generated::new(1, 1_300, &[]);
    let report = report(&generated, "csv,parquet");
    if let Some(read) = read_by("parquet_tables.py", report.path()) {
        let count = generated.findings().expect("findings").count();
        assert!(count > 20_000);
        assert_eq!(read["findings"], count);
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let sample = sample_assessment();
    let (first, second) = (report(&sample, "parquet"), report(&sample, "parquet"));
    let files = bytes(first.path());
    assert!(files.len() > 20);
    assert!(files.values().eq(bytes(second.path()).values()));
}

#[test]
fn every_saved_query_answers_what_the_records_say() {
    let (before, now) = two_runs();
    let (earlier, later) = (report(&before, "parquet"), report(&now, "parquet"));
    copy(&earlier.path().join("parquet"), &later.path().join("parquet"));
    // The declarations are the newer run's.
    let declared = report(&now, "parquet");
    for name in ["athena.sql", "duckdb.sql"] {
        fs::copy(
            declared.path().join("parquet").join(name),
            later.path().join("parquet").join(name),
        )
        .expect("room");
    }
    let Some(answers) = read_by("parquet_queries.py", later.path()) else {
        return;
    };
    let answers_of = |name: &str| &answers[name];
    for (name, rows) in answers.as_object().expect("answers") {
        assert!(
            !rows.as_array().expect("rows").is_empty(),
            "{name} has no rows on the sample"
        );
    }
    let open = now.findings.iter().filter(|finding| is_open(finding)).count() as u64;
    let unknown = now
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::NotAssessed)
        .count() as u64;
    assert_eq!(sum(answers_of("worst-accounts"), "fail"), open);
    assert_eq!(sum(answers_of("worst-accounts"), "not_assessed"), unknown);
    assert_eq!(sum(answers_of("worst-accounts"), "findings"), now.findings.len() as u64);
    assert_eq!(sum(answers_of("worst-checks"), "fails"), open);
    assert_eq!(sum(answers_of("unknowns-by-cause"), "findings"), unknown);
    assert_eq!(
        answers_of("fails-by-age").as_array().expect("rows").len() as u64,
        open + 1,
        "accepted fails are open too"
    );
    let changes: BTreeMap<String, usize> = answers_of("changed-since-previous-run")
        .as_array()
        .expect("rows")
        .iter()
        .fold(BTreeMap::new(), |mut changes, row| {
            *changes
                .entry(row["change"].as_str().expect("a word").to_owned())
                .or_default() += 1;
            changes
        });
    let first_seen = now.findings.len() - before.findings.len();
    assert_eq!(
        json!(changes),
        json!({
            "fails now": 1, "failed, not known now": 1, "first seen": first_seen, "accepted now": 1, "no longer accepted": 1,
            "severity changed": 1,
        })
    );
    let rows = answers_of("changed-since-previous-run")
        .as_array()
        .expect("rows")
        .iter();
    let severity: Vec<&Value> = rows.filter(|row| row["change"] == "severity changed").collect();
    assert_eq!(severity[0]["severity_before"], "info");
    assert_ne!(severity[0]["severity_after"], "info");
    accounts_that_were_not_read_stand_in_every_answer_about_accounts(&now, &answers);
    let accounts = answers_of("account-coverage").as_array().expect("rows");
    assert_eq!(accounts.len(), 8);
    assert_eq!(accounts[0]["record"], "account-list");
    assert!(accounts.iter().any(|row| row["account_id"] == "000000000123"));
    let shown = serde_json::to_string_pretty(&answers).expect("JSON");
    insta::assert_snapshot!("saved-queries", shown.replace(&"A-very-long-value-".repeat(20), "…"));
}

/// A unit of unread accounts has no fails, and an unread account no bucket without a key: both are there to be asked about.
fn accounts_that_were_not_read_stand_in_every_answer_about_accounts(now: &Sample, answers: &Value) {
    let units = &answers["open-criticals-by-unit"];
    let is_grave = |finding: &&Finding| is_open(finding) && finding.severity >= Severity::High;
    let grave = now.findings.iter().filter(is_grave).count() as u64;
    assert_eq!(sum(units, "critical") + sum(units, "high"), grave);
    let [mut in_scope, mut unread] = [0_u64, 0];
    for record in &now.coverage {
        if let CoverageRecord::Account(account) = record {
            in_scope += u64::from(account.status.is_in_scope());
            unread += u64::from(matches!(
                account.status,
                AccountStatus::Denied | AccountStatus::NotCollected
            ));
        }
    }
    assert!(unread > 0);
    assert_eq!(
        (sum(units, "accounts"), sum(units, "accounts_not_read")),
        (in_scope, unread)
    );
    let shares = answers["encryption-by-kms-share"].as_array().expect("rows");
    assert_eq!(shares.len() as u64, in_scope);
    let denied = shares
        .iter()
        .find(|row| row["status"] == "denied")
        .expect("a denied account");
    assert_eq!(denied["percent_at_most"], Value::Null);
    assert_eq!(denied["every_bucket_is_listed"], "no");
}

#[test]
fn a_unit_of_unread_accounts_alone_has_a_row() {
    let mut sample = sample_assessment();
    for record in &mut sample.coverage {
        if let CoverageRecord::Account(account) = record
            && account.status == AccountStatus::Denied
        {
            account.organizational_unit = Some("/unread".to_owned());
        }
    }
    let Some(answers) = read_by("parquet_queries.py", report(&sample, "parquet").path()) else {
        return;
    };
    let units = answers["open-criticals-by-unit"].as_array().expect("rows");
    let unread = units.iter().find(|row| row["organizational_unit"] == "/unread");
    let unread = unread.expect("the unit has a row");
    assert_eq!(unread["accounts_not_read"], 1);
    assert_eq!(unread["critical"], 0);
}

#[test]
fn the_declarations_are_as_documented() {
    let report = report(&sample_assessment(), "parquet");
    for name in ["athena.sql", "duckdb.sql"] {
        let text = fs::read_to_string(report.path().join("parquet").join(name)).expect("UTF-8");
        insta::assert_snapshot!(name, text);
    }
}

/// The sample with nothing in it but its coverage, ten days later.
fn nothing_found_since() -> (Sample, Sample) {
    let before = sample_assessment();
    let mut now = before.clone();
    now.run.started_at = before.run.started_at + (24 * 10).hours();
    "2026-06-07T203320Z-o-sample".clone_into(&mut now.run.id);
    now.findings.clear();
    now.buckets.clear();
    now.controls.clear();
    now.summary.exceptions = None;
    (before, now)
}

#[test]
fn a_run_without_rows_is_read_alone_and_answers_nothing() {
    let (_, now) = nothing_found_since();
    let report = report(&now, "csv,parquet");
    if let Some(read) = read_by("parquet_tables.py", report.path()) {
        assert_eq!(read["findings"], 0);
        assert_eq!(read["controls"], 0);
    }
    if let Some(answers) = read_by("parquet_queries.py", report.path()) {
        assert_eq!(answers["worst-checks"], json!([]));
        assert_eq!(
            answers["changed-since-previous-run"],
            json!([]),
            "there is no run before it"
        );
    }
}

#[test]
fn an_earlier_run_does_not_answer_for_a_later_one_that_has_no_rows() {
    let (before, now) = nothing_found_since();
    let (earlier, later) = (report(&before, "parquet"), report(&now, "parquet"));
    copy(&later.path().join("parquet"), &earlier.path().join("parquet"));
    let Some(answers) = read_by("parquet_queries.py", earlier.path()) else {
        return;
    };
    for name in [
        "exceptions-expiring",
        "fails-by-age",
        "fails-by-control",
        "public-buckets",
        "tls-missing-by-region",
        "unknowns-by-cause",
        "worst-checks",
    ] {
        assert_eq!(answers[name], json!([]), "{name}");
    }
    assert_eq!(sum(&answers["worst-accounts"], "findings"), 0);
    let units = &answers["open-criticals-by-unit"];
    assert_eq!(
        sum(units, "critical") + sum(units, "high") + sum(units, "not_assessed"),
        0
    );
    assert!(sum(units, "accounts_not_read") > 0);
    let changed = answers["changed-since-previous-run"].as_array().expect("rows");
    assert_eq!(changed.len(), before.findings.len());
    assert!(changed.iter().all(|row| row["change"] == "no longer visible"));
}
