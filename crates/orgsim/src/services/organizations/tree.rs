//! The tree: the organization itself, its root, units and accounts, and their tags.

use serde_json::{Value, json};

use super::{Call, failure, find_unit, organization, page, readable, with_token};
use crate::protocol::json::members;
use crate::protocol::{Failure, Success};
use crate::scenario::{Account, AccountState, Organization, OrganizationalUnit};

pub(super) fn describe_organization(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = organization(call)?;
    let (id, management) = (&organization.id, &organization.management_account);
    let partition = &call.world.scenario().partition;
    let email = call
        .world
        .scenario()
        .account(management)
        .map_or("", |account| &account.email);
    Ok(Success::json(&json!({"Organization": {
        "Id": id,
        "Arn": format!("arn:{partition}:organizations::{management}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountArn": format!("arn:{partition}:organizations::{management}:account/{id}/{management}"),
        "MasterAccountId": management,
        "MasterAccountEmail": email,
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }})))
}

pub(super) fn list_accounts(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let (accounts, token) = page(call, organization, &request, &call.world.scenario().accounts)?;
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|account| describe(call, organization, account))
        .collect();
    Ok(with_token(json!({"Accounts": accounts}), token))
}

pub(super) fn describe_account(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let account = request["AccountId"]
        .as_str()
        .and_then(|id| call.world.scenario().account(id));
    let account = account.ok_or_else(|| {
        failure(
            "AccountNotFoundException",
            "You specified an account that doesn't exist in your organization.",
        )
    })?;
    Ok(Success::json(
        &json!({"Account": describe(call, organization, account)}),
    ))
}

pub(super) fn list_accounts_for_parent(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let parent = parent_of_request(organization, &request)?;
    let children: Vec<&Account> = call
        .world
        .scenario()
        .accounts
        .iter()
        .filter(|account| account.unit.as_deref() == parent)
        .collect();
    let (accounts, token) = page(call, organization, &request, &children)?;
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|account| describe(call, organization, account))
        .collect();
    Ok(with_token(json!({"Accounts": accounts}), token))
}

pub(super) fn describe(call: &Call<'_>, organization: &Organization, account: &Account) -> Value {
    let partition = &call.world.scenario().partition;
    let (management, id) = (&organization.management_account, &organization.id);
    let mut value = json!({
        "Id": account.id,
        "Arn": format!("arn:{partition}:organizations::{management}:account/{id}/{}", account.id),
        "Email": account.email,
        "Name": account.name,
        "JoinedMethod": if account.invited { "INVITED" } else { "CREATED" },
        "JoinedTimestamp": account.joined_at.as_second(),
    });
    if organization.lists.state {
        value["State"] = json!(account.state.as_str());
    }
    if organization.lists.status {
        // The retired member knows three of the five states.
        value["Status"] = json!(match account.state {
            AccountState::Suspended | AccountState::Closed => "SUSPENDED",
            AccountState::PendingClosure => "PENDING_CLOSURE",
            AccountState::Active | AccountState::PendingActivation => "ACTIVE",
        });
    }
    if organization.lists.paths {
        value["Paths"] = json!([format!(
            "{}{}/",
            unit_path(organization, account.unit.as_deref()),
            account.id
        )]);
    }
    value
}

/// `o-…/r-…/ou-…/` down to a unit.
fn unit_path(organization: &Organization, unit: Option<&str>) -> String {
    let mut ids = Vec::new();
    let mut at = unit;
    while let Some(unit) = at.and_then(|id| find_unit(organization, id)) {
        ids.push(unit.id.as_str());
        at = unit.parent.as_deref();
    }
    let mut path = format!("{}/{}/", organization.id, organization.root_id);
    for id in ids.iter().rev() {
        path.push_str(id);
        path.push('/');
    }
    path
}

pub(super) fn list_roots(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let (id, root, management) = (
        &organization.id,
        &organization.root_id,
        &organization.management_account,
    );
    let partition = &call.world.scenario().partition;
    let types: Vec<Value> = organization
        .policy_types
        .iter()
        .map(|kind| json!({"Type": kind, "Status": "ENABLED"}))
        .collect();
    Ok(Success::json(&json!({"Roots": [{
        "Id": root,
        "Arn": format!("arn:{partition}:organizations::{management}:root/{id}/{root}"),
        "Name": "Root",
        "PolicyTypes": types,
    }]})))
}

pub(super) fn list_parents(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let child = request["ChildId"].as_str().unwrap_or_default();
    let parent = match call.world.scenario().account(child) {
        Some(account) => account.unit.as_deref(),
        None => match find_unit(organization, child) {
            Some(unit) => unit.parent.as_deref(),
            None => {
                return Err(failure(
                    "ChildNotFoundException",
                    "You specified a child that doesn't exist.",
                ));
            }
        },
    };
    let parent = match parent {
        Some(unit) => json!({"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}),
        None => json!({"Id": organization.root_id, "Type": "ROOT"}),
    };
    Ok(Success::json(&json!({"Parents": [parent]})))
}

/// The unit that a request names as parent; `None` is the root.
fn parent_of_request<'request>(
    organization: &Organization,
    request: &'request Value,
) -> Result<Option<&'request str>, Failure> {
    let id = request["ParentId"].as_str().unwrap_or_default();
    if id == organization.root_id {
        Ok(None)
    } else if find_unit(organization, id).is_some() {
        Ok(Some(id))
    } else {
        Err(failure(
            "ParentNotFoundException",
            "You specified parent that doesn't exist.",
        ))
    }
}

pub(super) fn list_units(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let parent = parent_of_request(organization, &request)?;
    let children: Vec<&OrganizationalUnit> = organization
        .units
        .iter()
        .filter(|unit| unit.parent.as_deref() == parent)
        .collect();
    let (units, token) = page(call, organization, &request, &children)?;
    let units: Vec<Value> = units
        .iter()
        .map(|unit| describe_one_unit(call, organization, unit))
        .collect();
    Ok(with_token(json!({"OrganizationalUnits": units}), token))
}

pub(super) fn describe_unit(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let unit = request["OrganizationalUnitId"]
        .as_str()
        .and_then(|id| find_unit(organization, id));
    let unit = unit.ok_or_else(|| {
        failure(
            "OrganizationalUnitNotFoundException",
            "You specified an organizational unit that doesn't exist.",
        )
    })?;
    Ok(Success::json(
        &json!({"OrganizationalUnit": describe_one_unit(call, organization, unit)}),
    ))
}

fn describe_one_unit(call: &Call<'_>, organization: &Organization, unit: &OrganizationalUnit) -> Value {
    let partition = &call.world.scenario().partition;
    let (management, id) = (&organization.management_account, &organization.id);
    let mut value = json!({
        "Id": unit.id,
        "Arn": format!("arn:{partition}:organizations::{management}:ou/{id}/{}", unit.id),
        "Name": unit.name,
    });
    if organization.lists.paths {
        value["Path"] = json!(unit_path(organization, Some(&unit.id)));
    }
    value
}

pub(super) fn list_tags(call: &Call<'_>) -> Result<Success, Failure> {
    let organization = readable(call)?;
    let request = members(call.body);
    let id = request["ResourceId"].as_str().unwrap_or_default();
    let tags = match (call.world.scenario().account(id), find_unit(organization, id)) {
        (Some(account), _) => Some(&account.tags),
        (None, Some(unit)) => Some(&unit.tags),
        (None, None) if id == organization.root_id => None,
        (None, None) => {
            return Err(failure(
                "TargetNotFoundException",
                "You specified a target that doesn't exist.",
            ));
        }
    };
    let tags: Vec<(&String, &String)> = tags.into_iter().flatten().collect();
    let (tags, token) = page(call, organization, &request, &tags)?;
    let tags: Vec<Value> = tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(with_token(json!({"Tags": tags}), token))
}
