//! The table of bucket settings: one line a setting, from which come the record's members, their names and the operation
//! that reads each.

use serde::{Deserialize, Serialize};

use super::{
    Abac, Acceleration, AccessControlList, CorsRule, EncryptionConfiguration, InventoryConfiguration, LifecycleRule,
    LogDestination, MetadataConfiguration, NotificationConfiguration, ObjectLock, OwnershipControls, PolicyDocument,
    PolicyStatus, PublicAccessBlock, ReplicationConfiguration, RequestPayment, Versioning, WebsiteConfiguration,
};
use crate::evidence::{Evidence, Gap, Observed, Operation, Source};

/// What a setting's evidence says, without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingState<'settings> {
    /// There is a value.
    Present,
    /// AWS says that there is none.
    Absent,
    /// It could not be read.
    Gap(&'settings Gap),
}

/// One setting of a bucket without its type: for listing, counting and showing, never for judging.
#[derive(Debug, Clone, Copy)]
pub struct SettingView<'settings> {
    /// Which setting it is.
    pub setting: BucketSetting,
    /// What its evidence says.
    pub state: SettingState<'settings>,
    /// Where its evidence comes from.
    pub source: &'settings Source,
}

fn state_of<T>(evidence: &Evidence<T>) -> SettingState<'_> {
    match &evidence.observed {
        Observed::Present(_) => SettingState::Present,
        Observed::Absent => SettingState::Absent,
        Observed::Gap(gap) => SettingState::Gap(gap),
    }
}

macro_rules! bucket_settings {
    ($($(#[$documentation:meta])* $member:ident: $value:ty = $variant:ident, $title:literal, $operation:literal;)*) => {
        /// The settings of a bucket that are read.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct BucketSettings {
            $($(#[$documentation])* pub $member: Evidence<$value>,)*
        }

        /// The name of a setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum BucketSetting {
            $($(#[$documentation])* $variant,)*
        }

        impl BucketSetting {
            /// Every setting, in the order in which a bucket's page shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The setting's name for a reader.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The operation that reads it.
            #[must_use]
            pub const fn operation(self) -> Operation {
                match self { $(Self::$variant => Operation::named($operation),)* }
            }

            /// The setting's member name in the snapshot, also its column in tables.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => stringify!($member),)* }
            }
        }

        impl BucketSettings {
            /// All settings as gaps with one cause, for a bucket of which nothing could be asked.
            #[must_use]
            pub fn all_gaps(gap: &Gap) -> Self {
                Self {
                    $($member: Evidence::gap(gap.clone(), Source::not_called(Operation::named($operation))),)*
                }
            }

            /// Every setting without its type, in the order of [`BucketSetting::ALL`].
            #[must_use]
            pub fn views(&self) -> Vec<SettingView<'_>> {
                vec![$(SettingView {
                    setting: BucketSetting::$variant,
                    state: state_of(&self.$member),
                    source: &self.$member.source,
                },)*]
            }

            /// The value of a setting as JSON, for showing it; `None` where there is no value.
            #[must_use]
            pub fn value(&self, setting: BucketSetting) -> Option<serde_json::Value> {
                match setting {
                    $(BucketSetting::$variant => match &self.$member.observed {
                        Observed::Present(value) => {
                            Some(serde_json::to_value(value).expect("settings are plain records"))
                        }
                        Observed::Absent | Observed::Gap(_) => None,
                    },)*
                }
            }

            /// Replaces a setting by a gap. A test asks with it what becomes of a verdict when this was not readable.
            pub fn withhold(&mut self, setting: BucketSetting, gap: Gap) {
                match setting {
                    $(BucketSetting::$variant => {
                        self.$member.observed = Observed::Gap(gap);
                    })*
                }
            }
        }
    };
}

bucket_settings! {
    /// The effective public access block of the bucket alone.
    public_access_block: PublicAccessBlock = PublicAccessBlock, "Public access block", "s3.GetPublicAccessBlock";
    /// The bucket policy.
    policy: PolicyDocument = Policy, "Bucket policy", "s3.GetBucketPolicy";
    /// Whether S3 itself judges the bucket policy public.
    policy_status: PolicyStatus = PolicyStatus, "Policy status", "s3.GetBucketPolicyStatus";
    /// The access control list.
    acl: AccessControlList = Acl, "Access control list", "s3.GetBucketAcl";
    /// Who owns new objects, and whether access control lists have effect.
    ownership_controls: OwnershipControls = OwnershipControls, "Object ownership", "s3.GetBucketOwnershipControls";
    /// Default encryption and blocked encryption types.
    encryption: EncryptionConfiguration = Encryption, "Default encryption", "s3.GetBucketEncryption";
    /// Versioning and MFA delete.
    versioning: Versioning = Versioning, "Versioning", "s3.GetBucketVersioning";
    /// Object Lock and its default retention.
    object_lock: ObjectLock = ObjectLock, "Object Lock", "s3.GetObjectLockConfiguration";
    /// Where server access logs go.
    logging: LogDestination = Logging, "Server access logging", "s3.GetBucketLogging";
    /// Lifecycle of objects.
    lifecycle: Vec<LifecycleRule> = Lifecycle, "Lifecycle", "s3.GetBucketLifecycleConfiguration";
    /// Replication to other buckets.
    replication: ReplicationConfiguration = Replication, "Replication", "s3.GetBucketReplication";
    /// Event notifications.
    notifications: NotificationConfiguration = Notifications, "Event notifications", "s3.GetBucketNotificationConfiguration";
    /// Tags.
    tagging: std::collections::BTreeMap<String, String> = Tagging, "Tags", "s3.GetBucketTagging";
    /// Static website hosting.
    website: WebsiteConfiguration = Website, "Static website hosting", "s3.GetBucketWebsite";
    /// Cross-origin resource sharing.
    cors: Vec<CorsRule> = Cors, "Cross-origin resource sharing", "s3.GetBucketCors";
    /// S3 Inventory.
    inventory: Vec<InventoryConfiguration> = Inventory, "Inventory", "s3.ListBucketInventoryConfigurations";
    /// Who pays for requests.
    request_payment: RequestPayment = RequestPayment, "Request payment", "s3.GetBucketRequestPayment";
    /// Transfer acceleration.
    acceleration: Acceleration = Acceleration, "Transfer acceleration", "s3.GetBucketAccelerateConfiguration";
    /// Attribute-based access control by bucket tags.
    abac: Abac = Abac, "Attribute-based access control", "s3.GetBucketAbac";
    /// S3 Metadata tables.
    metadata: MetadataConfiguration = Metadata, "Metadata configuration", "s3.GetBucketMetadataConfiguration";
}
