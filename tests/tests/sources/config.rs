//! AWS Config.

use std::collections::BTreeSet;

use jiff::Timestamp;
use s3attest_collect::Wishes;
use s3attest_model::evidence::{GapCause, Observed};
use s3attest_model::services::{Config, Reading, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, ConfigChannel, ConfigRecorder, ConfigRegion, ConfigRule, Fault, FaultKind, Refuser,
};
use s3attest_tests::Simulation;
use serde_json::{Map, Value, json};

use crate::harness;

/// Members that are null are not written.
fn written(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.collect::<Map<_, _>>())
}

fn time(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(time.to_string()))
}

pub(crate) fn truth(scenario: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let name = region.expect("a source of each region");
    let none = ConfigRegion::default();
    let here = account.services.config.regions.get(name).unwrap_or(&none);
    let recorders: Vec<_> = here.recorder.iter().map(recorder).collect();
    let recorder_statuses: Vec<_> = here.recorder.iter().map(recorder_status).collect();
    let channels: Vec<_> = here.channel.iter().map(channel).collect();
    let channel_statuses: Vec<_> = here.channel.iter().map(channel_status).collect();
    let about_s3: Vec<_> = here
        .rules
        .iter()
        .filter(|rule| rule.owner == "AWS" && is_about_s3(rule.identifier.as_deref().unwrap_or_default()))
        .map(|each| rule(scenario, account, name, each))
        .collect();
    json!({
        "recorders": recorders,
        "recorder_statuses": recorder_statuses,
        "channels": channels,
        "channel_statuses": channel_statuses,
        "rules": {"listed": here.rules.len(), "about_s3": about_s3},
    })
}

/// Of the rules that the generator makes, these.
fn is_about_s3(identifier: &str) -> bool {
    identifier.starts_with("S3_") || ["CLOUDTRAIL_S3_DATAEVENTS_ENABLED", "MACIE_STATUS_CHECK"].contains(&identifier)
}

fn recorder(recorder: &ConfigRecorder) -> Value {
    let overrides = if recorder.daily_types.is_empty() {
        json!([])
    } else {
        json!([{"description": "changes often", "resource_types": recorder.daily_types, "frequency": "DAILY"}])
    };
    let mode = recorder.frequency.as_ref();
    written(json!({
        "name": recorder.name,
        "arn": recorder.arn,
        "role_arn": recorder.role_arn,
        "group": written(json!({
            "all_supported": recorder.all_supported,
            "include_global_resource_types": recorder.include_global,
            "resource_types": recorder.resource_types,
            "excluded_resource_types": recorder.excluded_types,
            "strategy": recorder.strategy,
        })),
        "mode": mode.map(|frequency| json!({"frequency": frequency, "overrides": overrides})),
        "scope": recorder.scope,
    }))
}

fn recorder_status(recorder: &ConfigRecorder) -> Value {
    let (code, message) = recorder.error.clone().unzip();
    written(json!({
        "name": recorder.name,
        "recording": recorder.is_recording,
        "last_status": recorder.last_status,
        "last_error_code": code,
        "last_error_message": message,
        "started_at": time(recorder.started_at),
        "stopped_at": time(recorder.stopped_at),
        "status_changed_at": time(recorder.stopped_at.or(recorder.started_at)),
    }))
}

fn channel(channel: &ConfigChannel) -> Value {
    written(json!({
        "name": channel.name,
        "bucket": channel.bucket,
        "prefix": channel.prefix,
        "kms_key_arn": channel.kms_key_arn,
        "topic_arn": channel.topic_arn,
        "snapshot_frequency": channel.snapshot_frequency,
    }))
}

fn channel_status(channel: &ConfigChannel) -> Value {
    let export = |error: &Option<(String, String)>| {
        let (code, message) = error.clone().unzip();
        let outcome = if error.is_some() { "FAILURE" } else { "SUCCESS" };
        let succeeded_at = channel.attempted_at.filter(|_| error.is_none());
        written(json!({
            "last_status": channel.attempted_at.map(|_| outcome),
            "last_error_code": code,
            "last_error_message": message,
            "attempted_at": time(channel.attempted_at),
            "succeeded_at": time(succeeded_at),
        }))
    };
    let (code, message) = channel.stream_error.clone().unzip();
    let outcome = if channel.stream_error.is_some() {
        "FAILURE"
    } else if channel.topic_arn.is_some() {
        "SUCCESS"
    } else {
        "NOT_APPLICABLE"
    };
    json!({
        "name": channel.name,
        "snapshot": if channel.snapshot_frequency.is_some() { export(&None) } else { json!({}) },
        "history": export(&channel.history_error),
        "stream": written(json!({
            "last_status": channel.attempted_at.map(|_| outcome),
            "last_error_code": code,
            "last_error_message": message,
            "status_changed_at": time(channel.attempted_at),
        })),
    })
}

fn rule(scenario: &Scenario, account: &Account, region: &str, rule: &ConfigRule) -> Value {
    let id = format!("config-rule-{}", rule.id);
    let partition = &scenario.partition;
    let (tag_key, tag_value) = rule.scope_tag.clone().unzip();
    let is_limited = !rule.scope_types.is_empty() || rule.scope_tag.is_some();
    let scope = json!({
        "resource_types": rule.scope_types,
        "tag_key": tag_key,
        "tag_value": tag_value,
        "service_principals": [],
    });
    let evaluations = rule.evaluations.iter().map(|each| {
        written(json!({
            "resource_type": each.resource_type,
            "resource_id": each.resource_id,
            "compliance": each.compliance,
            "evaluation_mode": "DETECTIVE",
            "recorded_at": each.recorded_at.to_string(),
            "invoked_at": each.recorded_at.to_string(),
            "annotation": each.annotation,
        }))
    });
    let evaluations = if rule.visibility.as_deref() == Some("INTERNAL") {
        json!("kept_by_its_service")
    } else {
        json!({"told": evaluations.collect::<Vec<_>>()})
    };
    written(json!({
        "name": rule.name,
        "arn": format!("arn:{partition}:config:{region}:{}:config-rule/{id}", account.id),
        "id": id,
        "owner": "AWS",
        "source_identifier": rule.identifier,
        "state": rule.state,
        "created_by": rule.created_by,
        "input_parameters": rule.parameters,
        "maximum_execution_frequency": rule.frequency,
        "evaluation_modes": rule.modes,
        "evaluation_visibility": rule.visibility,
        "scope": is_limited.then(|| written(scope)),
        "evaluations": evaluations,
    }))
}

/// What is read while a fault strikes an operation everywhere.
fn struck(operation: &str, kind: FaultKind) -> Vec<Config> {
    let mut scenario = harness::organization();
    scenario.faults.push(Fault {
        service: Some("config".to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    });
    let simulation = Simulation::start(scenario);
    let records = harness::read(&simulation, &BTreeSet::from([ServiceSource::Config]), Wishes::default());
    let readings = records.into_iter().map(|record| match record.reading {
        Reading::Config(reading) => *reading,
        other => unreachable!("only AWS Config was asked for, not {}", other.source()),
    });
    readings.collect()
}

#[test]
fn a_refused_list_of_recorders_does_not_keep_their_status_from_being_read() {
    let denied = FaultKind::Denied(Refuser::IdentityPolicy);
    let readings = struck("DescribeConfigurationRecorders", denied);
    let mut recording = 0;
    for config in &readings {
        assert_eq!(config.recorders.as_gap().map(|gap| gap.cause), Some(GapCause::Denied));
        let statuses = config.recorder_statuses.known().expect("it was asked for by itself");
        recording += statuses.map_or(0, Vec::len);
        assert!(config.rules.as_gap().is_none() && config.channels.as_gap().is_none());
    }
    assert!(recording > 0, "there are recorders somewhere");
}

#[test]
fn refused_evaluations_are_gaps_of_their_rules_and_the_rules_stand() {
    let denied = FaultKind::Denied(Refuser::ServiceControlPolicy);
    let mut causes = BTreeSet::new();
    for config in struck("GetComplianceDetailsByConfigRule", denied) {
        let rules = config
            .rules
            .known()
            .expect("the rules can be read")
            .expect("there is a list");
        for rule in &rules.about_s3 {
            let is_internal = rule.evaluation_visibility.as_deref() == Some("INTERNAL");
            let cause = rule.evaluations.as_gap().map(|gap| gap.cause);
            assert_eq!(cause, (!is_internal).then_some(GapCause::Denied), "{}", rule.name);
            causes.insert(cause);
        }
    }
    assert_eq!(
        causes,
        [None, Some(GapCause::Denied)].into(),
        "both kinds of rule are met"
    );
}

#[test]
fn a_list_of_rules_without_end_is_a_gap_and_one_that_begins_empty_is_whole() {
    for config in struck("DescribeConfigRules", FaultKind::EndlessPages) {
        assert_eq!(
            config.rules.as_gap().map(|gap| gap.cause),
            Some(GapCause::MalformedAnswer)
        );
    }
    let listed = |readings: Vec<Config>| -> usize {
        let rules = readings.into_iter().map(|config| match config.rules.observed {
            Observed::Present(rules) => rules.listed,
            Observed::Absent | Observed::Gap(_) => unreachable!("every list can be read"),
        });
        rules.sum()
    };
    let scenario = harness::organization();
    let accounts = scenario.accounts.iter();
    let regions = accounts.flat_map(|account| account.services.config.regions.values());
    let expected: usize = regions.map(|region| region.rules.len()).sum();
    assert_eq!(listed(struck("DescribeConfigRules", FaultKind::EmptyPage)), expected);
}
