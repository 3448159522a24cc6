//! AWS Config.

use jiff::Timestamp;
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, ConfigChannel, ConfigRecorder, ConfigRegion, ConfigRule};
use serde_json::{Map, Value, json};

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
    let or_absent = |list: Vec<Value>| if list.is_empty() { Value::Null } else { json!(list) };
    json!({
        "recorders": recorders,
        "recorder_statuses": or_absent(recorder_statuses),
        "channels": channels,
        "channel_statuses": or_absent(channel_statuses),
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
        json!({"gap": "unsupported"})
    } else {
        json!(evaluations.collect::<Vec<_>>())
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
