//! Buckets, their settings, and who reaches them, for the questions to be asked of.

use s3attest_model::access::{AccessAnswer, RoleOfBucket};
use s3attest_model::bucket::{
    AccessControlList, BucketSettings, EncryptionConfiguration, EncryptionDefault, Grant, Grantee, LifecycleAction,
    LifecycleFilter, LifecycleRule, ReplicationConfiguration, ReplicationRule, Versioning, WebsiteConfiguration,
};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::identifiers::{AccountId, BucketName, Partition};

use super::*;

pub(super) fn source() -> Source {
    Source::not_called(Operation::named("s3.Anything"))
}

/// A bucket of which every setting was read and is not set.
pub(super) fn bare() -> Bucket {
    let mut settings = BucketSettings::all_gaps(&Gap::new(GapCause::NotCollected, ""));
    macro_rules! absent {
        ($($member:ident)*) => { $(settings.$member = Evidence::absent(source());)* };
    }
    absent! {
        public_access_block policy policy_status acl ownership_controls encryption versioning object_lock logging lifecycle
        replication notifications tagging website cors inventory request_payment acceleration abac metadata
    }
    Bucket {
        account: AccountId::new("111111111111").expect("an id"),
        name: BucketName::new("subject").expect("a name"),
        region: Evidence::absent(source()),
        created_at: None,
        settings,
    }
}

/// Nobody gets anything, and the bucket has no role.
pub(super) fn closed() -> BucketAccess {
    let answers = Audience::ALL.into_iter().flat_map(|audience| {
        AccessKind::ALL.map(move |access| AccessAnswer {
            audience,
            access,
            reach: Reach::No,
            ways: Vec::new(),
            doubts: Vec::new(),
            stops: Vec::new(),
        })
    });
    BucketAccess {
        account: AccountId::new("111111111111").expect("an id"),
        name: BucketName::new("subject").expect("a name"),
        partition: Partition::Aws,
        region: None,
        roles: Vec::new(),
        answers: answers.collect(),
        chain: Vec::new(),
        evidence: Vec::new(),
    }
}

pub(super) fn reached(audience: Audience, reach: Reach) -> BucketAccess {
    let mut access = closed();
    for answer in access.answers.iter_mut().filter(|answer| answer.audience == audience) {
        answer.reach = reach;
    }
    access
}

pub(super) fn serving(role: BucketRole, unclear: Option<&str>) -> BucketAccess {
    BucketAccess {
        roles: vec![RoleOfBucket {
            role,
            because: unclear.is_none().then(|| "somebody says so".to_owned()),
            unclear: unclear.map(str::to_owned),
        }],
        ..closed()
    }
}

pub(super) fn said(change: Change, bucket: &Bucket, access: &BucketAccess) -> Vec<Warning> {
    of(
        &[change],
        &Around {
            bucket: Some(bucket),
            access: Some(access),
            findings: &[],
        },
    )
}

pub(super) fn with(change: impl FnOnce(&mut BucketSettings)) -> Bucket {
    let mut bucket = bare();
    change(&mut bucket.settings);
    bucket
}

pub(super) fn website() -> WebsiteConfiguration {
    WebsiteConfiguration {
        index_document: Some("index.html".to_owned()),
        error_document: None,
        redirect_all_requests_to: None,
        routing_rules: 0,
    }
}

pub(super) fn rule(actions: Vec<LifecycleAction>) -> LifecycleRule {
    LifecycleRule {
        id: None,
        status: "Enabled".to_owned(),
        filter: LifecycleFilter {
            prefix: None,
            by_tag: false,
            by_size: false,
        },
        actions,
    }
}

pub(super) fn replicated(key: Option<&str>) -> ReplicationConfiguration {
    ReplicationConfiguration {
        role: "arn:aws:iam::111111111111:role/r".to_owned(),
        rules: vec![ReplicationRule {
            id: None,
            status: "Enabled".to_owned(),
            destination_bucket: "arn:aws:s3:::copy".to_owned(),
            destination_account: None,
            replica_kms_key: key.map(str::to_owned),
            delete_marker_replication: None,
            prefix: None,
            filters_by_tag: false,
        }],
    }
}

pub(super) fn list(grantee: Grantee) -> AccessControlList {
    AccessControlList {
        owner: Some("owner".to_owned()),
        grants: vec![
            Grant {
                grantee: Grantee::CanonicalUser("owner".to_owned()),
                permission: "FULL_CONTROL".to_owned(),
            },
            Grant {
                grantee,
                permission: "WRITE".to_owned(),
            },
        ],
    }
}

pub(super) fn encrypted(algorithm: &str, key: Option<&str>, blocked: &[&str]) -> EncryptionConfiguration {
    EncryptionConfiguration {
        defaults: vec![EncryptionDefault {
            algorithm: Some(algorithm.to_owned()),
            kms_key: key.map(str::to_owned),
            bucket_key_enabled: None,
            blocked_encryption_types: Some(blocked.iter().map(ToString::to_string).collect()),
        }],
    }
}

pub(super) fn versioned(status: Option<&str>, mfa_delete: Option<&str>) -> Versioning {
    Versioning {
        status: status.map(str::to_owned),
        mfa_delete: mfa_delete.map(str::to_owned),
    }
}
