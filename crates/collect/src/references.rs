//! What the buckets of an account and the readings of its services refer to: keys and topics, which are read only because
//! somebody uses them, and what could not be looked into, since it may refer to more of them.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::BucketListing;
use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::services::{Facts, KeyReference, Reading, Referrers};

/// The key that S3 takes for SSE-KMS when a bucket names none (Amazon S3 User Guide, "Using server-side encryption with AWS
/// KMS keys").
const MANAGED_KEY: &str = "alias/aws/s3";

/// References of one account, each once. Grows with the distinct keys and topics that an account uses, not with its buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct References {
    /// Keys of KMS.
    pub(crate) keys: BTreeSet<KeyReference>,
    /// ARNs of SNS topics.
    pub(crate) topics: BTreeSet<String>,
    /// Where keys are named.
    key_places: Places,
    /// Where topics are named.
    topic_places: Places,
    /// The call that listed the buckets, from which all looking starts.
    listed_by: Source,
}

impl References {
    /// No references yet. A list of buckets that broke off is a place that could not be looked into.
    pub(crate) fn new(listing: &Evidence<BucketListing>) -> Self {
        let mut references = Self {
            keys: BTreeSet::new(),
            topics: BTreeSet::new(),
            key_places: Places::default(),
            topic_places: Places::default(),
            listed_by: listing.source.clone(),
        };
        if let Some(gap) = listing.as_gap() {
            for places in [&mut references.key_places, &mut references.topic_places] {
                places.note_unknown(gap, &listing.source, || "the rest of the list of buckets".to_owned());
            }
        }
        references
    }

    /// Notes what a bucket refers to: its keys, and the topics that it notifies.
    pub(crate) fn note_bucket(&mut self, bucket: &Bucket) {
        let settings = &bucket.settings;
        let of_bucket = |what: &str| format!("the {what} of the bucket {}", bucket.name);
        self.topic_places
            .note(&settings.notifications, || of_bucket("notifications"));
        if let Observed::Present(notifications) = &settings.notifications.observed {
            self.topics
                .extend(notifications.topics.iter().map(|topic| topic.arn.clone()));
        }
        let region = match &bucket.region.observed {
            Observed::Present(region) => region,
            // A name that is no ARN means another key in each region.
            Observed::Gap(gap) => return self.note_nowhere(bucket, gap),
            Observed::Absent => {
                let gap = Gap::new(GapCause::RegionUnknown, "the bucket has no region");
                return self.note_nowhere(bucket, &gap);
            }
        };
        let keys = &mut self.keys;
        let mut note = |key: &str| {
            keys.insert(KeyReference {
                region: region.clone(),
                key: key.to_owned(),
            });
        };
        self.key_places.note(&settings.encryption, || of_bucket("encryption"));
        if let Observed::Present(encryption) = &settings.encryption.observed {
            for default in &encryption.defaults {
                match (&default.kms_key, default.algorithm.as_deref()) {
                    (Some(key), _) => note(key),
                    (None, Some("aws:kms" | "aws:kms:dsse")) => note(MANAGED_KEY),
                    (None, _) => {}
                }
            }
        }
        self.key_places.note(&settings.replication, || of_bucket("replication"));
        if let Observed::Present(replication) = &settings.replication.observed {
            for key in replication
                .rules
                .iter()
                .filter_map(|rule| rule.replica_kms_key.as_ref())
            {
                note(key);
            }
        }
    }

    /// Notes the keys of a bucket whose region is not known as not looked into.
    fn note_nowhere(&mut self, bucket: &Bucket, gap: &Gap) {
        for what in ["encryption", "replication"] {
            self.key_places.note_unknown(gap, &bucket.region.source, || {
                format!("the {what} of the bucket {}", bucket.name)
            });
        }
    }

    /// Notes what a reading refers to.
    pub(crate) fn note_reading(&mut self, reading: &Reading) {
        self.keys.extend(reading.keys());
        self.topics.extend(reading.topics());
        self.key_places.note_facts(reading, reading.key_aspects());
        self.topic_places.note_facts(reading, reading.topic_aspects());
    }

    /// Whether all was looked into that may name keys.
    pub(crate) fn of_keys(&self) -> Evidence<Referrers> {
        self.key_places.evidence(&self.listed_by)
    }

    /// Whether all was looked into that may name topics.
    pub(crate) fn of_topics(&self) -> Evidence<Referrers> {
        self.topic_places.evidence(&self.listed_by)
    }
}

/// Places where references are looked for: how many were looked into, and what could not be, by cause.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Places {
    looked_into: u64,
    unknown: BTreeMap<GapCause, Unknown>,
}

/// Places that could not be looked into for the same cause.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unknown {
    count: u64,
    /// The first of them.
    example: String,
    /// The call that would have looked into the first.
    source: Source,
}

impl Places {
    fn note<T>(&mut self, evidence: &Evidence<T>, place: impl FnOnce() -> String) {
        match evidence.as_gap() {
            None => self.looked_into += 1,
            Some(gap) => self.note_unknown(gap, &evidence.source, place),
        }
    }

    /// Notes the facts of a reading that have one of some aspects.
    fn note_facts(&mut self, reading: &Reading, aspects: &[&str]) {
        if aspects.is_empty() {
            return;
        }
        let source = reading.source();
        for fact in reading.facts() {
            if !aspects.contains(&fact.aspect) {
                continue;
            }
            let place = || {
                let of = if fact.subject.is_empty() { "" } else { " of " };
                format!("{}{of}{} ({source})", fact.aspect, fact.subject)
            };
            match fact.gap() {
                None => self.looked_into += 1,
                Some(gap) => self.note_unknown(gap, fact.source, place),
            }
        }
    }

    fn note_unknown(&mut self, gap: &Gap, source: &Source, place: impl FnOnce() -> String) {
        let unknown = self.unknown.entry(gap.cause).or_insert_with(|| Unknown {
            count: 0,
            example: place(),
            source: source.clone(),
        });
        unknown.count += 1;
    }

    /// A gap where anything is unknown. Its cause is the most frequent one; what the run was told to leave out gives the cause
    /// only where nothing else is unknown.
    fn evidence(&self, listed_by: &Source) -> Evidence<Referrers> {
        let foremost = self
            .unknown
            .iter()
            .max_by_key(|(cause, unknown)| (**cause != GapCause::NotCollected, unknown.count));
        let Some((cause, foremost)) = foremost else {
            let referrers = Referrers {
                places: self.looked_into,
            };
            return Evidence::present(referrers, listed_by.clone());
        };
        let unknown: u64 = self.unknown.values().map(|each| each.count).sum();
        let causes: Vec<_> = self
            .unknown
            .iter()
            .map(|(cause, each)| format!("{cause}: {}, such as {}", each.count, each.example))
            .collect();
        let detail = format!(
            "{unknown} of {} places could not be looked into ({})",
            self.looked_into + unknown,
            causes.join("; ")
        );
        Evidence::gap(Gap::new(*cause, detail), foremost.source.clone())
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{BucketSettings, EncryptionConfiguration, EncryptionDefault};
    use s3attest_model::evidence::Operation;
    use s3attest_model::identifiers::{AccountId, BucketName, RegionName};
    use s3attest_model::services::CloudTrail;

    use super::*;

    fn source(operation: &'static str) -> Source {
        Source::not_called(Operation::named(operation))
    }

    fn listed() -> References {
        References::new(&Evidence::present(BucketListing { count: 1 }, source("s3.ListBuckets")))
    }

    /// A bucket of which nothing but its region was read.
    fn bucket(cause: GapCause) -> Bucket {
        Bucket {
            account: AccountId::new("111122223333").expect("an account"),
            name: BucketName::new("reports").expect("a bucket"),
            region: Evidence::present(
                RegionName::new("eu-west-1").expect("a region"),
                source("s3.ListBuckets"),
            ),
            created_at: None,
            settings: BucketSettings::all_gaps(&Gap::new(cause, "")),
        }
    }

    fn cause(evidence: &Evidence<Referrers>) -> Option<GapCause> {
        evidence.as_gap().map(|gap| gap.cause)
    }

    #[test]
    fn what_was_looked_into_is_counted() {
        let references = listed();
        assert_eq!(references.of_keys().known(), Ok(Some(&Referrers { places: 0 })));
        let mut references = listed();
        let mut whole = bucket(GapCause::Denied);
        let encryption = EncryptionConfiguration {
            defaults: vec![EncryptionDefault {
                algorithm: Some("aws:kms".to_owned()),
                kms_key: None,
                bucket_key_enabled: None,
                blocked_encryption_types: None,
            }],
        };
        whole.settings.encryption = Evidence::present(encryption, source("s3.GetBucketEncryption"));
        whole.settings.replication = Evidence::absent(source("s3.GetBucketReplication"));
        references.note_bucket(&whole);
        assert_eq!(references.of_keys().known(), Ok(Some(&Referrers { places: 2 })));
        assert_eq!(references.keys.len(), 1);
        assert_eq!(cause(&references.of_topics()), Some(GapCause::Denied));
    }

    #[test]
    fn what_could_not_be_looked_into_is_a_gap_that_names_causes_and_examples() {
        let mut references = listed();
        references.note_bucket(&bucket(GapCause::NotCollected));
        assert_eq!(cause(&references.of_keys()), Some(GapCause::NotCollected));
        assert_eq!(cause(&references.of_topics()), Some(GapCause::NotCollected));
        let trails = CloudTrail {
            trails: Evidence::gap(Gap::new(GapCause::Denied, "no"), source("cloudtrail.DescribeTrails")),
        };
        references.note_reading(&trails.into());
        let evidence = references.of_keys();
        // Two settings were left out and one list was refused: what is nobody's wish is the cause.
        assert_eq!(cause(&evidence), Some(GapCause::Denied));
        assert_eq!(evidence.source.operation.as_str(), "cloudtrail.DescribeTrails");
        let detail = &evidence.as_gap().expect("a gap").detail;
        for part in [
            "3 of 3",
            "denied: 1, such as trails (cloudtrail)",
            "not-collected: 2, such as the encryption of the bucket reports",
        ] {
            assert!(detail.contains(part), "{detail}");
        }
    }

    #[test]
    fn a_bucket_in_no_known_region_and_a_list_that_broke_off_hide_keys() {
        let mut references = listed();
        let mut lost = bucket(GapCause::Denied);
        lost.region = Evidence::gap(Gap::new(GapCause::RegionUnknown, ""), source("s3.HeadBucket"));
        references.note_bucket(&lost);
        assert_eq!(cause(&references.of_keys()), Some(GapCause::RegionUnknown));
        let broken = Evidence::gap(Gap::new(GapCause::Throttled, ""), source("s3.ListBuckets"));
        let references = References::new(&broken);
        assert_eq!(cause(&references.of_keys()), Some(GapCause::Throttled));
        assert_eq!(cause(&references.of_topics()), Some(GapCause::Throttled));
    }
}
