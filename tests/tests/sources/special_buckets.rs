//! Directory, table and vector buckets.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, DirectoryBucket};
use serde_json::{Value, json};

pub(crate) fn directory(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("buckets belong to a region");
    let buckets = account.services.directory_buckets.iter();
    let buckets: Vec<_> = buckets
        .filter(|bucket| bucket.region == region)
        .map(|bucket| {
            let encryption = bucket.encryption.as_ref().map(|encryption| {
                json!({"defaults": [{
                    "algorithm": encryption.algorithm,
                    "kms_key": encryption.kms_key,
                    "bucket_key_enabled": encryption.bucket_key,
                    "blocked_encryption_types": encryption.blocked_types,
                }]})
            });
            json!({
                "name": bucket.name,
                "arn": format!("arn:aws:s3express:{region}:{}:bucket/{}", account.id, bucket.name),
                "region": region,
                "created_at": bucket.created_at.to_string(),
                "policy": bucket.policy,
                "encryption": encryption,
                "lifecycle": lifecycle(bucket),
                "inventory": inventory(bucket),
                "metrics": metrics(bucket),
            })
        })
        .collect();
    json!({ "buckets": buckets })
}

/// The actions that rules of directory buckets can have.
fn lifecycle(bucket: &DirectoryBucket) -> Value {
    let Some(rules) = &bucket.lifecycle else {
        return Value::Null;
    };
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| {
            let expiry = rule.expire_after_days.map(|days| json!({"expire-after-days": days}));
            let abort = rule
                .abort_multipart_after_days
                .map(|days| json!({"abort-incomplete-multipart-upload": days}));
            json!({
                "id": rule.id,
                "status": rule.status.as_str(),
                "filter": {"prefix": rule.filter.prefix.clone().unwrap_or_default(), "by_tag": false, "by_size": false},
                "actions": expiry.into_iter().chain(abort).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!(rules)
}

fn inventory(bucket: &DirectoryBucket) -> Value {
    let lists = bucket.inventory.iter().map(|each| {
        json!({
            "id": each.id,
            "is_enabled": each.is_enabled,
            "frequency": each.frequency,
            "included_versions": each.included_versions,
            "destination_bucket": format!("arn:aws:s3:::{}", each.destination_bucket),
        })
    });
    lists.collect()
}

fn metrics(bucket: &DirectoryBucket) -> Value {
    let metrics = bucket.metrics.iter();
    metrics
        .map(|each| json!({"id": each.id, "prefix": each.prefix, "access_point": each.access_point}))
        .collect()
}

pub(crate) fn table(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("buckets belong to a region");
    let buckets = account.services.table_buckets.iter();
    let buckets: Vec<_> = buckets
        .filter(|bucket| bucket.region == region)
        .map(|bucket| {
            let maintenance: Vec<_> = bucket
                .file_removal
                .iter()
                .map(|removal| {
                    json!({
                        "kind": "icebergUnreferencedFileRemoval",
                        "status": if removal.is_enabled { "enabled" } else { "disabled" },
                        "unreferenced_days": removal.unreferenced_days,
                        "noncurrent_days": removal.noncurrent_days,
                    })
                })
                .collect();
            json!({
                "name": bucket.name,
                "arn": format!("arn:aws:s3tables:{region}:{}:bucket/{}", account.id, bucket.name),
                "owner": account.id,
                "region": region,
                "created_at": bucket.created_at.to_string(),
                "kind": bucket.kind,
                "policy": bucket.policy,
                "encryption": bucket
                    .algorithm
                    .as_ref()
                    .map(|algorithm| json!({"algorithm": algorithm, "kms_key": bucket.kms_key})),
                "maintenance": maintenance,
            })
        })
        .collect();
    json!({ "buckets": buckets })
}

pub(crate) fn vector(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("buckets belong to a region");
    let buckets = account.services.vector_buckets.iter();
    let buckets: Vec<_> = buckets
        .filter(|bucket| bucket.region == region)
        .map(|bucket| {
            json!({
                "name": bucket.name,
                "arn": format!("arn:aws:s3vectors:{region}:{}:bucket/{}", account.id, bucket.name),
                "region": region,
                "created_at": bucket.created_at.to_string(),
                "settings": {
                    "algorithm": bucket.algorithm,
                    "kms_key": bucket.kms_key,
                    "default_index_mode": bucket.default_index_mode,
                },
                "policy": bucket.policy,
            })
        })
        .collect();
    json!({ "buckets": buckets })
}
