//! Event notifications.

use aws_sdk_s3::types::Event;
use s3attest_gateway::{AllowedOperation, observe};
use s3attest_model::bucket::{NotificationConfiguration, NotificationTarget};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketNotificationConfiguration",
    "s3.GetBucketNotificationConfiguration",
    &["s3:GetBucketNotification"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<NotificationConfiguration> {
    let request = bucket
        .client
        .get_bucket_notification_configuration()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            let target = |id: Option<String>, arn: String, events: Vec<Event>| NotificationTarget {
                id,
                arn,
                events: events.iter().map(|event| event.as_str().to_owned()).collect(),
            };
            let topics = output.topic_configurations.unwrap_or_default();
            let queues = output.queue_configurations.unwrap_or_default();
            let functions = output.lambda_function_configurations.unwrap_or_default();
            Ok(Some(NotificationConfiguration {
                topics: topics
                    .into_iter()
                    .map(|each| target(each.id, each.topic_arn, each.events))
                    .collect(),
                queues: queues
                    .into_iter()
                    .map(|each| target(each.id, each.queue_arn, each.events))
                    .collect(),
                functions: functions
                    .into_iter()
                    .map(|each| target(each.id, each.lambda_function_arn, each.events))
                    .collect(),
                event_bridge: output.event_bridge_configuration.is_some(),
            }))
        },
    )
}
