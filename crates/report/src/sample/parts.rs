//! Pieces from which the samples are built: sources, ids, a bucket of which everything was read, a run.

use jiff::Timestamp;
use s3attest_model::account::{Access, AccountFacts, BucketListing, Region};
use s3attest_model::bucket::{
    Acceleration, AccessControlList, Bucket, BucketSettings, EncryptionConfiguration, EncryptionDefault, Grant,
    Grantee, NotificationConfiguration, OwnershipControls, PolicyDocument, PolicyStatus, PublicAccessBlock,
    RequestPayment, Versioning,
};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::identifiers::{AccountId, BucketName, Partition, RegionName};
use s3attest_model::ledger::{Ledger, LedgerEntry};
use s3attest_model::run::{Caller, CollectionSession, Mode, RunInformation, SNAPSHOT_SCHEMA, ScopeSelection};

/// A moment some seconds after the samples' run began.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).expect("a moment in this century")
}

pub(super) fn account(text: &str) -> AccountId {
    AccountId::new(text).expect("an account id of the samples")
}

pub(super) fn bucket_name(text: &str) -> BucketName {
    BucketName::new(text).expect("a bucket name of the samples")
}

pub(super) fn region(text: &str) -> RegionName {
    RegionName::new(text).expect("a region of the samples")
}

/// The source of an answer; the number makes its request id.
pub(super) fn answered(operation: &Operation, number: u64) -> Source {
    Source {
        operation: operation.clone(),
        observed_at: Some(at(i64::try_from(number % 86_400).unwrap_or(0))),
        request_id: Some(format!("{:016X}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15)).into()),
        code: None,
    }
}

/// The source of an answer that is an error.
pub(super) fn refused(operation: &Operation, number: u64, code: &str) -> Source {
    Source {
        code: Some(code.to_owned()),
        ..answered(operation, number)
    }
}

/// A denial with AWS's words.
pub(super) fn denial(detail: &str) -> Gap {
    Gap {
        cause: GapCause::Denied,
        detail: detail.to_owned(),
        blocked_by: Some(BlockedBy::ResourcePolicy),
    }
}

/// All switches of a public access block on or off.
pub(super) fn public_access_block(on: bool) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: on,
        ignore_public_acls: on,
        block_public_policy: on,
        restrict_public_buckets: on,
    }
}

/// A bucket of which every setting was answered, most of them with "none".
pub(super) fn bucket(account: &AccountId, name: &BucketName, place: &RegionName, number: u64) -> Bucket {
    let mut settings = BucketSettings::all_gaps(&Gap::new(GapCause::NotCollected, ""));
    let source = |evidence: &Source| answered(&evidence.operation, number);
    macro_rules! present {
        ($($member:ident: $value:expr;)*) => { $(settings.$member = Evidence::present($value, source(&settings.$member.source));)* };
    }
    macro_rules! absent {
        ($($member:ident: $code:literal;)*) => {
            $(settings.$member = Evidence::absent(refused(&settings.$member.source.operation, number, $code));)*
        };
    }
    present! {
        public_access_block: public_access_block(!number.is_multiple_of(3));
        policy: PolicyDocument(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::{name}","arn:aws:s3:::{name}/*"],"Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
        ));
        policy_status: PolicyStatus { is_public: false };
        acl: AccessControlList {
            owner: Some("75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a".to_owned()),
            grants: vec![Grant {
                grantee: Grantee::CanonicalUser(
                    "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a".to_owned(),
                ),
                permission: "FULL_CONTROL".to_owned(),
            }],
        };
        ownership_controls: OwnershipControls { object_ownership: "BucketOwnerEnforced".to_owned() };
        encryption: EncryptionConfiguration {
            defaults: vec![EncryptionDefault {
                algorithm: Some("aws:kms".to_owned()),
                kms_key: Some(format!("arn:aws:kms:{place}:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab")),
                bucket_key_enabled: Some(true),
                blocked_encryption_types: Some(vec!["SSE-C".to_owned()]),
            }],
        };
        versioning: Versioning { status: Some("Enabled".to_owned()), mfa_delete: None };
        notifications: NotificationConfiguration {
            topics: Vec::new(), queues: Vec::new(), functions: Vec::new(), event_bridge: true,
        };
        tagging: [("classification", "internal"), ("owner", "platform")]
            .map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        request_payment: RequestPayment { payer: "BucketOwner".to_owned() };
        acceleration: Acceleration { status: None };
    }
    absent! {
        object_lock: "ObjectLockConfigurationNotFoundError";
        lifecycle: "NoSuchLifecycleConfiguration";
        replication: "ReplicationConfigurationNotFoundError";
        website: "NoSuchWebsiteConfiguration";
        cors: "NoSuchCORSConfiguration";
        metadata: "MetadataConfigurationNotFound";
    }
    settings.logging = Evidence::absent(answered(&settings.logging.source.operation, number));
    settings.inventory = Evidence::present(Vec::new(), answered(&settings.inventory.source.operation, number));
    Bucket {
        account: account.clone(),
        name: name.clone(),
        region: Evidence::present(place.clone(), answered(&Operation::named("s3.ListBuckets"), number)),
        created_at: Some(at(-100_000_000)),
        settings,
    }
}

/// What was read of an account that let itself be read.
pub(super) fn account_facts(account: &AccountId, buckets: u64, number: u64) -> AccountFacts {
    let regions = ["ap-southeast-3", "eu-central-1", "us-east-1"].map(|name| Region {
        name: region(name),
        opt_status: if name == "ap-southeast-3" {
            "DISABLED"
        } else {
            "ENABLED_BY_DEFAULT"
        }
        .to_owned(),
    });
    AccountFacts {
        account: account.clone(),
        partition: Partition::Aws,
        access: Evidence::present(
            Access::Role(format!("arn:aws:iam::{account}:role/S3AttestReadOnly")),
            answered(&Operation::named("sts.AssumeRole"), number),
        ),
        regions: Evidence::present(
            regions.into(),
            answered(&Operation::named("account.ListRegions"), number),
        ),
        assumed_regions: Vec::new(),
        bucket_listing: Evidence::present(
            BucketListing { count: buckets },
            answered(&Operation::named("s3.ListBuckets"), number),
        ),
        public_access_block: Evidence::absent(refused(
            &Operation::named("s3control.GetPublicAccessBlock"),
            number,
            "NoSuchPublicAccessBlockConfiguration",
        )),
    }
}

/// The run of the samples.
pub(super) fn run() -> RunInformation {
    RunInformation {
        schema: SNAPSHOT_SCHEMA,
        id: "2026-05-28T203320Z-o-sample".to_owned(),
        tool_version: "0.1.0".to_owned(),
        started_at: at(0),
        partition: Partition::Aws,
        caller: Caller {
            account: account("000000000123"),
            arn: "arn:aws:sts::000000000123:assumed-role/Auditor/session".to_owned(),
        },
        mode: Mode::Organization,
        role_template: "arn:{partition}:iam::{account}:role/S3AttestReadOnly".to_owned(),
        scope: ScopeSelection::default(),
        settings_left_out: Vec::new(),
        sources_left_out: Vec::new(),
        configuration_digest: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03".to_owned(),
        is_simulated: true,
    }
}

/// A session with a ledger of some operations.
pub(super) fn sessions(buckets: u64) -> Vec<CollectionSession> {
    let entry = |name: &'static str, calls: u64| LedgerEntry {
        operation: Operation::named(name),
        calls,
        attempts: calls + calls / 50,
        throttles: calls / 50,
        errors: calls / 3,
        bytes: calls * 612,
        paced_milliseconds: calls * 7,
    };
    vec![CollectionSession {
        started_at: at(0),
        finished_at: at(312),
        ledger: Ledger {
            entries: vec![
                entry("organizations.ListAccounts", 2),
                entry("s3.GetBucketAcl", buckets),
                entry("s3.GetBucketPolicy", buckets),
                entry("s3.GetBucketVersioning", buckets),
                entry("sts.AssumeRole", 7),
            ],
        },
    }]
}
