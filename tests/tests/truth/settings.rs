//! What S3 answers for a bucket of the scenario, as the snapshot has to hold it: the key of each setting, with the value
//! as JSON, or `None` where S3 says that there is no such setting.
//!
//! Which settings S3 answers with an error when they were never made, and which with an empty or a default value, is
//! from the Amazon S3 API Reference, page by page.

use std::collections::BTreeMap;

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, Bucket, Grant, Grantee, LifecycleRule, LogKeyFormat, NotificationTarget, ObjectFilter, PublicAccessBlock,
    Status, Toggle,
};
use serde_json::{Value, json};

/// Every setting of a bucket; `owner` is the canonical user id of its account.
pub(crate) fn of(bucket: &Bucket, account: &Account, owner: &str) -> BTreeMap<&'static str, Option<Value>> {
    BTreeMap::from([
        (
            "public_access_block",
            bucket.public_access_block.map(public_access_block),
        ),
        ("policy", bucket.policy.as_ref().map(|policy| json!(policy.document))),
        // S3 answers `NoSuchBucketPolicy` to this read too.
        (
            "policy_status",
            bucket
                .policy
                .as_ref()
                .map(|policy| json!({"is_public": policy.is_public})),
        ),
        ("acl", Some(acl(bucket, owner))),
        (
            "ownership_controls",
            bucket
                .ownership
                .map(|ownership| json!({"object_ownership": ownership.as_str()})),
        ),
        ("encryption", encryption(bucket)),
        // Always answered: a bucket that never had versions answers with neither member.
        (
            "versioning",
            Some(json!({
                "status": bucket.versioning.map(|versioning| versioning.status.as_str()),
                "mfa_delete": bucket.versioning.and_then(|versioning| versioning.mfa_delete).map(Toggle::as_str),
            })),
        ),
        (
            "object_lock",
            bucket.object_lock.map(|lock| {
                json!({
                    "enabled": true,
                    "default_retention": lock.default_retention.map(|retention| json!({
                        "mode": retention.mode.as_str(), "days": retention.days, "years": retention.years,
                    })),
                })
            }),
        ),
        ("logging", logging(bucket, owner)),
        (
            "lifecycle",
            bucket
                .lifecycle
                .as_ref()
                .map(|rules| rules.iter().map(lifecycle_rule).collect()),
        ),
        ("replication", replication(bucket)),
        ("notifications", Some(notifications(bucket))),
        ("tagging", bucket.tags.as_ref().map(|tags| json!(tags))),
        ("website", website(bucket)),
        ("cors", cors(bucket)),
        ("inventory", inventory(bucket)),
        (
            "request_payment",
            Some(json!({"payer": bucket.payer.map_or("BucketOwner", |payer| payer.as_str())})),
        ),
        (
            "acceleration",
            Some(json!({"status": bucket.acceleration.map(Status::as_str)})),
        ),
        (
            "abac",
            Some(json!({"status": bucket.abac.map_or("Disabled", Toggle::as_str)})),
        ),
        ("metadata", metadata(bucket, account)),
    ])
}

/// The four switches, of a bucket or of an account.
pub(crate) fn public_access_block(block: PublicAccessBlock) -> Value {
    json!({
        "block_public_acls": block.block_public_acls,
        "ignore_public_acls": block.ignore_public_acls,
        "block_public_policy": block.block_public_policy,
        "restrict_public_buckets": block.restrict_public_buckets,
    })
}

/// The regions of an account with their status.
pub(crate) fn regions_of<'scenario>(
    scenario: &'scenario Scenario,
    account: &'scenario Account,
) -> BTreeMap<&'scenario str, &'scenario str> {
    // What the account says of its own comes second and wins.
    let regions = scenario.regions.iter().chain(&account.regions);
    regions
        .map(|region| (region.name.as_str(), region.status.as_str()))
        .collect()
}

/// The simulation makes up the numbers of metadata tables; what stands before them is compared.
pub(crate) fn without_table_numbers(metadata: Option<&mut Value>) {
    for table in metadata
        .and_then(|value| value["tables"].as_array_mut())
        .into_iter()
        .flatten()
    {
        if let Some(arn) = table["arn"].as_str() {
            let (before, number) = arn.rsplit_once('/').expect("an ARN of a table");
            assert!(!number.is_empty(), "{arn}");
            table["arn"] = json!(before);
        }
    }
}

fn grant(grant: &Grant, owner: &str) -> Value {
    let grantee = match &grant.grantee {
        Grantee::Owner => json!({"canonical-user": owner}),
        Grantee::CanonicalUser(id) => json!({"canonical-user": id}),
        Grantee::Email(address) => json!({"email": address}),
        Grantee::Group(uri) => json!({"group": uri}),
    };
    json!({"grantee": grantee, "permission": grant.permission.as_str()})
}

/// Every bucket has a list; one that was never changed grants its owner everything.
fn acl(bucket: &Bucket, owner: &str) -> Value {
    let grants: Vec<Value> = match &bucket.acl {
        None => vec![json!({"grantee": {"canonical-user": owner}, "permission": "FULL_CONTROL"})],
        Some(grants) => grants.iter().map(|each| grant(each, owner)).collect(),
    };
    json!({"owner": owner, "grants": grants})
}

fn encryption(bucket: &Bucket) -> Option<Value> {
    bucket.encryption.as_ref().map(|encryption| {
        json!({"defaults": [{
            "algorithm": encryption.algorithm,
            // The key hangs below the algorithm: without the one there is no place for the other.
            "kms_key": encryption.algorithm.as_ref().and(encryption.kms_key.as_ref()),
            "bucket_key_enabled": encryption.bucket_key,
            "blocked_encryption_types": encryption.blocked_types,
        }]})
    })
}

fn logging(bucket: &Bucket, owner: &str) -> Option<Value> {
    bucket.logging.as_ref().map(|logging| {
        json!({
            "target_bucket": logging.target_bucket,
            "target_prefix": logging.target_prefix,
            "target_grants": logging.target_grants.iter().map(|each| grant(each, owner)).collect::<Vec<_>>(),
            "key_format": match logging.key_format {
                None => Value::Null,
                Some(LogKeyFormat::Simple) => json!("simple"),
                Some(LogKeyFormat::PartitionedByEventTime) => json!({"partitioned": "EventTime"}),
                Some(LogKeyFormat::PartitionedByDeliveryTime) => json!({"partitioned": "DeliveryTime"}),
            },
        })
    })
}

fn lifecycle_rule(rule: &LifecycleRule) -> Value {
    let mut actions = Vec::new();
    actions.extend(rule.expire_after_days.map(|days| json!({"expire-after-days": days})));
    actions.extend(rule.expire_on.map(|date| json!({"expire-on-date": date})));
    if rule.expire_delete_markers {
        actions.push(json!("expire-delete-markers"));
    }
    for transition in &rule.transitions {
        actions.push(json!({"transition": {"days": transition.days, "storage_class": transition.storage_class}}));
    }
    actions.extend(
        rule.noncurrent_expiration.map(
            |expiration| json!({"expire-noncurrent-after-days": {"days": expiration.days, "keep": expiration.keep}}),
        ),
    );
    for transition in &rule.noncurrent_transitions {
        let moved = json!({"days": transition.days, "storage_class": transition.storage_class});
        actions.push(json!({"transition-noncurrent": moved}));
    }
    actions.extend(
        rule.abort_multipart_after_days
            .map(|days| json!({"abort-incomplete-multipart-upload": days})),
    );
    let filter = &rule.filter;
    json!({
        "id": rule.id,
        "status": rule.status.as_str(),
        "filter": {
            // A filter that selects everything is an empty prefix on the wire.
            "prefix": match &filter.prefix {
                None if *filter == ObjectFilter::default() => Some(""),
                prefix => prefix.as_deref(),
            },
            "by_tag": !filter.tags.is_empty(),
            "by_size": filter.larger_than.is_some() || filter.smaller_than.is_some(),
        },
        "actions": actions,
    })
}

fn replication(bucket: &Bucket) -> Option<Value> {
    let rule = |rule: &s3attest_orgsim::scenario::ReplicationRule| {
        json!({
            "id": rule.id,
            "status": rule.status.as_str(),
            "destination_bucket": format!("arn:aws:s3:::{}", rule.destination_bucket),
            "destination_account": rule.destination_account,
            "replica_kms_key": rule.replica_kms_key,
            "delete_marker_replication": rule.delete_markers.map(Toggle::as_str),
            "prefix": rule.filter.prefix,
            // Rules of the first version have no priority and can select by prefix only.
            "filters_by_tag": rule.priority.is_some() && !rule.filter.tags.is_empty(),
        })
    };
    bucket.replication.as_ref().map(|replication| {
        json!({"role": replication.role, "rules": replication.rules.iter().map(rule).collect::<Vec<_>>()})
    })
}

/// Always answered; empty when nothing is notified.
fn notifications(bucket: &Bucket) -> Value {
    let notifications = bucket.notifications.clone().unwrap_or_default();
    let targets = |targets: &[NotificationTarget]| -> Vec<Value> {
        targets
            .iter()
            .map(|each| json!({"id": each.id, "arn": each.arn, "events": each.events}))
            .collect()
    };
    json!({
        "topics": targets(&notifications.topics),
        "queues": targets(&notifications.queues),
        "functions": targets(&notifications.functions),
        "event_bridge": notifications.event_bridge,
    })
}

fn website(bucket: &Bucket) -> Option<Value> {
    bucket.website.as_ref().map(|website| {
        json!({
            "index_document": website.index_document,
            "error_document": website.error_document,
            "redirect_all_requests_to": website.redirect_host.as_ref().map(|host| json!({
                "host_name": host, "protocol": website.redirect_protocol,
            })),
            "routing_rules": website.routing_rules.len(),
        })
    })
}

fn cors(bucket: &Bucket) -> Option<Value> {
    bucket.cors.as_ref().map(|rules| {
        let rule = |rule: &s3attest_orgsim::scenario::CorsRule| {
            json!({
                "id": rule.id,
                "allowed_origins": rule.allowed_origins,
                "allowed_methods": rule.allowed_methods,
                "allowed_headers": rule.allowed_headers,
                "expose_headers": rule.expose_headers,
                "max_age_seconds": rule.max_age_seconds,
            })
        };
        rules.iter().map(rule).collect()
    })
}

/// S3 answers an empty list when there are none.
fn inventory(bucket: &Bucket) -> Option<Value> {
    let configuration = |inventory: &s3attest_orgsim::scenario::Inventory| {
        json!({
            "id": inventory.id,
            "is_enabled": inventory.is_enabled,
            "frequency": inventory.frequency,
            "included_versions": inventory.included_versions,
            "destination_bucket": format!("arn:aws:s3:::{}", inventory.destination_bucket),
        })
    };
    (!bucket.inventory.is_empty()).then(|| bucket.inventory.iter().map(configuration).collect())
}

fn metadata(bucket: &Bucket, account: &Account) -> Option<Value> {
    let arn = format!("arn:aws:s3tables:{}:{}:bucket/aws-s3/table", bucket.region, account.id);
    bucket.metadata.as_ref().map(|metadata| {
        let inventory = match &metadata.inventory_status {
            Some(status) => json!({"kind": "inventory", "status": status, "arn": arn}),
            // A table that is off has neither status nor ARN; the state of its configuration stands in.
            None => json!({"kind": "inventory", "status": "DISABLED", "arn": null}),
        };
        json!({"tables": [{"kind": "journal", "status": metadata.journal_status, "arn": arn}, inventory]})
    })
}
