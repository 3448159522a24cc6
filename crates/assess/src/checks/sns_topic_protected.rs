//! `sns-topic-protected`: whether the topics that the account's buckets, trails and delivery channels notify are encrypted with a
//! key of KMS and open to nobody in particular.
//!
//! It does not know who subscribes, nor what the key's policy lets whom do.

use std::collections::BTreeSet;

use s3attest_model::check::Severity;
use s3attest_model::services::{ServiceSource, Topic, TopicAttributes, Topics};
use s3attest_policy::{Document, Insiders, TOPIC_ACTIONS, outsiders, services_without_source};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "sns-topic-protected",
    title: "Topics that are notified are encrypted and closed",
    severity: Severity::Medium,
    question: "Is every topic that the account's buckets, trails and delivery channels notify encrypted with a key of KMS, and is \
               its use limited?",
    reads: Reads {
        sources: &[ServiceSource::Topics],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/sns-topic-protected.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reading = view.services.of_account::<Topics>()?;
    let mut unknown = trail.read(&reading.referrers).err();
    let (mut faults, mut sound) = (Vec::new(), 0_usize);
    let mut is_open = false;
    for topic in &reading.topics {
        match faults_of(topic, trail) {
            Ok(None) => {}
            Ok(Some(found)) if found.words.is_empty() => sound += 1,
            Ok(Some(found)) => {
                is_open |= found.is_open;
                faults.push(format!("{} {}", topic.arn, found.words.join(" and ")));
            }
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    if !faults.is_empty() {
        let message = format!("Topics that are notified lack protection: {}.", faults.join("; "));
        return Ok(if is_open {
            Judgement::fail_as(Severity::High, message)
        } else {
            Judgement::fail(message)
        });
    }
    if let Some(gap) = unknown {
        return Err(gap);
    }
    Ok(match (sound, reading.topics.len()) {
        (0, 0) => Judgement::not_applicable("No bucket, trail or delivery channel of the account notifies a topic."),
        (0, gone) => Judgement::not_applicable(format!(
            "Of the topics that the account's buckets, trails and delivery channels name, none exists ({gone})."
        )),
        _ => Judgement::pass(format!(
            "Every topic that is notified is encrypted with a key of KMS and its use is limited ({sound})."
        )),
    })
}

/// What is wrong with a topic, in words that follow its ARN.
struct Faults {
    words: Vec<String>,
    /// Whether everyone may use it.
    is_open: bool,
}

/// What is wrong with a topic; `None` where it does not exist.
fn faults_of<'a>(topic: &'a Topic, trail: &mut Trail<'a>) -> Result<Option<Faults>, Unknown<'a>> {
    let Some(attributes) = trail.read_of(topic.arn.clone(), &topic.attributes)? else {
        return Ok(None);
    };
    let mut words = Vec::new();
    if attributes.kms_key.is_none() {
        words.push("is not encrypted with a key of KMS".to_owned());
    }
    let mut is_open = false;
    match admitted(topic, attributes) {
        Ok(Admitted { everyone, services }) => {
            is_open = everyone.is_some();
            words.extend(everyone);
            words.extend(services);
        }
        // What is known to be wrong stands, whatever the policy says.
        Err(unknown) if words.is_empty() => return Err(unknown),
        Err(_) => {}
    }
    Ok(Some(Faults { words, is_open }))
}

/// Whom a topic's policy lets use it without a limit, in words that follow its ARN.
struct Admitted {
    everyone: Option<String>,
    services: Vec<String>,
}

fn admitted<'a>(topic: &Topic, attributes: &TopicAttributes) -> Result<Admitted, Unknown<'a>> {
    let arn = &topic.arn;
    let document = Document::parse(&attributes.policy).map_err(|error| {
        Unknown::not_understood(format!("the policy of the topic {arn} is no policy document: {error}"))
    })?;
    // Whose the accounts are that it names does not matter here.
    let accounts = BTreeSet::new();
    let insiders = Insiders {
        account: attributes.owner.as_str(),
        organization: None,
        accounts: &accounts,
        incomplete: None,
        canonical_user: None,
    };
    let found = outsiders(&document, arn, &TOPIC_ACTIONS, &insiders);
    let everyone = found
        .admitted
        .iter()
        .find(|outsider| outsider.is_everyone)
        .map(|outsider| {
            format!(
                "lets {} use {} by {} of its policy",
                outsider.who,
                outsider.actions.join(", "),
                outsider.statement
            )
        });
    let services = services_without_source(&document);
    let services: Vec<String> = services
        .iter()
        .map(|each| {
            format!(
                "lets {} use it on behalf of anybody by {} of its policy",
                each.services.join(", "),
                each.statement.label()
            )
        })
        .collect();
    if everyone.is_none()
        && services.is_empty()
        && let Some(doubt) = found.unclear.into_iter().next()
    {
        return Err(Unknown::not_understood(format!(
            "who may use the topic {arn} is not certain: {doubt}"
        )));
    }
    Ok(Admitted { everyone, services })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::Referrers;

    use super::*;
    use crate::checks::scene::{ACCOUNT, Case, Scene, account_id, denied, expect, source};

    const ARN: &str = "arn:aws:sns:eu-central-1:111111111111:changes";

    const BY_OWNER: &str = r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:Publish","SNS:Subscribe"],
        "Resource":"arn:aws:sns:eu-central-1:111111111111:changes",
        "Condition":{"StringEquals":{"AWS:SourceOwner":"111111111111"}}}"#;
    const BY_S3: &str = r#"{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"SNS:Publish",
        "Resource":"arn:aws:sns:eu-central-1:111111111111:changes",
        "Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}}"#;
    const BY_ANY_S3: &str = r#"{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"SNS:Publish",
        "Resource":"arn:aws:sns:eu-central-1:111111111111:changes"}"#;
    const BY_EVERYONE: &str = r#"{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"SNS:Subscribe",
        "Resource":"arn:aws:sns:eu-central-1:111111111111:changes"}"#;

    fn topic(key: Option<&str>, statements: &[&str]) -> Topic {
        let attributes = TopicAttributes {
            owner: account_id(ACCOUNT),
            policy: format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")),
            kms_key: key.map(str::to_owned),
            confirmed_subscriptions: None,
            pending_subscriptions: None,
            signature_version: None,
        };
        Topic {
            arn: ARN.to_owned(),
            is_own: true,
            attributes: Evidence::present(attributes, source("sns.GetTopicAttributes")),
        }
    }

    fn observed(observed: Observed<TopicAttributes>) -> Topic {
        let mut topic = topic(None, &[]);
        topic.attributes.observed = observed;
        topic
    }

    fn notifying(topics: Vec<Topic>) -> Scene {
        Scene::with(|scene| {
            scene.say(Topics {
                referrers: Evidence::present(Referrers { places: 1 }, source("s3.ListBuckets")),
                topics,
            });
        })
    }

    #[test]
    fn every_topic_that_is_notified_has_to_be_encrypted_and_closed() {
        let key = Some("alias/aws/sns");
        let well = || topic(key, &[BY_OWNER, BY_S3]);
        let refused = || observed(Observed::Gap(denied()));
        let mut incomplete = notifying(vec![well()]);
        incomplete.services.clear();
        incomplete.say(Topics {
            referrers: Evidence::gap(denied(), source("s3.ListBuckets")),
            topics: vec![well()],
        });
        let mut garbled = well();
        if let Observed::Present(attributes) = &mut garbled.attributes.observed {
            attributes.policy = "not JSON".to_owned();
        }
        let cases: Vec<Case> = vec![
            (
                "well",
                notifying(vec![well()]),
                Verdict::Pass,
                "is encrypted with a key",
            ),
            (
                "not encrypted",
                notifying(vec![well(), topic(None, &[BY_OWNER, BY_S3])]),
                Verdict::Fail,
                "changes is not encrypted",
            ),
            (
                "open",
                notifying(vec![topic(key, &[BY_EVERYONE])]),
                Verdict::Fail,
                "use sns:Subscribe by statement 1 (\"Open\") of its policy",
            ),
            (
                "a service for anybody",
                notifying(vec![topic(key, &[BY_OWNER, BY_ANY_S3])]),
                Verdict::Fail,
                "lets s3.amazonaws.com use it on behalf of anybody by statement 2",
            ),
            (
                "neither encrypted nor closed",
                notifying(vec![topic(None, &[BY_EVERYONE])]),
                Verdict::Fail,
                "a key of KMS and lets",
            ),
            (
                "gone",
                notifying(vec![observed(Observed::Absent)]),
                Verdict::NotApplicable,
                "none exists (1)",
            ),
            (
                "gone beside another",
                notifying(vec![observed(Observed::Absent), well()]),
                Verdict::Pass,
                "(1)",
            ),
            ("none", notifying(vec![]), Verdict::NotApplicable, "notifies a topic"),
            (
                "refused",
                notifying(vec![well(), refused()]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "refused beside an open one",
                notifying(vec![refused(), topic(key, &[BY_EVERYONE])]),
                Verdict::Fail,
                "Open",
            ),
            (
                "a policy that is none",
                notifying(vec![garbled]),
                Verdict::NotAssessed,
                "no policy document",
            ),
            (
                "perhaps more topics",
                incomplete,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of Amazon SNS topics",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn an_open_topic_is_worse_than_one_without_a_key() {
        let open = notifying(vec![topic(None, &[BY_EVERYONE])]);
        assert_eq!(open.judge(&CHECK).severity, Severity::High);
        let bare = notifying(vec![topic(None, &[BY_OWNER])]);
        assert_eq!(bare.judge(&CHECK).severity, Severity::Medium);
    }
}
