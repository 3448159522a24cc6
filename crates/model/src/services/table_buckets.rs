//! Table buckets of a region (Amazon S3 Tables): buckets of Apache Iceberg tables, which are not in the list of buckets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::bucket::PolicyDocument;
use crate::evidence::Evidence;
use crate::identifiers::RegionName;

/// What new tables are encrypted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBucketEncryption {
    /// `AES256` or `aws:kms`.
    pub algorithm: String,
    /// The ARN of the key.
    pub kms_key: Option<String>,
}

/// How files that no table refers to any more are removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBucketMaintenance {
    /// What is done, such as `icebergUnreferencedFileRemoval`.
    pub kind: String,
    /// `enabled` or `disabled`.
    pub status: Option<String>,
    /// After how many days a file that nothing refers to is marked.
    pub unreferenced_days: Option<i32>,
    /// After how many more days it is removed.
    pub noncurrent_days: Option<i32>,
}

/// A table bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBucket {
    /// Its name, unique in its account and region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The account that owns it.
    pub owner: String,
    /// The region that was asked.
    pub region: RegionName,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// `customer`, or `aws` for one that AWS keeps for S3 Metadata and the like; `None` when AWS did not say.
    pub kind: Option<String>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
    /// What new tables are encrypted with; absent when it was never configured.
    pub encryption: Evidence<TableBucketEncryption>,
    /// How it is maintained.
    pub maintenance: Evidence<Vec<TableBucketMaintenance>>,
}

/// What S3 Tables says of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBuckets {
    /// The buckets.
    pub buckets: Evidence<Vec<TableBucket>>,
}

impl Facts for TableBuckets {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "table buckets", &self.buckets)];
        for each in self.buckets.known().ok().flatten().into_iter().flatten() {
            facts.push(Fact::new(each.arn.as_str(), "policy", &each.policy));
            facts.push(Fact::new(each.arn.as_str(), "encryption", &each.encryption));
            facts.push(Fact::new(each.arn.as_str(), "maintenance", &each.maintenance));
        }
        facts
    }

    fn keys(&self) -> Vec<KeyReference> {
        let buckets = self.buckets.known().ok().flatten().into_iter().flatten();
        buckets
            .filter_map(|bucket| {
                Some(KeyReference {
                    region: bucket.region.clone(),
                    key: bucket.encryption.known().ok().flatten()?.kms_key.clone()?,
                })
            })
            .collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["table buckets", "encryption"]
    }
}
