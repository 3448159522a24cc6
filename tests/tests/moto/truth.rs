//! What the seeding script says that it asked for, as far as a verdict depends on it.
//!
//! The script writes facts as the snapshot writes values; the types here are the test's own all the same, so that a
//! change of the program's records cannot change the truth.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The script's whole output.
#[derive(Debug, Deserialize)]
pub(crate) struct Truth {
    pub(crate) role: String,
    pub(crate) regions: Vec<String>,
    pub(crate) organization: Organization,
    pub(crate) accounts: Vec<Account>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Organization {
    pub(crate) management_account: String,
    pub(crate) organizational_units: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_management: bool,
    pub(crate) organizational_unit: String,
    pub(crate) public_access_block: Option<PublicAccessBlock>,
    pub(crate) buckets: Vec<Bucket>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct PublicAccessBlock {
    pub(crate) block_public_acls: bool,
    pub(crate) ignore_public_acls: bool,
    pub(crate) block_public_policy: bool,
    pub(crate) restrict_public_buckets: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) policy: Policy,
    /// Every setting as it was asked for, by its name in the snapshot; null where there is no such setting.
    #[serde(rename = "settings")]
    pub(crate) facts: BTreeMap<String, Value>,
}

/// A bucket policy, by the forms of its statements.
#[derive(Debug, Deserialize)]
pub(crate) struct Policy {
    pub(crate) document: Option<Value>,
    pub(crate) tls_form: String,
    pub(crate) denies_every_request_without_tls: bool,
    pub(crate) sharing_form: String,
    pub(crate) is_log_target: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AccessControlList {
    pub(crate) grants_to_others: Vec<Grant>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Grant {
    pub(crate) grantee: BTreeMap<String, String>,
    pub(crate) permission: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OwnershipControls {
    pub(crate) object_ownership: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Encryption {
    pub(crate) defaults: Vec<EncryptionDefault>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EncryptionDefault {
    pub(crate) algorithm: String,
    pub(crate) kms_key: Option<String>,
    pub(crate) bucket_key_enabled: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Versioning {
    pub(crate) status: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ObjectLock {
    pub(crate) enabled: bool,
    pub(crate) default_retention: Option<Retention>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Retention {
    pub(crate) mode: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Logging {
    pub(crate) target_bucket: String,
    pub(crate) target_prefix: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LifecycleRule {
    status: String,
    pub(crate) filter: LifecycleFilter,
    pub(crate) actions: Vec<LifecycleAction>,
}

impl LifecycleRule {
    pub(crate) fn is_enabled(&self) -> bool {
        self.status == "Enabled"
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct LifecycleFilter {
    pub(crate) prefix: Option<String>,
    pub(crate) by_tag: bool,
    pub(crate) by_size: bool,
}

/// The actions that the script asks for; another one is an error here, so that it cannot be overlooked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LifecycleAction {
    ExpireAfterDays(i32),
    Transition {},
    ExpireNoncurrentAfterDays {},
    AbortIncompleteMultipartUpload(i32),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Replication {
    pub(crate) rules: Vec<ReplicationRule>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReplicationRule {
    status: String,
    destination_bucket: String,
    pub(crate) destination_account: Option<String>,
}

impl ReplicationRule {
    pub(crate) fn is_enabled(&self) -> bool {
        self.status == "Enabled"
    }

    pub(crate) fn destination(&self) -> &str {
        let name = self.destination_bucket.strip_prefix("arn:aws:s3:::");
        name.expect("the script writes ARNs of buckets")
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Notifications {
    pub(crate) topics: Vec<Value>,
    pub(crate) queues: Vec<Value>,
    pub(crate) functions: Vec<Value>,
    pub(crate) event_bridge: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CorsRule {
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) allowed_methods: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Inventory {
    pub(crate) is_enabled: bool,
    destination_bucket: String,
}

impl Inventory {
    pub(crate) fn destination(&self) -> &str {
        let name = self.destination_bucket.strip_prefix("arn:aws:s3:::");
        name.expect("the script writes ARNs of buckets")
    }
}

impl Bucket {
    /// A setting; `None` when it was not to exist.
    pub(crate) fn setting<T: for<'de> Deserialize<'de>>(&self, key: &str) -> Option<T> {
        let facts = self.facts.get(key).unwrap_or_else(|| panic!("no facts of {key}"));
        Option::deserialize(facts).unwrap_or_else(|error| panic!("{}: {key}: {error}: {facts}", self.name))
    }

    /// A setting that is a list, which is empty when it was not to exist.
    pub(crate) fn list<T: for<'de> Deserialize<'de>>(&self, key: &str) -> Vec<T> {
        self.setting(key).unwrap_or_default()
    }

    pub(crate) fn logging(&self) -> Option<Logging> {
        self.setting("logging")
    }

    /// Where enabled replication rules copy to: name and, where the rule says it, account of the destination.
    pub(crate) fn enabled_replication(&self) -> Vec<ReplicationRule> {
        let rules = self.setting::<Replication>("replication").map(|each| each.rules);
        let mut rules = rules.unwrap_or_default();
        rules.retain(ReplicationRule::is_enabled);
        rules
    }

    /// Whether S3 calls the policy public: it lets everybody in without a condition (Amazon S3 User Guide, "The meaning
    /// of public"). The statements about TLS let in nobody but the bucket's own account.
    pub(crate) fn has_public_policy(&self) -> bool {
        matches!(self.policy.sharing_form.as_str(), "public-read" | "public-list")
    }
}
