//! Access Grants.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::Account;
use serde_json::{Value, json};

pub(crate) fn truth(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("access grants belong to a region");
    let mut instances = account.services.access_grants.iter();
    let Some(found) = instances.find(|each| each.region == region) else {
        return json!({"instances": [], "policy": null, "locations": null, "grants": null});
    };
    let arn = format!("arn:aws:s3:{region}:{}:access-grants/default", account.id);
    let locations: Vec<_> = found
        .locations
        .iter()
        .map(|each| {
            json!({
                "id": each.id,
                "arn": format!("{arn}/location/{}", each.id),
                "scope": each.scope,
                "role_arn": each.role_arn,
                "created_at": each.created_at.to_string(),
            })
        })
        .collect();
    let grants: Vec<_> = found
        .grants
        .iter()
        .map(|each| {
            json!({
                "id": each.id,
                "arn": format!("{arn}/grant/{}", each.id),
                "grantee_type": each.grantee_type,
                "grantee": each.grantee,
                "permission": each.permission,
                "location_id": each.location_id,
                "sub_prefix": each.sub_prefix,
                "scope": each.scope,
                "application": each.application,
                "created_at": each.created_at.to_string(),
            })
        })
        .collect();
    let policy = found.policy.as_ref().map(|policy| {
        json!({
            "document": policy.document,
            "organization": policy.organization,
            "created_at": policy.created_at.to_string(),
        })
    });
    json!({
        "instances": [{
            "id": found.id,
            "arn": arn,
            "created_at": found.created_at.to_string(),
            "identity_center_instance": found.identity_center_instance,
            "identity_center_application": found.identity_center_application,
        }],
        "policy": policy,
        "locations": locations,
        "grants": grants,
    })
}
