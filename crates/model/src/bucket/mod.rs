//! A bucket with every setting that was read of it.
//!
//! [`settings`] declares the table of settings; the other modules hold their values, grouped by what they are about.

mod access;
mod events;
mod management;
mod protection;
mod settings;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use access::{
    AccessControlList, CorsRule, Grant, Grantee, OwnershipControls, PolicyDocument, PolicyStatus, PublicAccessBlock,
    WebsiteConfiguration, WebsiteRedirect,
};
pub use events::{LogDestination, LogKeyFormat, NotificationConfiguration, NotificationTarget};
pub use management::{
    Abac, Acceleration, InventoryConfiguration, LifecycleAction, LifecycleFilter, LifecycleRule, MetadataConfiguration,
    MetadataTable, RequestPayment,
};
pub use protection::{
    DefaultRetention, EncryptionConfiguration, EncryptionDefault, ObjectLock, ReplicationConfiguration,
    ReplicationRule, Versioning,
};
pub use settings::{BucketSetting, BucketSettings, SettingState, SettingView};

use crate::evidence::Evidence;
use crate::identifiers::{AccountId, BucketName, RegionName};

/// One bucket of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The account in whose list the bucket stands.
    pub account: AccountId,
    /// The bucket's name.
    pub name: BucketName,
    /// The bucket's region.
    pub region: Evidence<RegionName>,
    /// When the bucket was created, as the list says. It changes when the bucket's policy is edited
    /// (Amazon S3 API Reference, `Bucket`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Every setting.
    pub settings: BucketSettings,
}
