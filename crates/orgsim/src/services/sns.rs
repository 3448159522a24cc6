//! SNS: the attributes of a topic, for its owner and for accounts that its policy lets read them.

use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::query::Form;
use crate::protocol::route::Route;
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::Topic;

pub(super) static SERVICE: Service = Service {
    name: "sns",
    signing_name: "sns",
    protocol: Protocol::Query("http://sns.amazonaws.com/doc/2010-03-31/"),
    route: Route::Action,
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "Throttling"),
    operations: &[Operation {
        name: "GetTopicAttributes",
        action: "sns:GetTopicAttributes",
        answer: get_topic_attributes,
    }],
    admit: admit_all,
    resource_account: own_account,
};

/// The topic that an ARN names, and the account in the ARN.
fn find<'call>(call: &Call<'call>, arn: &str) -> Result<(String, &'call Topic), Failure> {
    let invalid = || Failure::new(400, "InvalidParameter", "Invalid parameter: TopicArn");
    let parts: Vec<&str> = arn.split(':').collect();
    let [_, _, "sns", region, owner, name] = parts[..] else {
        return Err(invalid());
    };
    if region != call.region {
        return Err(invalid());
    }
    let is_own = owner == call.account().id;
    let refuse = || {
        let caller = call.caller.arn(call.world);
        Failure::new(
            403,
            "AuthorizationError",
            format!(
                "User: {caller} is not authorized to perform: SNS:GetTopicAttributes on resource: {arn} because no \
                 resource-based policy allows the SNS:GetTopicAttributes action"
            ),
        )
    };
    let account = call.world.account_by_id(owner).ok_or_else(refuse)?;
    let topics = &call.world.scenario().accounts[account].services.topics;
    let topic = topics.iter().find(|topic| topic.region == region && topic.name == name);
    match topic {
        Some(topic) if is_own || topic.readers.contains(&call.account().id) => Ok((owner.to_owned(), topic)),
        None if is_own => Err(Failure::new(404, "NotFound", "Topic does not exist")),
        // Whether another account has such a topic is not told to those who may not read it.
        Some(_) | None => Err(refuse()),
    }
}

fn get_topic_attributes(call: &Call<'_>) -> Result<Success, Failure> {
    let arn = Form(call.body).get("TopicArn").unwrap_or_default();
    let (owner, topic) = find(call, &arn)?;
    let (confirmed, pending) = (topic.confirmed_subscriptions, topic.pending_subscriptions);
    let (confirmed, pending) = (confirmed.to_string(), pending.to_string());
    let mut attributes = vec![
        ("TopicArn", arn.as_ref()),
        ("Owner", owner.as_str()),
        ("Policy", topic.policy.as_str()),
        ("DisplayName", ""),
        ("SubscriptionsConfirmed", confirmed.as_str()),
        ("SubscriptionsPending", pending.as_str()),
        ("SubscriptionsDeleted", "0"),
    ];
    attributes.extend(topic.kms_key.as_deref().map(|key| ("KmsMasterKeyId", key)));
    attributes.extend(
        topic
            .signature_version
            .as_deref()
            .map(|version| ("SignatureVersion", version)),
    );
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.within("Attributes", |xml| {
            for (key, value) in attributes {
                xml.within("entry", |xml| {
                    xml.text("key", key);
                    xml.text("value", value);
                });
            }
        });
    })))
}
