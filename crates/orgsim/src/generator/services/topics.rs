//! Topics that buckets notify: most are there, some are gone, some are open to everyone, and one account's are used by all.

use std::collections::BTreeSet;

use serde_json::json;

use super::Furnishing;
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::generator::settings::key_arn;
use crate::scenario::{Account, NotificationTarget, Notifications, Scenario, Topic};

/// The name of the topics that buckets of other accounts notify.
const CENTRAL: &str = "central-object-events";

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    let members: Vec<String> = scenario.accounts.iter().map(|account| account.id.clone()).collect();
    let shared = furnishing
        .purposes
        .iter()
        .position(|purpose| *purpose == Purpose::SharedServices);
    let central = shared.map(|at| scenario.accounts[at].id.clone());
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        notify_more(account, *purpose, central.as_deref(), &partition, furnishing);
    }
    let notified: BTreeSet<String> = scenario
        .accounts
        .iter()
        .flat_map(|account| &account.buckets)
        .filter_map(|bucket| bucket.notifications.as_ref())
        .flat_map(|notifications| notifications.topics.iter().map(|topic| topic.arn.clone()))
        .collect();
    for (form, arn) in notified.iter().enumerate() {
        let parts: Vec<&str> = arn.split(':').collect();
        let [_, _, _, region, owner, name] = parts[..] else {
            continue;
        };
        let Some(owner) = scenario.accounts.iter_mut().find(|account| account.id == owner) else {
            continue;
        };
        let mut dice = furnishing.dice("topics", arn);
        // Topics are deleted while buckets go on naming them.
        if name != CENTRAL && form % 5 == 4 {
            continue;
        }
        let mut topic = topic(name, region, arn, owner, form, &mut dice);
        if name == CENTRAL {
            // What it means to allow in its policy, it allows for all accounts but a few that came later.
            topic.readers = members.iter().filter(|_| dice.chance(70)).cloned().collect();
        }
        owner.services.topics.push(topic);
    }
}

/// Has further buckets notify topics: their account's own, or those of the account that everyone shares.
fn notify_more(
    account: &mut Account,
    purpose: Purpose,
    central: Option<&str>,
    partition: &str,
    furnishing: &Furnishing<'_>,
) {
    let mut dice = furnishing.dice("notifications", &account.id);
    let id = account.id.clone();
    for bucket in &mut account.buckets {
        let chance = match purpose {
            Purpose::Production | Purpose::Development => 20,
            Purpose::LogArchive => 25,
            _ => 6,
        };
        if bucket.notifications.is_some() || !dice.chance(chance) {
            continue;
        }
        let region = &bucket.region;
        let arn = match (dice.between(0, 9), central) {
            (0..=3, Some(central)) => format!("arn:{partition}:sns:{region}:{central}:{CENTRAL}"),
            // An account outside the organization.
            (4, _) => format!("arn:{partition}:sns:{region}:464622532012:vendor-ingest"),
            (5..=7, _) => format!("arn:{partition}:sns:{region}:{id}:object-changes"),
            _ => format!("arn:{partition}:sns:{region}:{id}:{}-events", bucket.name),
        };
        bucket.notifications = Some(Notifications {
            topics: vec![NotificationTarget {
                id: "changes".to_owned(),
                arn,
                events: vec!["s3:ObjectRemoved:*".to_owned()],
                prefix: None,
            }],
            ..Notifications::default()
        });
    }
}

fn topic(name: &str, region: &str, arn: &str, owner: &Account, form: usize, dice: &mut Dice) -> Topic {
    let by_owner = json!({"Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": ["SNS:GetTopicAttributes", "SNS:Publish", "SNS:Subscribe"], "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": owner.id}}});
    let from_s3 = json!({"Sid": "S3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "SNS:Publish", "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": owner.id}}});
    let from_any_s3 = json!({"Sid": "S3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "SNS:Publish", "Resource": arn});
    let everyone = json!({"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": ["SNS:Publish", "SNS:Subscribe"],
        "Resource": arn});
    let plain = json!({"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    let statements = match form % 4 {
        0 => vec![by_owner, from_s3],
        1 => vec![by_owner, from_any_s3],
        2 => vec![everyone],
        _ => vec![by_owner, from_s3, plain],
    };
    let kms_key = match form % 6 {
        0 => Some(key_arn(region, &owner.id)),
        1 => Some("alias/aws/sns".to_owned()),
        2 => Some("alias/events".to_owned()),
        // The id alone.
        3 => key_arn(region, &owner.id).rsplit('/').next().map(str::to_owned),
        _ => None,
    };
    Topic {
        name: name.to_owned(),
        region: region.to_owned(),
        policy: json!({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": statements}).to_string(),
        kms_key,
        confirmed_subscriptions: if dice.chance(20) {
            0
        } else {
            u64::from(dice.chance(50)) + 1
        },
        pending_subscriptions: u64::from(dice.chance(15)),
        signature_version: dice.chance(60).then(|| (*dice.pick(&["1", "2"])).to_owned()),
        readers: Vec::new(),
    }
}
