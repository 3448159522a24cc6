//! The S3 policy of AWS Organizations in effect.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::Account;
use serde_json::{Value, json};

/// Walks down from the root: the lowest policy that assigns anything decides, unless one above is closed to children.
pub(crate) fn truth(scenario: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let organization = scenario.organization.as_ref().expect("an organization");
    let parent = |id: &str| {
        let unit = organization.units.iter().find(|unit| unit.id == id);
        unit.and_then(|unit| unit.parent.clone())
    };
    let mut way = vec![account.id.clone()];
    let mut at = account.unit.clone();
    while let Some(unit) = at {
        at = parent(&unit);
        way.insert(0, unit);
    }
    way.insert(0, organization.root_id.clone());
    let mut assigned = Value::Null;
    'way: for place in way {
        let here = organization
            .policies
            .iter()
            .filter(|policy| policy.kind == "S3_POLICY" && policy.targets.contains(&place));
        for policy in here {
            let document: Value = serde_json::from_str(&policy.content).expect("JSON");
            let block = &document["s3_attributes"]["public_access_block_configuration"];
            assigned = block["@@assign"].clone();
            if block.get("@@operators_allowed_for_child_policies").is_some() {
                break 'way;
            }
        }
    }
    if assigned.is_null() {
        return json!({"policy": null});
    }
    let content = json!({"s3_attributes": {"public_access_block_configuration": assigned}});
    json!({"policy": {
        "content": content.to_string(),
        "updated_at": "2026-09-21T14:13:20Z",
        "policy_type": "S3_POLICY",
    }})
}
