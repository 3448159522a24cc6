//! Vector buckets of a region (Amazon S3 Vectors): buckets of vector indexes, which are not in the list of buckets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::bucket::PolicyDocument;
use crate::evidence::Evidence;
use crate::identifiers::RegionName;

/// What only the bucket itself tells, not the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorBucketSettings {
    /// `AES256` or `aws:kms`; `None` when AWS did not say.
    pub algorithm: Option<String>,
    /// The ARN of the key.
    pub kms_key: Option<String>,
    /// What kind of index is made, such as `CLASSIC`; `None` when AWS did not say.
    pub default_index_mode: Option<String>,
}

/// A vector bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorBucket {
    /// Its name, unique in its account and region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The region that was asked.
    pub region: RegionName,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// What only the bucket itself tells.
    pub settings: Evidence<VectorBucketSettings>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
}

/// What S3 Vectors says of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorBuckets {
    /// The buckets.
    pub buckets: Evidence<Vec<VectorBucket>>,
}

impl Facts for VectorBuckets {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "vector buckets", &self.buckets)];
        for each in self.buckets.known().ok().flatten().into_iter().flatten() {
            facts.push(Fact::new(each.arn.as_str(), "settings", &each.settings));
            facts.push(Fact::new(each.arn.as_str(), "policy", &each.policy));
        }
        facts
    }

    fn keys(&self) -> Vec<KeyReference> {
        let buckets = self.buckets.known().ok().flatten().into_iter().flatten();
        buckets
            .filter_map(|bucket| {
                Some(KeyReference {
                    region: bucket.region.clone(),
                    key: bucket.settings.known().ok().flatten()?.kms_key.clone()?,
                })
            })
            .collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["vector buckets", "settings"]
    }
}
