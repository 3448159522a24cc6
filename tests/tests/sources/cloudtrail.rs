//! CloudTrail.

use jiff::Timestamp;
use s3attest_collect::Wishes;
use s3attest_model::services::{Facts, Reading, ServiceRecord, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, Refuser, Region, RegionStatus, Trail, TrailSelectors};
use s3attest_tests::Simulation;
use serde_json::{Map, Value, json};

use crate::harness::{organization, plain, read};

pub(crate) fn truth(scenario: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("CloudTrail is read in each region");
    let management = &scenario
        .organization
        .as_ref()
        .expect("an organization")
        .management_account;
    let mut trails = Vec::new();
    for owner in &scenario.accounts {
        for trail in &owner.services.cloudtrail.trails {
            let is_own = owner.id == account.id;
            let reaches = is_own || (trail.is_organization_trail && owner.id == *management);
            if reaches && (trail.is_multi_region || trail.region == region) {
                trails.push(shown(scenario, owner, account, trail, region));
            }
        }
    }
    trails.sort_by_key(|trail| trail["arn"].as_str().expect("an ARN").to_owned());
    json!({"trails": trails})
}

fn shown(scenario: &Scenario, owner: &Account, viewer: &Account, trail: &Trail, region: &str) -> Value {
    let is_own = owner.id == viewer.id;
    let is_delegated = scenario
        .organization
        .as_ref()
        .is_some_and(|organization| organization.delegated_administrators.contains(&viewer.id));
    let details = if trail.region != region {
        json!({"view": "shadow"})
    } else if is_own {
        json!({
            "view": "home",
            "status": status(trail),
            "event_selectors": selectors(trail),
            "insight_selectors": insights(trail),
        })
    } else {
        let told = if is_delegated { selectors(trail) } else { Value::Null };
        json!({"view": "organization", "owner": owner.id, "status": status(trail), "event_selectors": told})
    };
    without_null(json!({
        "arn": format!("arn:{}:cloudtrail:{}:{}:trail/{}", scenario.partition, trail.region, owner.id, trail.name),
        "name": trail.name,
        "home_region": trail.region,
        "is_multi_region": trail.is_multi_region,
        "is_organization_trail": trail.is_organization_trail,
        "bucket": trail.bucket,
        "prefix": trail.prefix,
        "validates_log_files": trail.validates_log_files,
        "kms_key": trail.kms_key,
        "log_group_arn": trail.log_group_arn,
        "log_group_role_arn": trail.log_group_role_arn,
        "topic_arn": trail.topic_arn,
        "logs_global_services": trail.logs_global_services,
        "has_custom_event_selectors": trail.selectors.is_some(),
        "has_insight_selectors": !trail.insights.is_empty(),
        "details": details,
    }))
}

fn status(trail: &Trail) -> Value {
    let status = &trail.status;
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let only = |is_made: bool| if is_made { time(status.delivered_at) } else { None };
    without_null(json!({
        "is_logging": status.is_logging,
        "started_logging_at": time(status.started_at),
        "stopped_logging_at": time(status.stopped_at),
        "delivered_at": time(status.delivered_at),
        "delivery_error": status.delivery_error,
        "digest_delivered_at": only(trail.validates_log_files),
        "digest_delivery_error": status.digest_error,
        "log_group_delivered_at": only(trail.log_group_arn.is_some()),
        "log_group_delivery_error": status.log_group_error,
        "notified_at": only(trail.topic_arn.is_some()),
        "notification_error": status.notification_error,
    }))
}

fn selectors(trail: &Trail) -> Value {
    match &trail.selectors {
        None => json!({"basic": [{"read_write_type": "All", "includes_management_events": true}]}),
        Some(TrailSelectors::Basic(selectors)) => {
            let selectors = selectors.iter().map(|each| {
                let resources = each.data_resources.iter();
                let resources: Vec<_> = resources
                    .map(|(kind, values)| json!({"resource_type": kind, "values": values}))
                    .collect();
                without_empty(json!({
                    "read_write_type": each.read_write_type,
                    "includes_management_events": each.includes_management_events,
                    "excluded_management_event_sources": each.excluded_sources,
                    "data_resources": resources,
                }))
            });
            json!({"basic": selectors.collect::<Vec<_>>()})
        }
        Some(TrailSelectors::Advanced(selectors)) => {
            let selectors = selectors.iter().map(|each| {
                let fields = each.fields.iter().map(|each| {
                    let mut field = Map::from_iter([("field".to_owned(), json!(each.field))]);
                    for (operator, values) in &each.conditions {
                        field.insert(written(operator).to_owned(), json!(values));
                    }
                    Value::Object(field)
                });
                without_null(json!({"name": each.name, "fields": fields.collect::<Vec<_>>()}))
            });
            json!({"advanced": selectors.collect::<Vec<_>>()})
        }
    }
}

fn written(operator: &str) -> &'static str {
    match operator {
        "Equals" => "equals",
        "StartsWith" => "starts_with",
        "EndsWith" => "ends_with",
        "NotEquals" => "not_equals",
        "NotStartsWith" => "not_starts_with",
        "NotEndsWith" => "not_ends_with",
        other => panic!("no operator of CloudTrail: {other}"),
    }
}

fn insights(trail: &Trail) -> Value {
    if trail.insights.is_empty() {
        return Value::Null;
    }
    let selectors = trail
        .insights
        .iter()
        .map(|each| without_empty(json!({"insight_type": each.kind, "event_categories": each.categories})));
    selectors.collect()
}

/// The members that say something.
fn without_null(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn without_empty(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    members.into_iter().filter(|(_, value)| *value != json!([])).collect()
}

fn read_trails(scenario: Scenario) -> Vec<ServiceRecord> {
    let simulation = Simulation::start(scenario);
    read(&simulation, &[ServiceSource::CloudTrail].into(), Wishes::default())
}

/// What the records of an account say of the organization's trail in its home region.
fn seen_by(records: &[ServiceRecord], account: &str) -> Value {
    let details = records
        .iter()
        .filter(|record| record.account.as_str() == account)
        .filter_map(|record| {
            let said = plain(record);
            let trails = said["trails"].as_array()?.clone();
            trails.into_iter().find(|trail| trail["name"] == "organization-trail")
        })
        .map(|trail| trail["details"].clone())
        .filter(|details| details["view"] != "shadow");
    let details: Vec<_> = details.collect();
    assert_eq!(details.len(), 1, "a trail is asked about once");
    details[0].clone()
}

#[test]
fn a_delegated_administrator_is_told_what_the_organizations_trail_logs_and_a_member_is_not() {
    let mut scenario = organization();
    let (security, network) = (scenario.accounts[2].id.clone(), scenario.accounts[3].id.clone());
    let organization = scenario.organization.as_mut().expect("an organization");
    organization.delegated_administrators.push(security.clone());
    let records = read_trails(scenario);
    let told = seen_by(&records, &security);
    assert_eq!(told["view"], "organization");
    assert_eq!(told["event_selectors"]["advanced"][0]["name"], "Management events");
    let untold = seen_by(&records, &network);
    assert_eq!(untold["event_selectors"], Value::Null);
    assert_eq!(untold["status"]["is_logging"], true);
}

#[test]
fn a_refused_detail_is_a_gap_of_its_own_and_takes_nothing_along() {
    let mut scenario = organization();
    let management = scenario.accounts[0].id.clone();
    for operation in ["GetEventSelectors", "GetInsightSelectors"] {
        scenario.faults.push(Fault {
            service: Some("cloudtrail".to_owned()),
            operation: Some(operation.to_owned()),
            ..Fault::everywhere(FaultKind::Denied(Refuser::ServiceControlPolicy))
        });
    }
    let records = read_trails(scenario);
    let details = seen_by(&records, &management);
    assert_eq!(details["event_selectors"], json!({"gap": "denied"}));
    assert_eq!(details["insight_selectors"], json!({"gap": "denied"}));
    assert_eq!(details["status"]["is_logging"], true);
    for record in &records {
        let Reading::CloudTrail(reading) = &record.reading else {
            panic!("only CloudTrail was read");
        };
        let said = plain(record);
        let trails = said["trails"].as_array().expect("the list was not refused");
        // A refusal counts for whoever asked, and a shadow is no evidence of its own.
        let asked: usize = trails
            .iter()
            .map(|trail| match trail["details"]["view"].as_str() {
                Some("home") => 3,
                Some("organization") => 2,
                _ => 0,
            })
            .sum();
        assert_eq!(reading.facts().len(), 1 + asked);
        let keys: Vec<&Value> = trails
            .iter()
            .filter(|trail| trail["details"]["view"] == "home" && !trail["kms_key"].is_null())
            .map(|trail| &trail["kms_key"])
            .collect();
        assert_eq!(keys.len(), reading.keys().len());
    }
}

#[test]
fn a_refused_list_is_a_gap_and_no_empty_list() {
    let mut scenario = organization();
    scenario.faults.push(Fault {
        service: Some("cloudtrail".to_owned()),
        operation: Some("DescribeTrails".to_owned()),
        ..Fault::everywhere(FaultKind::Denied(Refuser::IdentityPolicy))
    });
    for record in read_trails(scenario) {
        assert_eq!(plain(&record), json!({"trails": {"gap": "denied"}}));
        let facts = record.reading.facts();
        assert!(facts.len() == 1 && facts[0].gap().is_some());
    }
}

#[test]
fn a_trail_whose_home_is_not_read_is_told_once_as_a_gap() {
    let mut scenario = organization();
    let trails = &scenario.accounts[0].services.cloudtrail.trails;
    let home = trails
        .iter()
        .find(|trail| trail.name == "organization-trail")
        .expect("an organization's trail")
        .region
        .clone();
    let (owner, member) = (scenario.accounts[0].id.clone(), scenario.accounts[3].id.clone());
    for account in [0, 3] {
        let regions = &mut scenario.accounts[account].regions;
        regions.retain(|region| region.name != home);
        regions.push(Region {
            name: home.clone(),
            status: RegionStatus::Disabled,
        });
    }
    let records = read_trails(scenario);
    let missing = json!({"gap": "region-off"});
    let of_owner = seen_by(&records, &owner);
    assert_eq!(of_owner["view"], "home");
    assert_eq!(
        (&of_owner["status"], &of_owner["event_selectors"]),
        (&missing, &missing)
    );
    let of_member = seen_by(&records, &member);
    assert_eq!(
        (&of_member["view"], &of_member["status"]),
        (&json!("organization"), &missing)
    );
    let told = records
        .iter()
        .filter(|record| record.account.as_str() == member)
        .flat_map(|record| record.reading.facts())
        .filter(|fact| fact.gap().is_some());
    assert_eq!(told.count(), 1);
}
