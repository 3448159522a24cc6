//! KMS: the keys that buckets and other things name, in every state that a key can be in, and the aliases that lead to them.
//!
//! It comes after everything that names keys. A few of the named keys do not exist.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::json;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::moment;
use crate::generator::settings::key_arn;
use crate::scenario::{Account, KmsAlias, KmsGrant, KmsKey, KmsRegion, Scenario};

/// What AWS keeps an alias for in a region where somebody works; most have no key.
const ALIASES_OF_AWS: &[&str] = &[
    "alias/aws/acm",
    "alias/aws/ebs",
    "alias/aws/lambda",
    "alias/aws/rds",
    "alias/aws/sns",
    "alias/aws/ssm",
];

/// A key that somebody names: the account that owns it, its region, its id.
type Named = (String, String, String);

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let mut named: BTreeMap<Named, BTreeSet<String>> = BTreeMap::new();
    for account in &scenario.accounts {
        for arn in names_of(account) {
            if let Some(key) = parts(&arn) {
                named.entry(key).or_default().insert(account.id.clone());
            }
        }
    }
    let partition = scenario.partition.clone();
    let neighbours: Vec<String> = scenario.accounts.iter().map(|account| account.id.clone()).collect();
    for account in &mut scenario.accounts {
        let mut dice = furnishing.dice("kms", &account.id);
        let mut regions: BTreeMap<String, KmsRegion> = BTreeMap::new();
        for ((owner, region, id), users) in &named {
            // Nobody finds the key of one name in fifteen.
            if *owner != account.id || dice.chance(7) {
                continue;
            }
            let neighbour = dice.pick(&neighbours).clone();
            let mut key = key(&partition, account, region, id, &neighbour, &mut dice);
            let strangers = users.iter().filter(|user| *user != owner);
            key.shared_with = strangers.filter(|_| dice.chance(60)).cloned().collect();
            regions.entry(region.clone()).or_default().keys.push(key);
        }
        let worked_in: BTreeSet<&String> = account.buckets.iter().map(|bucket| &bucket.region).collect();
        for (at, region) in worked_in.into_iter().enumerate() {
            let here = regions.entry(region.clone()).or_default();
            add_managed(&partition, &account.id, region, here, &mut dice);
            add_aliases(here, at == 0 && dice.chance(30), &mut dice);
        }
        account.services.kms.regions = regions;
    }
}

/// The names of the keys that an account's buckets, channels, trails and topics use, and the key that each of its regions has
/// in any case. Only those that are ARNs of keys are made; ids and aliases lead to the last.
fn names_of(account: &Account) -> BTreeSet<String> {
    let mut arns = BTreeSet::new();
    for bucket in &account.buckets {
        arns.insert(key_arn(&bucket.region, &account.id));
        let own = bucket
            .encryption
            .as_ref()
            .and_then(|encryption| encryption.kms_key.clone());
        let replicas = bucket.replication.iter().flat_map(|replication| &replication.rules);
        arns.extend(own);
        arns.extend(replicas.filter_map(|rule| rule.replica_kms_key.clone()));
    }
    let channels = account.services.config.regions.values();
    let channels = channels.filter_map(|region| region.channel.as_ref());
    arns.extend(channels.filter_map(|channel| channel.kms_key_arn.clone()));
    let trails = account.services.cloudtrail.trails.iter();
    arns.extend(trails.filter_map(|trail| trail.kms_key.clone()));
    let topics = account.services.topics.iter();
    arns.extend(topics.filter_map(|topic| topic.kms_key.clone()));
    arns
}

fn parts(arn: &str) -> Option<Named> {
    let mut parts = arn.splitn(6, ':').skip(3);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let id = resource.strip_prefix("key/")?;
    Some((account.to_owned(), region.to_owned(), id.to_owned()))
}

fn key(partition: &str, account: &Account, region: &str, id: &str, neighbour: &str, dice: &mut Dice) -> KmsKey {
    let mut made = KmsKey {
        id: id.to_owned(),
        manager: "CUSTOMER".to_owned(),
        state: "Enabled".to_owned(),
        origin: "AWS_KMS".to_owned(),
        spec: "SYMMETRIC_DEFAULT".to_owned(),
        created_at: moment(dice),
        description: if dice.chance(60) { "data at rest" } else { "" }.to_owned(),
        deletion_at: None,
        expires_at: None,
        multi_regions: Vec::new(),
        rotation_days: dice.chance(65).then(|| *dice.pick(&[365, 365, 365, 90, 2_560])),
        policy: policy(partition, &account.id, neighbour, dice),
        grants: grants(partition, &account.id, neighbour, dice),
        shared_with: Vec::new(),
    };
    let later = Timestamp::from_second(1_800_000_000).expect("a time in these years");
    match dice.between(0, 19) {
        0 => {
            "PendingDeletion".clone_into(&mut made.state);
            made.deletion_at = Some(later);
        }
        1 => "Disabled".clone_into(&mut made.state),
        2 | 3 => {
            "EXTERNAL".clone_into(&mut made.origin);
            made.rotation_days = None;
            made.expires_at = dice.chance(50).then_some(later);
            if dice.chance(30) {
                "PendingImport".clone_into(&mut made.state);
            }
        }
        4 => {
            "AWS_CLOUDHSM".clone_into(&mut made.origin);
            made.rotation_days = None;
            if dice.chance(40) {
                "Unavailable".clone_into(&mut made.state);
            }
        }
        5 | 6 => {
            let other = if region == "us-east-1" {
                "eu-west-1"
            } else {
                "us-east-1"
            };
            made.multi_regions = vec![region.to_owned(), other.to_owned()];
            if dice.chance(40) {
                made.multi_regions.reverse();
            }
        }
        // S3 cannot use such a key, and a configuration may name it all the same.
        7 => {
            "RSA_2048".clone_into(&mut made.spec);
            made.rotation_days = None;
        }
        _ => {}
    }
    made
}

fn policy(partition: &str, account: &str, neighbour: &str, dice: &mut Dice) -> String {
    let root = |id: &str| format!("arn:{partition}:iam::{id}:root");
    let mut statements = vec![json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": root(account)},
        "Action": "kms:*",
        "Resource": "*",
    })];
    let use_it = json!(["kms:Decrypt", "kms:GenerateDataKey"]);
    match dice.between(0, 11) {
        0 => statements.push(json!({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"})),
        1 => statements.push(json!({
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": use_it,
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:CallerAccount": account}},
        })),
        2 => statements.push(json!({
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": use_it,
            "Resource": "*",
            "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        })),
        3 | 4 => statements.push(json!({
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": [root(neighbour), root("999900001111")]},
            "Action": use_it,
            "Resource": "*",
        })),
        5 | 6 => statements.push(json!({
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": use_it,
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        })),
        _ => {}
    }
    json!({"Version": "2012-10-17", "Id": "key-default-1", "Statement": statements}).to_string()
}

fn grants(partition: &str, account: &str, neighbour: &str, dice: &mut Dice) -> Vec<KmsGrant> {
    // Services make a grant for each thing that they encrypt, which may be hundreds.
    let count = match dice.between(0, 9) {
        0 => dice.between(60, 230),
        1..=4 => dice.between(1, 4),
        _ => 0,
    };
    (0..count)
        .map(|_| {
            let (grantee, is_service) = match dice.between(0, 9) {
                0 => (format!("arn:{partition}:iam::{neighbour}:role/reader"), false),
                1 => (format!("AROA{}", dice.letters(17).to_uppercase()), false),
                2..=4 => (format!("arn:{partition}:iam::{account}:role/application"), false),
                5..=7 => ("ebs.eu-central-1.amazonaws.com".to_owned(), false),
                _ => ("s3.amazonaws.com".to_owned(), true),
            };
            KmsGrant {
                id: dice.letters(32),
                name: dice.chance(20).then(|| "nightly".to_owned()),
                grantee,
                is_service,
                operations: ["Decrypt", "GenerateDataKey", "CreateGrant"]
                    .iter()
                    .take(dice.between(1, 3))
                    .map(|operation| (*operation).to_owned())
                    .collect(),
                context: if dice.chance(30) {
                    [("aws:s3:arn".to_owned(), format!("arn:{partition}:s3:::example"))].into()
                } else {
                    BTreeMap::new()
                },
            }
        })
        .collect()
}

/// The key that AWS keeps for S3, where it was needed so far.
fn add_managed(partition: &str, account: &str, region: &str, here: &mut KmsRegion, dice: &mut Dice) {
    let number = crate::hash::of(12, [region, account]);
    let id = format!("{:08x}-77aa-4c5d-8e21-{:012x}", number >> 32, number & 0xFFFF_FFFF_FFFF);
    let is_made = dice.chance(75);
    if is_made {
        let policy = json!({
            "Version": "2012-10-17",
            "Id": "auto-s3-2",
            "Statement": [{
                "Sid": "Allow access through S3 for all principals in the account that are authorized to use S3",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {
                    "kms:CallerAccount": account,
                    "kms:ViaService": format!("s3.{region}.amazonaws.com"),
                }},
            }, {
                "Effect": "Allow",
                "Principal": {"AWS": format!("arn:{partition}:iam::{account}:root")},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
                "Resource": "*",
            }],
        });
        here.keys.push(KmsKey {
            id: id.clone(),
            manager: "AWS".to_owned(),
            state: "Enabled".to_owned(),
            origin: "AWS_KMS".to_owned(),
            spec: "SYMMETRIC_DEFAULT".to_owned(),
            created_at: moment(dice),
            description: "Default key that protects my S3 objects when no other key is defined".to_owned(),
            deletion_at: None,
            expires_at: None,
            multi_regions: Vec::new(),
            rotation_days: None,
            policy: policy.to_string(),
            grants: Vec::new(),
            shared_with: Vec::new(),
        });
    }
    here.aliases.push(KmsAlias {
        name: "alias/aws/s3".to_owned(),
        key: is_made.then_some(id),
    });
}

fn add_aliases(here: &mut KmsRegion, has_many: bool, dice: &mut Dice) {
    here.aliases.extend(ALIASES_OF_AWS.iter().map(|name| KmsAlias {
        name: (*name).to_owned(),
        key: None,
    }));
    let own = here.keys.iter().find(|key| key.manager == "CUSTOMER");
    let own = own.map(|key| key.id.clone());
    if let Some(id) = own.filter(|_| dice.chance(85)) {
        // Buckets name the first, topics the second.
        for name in ["alias/data", "alias/events"] {
            here.aliases.push(KmsAlias {
                name: name.to_owned(),
                key: Some(id.clone()),
            });
        }
        let count = if has_many { dice.between(90, 160) } else { 0 };
        here.aliases.extend((0..count).map(|number| KmsAlias {
            name: format!("alias/team-{number:03}"),
            key: Some(id.clone()),
        }));
    }
    here.aliases.sort_by(|left, right| left.name.cmp(&right.name));
    // Most regions give their aliases in no order in which the one that is sought comes first.
    here.aliases.reverse();
}
