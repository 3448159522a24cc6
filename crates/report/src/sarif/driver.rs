//! The checks as the driver's rules, and the frameworks as taxonomies.
//!
//! It does not know findings.

use std::collections::BTreeMap;

use s3attest_model::check::{CheckDescription, Severity};
use s3attest_model::control::ControlAssessment;
use s3attest_model::identifiers::CheckId;
use serde::Serialize;
use serde_json::{Value, json};

use super::message::{self, Message};
use super::notifications;
use crate::assessed::AssessedRun;
use crate::mapping::{MappedCheck, Mapping};

/// GitHub refuses a rule with more than 20 tags, and shows 10 ("SARIF results exceed one or more limits").
const MOST_TAGS: usize = 10;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'run> {
    id: &'run str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Value>,
    relationships: Vec<Value>,
    properties: Value,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

/// The driver with every check that the run names, by id. A rule has no `helpUri`: the log says all of it, offline.
pub(super) fn driver<R: AssessedRun>(run: &R, mapping: &Mapping<'_>) -> Value {
    let first = run.summary().framework.id.as_str();
    let frameworks: BTreeMap<&str, usize> = run
        .summary()
        .frameworks()
        .enumerate()
        .map(|(place, framework)| (framework.id.as_str(), place))
        .collect();
    let rules: Vec<Rule<'_>> = mapping
        .iter()
        .map(|(id, check)| rule(id, check, first, &frameworks))
        .collect();
    let taxonomies: Vec<Value> = run
        .summary()
        .frameworks()
        .enumerate()
        .map(|(place, framework)| json!({"name": framework.id, "index": place}))
        .collect();
    json!({
        "name": "s3attest",
        "version": run.summary().tool_version,
        "rules": rules,
        "notifications": notifications::DESCRIPTORS
            .map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}})),
        "supportedTaxonomies": taxonomies,
    })
}

/// Where each check stands among the rules.
pub(super) fn places<'run>(mapping: &Mapping<'run>) -> BTreeMap<&'run CheckId, usize> {
    mapping.iter().enumerate().map(|(place, (id, _))| (id, place)).collect()
}

fn rule<'run>(
    id: &'run CheckId,
    check: &MappedCheck<'run>,
    first: &str,
    frameworks: &BTreeMap<&str, usize>,
) -> Rule<'run> {
    let description = check.description;
    let relationships = check.controls.iter().map(|(control, bears)| {
        let mut component = json!({"name": control.framework});
        if let Some(place) = frameworks.get(control.framework.as_str()) {
            component["index"] = json!(place);
        }
        json!({
            "target": {"id": control.control.as_str(), "toolComponent": component},
            "kinds": ["relevant"],
            "description": {"text": Message::of(&bears.rationale).text},
            "properties": {"strength": bears.strength.as_str()},
        })
    });
    let controls = check
        .of_framework(first)
        .map(|control| format!("{first}:{}", control.control));
    let tags: Vec<String> = std::iter::once("security".to_owned())
        .chain(controls)
        .take(MOST_TAGS)
        .collect();
    let mut properties = json!({"tags": tags});
    if let Some(check) = description {
        properties["severity"] = json!(check.severity.as_str());
        properties["scope"] = json!(check.scope.as_str());
        // As it is to be typed; a help text cannot have it so.
        properties["remediation"] = json!(check.page.remediation);
        properties["security-severity"] = json!(score(check.severity));
    }
    Rule {
        id: id.as_str(),
        short_description: description.map(|check| Message::of(&check.title)),
        full_description: description.map(|check| Message::of(&check.question)),
        help: description.map(help),
        default_configuration: description.map(|check| json!({"level": level(check.severity)})),
        relationships: relationships.collect(),
        properties,
    }
}

/// The check's page. It is a message string like any other (section 3.12.1), so that its braces are doubled.
fn help(check: &CheckDescription) -> Help {
    let page = &check.page;
    let parts = [
        ("What it checks", &page.what_it_checks),
        ("Why it matters", &page.why_it_matters),
        ("How it is judged", &page.how_it_is_judged),
        ("Remediation", &page.remediation),
        ("References", &page.references),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(title, text)| format!("## {title}\n\n{text}"))
        .collect();
    Help {
        text: message::without_placeholders(&page.remediation),
        markdown: message::without_placeholders(&parts.join("\n\n")),
    }
}

/// SARIF's level for a fail (section 3.27.10).
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A score in the middle of the range that GitHub shows under the severity's name ("SARIF support for code scanning",
/// `security-severity`): over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.1",
    }
}

/// A taxonomy for each framework, with the controls on which a check bears.
pub(super) fn taxonomies<R: AssessedRun>(run: &R, mapping: &Mapping<'_>) -> Vec<Value> {
    let mut named: BTreeMap<(&str, &str), &ControlAssessment> = BTreeMap::new();
    for (_, check) in mapping.iter() {
        for (control, _) in &check.controls {
            named.insert((&control.framework, control.control.as_str()), control);
        }
    }
    let taxon = |control: &&ControlAssessment| {
        json!({
            "id": control.control.as_str(),
            "name": control.title,
            "shortDescription": {"text": Message::of(&control.title).text},
            "properties": {"status": control.status.as_str(), "family": control.family},
        })
    };
    run.summary()
        .frameworks()
        .map(|framework| {
            let own = named.iter().filter(|((of, _), _)| *of == framework.id);
            let taxa: Vec<Value> = own.map(|(_, control)| taxon(control)).collect();
            json!({
                "name": framework.id,
                "fullName": framework.title,
                "version": framework.catalogue_version,
                "shortDescription": {"text": Message::of(&framework.title).text},
                "isComprehensive": false,
                "taxa": taxa,
            })
        })
        .collect()
}
