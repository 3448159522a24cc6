//! Directory buckets of a region (S3 Express One Zone), with the settings that such a bucket has.
//!
//! They are not in the list of general purpose buckets, have no access control lists, versions or public access, and cannot be
//! used by other accounts' policies alone (Amazon S3 User Guide, "Directory buckets").

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::bucket::{EncryptionConfiguration, InventoryConfiguration, LifecycleRule, PolicyDocument};
use crate::evidence::Evidence;
use crate::identifiers::RegionName;

/// A selection of requests that are counted in CloudWatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestMetrics {
    /// Its id.
    pub id: String,
    /// The only prefix whose requests are counted.
    pub prefix: Option<String>,
    /// The only access point whose requests are counted.
    pub access_point: Option<String>,
}

/// A directory bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryBucket {
    /// Its name, which ends with the zone and `--x-s3`.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// The region that was asked.
    pub region: RegionName,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
    /// Its default encryption.
    pub encryption: Evidence<EncryptionConfiguration>,
    /// The lifecycle of its objects.
    pub lifecycle: Evidence<Vec<LifecycleRule>>,
    /// Its inventories.
    pub inventory: Evidence<Vec<InventoryConfiguration>>,
    /// What requests are counted.
    pub metrics: Evidence<Vec<RequestMetrics>>,
}

/// What S3 Express says of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryBuckets {
    /// The buckets.
    pub buckets: Evidence<Vec<DirectoryBucket>>,
}

impl Facts for DirectoryBuckets {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "directory buckets", &self.buckets)];
        for each in self.buckets.known().ok().flatten().into_iter().flatten() {
            let subject = each.arn.as_deref().unwrap_or(&each.name);
            facts.push(Fact::new(subject, "policy", &each.policy));
            facts.push(Fact::new(subject, "encryption", &each.encryption));
            facts.push(Fact::new(subject, "lifecycle", &each.lifecycle));
            facts.push(Fact::new(subject, "inventory", &each.inventory));
            facts.push(Fact::new(subject, "request metrics", &each.metrics));
        }
        facts
    }

    fn keys(&self) -> Vec<KeyReference> {
        let buckets = self.buckets.known().ok().flatten().into_iter().flatten();
        let encrypted = buckets.filter_map(|bucket| {
            bucket
                .encryption
                .known()
                .ok()
                .flatten()
                .map(|found| (&bucket.region, found))
        });
        encrypted
            .flat_map(|(region, encryption)| {
                let keys = encryption.defaults.iter().filter_map(|default| default.kms_key.clone());
                keys.map(|key| KeyReference {
                    region: region.clone(),
                    key,
                })
            })
            .collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["directory buckets", "encryption"]
    }
}
