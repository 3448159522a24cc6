//! The policies: their lists, contents and targets, what is in effect for an account, and who administers which service.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::tree::describe;
use super::{Call, failure, find_unit, organization, page, readable, with_token};
use crate::protocol::json::members;
use crate::protocol::{Failure, Success};
use crate::scenario::{Organization, OrganizationPolicy, Scenario};

pub(super) fn list_policies(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let Some(kind) = request["Filter"].as_str() else {
        return Err(failure("InvalidInputException", "You must specify a type of policy."));
    };
    let policies: Vec<&OrganizationPolicy> = organization
        .policies
        .iter()
        .filter(|policy| policy.kind == kind)
        .collect();
    let (policies, token) = page(call, organization, &request, &policies)?;
    let policies: Vec<Value> = policies
        .iter()
        .map(|policy| summary(call.world.scenario(), organization, policy))
        .collect();
    Ok(with_token(json!({"Policies": policies}), token))
}

fn summary(scenario: &Scenario, organization: &Organization, policy: &OrganizationPolicy) -> Value {
    let partition = &scenario.partition;
    let kind = policy.kind.to_ascii_lowercase();
    let owner = if policy.is_made_by_aws {
        format!("arn:{partition}:organizations::aws:policy/{kind}/{}", policy.id)
    } else {
        let (management, id) = (&organization.management_account, &organization.id);
        format!(
            "arn:{partition}:organizations::{management}:policy/{id}/{kind}/{}",
            policy.id
        )
    };
    json!({
        "Id": policy.id,
        "Arn": owner,
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.kind,
        "AwsManaged": policy.is_made_by_aws,
    })
}

fn policy_of_request<'organization>(
    organization: &'organization Organization,
    request: &Value,
) -> Result<&'organization OrganizationPolicy, Failure> {
    let id = request["PolicyId"].as_str().unwrap_or_default();
    let found = organization.policies.iter().find(|policy| policy.id == id);
    found.ok_or_else(|| failure("PolicyNotFoundException", "You specified a policy that doesn't exist."))
}

pub(super) fn describe_policy(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let policy = policy_of_request(organization, &members(call.body))?;
    Ok(Success::json(&json!({"Policy": {
        "PolicySummary": summary(call.world.scenario(), organization, policy),
        "Content": policy.content,
    }})))
}

pub(super) fn list_targets(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let policy = policy_of_request(organization, &request)?;
    let (targets, token) = page(call, organization, &request, &policy.targets)?;
    let targets: Vec<Value> = targets
        .iter()
        .map(|target| describe_target(call.world.scenario(), organization, target))
        .collect();
    Ok(with_token(json!({"Targets": targets}), token))
}

fn describe_target(scenario: &Scenario, organization: &Organization, target: &str) -> Value {
    let arn = |kind: &str| {
        let (partition, management, id) = (&scenario.partition, &organization.management_account, &organization.id);
        format!("arn:{partition}:organizations::{management}:{kind}/{id}/{target}")
    };
    let (kind, name, arn) = if let Some(unit) = find_unit(organization, target) {
        ("ORGANIZATIONAL_UNIT", unit.name.as_str(), arn("ou"))
    } else if let Some(account) = scenario.account(target) {
        ("ACCOUNT", account.name.as_str(), arn("account"))
    } else {
        ("ROOT", "Root", arn("root"))
    };
    json!({"TargetId": target, "Arn": arn, "Name": name, "Type": kind})
}

pub(super) fn list_delegated_administrators(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let wanted = request["ServicePrincipal"].as_str();
    let ids: BTreeSet<&str> = organization
        .delegations
        .iter()
        .filter(|each| wanted.is_none_or(|service| each.service == service))
        .map(|each| each.account.as_str())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let (ids, token) = page(call, organization, &request, &ids)?;
    let administrators: Vec<Value> = ids
        .iter()
        .filter_map(|id| call.world.scenario().account(id))
        .map(|account| {
            let mut value = describe(call, organization, account);
            let since = organization
                .delegations
                .iter()
                .filter(|each| each.account == account.id)
                .map(|each| each.enabled_at.as_second())
                .min();
            value["DelegationEnabledDate"] = json!(since);
            // This shape has no member of that name.
            if let Some(members) = value.as_object_mut() {
                members.remove("Paths");
            }
            value
        })
        .collect();
    Ok(with_token(json!({"DelegatedAdministrators": administrators}), token))
}

pub(super) fn list_delegated_services(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let id = request["AccountId"].as_str().unwrap_or_default();
    let services: Vec<_> = organization
        .delegations
        .iter()
        .filter(|each| each.account == id)
        .collect();
    if services.is_empty() {
        return Err(failure(
            "AccountNotRegisteredException",
            "The specified account is not a delegated administrator for this AWS service.",
        ));
    }
    let (services, token) = page(call, organization, &request, &services)?;
    let services: Vec<Value> = services
        .iter()
        .map(|each| json!({"ServicePrincipal": each.service, "DelegationEnabledDate": each.enabled_at.as_second()}))
        .collect();
    Ok(with_token(json!({"DelegatedServices": services}), token))
}

/// A moment for documents whose own change is not part of the scenario.
const LAST_UPDATED: i64 = 1_790_000_000;

/// Any account may ask for itself; only those that may read the organization may ask for another one.
pub(super) fn describe_effective_policy(call: &Call<'_>) -> Result<Success, Failure> {
    let mut organization = organization(call)?;
    let request = members(call.body);
    let mut account = call.account();
    if let Some(target) = request["TargetId"].as_str().filter(|id| *id != account.id) {
        organization = readable(call)?;
        account = call
            .world
            .scenario()
            .account(target)
            .ok_or_else(|| failure("TargetNotFoundException", "You specified a target that doesn't exist."))?;
    }
    let kind = request["PolicyType"].as_str().unwrap_or_default();
    if matches!(kind, "" | "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY") {
        return Err(failure(
            "InvalidInputException",
            "You specified a type of policy that has no effective policy.",
        ));
    }
    let assigned = (kind == "S3_POLICY")
        .then(|| organization.assigned_public_access_block(account))
        .flatten();
    let assigned = assigned.ok_or_else(|| {
        failure(
            "EffectivePolicyNotFoundException",
            "The effective policy of the specified type is not found.",
        )
    })?;
    // What is in effect is written without the operators of inheritance.
    let content = json!({"s3_attributes": {"public_access_block_configuration": assigned}});
    Ok(Success::json(&json!({"EffectivePolicy": {
        "PolicyContent": content.to_string(),
        "LastUpdatedTimestamp": LAST_UPDATED,
        "TargetId": account.id,
        "PolicyType": kind,
    }})))
}
