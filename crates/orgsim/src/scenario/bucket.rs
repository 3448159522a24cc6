//! One simulated bucket: the truth of every setting that a scan reads.
//!
//! A setting that is `None` (or an empty list) was never configured; what S3 answers then is the business of the
//! services. Nothing here knows the wire format.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::words;

/// A general purpose bucket and the truth of its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// The name, unique in the whole scenario as it is in a partition of AWS.
    pub name: String,
    /// The region.
    pub region: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The bucket's public access block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_access_block: Option<PublicAccessBlock>,
    /// The bucket policy with S3's judgement of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// The grants of the access control list; `None` is the private list that every bucket starts with (the owner has
    /// `FULL_CONTROL` and nobody else stands in it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acl: Option<Vec<Grant>>,
    /// Object ownership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<ObjectOwnership>,
    /// Default encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Versioning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versioning: Option<Versioning>,
    /// Object Lock; its presence means that it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_lock: Option<ObjectLock>,
    /// Server access logging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// Lifecycle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Vec<LifecycleRule>>,
    /// Replication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// Event notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Notifications>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Static website hosting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Website>,
    /// Cross-origin resource sharing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Vec<CorsRule>>,
    /// S3 Inventory configurations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<Inventory>,
    /// Who pays; `None` is the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// Transfer acceleration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceleration: Option<Status>,
    /// Attribute-based access control; `None` answers `Disabled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abac: Option<Toggle>,
    /// S3 Metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

impl Bucket {
    /// A bucket of which nothing was ever configured.
    #[must_use]
    pub fn bare(name: impl Into<String>, region: impl Into<String>, created_at: Timestamp) -> Self {
        Self {
            name: name.into(),
            region: region.into(),
            created_at,
            public_access_block: None,
            policy: None,
            acl: None,
            ownership: None,
            encryption: None,
            versioning: None,
            object_lock: None,
            logging: None,
            lifecycle: None,
            replication: None,
            notifications: None,
            tags: None,
            website: None,
            cors: None,
            inventory: Vec::new(),
            payer: None,
            acceleration: None,
            abac: None,
            metadata: None,
        }
    }
}

words! {
    /// A feature that can be on or suspended (versioning, acceleration).
    Status {
        /// On.
        Enabled = "Enabled",
        /// Was on once.
        Suspended = "Suspended",
    }
}

words! {
    /// A feature that is on or off.
    Toggle {
        /// On.
        Enabled = "Enabled",
        /// Off.
        Disabled = "Disabled",
    }
}

words! {
    /// Object ownership.
    ObjectOwnership {
        /// Access control lists have no effect.
        BucketOwnerEnforced = "BucketOwnerEnforced",
        /// The owner gets objects that are uploaded with the canned list `bucket-owner-full-control`.
        BucketOwnerPreferred = "BucketOwnerPreferred",
        /// The writer owns what it writes.
        ObjectWriter = "ObjectWriter",
    }
}

words! {
    /// Who pays for requests and transfers.
    Payer {
        /// The bucket's owner.
        BucketOwner = "BucketOwner",
        /// Whoever asks.
        Requester = "Requester",
    }
}

words! {
    /// The mode of a default retention.
    RetentionMode {
        /// Some may shorten it.
        Governance = "GOVERNANCE",
        /// Nobody may shorten it.
        Compliance = "COMPLIANCE",
    }
}

words! {
    /// What a grant permits.
    Permission {
        /// Everything.
        FullControl = "FULL_CONTROL",
        /// Writing objects.
        Write = "WRITE",
        /// Writing the list.
        WriteAcp = "WRITE_ACP",
        /// Listing the bucket.
        Read = "READ",
        /// Reading the list.
        ReadAcp = "READ_ACP",
    }
}

/// The four switches of Block Public Access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`.
    pub block_public_acls: bool,
    /// `IgnorePublicAcls`.
    pub ignore_public_acls: bool,
    /// `BlockPublicPolicy`.
    pub block_public_policy: bool,
    /// `RestrictPublicBuckets`.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All four switches the same way.
    #[must_use]
    pub const fn all(on: bool) -> Self {
        Self {
            block_public_acls: on,
            ignore_public_acls: on,
            block_public_policy: on,
            restrict_public_buckets: on,
        }
    }
}

/// A bucket policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The document's text, answered byte for byte.
    pub document: String,
    /// What `GetBucketPolicyStatus` answers.
    pub is_public: bool,
}

/// Who is given a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// The bucket's owner.
    Owner,
    /// Another account, by its canonical user id.
    CanonicalUser(String),
    /// Another account, by e-mail address.
    Email(String),
    /// A predefined group, by its URI.
    Group(String),
}

/// One entry of an access control list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What.
    pub permission: Permission,
}

/// Default encryption; S3 allows one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`; `None` when the rule only blocks encryption types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// The key's ARN, id or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Whether the S3 Bucket Key is on; `None` leaves the member out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_key: Option<bool>,
    /// Blocked encryption types, such as `SSE-C` or `NONE`; `None` leaves the member out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_types: Option<Vec<String>>,
}

/// Versioning that was configured at least once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versioning {
    /// Whether it is on.
    pub status: Status,
    /// MFA delete; `None` when it was never configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_delete: Option<Toggle>,
}

/// Object Lock that is enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLock {
    /// The default retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_retention: Option<Retention>,
}

/// A default retention; exactly one of days and years is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The mode.
    pub mode: RetentionMode,
    /// Days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// Years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<i32>,
}

/// The form of the log objects' keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKeyFormat {
    /// Prefix and time.
    Simple,
    /// Partitioned by the event's time.
    PartitionedByEventTime,
    /// Partitioned by the time of delivery.
    PartitionedByDeliveryTime,
}

/// Server access logging that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// The bucket that receives the logs.
    pub target_bucket: String,
    /// The prefix of the keys.
    #[serde(default)]
    pub target_prefix: String,
    /// Who else may read the log objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_grants: Vec<Grant>,
    /// The key format; `None` leaves the member out, which means the simple one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_format: Option<LogKeyFormat>,
}

/// One lifecycle rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleRule {
    /// The rule's id.
    pub id: String,
    /// Whether it is in force.
    pub status: Toggle,
    /// Which objects it holds for.
    #[serde(default)]
    pub filter: ObjectFilter,
    /// Whether the filter is written in the old way, as a bare `Prefix` of the rule.
    #[serde(default)]
    pub old_style_prefix: bool,
    /// Expires current versions after days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_after_days: Option<i32>,
    /// Expires current versions on a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_on: Option<Timestamp>,
    /// Removes delete markers without noncurrent versions.
    #[serde(default)]
    pub expire_delete_markers: bool,
    /// Moves current versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitions: Vec<Transition>,
    /// Moves noncurrent versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noncurrent_transitions: Vec<Transition>,
    /// Expires noncurrent versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noncurrent_expiration: Option<NoncurrentExpiration>,
    /// Aborts incomplete multipart uploads after days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_multipart_after_days: Option<i32>,
}

impl LifecycleRule {
    /// A rule in force for every object that does nothing yet.
    #[must_use]
    pub fn enabled(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            status: Toggle::Enabled,
            filter: ObjectFilter::default(),
            old_style_prefix: false,
            expire_after_days: None,
            expire_on: None,
            expire_delete_markers: false,
            transitions: Vec::new(),
            noncurrent_transitions: Vec::new(),
            noncurrent_expiration: None,
            abort_multipart_after_days: None,
        }
    }
}

/// A selection of objects; empty selects all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectFilter {
    /// Keys with this prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Objects with these tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Objects larger than so many bytes. Lifecycle only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub larger_than: Option<i64>,
    /// Objects smaller than so many bytes. Lifecycle only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smaller_than: Option<i64>,
}

/// A move to another storage class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// After how many days.
    pub days: i32,
    /// Where to, such as `GLACIER`.
    pub storage_class: String,
}

/// The end of noncurrent versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoncurrentExpiration {
    /// Days since a version became noncurrent.
    pub days: i32,
    /// How many newer noncurrent versions are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<i32>,
}

/// Replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replication {
    /// The ARN of the role that S3 assumes.
    pub role: String,
    /// The rules.
    pub rules: Vec<ReplicationRule>,
}

/// One replication rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicationRule {
    /// The rule's id.
    pub id: String,
    /// Whether it is in force.
    pub status: Toggle,
    /// The priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Which objects; lifecycle's size members do not exist here and are left out of the answer.
    #[serde(default)]
    pub filter: ObjectFilter,
    /// The destination bucket's name.
    pub destination_bucket: String,
    /// The destination's account, when the rule names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_account: Option<String>,
    /// The key that encrypts replicas, when the rule names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica_kms_key: Option<String>,
    /// Whether delete markers are replicated; `None` leaves the member out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_markers: Option<Toggle>,
}

/// Event notifications.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notifications {
    /// SNS topics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<NotificationTarget>,
    /// SQS queues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<NotificationTarget>,
    /// Lambda functions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<NotificationTarget>,
    /// Whether all events go to Amazon EventBridge.
    #[serde(default)]
    pub event_bridge: bool,
}

/// One receiver of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationTarget {
    /// The configuration's id.
    pub id: String,
    /// The receiver's ARN.
    pub arn: String,
    /// The events.
    pub events: Vec<String>,
    /// A key prefix that limits them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// Static website hosting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Website {
    /// The index document's suffix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_document: Option<String>,
    /// The error document's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_document: Option<String>,
    /// The host that every request is sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_host: Option<String>,
    /// The protocol of that redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_protocol: Option<String>,
    /// Routing rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_rules: Vec<RoutingRule>,
}

/// One routing rule of a website.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    /// Requests with this key prefix…
    pub key_prefix: String,
    /// …are sent to keys with this one.
    pub replace_prefix_with: String,
}

/// One rule of cross-origin resource sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsRule {
    /// The rule's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Origins.
    pub allowed_origins: Vec<String>,
    /// Methods.
    pub allowed_methods: Vec<String>,
    /// Request headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_headers: Vec<String>,
    /// Response headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    /// Seconds for which a browser may keep the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<i32>,
}

/// One S3 Inventory configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// The id.
    pub id: String,
    /// Whether it is in force.
    pub is_enabled: bool,
    /// `Daily` or `Weekly`.
    pub frequency: String,
    /// `All` or `Current`.
    pub included_versions: String,
    /// The name of the bucket that receives the lists.
    pub destination_bucket: String,
}

/// S3 Metadata: a journal table, and perhaps a live inventory table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// The journal table's status, such as `ACTIVE`.
    pub journal_status: String,
    /// The live inventory table's status; `None` when it is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory_status: Option<String>,
}
