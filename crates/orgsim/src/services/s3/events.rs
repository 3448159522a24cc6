//! What a bucket tells: access logs and notifications.

use super::access::write_grants;
use super::{Answer, NAMESPACE};
use crate::protocol::Success;
use crate::protocol::xml::Xml;
use crate::scenario::{LogKeyFormat, NotificationTarget};
use crate::services::Call;

pub(super) fn get_bucket_logging(call: &Call<'_>) -> Answer {
    let owner = call.world.canonical_id(call.found.map_or(0, |found| found.owner));
    let logging = call.bucket().logging.as_ref();
    Ok(Success::xml(Xml::document("BucketLoggingStatus", NAMESPACE, |xml| {
        let Some(logging) = logging else { return };
        xml.within("LoggingEnabled", |xml| {
            xml.text("TargetBucket", &logging.target_bucket);
            if !logging.target_grants.is_empty() {
                xml.within("TargetGrants", |xml| write_grants(xml, &logging.target_grants, owner));
            }
            xml.text("TargetPrefix", &logging.target_prefix);
            if let Some(format) = logging.key_format {
                xml.within("TargetObjectKeyFormat", |xml| match format {
                    LogKeyFormat::Simple => xml.within("SimplePrefix", |_| {}),
                    LogKeyFormat::PartitionedByEventTime => partitioned(xml, "EventTime"),
                    LogKeyFormat::PartitionedByDeliveryTime => partitioned(xml, "DeliveryTime"),
                });
            }
        });
    })))
}

fn partitioned(xml: &mut Xml, source: &str) {
    xml.within("PartitionedPrefix", |xml| xml.text("PartitionDateSource", source));
}

pub(super) fn get_bucket_notification_configuration(call: &Call<'_>) -> Answer {
    let notifications = call.bucket().notifications.as_ref();
    Ok(Success::xml(Xml::document(
        "NotificationConfiguration",
        NAMESPACE,
        |xml| {
            let Some(notifications) = notifications else { return };
            for (element, receiver, targets) in [
                ("TopicConfiguration", "Topic", &notifications.topics),
                ("QueueConfiguration", "Queue", &notifications.queues),
                ("CloudFunctionConfiguration", "CloudFunction", &notifications.functions),
            ] {
                for target in targets {
                    xml.within(element, |xml| write_target(xml, receiver, target));
                }
            }
            if notifications.event_bridge {
                xml.within("EventBridgeConfiguration", |_| {});
            }
        },
    )))
}

fn write_target(xml: &mut Xml, receiver: &str, target: &NotificationTarget) {
    xml.text("Id", &target.id);
    xml.text(receiver, &target.arn);
    for event in &target.events {
        xml.text("Event", event);
    }
    if let Some(prefix) = &target.prefix {
        xml.within("Filter", |xml| {
            xml.within("S3Key", |xml| {
                xml.within("FilterRule", |xml| {
                    xml.text("Name", "Prefix");
                    xml.text("Value", prefix);
                });
            });
        });
    }
}
