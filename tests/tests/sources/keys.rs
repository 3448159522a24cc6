//! The keys of KMS that buckets and delivery channels use.
//!
//! Every source may name keys, so this one is held beside AWS Config alone, whose keys the truth below knows; that the names
//! of all other sources are followed too is a test of its own.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_collect::Wishes;
use s3attest_model::evidence::GapCause;
use s3attest_model::services::{Facts, Keys, Reading, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, KmsKey, Refuser};
use s3attest_tests::Simulation;
use serde_json::{Map, Value, json};

use crate::harness::{self, enabled_regions, hold};

/// A key with its owner and its region.
type Found<'scenario> = (&'scenario Account, String, &'scenario KmsKey);

pub(crate) fn truth(scenario: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let mut keys = BTreeMap::new();
    let uses: Vec<_> = references(account)
        .into_iter()
        .map(|(region, name)| {
            let resolved = match resolve(scenario, account, &region, &name) {
                Ok(Some(found)) => {
                    let arn = arn(found.0, &found.1, &found.2.id);
                    keys.insert(arn.clone(), key(account, &found));
                    json!(arn)
                }
                Ok(None) => Value::Null,
                Err(cause) => json!({"gap": cause}),
            };
            json!({"reference": {"region": region, "key": name}, "resolved": resolved})
        })
        .collect();
    // Encryption and replication of each bucket, and the delivery channels of each region.
    let places = 2 * account.buckets.len() + enabled_regions(scenario, account).len();
    json!({"referrers": {"places": places}, "uses": uses, "keys": keys.into_values().collect::<Vec<_>>()})
}

/// The names that an account's buckets and delivery channels use, with the region of the user.
fn references(account: &Account) -> BTreeSet<(String, String)> {
    let mut names = BTreeSet::new();
    for bucket in &account.buckets {
        let mut note = |key: &str| names.insert((bucket.region.clone(), key.to_owned()));
        if let Some(encryption) = &bucket.encryption {
            match (&encryption.kms_key, encryption.algorithm.as_deref()) {
                (Some(key), _) => _ = note(key),
                (None, Some("aws:kms" | "aws:kms:dsse")) => _ = note("alias/aws/s3"),
                (None, _) => {}
            }
        }
        for rule in bucket.replication.iter().flat_map(|replication| &replication.rules) {
            if let Some(key) = &rule.replica_kms_key {
                note(key);
            }
        }
    }
    let channels = account.services.config.regions.values();
    for channel in channels.filter_map(|region| region.channel.as_ref()) {
        if let Some(key) = &channel.kms_key_arn {
            let region = key.split(':').nth(3).expect("an ARN");
            names.insert((region.to_owned(), key.clone()));
        }
    }
    names
}

fn resolve<'scenario>(
    scenario: &'scenario Scenario,
    account: &'scenario Account,
    region: &str,
    name: &str,
) -> Result<Option<Found<'scenario>>, &'static str> {
    let (region, owner, resource) = if name.starts_with("arn:") {
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        (parts[3], parts[4], parts[5].to_owned())
    } else if name.starts_with("alias/") {
        (region, account.id.as_str(), name.to_owned())
    } else {
        (region, account.id.as_str(), format!("key/{name}"))
    };
    let found = scenario.account(owner).and_then(|owner| {
        let here = owner.services.kms.regions.get(region)?;
        let id = match resource.strip_prefix("key/") {
            Some(id) => id,
            None => here
                .aliases
                .iter()
                .find(|alias| alias.name == resource)?
                .key
                .as_deref()?,
        };
        let key = here.keys.iter().find(|key| key.id == id)?;
        Some((owner, region.to_owned(), key))
    });
    if owner == account.id {
        return Ok(found);
    }
    // KMS does not tell strangers whether there is a key.
    match found {
        Some(found) if found.2.shared_with.contains(&account.id) => Ok(Some(found)),
        _ => Err("denied"),
    }
}

fn arn(owner: &Account, region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:{}:key/{id}", owner.id)
}

/// Members that are null are not written.
fn written(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.collect::<Map<_, _>>())
}

fn key(account: &Account, (owner, region, key): &Found<'_>) -> Value {
    let is_imported = key.origin == "EXTERNAL";
    let relatives = (!key.multi_regions.is_empty()).then(|| {
        let replicas: Vec<_> = key.multi_regions[1..]
            .iter()
            .map(|other| arn(owner, other, &key.id))
            .collect();
        json!({
            "role": if key.multi_regions[0] == *region { "PRIMARY" } else { "REPLICA" },
            "primary_arn": arn(owner, &key.multi_regions[0], &key.id),
            "replica_arns": replicas,
        })
    });
    let expiration = match (is_imported, key.expires_at) {
        (false, _) => None,
        (true, Some(_)) => Some("KEY_MATERIAL_EXPIRES"),
        (true, None) => Some("KEY_MATERIAL_DOES_NOT_EXPIRE"),
    };
    let is_own = owner.id == account.id;
    json!({
        "arn": arn(owner, region, &key.id),
        "description": written(json!({
            "id": key.id,
            "account": owner.id,
            "manager": key.manager,
            "state": key.state,
            "enabled": key.state == "Enabled",
            "origin": key.origin,
            "spec": key.spec,
            "usage": "ENCRYPT_DECRYPT",
            "description": (!key.description.is_empty()).then_some(&key.description),
            "created_at": key.created_at.to_string(),
            "deletion_at": key.deletion_at.map(|time| time.to_string()),
            "expiration_model": expiration,
            "material_expires_at": key.expires_at.map(|time| time.to_string()),
            "custom_key_store": (key.origin == "AWS_CLOUDHSM").then_some("cks-1234567890abcdef0"),
            "multi_region": relatives,
        })),
        "rotation": rotation(key),
        "policy": if is_own { json!(key.policy) } else { json!({"gap": "outside-scan"}) },
        "grants": grants(owner, key),
    })
}

fn rotation(key: &KmsKey) -> Value {
    let reason = match (key.manager.as_str(), key.spec.as_str(), key.origin.as_str()) {
        ("AWS", _, _) => "managed-by-aws",
        (_, spec, _) if spec != "SYMMETRIC_DEFAULT" => "not-symmetric",
        (_, _, "EXTERNAL") => "imported-material",
        (_, _, "AWS_CLOUDHSM") => "custom-key-store",
        _ => {
            let days = key.rotation_days.filter(|_| key.state != "PendingDeletion");
            let next = days.map(|days| key.created_at + jiff::SignedDuration::from_hours(i64::from(days) * 24));
            return json!({"configured": written(json!({
                "enabled": days.is_some(),
                "period_days": days,
                "next_at": next.map(|time| time.to_string()),
            }))});
        }
    };
    json!({"not-configurable": reason})
}

fn grants(owner: &Account, key: &KmsKey) -> Value {
    let own = format!("arn:aws:iam::{}:", owner.id);
    let is_service = |grantee: &str| grantee.ends_with(".amazonaws.com");
    let count = |wanted: &dyn Fn(&str) -> bool| key.grants.iter().filter(|grant| wanted(&grant.grantee)).count();
    let others: Vec<_> = key
        .grants
        .iter()
        .filter(|grant| !grant.grantee.starts_with(&own) && !is_service(&grant.grantee))
        .map(|grant| {
            written(json!({
                "id": grant.id,
                "name": grant.name,
                "grantee": grant.grantee,
                "issuing_account": format!("arn:aws:iam::{}:root", owner.id),
                "operations": grant.operations,
                "constrained": !grant.context.is_empty(),
            }))
        })
        .collect();
    json!({
        "total": key.grants.len(),
        "own_account": count(&|grantee| grantee.starts_with(&own)),
        "services": count(&is_service),
        "others": others,
    })
}

#[test]
fn keys_are_what_the_scenario_says_and_what_boto3_reads() {
    hold(&[ServiceSource::Config, ServiceSource::Keys], crate::truth_of);
}

fn keys_of(simulation: &Simulation, sources: &[ServiceSource]) -> Vec<(Vec<Reading>, Keys)> {
    let sources = sources.iter().copied().collect();
    let records = harness::read(simulation, &sources, Wishes::default());
    let mut accounts: BTreeMap<_, (Vec<Reading>, Option<Keys>)> = BTreeMap::new();
    for record in records {
        let account = accounts.entry(record.account).or_default();
        match record.reading {
            Reading::Keys(keys) => account.1 = Some(*keys),
            other => account.0.push(other),
        }
    }
    let accounts = accounts.into_values();
    accounts
        .map(|(others, keys)| (others, keys.expect("every account has its keys read")))
        .collect()
}

#[test]
fn the_keys_of_every_other_source_are_read() {
    let simulation = Simulation::start(harness::organization());
    let mut named = 0;
    for (others, keys) in keys_of(&simulation, ServiceSource::ALL) {
        for reading in others {
            for reference in reading.keys() {
                named += 1;
                assert!(keys.use_of(&reference).is_some(), "{}: {reference:?}", reading.source());
            }
        }
    }
    assert!(named > 0, "no source names a key");
}

#[test]
fn what_is_refused_of_a_key_leaves_the_rest_of_it() {
    let mut scenario = harness::organization();
    for operation in ["GetKeyPolicy", "ListAliases"] {
        scenario.faults.push(Fault {
            service: Some("kms".to_owned()),
            operation: Some(operation.to_owned()),
            ..Fault::everywhere(FaultKind::Denied(Refuser::ServiceControlPolicy))
        });
    }
    let simulation = Simulation::start(scenario);
    let (mut managed, mut read) = (0, 0);
    for (_, keys) in keys_of(&simulation, &[ServiceSource::Keys]) {
        for each in &keys.uses {
            let cause = each.resolved.as_gap().map(|gap| gap.cause);
            if each.names_managed_key() {
                // Nobody describes the key of such an alias instead: that might make it.
                managed += 1;
                assert_eq!(cause, Some(GapCause::Denied));
                assert_eq!(each.resolved.source.operation.as_str(), "kms.ListAliases");
            }
        }
        let own = keys.keys.iter().filter(|key| key.policy.source.observed_at.is_some());
        for key in own {
            read += 1;
            assert_eq!(key.policy.as_gap().map(|gap| gap.cause), Some(GapCause::Denied));
            assert!(
                key.rotation.as_gap().is_none() && key.grants.as_gap().is_none(),
                "{}",
                key.arn
            );
        }
    }
    assert!(managed > 0 && read > 0, "{managed} names of AWS's keys, {read} keys");
}
