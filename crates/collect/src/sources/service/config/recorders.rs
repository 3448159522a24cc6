//! The recorder and the delivery channel of a region, and how they are doing.

use aws_sdk_config::types;
use s3attest_gateway::{Malformed, observe};
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{
    ConfigDelivery, ConfigDeliveryChannel, ConfigDeliveryChannelStatus, ConfigRecorder, ConfigRecorderStatus,
    ConfigRecordingGroup, ConfigRecordingMode, ConfigRecordingModeOverride,
};

use super::{CHANNEL_STATUS, CHANNELS, Client, RECORDER_STATUS, RECORDERS, ServiceRead, required};
use crate::sources::bucket_list::timestamp;

/// With this code AWS Config says that there is no such recorder (AWS Config API Reference,
/// `DescribeConfigurationRecorderStatus`): it was deleted while the region was read.
const NO_RECORDER: [&str; 1] = ["NoSuchConfigurationRecorderException"];
/// The same of the channel (AWS Config API Reference, `DescribeDeliveryChannelStatus`).
const NO_CHANNEL: [&str; 1] = ["NoSuchDeliveryChannelException"];

/// Neither list has pages: a region has one customer managed recorder and one channel.
pub(super) async fn recorders(client: &Client, reader: &ServiceRead<'_>) -> Evidence<Vec<ConfigRecorder>> {
    observe(
        RECORDERS.operation(),
        &NO_RECORDER,
        client.describe_configuration_recorders().send().await,
        reader.context.now(),
        |output| {
            let found = output
                .configuration_recorders
                .ok_or(Malformed("the answer holds no list of recorders"))?;
            found.into_iter().map(recorder).collect::<Result<Vec<_>, _>>().map(Some)
        },
    )
}

pub(super) async fn recorder_statuses(
    client: &Client,
    reader: &ServiceRead<'_>,
) -> Evidence<Vec<ConfigRecorderStatus>> {
    observe(
        RECORDER_STATUS.operation(),
        &NO_RECORDER,
        client.describe_configuration_recorder_status().send().await,
        reader.context.now(),
        |output| {
            let found = output
                .configuration_recorders_status
                .ok_or(Malformed("the answer holds no list of the recorders' status"))?;
            let statuses = found.into_iter().map(|status| {
                Ok(ConfigRecorderStatus {
                    name: required(status.name, "a recorder's status does not name the recorder")?,
                    recording: status.recording,
                    last_status: status.last_status.map(|status| status.as_str().to_owned()),
                    last_error_code: status.last_error_code,
                    last_error_message: status.last_error_message,
                    started_at: status.last_start_time.as_ref().and_then(timestamp),
                    stopped_at: status.last_stop_time.as_ref().and_then(timestamp),
                    status_changed_at: status.last_status_change_time.as_ref().and_then(timestamp),
                })
            });
            statuses.collect::<Result<Vec<_>, _>>().map(Some)
        },
    )
}

pub(super) async fn channels(client: &Client, reader: &ServiceRead<'_>) -> Evidence<Vec<ConfigDeliveryChannel>> {
    observe(
        CHANNELS.operation(),
        &NO_CHANNEL,
        client.describe_delivery_channels().send().await,
        reader.context.now(),
        |output| {
            let found = output
                .delivery_channels
                .ok_or(Malformed("the answer holds no list of delivery channels"))?;
            let channels = found.into_iter().map(|channel| {
                Ok(ConfigDeliveryChannel {
                    name: required(channel.name, "a delivery channel has no name")?,
                    bucket: channel.s3_bucket_name,
                    prefix: channel.s3_key_prefix,
                    kms_key_arn: channel.s3_kms_key_arn,
                    topic_arn: channel.sns_topic_arn,
                    snapshot_frequency: channel
                        .config_snapshot_delivery_properties
                        .and_then(|properties| properties.delivery_frequency)
                        .map(|frequency| frequency.as_str().to_owned()),
                })
            });
            channels.collect::<Result<Vec<_>, _>>().map(Some)
        },
    )
}

pub(super) async fn channel_statuses(
    client: &Client,
    reader: &ServiceRead<'_>,
) -> Evidence<Vec<ConfigDeliveryChannelStatus>> {
    observe(
        CHANNEL_STATUS.operation(),
        &NO_CHANNEL,
        client.describe_delivery_channel_status().send().await,
        reader.context.now(),
        |output| {
            let found = output
                .delivery_channels_status
                .ok_or(Malformed("the answer holds no list of the channels' status"))?;
            let statuses = found.into_iter().map(|status| {
                Ok(ConfigDeliveryChannelStatus {
                    name: required(status.name, "a delivery channel's status does not name the channel")?,
                    snapshot: status.config_snapshot_delivery_info.map(export),
                    history: status.config_history_delivery_info.map(export),
                    stream: status.config_stream_delivery_info.map(stream),
                })
            });
            statuses.collect::<Result<Vec<_>, _>>().map(Some)
        },
    )
}

fn recorder(recorder: types::ConfigurationRecorder) -> Result<ConfigRecorder, Malformed> {
    Ok(ConfigRecorder {
        name: required(recorder.name, "a recorder has no name")?,
        arn: recorder.arn,
        role_arn: recorder.role_arn,
        group: recorder.recording_group.map(|group| ConfigRecordingGroup {
            all_supported: group.all_supported,
            include_global_resource_types: group.include_global_resource_types,
            resource_types: names(group.resource_types.unwrap_or_default()),
            excluded_resource_types: names(
                group
                    .exclusion_by_resource_types
                    .and_then(|excluded| excluded.resource_types)
                    .unwrap_or_default(),
            ),
            strategy: group
                .recording_strategy
                .and_then(|strategy| strategy.use_only)
                .map(|strategy| strategy.as_str().to_owned()),
        }),
        mode: recorder.recording_mode.map(|mode| ConfigRecordingMode {
            frequency: mode.recording_frequency.as_str().to_owned(),
            overrides: mode
                .recording_mode_overrides
                .unwrap_or_default()
                .into_iter()
                .map(|other| ConfigRecordingModeOverride {
                    description: other.description,
                    resource_types: names(other.resource_types),
                    frequency: other.recording_frequency.as_str().to_owned(),
                })
                .collect(),
        }),
        scope: recorder.recording_scope.map(|scope| scope.as_str().to_owned()),
        service_principal: recorder.service_principal,
    })
}

fn names(resource_types: Vec<types::ResourceType>) -> Vec<String> {
    resource_types
        .into_iter()
        .map(|resource_type| resource_type.as_str().to_owned())
        .collect()
}

fn export(delivery: types::ConfigExportDeliveryInfo) -> ConfigDelivery {
    ConfigDelivery {
        last_status: delivery.last_status.map(|status| status.as_str().to_owned()),
        last_error_code: delivery.last_error_code,
        last_error_message: delivery.last_error_message,
        attempted_at: delivery.last_attempt_time.as_ref().and_then(timestamp),
        succeeded_at: delivery.last_successful_time.as_ref().and_then(timestamp),
        next_at: delivery.next_delivery_time.as_ref().and_then(timestamp),
        status_changed_at: None,
    }
}

fn stream(delivery: types::ConfigStreamDeliveryInfo) -> ConfigDelivery {
    ConfigDelivery {
        last_status: delivery.last_status.map(|status| status.as_str().to_owned()),
        last_error_code: delivery.last_error_code,
        last_error_message: delivery.last_error_message,
        attempted_at: None,
        succeeded_at: None,
        next_at: None,
        status_changed_at: delivery.last_status_change_time.as_ref().and_then(timestamp),
    }
}
