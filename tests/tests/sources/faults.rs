//! What becomes of each source when something goes wrong: every operation of every source × every kind of fault.
//!
//! Each combination has an account of its own, a copy of one in which the source has something to say. The struck
//! operation leaves gaps with the right cause; nothing that was answered turns into something else, and no other source
//! notices. Both tables are held complete: the operations by the source's own list, the kinds by a match.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_collect::{Wishes, operations_of};
use s3attest_model::bucket::SettingState;
use s3attest_model::evidence::{BlockedBy, GapCause};
use s3attest_model::services::{Facts, Reach, ServiceRecord, ServiceSource};
use s3attest_orgsim::GeneratorOptions;
use s3attest_orgsim::scenario::{Account, AccountState, Fault, FaultKind, Refuser, Role, Scenario};
use s3attest_tests::Simulation;
use serde_json::Value;

use crate::harness::{plain, read};

/// The kinds of fault that a source has to bear, one after the other. The match knows every kind, so that none is left out
/// unseen.
fn next(kind: FaultKind) -> Option<FaultKind> {
    Some(match kind {
        FaultKind::Denied(refuser) => match refuser {
            Refuser::IdentityPolicy => FaultKind::Denied(Refuser::IdentityPolicyDeny),
            Refuser::IdentityPolicyDeny => FaultKind::Denied(Refuser::ResourcePolicy),
            Refuser::ResourcePolicy => FaultKind::Denied(Refuser::ServiceControlPolicy),
            Refuser::ServiceControlPolicy => FaultKind::Denied(Refuser::ResourceControlPolicy),
            Refuser::ResourceControlPolicy => FaultKind::Denied(Refuser::SessionPolicy),
            Refuser::SessionPolicy => FaultKind::Denied(Refuser::PermissionsBoundary),
            Refuser::PermissionsBoundary => FaultKind::Denied(Refuser::Unnamed),
            Refuser::Unnamed => FaultKind::Throttled,
        },
        FaultKind::Throttled => FaultKind::NotSubscribed,
        FaultKind::NotSubscribed => FaultKind::RegionOff,
        FaultKind::RegionOff => FaultKind::InternalError,
        FaultKind::InternalError => FaultKind::ServiceUnavailable,
        FaultKind::ServiceUnavailable => FaultKind::Reset,
        FaultKind::Reset => FaultKind::Truncated,
        FaultKind::Truncated => FaultKind::Malformed,
        FaultKind::Malformed => FaultKind::ExpiredToken,
        FaultKind::ExpiredToken => FaultKind::NotImplemented,
        FaultKind::NotImplemented => FaultKind::EmptyPage,
        FaultKind::EmptyPage => FaultKind::EndlessPages,
        // A call without an answer costs seconds each and is held by the table of the settings; roles and buckets that are
        // gone are no matter of an account's services.
        FaultKind::EndlessPages | FaultKind::Stall | FaultKind::RoleDenied | FaultKind::BucketDeleted => return None,
    })
}

fn kinds() -> Vec<FaultKind> {
    std::iter::successors(Some(FaultKind::Denied(Refuser::IdentityPolicy)), |kind| next(*kind)).collect()
}

/// What has to come of a struck operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// A gap with this cause and, for a denial, what refused.
    Gap(GapCause, Option<BlockedBy>),
    /// The same as without the fault.
    Unchanged,
    /// A gap for a list that comes in pages; nothing for what does not.
    EndlessIfPaged,
}

fn outcome(kind: FaultKind, source: ServiceSource) -> Outcome {
    let cause = match kind {
        FaultKind::Denied(refuser) => {
            let blocked_by = match refuser {
                Refuser::IdentityPolicy | Refuser::IdentityPolicyDeny => BlockedBy::IdentityPolicy,
                Refuser::ResourcePolicy => BlockedBy::ResourcePolicy,
                Refuser::ServiceControlPolicy => BlockedBy::ServiceControlPolicy,
                Refuser::ResourceControlPolicy => BlockedBy::ResourceControlPolicy,
                Refuser::SessionPolicy => BlockedBy::SessionPolicy,
                Refuser::PermissionsBoundary => BlockedBy::PermissionsBoundary,
                Refuser::Unnamed => BlockedBy::Unknown,
            };
            return Outcome::Gap(GapCause::Denied, Some(blocked_by));
        }
        FaultKind::Throttled => GapCause::Throttled,
        FaultKind::NotSubscribed if source.key() == "trusted-advisor" => GapCause::NoSupportPlan,
        FaultKind::NotSubscribed => GapCause::NotSubscribed,
        FaultKind::RegionOff => GapCause::RegionOff,
        FaultKind::InternalError | FaultKind::ServiceUnavailable => GapCause::ServiceError,
        FaultKind::Reset | FaultKind::Truncated => GapCause::ConnectionFailed,
        FaultKind::Malformed => GapCause::MalformedAnswer,
        FaultKind::ExpiredToken => GapCause::CredentialsExpired,
        FaultKind::NotImplemented => GapCause::Unsupported,
        // An empty page with a token is no end: the list goes on, and nothing is lost.
        FaultKind::EmptyPage => return Outcome::Unchanged,
        FaultKind::EndlessPages => return Outcome::EndlessIfPaged,
        FaultKind::Stall | FaultKind::RoleDenied | FaultKind::BucketDeleted => unreachable!("not in this table"),
    };
    Outcome::Gap(cause, None)
}

/// The service and the name by which the simulated organization knows an operation: what stands before and behind the dot
/// of its label. Two services may have an operation of the same name.
fn named(label: &str) -> (&str, &str) {
    label.split_once('.').expect("a label is service and operation")
}

/// A fault that strikes one operation.
fn strike(label: &str, kind: FaultKind) -> Fault {
    let (service, operation) = named(label);
    Fault {
        service: Some(service.to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    }
}

/// The sources of accounts; what is read once for the organization has a test of its own.
fn sources_of_accounts() -> BTreeSet<ServiceSource> {
    ServiceSource::of_accounts().collect()
}

/// An organization from whose accounts one is copied for each source.
fn originals() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 12,
        buckets_per_account: 6,
        regions: 2,
        seed: 20_261_122,
        ..GeneratorOptions::default()
    }
    .generate();
    // Few regions are enough, and quick; Multi-Region Access Points are asked for in us-west-2.
    let kept = ["eu-central-1", "us-east-1", "us-west-2"];
    scenario.regions.retain(|region| kept.contains(&region.name.as_str()));
    scenario
}

/// A copy of an account under another id, with buckets of its own names.
fn copy(original: &Account, number: usize) -> Account {
    let id = format!("{:012}", 300_000_000_000 + number);
    let mut text = serde_json::to_string(original).expect("accounts are plain records");
    // The longest names first, since one may begin with another; by way of marks, since a new name may look like an old one.
    let mut names: Vec<&str> = original.buckets.iter().map(|bucket| bucket.name.as_str()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for (at, name) in names.iter().enumerate() {
        text = text.replace(name, &format!("<{at}>"));
    }
    for at in 0..names.len() {
        text = text.replace(&format!("<{at}>"), &format!("c{number:06}-{at}"));
    }
    serde_json::from_str(&text.replace(&original.id, &id)).expect("a copy is an account")
}

/// What was read, and which operations each account was asked.
struct Scanned {
    readings: BTreeMap<(String, ServiceSource, Option<String>), ServiceRecord>,
    called: BTreeSet<(String, String)>,
}

fn scan(scenario: Scenario, sources: &BTreeSet<ServiceSource>) -> Scanned {
    let simulation = Simulation::start(scenario);
    let records = read(&simulation, sources, Wishes::default());
    let readings = records.into_iter().map(|record| {
        let region = record.region.as_ref().map(ToString::to_string);
        ((record.account.to_string(), record.reading.source(), region), record)
    });
    let entries = simulation.world().ledger().entries();
    let called = entries
        .into_iter()
        .filter_map(|entry| Some((entry.account?, format!("{}.{}", entry.service, entry.operation))));
    Scanned {
        readings: readings.collect(),
        called: called.collect(),
    }
}

/// One account for each combination of an operation of the source and a kind of fault, and one without fault.
struct Table {
    scenario: Scenario,
    rows: Vec<Row>,
}

/// One combination.
struct Row {
    /// The account without fault.
    untouched: String,
    /// Its copy with the fault.
    struck: String,
    operation: &'static str,
    kind: FaultKind,
}

fn table(originals: &Scenario, calm: &Scanned, source: ServiceSource) -> Table {
    let mut scenario = originals.clone();
    scenario
        .accounts
        .retain(|account| account.id == scenario.caller_account);
    let held: BTreeSet<String> = scenario.accounts.iter().map(|account| account.id.clone()).collect();
    if let Some(organization) = &mut scenario.organization {
        organization
            .delegated_administrators
            .retain(|account| held.contains(account));
        organization
            .delegations
            .retain(|delegation| held.contains(&delegation.account));
        for policy in &mut organization.policies {
            policy
                .targets
                .retain(|target| target.len() != 12 || held.contains(target));
        }
    }
    let caller = scenario.caller_account.clone();
    let mut number = 0;
    let mut add = |original: &Account| {
        let account = copy(original, number);
        number += 1;
        let id = account.id.clone();
        let roles = if account.roles.is_empty() {
            vec![Role::trusting(GeneratorOptions::default().role_name, &caller)]
        } else {
            account.roles.clone()
        };
        let buckets = if source.reach() == Reach::Referenced {
            account.buckets.clone()
        } else {
            Vec::new()
        };
        scenario.accounts.push(Account {
            roles,
            buckets,
            ..account
        });
        id
    };
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for operation in operations_of(source) {
        let original = original_of(originals, calm, source, operation.label);
        let untouched = add(original);
        for kind in kinds() {
            let struck = add(original);
            faults.push(Fault {
                account: Some(struck.clone()),
                ..strike(operation.label, kind)
            });
            rows.push(Row {
                untouched: untouched.clone(),
                struck,
                operation: operation.label,
                kind,
            });
        }
    }
    scenario.faults = faults;
    Table { scenario, rows }
}

/// An account in which an operation of a source is called: the one in which the source has most to say.
fn original_of<'scenario>(
    scenario: &'scenario Scenario,
    calm: &Scanned,
    source: ServiceSource,
    operation: &'static str,
) -> &'scenario Account {
    let worth = |account: &Account| {
        let readings = calm.readings.iter();
        let of_account = readings.filter(|((id, of, _), _)| *id == account.id && *of == source);
        let facts: usize = of_account.map(|(_, record)| record.reading.facts().len()).sum();
        (calm.called.contains(&(account.id.clone(), operation.to_owned())), facts)
    };
    let active = scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active);
    active.max_by_key(|account| worth(account)).expect("an account")
}

/// A reading with the account's id and bucket names made neutral, so that copies can be held against each other.
fn neutral(record: &ServiceRecord, id: &str) -> Value {
    let number: usize = id.parse().expect("an account id is a number");
    let text = plain(record).to_string();
    let text = text
        .replace(id, "ACCOUNT")
        .replace(&format!("c{:06}", number - 300_000_000_000), "COPY");
    serde_json::from_str(&text).expect("text of JSON")
}

#[test]
fn every_operation_of_every_source_bears_every_kind_of_fault() {
    let originals = originals();
    let sources = sources_of_accounts();
    let calm = scan(originals.clone(), &sources);
    let (mut combinations, mut wrong) = (0, Vec::new());
    for source in &sources {
        let table = table(&originals, &calm, *source);
        let found = scan(table.scenario, &[*source].into());
        for row in &table.rows {
            combinations += 1;
            let problems = hold(&found, *source, row);
            let place = format!("{source} × {} × {:?}", row.operation, row.kind);
            wrong.extend(problems.into_iter().map(|problem| format!("{place}: {problem}")));
        }
    }
    println!("{combinations} combinations of operation and fault");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Holds the readings of one struck account against those of the untouched one.
fn hold(found: &Scanned, source: ServiceSource, row: &Row) -> Vec<String> {
    let Row { operation, kind, .. } = *row;
    let mut problems = Vec::new();
    let of = |account: &str| -> BTreeMap<Option<String>, &ServiceRecord> {
        let records = found
            .readings
            .iter()
            .filter(|((id, of, _), _)| id == account && *of == source);
        records
            .map(|((_, _, region), record)| (region.clone(), record))
            .collect()
    };
    let (before, after) = (of(&row.untouched), of(&row.struck));
    if before.keys().ne(after.keys()) {
        return vec![format!(
            "readings vanish: {:?} instead of {:?}",
            after.keys(),
            before.keys()
        )];
    }
    let expected = outcome(kind, source);
    let mut gaps = 0;
    for (region, record) in &after {
        let before = before[region];
        for fact in record.reading.facts() {
            let Some(gap) = fact.gap() else { continue };
            let was_gap = before
                .reading
                .facts()
                .iter()
                .any(|before| before.gap().is_some_and(|before| before.cause == gap.cause));
            if fact.source.operation.as_str() == operation {
                gaps += 1;
            }
            let is_expected = match expected {
                Outcome::Gap(cause, blocked_by) => gap.cause == cause && gap.blocked_by == blocked_by,
                Outcome::Unchanged => false,
                Outcome::EndlessIfPaged => gap.cause == GapCause::MalformedAnswer,
            };
            if !is_expected && !was_gap {
                problems.push(format!("{} {}: {gap:?}", fact.subject, fact.aspect));
            }
        }
        problems.extend(turned(before, record, operation));
        if expected == Outcome::Unchanged && neutral(before, &row.untouched) != neutral(record, &row.struck) {
            problems.push("the reading changed".to_owned());
        }
    }
    if !found.called.contains(&(row.untouched.clone(), operation.to_owned())) {
        problems.push("the operation is never called for this account, so that nothing is proven".to_owned());
    }
    if matches!(expected, Outcome::Gap(..)) && gaps == 0 {
        problems.push("no gap".to_owned());
    }
    problems
}

/// An operation whose answer spares the question of an aspect: there the aspect is derived, and asked for itself where the
/// answer is missing. S3 answers the status of a policy that is not there, and it is not public.
const SPARES: [(&str, &str); 1] = [("s3control.GetMultiRegionAccessPointPolicy", "policy status")];

/// An operation that leads to what is told further: what AWS's own keys are called leads to the keys.
const LEADS: [&str; 1] = ["kms.ListAliases"];

/// What was answered before and says something else now: present that became absent, or the reverse; and what is not told any
/// more, unless it stood in a list that was struck.
fn turned(before: &ServiceRecord, after: &ServiceRecord, operation: &str) -> Vec<String> {
    let states = |record: &ServiceRecord| -> BTreeMap<(String, &'static str), &'static str> {
        let facts = record.reading.facts();
        let told = facts.iter().map(|fact| {
            let state = match fact.state {
                SettingState::Present => "present",
                SettingState::Absent => "absent",
                SettingState::Gap(_) => "a gap",
            };
            (
                (fact.subject.replace(record.account.as_str(), "ACCOUNT"), fact.aspect),
                state,
            )
        });
        told.collect()
    };
    let struck_list = after.reading.facts().iter().any(|fact| {
        let is_list = fact.subject.is_empty() || before.reading.facts().iter().all(|each| each.subject != fact.subject);
        is_list && fact.gap().is_some() && fact.source.operation.as_str() == operation
    });
    let (before, after) = (states(before), states(after));
    let mut problems = Vec::new();
    for ((subject, aspect), was) in &before {
        match after.get(&(subject.clone(), *aspect)) {
            None if struck_list || LEADS.contains(&operation) => {}
            None => problems.push(format!("{subject} {aspect} is not told any more")),
            Some(&"a gap") => {}
            Some(is) if is == was || *was == "a gap" || SPARES.contains(&(operation, aspect)) => {}
            Some(is) => problems.push(format!("{subject} {aspect} was {was} and is {is}")),
        }
    }
    problems
}

#[test]
fn a_source_that_fails_altogether_costs_no_other_source_anything() {
    let originals = originals();
    let sources = sources_of_accounts();
    let calm = scan(originals.clone(), &sources).readings;
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.reach() != Reach::Referenced) {
        let own: BTreeSet<&str> = operations_of(*source).iter().map(|operation| operation.label).collect();
        let mut scenario = originals.clone();
        scenario.faults = own
            .iter()
            .map(|label| strike(label, FaultKind::Denied(Refuser::IdentityPolicy)))
            .collect();
        let struck = scan(scenario, &sources).readings;
        assert_eq!(
            calm.keys().collect::<Vec<_>>(),
            struck.keys().collect::<Vec<_>>(),
            "{source}"
        );
        for (key, record) in &struck {
            let shares = operations_of(key.1)
                .iter()
                .any(|operation| own.contains(operation.label));
            // What is referred to is known from other sources, so that it shrinks with them.
            if !shares && key.1.reach() != Reach::Referenced && plain(record) != plain(&calm[key]) {
                wrong.push(format!("{source} struck {key:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
