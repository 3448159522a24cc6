//! `changes.json` and `trend.json`, held to their schemas by the `jsonschema` package, which refuses changed ones.
//!
//! The interpreter stands in `S3ATTEST_PYTHON`.

#[path = "support/past_runs.rs"]
mod past_runs;
#[path = "support/python.rs"]
mod python;
#[path = "support/single_pages.rs"]
mod single_pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3attest_model::check::Severity;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::AccountStatus;
use s3attest_model::evidence::GapCause;
use s3attest_model::finding::Verdict;
use s3attest_report::comparison::{Absence, Aspect, Kind, Sighting, Standing};
use s3attest_report::sample::sample_assessment;
use s3attest_report::trend::SkipReason;
use serde_json::{Value, json};
use single_pages::write_comparing;

#[test]
fn the_schemas_accept_what_is_written_and_refuse_what_is_changed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let comparison = write_comparing(&sample_assessment(), "broken<script>", directory.path());
    assert!(comparison.changed() > 0 && !comparison.coverage.accounts.is_empty());
    let expected = json!({ "changes": comparison.changed(), "runs": 6, "skipped": SkipReason::ALL.len() });
    let expected = expected.to_string();
    let arguments = [directory.path().as_os_str(), expected.as_ref()];
    let Some(output) = python::run("comparing_json.py", &arguments) else {
        return;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "a document does not keep its schema:\n{errors}"
    );
}

/// The words that a schema lists at a place.
fn listed(schema: &str, place: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schemas")
        .join(schema);
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
    match schema.pointer(place).unwrap_or_else(|| panic!("{place}")) {
        Value::Array(words) => words
            .iter()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect(),
        Value::Object(members) => members.keys().cloned().collect(),
        other => panic!("{place}: {other}"),
    }
}

fn words<T>(of: impl IntoIterator<Item = T>, word: impl Fn(&T) -> &'static str) -> BTreeSet<String> {
    of.into_iter().map(|one| word(&one).to_owned()).collect()
}

#[test]
fn the_schemas_list_every_word_that_there_is() {
    let kinds = words(Kind::ALL, |kind| kind.as_str());
    let severities = words(Severity::WORST_FIRST, |severity| severity.as_str());
    let changed = words(Kind::ALL.into_iter().filter(|kind| *kind != Kind::Unchanged), |kind| {
        kind.as_str()
    });
    let standings = words(Standing::ALL, |standing| standing.as_str());
    let sightings = words(Sighting::ALL, |sighting| sighting.as_str());
    let accounts = words(AccountStatus::ALL, |status| status.as_str());
    let statuses = words(ControlStatus::ALL, |status| status.as_str());
    for (place, words) in [
        ("/properties/kinds/properties", kinds.clone()),
        ("/$defs/kinds/properties", kinds),
        ("/$defs/change/properties/kind/enum", changed),
        ("/$defs/change/properties/before/enum", standings.clone()),
        ("/$defs/change/properties/after/enum", standings),
        (
            "/$defs/change/properties/why_no_finding/enum",
            words(Absence::ALL, |absence| absence.as_str()),
        ),
        (
            "/properties/differences/items/properties/aspect/enum",
            words(Aspect::ALL, |aspect| aspect.as_str()),
        ),
        (
            "/properties/coverage/properties/organization/items/properties/change/enum",
            sightings.clone(),
        ),
        (
            "/properties/coverage/properties/accounts/items/properties/change/enum",
            sightings.clone(),
        ),
        ("/$defs/seen/properties/change/enum", sightings),
        (
            "/$defs/seen/properties/why_not_named/anyOf/0/enum",
            words(Absence::ALL, |absence| absence.as_str()),
        ),
        (
            "/properties/coverage/properties/accounts/items/properties/why_not_named/anyOf/0/enum",
            words(Absence::ALL, |absence| absence.as_str()),
        ),
        (
            "/properties/coverage/properties/accounts/items/properties/before/anyOf/0/enum",
            accounts.clone(),
        ),
        (
            "/properties/controls/items/properties/after/anyOf/0/enum",
            statuses.clone(),
        ),
        ("/$defs/severities/properties", severities.clone()),
        (
            "/$defs/said/properties/verdict/enum",
            words(Verdict::ALL, |verdict| verdict.as_str()),
        ),
        (
            "/$defs/said/properties/gap/enum",
            words(GapCause::ALL, |cause| cause.as_str()),
        ),
    ] {
        assert_eq!(listed("changes.schema.json", place), words, "{place}");
    }
    for (place, words) in [
        (
            "/properties/skipped/items/properties/reason/enum",
            words(SkipReason::ALL, |reason| reason.as_str()),
        ),
        ("/$defs/run/properties/unaccepted/properties", severities),
        (
            "/$defs/run/properties/controls/items/properties/counts/properties",
            statuses,
        ),
        ("/$defs/run/properties/accounts/items/properties/status/enum", accounts),
    ] {
        assert_eq!(listed("trend.schema.json", place), words, "{place}");
    }
}
