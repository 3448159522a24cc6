//! What the buckets of an account and the readings of its services refer to: keys and topics, which are read only because
//! somebody uses them.

use std::collections::BTreeSet;

use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::Observed;
use s3attest_model::services::{Facts, KeyReference, Reading};

/// The key that S3 takes for SSE-KMS when a bucket names none (Amazon S3 User Guide, "Using server-side encryption with AWS
/// KMS keys").
const MANAGED_KEY: &str = "alias/aws/s3";

/// References of one account, each once. Grows with the distinct keys and topics that an account uses, not with its buckets.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct References {
    /// Keys of KMS.
    pub(crate) keys: BTreeSet<KeyReference>,
    /// ARNs of SNS topics.
    pub(crate) topics: BTreeSet<String>,
}

impl References {
    /// Notes what a bucket refers to: its keys, and the topics that it notifies.
    pub(crate) fn note_bucket(&mut self, bucket: &Bucket) {
        let Observed::Present(region) = &bucket.region.observed else {
            return;
        };
        let mut note = |key: &str| {
            self.keys.insert(KeyReference {
                region: region.clone(),
                key: key.to_owned(),
            });
        };
        if let Observed::Present(encryption) = &bucket.settings.encryption.observed {
            for default in &encryption.defaults {
                match (&default.kms_key, default.algorithm.as_deref()) {
                    (Some(key), _) => note(key),
                    (None, Some("aws:kms" | "aws:kms:dsse")) => note(MANAGED_KEY),
                    (None, _) => {}
                }
            }
        }
        if let Observed::Present(replication) = &bucket.settings.replication.observed {
            for key in replication
                .rules
                .iter()
                .filter_map(|rule| rule.replica_kms_key.as_ref())
            {
                note(key);
            }
        }
        if let Observed::Present(notifications) = &bucket.settings.notifications.observed {
            self.topics
                .extend(notifications.topics.iter().map(|topic| topic.arn.clone()));
        }
    }

    /// Notes what a reading refers to.
    pub(crate) fn note_reading(&mut self, reading: &Reading) {
        self.keys.extend(reading.keys());
    }
}
