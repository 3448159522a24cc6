//! `s3attest doctor`: what each kind of refusal looks like, what it advises, and how it ends.

use std::collections::BTreeSet;

use s3attest_collect::operations_of;
use s3attest_model::services::{Reach, ServiceSource};
use s3attest_orgsim::scenario::{FaultKind, Refuser, Role};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{Finished, Program, Simulation, strike};
use serde_json::Value;

fn organization() -> Scenario {
    GeneratorOptions {
        accounts: 9,
        buckets_per_account: 3,
        regions: 2,
        seed: 5,
        company: "examined".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

fn doctor(simulation: &Simulation, arguments: &[&str], code: i32) -> Finished {
    simulation
        .signed(Program::new(["doctor"]))
        .argument("--config")
        .argument(simulation.configuration("[requests]\nanswer_timeout_seconds = 60\nattempts = 2\n"))
        .arguments(arguments)
        .run()
        .expect_code(code)
}

fn diagnosed(simulation: &Simulation, arguments: &[&str], code: i32) -> Value {
    let arguments: Vec<&str> = ["--json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&doctor(simulation, &arguments, code).stdout).expect("the diagnosis is JSON")
}

fn cell<'answer>(answer: &'answer Value, account: &str, column: &str) -> &'answer str {
    let accounts = answer["accounts"].as_array().expect("accounts");
    let found = accounts.iter().find(|each| each["account"] == account);
    found.expect("the account stands in the table")["cells"][column]
        .as_str()
        .unwrap_or("")
}

fn role(scenario: &mut Scenario, at: usize) -> &mut Role {
    roles(scenario)
        .nth(at)
        .expect("every account but the management account has the role")
}

/// The role of every account that has it. The management account is read with the caller's own credentials.
fn roles(scenario: &mut Scenario) -> impl Iterator<Item = &mut Role> {
    let roles = scenario.accounts.iter_mut().flat_map(|account| &mut account.roles);
    roles.filter(|role| role.name == "s3attest-read")
}

#[test]
fn where_everything_can_be_read_it_says_so_and_ends_well() {
    let simulation = Simulation::start(organization());
    let finished = doctor(&simulation, &[], 0);
    assert!(
        finished.stdout.contains("Nothing that is enabled was refused."),
        "{}",
        finished.stdout
    );
    assert!(
        !finished.stdout.contains('\u{1b}'),
        "no colours where there is no terminal"
    );
    let answer = diagnosed(&simulation, &[], 0);
    assert_eq!(answer["accounts"].as_array().map(Vec::len), Some(9));
    assert_eq!(answer["advice"]["statement"], Value::Null);
    for account in answer["accounts"].as_array().expect("accounts") {
        let cells = account["cells"].as_object().expect("cells");
        let columns = answer["columns"].as_array().expect("columns");
        assert_eq!(cells.len(), columns.len(), "{columns:?} {cells:?}");
    }
}

#[test]
fn one_bucket_of_each_account_is_asked_and_one_region() {
    let simulation = Simulation::start(organization());
    diagnosed(&simulation, &[], 0);
    let entries = simulation.world().ledger().entries();
    let buckets: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| Some((entry.account.clone()?, entry.bucket.clone()?)))
        .collect();
    let accounts: BTreeSet<_> = buckets.iter().map(|(account, _)| account.clone()).collect();
    assert_eq!(buckets.len(), accounts.len(), "{buckets:?}");
    // Keys and topics are asked about where they are.
    let referred_to: BTreeSet<&str> = ServiceSource::ALL
        .iter()
        .filter(|source| source.reach() == Reach::Referenced)
        .flat_map(|source| operations_of(*source))
        .filter_map(|operation| Some(operation.label.split_once('.')?.0))
        .collect();
    let regions: BTreeSet<_> = entries
        .iter()
        .filter(|entry| entry.bucket.is_none() && entry.service != "s3" && !referred_to.contains(entry.service))
        // Multi-Region Access Points are always asked about in us-west-2.
        .filter(|entry| !entry.operation.contains("MultiRegion"))
        .map(|entry| entry.region.clone())
        .collect();
    assert_eq!(regions, BTreeSet::from(["us-east-1".to_owned()]));
}

#[test]
fn a_region_that_a_service_control_policy_closes_shows_where_every_region_is_asked() {
    let mut scenario = organization();
    let account = scenario.accounts[3].id.clone();
    let closed = "eu-west-1".to_owned();
    assert!(scenario.regions.iter().any(|region| region.name == closed));
    let mut fault = strike(
        FaultKind::Denied(Refuser::ServiceControlPolicy),
        &account,
        "DescribeConfigurationRecorders",
    );
    fault.region = Some(closed.clone());
    scenario.faults.insert(0, fault);
    let simulation = Simulation::start(scenario);
    let one = diagnosed(&simulation, &[], 0);
    assert_eq!(cell(&one, &account, "config"), "allowed");
    assert_eq!(one["only_region"], "us-east-1");
    let every = diagnosed(&simulation, &["--every-region"], 5);
    assert_eq!(cell(&every, &account, "config"), "denied-by-service-control-policy");
    let refusals = every["refusals"].as_array().expect("refusals");
    let denied = refusals
        .iter()
        .find(|each| each["cause"] == "denied")
        .expect("a refusal");
    assert_eq!(denied["regions"], serde_json::json!([closed]));
    let text = doctor(&simulation, &["--every-region"], 5).stdout;
    assert!(
        text.contains(&format!("account {account}, in {closed}: access was denied")),
        "{text}"
    );
}

#[test]
fn each_kind_of_refusal_is_named_and_only_what_can_be_mended_is_advised() {
    let mut scenario = organization();
    let id = |scenario: &Scenario, at: usize| scenario.accounts[at].id.clone();
    // The first account is the management account, which has no role.
    role(&mut scenario, 0).allowed = vec!["s3:*".to_owned(), "account:*".to_owned(), "support:*".to_owned()];
    role(&mut scenario, 1).denied = vec!["s3:GetBucketAcl".to_owned()];
    let faults = [
        (
            3,
            FaultKind::Denied(Refuser::ServiceControlPolicy),
            "GetSubscriptionState",
        ),
        (4, FaultKind::Denied(Refuser::ResourcePolicy), "GetBucketPolicy"),
        (5, FaultKind::RoleDenied, "AssumeRole"),
        (6, FaultKind::Denied(Refuser::PermissionsBoundary), "GetBucketTagging"),
        (7, FaultKind::NotSubscribed, "GetSubscriptionState"),
        (8, FaultKind::Denied(Refuser::Unnamed), "GetBucketCors"),
    ];
    for (at, kind, operation) in faults {
        let account = id(&scenario, at);
        scenario.faults.insert(0, strike(kind, &account, operation));
    }
    let simulation = Simulation::start(scenario.clone());
    let answer = diagnosed(&simulation, &[], 5);
    let table = [
        (1, "shield", "denied-by-identity-policy"),
        (2, "bucket-settings", "denied-by-identity-policy"),
        (3, "shield", "denied-by-service-control-policy"),
        (4, "bucket-settings", "denied-by-resource-policy"),
        (5, "role", "no-session"),
        (5, "shield", ""),
        (6, "bucket-settings", "denied-by-boundary"),
        (7, "shield", "not-subscribed"),
        (8, "bucket-settings", "denied"),
        (8, "role", "allowed"),
    ];
    for (at, column, expected) in table {
        assert_eq!(
            cell(&answer, &id(&scenario, at), column),
            expected,
            "account {at}, {column}"
        );
    }
    let actions: BTreeSet<&str> = answer["advice"]["statement"]["Action"]
        .as_array()
        .expect("a statement")
        .iter()
        .map(|action| action.as_str().expect("an action"))
        .collect();
    assert!(actions.contains("shield:GetSubscriptionState"), "{actions:?}");
    assert!(actions.contains("s3:GetBucketTagging"), "{actions:?}");
    assert!(!actions.contains("s3:GetBucketAcl"), "a statement denies it");
    assert!(!actions.contains("s3:GetBucketPolicy"), "the bucket's policy denies it");
    assert_eq!(answer["advice"]["boundary"], serde_json::json!(["s3:GetBucketTagging"]));
    assert_eq!(answer["advice"]["perhaps"], serde_json::json!(["s3:GetBucketCORS"]));
    let beyond: BTreeSet<&str> = answer["advice"]["beyond"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|each| each["operation"].as_str().expect("an operation"))
        .collect();
    let expected = [
        "s3.GetBucketAcl",
        "s3.GetBucketPolicy",
        "shield.GetSubscriptionState",
        "sts.AssumeRole",
    ];
    assert!(beyond.is_superset(&BTreeSet::from(expected)), "{beyond:?}");

    let text = doctor(&simulation, &[], 5).stdout;
    for words in [
        "IAM  denied by an identity policy",
        "SCP  denied by a service control policy",
        "RES  denied by a resource-based policy",
        "ROLE  the account cannot be entered",
        "What to add to the role's policy",
        "with an explicit deny in a service control policy",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_advised_statement_is_enough() {
    let mut scenario = organization();
    let lacking = vec!["s3:List*".to_owned(), "account:*".to_owned()];
    for role in roles(&mut scenario) {
        role.allowed.clone_from(&lacking);
    }
    for _ in 0..8 {
        let simulation = Simulation::start(scenario.clone());
        let finished = simulation
            .signed(Program::new(["doctor", "--json"]))
            .argument("--config")
            .argument(simulation.configuration(""))
            .run();
        let answer: Value = serde_json::from_str(&finished.stdout).expect("JSON");
        if finished.code == Some(0) {
            return;
        }
        // What can only be asked once something else was answered comes to light one step later.
        let more: Vec<String> = answer["advice"]["statement"]["Action"]
            .as_array()
            .unwrap_or_else(|| panic!("there is nothing to add: {answer:#}"))
            .iter()
            .map(|action| action.as_str().expect("an action").to_owned())
            .collect();
        for role in roles(&mut scenario) {
            role.allowed.extend(more.iter().cloned());
        }
    }
    panic!("the advice did not lead to its end");
}

#[test]
fn a_sample_asks_some_accounts_and_always_the_management_account() {
    let scenario = organization();
    let management = scenario
        .organization
        .as_ref()
        .expect("an organization")
        .management_account
        .clone();
    let simulation = Simulation::start(scenario);
    let answer = diagnosed(&simulation, &["--sample", "3"], 0);
    let asked: Vec<&str> = answer["accounts"]
        .as_array()
        .expect("accounts")
        .iter()
        .map(|account| account["account"].as_str().expect("an id"))
        .collect();
    assert_eq!(asked.len(), 3);
    assert!(asked.contains(&management.as_str()), "{asked:?}");
    assert_eq!(answer["accounts_selected"], 9);
}
