//! Access points, of Object Lambda and of several regions too.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Policy, PublicAccessBlock};
use serde_json::{Value, json};

pub(crate) fn block(block: PublicAccessBlock) -> Value {
    json!({
        "block_public_acls": block.block_public_acls,
        "ignore_public_acls": block.ignore_public_acls,
        "block_public_policy": block.block_public_policy,
        "restrict_public_buckets": block.restrict_public_buckets,
    })
}

fn document(policy: Option<&Policy>) -> Value {
    policy.map_or(Value::Null, |policy| json!(policy.document))
}

fn status(policy: Option<&Policy>) -> Value {
    policy.map_or(Value::Null, |policy| json!({"is_public": policy.is_public}))
}

pub(crate) fn truth(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("access points belong to a region");
    let points = account.services.access_points.iter();
    let points: Vec<_> = points
        .filter(|each| each.region == region)
        .map(|each| {
            json!({
                "name": each.name,
                "arn": format!("arn:aws:s3:{region}:{}:accesspoint/{}", account.id, each.name),
                "alias": each.alias,
                "bucket": each.bucket,
                "bucket_account": each.bucket_account,
                "network_origin": if each.vpc.is_some() { "VPC" } else { "Internet" },
                "vpc": each.vpc,
                "data_source_id": each.data_source_id,
                "data_source_type": each.data_source_type,
                "settings": {
                    "public_access_block": block(each.public_access_block),
                    "created_at": each.created_at.to_string(),
                    "endpoints": each.endpoints,
                },
                "policy": document(each.policy.as_ref()),
                "policy_status": status(each.policy.as_ref()),
            })
        })
        .collect();
    json!({ "access_points": points })
}

pub(crate) fn object_lambda(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("access points belong to a region");
    let points = account.services.object_lambda_access_points.iter();
    let points: Vec<_> = points
        .filter(|each| each.region == region)
        .map(|each| {
            let transformations: Vec<_> = each
                .transformations
                .iter()
                .map(|each| json!({"actions": each.actions, "function_arn": each.function_arn}))
                .collect();
            json!({
                "name": each.name,
                "arn": format!("arn:aws:s3-object-lambda:{region}:{}:accesspoint/{}", account.id, each.name),
                "alias": each.alias,
                "alias_status": each.alias_status,
                "configuration": {
                    "supporting_access_point": each.supporting_access_point,
                    "cloudwatch_metrics_enabled": each.cloudwatch_metrics_enabled,
                    "allowed_features": each.allowed_features,
                    "transformations": transformations,
                },
                "settings": {
                    "public_access_block": block(each.public_access_block),
                    "created_at": each.created_at.to_string(),
                },
                "policy": document(each.policy.as_ref()),
                "policy_status": status(each.policy.as_ref()),
            })
        })
        .collect();
    json!({ "access_points": points })
}

pub(crate) fn multi_region(_: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let points = account.services.multi_region_access_points.iter();
    let points: Vec<_> = points
        .map(|each| {
            let buckets: Vec<_> = each
                .buckets
                .iter()
                .map(
                    |each| json!({"bucket": each.bucket, "region": each.region, "bucket_account": each.bucket_account}),
                )
                .collect();
            let has_none = each.established.is_none() && each.proposed.is_none();
            let is_public = each.established.as_ref().is_some_and(|policy| policy.is_public);
            json!({
                "name": each.name,
                "alias": each.alias,
                "created_at": each.created_at.to_string(),
                "public_access_block": block(each.public_access_block),
                "status": each.status,
                "buckets": buckets,
                "policies": if has_none {
                    Value::Null
                } else {
                    json!({"established": document(each.established.as_ref()), "proposed": each.proposed})
                },
                "policy_status": if has_none { Value::Null } else { json!({ "is_public": is_public }) },
            })
        })
        .collect();
    json!({ "access_points": points })
}
