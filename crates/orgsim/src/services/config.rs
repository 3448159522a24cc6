//! AWS Config: recorder, delivery channel, rules and what they found.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{ConfigRegion, ConfigRule};

/// AWS does not say how many rules a page of `DescribeConfigRules` holds; it has been 25 for years.
const RULES_A_PAGE: usize = 25;
/// A page of evaluations holds ten unless the caller asks for more, and never more than so many here, fewer than AWS allows:
/// a caller may ask for a hundred and be given less.
const EVALUATIONS_A_PAGE: u64 = 10;
const MOST_EVALUATIONS_A_PAGE: u64 = 20;

pub(super) static SERVICE: Service = Service {
    name: "config",
    signing_name: "config",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("StarlingDoveService"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "DescribeConfigurationRecorders",
            action: "config:DescribeConfigurationRecorders",
            answer: describe_recorders,
        },
        Operation {
            name: "DescribeConfigurationRecorderStatus",
            action: "config:DescribeConfigurationRecorderStatus",
            answer: describe_recorder_status,
        },
        Operation {
            name: "DescribeDeliveryChannels",
            action: "config:DescribeDeliveryChannels",
            answer: describe_channels,
        },
        Operation {
            name: "DescribeDeliveryChannelStatus",
            action: "config:DescribeDeliveryChannelStatus",
            answer: describe_channel_status,
        },
        Operation {
            name: "DescribeConfigRules",
            action: "config:DescribeConfigRules",
            answer: describe_rules,
        },
        Operation {
            name: "GetComplianceDetailsByConfigRule",
            action: "config:GetComplianceDetailsByConfigRule",
            answer: get_evaluations,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn here<'call>(call: &Call<'call>) -> Option<&'call ConfigRegion> {
    call.account().services.config.regions.get(call.region)
}

fn rules<'call>(call: &Call<'call>) -> &'call [ConfigRule] {
    here(call).map_or(&[], |region| region.rules.as_slice())
}

/// Seconds since 1970, as JSON 1.1 writes times.
fn seconds(time: Timestamp) -> Value {
    json!(time.as_second())
}

/// An object without the members that are null, which AWS leaves out.
fn object(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

/// Whether a request asks for one thing by name, and for which; a name that is not there is an error.
fn asks_for_another(call: &Call<'_>, member: &str, name: Option<&str>) -> bool {
    let members = members(call.body);
    let Some(names) = members[member].as_array().filter(|names| !names.is_empty()) else {
        return false;
    };
    names.iter().any(|wanted| wanted.as_str() != name)
}

fn no_recorder() -> Failure {
    Failure::new(
        400,
        "NoSuchConfigurationRecorderException",
        "Cannot find configuration recorder with the specified name.",
    )
}

fn no_channel() -> Failure {
    Failure::new(
        400,
        "NoSuchDeliveryChannelException",
        "Cannot find delivery channel with the specified name.",
    )
}

fn describe_recorders(call: &Call<'_>) -> Result<Success, Failure> {
    let recorder = here(call).and_then(|region| region.recorder.as_ref());
    let name = recorder.map(|recorder| recorder.name.as_str());
    if asks_for_another(call, "ConfigurationRecorderNames", name) {
        return Err(no_recorder());
    }
    let recorders: Vec<_> = recorder
        .iter()
        .map(|recorder| {
            let strategy = recorder.strategy.as_ref();
            let overrides = (!recorder.daily_types.is_empty()).then(|| {
                json!([{
                    "description": "changes often",
                    "resourceTypes": recorder.daily_types,
                    "recordingFrequency": "DAILY",
                }])
            });
            object(json!({
                "arn": recorder.arn,
                "name": recorder.name,
                "roleARN": recorder.role_arn,
                "recordingGroup": object(json!({
                    "allSupported": recorder.all_supported,
                    "includeGlobalResourceTypes": recorder.include_global,
                    "resourceTypes": recorder.resource_types,
                    "exclusionByResourceTypes": strategy.map(|_| json!({"resourceTypes": recorder.excluded_types})),
                    "recordingStrategy": strategy.map(|strategy| json!({"useOnly": strategy})),
                })),
                "recordingMode": recorder.frequency.as_ref().map(|frequency| object(json!({
                    "recordingFrequency": frequency,
                    "recordingModeOverrides": overrides,
                }))),
                "recordingScope": recorder.scope,
            }))
        })
        .collect();
    Ok(Success::json(&json!({"ConfigurationRecorders": recorders})))
}

fn describe_recorder_status(call: &Call<'_>) -> Result<Success, Failure> {
    let recorder = here(call).and_then(|region| region.recorder.as_ref());
    let name = recorder.map(|recorder| recorder.name.as_str());
    if asks_for_another(call, "ConfigurationRecorderNames", name) {
        return Err(no_recorder());
    }
    let statuses: Vec<_> = recorder
        .iter()
        .map(|recorder| {
            object(json!({
                "arn": recorder.arn,
                "name": recorder.name,
                "recording": recorder.is_recording,
                "lastStatus": recorder.last_status,
                "lastErrorCode": recorder.error.as_ref().map(|(code, _)| code),
                "lastErrorMessage": recorder.error.as_ref().map(|(_, message)| message),
                "lastStartTime": recorder.started_at.map(seconds),
                "lastStopTime": recorder.stopped_at.map(seconds),
                "lastStatusChangeTime": recorder.stopped_at.or(recorder.started_at).map(seconds),
            }))
        })
        .collect();
    Ok(Success::json(&json!({"ConfigurationRecordersStatus": statuses})))
}

fn describe_channels(call: &Call<'_>) -> Result<Success, Failure> {
    let channel = here(call).and_then(|region| region.channel.as_ref());
    let name = channel.map(|channel| channel.name.as_str());
    if asks_for_another(call, "DeliveryChannelNames", name) {
        return Err(no_channel());
    }
    let channels: Vec<_> = channel
        .iter()
        .map(|channel| {
            let frequency = channel.snapshot_frequency.as_ref();
            object(json!({
                "name": channel.name,
                "s3BucketName": channel.bucket,
                "s3KeyPrefix": channel.prefix,
                "s3KmsKeyArn": channel.kms_key_arn,
                "snsTopicARN": channel.topic_arn,
                "configSnapshotDeliveryProperties": frequency.map(|frequency| json!({"deliveryFrequency": frequency})),
            }))
        })
        .collect();
    Ok(Success::json(&json!({"DeliveryChannels": channels})))
}

fn describe_channel_status(call: &Call<'_>) -> Result<Success, Failure> {
    let channel = here(call).and_then(|region| region.channel.as_ref());
    let name = channel.map(|channel| channel.name.as_str());
    if asks_for_another(call, "DeliveryChannelNames", name) {
        return Err(no_channel());
    }
    let statuses: Vec<_> = channel
        .iter()
        .map(|channel| {
            let at = channel.attempted_at;
            let export = |error: Option<&(String, String)>| {
                object(json!({
                    "lastStatus": at.map(|_| if error.is_some() { "FAILURE" } else { "SUCCESS" }),
                    "lastErrorCode": error.map(|(code, _)| code),
                    "lastErrorMessage": error.map(|(_, message)| message),
                    "lastAttemptTime": at.map(seconds),
                    "lastSuccessfulTime": at.filter(|_| error.is_none()).map(seconds),
                }))
            };
            let stream = channel.stream_error.as_ref();
            let status = match (at, stream, &channel.topic_arn) {
                (None, _, _) => None,
                (Some(_), Some(_), _) => Some("FAILURE"),
                (Some(_), None, Some(_)) => Some("SUCCESS"),
                (Some(_), None, None) => Some("NOT_APPLICABLE"),
            };
            let has_snapshots = channel.snapshot_frequency.is_some();
            object(json!({
                "name": channel.name,
                "configSnapshotDeliveryInfo": if has_snapshots { export(None) } else { json!({}) },
                "configHistoryDeliveryInfo": export(channel.history_error.as_ref()),
                "configStreamDeliveryInfo": object(json!({
                    "lastStatus": status,
                    "lastErrorCode": stream.map(|(code, _)| code),
                    "lastErrorMessage": stream.map(|(_, message)| message),
                    "lastStatusChangeTime": at.map(seconds),
                })),
            }))
        })
        .collect();
    Ok(Success::json(&json!({"DeliveryChannelsStatus": statuses})))
}

fn describe_rules(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let visibility = members["Filters"]["RuleEvaluationVisibility"].as_str();
    let rules: Vec<_> = rules(call)
        .iter()
        .filter(|rule| visibility.is_none_or(|wanted| rule.visibility.as_deref().unwrap_or("EXTERNAL") == wanted))
        .collect();
    let (rules, next) = page(call, &rules, members["NextToken"].as_str(), RULES_A_PAGE)?;
    let rules: Vec<_> = rules.iter().map(|rule| described(call, rule)).collect();
    Ok(Success::json(&object(json!({"ConfigRules": rules, "NextToken": next}))))
}

fn described(call: &Call<'_>, rule: &ConfigRule) -> Value {
    let partition = &call.world.scenario().partition;
    let is_limited = !rule.scope_types.is_empty() || rule.scope_tag.is_some();
    object(json!({
        "ConfigRuleName": rule.name,
        "ConfigRuleArn": format!(
            "arn:{partition}:config:{}:{}:config-rule/config-rule-{}",
            call.region,
            call.account().id,
            rule.id
        ),
        "ConfigRuleId": format!("config-rule-{}", rule.id),
        "Description": "",
        "Scope": is_limited.then(|| object(json!({
            "ComplianceResourceTypes": (!rule.scope_types.is_empty()).then_some(&rule.scope_types),
            "TagKey": rule.scope_tag.as_ref().map(|(key, _)| key),
            "TagValue": rule.scope_tag.as_ref().map(|(_, value)| value),
        }))),
        "Source": object(json!({"Owner": rule.owner, "SourceIdentifier": rule.identifier})),
        "InputParameters": rule.parameters,
        "MaximumExecutionFrequency": rule.frequency,
        "ConfigRuleState": rule.state,
        "CreatedBy": rule.created_by,
        "EvaluationModes": rule.modes.iter().map(|mode| json!({"Mode": mode})).collect::<Vec<_>>(),
        "RuleEvaluationVisibility": rule.visibility,
    }))
}

fn get_evaluations(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let name = members["ConfigRuleName"].as_str().unwrap_or_default();
    let rule = rules(call)
        .iter()
        .find(|rule| rule.name == name && rule.visibility.as_deref() != Some("INTERNAL"))
        .ok_or_else(|| {
            Failure::new(
                400,
                "NoSuchConfigRuleException",
                format!("The ConfigRule '{name}' provided in the request is invalid. Please check the configRule name"),
            )
        })?;
    let limit = match members["Limit"].as_u64() {
        None | Some(0) => EVALUATIONS_A_PAGE,
        Some(limit) if limit > 100 => {
            return Err(Failure::new(
                400,
                "InvalidParameterValueException",
                "The limit is greater than 100.",
            ));
        }
        Some(limit) => limit.min(MOST_EVALUATIONS_A_PAGE),
    };
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let (evaluations, next) = page(call, &rule.evaluations, members["NextToken"].as_str(), size)?;
    let evaluations: Vec<_> = evaluations
        .iter()
        .map(|each| {
            object(json!({
                "EvaluationResultIdentifier": {
                    "EvaluationResultQualifier": {
                        "ConfigRuleName": rule.name,
                        "ResourceType": each.resource_type,
                        "ResourceId": each.resource_id,
                        "EvaluationMode": "DETECTIVE",
                    },
                    "OrderingTimestamp": seconds(each.recorded_at),
                },
                "ComplianceType": each.compliance,
                "ResultRecordedTime": seconds(each.recorded_at),
                "ConfigRuleInvokedTime": seconds(each.recorded_at),
                "Annotation": each.annotation,
            }))
        })
        .collect();
    Ok(Success::json(&object(
        json!({"EvaluationResults": evaluations, "NextToken": next}),
    )))
}
