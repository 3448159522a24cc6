//! The SARIF log of the samples, read by the published JSON Schema and by `sarif_pydantic`, with every count compared.

mod readers;
#[path = "support/unread.rs"]
mod unread;

use std::collections::BTreeMap;
use std::fs;

use readers::{read_by, report};
use s3attest_model::coverage::{AccountStatus, CoverageRecord, RegionStatus};
use s3attest_report::AssessedRun;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use serde_json::{Value, json};
use unread::with_unread_source;

fn expected(run: &impl AssessedRun) -> Value {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut suppressed = 0;
    for finding in run.findings().expect("findings") {
        let finding = finding.expect("a finding");
        let kind = match finding.verdict.as_str() {
            "not-assessed" => "open",
            "not-applicable" => "notApplicable",
            other => other,
        };
        *kinds.entry(kind).or_default() += 1;
        suppressed += u64::from(finding.is_accepted());
    }
    let of = |status: AccountStatus| -> u64 {
        let accounts = &run.summary().coverage.accounts;
        accounts
            .iter()
            .filter(|(other, _)| *other == status)
            .map(|(_, count)| count)
            .sum()
    };
    json!({
        "kinds": kinds,
        "suppressed": suppressed,
        "rules": run.checks().len(),
        "accounts_not_read": of(AccountStatus::Denied) + of(AccountStatus::NotCollected),
        "accounts_partly_read": of(AccountStatus::PartlyAssessed),
        "accounts_out_of_scope": of(AccountStatus::NotActive) + of(AccountStatus::Excluded),
    })
}

fn log(sample: &Sample) -> Value {
    let report = report(sample, "sarif");
    let text = fs::read_to_string(report.path().join("findings.sarif.json")).expect("UTF-8");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_published_schema_and_another_model_accept_the_log_and_count_the_same() {
    let sample = sample_assessment();
    if let Some(read) = read_by("sarif_log.py", report(&sample, "sarif").path()) {
        assert_eq!(read, expected(&sample));
    }
    let generated = Generated::new(4, 9, &[]);
    if let Some(read) = read_by("sarif_log.py", report(&generated, "sarif").path()) {
        assert_eq!(read, expected(&generated));
    }
}

#[test]
fn what_is_not_assessed_is_open_and_only_an_exception_in_force_suppresses() {
    let sample = sample_assessment();
    let log = log(&sample);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), sample.findings.len());
    for (result, finding) in results.iter().zip(&sample.findings) {
        let is_open = result["kind"] == "open";
        assert_eq!(is_open, finding.verdict.as_str() == "not-assessed");
        assert_eq!(result["level"] == "none", result["kind"] != "fail");
        assert_eq!(result["suppressions"] != json!([]), finding.is_accepted());
        assert_eq!(
            result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            finding.resource.arn()
        );
    }
}

#[test]
fn a_run_with_unread_accounts_is_not_called_successful_and_one_without_is() {
    let mut sample = sample_assessment();
    assert_eq!(log(&sample)["runs"][0]["invocations"][0]["executionSuccessful"], false);
    for (status, count) in &mut sample.summary.coverage.accounts {
        if matches!(status, AccountStatus::Denied | AccountStatus::NotCollected) {
            *count = 0;
        }
    }
    assert_eq!(log(&sample)["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

/// A message string as a viewer shows it (section 3.11.5): doubled braces are one, and one alone is a placeholder's.
fn shown(text: &str) -> Option<String> {
    let mut shown = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if matches!(character, '{' | '}') && characters.next() != Some(character) {
            return None;
        }
        shown.push(character);
    }
    Some(shown)
}

#[test]
fn a_viewer_that_follows_the_format_shows_braces_as_they_were() {
    let mut sample = sample_assessment();
    let commands = "```json\n{\"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}\n```\n\n`${0}` {1}";
    commands.clone_into(&mut sample.checks[0].page.remediation);
    "It is {0} and }{ as {{well}}.".clone_into(&mut sample.findings[0].message);
    let log = log(&sample);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|rule| rule["id"] == sample.checks[0].id.as_str());
    let rule = rule.expect("the check");
    let text = |value: &Value| shown(value.as_str().expect("a text")).expect("no placeholder");
    assert_eq!(text(&rule["help"]["text"]), commands);
    assert!(text(&rule["help"]["markdown"]).contains(commands));
    assert_eq!(rule["properties"]["remediation"], commands);
    let message = &log["runs"][0]["results"][0]["message"];
    assert_eq!(text(&message["text"]), sample.findings[0].message);
    assert!(message["arguments"].is_null());
    for rule in rules {
        for place in [
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/help/markdown",
        ] {
            assert!(
                rule.pointer(place)
                    .is_none_or(|string| shown(string.as_str().expect("a text")).is_some())
            );
        }
    }
    assert_eq!(shown("{0}"), None);
}

#[test]
fn the_log_is_as_documented() {
    let mut log = log(&sample_assessment());
    let run = &mut log["runs"][0];
    for (list, places) in [
        ("/tool/driver/rules", &[0, 1][..]),
        ("/results", &[0, 3, 19, 34]),
        ("/invocations/0/toolExecutionNotifications", &[0, 3, 5]),
    ] {
        let list = run.pointer_mut(list).expect("a list").as_array_mut().expect("a list");
        let kept: Vec<Value> = list
            .iter()
            .enumerate()
            .filter(|(place, _)| places.contains(place))
            .map(|(_, one)| one.clone())
            .collect();
        *list = kept;
    }
    let text = serde_json::to_string_pretty(&log).expect("JSON");
    insta::assert_snapshot!(
        "findings.sarif.json",
        text.replace(&"A-very-long-value-".repeat(50), "…")
    );
}

#[test]
fn a_region_that_is_off_with_buckets_or_only_assumed_has_a_notification() {
    let mut sample = sample_assessment();
    let told = |sample: &Sample| -> Vec<(String, String, String)> {
        let log = log(sample);
        let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].clone();
        let told = told.as_array().expect("a list").iter();
        told.filter(|one| one["descriptor"]["id"] == "region-in-doubt")
            .map(|one| {
                assert_eq!(one["level"], "warning");
                let text = |value: &Value| value.as_str().expect("a text").to_owned();
                (
                    text(&one["locations"][0]["logicalLocations"][0]["name"]),
                    text(&one["properties"]["region"]) + " " + one["properties"]["status"].as_str().expect("a status"),
                    text(&one["message"]["text"]),
                )
            })
            .collect()
    };
    let before = told(&sample);
    let places: Vec<(&str, &str)> = before
        .iter()
        .map(|(account, region, _)| (account.as_str(), region.as_str()))
        .collect();
    // The third account's list of buckets broke off, so nobody knows what its region that is off holds.
    assert_eq!(
        places,
        [
            ("666666666666", "ap-southeast-3 off"),
            ("666666666666", "eu-central-1 assumed")
        ]
    );
    for record in &mut sample.coverage {
        if let CoverageRecord::Region(region) = record
            && region.account.as_str() == "111111111111"
            && region.status == RegionStatus::Off
        {
            region.buckets = 1;
        }
    }
    let after = told(&sample);
    assert_eq!(after.len(), before.len() + 1);
    assert!(
        after[0].0 == "111111111111" && after[0].2.contains("holds 1 bucket;"),
        "{after:?}"
    );
}

#[test]
fn a_source_that_was_left_out_is_a_note_and_one_that_was_not_reached_a_warning() {
    let (source, runs) = with_unread_source();
    for (sample, is_left_out) in runs {
        let level = if is_left_out { "note" } else { "warning" };
        let log = log(&sample);
        let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        let told = told
            .as_array()
            .expect("a list")
            .iter()
            .find(|one| one["locations"] == json!([]));
        let told = told.expect("a notification of the organization");
        assert_eq!(told["properties"]["source"], source.key());
        assert_eq!(told["level"], level);
    }
}
