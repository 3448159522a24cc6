//! Topics of SNS that buckets, trails and delivery channels notify.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_collect::Wishes;
use s3attest_model::evidence::Observed;
use s3attest_model::services::{Facts, Reading, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::Account;
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{enabled_regions, organization, read};

pub(crate) fn truth(scenario: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let notifications = account
        .buckets
        .iter()
        .filter_map(|bucket| bucket.notifications.as_ref());
    let of_buckets = notifications.flat_map(|each| each.topics.iter().map(|topic| topic.arn.as_str()));
    // A trail and a channel are seen where their region is on.
    let on = enabled_regions(scenario, account);
    let trails = account.services.cloudtrail.trails.iter();
    let of_trails = trails
        .filter(|trail| on.contains(&trail.region.as_str()))
        .filter_map(|trail| trail.topic_arn.as_deref());
    let regions = account.services.config.regions.iter();
    let of_channels = regions
        .filter(|(region, _)| on.contains(&region.as_str()))
        .filter_map(|(_, config)| config.channel.as_ref()?.topic_arn.as_deref());
    let notified: BTreeSet<&str> = of_buckets.chain(of_trails).chain(of_channels).collect();
    let topics: Vec<Value> = notified
        .into_iter()
        .map(|arn| {
            let parts: Vec<&str> = arn.split(':').collect();
            let (region, owner, name) = (parts[3], parts[4], parts[5]);
            let is_own = owner == account.id;
            json!({"arn": arn, "is_own": is_own, "attributes": attributes(scenario, account, region, owner, name)})
        })
        .collect();
    // The notifications of each bucket, and the trails and the delivery channels of each region.
    let places = account.buckets.len() + 2 * on.len();
    json!({"referrers": {"places": places}, "topics": topics})
}

fn attributes(scenario: &Scenario, account: &Account, region: &str, owner: &str, name: &str) -> Value {
    let is_own = owner == account.id;
    let there = scenario.accounts.iter().find(|account| account.id == owner);
    let topics = there.map_or(&[][..], |account| &account.services.topics);
    let topic = topics.iter().find(|topic| topic.region == region && topic.name == name);
    match topic {
        None if is_own => Value::Null,
        Some(topic) if is_own || topic.readers.contains(&account.id) => {
            let mut said = json!({
                "owner": owner,
                "policy": topic.policy,
                "confirmed_subscriptions": topic.confirmed_subscriptions,
                "pending_subscriptions": topic.pending_subscriptions,
            });
            if let Some(key) = &topic.kms_key {
                said["kms_key"] = json!(key);
            }
            if let Some(version) = &topic.signature_version {
                said["signature_version"] = json!(version);
            }
            said
        }
        _ => json!({"gap": "denied"}),
    }
}

#[test]
fn topics_of_every_kind_are_read_and_their_keys_told() {
    let simulation = Simulation::start(organization());
    let records = read(&simulation, &[ServiceSource::Topics].into(), Wishes::default());
    let mut seen = BTreeMap::new();
    for record in &records {
        let Reading::Topics(reading) = &record.reading else {
            panic!("only topics were read");
        };
        let mut with_key = 0;
        for topic in &reading.topics {
            let state = match &topic.attributes.observed {
                Observed::Present(attributes) => {
                    with_key += usize::from(attributes.kms_key.is_some());
                    "present"
                }
                Observed::Absent => "absent",
                Observed::Gap(_) => "gap",
            };
            *seen.entry((topic.is_own, state)).or_insert(0) += 1;
        }
        assert_eq!(reading.keys().len(), with_key);
        assert_eq!(reading.facts().len(), 1 + reading.topics.len());
    }
    let kinds: Vec<_> = seen.keys().copied().collect();
    assert_eq!(
        kinds,
        [(false, "gap"), (false, "present"), (true, "absent"), (true, "present")],
        "{seen:?}"
    );
}
