//! The events of OCSF: read back by published models, and each verdict under its own words.

#[path = "support/verdicts.rs"]
mod verdicts;

use std::collections::BTreeSet;
use std::fs;

use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::Verdict;
use s3attest_report::sample::{Generated, sample_assessment};
use s3attest_report::{AssessedRun, Format, Settings, render};
use serde_json::Value;
use verdicts::{combinations, combined, counted, read_back};

const NAME: &str = "findings.ocsf.jsonl";

fn rendered(run: &impl AssessedRun) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(run, &[Format::Ocsf], &Settings::default(), directory.path()).expect("a sample renders");
    directory
}

fn events(run: &impl AssessedRun) -> Vec<Value> {
    let text = fs::read_to_string(rendered(run).path().join(NAME)).expect("events in UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn the_published_models_take_every_event_and_give_it_back_as_it_was() {
    let hostile = sample_assessment();
    let generated = Generated::new(6, 20, &[]);
    for (report, expected) in [
        (rendered(&hostile), counted(&hostile)),
        (rendered(&generated), counted(&generated)),
    ] {
        if !read_back("ocsf_models.py", &report.path().join(NAME), &expected) {
            return;
        }
    }
}

#[test]
fn the_models_refuse_an_event_that_lacks_what_the_schema_requires() {
    let run = sample_assessment();
    let report = rendered(&run);
    let path = report.path().join(NAME);
    let text = fs::read_to_string(&path).expect("events in UTF-8");
    // They take the events as they are, or a refusal would show nothing.
    read_back("ocsf_models.py", &path, &counted(&run));
    fs::write(&path, text.replacen("\"class_uid\":2003", "\"class_uid\":2004", 1)).expect("room for a file");
    let refused = std::panic::catch_unwind(|| read_back("ocsf_models.py", &path, &counted(&run)));
    assert!(!matches!(refused, Ok(true)), "the reader takes anything");
}

#[test]
fn each_verdict_has_its_own_words_and_only_an_accepted_fail_is_suppressed() {
    for (event, (verdict, effect)) in events(&combined()).iter().zip(combinations()) {
        let (compliance, caption, severity_stays, status) = match verdict {
            Verdict::Pass => (1, "Pass", false, 4),
            Verdict::NotAssessed => (2, "Warning", true, 1),
            Verdict::Fail if effect == Some(ExceptionEffect::Accepted) => (3, "Fail", true, 3),
            Verdict::Fail => (3, "Fail", true, 1),
            Verdict::NotApplicable => (99, "Not Applicable", false, 4),
        };
        let what = format!("{verdict} {effect:?}");
        assert_eq!(event["compliance"]["status_id"], compliance, "{what}");
        assert_eq!(event["compliance"]["status"], caption, "{what}");
        assert_eq!(event["compliance"]["checks"][0]["status_id"], compliance, "{what}");
        assert_eq!(event["status_id"], status, "{what}");
        assert_eq!(event["status_code"], verdict.as_str(), "{what}");
        let same = event["severity_id"] == event["compliance"]["checks"][0]["severity_id"];
        assert!(same == severity_stays || event["severity_id"] == 1, "{what}");
        assert_eq!(event["unmapped"]["verdict"], verdict.as_str(), "{what}");
        assert_eq!(
            event["unmapped"]["gap"]["cause"] == "denied",
            verdict == Verdict::NotAssessed,
            "{what}"
        );
        let state = effect.map_or(Value::Null, |effect| effect.as_str().into());
        assert_eq!(event["unmapped"]["exception"]["state"], state, "{what}");
    }
}

#[test]
fn a_later_run_speaks_of_the_same_findings_by_the_same_names() {
    let first = sample_assessment();
    let mut second = sample_assessment();
    second.run.id = "2027-01-01T000000Z-o-sample".to_owned();
    second.sessions[0].finished_at += jiff::SignedDuration::from_hours(24);
    for finding in &mut second.findings {
        finding.verdict = Verdict::Pass;
        finding.message = "now it is right".to_owned();
        finding.gap = None;
        finding.exception = None;
    }
    let names = |events: &[Value], member: &str| -> Vec<String> {
        let name = |event: &Value| event[member]["uid"].as_str().expect("a name").to_owned();
        events.iter().map(name).collect()
    };
    let (first, second) = (events(&first), events(&second));
    assert_eq!(names(&first, "finding_info"), names(&second, "finding_info"));
    let distinct: BTreeSet<String> = names(&first, "finding_info").into_iter().collect();
    assert_eq!(distinct.len(), first.len(), "two findings share a name");
    let events_of_both: BTreeSet<String> = [names(&first, "metadata"), names(&second, "metadata")]
        .concat()
        .into_iter()
        .collect();
    assert_eq!(events_of_both.len(), 2 * first.len(), "two events share a name");
}

#[test]
fn the_events_are_as_documented() {
    let text = fs::read_to_string(rendered(&sample_assessment()).path().join(NAME)).expect("events in UTF-8");
    let mut shown = String::new();
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        // One event of each kind tells how the others look.
        if seen.insert(format!(
            "{}{}",
            event["status_code"], event["unmapped"]["exception"]["state"]
        )) {
            shown.push_str(&serde_json::to_string_pretty(&event).expect("JSON"));
            shown.push('\n');
        }
    }
    insta::assert_snapshot!(
        "findings.ocsf.jsonl",
        shown.replace(&"A-very-long-value-".repeat(50), "…")
    );
}

#[test]
fn no_character_that_a_terminal_obeys_stands_in_the_events() {
    let bytes = fs::read(rendered(&sample_assessment()).path().join(NAME)).expect("events");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let treacherous = |character: char| {
        (character.is_control() && character != '\n') || ('\u{202a}'..='\u{202e}').contains(&character)
    };
    assert!(!text.contains(treacherous));
    assert!(
        !text.contains("\\u001b") && !text.contains("\\u0000"),
        "escaped, a reader would bring it back"
    );
}
