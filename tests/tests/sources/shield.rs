//! Shield Advanced.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::Account;
use serde_json::{Value, json};

pub(crate) fn truth(_: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let shield = &account.services.shield;
    let protections: Vec<_> = shield
        .protections
        .iter()
        .map(|each| json!({"id": each.id, "name": each.name, "resource_arn": each.resource_arn}))
        .collect();
    json!({
        "subscription": {"state": if shield.is_subscribed { "ACTIVE" } else { "INACTIVE" }},
        "protections": if shield.is_subscribed { json!(protections) } else { Value::Null },
    })
}
