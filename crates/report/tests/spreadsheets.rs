//! The tables through readers of other houses: pandas, openpyxl and `LibreOffice` read the hostile sample back, and every cell
//! has to be what its definition says.
//!
//! The paths come from the environment variables `S3ATTEST_PYTHON` and `S3ATTEST_LIBREOFFICE`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its readers through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use s3attest_model::coverage::CoverageRecord;
use s3attest_report::sample::{Sample, sample_assessment, table_values, workbook_of_small_sheets};
use s3attest_report::{Format, Settings, render};
use serde_json::Value;

/// A reader; `None` where there is none to ask.
fn reader(variable: &str) -> Option<OsString> {
    let found = std::env::var_os(variable);
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{variable} is not set: see CONTRIBUTING.md"
        );
        eprintln!("skipped: {variable} is not set, so nobody else read the tables");
    }
    found
}

/// What a spreadsheet could evaluate, convert, cut or lose.
fn nasty() -> Vec<String> {
    let short = [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1+1)",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://example.com\",\"open\")",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u{3000}=1+1",
        "\u{feff}@SUM(1)",
        "\u{202e}=1+1",
        "\u{200f}right to left",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(1)",
        "'=1+1",
        "'",
        "000123456789",
        "1e5",
        "0x1F",
        "1/2",
        "12:30",
        "2026-01-01",
        "TRUE",
        "NaN",
        "NA",
        "#N/A",
        "_x0041_",
        " leading and trailing ",
        "a \"quoted\", text; with\tmany\nlines\n",
        "<&>\"'</is></c>",
        "😀 שלום \u{7f}\u{85}\u{0}",
        "\u{fffe}\u{ffff}",
    ];
    let mut values: Vec<String> = short.iter().map(|text| (*text).to_owned()).collect();
    values.push("=".repeat(10_000));
    values.push("long & ".repeat(10_000));
    values.push("😀".repeat(20_000));
    values
}

/// The hostile sample with nasty values in every finding's message and in the names of accounts.
fn sample() -> Sample {
    let mut sample = sample_assessment();
    let values = nasty();
    assert!(sample.findings.len() > values.len(), "every value has its place");
    for (finding, value) in sample.findings.iter_mut().zip(values.iter().cycle()) {
        finding.message.clone_from(value);
    }
    for (record, value) in sample.coverage.iter_mut().zip(values.iter().cycle()) {
        if let CoverageRecord::Account(account) = record {
            account.remedy.clone_from(value);
        }
    }
    sample
}

/// Has the readers hold a report against its run; gives how many rows each saw.
fn read_back(sample: &Sample, report: &Path, with_office: bool) -> Option<Value> {
    let python = reader("S3ATTEST_PYTHON")?;
    let work = tempfile::tempdir().expect("a temporary directory");
    let truth = work.path().join("truth.json");
    let values = table_values(sample).expect("a sample streams");
    fs::write(&truth, serde_json::to_vec(&values).expect("JSON")).expect("room for the truth");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/spreadsheets.py");
    let mut command = Command::new(python);
    command.arg(script).arg(report).arg(truth).arg(work.path());
    if with_office {
        command.arg(reader("S3ATTEST_LIBREOFFICE")?);
    }
    let output = command.output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("the counts as JSON"))
}

#[test]
fn every_cell_comes_back_as_it_was_defined_and_nothing_is_evaluated() {
    let sample = sample();
    let report = tempfile::tempdir().expect("a temporary directory");
    render(
        &sample,
        &[Format::Csv, Format::Xlsx],
        &Settings::default(),
        report.path(),
    )
    .expect("a sample renders");
    let Some(counts) = read_back(&sample, report.path(), true) else {
        return;
    };
    let is_bucket = |record: &&CoverageRecord| matches!(record, CoverageRecord::Bucket(_));
    for reader in ["pandas", "openpyxl", "libreoffice"] {
        let rows = |table: &str| counts[reader][table].as_u64().expect("a number of rows");
        assert_eq!(rows("findings"), sample.findings.len() as u64, "{reader}");
        assert_eq!(
            rows("buckets"),
            sample.coverage.iter().filter(is_bucket).count() as u64,
            "{reader}"
        );
        assert_eq!(rows("controls"), sample.controls.len() as u64, "{reader}");
        assert_eq!(rows("coverage"), sample.coverage.len() as u64 + 1, "{reader}");
    }
}

#[test]
fn what_does_not_fit_on_a_sheet_goes_on_on_the_next_and_nothing_is_lost() {
    let sample = sample();
    for (rows, bytes) in [(10, u64::MAX), (u32::MAX, 200_000)] {
        let report = tempfile::tempdir().expect("a temporary directory");
        render(&sample, &[Format::Csv], &Settings::default(), report.path()).expect("a sample renders");
        workbook_of_small_sheets(&sample, report.path(), rows, bytes).expect("a workbook");
        let Some(counts) = read_back(&sample, report.path(), false) else {
            return;
        };
        assert_eq!(
            counts["openpyxl"]["findings"].as_u64(),
            Some(sample.findings.len() as u64)
        );
        let sheets = counts["sheets"].as_u64().expect("a number of sheets");
        assert!(sheets > 9, "{sheets} sheets of at most {rows} rows and {bytes} bytes");
    }
}

#[test]
fn a_workbook_is_the_same_to_the_byte_each_time_and_leaves_no_working_file() {
    let sample = sample();
    let write = || {
        let report = tempfile::tempdir().expect("a temporary directory");
        render(&sample, &[Format::Xlsx], &Settings::default(), report.path()).expect("a sample renders");
        let names: Vec<_> = fs::read_dir(report.path())
            .expect("the report")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(names, ["report.xlsx"]);
        fs::read(report.path().join("report.xlsx")).expect("a workbook")
    };
    assert!(write() == write());
}
