//! What is known of a bucket, as `AwsS3Bucket` has it (Security Hub API Reference, `AwsS3BucketDetails`).
//!
//! Only what AWS answered with a value stands there; what it denied or said to be absent does not.

use std::rc::Rc;

use s3attest_model::bucket::{Bucket, PublicAccessBlock};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::identifiers::BucketName;
use serde_json::{Map, Value, json};

use crate::ahead::Ahead;
use crate::legible::within;
use crate::text::rfc3339;

/// A bucket's tags and details.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) details: Map<String, Value>,
    pub(super) tags: Map<String, Value>,
}

/// The buckets of one account in the order of the findings on them; it holds one.
pub(super) struct Buckets<I: Iterator> {
    stream: Ahead<I>,
    current: Option<(BucketName, Rc<Known>)>,
}

impl<E, I: Iterator<Item = Result<Bucket, E>>> Buckets<I> {
    pub(super) fn new(stream: I) -> Self {
        Self {
            stream: Ahead::new(stream),
            current: None,
        }
    }

    /// What is known of a bucket; `None` of one that is not in the account's list.
    pub(super) fn find(&mut self, name: &BucketName) -> Result<Option<Rc<Known>>, E> {
        while let Some(bucket) = self.stream.next_if(|bucket| bucket.name <= *name)? {
            self.current = (bucket.name == *name).then(|| (bucket.name.clone(), Rc::new(known(&bucket))));
        }
        let current = self.current.as_ref().filter(|(of, _)| of == name);
        Ok(current.map(|(_, known)| Rc::clone(known)))
    }
}

fn known(bucket: &Bucket) -> Known {
    let settings = &bucket.settings;
    let mut known = Known::default();
    let details = &mut known.details;
    let mut put = |name: &str, value: Value| {
        details.insert(name.to_owned(), value);
    };
    put("Name", bucket.name.as_str().into());
    put("OwnerAccountId", bucket.account.as_str().into());
    if let Some(time) = bucket.created_at {
        put("CreatedAt", rfc3339(time).into());
    }
    if let Some(owner) = value(&settings.acl)
        .and_then(|acl| acl.owner.as_deref())
        .and_then(filled)
    {
        put("OwnerId", owner);
    }
    if let Some(block) = value(&settings.public_access_block) {
        put("PublicAccessBlockConfiguration", public_access_block(*block));
    }
    if let Some(encryption) = value(&settings.encryption) {
        let rules = encryption.defaults.iter().filter_map(|default| {
            let mut rule = Map::new();
            rule.insert("SSEAlgorithm".to_owned(), filled(default.algorithm.as_deref()?)?);
            if let Some(key) = default.kms_key.as_deref().and_then(filled) {
                rule.insert("KMSMasterKeyID".to_owned(), key);
            }
            Some(json!({ "ApplyServerSideEncryptionByDefault": rule }))
        });
        put(
            "ServerSideEncryptionConfiguration",
            json!({ "Rules": rules.collect::<Vec<_>>() }),
        );
    }
    if let Some(logging) = value(&settings.logging)
        && let Some(target) = filled(&logging.target_bucket)
    {
        let mut configuration = Map::new();
        configuration.insert("DestinationBucketName".to_owned(), target);
        if let Some(prefix) = filled(&logging.target_prefix) {
            configuration.insert("LogFilePrefix".to_owned(), prefix);
        }
        put("BucketLoggingConfiguration", configuration.into());
    }
    if let Some(versioning) = value(&settings.versioning) {
        // The format's word for a bucket that never had it is `Off`, and `IsMfaDeleteEnabled` has only two values.
        put(
            "BucketVersioningConfiguration",
            json!({
                "Status": versioning.status.as_deref().and_then(filled).unwrap_or_else(|| "Off".into()),
                "IsMfaDeleteEnabled": versioning.mfa_delete.as_deref() == Some("Enabled"),
            }),
        );
    }
    if let Some(lock) = value(&settings.object_lock)
        && lock.enabled
    {
        put("ObjectLockConfiguration", json!({ "ObjectLockEnabled": "Enabled" }));
    }
    // The limits are those of tags in AWS: 50 of them, keys of 128 and values of 256 characters.
    for (key, text) in value(&settings.tagging).into_iter().flatten().take(50) {
        if let Some(text) = filled(&within(text, 256))
            && !key.trim().is_empty()
        {
            known.tags.insert(within(key, 128).into_owned(), text);
        }
    }
    known
}

fn value<T>(evidence: &Evidence<T>) -> Option<&T> {
    match &evidence.observed {
        Observed::Present(value) => Some(value),
        Observed::Absent | Observed::Gap(_) => None,
    }
}

/// A text in a member that may not be empty.
fn filled(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| within(text, 1_024).into_owned().into())
}

fn public_access_block(block: PublicAccessBlock) -> Value {
    json!({
        "BlockPublicAcls": block.block_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "IgnorePublicAcls": block.ignore_public_acls,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    })
}
