//! Topics of SNS that the account's buckets, trails and delivery channels notify: who may do what with them, and whether they are encrypted.
//!
//! A topic may lie in another account, whose own topic policy then decides whether anything is told here.

use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference, Referrers};
use crate::evidence::Evidence;
use crate::identifiers::{AccountId, RegionName};

/// A topic that a bucket, a trail or a delivery channel of AWS Config notifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its ARN, as whoever notifies it names it.
    pub arn: String,
    /// Whether it lies in the account that was read.
    pub is_own: bool,
    /// What SNS says of it; absent when there is no such topic, so that whoever notifies it notifies nobody.
    pub attributes: Evidence<TopicAttributes>,
}

/// What SNS says of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicAttributes {
    /// The account that owns it.
    pub owner: AccountId,
    /// Its policy, the JSON document as text.
    pub policy: String,
    /// The key of KMS that its messages are encrypted with: an id, an ARN or an alias. Without one they are not encrypted
    /// with KMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// How many subscriptions were confirmed, and so receive what is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_subscriptions: Option<u64>,
    /// How many subscriptions wait for their confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_subscriptions: Option<u64>,
    /// The version of the signatures of its messages: `1` is made with SHA-1, `2` with SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_version: Option<String>,
}

/// The topics that the account's buckets, trails and delivery channels notify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topics {
    /// Whether all was looked into that may name a topic. Where this is a gap, topics may be in use that do not stand here.
    pub referrers: Evidence<Referrers>,
    /// The topics, in the order of their ARNs.
    pub topics: Vec<Topic>,
}

impl Facts for Topics {
    fn facts(&self) -> Vec<Fact<'_>> {
        let referrers = Fact::new("", "what refers to topics", &self.referrers);
        let topics = self.topics.iter();
        let topics = topics.map(|topic| Fact::new(topic.arn.as_str(), "attributes", &topic.attributes));
        std::iter::once(referrers).chain(topics).collect()
    }

    /// The keys of the topics. In another account's topic an id or an alias means a key of that account, so that the key is
    /// told by its ARN.
    fn keys(&self) -> Vec<KeyReference> {
        let key = |topic: &Topic| {
            let attributes = topic.attributes.known().ok().flatten()?;
            let key = attributes.kms_key.as_deref()?;
            let mut parts = topic.arn.split(':').skip(1);
            let (partition, region) = (parts.next()?, parts.nth(1)?);
            let key = if topic.is_own || key.starts_with("arn:") {
                key.to_owned()
            } else if key.starts_with("alias/") {
                format!("arn:{partition}:kms:{region}:{}:{key}", attributes.owner)
            } else {
                format!("arn:{partition}:kms:{region}:{}:key/{key}", attributes.owner)
            };
            Some(KeyReference {
                region: RegionName::new(region).ok()?,
                key,
            })
        };
        self.topics.iter().filter_map(key).collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["attributes"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Operation, Source};

    fn topic(is_own: bool, key: &str) -> Topic {
        let attributes = TopicAttributes {
            owner: AccountId::new("222222222222").expect("an account"),
            policy: "{}".to_owned(),
            kms_key: Some(key.to_owned()),
            confirmed_subscriptions: None,
            pending_subscriptions: None,
            signature_version: None,
        };
        Topic {
            arn: "arn:aws:sns:eu-west-1:222222222222:changes".to_owned(),
            is_own,
            attributes: Evidence::present(
                attributes,
                Source::not_called(Operation::named("sns.GetTopicAttributes")),
            ),
        }
    }

    #[test]
    fn the_key_of_another_accounts_topic_is_told_by_its_arn() {
        let arn = "arn:aws:kms:eu-west-1:333333333333:key/k";
        for (is_own, key, expected) in [
            (true, "alias/aws/sns", "alias/aws/sns"),
            (true, arn, arn),
            (false, "alias/events", "arn:aws:kms:eu-west-1:222222222222:alias/events"),
            (false, "1234", "arn:aws:kms:eu-west-1:222222222222:key/1234"),
            (false, arn, arn),
        ] {
            let source = Source::not_called(Operation::named("s3.ListBuckets"));
            let topics = Topics {
                referrers: Evidence::present(Referrers { places: 1 }, source),
                topics: vec![topic(is_own, key)],
            };
            let keys = topics.keys();
            assert_eq!(keys.len(), 1);
            assert_eq!(keys[0].key, expected);
            assert_eq!(keys[0].region.as_str(), "eu-west-1");
        }
    }
}
