//! Assessments: replaced as a whole, and never lost to one that failed.

use std::fs;

use s3attest_snapshot::{Run, SnapshotError};
use tempfile::tempdir;

use crate::support::{access, assess, complete_run, coverage, finding, information, matrix, summary};

/// The message of the only finding of the assessment that counts.
fn message(run: &Run) -> String {
    let assessment = run.assessment().unwrap().unwrap();
    let findings: Vec<_> = assessment.findings().unwrap().map(Result::unwrap).collect();
    assert_eq!(findings.len(), 1);
    findings[0].message.clone()
}

#[test]
fn an_assessment_is_read_as_it_was_written() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    assert!(run.assessment().unwrap().is_none());
    assess(&run, "first judgement");
    let assessment = run.assessment().unwrap().unwrap();
    assert_eq!(assessment.summary, summary(1));
    assert!(assessment.controls.is_empty());
    let lines: Vec<_> = assessment.coverage().unwrap().map(Result::unwrap).collect();
    assert_eq!(lines, [coverage("111111111111")]);
    let findings: Vec<_> = assessment.findings().unwrap().map(Result::unwrap).collect();
    assert_eq!(findings, [finding("111111111111", "first judgement")]);
    let records: Vec<_> = assessment
        .control_matrix()
        .unwrap()
        .expect("it was written")
        .map(Result::unwrap)
        .collect();
    assert_eq!(records, [matrix("111111111111")]);
    let records: Vec<_> = assessment
        .effective_access()
        .unwrap()
        .expect("it was written")
        .map(Result::unwrap)
        .collect();
    assert_eq!(records, [access("111111111111", "first")]);
}

#[test]
fn a_finished_assessment_replaces_the_previous_one() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    assess(&run, "second judgement");
    assert_eq!(message(&run), "second judgement");
    assert!(!directory.path().join("assessment.partial").exists());
    assert!(!directory.path().join("assessment.previous").exists());
}

#[test]
fn an_assessment_that_was_not_finished_leaves_the_previous_one() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let mut writer = run.begin_assessment().unwrap();
    writer.finding(&finding("111111111111", "broken off")).unwrap();
    drop(writer);
    assert_eq!(message(&run), "first judgement");
    assess(&run, "third judgement");
    assert_eq!(message(&run), "third judgement");
}

#[test]
fn a_replacement_that_broke_off_between_its_two_renames_leaves_the_previous_one() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    fs::rename(
        directory.path().join("assessment"),
        directory.path().join("assessment.previous"),
    )
    .unwrap();
    fs::create_dir(directory.path().join("assessment.partial")).unwrap();
    assert_eq!(message(&run), "first judgement");
    let mut writer = run.begin_assessment().unwrap();
    writer.finding(&finding("111111111111", "broken off again")).unwrap();
    drop(writer);
    assert_eq!(message(&run), "first judgement");
    assess(&run, "second judgement");
    assert_eq!(message(&run), "second judgement");
    assert!(!directory.path().join("assessment.previous").exists());
}

#[test]
fn an_assessment_with_a_file_removed_says_what_to_do() {
    for name in [
        "summary.json",
        "controls.json",
        "coverage.ndjson",
        "findings.ndjson.zst",
    ] {
        let directory = tempdir().unwrap();
        let run = complete_run(directory.path());
        fs::remove_file(directory.path().join("assessment").join(name)).unwrap();
        let outcome = run
            .assessment()
            .map(Option::unwrap)
            .and_then(|assessment| Ok((assessment.coverage()?, assessment.findings()?)));
        let error = outcome.unwrap_err();
        assert!(matches!(error, SnapshotError::Truncated { .. }), "{name}: {error}");
        assert!(error.to_string().contains("s3attest assess"), "{name}: {error}");
    }
}

#[test]
fn a_control_of_before_there_were_several_frameworks_belongs_to_the_only_one() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let earlier = serde_json::json!([{
        "control": "SC-8", "title": "T", "family": "SC", "family_title": "F", "baselines": ["low"],
        "status": "satisfied",
        "counts": { "pass": 1, "fail": 0, "not_applicable": 0, "not_assessed": 0 },
        "checks": [],
    }]);
    fs::write(directory.path().join("assessment/controls.json"), earlier.to_string()).unwrap();
    let assessment = run.assessment().unwrap().unwrap();
    assert_eq!(assessment.controls[0].framework, "nist-800-53-r5");
    assert_eq!(assessment.controls[0].resources.total(), 0);
}
