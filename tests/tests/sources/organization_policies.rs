//! AWS Organizations: the tree, the policies with their targets, and who administers what.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_collect::Wishes;
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Fault, FaultKind, Organization};
use s3attest_tests::{Peer, Simulation, peer};
use serde_json::{Map, Value, json};

use crate::harness;

/// What the organization's file of a run says, without the sources of its evidence.
fn read(simulation: &Simulation) -> Value {
    let sources = BTreeSet::from([ServiceSource::OrganizationPolicies]);
    harness::read_run(simulation, &sources, Wishes::default(), |run| {
        let mut said = json!({"branches": {}, "ancestors": {}, "policies": {}});
        let records = run.organization().expect("the file can be read").expect("it is there");
        for record in records {
            let record = record.expect("a record");
            let written = harness::strip(serde_json::to_value(&record).expect("a plain record"));
            let (_, value) = written.as_object().expect("tagged").iter().next().expect("one tag");
            match &record {
                OrganizationRecord::Organization(_) | OrganizationRecord::AccountListing(_) => {}
                OrganizationRecord::Roots(_) => said["roots"] = value.clone(),
                OrganizationRecord::Branch(branch) => {
                    said["branches"][&branch.id] = json!({"path": value["path"], "units": value["units"]});
                }
                OrganizationRecord::Account(account) => {
                    said["ancestors"][account.id.as_str()] = value["ancestors"].clone();
                }
                OrganizationRecord::Reading(_) => {
                    let head = &value["organization-policies"];
                    said["lists"] = head["lists"].clone();
                    said["delegated_administrators"] = head["delegated_administrators"].clone();
                }
                OrganizationRecord::Policy(policy) => said["policies"][&policy.id] = value.clone(),
            }
        }
        said
    })
}

const TYPES: [&str; 3] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"];

fn sorted(mut values: Vec<Value>, key: &str) -> Vec<Value> {
    values.sort_by_key(|value| value[key].as_str().unwrap_or_default().to_owned());
    values
}

fn truth(scenario: &Scenario) -> Value {
    let organization = scenario.organization.as_ref().expect("an organization");
    let mut branches = Map::new();
    let nodes = std::iter::once(None).chain(organization.units.iter().map(Some));
    for node in nodes {
        let below = organization
            .units
            .iter()
            .filter(|unit| unit.parent.as_ref() == node.map(|node| &node.id));
        let below = below.map(|unit| json!({"id": unit.id, "name": unit.name})).collect();
        let id = node.map_or(&organization.root_id, |unit| &unit.id);
        let names = node.map(|unit| {
            way(organization, &unit.id)
                .iter()
                .map(|at| at.1)
                .collect::<Vec<_>>()
                .join("/")
        });
        branches.insert(
            id.clone(),
            json!({"path": format!("/{}", names.unwrap_or_default()), "units": sorted(below, "id")}),
        );
    }
    let ancestors: Map<String, Value> = scenario
        .accounts
        .iter()
        .map(|account| {
            let mut ids = vec![organization.root_id.as_str()];
            ids.extend(
                account
                    .unit
                    .iter()
                    .flat_map(|unit| way(organization, unit))
                    .map(|at| at.0),
            );
            (account.id.clone(), json!(ids))
        })
        .collect();
    json!({
        "roots": [{
            "id": organization.root_id,
            "policy_types": organization
                .policy_types
                .iter()
                .map(|kind| json!({"policy_type": kind, "status": "ENABLED"}))
                .collect::<Vec<_>>(),
        }],
        "branches": branches,
        "ancestors": ancestors,
        "lists": TYPES.map(|kind| {
            let of_kind = organization.policies.iter().filter(|policy| policy.kind == kind);
            let ids: BTreeSet<&str> = of_kind.map(|policy| policy.id.as_str()).collect();
            let is_enabled = organization.policy_types.iter().any(|enabled| enabled == kind);
            json!({"policy_type": kind, "policies": if is_enabled { json!(ids) } else { Value::Null }})
        }),
        "policies": policies(scenario, organization),
        "delegated_administrators": administrators(organization),
    })
}

/// Ids and names of the units from below the root down to a unit.
fn way<'organization>(
    organization: &'organization Organization,
    unit: &str,
) -> Vec<(&'organization str, &'organization str)> {
    let found = organization.units.iter().find(|each| each.id == unit).expect("a unit");
    let mut way = found
        .parent
        .as_ref()
        .map_or_else(Vec::new, |parent| way(organization, parent));
    way.push((&found.id, &found.name));
    way
}

fn policies(scenario: &Scenario, organization: &Organization) -> Value {
    let partition = &scenario.partition;
    let (id, management) = (&organization.id, &organization.management_account);
    let enabled = organization
        .policies
        .iter()
        .filter(|policy| organization.policy_types.contains(&policy.kind));
    let policies: Map<String, Value> = enabled
        .map(|policy| {
            let targets = policy.targets.iter().map(|target| {
                let kind = match target.get(..2) {
                    Some("r-") => "ROOT",
                    Some("ou") => "ORGANIZATIONAL_UNIT",
                    _ => "ACCOUNT",
                };
                json!({"id": target, "kind": kind})
            });
            let kind = policy.kind.to_lowercase();
            let arn = if policy.is_made_by_aws {
                format!("arn:{partition}:organizations::aws:policy/{kind}/{}", policy.id)
            } else {
                format!(
                    "arn:{partition}:organizations::{management}:policy/{id}/{kind}/{}",
                    policy.id
                )
            };
            let value = json!({
                "id": policy.id,
                "arn": arn,
                "name": policy.name,
                "policy_type": policy.kind,
                "is_made_by_aws": policy.is_made_by_aws,
                "content": policy.content,
                "targets": sorted(targets.collect(), "id"),
            });
            (policy.id.clone(), value)
        })
        .collect();
    Value::Object(policies)
}

fn administrators(organization: &Organization) -> Value {
    let mut services: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for each in &organization.delegations {
        let service = json!({"principal": each.service, "since": each.enabled_at});
        services.entry(&each.account).or_default().push(service);
    }
    let administrators = services
        .into_iter()
        .map(|(account, services)| json!({"account": account, "services": sorted(services, "principal")}));
    Value::Array(administrators.collect())
}

#[test]
fn the_organizations_file_says_what_the_scenario_says_and_what_boto3_reads() {
    let simulation = Simulation::start(harness::organization());
    let seen = read(&simulation);
    let expected = truth(simulation.world().scenario());
    for (part, expected) in expected.as_object().expect("parts") {
        assert_eq!(*expected, seen[part], "{part}: the scenario says otherwise");
    }
    let Some(python) = peer(Peer::Python) else { return };
    let caller = simulation.world().scenario().caller_account.clone();
    let key = (ServiceSource::OrganizationPolicies, caller, None);
    let read = harness::boto3(&python, &simulation, std::iter::once(&key));
    for (part, expected) in read[&key].as_object().expect("parts") {
        assert_eq!(*expected, seen[part], "{part}: boto3 reads otherwise");
    }
}

#[test]
fn no_policies_are_asked_for_of_a_type_that_is_not_enabled() {
    let mut scenario = harness::organization();
    let organization = scenario.organization.as_mut().expect("an organization");
    organization.policy_types = vec!["SERVICE_CONTROL_POLICY".to_owned()];
    let simulation = Simulation::start(scenario);
    let seen = read(&simulation);
    let expected = truth(simulation.world().scenario());
    assert_eq!(expected["lists"], seen["lists"]);
    assert_eq!(expected["policies"], seen["policies"]);
    let pages = simulation
        .world()
        .ledger()
        .entries()
        .iter()
        .filter(|entry| entry.operation == "ListPolicies")
        .count();
    assert_eq!(pages, 2, "the service control policies alone, on two pages");
}

#[test]
fn a_member_account_may_not_ask_and_says_so() {
    let mut scenario = harness::organization();
    let member = &scenario.accounts[3];
    scenario.caller_account = member.id.clone();
    let seen = read(&Simulation::start(scenario));
    let denied = json!({"gap": "denied"});
    assert_eq!(seen["roots"], denied);
    assert_eq!(seen["delegated_administrators"], denied);
    assert_eq!(
        seen["lists"],
        json!(TYPES.map(|kind| json!({"policy_type": kind, "policies": denied})))
    );
}

#[test]
fn without_an_organization_there_is_nothing_to_read() {
    let mut scenario = harness::organization();
    scenario.organization = None;
    for account in &mut scenario.accounts {
        account.unit = None;
    }
    let seen = read(&Simulation::start(scenario));
    assert_eq!(seen["roots"], Value::Null);
    assert_eq!(seen["delegated_administrators"], Value::Null);
    assert_eq!(
        seen["lists"],
        json!(TYPES.map(|kind| json!({"policy_type": kind, "policies": null})))
    );
}

#[test]
fn one_policy_that_cannot_be_read_costs_no_other_one_anything() {
    let mut scenario = harness::organization();
    for (operation, kind) in [
        ("DescribePolicy", FaultKind::InternalError),
        ("ListTargetsForPolicy", FaultKind::EndlessPages),
        ("ListDelegatedServicesForAccount", FaultKind::Throttled),
    ] {
        scenario.faults.push(Fault {
            operation: Some(operation.to_owned()),
            // The only page of a list, and the same page once more.
            times: Some(if kind == FaultKind::EndlessPages { 2 } else { 1 }),
            ..Fault::everywhere(kind)
        });
    }
    let simulation = Simulation::start(scenario);
    let seen = read(&simulation);
    let expected = truth(simulation.world().scenario());
    let mut gaps = Vec::new();
    for (id, policy) in seen["policies"].as_object().expect("policies") {
        for part in ["content", "targets"] {
            if policy[part].get("gap").is_some() {
                gaps.push((part, policy[part].clone()));
            } else {
                assert_eq!(policy[part], expected["policies"][id][part]);
            }
        }
    }
    let expected = [
        ("content", json!({"gap": "service-error"})),
        ("targets", json!({"gap": "malformed-answer"})),
    ];
    assert_eq!(gaps, expected);
    let administrators = seen["delegated_administrators"].as_array().expect("administrators");
    let throttled = administrators
        .iter()
        .filter(|each| each["services"] == json!({"gap": "throttled"}));
    assert_eq!((administrators.len(), throttled.count()), (2, 1));
}
