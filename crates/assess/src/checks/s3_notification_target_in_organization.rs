//! `s3-notification-target-in-organization`: whether whoever is told of the bucket's events belongs to the organization.
//!
//! It does not know who subscribes to a topic, nor what a function does with an event.

use s3attest_model::bucket::{BucketSetting, NotificationTarget};
use s3attest_model::check::Severity;
use s3attest_model::identifiers::AccountId;

use super::standing::{Standing, standing};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-notification-target-in-organization",
    title: "Event notifications stay within the organization",
    severity: Severity::Medium,
    question: "Does every topic, queue and function that is told of the bucket's events belong to an account of the organization?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::OrganizationAccounts],
        settings: &[BucketSetting::Notifications],
    },
    page: include_str!("../../../../docs/checks/s3-notification-target-in-organization.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let nobody = || Judgement::not_applicable("The bucket notifies nobody of its events.");
    let Some(configuration) = trail.read(&view.settings.notifications)? else {
        return Ok(nobody());
    };
    let kinds = [
        ("topic", &configuration.topics),
        ("queue", &configuration.queues),
        ("function", &configuration.functions),
    ];
    let targets: Vec<(&str, &NotificationTarget)> = kinds
        .into_iter()
        .flat_map(|(kind, targets)| targets.iter().map(move |target| (kind, target)))
        .collect();
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let mut unknown = None;
    for (kind, target) in targets {
        match owner_of(view, trail, &target.arn) {
            Ok((Standing::Stranger, words)) => outside.push(format!("the {kind} {} of {words}", target.arn)),
            Ok((_, words)) => inside.push(format!("the {kind} {} of {words}", target.arn)),
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    if configuration.event_bridge {
        // Amazon S3 User Guide, "Using EventBridge": events go to the default event bus of the bucket's account and region.
        inside.push("the default event bus of this account".to_owned());
    }
    if !outside.is_empty() {
        return Ok(Judgement::fail(format!(
            "Events of the bucket are told to a stranger: {}.",
            outside.join("; ")
        )));
    }
    Ok(match unknown {
        Some(gap) => return Err(gap),
        None if inside.is_empty() => nobody(),
        None => Judgement::pass(format!("Events of the bucket are told to {}.", inside.join("; "))),
    })
}

/// The account in a target's ARN: how it stands to the bucket's, and in words.
fn owner_of<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>, arn: &str) -> Result<(Standing, String), Unknown<'a>> {
    let account = arn.split(':').nth(4).and_then(|account| AccountId::new(account).ok());
    let account =
        account.ok_or_else(|| Unknown::not_understood(format!("the ARN {arn} of a notification names no account")))?;
    let standing = standing(view, trail, &account)?;
    Ok((standing, standing.of(&account)))
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::NotificationConfiguration;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{
        ACCOUNT, Case, Scene, account, account_id, denied, expect, organization, present, source,
    };

    const OWN: &str = "arn:aws:sns:eu-central-1:111111111111:changes";
    const MEMBERS: &str = "arn:aws:sqs:eu-central-1:222222222222:ingest";
    const STRANGERS: &str = "arn:aws:lambda:eu-central-1:464622532012:function:copy";

    fn telling(topics: &[&str], queues: &[&str], functions: &[&str], event_bridge: bool) -> Scene {
        let targets = |arns: &[&str]| {
            let target = |arn: &&str| NotificationTarget {
                id: None,
                arn: (*arn).to_owned(),
                events: vec!["s3:ObjectCreated:*".to_owned()],
            };
            arns.iter().map(target).collect()
        };
        let configuration = NotificationConfiguration {
            topics: targets(topics),
            queues: targets(queues),
            functions: targets(functions),
            event_bridge,
        };
        Scene::with(|scene| {
            scene.bucket.settings.notifications = present(BucketSetting::Notifications, configuration);
            scene.organization = organization([account(ACCOUNT), account("222222222222")]);
        })
    }

    #[test]
    fn every_receiver_has_to_belong_to_the_organization() {
        let mut approved = telling(&[], &[], &[STRANGERS], false);
        approved.parameters.allowed_external_accounts = vec![account_id("464622532012")];
        let incomplete = |mut scene: Scene| {
            scene.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
            scene
        };
        let cases: Vec<Case> = vec![
            (
                "own",
                telling(&[OWN], &[], &[], false),
                Verdict::Pass,
                "of this account",
            ),
            (
                "a member's",
                telling(&[OWN], &[MEMBERS], &[], false),
                Verdict::Pass,
                "ingest of account 222222222222 of the organization",
            ),
            (
                "a stranger's",
                telling(&[OWN], &[MEMBERS], &[STRANGERS], true),
                Verdict::Fail,
                "the function arn:aws:lambda:eu-central-1:464622532012:function:copy of account 464622532012, which is no",
            ),
            ("an approved stranger's", approved, Verdict::Pass, "sharing is approved"),
            (
                "EventBridge alone",
                telling(&[], &[], &[], true),
                Verdict::Pass,
                "the default event bus of this account",
            ),
            (
                "an empty configuration",
                telling(&[], &[], &[], false),
                Verdict::NotApplicable,
                "notifies nobody",
            ),
            ("none", Scene::new(), Verdict::NotApplicable, "notifies nobody"),
            (
                "perhaps a stranger's",
                incomplete(telling(&[], &[], &[STRANGERS], false)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "members' are known whatever the list lacks",
                incomplete(telling(&[OWN], &[MEMBERS], &[], false)),
                Verdict::Pass,
                "of the organization",
            ),
            (
                "an ARN without an account",
                telling(&["arn:aws:sns"], &[], &[], false),
                Verdict::NotAssessed,
                "names no account",
            ),
            (
                "an ARN without an account beside a stranger's",
                telling(&["arn:aws:sns"], &[], &[STRANGERS], false),
                Verdict::Fail,
                "a stranger",
            ),
            (
                "refused",
                Scene::with(|scene| scene.withhold(BucketSetting::Notifications)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
