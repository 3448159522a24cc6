//! AWS Shield Advanced: the state of the subscription, and what it protects.

use serde_json::json;

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};

pub(super) static SERVICE: Service = Service {
    name: "shield",
    signing_name: "shield",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("AWSShield_20160616"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "GetSubscriptionState",
            action: "shield:GetSubscriptionState",
            answer: get_subscription_state,
        },
        Operation {
            name: "ListProtections",
            action: "shield:ListProtections",
            answer: list_protections,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn get_subscription_state(call: &Call<'_>) -> Result<Success, Failure> {
    let is_subscribed = call.account().services.shield.is_subscribed;
    let state = if is_subscribed { "ACTIVE" } else { "INACTIVE" };
    Ok(Success::json(&json!({"SubscriptionState": state})))
}

fn list_protections(call: &Call<'_>) -> Result<Success, Failure> {
    let shield = &call.account().services.shield;
    if !shield.is_subscribed {
        return Err(Failure::new(
            400,
            "ResourceNotFoundException",
            "The referenced subscription does not exist.",
        ));
    }
    let members = members(call.body);
    let (entries, next) = page(call, &shield.protections, members["NextToken"].as_str(), 20)?;
    let entries: Vec<_> = entries
        .iter()
        .map(|each| json!({"Id": each.id, "Name": each.name, "ResourceArn": each.resource_arn}))
        .collect();
    Ok(Success::json(&json!({"Protections": entries, "NextToken": next})))
}
