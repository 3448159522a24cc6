//! Trusted Advisor.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use s3attest_collect::{RefreshPace, Wishes};
use s3attest_model::services::{Facts, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, Refuser, TrustedAdvisorCheck};
use s3attest_tests::Simulation;
use serde_json::{Map, Value, json};

use crate::harness::{organization, plain, read};

const LIST: &str = include_str!("../../../config/trusted-advisor-checks.toml");

/// The project's list as it stands in its file.
fn list() -> Vec<toml::Table> {
    let list: toml::Table = toml::from_str(LIST).expect("the list is TOML");
    let entries = list["check"].as_array().expect("a list of checks").iter();
    entries
        .map(|entry| entry.as_table().expect("each is a table").clone())
        .collect()
}

pub(crate) fn truth(_: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let advisor = &account.services.trusted_advisor;
    if !advisor.has_plan {
        return json!({"checks": {"gap": "no-support-plan"}});
    }
    let mut checks = BTreeMap::new();
    for entry in list() {
        let id = entry["id"].as_str().expect("an id");
        let offered = advisor.checks.iter().find(|check| check.id == id);
        if offered.is_none() && entry.contains_key("withdrawn") {
            continue;
        }
        let mut check = Map::new();
        for member in ["id", "title", "bearing", "security_hub_control"] {
            if let Some(value) = entry.get(member) {
                check.insert(member.to_owned(), json!(value.as_str()));
            }
        }
        check.insert("result".to_owned(), Value::Null);
        if let Some(offered) = offered {
            check.insert("offer".to_owned(), offer(offered));
            check.insert(
                "result".to_owned(),
                result(offered, entry.contains_key("names_buckets")),
            );
        }
        checks.insert(id.to_owned(), Value::Object(check));
    }
    // What the simulated catalogue tells in its descriptions, in whatever spelling.
    for (id, control) in [("Hs4Ma3G301", "S3.9"), ("Hs4Ma3G302", "S3.20")] {
        if let Some(offered) = advisor.checks.iter().find(|check| check.id == id) {
            checks.insert(
                id.to_owned(),
                json!({
                    "id": id,
                    "title": offered.name,
                    "bearing": "s3",
                    "security_hub_control": control,
                    "offer": offer(offered),
                    "result": result(offered, false),
                }),
            );
        }
    }
    json!({"checks": checks.into_values().collect::<Vec<_>>()})
}

fn offer(check: &TrustedAdvisorCheck) -> Value {
    json!({"name": check.name, "category": check.category, "headings": check.headings})
}

fn result(check: &TrustedAdvisorCheck, names_buckets: bool) -> Value {
    let [processed, flagged, ignored, suppressed] = check.summary;
    let resources = check.resources.iter().map(|resource| {
        let mut columns = Map::new();
        for (heading, value) in check.headings.iter().zip(&resource.values) {
            columns.insert(heading.clone(), json!(value.text()));
        }
        for heading in check.headings.iter().skip(resource.values.len()) {
            columns.insert(heading.clone(), Value::Null);
        }
        for (at, value) in resource.values.iter().enumerate().skip(check.headings.len()) {
            columns.insert(format!("column {}", at + 1), json!(value.text()));
        }
        let of = |heading: &str| columns.get(heading).and_then(Value::as_str);
        let of_arn = || of("Resource").and_then(|arn| arn.strip_prefix("arn:aws:s3:::"));
        let bare = || of("Resource").filter(|resource| names_buckets && !resource.contains(':'));
        let bucket = of("Bucket Name").or_else(of_arn).or_else(bare).map(str::to_owned);
        let mut shown = json!({
            "id": resource.id,
            "status": resource.status,
            "is_suppressed": resource.is_suppressed,
            "columns": columns,
        });
        if let Some(region) = &resource.region {
            shown["region"] = json!(region);
        }
        if let Some(bucket) = bucket {
            shown["bucket"] = json!(bucket);
        }
        shown
    });
    json!({
        "status": check.status,
        "refreshed_at": check.refreshed_at,
        "summary": {"processed": processed, "flagged": flagged, "ignored": ignored, "suppressed": suppressed},
        "resources": resources.collect::<Vec<_>>(),
    })
}

fn wishes(looks: u32) -> Wishes {
    Wishes {
        refresh_trusted_advisor: true,
        refresh_pace: RefreshPace {
            every: Duration::from_millis(1),
            looks,
        },
    }
}

fn only() -> BTreeSet<ServiceSource> {
    BTreeSet::from([ServiceSource::TrustedAdvisor])
}

/// The checks of the first account with a plan, by id, read with a wish for fresh answers.
fn refreshed(looks: u32) -> (Simulation, BTreeMap<String, Value>) {
    let simulation = Simulation::start(organization());
    let records = read(&simulation, &only(), wishes(looks));
    let record = records
        .iter()
        .find(|record| plain(record)["checks"].is_array())
        .expect("an account with a plan");
    let checks = plain(record)["checks"].as_array().expect("a list").clone();
    let by_id = checks
        .into_iter()
        .map(|check| (check["id"].as_str().expect("an id").to_owned(), check));
    (simulation, by_id.collect())
}

#[test]
fn a_refresh_is_asked_for_where_it_may_be_and_waited_for_until_it_ends() {
    let (simulation, checks) = refreshed(20);
    let status = |status: &str, until: i64| json!({"status": status, "milliseconds_until_refreshable": until});
    let next = 3_599_992;
    // It may be refreshed, and is; the result is the new one.
    let permissions = &checks["Pfx0RwqBli"];
    assert_eq!(
        permissions["refresh"],
        json!({"asked": {"before": status("none", 0), "request": status("enqueued", next), "after": status("success", next)}})
    );
    if permissions["result"]["status"] != "not_available" {
        assert_eq!(permissions["result"]["refreshed_at"], "2026-11-21T09:30:00Z");
    }
    // Given up by Trusted Advisor.
    assert_eq!(
        checks["c1fd6b96l4"]["refresh"]["asked"]["after"],
        status("abandoned", next)
    );
    // Not yet: it is left alone.
    assert_eq!(
        checks["R365s2Qddf"]["refresh"],
        json!({"asked": {"before": status("none", 1_260_000)}})
    );
    // It never ends: the reading says where it stood.
    assert_eq!(
        checks["c1ng44jvbm"]["refresh"]["asked"]["after"],
        status("processing", next)
    );
    // Known to be refreshed by itself, found out to be, and not offered.
    assert_eq!(checks["c18d2gz119"]["refresh"], "automatic");
    if let Some(analyzer) = checks.get("07602fcad6").filter(|check| !check["offer"].is_null()) {
        assert_eq!(analyzer["refresh"], json!({"asked": {"before": null}}));
    }
    assert_eq!(checks["Hs4Ma3G301"]["refresh"], "automatic");
    assert!(
        checks["c2vlfg0f4h"]["refresh"].is_null(),
        "what is not offered is not refreshed"
    );

    let ledger = simulation.world().ledger();
    let with_plan = simulation
        .world()
        .scenario()
        .accounts
        .iter()
        .filter(|account| account.services.trusted_advisor.has_plan)
        .count();
    let asked = ledger.calls("support", "RefreshTrustedAdvisorCheck");
    assert_eq!(
        asked,
        u64::try_from(4 * with_plan).expect("few"),
        "four checks may be refreshed now"
    );
}

#[test]
fn waiting_for_a_refresh_ends_and_says_where_it_stood() {
    let (_, checks) = refreshed(1);
    for id in ["Pfx0RwqBli", "c1fd6b96l4", "c1ng44jvbm"] {
        assert_eq!(checks[id]["refresh"]["asked"]["after"]["status"], "enqueued", "{id}");
        assert_ne!(checks[id]["result"]["refreshed_at"], "2026-11-21T09:30:00Z", "{id}");
    }
}

#[test]
fn nothing_is_refreshed_unless_somebody_wishes_it() {
    let simulation = Simulation::start(organization());
    let records = read(&simulation, &only(), Wishes::default());
    assert!(!records.is_empty());
    let ledger = simulation.world().ledger();
    for operation in [
        "RefreshTrustedAdvisorCheck",
        "DescribeTrustedAdvisorCheckRefreshStatuses",
    ] {
        assert_eq!(ledger.calls("support", operation), 0, "{operation}");
    }
    // Without a plan one call finds that out.
    let scenario = simulation.world().scenario();
    for account in &scenario.accounts {
        let calls = ledger
            .entries()
            .into_iter()
            .filter(|entry| entry.service == "support" && entry.account.as_deref() == Some(account.id.as_str()))
            .count();
        if !account.services.trusted_advisor.has_plan {
            assert!(calls <= 1, "{}: {calls}", account.id);
        }
    }
}

#[test]
fn a_result_that_is_refused_is_a_gap_of_its_own_and_a_refused_list_is_one_gap() {
    for (operation, gaps_of_a_plan) in [
        ("DescribeTrustedAdvisorCheckResult", None),
        ("DescribeTrustedAdvisorChecks", Some(1)),
    ] {
        let mut scenario = organization();
        scenario.faults = vec![Fault {
            operation: Some(operation.to_owned()),
            ..Fault::everywhere(FaultKind::Denied(Refuser::ServiceControlPolicy))
        }];
        let simulation = Simulation::start(scenario);
        let mut with_plan = 0;
        for record in read(&simulation, &only(), Wishes::default()) {
            let scenario = simulation.world().scenario();
            let account = scenario
                .accounts
                .iter()
                .find(|account| account.id == record.account.to_string());
            if !account
                .expect("it is in the scenario")
                .services
                .trusted_advisor
                .has_plan
            {
                continue;
            }
            with_plan += 1;
            let facts = record.reading.facts();
            let gaps = facts.iter().filter(|fact| fact.gap().is_some()).count();
            let offered = plain(&record)["checks"].as_array().map_or(0, |checks| {
                checks.iter().filter(|check| !check["offer"].is_null()).count()
            });
            assert_eq!(gaps, gaps_of_a_plan.unwrap_or(offered), "{operation}");
            assert!(gaps > 0);
        }
        assert!(with_plan > 0);
    }
}
