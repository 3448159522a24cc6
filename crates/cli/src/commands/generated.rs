//! `s3attest generated`, hidden: what `cargo xtask generate` writes into the repository, as one JSON document.
//!
//! Files by their paths, and sections of pages that are otherwise written by hand. All of it follows from the operations, from
//! what the checks say of themselves, and from the definitions of the tables.

mod check_reference;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Result;
use s3attest_collect::{Wishes, account_operations, operations};
use s3attest_gateway::{
    AllowedOperation, LONGEST_SESSION_POLICY, OWN_OPERATIONS, Per, RateLimits, Times, Unit, session_policy,
};
use s3attest_model::identifiers::Partition;
use s3attest_model::services::ServiceSource;
use serde::Serialize;

use crate::configuration::Configuration;
use crate::exit;
use crate::output::{number, result};
use crate::permissions::{self, LONGEST_MANAGED_POLICY, operations_with_wishes};

/// What is written.
#[derive(Serialize)]
struct Generated {
    /// Whole files.
    files: BTreeMap<&'static str, String>,
    /// Sections of pages, by page and by the section's name.
    sections: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
}

pub(crate) fn run() -> Result<u8> {
    let all: BTreeSet<ServiceSource> = ServiceSource::ALL.iter().copied().collect();
    let called = operations(&all, Wishes::default());
    let session = session_policy(&called)?;
    let role = permissions::of_role(&all, Wishes::default());
    let role_name = Configuration::default().role.name;
    let discovery = permissions::of_caller(&all, Wishes::default(), Partition::Aws, &role_name);
    let files = BTreeMap::from([
        ("config/generated/allowed-operations.csv", allowed_operations(&all)?),
        ("config/generated/session-policy.json", readable(&session)?),
        ("config/generated/role-policy.json", role.pretty() + "\n"),
        ("config/generated/caller-policy.json", discovery.pretty() + "\n"),
        ("docs/checks.md", check_reference::page()),
    ]);
    let sizes = format!(
        "The session policy of all sources has {} of the {} characters that STS takes; the permissions of the role have {} \
         without white space, which is {} of at most {} characters.\n",
        number(session.len() as u64),
        number(LONGEST_SESSION_POLICY as u64),
        number(role.length() as u64),
        match role.parts(LONGEST_MANAGED_POLICY).len() {
            1 => "one managed policy".to_owned(),
            several => format!("{several} managed policies"),
        },
        number(LONGEST_MANAGED_POLICY as u64),
    );
    let sections = BTreeMap::from([
        ("role-policy", fenced(&role.pretty())),
        ("caller-policy", fenced(&discovery.pretty())),
        ("session-policy", fenced(&readable(&session)?)),
        ("sizes", sizes),
        ("sources", sources(&all)),
    ]);
    let generated = Generated {
        files,
        sections: BTreeMap::from([
            ("docs/permissions.md", sections),
            (
                "docs/tables.md",
                BTreeMap::from([("tables", s3attest_report::table_reference())]),
            ),
        ]),
    };
    result(&serde_json::to_string(&generated)?)?;
    Ok(exit::DONE)
}

/// A compact document for a reader.
fn readable(json: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_str(json)?;
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn fenced(json: &str) -> String {
    format!("```json\n{}\n```\n", json.trim_end())
}

/// The read-only allow-list: every operation once, with the sources that call it.
fn allowed_operations(all: &BTreeSet<ServiceSource>) -> Result<String> {
    let without_wishes = operations(all, Wishes::default());
    let of_account = account_operations();
    let mut rows: Vec<[String; 7]> = Vec::new();
    for operation in OWN_OPERATIONS.iter().chain(&operations(all, Wishes::everything())) {
        let by_sources = all
            .iter()
            .filter(|source| operations_with_wishes(**source, Wishes::everything()).contains(operation))
            .map(|source| source.key());
        let own = (OWN_OPERATIONS.contains(operation) || of_account.contains(operation)).then_some("always");
        let sources: Vec<&str> = own.into_iter().chain(by_sources).collect();
        let is_wish = !OWN_OPERATIONS.contains(operation) && !without_wishes.contains(operation);
        rows.push([
            operation.service.to_owned(),
            operation.name.to_owned(),
            operation.actions.join(" "),
            operation.class.to_owned(),
            sources.join(" "),
            credentials(operation).to_owned(),
            if is_wish { "--refresh-trusted-advisor" } else { "" }.to_owned(),
        ]);
    }
    rows.sort();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "service",
        "operation",
        "iam_actions",
        "rate_class",
        "sources",
        "credentials",
        "only_with",
    ])?;
    for row in rows {
        table.write_record(row)?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

fn credentials(operation: &AllowedOperation) -> &'static str {
    if operation.in_session { "role" } else { "caller" }
}

/// A table for each source.
fn sources(all: &BTreeSet<ServiceSource>) -> String {
    let rates = RateLimits::default();
    let mut text = String::new();
    let account: Vec<AllowedOperation> = OWN_OPERATIONS.into_iter().chain(account_operations()).collect();
    table(
        &mut text,
        "Accounts, regions, buckets and their settings",
        &account,
        &rates,
    );
    for source in all {
        let title = format!("{} (`{source}`)", source.title());
        table(
            &mut text,
            &title,
            &operations_with_wishes(*source, Wishes::everything()),
            &rates,
        );
    }
    text.trim_end().to_owned() + "\n"
}

fn table(text: &mut String, title: &str, operations: &[AllowedOperation], rates: &RateLimits) {
    let _ = write!(
        text,
        "### {title}\n\n| operation | IAM actions | called | class |\n|---|---|---|---|\n"
    );
    for operation in operations {
        let actions: Vec<String> = operation.actions.iter().map(|action| format!("`{action}`")).collect();
        let by_caller = if operation.in_session { "" } else { ", by the caller" };
        let _ = writeln!(
            text,
            "| `{}` | {} | {}{by_caller} | `{}` |",
            operation.label,
            if actions.is_empty() {
                "none".to_owned()
            } else {
                actions.join(", ")
            },
            times(operation.times).replace('|', "\\|"),
            operation.class,
        );
    }
    let classes: BTreeSet<&str> = operations.iter().map(|operation| operation.class).collect();
    let classes: Vec<String> = classes
        .into_iter()
        .filter_map(|class| {
            let rate = rates.of(class)?;
            let per = match rate.per {
                Per::Run => "the run",
                Per::Account => "each account",
                Per::AccountRegion => "each account and region",
            };
            Some(format!("`{class}` {} a second for {per}", rate.per_second))
        })
        .collect();
    let _ = write!(text, "\nRates: {}.\n\n", classes.join("; "));
}

/// How often a call is made, in words.
fn times(times: Times) -> String {
    if times.count == 0 {
        return times.assumption.to_owned();
    }
    let unit = match times.per {
        Unit::Run => "in each run",
        Unit::ListedAccount => "for each account of the organization",
        Unit::Account => "for each account",
        Unit::Region => "for each enabled region of each account",
        Unit::Bucket => "for each bucket",
    };
    let count = match times.count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    if times.assumption.is_empty() {
        format!("{count} {unit}")
    } else {
        format!("about {count} {unit}: {}", times.assumption)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_a_call_is_made_is_said_in_words() {
        assert_eq!(times(Times::each(Unit::Bucket)), "once for each bucket");
        assert_eq!(
            times(Times::about(3, Unit::Region, "three trails")),
            "about 3 times for each enabled region of each account: three trails"
        );
        assert_eq!(times(Times::seldom("only on Sundays")), "only on Sundays");
    }

    #[test]
    fn the_allow_list_names_every_operation_once_and_the_wish_as_one() {
        let all: BTreeSet<ServiceSource> = ServiceSource::ALL.iter().copied().collect();
        let text = allowed_operations(&all).expect("a table");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let distinct: BTreeSet<(&str, &str)> = rows.iter().map(|row| (&row[0], &row[1])).collect();
        assert_eq!(distinct.len(), rows.len());
        assert_eq!(
            rows.len(),
            operations(&all, Wishes::everything()).len() + OWN_OPERATIONS.len()
        );
        assert!(
            rows.iter().all(|row| !row[4].is_empty()),
            "every operation has its sources"
        );
    }
}
