//! Topics of SNS that the account's buckets, trails and delivery channels notify, each asked in the region that its ARN names.

use std::collections::HashMap;

use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Source};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{Topic, TopicAttributes, Topics};

use super::ServiceRead;

/// How many topics are asked about at the same time.
const TOPICS_AT_ONCE: usize = 8;

const ATTRIBUTES: AllowedOperation = AllowedOperation {
    service: "SNS",
    name: "GetTopicAttributes",
    label: "sns.GetTopicAttributes",
    actions: &["sns:GetTopicAttributes"],
    class: "sns",
    in_session: true,
    times: Times::about(1, Unit::Account, "one topic that the buckets of an account notify"),
};

pub(super) const OPERATIONS: &[AllowedOperation] = &[ATTRIBUTES];

/// With this code SNS says that there is no such topic (SNS API Reference, `GetTopicAttributes`).
const NO_TOPIC: [&str; 1] = ["NotFound"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> Topics {
    let asked = stream::iter(reader.references.topics.clone()).map(|arn| topic(reader, arn).boxed());
    Topics {
        referrers: reader.references.of_topics(),
        topics: asked.buffered(TOPICS_AT_ONCE).collect().await,
    }
}

/// The region and the account that the ARN of a topic names: `arn:partition:sns:region:account:name`.
fn place(arn: &str) -> Option<(RegionName, &str)> {
    let mut parts = arn.splitn(6, ':').skip(3);
    Some((RegionName::new(parts.next()?).ok()?, parts.next()?))
}

async fn topic(reader: &ServiceRead<'_>, arn: String) -> Topic {
    let place = place(&arn);
    let is_own = place
        .as_ref()
        .is_some_and(|(_, account)| *account == reader.session.account().as_str());
    let attributes = match &place {
        Some((region, _)) => attributes(reader, region, &arn).await,
        None => Evidence::gap(
            Gap::new(GapCause::OtherError, "the topic's ARN names no region to ask"),
            Source::not_called(ATTRIBUTES.operation()),
        ),
    };
    Topic {
        arn,
        is_own,
        attributes,
    }
}

async fn attributes(reader: &ServiceRead<'_>, region: &RegionName, arn: &str) -> Evidence<TopicAttributes> {
    let client = reader.session.sns(region);
    observe(
        ATTRIBUTES.operation(),
        &NO_TOPIC,
        client.get_topic_attributes().topic_arn(arn).send().await,
        reader.context.now(),
        |output| attributes_of(output.attributes.unwrap_or_default()).map(Some),
    )
}

/// Reads the attributes that SNS hands out. It leaves attributes out for those who may not see them, so that an answer
/// without the policy, which every topic has, proves nothing about the others either.
fn attributes_of(mut attributes: HashMap<String, String>) -> Result<TopicAttributes, Malformed> {
    let number = |text: Option<String>| {
        let number = text.map(|text| text.parse::<u64>());
        number
            .transpose()
            .map_err(|_| Malformed("a number of subscriptions is no number"))
    };
    let owner = attributes.remove("Owner").ok_or(Malformed("the topic has no owner"))?;
    let policy = attributes.remove("Policy");
    Ok(TopicAttributes {
        owner: AccountId::new(owner).map_err(|_| Malformed("the topic's owner is no account"))?,
        policy: policy.ok_or(Malformed("the answer leaves out the topic's policy, and perhaps more"))?,
        kms_key: attributes.remove("KmsMasterKeyId").filter(|key| !key.is_empty()),
        confirmed_subscriptions: number(attributes.remove("SubscriptionsConfirmed"))?,
        pending_subscriptions: number(attributes.remove("SubscriptionsPending"))?,
        signature_version: attributes.remove("SignatureVersion"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(members: &[(&str, &str)]) -> Result<TopicAttributes, Malformed> {
        let members = members.iter();
        attributes_of(
            members
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn an_answer_that_leaves_things_out_proves_nothing() {
        let owner = ("Owner", "111111111111");
        assert!(said(&[owner]).is_err(), "no policy");
        assert!(said(&[("Policy", "{}")]).is_err(), "no owner");
        assert!(said(&[("Owner", "somebody"), ("Policy", "{}")]).is_err());
        assert!(said(&[owner, ("Policy", "{}"), ("SubscriptionsConfirmed", "many")]).is_err());
        let plain = said(&[owner, ("Policy", "{}"), ("KmsMasterKeyId", "")]).expect("a whole answer");
        assert_eq!(plain.kms_key, None);
    }

    #[test]
    fn a_topics_arn_names_where_it_lies() {
        let (region, account) = place("arn:aws:sns:eu-west-1:111111111111:changes").expect("a topic");
        assert_eq!((region.as_str(), account), ("eu-west-1", "111111111111"));
        assert_eq!(place("arn:aws:sns"), None);
        assert_eq!(place("arn:aws:sns::111111111111:changes"), None);
    }
}
