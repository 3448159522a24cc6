//! `assessment-results.oscal.json` and `poam.oscal.json`: what was found, for each control of NIST SP 800-53, and what
//! is still open, in NIST's Open Security Controls Assessment Language 1.2.1.
//!
//! The parts of the documents are written aside while the findings pass by and put together at the end. Held are the
//! numbers of one account and, for each check in each account, the names of its observation and its risks. docs/report.md
//! says what goes where. It does not know how a verdict is made.

mod accounts;
mod controls;
mod documents;
mod markup;
mod observation;
mod section;
mod spool;

use std::collections::BTreeMap;

use s3attest_model::finding::{Resource, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};
use serde_json::{Value, json};

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::identity::Uuid;
use crate::mapping::Mapping;
use crate::organization;
use crate::settings::Settings;
use crate::staging::Staging;
use section::Sections;

/// The two documents, under their final names. A run with nothing open has no second one: the format wants an item in it.
pub(crate) const ENTRIES: &[&str] = &["assessment-results.oscal.json", "poam.oscal.json"];

/// The naming system of our own properties and facets, which the format does not define.
const NAMESPACE: &str = "urn:s3attest:oscal";

/// The framework whose controls OSCAL's catalogue holds.
const FRAMEWORK: &str = "nist-800-53-r5";

/// What was said of one check in one account: its observation, and the risks that came of it.
struct Placed {
    observation: Uuid,
    risks: Vec<Uuid>,
}

/// What was said of each check, in the order of the accounts.
type PlacedChecks = BTreeMap<CheckId, Vec<Placed>>;

/// Writes both documents.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let mapping = Mapping::new(run);
    let mut sections = Sections::open(staging)?;
    let organization = organization::known(run)?;
    let system = organization.map_or_else(|| run.run().caller.account.to_string(), |organization| organization.id);
    accounts::components(run, &system, &mut sections)?;
    let placed = accounts::judgements(run, &mapping, staging, &mut sections)?;
    controls::findings(run, &system, &placed, &mut sections)?;
    let unknown = placed.keys().filter(|check| mapping.of(check).is_unknown());
    documents::write(run, &mapping, unknown, &system, sections, staging)
}

/// The program, as the actor that observed.
fn tool() -> Uuid {
    Uuid::of("oscal-tool", &["s3attest"])
}

/// The origin of everything that the program says.
fn origin() -> Value {
    json!({ "actors": [{ "type": "tool", "actor-uuid": tool().to_string() }] })
}

/// An account as a component.
fn component(account: &AccountId) -> Uuid {
    Uuid::of("oscal-account", &[account.as_str()])
}

/// A resource other than an account as an item of the inventory.
fn inventory_item(resource: &Resource) -> Uuid {
    let account = resource.account().as_str();
    Uuid::of("oscal-resource", &[account, resource.kind(), &resource.arn()])
}

/// NIST's catalogue, as a resource of the back matter.
fn catalogue() -> Uuid {
    Uuid::of("oscal-catalogue", &[FRAMEWORK])
}

/// What a check's page says, as a resource of the back matter.
fn check_resource(check: &CheckId) -> Uuid {
    Uuid::of("oscal-check", &[check.as_str()])
}

/// A property under our own naming system; none where there is no value.
fn property(name: &str, value: &str) -> Option<Value> {
    let value = markup::value(value)?;
    Some(json!({ "name": name, "ns": NAMESPACE, "value": value }))
}

/// The properties that have a value.
fn properties(pairs: &[(&str, &str)]) -> Vec<Value> {
    pairs.iter().filter_map(|(name, value)| property(name, value)).collect()
}

/// The properties that say how many findings have which verdict.
fn numbers(counts: &VerdictCounts) -> Vec<Value> {
    let numbers = [
        ("findings-fail", counts.fail),
        ("findings-accepted", counts.accepted),
        ("findings-not-assessed", counts.not_assessed),
        ("findings-pass", counts.pass),
        ("findings-not-applicable", counts.not_applicable),
    ];
    let numbers = numbers.map(|(name, number)| property(name, &number.to_string()));
    numbers.into_iter().flatten().collect()
}
