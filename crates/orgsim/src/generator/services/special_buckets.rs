//! Buckets that are not in the list of buckets: fast ones, ones of tables and ones of vectors. Few accounts have them.

use serde_json::json;

use super::{Furnishing, key_in};
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{
    Account, DirectoryBucket, Encryption, Inventory, LifecycleRule, RequestMetrics, Scenario, TableBucket,
    TableFileRemoval, VectorBucket,
};

/// Zones that have directory buckets (Amazon S3 User Guide, "Regional and Zonal endpoints for directory buckets").
const ZONES: &[(&str, &str)] = &[
    ("us-east-1", "use1-az4"),
    ("eu-west-1", "euw1-az1"),
    ("us-west-2", "usw2-az1"),
    ("eu-north-1", "eun1-az1"),
];

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("special-buckets", &account.id);
        let count = |dice: &mut Dice| match purpose {
            Purpose::Production => dice.between(1, 5),
            Purpose::Development | Purpose::SharedServices => dice.between(0, 3),
            _ => 0,
        };
        let (directories, tables, vectors) = (count(&mut dice), count(&mut dice), count(&mut dice));
        let zones = (dice.pick(ZONES), dice.pick(ZONES));
        let region = account
            .buckets
            .first()
            .map_or_else(|| zones.0.0.to_owned(), |bucket| bucket.region.clone());
        // Nearly all in one place, so that their list has pages.
        let directory_buckets = (0..directories)
            .map(|number| {
                let zone = if dice.chance(80) { zones.0 } else { zones.1 };
                directory_bucket(account, number, zone, &mut dice)
            })
            .collect();
        let mut table_buckets: Vec<_> = (0..tables)
            .map(|number| table_bucket(account, number, &region, &mut dice))
            .collect();
        // The bucket that AWS keeps for S3 Metadata.
        if *purpose == Purpose::SharedServices {
            table_buckets.push(TableBucket {
                name: "aws-s3".to_owned(),
                kind: "aws".to_owned(),
                policy: None,
                ..table_bucket(account, tables, &region, &mut dice)
            });
        }
        let vector_buckets = (0..vectors)
            .map(|number| vector_bucket(account, number, &region, &mut dice))
            .collect();
        account.services.directory_buckets = directory_buckets;
        account.services.table_buckets = table_buckets;
        account.services.vector_buckets = vector_buckets;
    }
}

fn policy(arn: &str, service: &str, account: &str, dice: &mut Dice) -> Option<String> {
    let principal = match dice.between(0, 3) {
        0 | 1 => return None,
        2 => json!({"AWS": format!("arn:aws:iam::{account}:role/reader")}),
        _ => json!("*"),
    };
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": format!("{service}:*"), "Resource": arn},
    ]});
    Some(document.to_string())
}

/// Algorithm and key.
fn encrypted(account: &Account, region: &str, dice: &mut Dice) -> (Option<String>, Option<String>) {
    match dice.between(0, 2) {
        0 => (None, None),
        1 => (Some("AES256".to_owned()), None),
        _ => match key_in(account, region) {
            Some(key) => (Some("aws:kms".to_owned()), Some(key)),
            None => (Some("AES256".to_owned()), None),
        },
    }
}

fn directory_bucket(account: &Account, number: usize, zone: &(&str, &str), dice: &mut Dice) -> DirectoryBucket {
    let (region, zone) = *zone;
    let name = format!("cache-{number}-{}--{zone}--x-s3", dice.letters(4));
    let arn = format!("arn:aws:s3express:{region}:{}:bucket/{name}", account.id);
    let (algorithm, kms_key) = encrypted(account, region, dice);
    let inventories = if dice.chance(40) { dice.between(1, 4) } else { 0 };
    let target = account.buckets.first().map_or("lists", |bucket| bucket.name.as_str());
    let counted = if dice.chance(40) { dice.between(1, 4) } else { 0 };
    DirectoryBucket {
        region: region.to_owned(),
        created_at: moment(dice),
        policy: policy(&arn, "s3express", &account.id, dice),
        encryption: algorithm.map(|algorithm| Encryption {
            bucket_key: Some(kms_key.is_some()),
            algorithm: Some(algorithm),
            kms_key,
            blocked_types: None,
        }),
        lifecycle: dice.chance(50).then(|| {
            vec![LifecycleRule {
                expire_after_days: Some(7),
                abort_multipart_after_days: dice.chance(50).then_some(1),
                ..LifecycleRule::enabled("expire")
            }]
        }),
        inventory: (0..inventories)
            .map(|number| Inventory {
                id: format!("list-{number}"),
                is_enabled: dice.chance(80),
                frequency: "Daily".to_owned(),
                included_versions: "Current".to_owned(),
                destination_bucket: target.to_owned(),
            })
            .collect(),
        metrics: (0..counted)
            .map(|number| RequestMetrics {
                id: format!("requests-{number}"),
                prefix: dice.chance(50).then(|| format!("part-{number}/")),
                access_point: dice
                    .chance(30)
                    .then(|| format!("arn:aws:s3express:{region}:{}:accesspoint/fast", account.id)),
            })
            .collect(),
        name,
    }
}

fn table_bucket(account: &Account, number: usize, region: &str, dice: &mut Dice) -> TableBucket {
    let name = format!("tables-{number}-{}", dice.letters(4));
    let arn = format!("arn:aws:s3tables:{region}:{}:bucket/{name}", account.id);
    let (algorithm, kms_key) = encrypted(account, region, dice);
    TableBucket {
        region: region.to_owned(),
        id: format!("{}-{}", dice.letters(8), dice.letters(12)),
        kind: "customer".to_owned(),
        created_at: moment(dice),
        policy: policy(&arn, "s3tables", &account.id, dice),
        // Every table bucket is encrypted, by default so.
        algorithm: algorithm.or_else(|| Some("AES256".to_owned())),
        kms_key,
        file_removal: dice.chance(80).then(|| TableFileRemoval {
            is_enabled: dice.chance(80),
            unreferenced_days: dice.chance(80).then_some(3),
            noncurrent_days: dice.chance(80).then_some(10),
        }),
        name,
    }
}

fn vector_bucket(account: &Account, number: usize, region: &str, dice: &mut Dice) -> VectorBucket {
    let name = format!("vectors-{number}-{}", dice.letters(4));
    let arn = format!("arn:aws:s3vectors:{region}:{}:bucket/{name}", account.id);
    let (algorithm, kms_key) = encrypted(account, region, dice);
    VectorBucket {
        region: region.to_owned(),
        created_at: moment(dice),
        policy: policy(&arn, "s3vectors", &account.id, dice),
        algorithm,
        kms_key,
        default_index_mode: dice.chance(50).then(|| "CLASSIC".to_owned()),
        name,
    }
}
