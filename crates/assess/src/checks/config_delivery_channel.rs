//! `config-delivery-channel`: whether what AWS Config records in the region arrives in a bucket and is told to a topic.
//!
//! It does not know who may read the bucket or the topic.

use s3attest_model::check::Severity;
use s3attest_model::services::{Config, ConfigDeliveryChannel, ConfigDeliveryChannelStatus, ServiceSource};

use super::config_recorder::{because, is, recorder_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "config-delivery-channel",
    title: "AWS Config delivers to a bucket and notifies a topic",
    severity: Severity::Low,
    question: "Does the delivery channel deliver to a bucket without failing, and notify a topic?",
    reads: Reads {
        sources: &[ServiceSource::Config],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/config-delivery-channel.md"),
    judge: Judge::Region(judge),
};

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let config = view.reading::<Config>()?;
    let region = view.region;
    if recorder_of(config, trail)?.is_none() {
        return Ok(Judgement::not_applicable(format!(
            "{region} has no configuration recorder, which is judged by config-recorder-enabled."
        )));
    }
    let channels = trail.read(&config.channels)?.map_or(&[][..], Vec::as_slice);
    let Some(channel) = channels.first() else {
        return Ok(Judgement::fail(format!(
            "{region} has a configuration recorder and no delivery channel."
        )));
    };
    let Some(bucket) = &channel.bucket else {
        return Ok(Judgement::fail(format!(
            "The delivery channel {} of {region} names no bucket.",
            channel.name
        )));
    };
    let statuses = trail.read(&config.channel_statuses)?.map_or(&[][..], Vec::as_slice);
    let Some(status) = statuses.iter().find(|status| status.name == channel.name) else {
        let detail = format!(
            "AWS Config lists the delivery channel {} and no status of it",
            channel.name
        );
        return Err(Unknown::not_understood(detail));
    };
    let name = format!("The delivery channel {} of {region}", channel.name);
    if let Some(fault) = fault(channel, status, bucket) {
        return Ok(Judgement::fail(format!("{name} {fault}.")));
    }
    Ok(match &channel.topic_arn {
        Some(topic) => Judgement::pass(format!(
            "{name} last delivered history to the bucket {bucket} with success, and notifies {topic}."
        )),
        None => Judgement::fail_as(
            Severity::Info,
            format!("{name} delivers to the bucket {bucket} and notifies no topic of SNS."),
        ),
    })
}

/// What went wrong with the deliveries of a channel.
fn fault(channel: &ConfigDeliveryChannel, status: &ConfigDeliveryChannelStatus, bucket: &str) -> Option<String> {
    for (what, delivery) in [
        (format!("history to the bucket {bucket}"), &status.history),
        (format!("a snapshot to the bucket {bucket}"), &status.snapshot),
        (
            format!("to the topic {}", channel.topic_arn.as_deref().unwrap_or("that it had")),
            &status.stream,
        ),
    ] {
        if let Some(delivery) = delivery
            && is(delivery.last_status.as_deref(), "Failure")
        {
            let (code, message) = (&delivery.last_error_code, &delivery.last_error_message);
            let because = because(code.as_deref(), message.as_deref());
            return Some(format!("could not deliver {what} when it last tried{because}"));
        }
    }
    let history = status
        .history
        .as_ref()
        .and_then(|history| history.last_status.as_deref());
    if is(history, "Success") {
        None
    } else {
        Some(match history {
            Some(last) => format!("shows no delivered history: its last status is {last}"),
            None => format!("has delivered no history to the bucket {bucket} so far"),
        })
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::ConfigDelivery;

    use super::*;
    use crate::checks::config_recorder::tests::{nothing, recording, with_channel};
    use crate::checks::scene::{Scene, denied, expect, source};

    fn saying(config: Config) -> Scene {
        Scene::with(|scene| scene.say(config))
    }

    fn channel(bucket: Option<&str>, topic: Option<&str>) -> ConfigDeliveryChannel {
        ConfigDeliveryChannel {
            name: "default".to_owned(),
            bucket: bucket.map(str::to_owned),
            prefix: None,
            kms_key_arn: None,
            topic_arn: topic.map(str::to_owned),
            snapshot_frequency: None,
        }
    }

    fn delivery(status: Option<&str>) -> Option<ConfigDelivery> {
        Some(ConfigDelivery {
            last_status: status.map(str::to_owned),
            last_error_code: None,
            last_error_message: None,
            attempted_at: None,
            succeeded_at: None,
            next_at: None,
            status_changed_at: None,
        })
    }

    fn status(history: Option<&str>, snapshot: Option<&str>, stream: Option<&str>) -> ConfigDeliveryChannelStatus {
        ConfigDeliveryChannelStatus {
            name: "default".to_owned(),
            snapshot: delivery(snapshot),
            history: delivery(history),
            stream: delivery(stream),
        }
    }

    const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:changes";

    fn with(topic: Option<&str>, status: ConfigDeliveryChannelStatus) -> Scene {
        saying(with_channel(recording(), channel(Some("archive"), topic), Some(status)))
    }

    #[test]
    fn a_channel_has_to_deliver_and_to_notify() {
        let mut refused = recording();
        refused.channels = Evidence::gap(denied(), source("config.DescribeDeliveryChannels"));
        let mut unread = with_channel(recording(), channel(Some("archive"), Some(TOPIC)), None);
        unread.channel_statuses = Evidence::gap(denied(), source("config.DescribeDeliveryChannelStatus"));
        let cases = vec![
            (
                "well",
                with(Some(TOPIC), status(Some("SUCCESS"), None, Some("Success"))),
                Verdict::Pass,
                "to the bucket archive with success",
            ),
            (
                "no topic",
                with(None, status(Some("Success"), Some("Success"), Some("Not_Applicable"))),
                Verdict::Fail,
                "notifies no topic",
            ),
            (
                "history fails",
                with(Some(TOPIC), status(Some("FAILURE"), None, None)),
                Verdict::Fail,
                "could not deliver history",
            ),
            (
                "snapshots fail",
                with(Some(TOPIC), status(Some("Success"), Some("Failure"), None)),
                Verdict::Fail,
                "could not deliver a snapshot",
            ),
            (
                "the topic is not told",
                with(Some(TOPIC), status(Some("Success"), None, Some("Failure"))),
                Verdict::Fail,
                "to the topic arn",
            ),
            (
                "nothing delivered so far",
                with(Some(TOPIC), status(None, None, None)),
                Verdict::Fail,
                "no history to the bucket archive so far",
            ),
            ("no channel", saying(recording()), Verdict::Fail, "no delivery channel"),
            (
                "no bucket",
                saying(with_channel(recording(), channel(None, None), None)),
                Verdict::Fail,
                "names no bucket",
            ),
            (
                "no status",
                saying(with_channel(recording(), channel(Some("archive"), None), None)),
                Verdict::NotAssessed,
                "no status of it",
            ),
            (
                "status refused",
                saying(unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("refused", saying(refused), Verdict::NotAssessed, "access was denied"),
            (
                "no recorder",
                saying(nothing()),
                Verdict::NotApplicable,
                "no configuration recorder",
            ),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS Config",
            ),
        ];
        expect(&CHECK, cases);
        let without_topic = with(None, status(Some("Success"), None, None)).judge(&CHECK);
        assert_eq!(without_topic.severity, Severity::Info);
    }
}
