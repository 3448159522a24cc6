//! The tables as files of text: their documentation, the byte-order mark, and that nothing of the run is missing.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_report::sample::sample_assessment;
use s3attest_report::{Format, Settings, render, table_reference};
use support::{Files, rendered};

fn tables(settings: &Settings<'_, s3attest_report::sample::Sample>) -> Files {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(&sample_assessment(), &[Format::Csv], settings, directory.path()).expect("a sample renders");
    support::read(directory.path())
}

#[test]
fn the_documentation_describes_every_table_as_it_is_defined() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tables.md");
    let page = fs::read_to_string(&path).expect("the page of the tables");
    assert!(
        page.contains(&table_reference()),
        "docs/tables.md is out of date: run `cargo xtask generate`"
    );
}

#[test]
fn a_byte_order_mark_stands_first_in_every_table_where_it_was_asked_for_and_nothing_else_changes() {
    let plain = tables(&Settings::default());
    let marked = tables(&Settings {
        byte_order_mark: true,
        ..Settings::default()
    });
    assert_eq!(plain.len(), Format::Csv.entries().len());
    for (name, text) in &marked {
        assert_eq!(text.strip_prefix('\u{feff}'), Some(plain[name].as_str()), "{name}");
    }
}

#[test]
fn the_dictionary_describes_every_column_of_every_file_in_its_order() {
    let mut files = rendered(&sample_assessment());
    files.retain(|name, _| Format::Csv.entries().contains(&name.as_str()));
    let mut described: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(files["dictionary.csv"].as_bytes());
    for row in reader.records() {
        let row = row.expect("a row");
        assert!(!row[3].is_empty() && !row[4].is_empty(), "{row:?}");
        described
            .entry(format!("{}.csv", &row[0]))
            .or_default()
            .push(row[2].to_owned());
    }
    assert_eq!(described.len(), files.len());
    for (name, text) in &files {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<&str> = reader.headers().expect("a header").iter().collect();
        assert_eq!(described[name], header, "{name}");
    }
}

#[test]
fn no_bucket_cell_is_empty_where_something_could_not_be_read() {
    let sample = sample_assessment();
    let files = tables(&Settings::default());
    let mut reader = csv::Reader::from_reader(files["buckets.csv"].as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let settings = header
        .iter()
        .position(|name| name == "public_access_block")
        .expect("a setting");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let listed = sample
        .coverage
        .iter()
        .filter(|record| matches!(record, CoverageRecord::Bucket(_)))
        .count();
    assert_eq!(rows.len(), listed);
    for row in &rows {
        for (name, cell) in header.iter().zip(row).skip(settings) {
            assert!(!cell.is_empty(), "{name} of {}", &row[3]);
        }
    }
    let cell = |bucket: &str, column: &str| {
        let place = header.iter().position(|name| name == column).expect("a column");
        let row = rows.iter().find(|row| &row[3] == bucket).expect("a bucket");
        row[place].to_owned()
    };
    assert_eq!(cell("media", "acl"), "not known: denied");
    assert_eq!(cell("gone", "policy"), "not known: bucket-gone");
    assert_eq!(cell("unreadable", "tags"), "not known: timed-out");
    assert_eq!(cell("unreadable", "s3-bucket-tls-only"), "not-assessed");
    assert_eq!(cell("media", "s3-bucket-access-logging"), "fail (accepted)");
    assert_eq!(cell("media", "website"), "none");
    assert_eq!(cell("central-access-logs", "account_id"), "000000000123");
}

#[test]
fn an_incomplete_list_of_accounts_stands_in_every_format_of_findings_and_coverage() {
    let mut sample = sample_assessment();
    for is_complete in [true, false] {
        let gap = Gap::new(GapCause::Throttled, "rate exceeded");
        sample.summary.account_listing_gap = (!is_complete).then_some(gap);
        let report = tempfile::tempdir().expect("a temporary directory");
        let formats = [Format::Csv, Format::Ocsf, Format::Asff];
        render(&sample, &formats, &Settings::default(), report.path()).expect("a sample renders");
        let text = |name: &str| fs::read_to_string(report.path().join(name)).expect("a text");
        let coverage = text("coverage.csv");
        let mut reader = csv::Reader::from_reader(coverage.as_bytes());
        let first = reader.records().next().expect("a row").expect("a row");
        assert_eq!(&first[0], "account-list");
        assert_eq!(&first[8], if is_complete { "read" } else { "partly-read" });
        assert_eq!(first[9].contains("AWS kept throttling the call"), !is_complete);
        assert_eq!(
            &first[18],
            if is_complete {
                ""
            } else {
                "list of accounts throttled: 1"
            }
        );
        assert_eq!(
            &first[19],
            if is_complete {
                ""
            } else {
                "list of accounts: rate exceeded"
            }
        );
        for line in text("findings.ocsf.jsonl").lines() {
            assert_eq!(line.contains("\"account_list\":\"incomplete\""), !is_complete, "{line}");
        }
        let account = sample.findings[0].resource.account();
        let hubs = report.path().join("asff").join(account.as_str());
        for hub in fs::read_dir(hubs).expect("hubs") {
            let batch = fs::read_to_string(hub.expect("a hub").path().join("batch-00001.json")).expect("a batch");
            let findings = batch.matches("s3attest/Verdict").count();
            let said = batch.matches("\"s3attest/AccountList\"").count();
            assert_eq!(said, if is_complete { 0 } else { findings });
        }
    }
}
