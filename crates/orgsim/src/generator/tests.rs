//! The generator keeps its word: repeatable, sound, varied.

use std::collections::BTreeSet;

use super::*;
use crate::scenario::{Bucket, FaultKind};

fn large() -> Scenario {
    GeneratorOptions {
        accounts: 60,
        buckets_per_account: 30,
        ..GeneratorOptions::default()
    }
    .generate()
}

#[test]
fn the_same_options_make_the_same_organization_and_another_seed_another() {
    assert_eq!(large(), large());
    let other = GeneratorOptions {
        accounts: 60,
        buckets_per_account: 30,
        seed: 2,
        ..GeneratorOptions::default()
    };
    assert_ne!(large(), other.generate());
}

#[test]
fn what_is_made_hangs_together_and_has_the_size_that_was_asked_for() {
    for accounts in [1, 2, 7, 130] {
        let options = GeneratorOptions {
            accounts,
            ..GeneratorOptions::default()
        };
        let scenario = options.generate();
        scenario.check().expect("a generated scenario is sound");
        assert_eq!(scenario.accounts.len(), accounts);
    }
    let buckets: usize = large().accounts.iter().map(|account| account.buckets.len()).sum();
    assert!((60 * 20..60 * 40).contains(&buckets), "{buckets} buckets");
}

#[test]
fn bucket_names_are_names_that_s3_takes() {
    for account in &large().accounts {
        for bucket in &account.buckets {
            let name = &bucket.name;
            let fits = (3..=63).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(fits, "{name}");
        }
    }
}

#[test]
fn every_setting_occurs_both_configured_and_not() {
    type Has = fn(&Bucket) -> bool;
    let scenario = large();
    let settings: [(&str, Has); 19] = [
        ("public access block", |bucket| bucket.public_access_block.is_some()),
        ("policy", |bucket| bucket.policy.is_some()),
        ("public policy", |bucket| {
            bucket.policy.as_ref().is_some_and(|policy| policy.is_public)
        }),
        ("acl", |bucket| bucket.acl.is_some()),
        ("ownership", |bucket| bucket.ownership.is_some()),
        ("encryption", |bucket| bucket.encryption.is_some()),
        ("versioning", |bucket| bucket.versioning.is_some()),
        ("object lock", |bucket| bucket.object_lock.is_some()),
        ("logging", |bucket| bucket.logging.is_some()),
        ("lifecycle", |bucket| bucket.lifecycle.is_some()),
        ("replication", |bucket| bucket.replication.is_some()),
        ("notifications", |bucket| bucket.notifications.is_some()),
        ("tags", |bucket| bucket.tags.is_some()),
        ("website", |bucket| bucket.website.is_some()),
        ("cors", |bucket| bucket.cors.is_some()),
        ("inventory", |bucket| !bucket.inventory.is_empty()),
        ("payer", |bucket| bucket.payer.is_some()),
        ("acceleration", |bucket| bucket.acceleration.is_some()),
        ("metadata", |bucket| bucket.metadata.is_some()),
    ];
    for (name, has) in settings {
        let buckets = || scenario.accounts.iter().flat_map(|account| &account.buckets);
        assert!(buckets().any(has), "{name} is never configured");
        assert!(!buckets().all(has), "{name} is always configured");
    }
}

#[test]
fn the_policies_are_of_many_forms() {
    let forms: BTreeSet<String> = large()
        .accounts
        .iter()
        .flat_map(|account| &account.buckets)
        .filter_map(|bucket| {
            let policy = bucket.policy.as_ref()?;
            Some(policy.document.replace(&bucket.name, "bucket"))
        })
        .collect();
    assert!(forms.len() > 40, "{} forms", forms.len());
}

#[test]
fn a_scenario_survives_its_file() {
    let scenario = Scenario::demo();
    let text = toml::to_string(&scenario).expect("a scenario can be written");
    assert_eq!(Scenario::from_toml(&text).expect("and read again"), scenario);
}

#[test]
fn the_demonstration_has_its_troubles() {
    let scenario = Scenario::demo();
    scenario.check().expect("sound");
    assert_eq!(scenario.accounts.len(), 14);
    let has = |wanted: fn(&FaultKind) -> bool| scenario.faults.iter().any(|fault| wanted(&fault.kind));
    assert!(has(|kind| *kind == FaultKind::RoleDenied));
    assert!(has(|kind| matches!(kind, FaultKind::Denied(_))));
    assert!(has(|kind| *kind == FaultKind::BucketDeleted));
    assert!(
        scenario
            .accounts
            .iter()
            .any(|account| account.state == AccountState::Suspended)
    );
    assert!(scenario.accounts.iter().any(|account| account.rate_limits.is_some()));
    assert!(scenario.accounts.iter().any(|account| !account.regions.is_empty()));
    for fault in &scenario.faults {
        let account = scenario
            .account(fault.account.as_deref().expect("one account"))
            .expect("there");
        assert_eq!(
            account.state,
            AccountState::Active,
            "a trouble at an account that nobody reads shows nothing"
        );
        assert!(!account.buckets.is_empty());
    }
}
