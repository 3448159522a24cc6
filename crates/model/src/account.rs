//! What is read once for each account.

use serde::{Deserialize, Serialize};

use crate::bucket::PublicAccessBlock;
use crate::evidence::Evidence;
use crate::identifiers::{AccountId, Partition, RegionName};

/// How the run spoke to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Through the role with this ARN.
    Role(String),
    /// With the caller's own credentials, since the role does not exist in the caller's own account.
    Caller(String),
}

/// A region and whether the account has it enabled, in the words of the Account Management API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// The region's name.
    pub name: RegionName,
    /// `ENABLED`, `ENABLED_BY_DEFAULT`, `ENABLING`, `DISABLING` or `DISABLED`.
    pub opt_status: String,
}

impl Region {
    /// Whether requests to the region are answered for the account.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        matches!(self.opt_status.as_str(), "ENABLED" | "ENABLED_BY_DEFAULT")
    }
}

/// The outcome of listing an account's buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketListing {
    /// How many buckets the complete list gave.
    pub count: u64,
}

/// The first record of an account's file: everything about the account that is not about one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// The account.
    pub account: AccountId,
    /// The partition of the account.
    pub partition: Partition,
    /// How the account was spoken to; a gap means that nothing else could be asked.
    pub access: Evidence<Access>,
    /// The account's regions with their status.
    pub regions: Evidence<Vec<Region>>,
    /// The regions that were taken as enabled because `regions` is a gap: those that the partition enables by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed_regions: Vec<RegionName>,
    /// Whether the list of buckets is complete. Where it broke off, this is a gap and the buckets that it gave until
    /// then still follow.
    pub bucket_listing: Evidence<BucketListing>,
    /// The account's public access block: the effective one, including an organization's S3 policy
    /// (Amazon S3 API Reference, `GetPublicAccessBlock` of S3 Control).
    pub public_access_block: Evidence<PublicAccessBlock>,
}
