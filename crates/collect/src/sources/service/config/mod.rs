//! AWS Config in a region: the recorder, the delivery channel, and the rules about S3 with what they found.

mod identifiers;
mod recorders;
mod rules;

use aws_sdk_config::Client;
use futures::future;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::Config;

use super::ServiceRead;

const fn config_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "Config Service",
        name,
        label,
        actions,
        class: "config",
        in_session: true,
        times,
    }
}

const RECORDERS: AllowedOperation = config_read(
    "DescribeConfigurationRecorders",
    "config.DescribeConfigurationRecorders",
    &["config:DescribeConfigurationRecorders"],
    Times::each(Unit::Region),
);
const RECORDER_STATUS: AllowedOperation = config_read(
    "DescribeConfigurationRecorderStatus",
    "config.DescribeConfigurationRecorderStatus",
    &["config:DescribeConfigurationRecorderStatus"],
    Times::about(1, Unit::Region, "a recorder in every region"),
);
const CHANNELS: AllowedOperation = config_read(
    "DescribeDeliveryChannels",
    "config.DescribeDeliveryChannels",
    &["config:DescribeDeliveryChannels"],
    Times::each(Unit::Region),
);
const CHANNEL_STATUS: AllowedOperation = config_read(
    "DescribeDeliveryChannelStatus",
    "config.DescribeDeliveryChannelStatus",
    &["config:DescribeDeliveryChannelStatus"],
    Times::about(1, Unit::Region, "a delivery channel in every region"),
);
const RULES: AllowedOperation = config_read(
    "DescribeConfigRules",
    "config.DescribeConfigRules",
    &["config:DescribeConfigRules"],
    Times::about(2, Unit::Region, "two pages of rules in every region"),
);
const EVALUATIONS: AllowedOperation = config_read(
    "GetComplianceDetailsByConfigRule",
    "config.GetComplianceDetailsByConfigRule",
    &["config:GetComplianceDetailsByConfigRule"],
    Times::about(
        3,
        Unit::Region,
        "three rules about S3 in every region, with a page of buckets each",
    ),
);

pub(super) const OPERATIONS: &[AllowedOperation] =
    &[RECORDERS, RECORDER_STATUS, CHANNELS, CHANNEL_STATUS, RULES, EVALUATIONS];

pub(super) async fn read(reader: &ServiceRead<'_>) -> Config {
    let client = &reader.session.config_service(reader.region);
    let recording = async {
        let recorders = recorders::recorders(client, reader).await;
        let statuses = status_of(&recorders, recorders::recorder_statuses(client, reader)).await;
        (recorders, statuses)
    };
    let delivery = async {
        let channels = recorders::channels(client, reader).await;
        let statuses = status_of(&channels, recorders::channel_statuses(client, reader)).await;
        (channels, statuses)
    };
    // Rules outlive the recorder, and periodic ones need none, so they are asked for in any case.
    let rules = rules::rules(client, reader);
    let ((recorders, recorder_statuses), (channels, channel_statuses), rules) =
        Box::pin(future::join3(recording, delivery, rules)).await;
    Config {
        recorders,
        recorder_statuses,
        channels,
        channel_statuses,
        rules,
    }
}

/// The status of what a list names. An empty list has answered the question already; one that could not be read has not,
/// since the status needs a permission of its own.
async fn status_of<T, S>(listed: &Evidence<Vec<T>>, ask: impl Future<Output = Evidence<Vec<S>>>) -> Evidence<Vec<S>> {
    match &listed.observed {
        Observed::Present(entries) if entries.is_empty() => Evidence::present(Vec::new(), listed.source.clone()),
        Observed::Absent => Evidence::absent(listed.source.clone()),
        Observed::Present(_) | Observed::Gap(_) => ask.await,
    }
}

/// A text that AWS always gives.
fn required(text: Option<String>, missing: &'static str) -> Result<String, Malformed> {
    text.filter(|text| !text.is_empty()).ok_or(Malformed(missing))
}
