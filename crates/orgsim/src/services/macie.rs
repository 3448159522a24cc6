//! Amazon Macie: its session in a region, its administrator, and automated discovery.

use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{MacieAdministrator, MacieRegion};

pub(super) static SERVICE: Service = Service {
    name: "macie2",
    signing_name: "macie2",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "ThrottlingException"),
    operations: &[
        Operation {
            name: "GetMacieSession",
            action: "macie2:GetMacieSession",
            answer: get_macie_session,
        },
        Operation {
            name: "GetAdministratorAccount",
            action: "macie2:GetAdministratorAccount",
            answer: get_administrator_account,
        },
        Operation {
            name: "GetAutomatedDiscoveryConfiguration",
            action: "macie2:GetAutomatedDiscoveryConfiguration",
            answer: get_automated_discovery_configuration,
        },
        Operation {
            name: "ListAutomatedDiscoveryAccounts",
            action: "macie2:ListAutomatedDiscoveryAccounts",
            answer: list_automated_discovery_accounts,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    match (rest.method.as_str(), rest.path) {
        ("GET", "/macie") => Some("GetMacieSession"),
        ("GET", "/administrator") => Some("GetAdministratorAccount"),
        ("GET", "/automated-discovery/configuration") => Some("GetAutomatedDiscoveryConfiguration"),
        ("GET", "/automated-discovery/accounts") => Some("ListAutomatedDiscoveryAccounts"),
        _ => None,
    }
}

/// Macie where it is enabled; elsewhere every operation ends with the code of a denial.
fn region<'call>(call: &Call<'call>) -> Result<&'call MacieRegion, Failure> {
    let mut regions = call.account().services.macie.iter();
    regions
        .find(|macie| macie.region == call.region)
        .ok_or_else(|| Failure::new(403, "AccessDeniedException", "Macie is not enabled."))
}

fn administrator_in_office(macie: &MacieRegion) -> Option<&MacieAdministrator> {
    macie
        .administrator
        .as_ref()
        .filter(|administrator| administrator.is_in_office())
}

fn get_macie_session(call: &Call<'_>) -> Result<Success, Failure> {
    let macie = region(call)?;
    Ok(Success::json(&json!({
        "createdAt": macie.created_at,
        "findingPublishingFrequency": macie.finding_publishing_frequency,
        "serviceRole": format!(
            "arn:{}:iam::{}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
            call.world.scenario().partition,
            call.account().id
        ),
        "status": macie.status,
        "updatedAt": macie.updated_at,
    })))
}

fn get_administrator_account(call: &Call<'_>) -> Result<Success, Failure> {
    let administrator = region(call)?.administrator.as_ref();
    let body = administrator.map_or_else(
        || json!({}),
        |administrator| {
            json!({"administrator": {
                "accountId": administrator.account,
                "relationshipStatus": administrator.relationship_status,
            }})
        },
    );
    Ok(Success::json(&body))
}

fn get_automated_discovery_configuration(call: &Call<'_>) -> Result<Success, Failure> {
    let macie = region(call)?;
    // Only an administrator, or an account on its own, may ask (Macie API Reference, "Automated Sensitive Data Discovery -
    // Configuration").
    if administrator_in_office(macie).is_some() {
        return Err(Failure::new(
            403,
            "AccessDeniedException",
            "The request was denied because you don't have sufficient access to the specified resource.",
        ));
    }
    let discovery = &macie.automated_discovery;
    let mut body = json!({
        "status": discovery.status,
        "autoEnableOrganizationMembers": discovery.auto_enable_organization_members,
        "firstEnabledAt": discovery.first_enabled_at,
        "disabledAt": discovery.disabled_at,
        "lastUpdatedAt": discovery.last_updated_at,
        "classificationScopeId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    });
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    Ok(Success::json(&body))
}

/// What a member is told of itself. What an administrator is told of its members is not simulated.
fn list_automated_discovery_accounts(call: &Call<'_>) -> Result<Success, Failure> {
    let macie = region(call)?;
    let id = &call.account().id;
    let wanted = call.parameter("accountIds");
    let own: Vec<Value> = if wanted.is_none_or(|wanted| wanted == id.as_str()) {
        vec![json!({"accountId": id, "status": macie.automated_discovery.status})]
    } else {
        Vec::new()
    };
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &own, token.as_deref(), 25)?;
    let mut body = json!({"items": entries});
    if let Some(next) = next {
        body["nextToken"] = json!(next);
    }
    Ok(Success::json(&body))
}
