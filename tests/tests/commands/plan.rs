//! `s3attest plan`: it asks for nothing but what a scan begins with, and a scan then makes the calls that it announced.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_orgsim::scenario::{FaultKind, Refuser};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_snapshot::Run;
use s3attest_tests::{Finished, Program, Simulation, strike};
use serde_json::Value;

fn options() -> GeneratorOptions {
    GeneratorOptions {
        accounts: 9,
        buckets_per_account: 6,
        regions: 3,
        seed: 11,
        company: "planned".to_owned(),
        ..GeneratorOptions::default()
    }
}

fn plan(simulation: &Simulation, arguments: &[&str]) -> Finished {
    simulation
        .signed(Program::new(["plan"]))
        .argument("--config")
        .argument(simulation.configuration("[requests]\nanswer_timeout_seconds = 60\n"))
        .arguments(arguments)
        .run()
        .expect_code(0)
}

fn planned(simulation: &Simulation, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["--json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&plan(simulation, &arguments).stdout).expect("the plan is JSON")
}

/// The calls by operation, and the operations whose number rests on an assumption.
fn estimated(plan: &Value) -> (BTreeMap<String, u64>, BTreeSet<String>) {
    let mut calls: BTreeMap<String, u64> = BTreeMap::new();
    let mut assumed = BTreeSet::new();
    let sources = plan["estimate"]["sources"].as_array().expect("sources");
    for operation in sources
        .iter()
        .flat_map(|source| source["operations"].as_array().expect("operations"))
    {
        let label = operation["operation"].as_str().expect("a label").to_owned();
        *calls.entry(label.clone()).or_default() += operation["calls"].as_u64().expect("a number");
        if operation["certainty"] == "assumed" {
            assumed.insert(label);
        }
    }
    (calls, assumed)
}

/// The organization with an account that cannot be entered.
fn with_a_closed_door() -> Scenario {
    let mut scenario = options().generate();
    let closed = scenario.accounts[4].id.clone();
    scenario
        .faults
        .push(strike(FaultKind::RoleDenied, &closed, "AssumeRole"));
    scenario
}

fn hold_against_a_scan(scenario: &Scenario, arguments: &[&str]) {
    let simulation = Simulation::start(scenario.clone());
    let answer = planned(&simulation, arguments);
    let called: BTreeSet<String> = simulation
        .world()
        .ledger()
        .counts()
        .iter()
        .map(|count| format!("{}.{}", count.service, count.operation))
        .collect();
    for label in &called {
        let begins = label.starts_with("organizations.")
            || [
                "sts.GetCallerIdentity",
                "sts.AssumeRole",
                "account.ListRegions",
                "s3.ListBuckets",
            ]
            .contains(&label.as_str());
        assert!(begins, "a plan called {label}");
    }

    let directory = tempfile::tempdir().expect("a temporary directory");
    let place = directory.path().join("run");
    let simulation = Simulation::start(scenario.clone());
    simulation.scan(&place).arguments(arguments).run().expect_code(0);
    let sessions = Run::open(&place).expect("a run").sessions().expect("sessions");
    let made: BTreeMap<String, u64> = sessions[0]
        .ledger
        .entries
        .iter()
        .map(|entry| (entry.operation.to_string(), entry.calls))
        .collect();
    let (calls, assumed) = estimated(&answer);
    let undeclared: Vec<_> = made.keys().filter(|label| !calls.contains_key(*label)).collect();
    assert!(undeclared.is_empty(), "the plan does not know of {undeclared:?}");
    let mut wrong = Vec::new();
    for (label, count) in &calls {
        let made = made.get(label).copied().unwrap_or(0);
        if made != *count && !assumed.contains(label) {
            wrong.push(format!("{label}: {count} were announced as certain, {made} were made"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_scan_makes_the_calls_that_the_plan_is_sure_of() {
    hold_against_a_scan(&with_a_closed_door(), &[]);
    hold_against_a_scan(&options().generate(), &["--only-needed"]);
}

#[test]
fn an_account_that_cannot_be_entered_is_unknown_and_not_nothing() {
    let scenario = with_a_closed_door();
    let closed = &scenario.accounts[4];
    let simulation = Simulation::start(scenario.clone());
    let answer = planned(&simulation, &[]);
    let unknown = answer["unknown"].as_array().expect("a list");
    let named: Vec<&Value> = unknown.iter().filter(|each| each["account"] == *closed.id).collect();
    assert_eq!(named.len(), 1, "{unknown:?}");
    assert!(
        named[0]["why"]
            .as_str()
            .is_some_and(|why| why.contains("not authorized")),
        "{named:?}"
    );
    assert_eq!(
        answer["accounts_entered"],
        answer["accounts_selected"].as_u64().expect("a number") - 1
    );
    let text = plan(&simulation, &[]).stdout;
    assert!(text.contains(&format!("- {}", closed.id)), "{text}");
    assert!(text.contains("about at least"), "{text}");
    assert!(text.contains("The calls that made this estimate"), "{text}");
}

#[test]
fn a_list_of_buckets_that_is_refused_is_unknown_too() {
    let mut scenario = options().generate();
    let silent = scenario.accounts[2].id.clone();
    let refused = FaultKind::Denied(Refuser::ServiceControlPolicy);
    scenario.faults.push(strike(refused, &silent, "ListBuckets"));
    let simulation = Simulation::start(scenario);
    let answer = planned(&simulation, &[]);
    let unknown = answer["unknown"].as_array().expect("a list");
    assert!(
        unknown.iter().any(
            |each| each["account"] == *silent && each["what"].as_str().is_some_and(|what| what.contains("buckets"))
        ),
        "{unknown:?}"
    );
}

#[test]
fn what_is_left_out_is_not_counted() {
    let simulation = Simulation::start(options().generate());
    let all = planned(&simulation, &[]);
    let less = planned(&simulation, &["--without", "shield"]);
    let sources = |plan: &Value| -> BTreeSet<String> {
        let sources = plan["estimate"]["sources"].as_array().expect("sources");
        sources.iter().map(|source| source["source"].to_string()).collect()
    };
    let gone: Vec<String> = sources(&all).difference(&sources(&less)).cloned().collect();
    assert_eq!(gone, ["\"shield\""]);
}
