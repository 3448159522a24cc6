//! The settings of one bucket: who reaches it, what protects it, what manages it, as its kind and its keeper's care make
//! them.
//!
//! Settings that point at other buckets are made in `buckets`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Planned;
use super::buckets::Kind;
use super::dice::Dice;
use super::policies::{Subject, log_delivery_statement, policy, public_statement, sharing_statement, tls_statement};
use crate::scenario::{
    Bucket, CorsRule, Encryption, Grant, Grantee, LifecycleRule, Metadata, NoncurrentExpiration, NotificationTarget,
    Notifications, ObjectFilter, ObjectLock, ObjectOwnership, Payer, Permission, PublicAccessBlock, Retention,
    RetentionMode, RoutingRule, Status, Toggle, Transition, Versioning, Website,
};

pub(super) const TEAMS: &[&str] = &[
    "platform",
    "data",
    "security",
    "web",
    "mobile",
    "finance",
    "research",
    "operations",
];

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

pub(super) fn key_arn(region: &str, account: &str) -> String {
    let number = crate::hash::of(11, [region, account]);
    format!(
        "arn:aws:kms:{region}:{account}:key/{:08x}-5d3c-4b1e-9a72-{:012x}",
        number >> 32,
        number & 0xFFFF_FFFF_FFFF
    )
}

/// A bucket of the early years: nothing configured, or only what was usual then.
pub(super) fn legacy(bucket: &mut Bucket, dice: &mut Dice) {
    bucket.created_at =
        Timestamp::from_second(1_300_000_000 + i64::try_from(dice.between(0, 150_000_000)).unwrap_or(0))
            .expect("a time in these years");
    if dice.chance(35) {
        bucket.acl = Some(acl_with(dice));
    }
    if dice.chance(20) {
        bucket.lifecycle = Some(vec![LifecycleRule {
            old_style_prefix: true,
            filter: ObjectFilter {
                prefix: Some("tmp/".to_owned()),
                ..ObjectFilter::default()
            },
            expire_after_days: Some(30),
            ..LifecycleRule::enabled("old")
        }]);
    }
    if dice.chance(25) {
        bucket.versioning = Some(Versioning {
            status: Status::Suspended,
            mfa_delete: dice.chance(30).then_some(Toggle::Disabled),
        });
    }
}

fn acl_with(dice: &mut Dice) -> Vec<Grant> {
    let grant = |grantee, permission| Grant { grantee, permission };
    let mut grants = vec![grant(Grantee::Owner, Permission::FullControl)];
    match dice.between(0, 4) {
        0 => grants.push(grant(Grantee::Group(ALL_USERS.to_owned()), Permission::Read)),
        1 => grants.push(grant(Grantee::Group(AUTHENTICATED_USERS.to_owned()), Permission::Read)),
        2 => {
            let group = Grantee::Group(ALL_USERS.to_owned());
            grants.push(grant(group.clone(), Permission::Read));
            grants.push(grant(group, Permission::Write));
        }
        3 => grants.push(grant(
            Grantee::CanonicalUser(format!("{:016x}", crate::hash::of(5, ["other"])).repeat(4)),
            Permission::FullControl,
        )),
        _ => {
            grants.push(grant(Grantee::Group(LOG_DELIVERY.to_owned()), Permission::Write));
            grants.push(grant(Grantee::Group(LOG_DELIVERY.to_owned()), Permission::ReadAcp));
        }
    }
    grants
}

/// Who reaches the bucket.
pub(super) fn guard(bucket: &mut Bucket, kind: Kind, subject: Subject<'_>, care: u32, dice: &mut Dice) {
    let is_public_on_purpose = kind == Kind::Website && dice.chance(60);
    bucket.public_access_block = if is_public_on_purpose {
        dice.chance(70).then(|| PublicAccessBlock::all(false))
    } else if dice.chance(care) {
        Some(PublicAccessBlock::all(true))
    } else if dice.chance(50) {
        Some(PublicAccessBlock {
            block_public_acls: dice.chance(70),
            ignore_public_acls: dice.chance(50),
            block_public_policy: dice.chance(50),
            restrict_public_buckets: dice.chance(40),
        })
    } else {
        None
    };
    bucket.ownership = if dice.chance(care) {
        Some(ObjectOwnership::BucketOwnerEnforced)
    } else if dice.chance(60) {
        Some(*dice.pick(&[ObjectOwnership::BucketOwnerPreferred, ObjectOwnership::ObjectWriter]))
    } else {
        None
    };
    if bucket.ownership != Some(ObjectOwnership::BucketOwnerEnforced) && dice.chance(25) {
        bucket.acl = Some(acl_with(dice));
    }
    let mut statements = Vec::new();
    if dice.chance(care) {
        statements.push(tls_statement(subject, dice));
    }
    match kind {
        _ if is_public_on_purpose => statements.push(public_statement(subject)),
        Kind::AccessLogs if dice.chance(85) => statements.push(log_delivery_statement(subject)),
        Kind::Artifacts | Kind::DataLake | Kind::Website if dice.chance(50) => {
            statements.push(sharing_statement(subject, dice));
        }
        Kind::Scratch | Kind::Uploads if dice.chance(8) => statements.push(public_statement(subject)),
        _ => {}
    }
    if !statements.is_empty() {
        bucket.policy = Some(policy(&statements));
    }
    if kind == Kind::Website || dice.chance(2) {
        bucket.website = Some(website(dice));
    }
    if matches!(kind, Kind::Website | Kind::Uploads) && dice.chance(60) {
        let any = dice.chance(35);
        bucket.cors = Some(vec![CorsRule {
            id: dice.chance(40).then(|| "browser".to_owned()),
            allowed_origins: vec![if any { "*" } else { "https://app.example.com" }.to_owned()],
            allowed_methods: ["GET", "PUT", "POST"]
                .iter()
                .take(dice.between(1, 3))
                .map(|method| (*method).to_owned())
                .collect(),
            allowed_headers: vec!["*".to_owned()],
            expose_headers: if dice.chance(30) {
                vec!["ETag".to_owned()]
            } else {
                Vec::new()
            },
            max_age_seconds: dice.chance(50).then_some(3_000),
        }]);
    }
}

fn website(dice: &mut Dice) -> Website {
    if dice.chance(20) {
        return Website {
            redirect_host: Some("www.example.com".to_owned()),
            redirect_protocol: dice.chance(60).then(|| "https".to_owned()),
            ..Website::default()
        };
    }
    Website {
        index_document: Some("index.html".to_owned()),
        error_document: dice.chance(60).then(|| "error.html".to_owned()),
        routing_rules: if dice.chance(15) {
            vec![RoutingRule {
                key_prefix: "docs/".to_owned(),
                replace_prefix_with: "documents/".to_owned(),
            }]
        } else {
            Vec::new()
        },
        ..Website::default()
    }
}

/// What protects the objects.
pub(super) fn protect(bucket: &mut Bucket, kind: Kind, account: &Planned, care: u32, dice: &mut Dice) {
    let blocked = match dice.between(0, 9) {
        0..=3 => Some(vec!["SSE-C".to_owned()]),
        4 => Some(vec!["NONE".to_owned()]),
        _ => None,
    };
    let wants_key = matches!(
        kind,
        Kind::Application | Kind::DataLake | Kind::Backup | Kind::AuditTrail | Kind::State
    );
    bucket.encryption = if wants_key && dice.chance(care) {
        let has_own_key = dice.chance(75);
        Some(Encryption {
            algorithm: Some(if dice.chance(8) { "aws:kms:dsse" } else { "aws:kms" }.to_owned()),
            kms_key: has_own_key.then(|| match dice.between(0, 5) {
                0 => "alias/data".to_owned(),
                _ => key_arn(&bucket.region, &account.id),
            }),
            bucket_key: dice.chance(80).then(|| dice.chance(70)),
            blocked_types: blocked,
        })
    } else {
        Some(Encryption {
            algorithm: Some("AES256".to_owned()),
            kms_key: None,
            bucket_key: dice.chance(60).then_some(false),
            blocked_types: blocked,
        })
    };
    let wants_versions = !matches!(kind, Kind::Scratch | Kind::AccessLogs);
    if wants_versions && dice.chance(care) {
        bucket.versioning = Some(Versioning {
            status: if dice.chance(93) {
                Status::Enabled
            } else {
                Status::Suspended
            },
            mfa_delete: match dice.between(0, 19) {
                0 => Some(Toggle::Enabled),
                1..=6 => Some(Toggle::Disabled),
                _ => None,
            },
        });
    }
    let is_locked = match kind {
        Kind::AuditTrail => dice.chance(70),
        Kind::Backup => dice.chance(40),
        Kind::AccessLogs => dice.chance(6),
        _ => false,
    };
    if is_locked {
        // Object Lock needs versions (Amazon S3 User Guide, "Object Lock considerations").
        bucket.versioning = Some(Versioning {
            status: Status::Enabled,
            mfa_delete: None,
        });
        bucket.object_lock = Some(ObjectLock {
            default_retention: dice.chance(80).then(|| {
                let in_years = dice.chance(40);
                Retention {
                    mode: if dice.chance(50) {
                        RetentionMode::Compliance
                    } else {
                        RetentionMode::Governance
                    },
                    days: (!in_years).then(|| *dice.pick(&[30, 90, 365])),
                    years: in_years.then(|| *dice.pick(&[1, 7])),
                }
            }),
        });
    }
}

/// What manages content and costs, and what the bucket tells.
pub(super) fn manage(bucket: &mut Bucket, kind: Kind, account: &Planned, care: u32, dice: &mut Dice) {
    if dice.chance(care) {
        bucket.lifecycle = Some(lifecycle(kind, bucket.versioning.is_some(), dice));
    }
    if dice.chance(care) {
        let mut tags: BTreeMap<String, String> = BTreeMap::new();
        tags.insert("owner".to_owned(), (*dice.pick(TEAMS)).to_owned());
        if dice.chance(60) {
            let classes = ["public", "internal", "confidential", "restricted"];
            tags.insert("data-classification".to_owned(), (*dice.pick(&classes)).to_owned());
        }
        if dice.chance(4) {
            // Tags are written by people and programs; whoever shows them has to expect anything.
            tags.insert(
                "note".to_owned(),
                (*dice.pick(&["<b>do not delete</b>", "=SUM(A1:A9)", "Käse & Brot \"x\""])).to_owned(),
            );
        }
        bucket.tags = Some(tags);
    }
    if matches!(kind, Kind::Uploads | Kind::DataLake | Kind::Application) && dice.chance(40) {
        bucket.notifications = Some(notifications(bucket, account, dice));
    }
    if kind == Kind::DataLake && dice.chance(6) {
        bucket.payer = Some(Payer::Requester);
    }
    if kind == Kind::Uploads && dice.chance(25) {
        bucket.acceleration = Some(*dice.pick(&[Status::Enabled, Status::Suspended]));
    }
    if dice.chance(10) {
        bucket.abac = Some(Toggle::Enabled);
    }
    if kind == Kind::DataLake && dice.chance(30) {
        bucket.metadata = Some(Metadata {
            journal_status: "ACTIVE".to_owned(),
            inventory_status: dice.chance(50).then(|| "ACTIVE".to_owned()),
        });
    }
}

fn lifecycle(kind: Kind, has_versions: bool, dice: &mut Dice) -> Vec<LifecycleRule> {
    let mut main = LifecycleRule::enabled("main");
    match kind {
        Kind::AccessLogs | Kind::AuditTrail => {
            main.expire_after_days = Some(*dice.pick(&[90, 365, 400, 2_557]));
            main.transitions.push(Transition {
                days: 30,
                storage_class: "STANDARD_IA".to_owned(),
            });
        }
        Kind::Scratch => main.expire_after_days = Some(7),
        _ => main.transitions.push(Transition {
            days: *dice.pick(&[30, 60, 180]),
            storage_class: (*dice.pick(&["INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"])).to_owned(),
        }),
    }
    if has_versions && dice.chance(65) {
        main.noncurrent_expiration = Some(NoncurrentExpiration {
            days: *dice.pick(&[30, 90, 180]),
            keep: dice.chance(30).then_some(3),
        });
    }
    if dice.chance(15) {
        main.status = Toggle::Disabled;
    }
    if dice.chance(20) {
        main.filter.prefix = Some("data/".to_owned());
    }
    if dice.chance(10) {
        main.filter.larger_than = Some(131_072);
    }
    if dice.chance(8) {
        main.filter.tags.insert("class".to_owned(), "cold".to_owned());
    }
    let mut rules = vec![main];
    if dice.chance(45) {
        rules.push(LifecycleRule {
            abort_multipart_after_days: Some(7),
            ..LifecycleRule::enabled("abort-multipart")
        });
    }
    if has_versions && dice.chance(20) {
        rules.push(LifecycleRule {
            expire_delete_markers: true,
            ..LifecycleRule::enabled("delete-markers")
        });
    }
    rules
}

fn notifications(bucket: &Bucket, account: &Planned, dice: &mut Dice) -> Notifications {
    let target = |service: &str, name: &str| NotificationTarget {
        id: format!("{name}-events"),
        arn: format!("arn:aws:{service}:{}:{}:{name}", bucket.region, account.id),
        events: vec!["s3:ObjectCreated:*".to_owned(), "s3:ObjectRemoved:*".to_owned()],
        prefix: None,
    };
    let mut notifications = Notifications::default();
    match dice.between(0, 3) {
        0 => notifications.event_bridge = true,
        1 => notifications.topics.push(target("sns", "object-changes")),
        2 => notifications.queues.push(target("sqs", "ingest")),
        _ => notifications.functions.push(NotificationTarget {
            prefix: Some("incoming/".to_owned()),
            ..target("lambda", "function:thumbnailer")
        }),
    }
    notifications
}
