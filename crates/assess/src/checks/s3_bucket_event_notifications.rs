//! `s3-bucket-event-notifications`: whether anybody is told of events in the bucket.
//!
//! It does not know what the receivers do with them.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-event-notifications",
    title: "Event notifications are on",
    severity: Severity::Low,
    question: "Does the bucket notify anybody of events?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Notifications],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-event-notifications.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(notifications) = trail.read(&view.settings.notifications)? else {
        return Ok(Judgement::fail("The bucket has no event notifications."));
    };
    let mut receivers = Vec::new();
    for (kind, targets) in [
        ("SNS topic", &notifications.topics),
        ("SQS queue", &notifications.queues),
        ("Lambda function", &notifications.functions),
    ] {
        match targets.len() {
            0 => {}
            1 => receivers.push(format!("1 {kind}")),
            many => receivers.push(format!("{many} {kind}s")),
        }
    }
    if notifications.event_bridge {
        receivers.push("Amazon EventBridge".to_owned());
    }
    Ok(if receivers.is_empty() {
        Judgement::fail("The bucket's notification configuration is empty.")
    } else {
        Judgement::pass(format!("Events are sent to {}.", receivers.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{NotificationConfiguration, NotificationTarget};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    fn notifying(topics: usize, queues: usize, functions: usize, event_bridge: bool) -> Scene {
        let targets = |count| {
            let target = NotificationTarget {
                id: None,
                arn: "arn:aws:sns:eu-central-1:111111111111:events".to_owned(),
                events: vec!["s3:ObjectRemoved:*".to_owned()],
            };
            vec![target; count]
        };
        let configuration = NotificationConfiguration {
            topics: targets(topics),
            queues: targets(queues),
            functions: targets(functions),
            event_bridge,
        };
        Scene::with(|scene| scene.bucket.settings.notifications = present(BucketSetting::Notifications, configuration))
    }

    #[test]
    fn any_receiver_passes() {
        let cases = vec![
            ("topic", notifying(1, 0, 0, false), Verdict::Pass, "1 SNS topic."),
            ("queues", notifying(0, 2, 0, false), Verdict::Pass, "2 SQS queues."),
            (
                "function",
                notifying(0, 0, 1, false),
                Verdict::Pass,
                "1 Lambda function.",
            ),
            (
                "EventBridge alone",
                notifying(0, 0, 0, true),
                Verdict::Pass,
                "to Amazon EventBridge.",
            ),
            (
                "several",
                notifying(1, 0, 1, true),
                Verdict::Pass,
                "1 SNS topic, 1 Lambda function, Amazon EventBridge",
            ),
            (
                "an empty configuration",
                notifying(0, 0, 0, false),
                Verdict::Fail,
                "is empty",
            ),
            ("absent", Scene::new(), Verdict::Fail, "no event notifications"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Notifications)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
