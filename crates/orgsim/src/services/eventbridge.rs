//! EventBridge: the rules of the default event bus, and their targets.

use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{EventRule, EventTarget};

/// What a page holds when the caller does not say; small, so that callers without paging are found out.
const USUAL_PAGE: u64 = 10;
/// The most that a page holds (Amazon EventBridge API Reference, `ListRules`).
const LARGEST_PAGE: u64 = 100;
/// A rule has five targets at the most unless its quota was raised, so pages of targets are smaller than that.
const TARGETS_PAGE: usize = 3;

pub(super) static SERVICE: Service = Service {
    name: "eventbridge",
    signing_name: "events",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("AWSEvents"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "ListRules",
            action: "events:ListRules",
            answer: list_rules,
        },
        Operation {
            name: "ListTargetsByRule",
            action: "events:ListTargetsByRule",
            answer: list_targets_by_rule,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn rules<'call>(call: &Call<'call>) -> Vec<&'call EventRule> {
    let region = call.region;
    let rules = call.account().services.event_rules.iter();
    rules.filter(|rule| rule.region == region).collect()
}

fn list_rules(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let size = members["Limit"].as_u64().unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let rules = rules(call);
    let (rules, next) = page(call, &rules, members["NextToken"].as_str(), size)?;
    let rules: Vec<Value> = rules.iter().map(|rule| described(call, rule)).collect();
    Ok(Success::json(&with_token(json!({"Rules": rules}), next)))
}

fn with_token(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    answer
}

fn described(call: &Call<'_>, rule: &EventRule) -> Value {
    let partition = &call.world.scenario().partition;
    let (region, account, name) = (&rule.region, &call.account().id, &rule.name);
    let mut members = json!({
        "Name": name,
        "Arn": format!("arn:{partition}:events:{region}:{account}:rule/{name}"),
        "State": rule.state,
        "EventBusName": "default",
    });
    match &rule.pattern {
        Some(pattern) => members["EventPattern"] = json!(pattern),
        None => members["ScheduleExpression"] = json!("rate(1 day)"),
    }
    if let Some(service) = &rule.managed_by {
        members["ManagedBy"] = json!(service);
    }
    members
}

fn list_targets_by_rule(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let name = members["Rule"].as_str().unwrap_or_default();
    let rules = rules(call);
    let Some(rule) = rules.into_iter().find(|rule| rule.name == name) else {
        return Err(Failure::new(
            400,
            "ResourceNotFoundException",
            format!("Rule {name} does not exist on EventBus default."),
        ));
    };
    let (targets, next) = page(call, &rule.targets, members["NextToken"].as_str(), TARGETS_PAGE)?;
    let targets: Vec<Value> = targets.iter().map(target).collect();
    Ok(Success::json(&with_token(json!({"Targets": targets}), next)))
}

fn target(target: &EventTarget) -> Value {
    let mut members = json!({"Id": target.id, "Arn": target.arn});
    if let Some(role) = &target.role_arn {
        members["RoleArn"] = json!(role);
    }
    if let Some(queue) = &target.dead_letter_queue {
        members["DeadLetterConfig"] = json!({"Arn": queue});
    }
    members
}
