//! What becomes of verdicts when evidence is withheld, in worlds of buckets that log and replicate to each other.
//!
//! Checks that look at other buckets could turn a verdict around when one of those cannot be read. This asks all of them,
//! in worlds that no table of cases lists.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use s3attest_model::bucket::{
    Bucket, BucketSetting, DefaultRetention, EncryptionConfiguration, EncryptionDefault, LifecycleAction,
    LifecycleFilter, LifecycleRule, LogDestination, LogKeyFormat, ObjectLock, ReplicationConfiguration,
    ReplicationRule, RequestPayment, Versioning,
};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::finding::Verdict;

use crate::checks::CHECKS;
use crate::checks::scene::{ACCOUNT, Scene, bucket, denied, present, region, source};

/// The bucket under judgement and the others.
const NAMES: [&str; 3] = ["subject", "first", "second"];

/// Names to which buckets refer; the last is that of no bucket.
const REFERRED: [&str; 4] = ["subject", "first", "second", "gone"];

fn text(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(texts).prop_map(str::to_owned)
}

fn logging() -> impl Strategy<Value = LogDestination> {
    let format = prop_oneof![
        Just(None),
        Just(Some(LogKeyFormat::Simple)),
        text(&["EventTime", "DeliveryTime"]).prop_map(|date| Some(LogKeyFormat::Partitioned(date))),
    ];
    (text(&REFERRED), text(&["", "logs/"]), format).prop_map(|(target_bucket, target_prefix, key_format)| {
        LogDestination {
            target_bucket,
            target_prefix,
            target_grants: Vec::new(),
            key_format,
        }
    })
}

fn replication() -> impl Strategy<Value = ReplicationConfiguration> {
    let rule = (text(&["Enabled", "Disabled"]), text(&REFERRED), any::<bool>());
    let rule = rule.prop_map(|(status, destination, names_account)| ReplicationRule {
        id: None,
        status,
        destination_bucket: format!("arn:aws:s3:::{destination}"),
        destination_account: names_account.then(|| ACCOUNT.to_owned()),
        replica_kms_key: None,
        delete_marker_replication: None,
        prefix: None,
        filters_by_tag: false,
    });
    proptest::collection::vec(rule, 0..3).prop_map(|rules| ReplicationConfiguration {
        role: String::new(),
        rules,
    })
}

fn object_lock() -> impl Strategy<Value = ObjectLock> {
    let retention = proptest::option::of(text(&["GOVERNANCE", "COMPLIANCE"]));
    (any::<bool>(), retention).prop_map(|(enabled, mode)| ObjectLock {
        enabled,
        default_retention: mode.map(|mode| DefaultRetention {
            mode: Some(mode),
            days: Some(1),
            years: None,
        }),
    })
}

fn lifecycle() -> impl Strategy<Value = Vec<LifecycleRule>> {
    let action = select(vec![
        LifecycleAction::ExpireAfterDays(1),
        LifecycleAction::ExpireAfterDays(1000),
        LifecycleAction::ExpireOnDate("2030-01-01".to_owned()),
        LifecycleAction::ExpireNoncurrentAfterDays {
            days: Some(1),
            keep: None,
        },
        LifecycleAction::AbortIncompleteMultipartUpload(Some(1)),
    ]);
    let rule = (text(&["Enabled", "Disabled"]), text(&["", "logs/", "data/"]), action);
    let rule = rule.prop_map(|(status, prefix, action)| LifecycleRule {
        id: None,
        status,
        filter: LifecycleFilter {
            prefix: Some(prefix),
            by_tag: false,
            by_size: false,
        },
        actions: vec![action],
    });
    proptest::collection::vec(rule, 0..3)
}

fn encryption() -> impl Strategy<Value = EncryptionConfiguration> {
    text(&["AES256", "aws:kms", "aws:kms:dsse"]).prop_map(|algorithm| EncryptionConfiguration {
        defaults: vec![EncryptionDefault {
            algorithm: Some(algorithm),
            kms_key: None,
            bucket_key_enabled: None,
            blocked_encryption_types: None,
        }],
    })
}

fn versioning() -> impl Strategy<Value = Versioning> {
    let word = || proptest::option::of(text(&["Enabled"]));
    (word(), word()).prop_map(|(status, mfa_delete)| Versioning { status, mfa_delete })
}

/// A bucket in one of two regions with any of the settings by which checks look at other buckets.
fn any_bucket(name: &'static str) -> impl Strategy<Value = Bucket> {
    use proptest::option::of;
    let payer = text(&["BucketOwner", "Requester"]).prop_map(|payer| RequestPayment { payer });
    let settings = (
        select(vec!["eu-central-1", "us-east-1"]),
        of(logging()),
        of(replication()),
        of(object_lock()),
        of(lifecycle()),
        of(encryption()),
        of(versioning()),
        of(payer),
    );
    settings.prop_map(
        move |(place, logging, replication, lock, lifecycle, encryption, versioning, payer)| {
            let mut bucket = bucket(name);
            bucket.region = Evidence::present(region(place), source("s3.ListBuckets"));
            let settings = &mut bucket.settings;
            macro_rules! set {
            ($($member:ident = $value:ident as $setting:ident),*) => {
                $(if let Some(value) = $value { settings.$member = present(BucketSetting::$setting, value); })*
            };
        }
            set!(
                logging = logging as Logging,
                replication = replication as Replication,
                object_lock = lock as ObjectLock,
                lifecycle = lifecycle as Lifecycle,
                encryption = encryption as Encryption,
                versioning = versioning as Versioning,
                request_payment = payer as RequestPayment
            );
            bucket
        },
    )
}

/// What is withheld of a bucket: its region, and some settings.
fn withheld() -> impl Strategy<Value = (bool, Vec<BucketSetting>)> {
    let settings = subsequence(BucketSetting::ALL.to_vec(), 0..=BucketSetting::ALL.len());
    (proptest::bool::weighted(0.1), prop_oneof![Just(Vec::new()), settings])
}

fn withhold(bucket: &mut Bucket, (region, settings): (bool, Vec<BucketSetting>)) {
    if region {
        bucket.region.observed = Observed::Gap(denied());
    }
    for setting in settings {
        bucket.settings.withhold(setting, denied());
    }
}

fn scene_of(buckets: Vec<Bucket>) -> Scene {
    let mut scene = Scene::new();
    let mut buckets = buckets.into_iter();
    scene.bucket = buckets.next().expect("a world has a subject");
    for other in buckets {
        scene.add(other);
    }
    scene
}

proptest! {
    // Rare meetings of two gaps decide, so that fewer cases would miss a wrong verdict.
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn withholding_evidence_leaves_a_verdict_or_takes_it_away(
        buckets in NAMES.map(any_bucket),
        gaps in [withheld(), withheld(), withheld()],
        list_is_complete in proptest::bool::weighted(0.8),
        last_is_listed in any::<bool>(),
    ) {
        let whole = scene_of(buckets.to_vec());
        let mut part = buckets.to_vec();
        for (bucket, gaps) in part.iter_mut().zip(gaps) {
            withhold(bucket, gaps);
        }
        if !list_is_complete && !last_is_listed {
            part.pop();
        }
        let mut part = scene_of(part);
        if !list_is_complete {
            part.facts.bucket_listing.observed = Observed::Gap(denied());
        }
        for check in CHECKS {
            let (known, unknown) = (whole.judge(check), part.judge(check));
            prop_assert!(
                unknown.verdict == Verdict::NotAssessed || unknown.verdict == known.verdict,
                "{}: {} became {}", check.id, known.message, unknown.message
            );
        }
    }
}
