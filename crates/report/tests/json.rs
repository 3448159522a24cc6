//! The JSON files of the samples, held to their schemas by the `jsonschema` package, with every count and value read back.

mod readers;

use std::collections::BTreeMap;
use std::fs;

use readers::{read_by, report};
use s3attest_model::finding::Verdict;
use s3attest_report::AssessedRun;
use s3attest_report::sample::{Generated, sample_assessment};
use serde_json::{Value, json};

fn counts(run: &impl AssessedRun) -> Value {
    let mut verdicts: BTreeMap<String, u64> = BTreeMap::new();
    for finding in run.findings().expect("findings") {
        let finding = finding.expect("a finding");
        *verdicts.entry(finding.verdict.to_string()).or_default() += 1;
    }
    let matrix = run.control_matrix().expect("a matrix");
    json!({
        "findings.jsonl": verdicts.values().sum::<u64>(),
        "coverage.jsonl": run.coverage().expect("coverage").count(),
        "control-matrix.jsonl": matrix.map(|record| record.expect("a record").controls.len()).sum::<usize>(),
        "verdicts": verdicts,
        "checks": run.checks().len(),
        "controls": run.controls().len(),
    })
}

#[test]
fn the_schemas_accept_every_document_and_line_and_nothing_is_missing() {
    let sample = sample_assessment();
    if let Some(read) = read_by("json_report.py", report(&sample, "json").path()) {
        assert_eq!(read, counts(&sample));
    }
    let generated = Generated::new(4, 9, &[]);
    if let Some(read) = read_by("json_report.py", report(&generated, "json").path()) {
        assert_eq!(read, counts(&generated));
    }
}

#[test]
fn foreign_text_comes_back_as_it_was_and_the_file_holds_nothing_that_deceives() {
    let sample = sample_assessment();
    let report = report(&sample, "json");
    let text = fs::read_to_string(report.path().join("json/findings.jsonl")).expect("UTF-8");
    assert!(text.chars().all(|character| {
        character == '\n' || !(character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{200b}'))
    }));
    for (line, finding) in text.lines().zip(&sample.findings) {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        assert_eq!(line["message"], finding.message.as_str());
        assert_eq!(line["verdict"], finding.verdict.as_str());
        assert_eq!(line["is_accepted"], finding.is_accepted());
        assert_eq!(line["account"]["id"], finding.resource.account().as_str());
        assert_eq!(line["gap"].is_null(), finding.verdict != Verdict::NotAssessed);
    }
    assert_eq!(text.lines().count(), sample.findings.len());
}

#[test]
fn a_finding_keeps_its_id_when_its_verdict_changes_and_no_two_share_one() {
    let ids = |run: &s3attest_report::sample::Sample| -> Vec<String> {
        let report = report(run, "json");
        let text = fs::read_to_string(report.path().join("json/findings.jsonl")).expect("UTF-8");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        lines.map(|line| line["id"].to_string()).collect()
    };
    let mut sample = sample_assessment();
    let before = ids(&sample);
    for finding in &mut sample.findings {
        finding.verdict = Verdict::Pass;
        "changed".clone_into(&mut finding.message);
        finding.evidence.clear();
    }
    assert_eq!(ids(&sample), before);
    assert_eq!(
        before.iter().collect::<std::collections::BTreeSet<_>>().len(),
        before.len()
    );
}

#[test]
fn lines_are_as_documented() {
    let report = report(&sample_assessment(), "json");
    for (name, places) in [
        ("findings.jsonl", &[0, 19, 3][..]),
        ("coverage.jsonl", &[0, 1, 3]),
        ("control-matrix.jsonl", &[0]),
    ] {
        let text = fs::read_to_string(report.path().join("json").join(name)).expect("UTF-8");
        let lines: Vec<Value> = text
            .lines()
            .enumerate()
            .filter(|(place, _)| places.contains(place))
            .map(|(_, line)| serde_json::from_str(line).expect("a line of JSON"))
            .collect();
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&lines).expect("JSON"));
    }
}

#[test]
fn numbers_that_an_assessment_by_an_earlier_version_does_not_hold_are_not_written_as_zeros() {
    let mut sample = sample_assessment();
    for control in &mut sample.controls {
        let mut earlier = serde_json::to_value(&*control).expect("JSON");
        let members = earlier.as_object_mut().expect("an object");
        assert!(members.remove("resources").is_some() && members.remove("accounts").is_some());
        *control = serde_json::from_value(earlier).expect("an earlier control");
    }
    sample.matrix.clear();
    let report = report(&sample, "csv,json");
    if let Some(read) = read_by("json_report.py", report.path()) {
        assert_eq!(read, counts(&sample));
    }
    let text = fs::read_to_string(report.path().join("json/report.json")).expect("UTF-8");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let mut table = csv::Reader::from_path(report.path().join("controls.csv")).expect("a table");
    let columns = table.headers().expect("a heading").clone();
    let rows = table.records().map(|row| row.expect("a row"));
    let mut by_hand = 0;
    for ((control, written), row) in sample
        .controls
        .iter()
        .zip(document["controls"].as_array().expect("a list"))
        .zip(rows)
    {
        // A control on which no check bears has no resources, and that is known.
        let is_known = !control.is_automated();
        by_hand += u64::from(is_known);
        for member in ["resources", "accounts"] {
            assert_eq!(written[member].is_null(), !is_known, "{} {member}", control.control);
            let prefix = format!("{member}_");
            let cells = columns.iter().zip(&row).filter(|(name, _)| name.starts_with(&prefix));
            let cells: Vec<&str> = cells.map(|(_, cell)| cell).collect();
            assert_eq!(
                cells,
                [if is_known { "0" } else { "" }; 5],
                "{} {member}",
                control.control
            );
        }
    }
    assert!(by_hand > 0 && by_hand < sample.controls.len() as u64);
}
