//! Buckets that are not in the list of buckets: directory, table and vector buckets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::scenario::{Encryption, Inventory, LifecycleRule};

/// A selection of requests that are counted in CloudWatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestMetrics {
    /// Its id.
    pub id: String,
    /// The only prefix.
    pub prefix: Option<String>,
    /// The only access point.
    pub access_point: Option<String>,
}

/// A directory bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryBucket {
    /// Its region.
    pub region: String,
    /// Its name, which ends with the zone and `--x-s3`.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its policy.
    pub policy: Option<String>,
    /// Its default encryption; `None` answers that there is none.
    pub encryption: Option<Encryption>,
    /// Its lifecycle.
    pub lifecycle: Option<Vec<LifecycleRule>>,
    /// Its inventories.
    pub inventory: Vec<Inventory>,
    /// What requests are counted.
    pub metrics: Vec<RequestMetrics>,
}

/// When files that no table refers to are removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFileRemoval {
    /// Whether they are.
    pub is_enabled: bool,
    /// After how many days they are marked.
    pub unreferenced_days: Option<i32>,
    /// After how many more days they are removed.
    pub noncurrent_days: Option<i32>,
}

/// A table bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableBucket {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// `customer` or `aws`.
    pub kind: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its policy.
    pub policy: Option<String>,
    /// `AES256` or `aws:kms`; `None` answers that nothing is configured.
    pub algorithm: Option<String>,
    /// The ARN of the key.
    pub kms_key: Option<String>,
    /// How it is maintained.
    pub file_removal: Option<TableFileRemoval>,
}

/// A vector bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorBucket {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its policy.
    pub policy: Option<String>,
    /// `AES256` or `aws:kms`; `None` leaves the member out.
    pub algorithm: Option<String>,
    /// The ARN of the key.
    pub kms_key: Option<String>,
    /// What kind of index is made; `None` leaves the member out.
    pub default_index_mode: Option<String>,
}
