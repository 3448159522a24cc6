//! The documents of OSCAL: read by compliance-trestle, every reference followed, and no status better than it is.

#[path = "support/verdicts.rs"]
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::evidence::{Gap, GapCause, Observed};
use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::{Verdict, VerdictCounts};
use s3attest_model::identifiers::CheckId;
use s3attest_model::organization::OrganizationRecord;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, Settings, render};
use serde_json::{Value, json};
use verdicts::{combinations, combined, read_back};

const RESULTS: &str = "assessment-results.oscal.json";
const PLAN: &str = "poam.oscal.json";

fn rendered(run: &impl AssessedRun) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(run, &[Format::Oscal], &Settings::default(), directory.path()).expect("a sample renders");
    directory
}

fn document(directory: &Path, name: &str) -> Value {
    let text = fs::read_to_string(directory.join(name)).expect("a document in UTF-8");
    serde_json::from_str(&text).expect("JSON")
}

fn expected(run: &impl AssessedRun) -> Value {
    let mut expected = verdicts::counted(run);
    let controls = run
        .controls()
        .iter()
        .filter(|control| control.framework == "nist-800-53-r5");
    let controls: BTreeMap<&str, &str> = controls
        .map(|control| (control.control.as_str(), control.status.as_str()))
        .collect();
    let records = run.coverage().expect("a sample is readable").filter_map(Result::ok);
    let not_seen = records.filter(is_not_seen).count();
    let counts = run.summary().counts;
    expected["controls"] = json!(controls);
    expected["not_seen"] = json!(not_seen);
    expected["plan"] = json!(counts.fail > 0 || counts.not_assessed > 0 || not_seen > 0);
    expected
}

fn is_not_seen(record: &CoverageRecord) -> bool {
    match record {
        CoverageRecord::Account(account) => account.status.is_in_scope() && account.buckets_listed.is_none(),
        _ => false,
    }
}

/// The same run, with nothing of the scope out of sight.
fn all_seen(mut sample: Sample) -> Sample {
    sample.coverage.retain(|record| !is_not_seen(record));
    sample
}

fn holds(run: &impl AssessedRun) {
    read_back("oscal_trestle.py", rendered(run).path(), &expected(run));
}

fn counted(mut sample: Sample) -> Sample {
    sample.summary.counts = VerdictCounts::default();
    for finding in &sample.findings {
        sample.summary.counts.add_finding(finding);
    }
    sample
}

fn property<'a>(of: &'a Value, name: &str) -> &'a str {
    let all = of["props"].as_array().expect("properties");
    all.iter()
        .find(|each| each["name"] == name)
        .map_or("", |each| each["value"].as_str().expect("a text"))
}

#[test]
fn trestle_reads_both_documents_and_every_reference_leads_somewhere() {
    holds(&sample_assessment());
    holds(&Generated::new(6, 20, &[]));
}

#[test]
fn trestle_reads_each_verdict_with_each_exception() {
    holds(&combined());
}

#[test]
fn a_run_without_findings_and_one_with_passes_alone_have_no_plan() {
    let mut sample = sample_assessment();
    sample.findings.retain(|finding| finding.verdict == Verdict::Pass);
    let passes = counted(all_seen(sample.clone()));
    assert!(!rendered(&passes).path().join(PLAN).exists());
    holds(&passes);
    sample.findings.clear();
    let nothing = counted(all_seen(sample.clone()));
    assert!(!rendered(&nothing).path().join(PLAN).exists());
    holds(&nothing);
    // An account that was not read is open, whatever the others say.
    let unseen = counted(sample);
    assert!(rendered(&unseen).path().join(PLAN).exists());
    holds(&unseen);
}

#[test]
fn an_incomplete_list_of_accounts_is_open_too() {
    let mut sample = all_seen(sample_assessment());
    sample.findings.clear();
    sample.summary.account_listing_gap = Some(Gap::new(GapCause::Denied, "no"));
    let plan = document(rendered(&counted(sample)).path(), PLAN);
    let items = plan["plan-of-action-and-milestones"]["poam-items"]
        .as_array()
        .expect("items")
        .clone();
    assert_eq!(items.len(), 1);
    assert_eq!(property(&items[0], "state"), "not-seen");
}

#[test]
fn an_account_whose_buckets_could_not_be_listed_is_open_like_one_that_was_not_read() {
    let mut sample = all_seen(sample_assessment());
    sample.findings.clear();
    assert!(!rendered(&counted(sample.clone())).path().join(PLAN).exists());
    let broken = sample.coverage.iter_mut().find_map(|record| match record {
        CoverageRecord::Account(account) if account.status == AccountStatus::Assessed => Some(account),
        _ => None,
    });
    let broken = broken.expect("an account that was read");
    broken.buckets_listed = None;
    let account = broken.account.clone();
    let sample = counted(sample);
    let plan = document(rendered(&sample).path(), PLAN);
    let items = plan["plan-of-action-and-milestones"]["poam-items"]
        .as_array()
        .expect("items")
        .clone();
    assert_eq!(items.len(), 1);
    assert_eq!(property(&items[0], "state"), "not-seen");
    assert_eq!(property(&items[0], "account-id"), account.as_str());
    let title = items[0]["title"].as_str().expect("a title");
    assert!(title.contains("could not be listed"), "{title}");
    holds(&sample);
}

#[test]
fn a_check_that_nothing_describes_still_has_its_observation() {
    let mut sample = sample_assessment();
    for finding in sample.findings.iter_mut().take(3) {
        finding.check = CheckId::new("s3-forgotten").expect("an id");
    }
    holds(&sample);
}

#[test]
fn a_run_without_nist_claims_no_control() {
    let mut sample = sample_assessment();
    sample.controls.retain(|control| control.framework != "nist-800-53-r5");
    sample.summary.framework = sample.summary.other_frameworks.remove(0);
    let directory = rendered(&sample);
    let results = document(directory.path(), RESULTS);
    assert!(results["assessment-results"]["results"][0]["findings"].is_null());
    holds(&sample);
}

#[test]
fn trestle_refuses_what_the_format_does_not_have() {
    let run = sample_assessment();
    let directory = rendered(&run);
    let path = directory.path().join(RESULTS);
    let text = fs::read_to_string(&path).expect("a document in UTF-8");
    // It takes the document as it is, or a refusal would show nothing.
    holds(&run);
    for (was, becomes) in [
        ("\"collected\"", "\"gathered\""),
        ("\"state\":\"not-satisfied\"", "\"state\":\"undetermined\""),
        ("\"observation-uuid\":\"", "\"observation-uuid\":\"f"),
    ] {
        assert!(text.contains(was), "{was} is not there to be changed");
        fs::write(&path, text.replacen(was, becomes, 1)).expect("room for a file");
        let expected = expected(&run);
        let refused = std::panic::catch_unwind(|| read_back("oscal_trestle.py", directory.path(), &expected));
        assert!(!matches!(refused, Ok(true)), "{becomes} was taken");
    }
}

#[test]
fn no_control_is_satisfied_but_one_that_is() {
    for status in ControlStatus::ALL {
        let mut sample = sample_assessment();
        for control in &mut sample.controls {
            control.status = status;
        }
        let directory = rendered(&sample);
        let results = document(directory.path(), RESULTS);
        let result = &results["assessment-results"]["results"][0];
        let findings = result["findings"].as_array().cloned().unwrap_or_default();
        assert_eq!(findings.is_empty(), status == ControlStatus::NotAutomated);
        for finding in findings {
            let is_satisfied = finding["target"]["status"]["state"] == "satisfied";
            assert_eq!(is_satisfied, status == ControlStatus::Satisfied, "{status}");
            let is_not_applicable = finding["target"]["implementation-status"]["state"] == "not-applicable";
            assert_eq!(is_not_applicable, status == ControlStatus::NotApplicable, "{status}");
        }
    }
}

#[test]
fn each_verdict_and_exception_leads_to_what_is_to_be_planned_for() {
    for ((verdict, effect), finding) in combinations().into_iter().zip(combined().findings) {
        let mut sample = all_seen(combined());
        sample.findings = vec![finding];
        let directory = rendered(&sample);
        let results = document(directory.path(), RESULTS);
        let result = &results["assessment-results"]["results"][0];
        let what = format!("{verdict} {effect:?}");
        let statuses: Vec<&str> = result["risks"]
            .as_array()
            .map(|risks| {
                risks
                    .iter()
                    .map(|risk| risk["status"].as_str().expect("a status"))
                    .collect()
            })
            .unwrap_or_default();
        let (expected_risks, state): (&[&str], _) = match (verdict, effect) {
            (Verdict::Fail, Some(ExceptionEffect::Accepted)) => (&["deviation-approved"], Some("accepted")),
            (Verdict::Fail, _) => (&["open"], Some("fail")),
            (Verdict::NotAssessed, _) => (&[], Some("not-assessed")),
            (Verdict::Pass | Verdict::NotApplicable, _) => (&[], None),
        };
        assert_eq!(statuses, expected_risks, "{what}");
        let has_plan = directory.path().join(PLAN).exists();
        assert_eq!(has_plan, state.is_some(), "{what}");
        if let Some(state) = state {
            let plan = document(directory.path(), PLAN);
            let items = plan["plan-of-action-and-milestones"]["poam-items"]
                .as_array()
                .expect("items")
                .clone();
            assert_eq!(items.len(), 1, "{what}");
            assert_eq!(property(&items[0], "state"), state, "{what}");
            let is_accepted = state == "accepted";
            assert_eq!(
                property(&items[0], "exception-expires"),
                if is_accepted { "2027-01-31" } else { "" }
            );
            let deadline = &result["risks"][0]["deadline"];
            assert_eq!(deadline == "2027-01-31T23:59:59Z", is_accepted, "{what}");
        }
    }
}

#[test]
fn what_stays_the_same_keeps_its_name_from_run_to_run_and_the_documents_do_not() {
    let first = sample_assessment();
    let mut second = sample_assessment();
    second.run.id = "2027-01-01T000000Z-o-sample".to_owned();
    let names = |run: &Sample| -> (Value, BTreeSet<String>) {
        let plan = document(rendered(run).path(), PLAN);
        let plan = &plan["plan-of-action-and-milestones"];
        let items = plan["poam-items"].as_array().expect("items").clone();
        (
            plan["uuid"].clone(),
            items.iter().map(|item| item["uuid"].to_string()).collect(),
        )
    };
    let ((first_document, first_items), (second_document, second_items)) = (names(&first), names(&second));
    assert_eq!(first_items, second_items);
    assert_ne!(first_document, second_document);
}

#[test]
fn the_documents_are_as_documented() {
    let mut sample = sample_assessment();
    // One account and a few checks tell how the others look.
    sample.findings.retain(|finding| {
        let check = finding.check.as_str();
        finding.resource.account().as_str() == "111111111111"
            && matches!(
                check,
                "s3-bucket-access-logging" | "s3-bucket-public-read" | "s3-bucket-versioning"
            )
            || finding.resource.name() == "unreadable" && check == "s3-bucket-versioning"
    });
    let sample = counted(sample);
    let directory = rendered(&sample);
    for name in [RESULTS, PLAN] {
        let mut document = document(directory.path(), name);
        for body in document.as_object_mut().expect("an object").values_mut() {
            let resources = body["back-matter"]["resources"].as_array_mut().expect("resources");
            resources.truncate(3);
        }
        let text = serde_json::to_string_pretty(&document).expect("JSON");
        insta::assert_snapshot!(name, text.replace(&"A-very-long-value-".repeat(50), "…"));
    }
}

#[test]
fn no_foreign_markup_stands_in_the_documents() {
    let directory = rendered(&sample_assessment());
    for name in [RESULTS, PLAN] {
        let document = document(directory.path(), name);
        let mut texts = Vec::new();
        collect(&document, &mut texts, "");
        for (member, text) in texts {
            assert!(
                !text.contains(|character: char| character.is_control() && character != '\n'),
                "{member}: {text:?}"
            );
            if matches!(member.as_str(), "title" | "description" | "remarks" | "statement") {
                assert!(!text.contains(['<', '>']), "{member}: {text}");
            }
        }
    }
}

fn collect(value: &Value, texts: &mut Vec<(String, String)>, member: &str) {
    match value {
        Value::String(text) => texts.push((member.to_owned(), text.clone())),
        Value::Array(list) => list.iter().for_each(|each| collect(each, texts, member)),
        Value::Object(map) => map.iter().for_each(|(name, each)| collect(each, texts, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn two_organizations_share_no_name_of_what_is_their_own() {
    let incomplete = |organization: Option<&str>| {
        let mut sample = sample_assessment();
        sample.summary.account_listing_gap = Some(Gap::new(GapCause::Denied, "no"));
        match organization {
            // Without an organization the account of the caller stands for the whole.
            None => sample.organization.clear(),
            Some(other) => {
                let OrganizationRecord::Organization(evidence) = &mut sample.organization[0] else {
                    panic!("the organization comes first");
                };
                let Observed::Present(organization) = &mut evidence.observed else {
                    panic!("the organization is known");
                };
                other.clone_into(&mut organization.id);
            }
        }
        sample
    };
    let names = |sample: &Sample| -> BTreeSet<String> {
        let directory = rendered(sample);
        let results = document(directory.path(), RESULTS);
        let plan = document(directory.path(), PLAN);
        let findings = results["assessment-results"]["results"][0]["findings"]
            .as_array()
            .expect("findings")
            .clone();
        let items = plan["plan-of-action-and-milestones"]["poam-items"]
            .as_array()
            .expect("items")
            .clone();
        let list = items.iter().filter(|item| property(item, "state") == "not-seen");
        findings
            .iter()
            .chain(list)
            .map(|named| named["uuid"].to_string())
            .collect()
    };
    let organizations = [Some("o-one"), Some("o-two"), None].map(|id| names(&incomplete(id)));
    assert!(organizations[0].len() > 1);
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        assert!(
            organizations[one].is_disjoint(&organizations[other]),
            "{one} and {other}"
        );
    }
    assert_eq!(organizations[0], names(&incomplete(Some("o-one"))));
}

#[test]
fn a_second_judgement_with_another_outcome_is_another_document() {
    let first = sample_assessment();
    let names = |sample: &Sample| {
        let results = document(rendered(sample).path(), RESULTS);
        let results = &results["assessment-results"];
        (results["uuid"].clone(), results["results"][0]["uuid"].clone())
    };
    assert_eq!(names(&first), names(&first.clone()));
    let (mut configured, mut noted) = (first.clone(), first.clone());
    "another".clone_into(&mut configured.summary.configuration_digest);
    noted.controls[0].title.push('.');
    for other in [configured, noted] {
        assert_ne!(names(&first).0, names(&other).0);
        assert_ne!(names(&first).1, names(&other).1);
    }
}
