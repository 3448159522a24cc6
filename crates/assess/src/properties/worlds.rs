//! Strategies for organizations of two accounts and five buckets that refer to each other, and for what may be missing of
//! the evidence about them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use s3attest_model::bucket::{
    Abac, Acceleration, AccessControlList, Bucket, BucketSetting, BucketSettings, CorsRule, DefaultRetention,
    EncryptionConfiguration, EncryptionDefault, Grant, Grantee, InventoryConfiguration, LifecycleAction,
    LifecycleFilter, LifecycleRule, LogDestination, LogKeyFormat, MetadataConfiguration, NotificationConfiguration,
    NotificationTarget, ObjectLock, OwnershipControls, PolicyDocument, PolicyStatus, PublicAccessBlock,
    ReplicationConfiguration, ReplicationRule, RequestPayment, Versioning, WebsiteConfiguration,
};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::organization::AccountListing;

use super::judged::{World, WorldAccount};
use crate::checks::scene;
use crate::parameters::Parameters;

/// The accounts and their buckets.
const PLAN: [(&str, &[&str]); 2] = [("111111111111", &["aa", "bb", "cc"]), ("222222222222", &["dd", "ee"])];

/// Every bucket's name, and one that no list gives.
const NAMES: [&str; 6] = ["aa", "bb", "cc", "dd", "ee", "elsewhere"];

/// A setting that is certainly absent, or has one of these values.
fn of<T: Clone + std::fmt::Debug + 'static>(setting: BucketSetting, values: Vec<T>) -> BoxedStrategy<Evidence<T>> {
    let choices: Vec<Option<T>> = std::iter::once(None).chain(values.into_iter().map(Some)).collect();
    select(choices)
        .prop_map(move |choice| Evidence {
            observed: choice.map_or(Observed::Absent, Observed::Present),
            source: Source::not_called(setting.operation()),
        })
        .boxed()
}

fn blocks() -> Vec<PublicAccessBlock> {
    let half = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        ..scene::switches(false)
    };
    let other_half = PublicAccessBlock {
        block_public_policy: true,
        restrict_public_buckets: true,
        ..scene::switches(false)
    };
    vec![scene::switches(true), scene::switches(false), half, other_half]
}

fn policies() -> Vec<PolicyDocument> {
    let tls = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
        "Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#;
    let version = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
        "Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}"#;
    let keys = r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*",
        "Condition":{"Null":{"s3:x-amz-server-side-encryption-customer-algorithm":"false"}}}"#;
    let wide = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let encryption = r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*",
        "Condition":{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}}"#;
    let limits = r#"{"Effect":"Deny","Principal":"*","Action":["s3:PutBucketPolicy","s3:DeleteBucketPolicy"],"Resource":"*",
        "Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/admin"}}}"#;
    let endpoint = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
        "Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}"#;
    let service = r#"{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject",
        "Resource":"*"}"#;
    let odd = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Novel":1}"#;
    [
        tls.to_owned(),
        format!("{version},{keys}"),
        format!("{wide},{service}"),
        service.to_owned(),
        format!("{encryption},{limits}"),
        format!("{endpoint},{service}"),
        odd.to_owned(),
    ]
    .into_iter()
    .map(|statements| PolicyDocument(format!(r#"{{"Statement":[{statements}]}}"#)))
    .chain([PolicyDocument("{".to_owned())])
    .collect()
}

fn lists() -> Vec<AccessControlList> {
    let grant = |grantee| Grant {
        grantee,
        permission: "READ".to_owned(),
    };
    let user = |id: &str| grant(Grantee::CanonicalUser(id.to_owned()));
    let group = |name: &str| grant(Grantee::Group(format!("http://acs.amazonaws.com/groups/{name}")));
    let list = |grants| AccessControlList {
        owner: Some("me".to_owned()),
        grants,
    };
    vec![
        list(vec![user("me")]),
        list(vec![user("you")]),
        list(vec![user("me"), group("s3/LogDelivery")]),
        list(vec![group("global/AllUsers")]),
        AccessControlList {
            owner: None,
            grants: vec![user("me")],
        },
    ]
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn encryptions() -> Vec<EncryptionConfiguration> {
    let mut all = vec![EncryptionConfiguration { defaults: Vec::new() }];
    for (algorithm, kms_key) in [
        (None, None),
        (Some("AES256"), None),
        (Some("aws:kms"), None),
        (Some("aws:kms"), Some("arn:aws:kms:eu-central-1:111111111111:key/k")),
        (
            Some("aws:kms:dsse"),
            Some("arn:aws:kms:eu-central-1:111111111111:key/k"),
        ),
        (Some("novel"), None),
    ] {
        for bucket_key_enabled in [None, Some(true), Some(false)] {
            for blocked in [None, Some(owned(&["SSE-C"]))] {
                all.push(EncryptionConfiguration {
                    defaults: vec![EncryptionDefault {
                        algorithm: algorithm.map(ToOwned::to_owned),
                        kms_key: kms_key.map(ToOwned::to_owned),
                        bucket_key_enabled,
                        blocked_encryption_types: blocked,
                    }],
                });
            }
        }
    }
    all
}

fn versionings() -> Vec<Versioning> {
    let mut all = Vec::new();
    for status in [None, Some("Enabled"), Some("Suspended"), Some("Novel")] {
        for mfa_delete in [None, Some("Enabled"), Some("Disabled"), Some("Novel")] {
            all.push(Versioning {
                status: status.map(ToOwned::to_owned),
                mfa_delete: mfa_delete.map(ToOwned::to_owned),
            });
        }
    }
    all
}

fn locks() -> Vec<ObjectLock> {
    let retention = |mode: &str, days| DefaultRetention {
        mode: Some(mode.to_owned()),
        days,
        years: None,
    };
    [
        (false, None),
        (true, None),
        (true, Some(retention("GOVERNANCE", Some(30)))),
        (true, Some(retention("COMPLIANCE", Some(400)))),
        (true, Some(retention("NOVEL", None))),
    ]
    .map(|(enabled, default_retention)| ObjectLock {
        enabled,
        default_retention,
    })
    .to_vec()
}

fn loggings() -> Vec<LogDestination> {
    let mut all = Vec::new();
    for target in NAMES {
        for key_format in [
            None,
            Some(LogKeyFormat::Simple),
            Some(LogKeyFormat::Partitioned("EventTime".to_owned())),
            Some(LogKeyFormat::Partitioned("DeliveryTime".to_owned())),
        ] {
            all.push(LogDestination {
                target_bucket: target.to_owned(),
                target_prefix: String::new(),
                target_grants: Vec::new(),
                key_format,
            });
        }
    }
    all
}

fn lifecycles() -> Vec<Vec<LifecycleRule>> {
    let mut all = vec![Vec::new()];
    for action in [
        LifecycleAction::ExpireAfterDays(30),
        LifecycleAction::ExpireAfterDays(400),
        LifecycleAction::ExpireOnDate("2030-01-01T00:00:00Z".to_owned()),
        LifecycleAction::ExpireDeleteMarkers,
        LifecycleAction::ExpireNoncurrentAfterDays {
            days: Some(30),
            keep: None,
        },
        LifecycleAction::Transition {
            days: Some(1),
            storage_class: "GLACIER".to_owned(),
        },
        LifecycleAction::AbortIncompleteMultipartUpload(Some(7)),
        LifecycleAction::AbortIncompleteMultipartUpload(Some(30)),
        LifecycleAction::AbortIncompleteMultipartUpload(None),
    ] {
        for (status, prefix) in [
            ("Enabled", None),
            ("Enabled", Some("x/")),
            ("Disabled", None),
            ("Novel", None),
        ] {
            all.push(vec![LifecycleRule {
                id: None,
                status: status.to_owned(),
                filter: LifecycleFilter {
                    prefix: prefix.map(ToOwned::to_owned),
                    by_tag: false,
                    by_size: false,
                },
                actions: vec![action.clone()],
            }]);
        }
    }
    all
}

fn replications() -> Vec<ReplicationConfiguration> {
    let mut all = Vec::new();
    for destination in NAMES {
        for status in ["Enabled", "Disabled", "Novel"] {
            all.push(ReplicationConfiguration {
                role: "arn:aws:iam::111111111111:role/r".to_owned(),
                rules: vec![ReplicationRule {
                    id: None,
                    status: status.to_owned(),
                    destination_bucket: format!("arn:aws:s3:::{destination}"),
                    destination_account: None,
                    replica_kms_key: None,
                    delete_marker_replication: None,
                    prefix: None,
                    filters_by_tag: false,
                }],
            });
        }
    }
    all
}

fn notifications() -> Vec<NotificationConfiguration> {
    let configuration = |topics, event_bridge| NotificationConfiguration {
        topics,
        queues: Vec::new(),
        functions: Vec::new(),
        event_bridge,
    };
    let target = NotificationTarget {
        id: None,
        arn: "arn:aws:sns:eu-central-1:111111111111:t".to_owned(),
        events: owned(&["s3:ObjectCreated:*"]),
    };
    vec![
        configuration(Vec::new(), false),
        configuration(Vec::new(), true),
        configuration(vec![target], false),
    ]
}

fn inventories() -> Vec<Vec<InventoryConfiguration>> {
    let inventory = |is_enabled| InventoryConfiguration {
        id: "i".to_owned(),
        is_enabled,
        frequency: Some("Daily".to_owned()),
        included_versions: "All".to_owned(),
        destination_bucket: Some("arn:aws:s3:::aa".to_owned()),
    };
    vec![Vec::new(), vec![inventory(true)], vec![inventory(false)]]
}

fn rules() -> Vec<Vec<CorsRule>> {
    let rule = |origin: &str, method: &str| CorsRule {
        id: None,
        allowed_origins: owned(&[origin]),
        allowed_methods: owned(&[method]),
        allowed_headers: Vec::new(),
        expose_headers: Vec::new(),
        max_age_seconds: None,
    };
    vec![
        vec![rule("*", "GET")],
        vec![rule("*", "PUT")],
        vec![rule("https://a.example", "PUT")],
    ]
}

fn settings() -> impl Strategy<Value = BucketSettings> {
    use BucketSetting as S;
    let ownership = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter", "Novel"];
    let ownership = ownership.map(|text| OwnershipControls {
        object_ownership: text.to_owned(),
    });
    let status = [true, false].map(|is_public| PolicyStatus { is_public });
    let website = WebsiteConfiguration {
        index_document: Some("index.html".to_owned()),
        error_document: None,
        redirect_all_requests_to: None,
        routing_rules: 0,
    };
    let tags = [("classification", "secret"), ("classification", ""), ("owner", "me")];
    let tags = tags.map(|(key, value)| BTreeMap::from([(key.to_owned(), value.to_owned())]));
    let payers = ["BucketOwner", "Requester", "Novel"].map(|payer| RequestPayment {
        payer: payer.to_owned(),
    });
    let access = (
        of(S::PublicAccessBlock, blocks()),
        of(S::Policy, policies()),
        of(S::PolicyStatus, status.to_vec()),
        of(S::Acl, lists()),
        of(S::OwnershipControls, ownership.to_vec()),
        of(S::Website, vec![website]),
        of(S::Cors, rules()),
    );
    let protection = (
        of(S::Encryption, encryptions()),
        of(S::Versioning, versionings()),
        of(S::ObjectLock, locks()),
        of(S::Replication, replications()),
        of(S::Logging, loggings()),
        of(S::Notifications, notifications()),
    );
    let management = (
        of(S::Lifecycle, lifecycles()),
        of(S::Tagging, tags.to_vec()),
        of(S::Inventory, inventories()),
        of(S::RequestPayment, payers.to_vec()),
        of(S::Acceleration, vec![Acceleration { status: None }]),
        of(S::Abac, vec![Abac { status: None }]),
        of(S::Metadata, vec![MetadataConfiguration { tables: Vec::new() }]),
    );
    (access, protection, management).prop_map(|(access, protection, management)| {
        let (public_access_block, policy, policy_status, acl, ownership_controls, website, cors) = access;
        let (encryption, versioning, object_lock, replication, logging, notifications) = protection;
        let (lifecycle, tagging, inventory, request_payment, acceleration, abac, metadata) = management;
        BucketSettings {
            public_access_block,
            policy,
            policy_status,
            acl,
            ownership_controls,
            encryption,
            versioning,
            object_lock,
            logging,
            lifecycle,
            replication,
            notifications,
            tagging,
            website,
            cors,
            inventory,
            request_payment,
            acceleration,
            abac,
            metadata,
        }
    })
}

fn bucket(account: &'static str, name: &'static str) -> impl Strategy<Value = Bucket> {
    (settings(), select(vec!["eu-central-1", "us-east-1"])).prop_map(move |(settings, region)| Bucket {
        account: scene::account_id(account),
        region: Evidence::present(scene::region(region), scene::source("s3.ListBuckets")),
        settings,
        ..scene::bucket(name)
    })
}

fn account(id: &'static str, names: &'static [&'static str]) -> impl Strategy<Value = WorldAccount> {
    let buckets: Vec<_> = names.iter().map(|name| bucket(id, name).boxed()).collect();
    let block = of(BucketSetting::PublicAccessBlock, blocks());
    (buckets, block).prop_map(move |(buckets, block)| {
        let mut facts = scene::facts(id);
        facts.public_access_block.observed = block.observed;
        WorldAccount {
            account: scene::account(id),
            facts: Some(facts),
            services: Vec::new(),
            buckets,
        }
    })
}

fn parameters() -> impl Strategy<Value = Parameters> {
    let tag = prop_oneof![Just(None), Just(Some("classification".to_owned()))];
    let values = prop_oneof![Just(Vec::new()), Just(owned(&["secret", "internal"]))];
    let classes = || prop_oneof![Just(Vec::new()), Just(owned(&["secret"]))];
    (tag, values, classes(), classes(), classes()).prop_map(
        |(classification_tag, classification_values, high_impact_classes, internal_classes, kms_classes)| Parameters {
            classification_tag,
            classification_values,
            high_impact_classes,
            internal_classes,
            kms_classes,
            ..Parameters::default()
        },
    )
}

/// An organization of which everything is known.
pub(super) fn world() -> impl Strategy<Value = World> {
    let [first, second] = PLAN;
    (account(first.0, first.1), account(second.0, second.1), parameters()).prop_map(|(first, second, parameters)| {
        World {
            accounts: vec![first, second],
            listing: Evidence::present(AccountListing { count: 2 }, scene::source("organizations.ListAccounts")),
            has_policies: true,
            parameters,
        }
    })
}

/// How far an account was reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    Reached,
    Refused,
    NotRead,
}

/// What is missing of a bucket.
#[derive(Debug, Clone)]
pub(super) struct BucketHoles {
    settings: Vec<bool>,
    region: bool,
}

/// What is missing of an account.
#[derive(Debug, Clone)]
pub(super) struct AccountHoles {
    reach: Reach,
    block: bool,
    regions: bool,
    /// After how many buckets the list broke off.
    listed: Option<usize>,
    buckets: Vec<BucketHoles>,
}

/// What is missing of an organization's evidence.
#[derive(Debug, Clone)]
pub(super) struct Holes {
    accounts: Vec<AccountHoles>,
    listing: bool,
}

/// Any subset of the evidence, from next to nothing to all of it.
pub(super) fn holes() -> impl Strategy<Value = Holes> {
    let few = prop_oneof![6 => Just(false), 1 => Just(true)];
    let one_setting = (0..BucketSetting::ALL.len()).prop_map(|missing| {
        (0..BucketSetting::ALL.len())
            .map(|setting| setting == missing)
            .collect()
    });
    let settings = prop_oneof![
        2 => Just(vec![false; BucketSetting::ALL.len()]),
        3 => one_setting,
        3 => prop::collection::vec(any::<bool>(), BucketSetting::ALL.len()),
        1 => Just(vec![true; BucketSetting::ALL.len()]),
    ];
    let bucket = (settings, few.clone()).prop_map(|(settings, region)| BucketHoles { settings, region });
    let reach = prop_oneof![10 => Just(Reach::Reached), 1 => Just(Reach::Refused), 1 => Just(Reach::NotRead)];
    let listed = prop_oneof![4 => Just(None), 1 => (0..4_usize).prop_map(Some)];
    let buckets = prop::collection::vec(bucket, 3);
    let account = (reach, few.clone(), few.clone(), listed, buckets);
    let account = account.prop_map(|(reach, block, regions, listed, buckets)| AccountHoles {
        reach,
        block,
        regions,
        listed,
        buckets,
    });
    (prop::collection::vec(account, PLAN.len()), few).prop_map(|(accounts, listing)| Holes { accounts, listing })
}

impl Holes {
    /// Whether they hide buckets or accounts, so that nobody knows how many verdicts are missing.
    pub(super) fn hide_resources(&self) -> bool {
        let hidden = |account: &AccountHoles| account.listed.is_some() || !matches!(account.reach, Reach::Reached);
        self.listing || self.accounts.iter().any(hidden)
    }
}

fn refuse<T>(evidence: &mut Evidence<T>) {
    evidence.observed = Observed::Gap(scene::denied());
}

/// The same organization with the holes in its evidence.
pub(super) fn withhold(world: &World, holes: &Holes) -> World {
    let mut world = world.clone();
    if holes.listing {
        refuse(&mut world.listing);
        world.has_policies = false;
    }
    for (entry, holes) in world.accounts.iter_mut().zip(&holes.accounts) {
        let Some(facts) = &mut entry.facts else {
            continue;
        };
        if holes.block {
            refuse(&mut facts.public_access_block);
        }
        if holes.regions {
            refuse(&mut facts.regions);
        }
        if let Some(listed) = holes.listed {
            refuse(&mut facts.bucket_listing);
            entry.buckets.truncate(listed);
        }
        for (bucket, holes) in entry.buckets.iter_mut().zip(&holes.buckets) {
            for (setting, is_missing) in BucketSetting::ALL.iter().zip(&holes.settings) {
                if *is_missing {
                    bucket.settings.withhold(*setting, scene::denied());
                }
            }
            if holes.region {
                refuse(&mut bucket.region);
            }
        }
        match holes.reach {
            Reach::Reached => {}
            Reach::Refused => {
                let gap = Gap::new(GapCause::NoSession, "the role refuses the caller");
                facts.access.observed = Observed::Gap(gap.clone());
                facts.regions.observed = Observed::Gap(gap.clone());
                facts.bucket_listing.observed = Observed::Gap(gap.clone());
                facts.public_access_block.observed = Observed::Gap(gap);
                entry.buckets.clear();
            }
            Reach::NotRead => {
                entry.facts = None;
                entry.buckets.clear();
            }
        }
    }
    world
}

/// The same organization with every setting and fact withheld, its buckets still listed.
pub(super) fn withhold_everything(world: &World) -> World {
    let mut world = world.clone();
    world.has_policies = false;
    world.parameters.classification_tag = Some("classification".to_owned());
    world.parameters.high_impact_classes = owned(&["secret"]);
    world.parameters.internal_classes = owned(&["secret"]);
    world.parameters.kms_classes = owned(&["secret"]);
    for entry in &mut world.accounts {
        if let Some(facts) = &mut entry.facts {
            refuse(&mut facts.public_access_block);
            refuse(&mut facts.regions);
        }
        for bucket in &mut entry.buckets {
            bucket.settings = BucketSettings::all_gaps(&scene::denied());
            refuse(&mut bucket.region);
        }
    }
    world
}
