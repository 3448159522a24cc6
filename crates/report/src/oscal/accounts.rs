//! The accounts, one after the other: each as a component, and what was observed in it.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::coverage::{AccountCoverage, AccountStatus, CoverageRecord};
use s3attest_model::finding::{Resource, Verdict};
use s3attest_model::identifiers::CheckId;
use serde_json::{Value, json};

use super::observation::{Place, Tally, subject};
use super::section::Sections;
use super::spool::Spools;
use super::{Placed, PlacedChecks, component, inventory_item, markup, properties};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::identity::Uuid;
use crate::joined;
use crate::mapping::Mapping;
use crate::staging::Staging;
use crate::times;
use crate::visible;

/// Writes every account of the coverage as a component, those that were not read included; what of the scope was not seen at
/// all has to be planned for like anything else that is open. `system` is the id of the organization, or of the account
/// without one.
pub(super) fn components<R: AssessedRun>(
    run: &R,
    system: &str,
    sections: &mut Sections,
) -> Result<(), ReportError<R::Error>> {
    if let Some(gap) = &run.summary().account_listing_gap {
        let said = format!("The list of accounts is incomplete ({}): {}", gap.cause, gap.detail);
        sections
            .items
            .push(&not_seen(system, "", "The list of accounts is incomplete", &said))?;
    }
    for record in run.coverage().map_err(ReportError::Run)? {
        if let CoverageRecord::Account(account) = record.map_err(ReportError::Run)? {
            sections.components.push(&account_component(&account))?;
            let title = match account.status {
                AccountStatus::Denied | AccountStatus::NotCollected => {
                    Some(format!("Account {} was not read", account.account))
                }
                // Its other findings say nothing of the buckets that nobody could name.
                AccountStatus::Assessed | AccountStatus::PartlyAssessed if account.buckets_listed.is_none() => {
                    Some(format!(
                        "The buckets of account {} could not be listed to the end",
                        account.account
                    ))
                }
                AccountStatus::Assessed
                | AccountStatus::PartlyAssessed
                | AccountStatus::NotActive
                | AccountStatus::Excluded => None,
            };
            if let Some(title) = title {
                let said = format!("{}\n\n{}", account.reason, account.remedy);
                sections
                    .items
                    .push(&not_seen(system, account.account.as_str(), &title, &said))?;
            }
        }
    }
    Ok(())
}

/// An item about a part of the scope of which nothing is known.
fn not_seen(system: &str, account: &str, title: &str, said: &str) -> Value {
    json!({
        "uuid": Uuid::of("oscal-item", &["not-seen", system, account]).to_string(),
        "title": markup::line(title),
        "description": markup::lines(said),
        "props": properties(&[("account-id", account), ("state", "not-seen")]),
    })
}

fn account_component(account: &AccountCoverage) -> Value {
    let mut status = json!({
        "state": match account.status {
            AccountStatus::Assessed | AccountStatus::PartlyAssessed => "operational",
            AccountStatus::Denied | AccountStatus::NotActive | AccountStatus::Excluded | AccountStatus::NotCollected => "other",
        },
    });
    if !account.reason.trim().is_empty() {
        status["remarks"] = markup::lines(&account.reason).into();
    }
    json!({
        "uuid": component(&account.account).to_string(),
        "type": "system",
        "title": markup::line(&format!("Account {} {}", account.account, account.name)),
        "description": "An AWS account of the organization.",
        "props": properties(&[
            ("account-id", account.account.as_str()),
            ("account-name", &account.name),
            ("organizational-unit", account.organizational_unit.as_deref().unwrap_or("")),
            ("coverage", account.status.as_str()),
            ("remedy", &account.remedy),
        ]),
        "status": status,
    })
}

/// Writes what was observed of each check in each account, and what follows from it.
pub(super) fn judgements<R: AssessedRun>(
    run: &R,
    mapping: &Mapping<'_>,
    staging: &Staging,
    sections: &mut Sections,
) -> Result<PlacedChecks, ReportError<R::Error>> {
    let collected = times::collected(run);
    let mut placed = PlacedChecks::new();
    let mut findings = Ahead::new(joined::findings(run)?);
    while let Some(next) = findings.peek()? {
        let account = next.finding.resource.account().clone();
        if next.account.is_none() {
            // A finding on an account that the coverage does not name still needs a component to speak of.
            sections.components.push(&unnamed(next.finding.resource.account()))?;
        }
        let mut tallies: BTreeMap<CheckId, Tally> = BTreeMap::new();
        let mut spools = Spools::new(staging);
        let mut inventory = Inventory::default();
        while let Some(joined) = findings.next_if(|next| *next.finding.resource.account() == account)? {
            let finding = &joined.finding;
            tallies.entry(finding.check.clone()).or_default().add(finding);
            if matches!(finding.verdict, Verdict::Fail | Verdict::NotAssessed) {
                inventory.add(&finding.resource, sections)?;
                let member = visible::line(&subject(finding));
                spools.push(&finding.check, &member)?;
            }
        }
        for (check, tally) in tallies {
            let place = Place {
                check: &check,
                title: mapping.of(&check).title(),
                account: &account,
                collected,
            };
            let risks = write(&place, &tally, &mut spools, sections)?;
            let observation = place.observation_uuid();
            placed.entry(check).or_default().push(Placed { observation, risks });
        }
    }
    Ok(placed)
}

fn unnamed(account: &s3attest_model::identifiers::AccountId) -> Value {
    json!({
        "uuid": component(account).to_string(),
        "type": "system",
        "title": markup::line(&format!("Account {account}")),
        "description": "An AWS account that the coverage does not name.",
        "status": { "state": "other" },
    })
}

/// Writes what is to be said of one check in one account, and gives the names of its risks.
fn write(
    place: &Place<'_>,
    tally: &Tally,
    spools: &mut Spools<'_>,
    sections: &mut Sections,
) -> Result<Vec<Uuid>, WriteError> {
    let subjects = spools.take(place.check)?;
    let mut members = place.observation(tally);
    if subjects.count == 0 {
        members.insert("subjects".to_owned(), json!([place.account_subject()]));
        sections.observations.push(&members.into())?;
    } else {
        let mut text = visible::line(&members);
        // The subjects take the place of the brace that ends the object.
        text.pop();
        let mut into = vec![&mut sections.observations];
        if tally.is_open() {
            into.push(&mut sections.open_observations);
        }
        for section in into {
            section.begin()?;
            section.put(&text)?;
            section.put(b",\"subjects\":[")?;
            subjects.write_into(section)?;
            section.put(b"]}")?;
        }
    }
    let mut names = Vec::new();
    for (name, risk) in place.risks(tally) {
        sections.risks.push(&risk)?;
        names.push(name);
    }
    for item in place.items(tally) {
        sections.items.push(&item)?;
    }
    Ok(names)
}

/// The resources of one account that stand in the inventory. Findings on a bucket follow each other, so that only the other
/// resources are remembered.
#[derive(Default)]
struct Inventory {
    last: Option<Uuid>,
    others: BTreeSet<Uuid>,
}

impl Inventory {
    fn add(&mut self, resource: &Resource, sections: &mut Sections) -> Result<(), WriteError> {
        if matches!(resource, Resource::Account { .. }) {
            return Ok(());
        }
        let uuid = inventory_item(resource);
        let is_new = self.last != Some(uuid) && (!resource.is_of_account() || self.others.insert(uuid));
        self.last = Some(uuid);
        if !is_new {
            return Ok(());
        }
        sections.inventory.push(&json!({
            "uuid": uuid.to_string(),
            "description": markup::lines(&format!("{} {}", resource.kind(), resource.name())),
            "props": properties(&[
                ("kind", resource.kind()),
                ("name", resource.name()),
                ("arn", &resource.arn()),
                ("region", resource.region().map_or("", |region| region.as_str())),
                ("account-id", resource.account().as_str()),
            ]),
            "implemented-components": [{ "component-uuid": component(resource.account()).to_string() }],
        }))
    }
}
