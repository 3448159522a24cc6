//! The batches of ASFF: held by botocore's model, imported into moto's Security Hub, and each verdict under its own words.

#[path = "support/files.rs"]
mod files;
#[path = "support/verdicts.rs"]
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::evidence::Observed;
use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::{Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::BucketName;
use s3attest_model::organization::OrganizationRecord;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, Settings, render};
use serde_json::Value;
use verdicts::{combinations, combined, counted, read_back};

/// Files by their path.
type Files = BTreeMap<String, String>;

fn rendered(run: &impl AssessedRun, directory: &Path) -> Files {
    rendered_since(run, None, directory)
}

fn rendered_since<R: AssessedRun>(run: &R, previous: Option<&R>, directory: &Path) -> Files {
    let settings = Settings {
        previous,
        ..Settings::default()
    };
    render(run, &[Format::Asff], &settings, directory).expect("a sample renders");
    let texts = files::below(directory).into_iter();
    let text = |(name, bytes)| (name, String::from_utf8(bytes).expect("a text in UTF-8"));
    texts.map(text).collect()
}

fn findings(files: &Files) -> Vec<Value> {
    let batches = files.iter().filter(|(name, _)| name.contains("/batch-"));
    let of_batch = |text: &String| {
        let mut batch: Value = serde_json::from_str(text).expect("JSON");
        batch["Findings"].take().as_array().expect("a list").clone()
    };
    batches.flat_map(|(_, text)| of_batch(text)).collect()
}

fn holds(run: &impl AssessedRun) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    rendered(run, directory.path());
    read_back("asff_import.py", &directory.path().join("asff"), &counted(run));
}

#[test]
fn security_hub_takes_every_batch_and_holds_what_was_sent() {
    holds(&sample_assessment());
    holds(&Generated::new(6, 20, &[]));
}

/// The identifiers of findings in the updates that set a workflow, each with its hub.
fn updated(files: &Files, status: &str) -> BTreeSet<(String, String)> {
    let mut named = BTreeSet::new();
    for (name, text) in files.iter().filter(|(name, _)| name.contains("/update-")) {
        let update: Value = serde_json::from_str(text).expect("JSON");
        if update["Workflow"]["Status"] != status {
            continue;
        }
        let (hub, _) = name.rsplit_once('/').expect("a directory");
        for each in update["FindingIdentifiers"].as_array().expect("a list") {
            let id = each["Id"].as_str().expect("an id").to_owned();
            assert!(named.insert((hub.to_owned(), id)), "{name} names a finding twice");
        }
    }
    named
}

/// A run in which every finding is an accepted fail, and the run after it, in which they are what [`combinations`] says.
fn all_accepted_and_then_combined() -> (Sample, Sample) {
    let after = combined();
    let mut before = after.clone();
    let accepted = after.findings.iter().find(|finding| finding.is_accepted());
    let exception = accepted.expect("one is").exception.clone();
    for finding in &mut before.findings {
        finding.verdict = Verdict::Fail;
        finding.gap = None;
        finding.exception.clone_from(&exception);
    }
    before.summary.counts = counts(&before.findings);
    (before, after)
}

fn counts(findings: &[Finding]) -> VerdictCounts {
    let mut counts = VerdictCounts::default();
    for finding in findings {
        counts.add_finding(finding);
    }
    counts
}

#[test]
fn whatever_was_accepted_and_is_not_any_more_is_new_again() {
    let (before, after) = all_accepted_and_then_combined();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let was = updated(&rendered(&before, directory.path()), "SUPPRESSED");
    assert_eq!(was.len(), before.findings.len());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered_since(&after, Some(&before), directory.path());
    let (suppressed, released) = (updated(&files, "SUPPRESSED"), updated(&files, "NEW"));
    assert_eq!(suppressed.len(), 1);
    assert!(suppressed.is_disjoint(&released));
    // Nothing else stays hidden: neither what is not known now, nor what no exception stands beside any more.
    let both: BTreeSet<_> = suppressed.union(&released).cloned().collect();
    assert_eq!(both, was);
    let mut expected = counted(&after);
    expected["released"] = released.len().into();
    read_back("asff_import.py", &directory.path().join("asff"), &expected);
}

#[test]
fn what_has_no_finding_any_more_is_released_where_it_was_suppressed() {
    let (before, mut after) = all_accepted_and_then_combined();
    after.findings.clear();
    after.summary.counts = VerdictCounts::default();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let was = updated(&rendered(&before, directory.path()), "SUPPRESSED");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered_since(&after, Some(&before), directory.path());
    assert_eq!(updated(&files, "NEW"), was);
    let notes: Vec<&String> = files
        .iter()
        .filter(|(name, _)| name.contains("/update-new-"))
        .map(|(_, text)| text)
        .collect();
    assert!(
        notes.iter().all(|text| text.contains("there is no finding any more: ")),
        "{notes:?}"
    );
    // What the run was told not to look at is not its business.
    for record in &mut after.coverage {
        if let CoverageRecord::Account(account) = record {
            account.status = AccountStatus::Excluded;
        }
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered_since(&after, Some(&before), directory.path());
    assert_eq!(updated(&files, "NEW"), BTreeSet::new());
}

#[test]
fn nothing_is_set_to_new_that_this_program_did_not_suppress() {
    let after = combined();
    let mut before = after.clone();
    for finding in &mut before.findings {
        finding.verdict = Verdict::Fail;
        finding.exception = None;
    }
    before.summary.counts = counts(&before.findings);
    let mut foreign = all_accepted_and_then_combined().0;
    let Some(OrganizationRecord::Organization(evidence)) = foreign.organization.first_mut() else {
        panic!("the organization comes first");
    };
    let Observed::Present(organization) = &mut evidence.observed else {
        panic!("the organization is known");
    };
    "o-another".clone_into(&mut organization.id);
    for previous in [None, Some(&before), Some(&foreign)] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let files = rendered_since(&after, previous, directory.path());
        assert_eq!(updated(&files, "NEW"), BTreeSet::new());
        assert_eq!(updated(&files, "SUPPRESSED").len(), 1);
    }
}

#[test]
fn the_hub_can_be_asked_what_it_still_hides_where_no_earlier_run_is_given() {
    let run = combined();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&run, directory.path());
    let asked: Value = serde_json::from_str(&files["asff/suppressed.json"]).expect("JSON");
    let filters = &asked["Filters"];
    // The note of a suppression is told from every other note.
    let suppressing = filters["NoteUpdatedBy"][0]["Value"].clone();
    let field = filters["ProductFields"][0]["Key"]
        .as_str()
        .expect("a member")
        .to_owned();
    for finding in findings(&files) {
        let is_suppressed = finding["Workflow"]["Status"] == filters["WorkflowStatus"][0]["Value"];
        assert_eq!(finding["Note"]["UpdatedBy"] == suppressing, is_suppressed, "{finding}");
        assert_eq!(finding["ProductFields"][&field] == "no", !is_suppressed, "{finding}");
        assert_eq!(filters["ProductFields"][0]["Value"], "no");
    }
    let released = {
        let (before, after) = all_accepted_and_then_combined();
        let directory = tempfile::tempdir().expect("a temporary directory");
        rendered_since(&after, Some(&before), directory.path())
    };
    for (name, text) in released.iter().filter(|(name, _)| name.contains("/update-")) {
        let update: Value = serde_json::from_str(text).expect("JSON");
        let is_suppression = update["Workflow"]["Status"] == "SUPPRESSED";
        assert_eq!(update["Note"]["UpdatedBy"] == suppressing, is_suppression, "{name}");
    }
}

#[test]
fn security_hub_takes_each_verdict_with_each_exception() {
    holds(&combined());
}

#[test]
fn the_reader_refuses_a_finding_that_the_model_does_not_know() {
    let run = sample_assessment();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&run, directory.path());
    let (name, text) = files
        .iter()
        .find(|(name, text)| name.contains("/batch-") && text.contains("\"FAILED\""))
        .expect("a batch with a fail");
    let path = directory.path().join(name);
    // It takes the batches as they are, or a refusal would show nothing.
    holds(&run);
    for (was, becomes) in [("\"FAILED\"", "\"FAIL\""), ("\"GeneratorId\"", "\"Generator\"")] {
        fs::write(&path, text.replacen(was, becomes, 1)).expect("room for a file");
        let expected = counted(&run);
        let refused =
            std::panic::catch_unwind(|| read_back("asff_import.py", &directory.path().join("asff"), &expected));
        assert!(
            text.contains(was) && !matches!(refused, Ok(true)),
            "{becomes} was taken"
        );
    }
}

#[test]
fn each_verdict_has_its_own_words_and_only_an_accepted_fail_is_suppressed() {
    let run = combined();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&run, directory.path());
    let written: BTreeMap<String, Value> = findings(&files)
        .into_iter()
        .map(|finding| {
            (
                finding["Resources"][0]["Id"].as_str().expect("an ARN").to_owned()
                    + finding["Compliance"]["SecurityControlId"].as_str().expect("a check"),
                finding,
            )
        })
        .collect();
    for (finding, (verdict, effect)) in run.findings.iter().zip(combinations()) {
        let written = &written[&format!("{}{}", finding.resource.arn(), finding.check)];
        let what = format!("{verdict} {effect:?}");
        let (status, reason) = match verdict {
            Verdict::Pass => ("PASSED", Value::Null),
            Verdict::Fail => ("FAILED", Value::Null),
            Verdict::NotApplicable => ("NOT_AVAILABLE", "NOT_APPLICABLE".into()),
            Verdict::NotAssessed => ("NOT_AVAILABLE", "NOT_ASSESSED_DENIED".into()),
        };
        let workflow = match (verdict, effect) {
            (Verdict::Fail, Some(ExceptionEffect::Accepted)) => "SUPPRESSED".into(),
            (Verdict::Fail, Some(_)) => "NEW".into(),
            _ => Value::Null,
        };
        assert_eq!(written["Compliance"]["Status"], status, "{what}");
        assert_eq!(
            written["Compliance"]["StatusReasons"][0]["ReasonCode"], reason,
            "{what}"
        );
        assert_eq!(written["Workflow"]["Status"], workflow, "{what}");
        assert_eq!(written["Note"].is_null(), workflow.is_null(), "{what}");
        assert_eq!(written["ProductFields"]["s3attest/Verdict"], verdict.as_str(), "{what}");
        let is_open = matches!(verdict, Verdict::Fail | Verdict::NotAssessed);
        let label = if is_open {
            finding.severity.as_str().to_uppercase()
        } else {
            "INFORMATIONAL".to_owned()
        };
        assert_eq!(written["Severity"]["Label"], label, "{what}");
    }
}

#[test]
fn a_batch_holds_a_hundred_findings_of_one_account_and_region() {
    let run = Generated::new(3, 40, &[]);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&run, directory.path());
    let mut last: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.contains("/batch-")) {
        let batch: Value = serde_json::from_str(text).expect("JSON");
        let findings = batch["Findings"].as_array().expect("a list");
        let (directory, _) = name.rsplit_once('/').expect("a directory");
        let mut parts = directory.split('/').skip(1);
        let (account, region) = (parts.next().expect("an account"), parts.next().expect("a region"));
        for finding in findings {
            assert_eq!(finding["AwsAccountId"], account);
            let product = finding["ProductArn"].as_str().expect("an ARN");
            assert!(
                product.contains(&format!(":{region}:{account}:")),
                "{product} in {name}"
            );
        }
        let (batches, short) = last.entry(directory).or_default();
        *batches += 1;
        *short += usize::from(findings.len() < 100);
        assert!(
            findings.len() <= 100 && *short <= 1,
            "{name} should not be the second that is not full"
        );
        assert!(name.ends_with(&format!("batch-{batches:05}.json")), "{name}");
    }
    assert!(
        last.values().any(|(batches, _)| *batches > 1),
        "no hub has two batches, so nothing was shown"
    );
}

/// A sample with one bucket that has a thousand accepted fails, and texts that are as long as they can be.
fn crowded() -> Sample {
    let mut sample = combined();
    let accepted = sample
        .findings
        .iter()
        .find(|finding| finding.is_accepted())
        .expect("one is")
        .clone();
    let many = (0..250).map(|index| {
        let mut finding: Finding = accepted.clone();
        if let Resource::Bucket { name, .. } = &mut finding.resource {
            *name = BucketName::new(format!("bucket-{index:04}")).expect("a name");
        }
        finding.message = "\u{202e}ä".repeat(10_000);
        if let Some(exception) = &mut finding.exception {
            exception.reason = "\"\\".repeat(5_000);
        }
        finding
    });
    sample.findings = many.collect();
    sample.summary.counts = counts(&sample.findings);
    sample
}

#[test]
fn long_texts_are_cut_where_security_hub_cuts_and_say_so() {
    let run = crowded();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&run, directory.path());
    let findings = findings(&files);
    assert_eq!(findings.len(), 250);
    let description = findings[0]["Description"].as_str().expect("a text");
    assert!(
        description.len() <= 1_024 && description.ends_with(" characters)"),
        "{description}"
    );
    assert!(description.starts_with("[U+202E]ä"));
    assert_eq!(files.keys().filter(|name| name.contains("/update-")).count(), 3);
    holds(&run);
}

#[test]
fn a_later_run_speaks_of_the_same_findings_by_the_same_names() {
    let (first, mut second) = (sample_assessment(), sample_assessment());
    second.run.id = "2027-01-01T000000Z-o-sample".to_owned();
    for finding in &mut second.findings {
        finding.verdict = Verdict::Pass;
        finding.message.clear();
    }
    let names = |run: &Sample| -> Vec<Value> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let files = rendered(run, directory.path());
        findings(&files).iter().map(|finding| finding["Id"].clone()).collect()
    };
    let (first_names, second_names) = (names(&first), names(&second));
    assert_eq!(first_names, second_names);
    let distinct: BTreeSet<String> = first_names.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), first.findings.len());
}

#[test]
fn the_batches_are_as_documented() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rendered(&sample_assessment(), directory.path());
    let mut shown = files.keys().fold(String::new(), |shown, name| shown + name + "\n");
    let mut seen = BTreeSet::new();
    for finding in findings(&files) {
        // One finding of each kind tells how the others look.
        let kind = format!(
            "{}{}",
            finding["ProductFields"]["s3attest/Verdict"], finding["Workflow"]["Status"]
        );
        if seen.insert(kind) {
            shown += &serde_json::to_string_pretty(&finding).expect("JSON");
            shown.push('\n');
        }
    }
    for (name, text) in files.iter().filter(|(name, _)| name.contains("/update-")) {
        shown.extend([name, "\n", text]);
    }
    insta::assert_snapshot!("asff", shown.replace(&"A-very-long-value-".repeat(10), "…"));
}

#[test]
fn no_character_that_a_terminal_obeys_stands_in_the_batches() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in rendered(&sample_assessment(), directory.path()) {
        let treacherous = |character: char| {
            (character.is_control() && character != '\n') || ('\u{202a}'..='\u{202e}').contains(&character)
        };
        assert!(!text.contains(treacherous), "{name}");
        assert!(
            !text.contains("\\u001b") && !text.contains("\\u0000"),
            "{name}: a reader would bring it back"
        );
    }
}
