//! Settings by which a bucket tells what happens to it: access logs and notifications.

use serde::{Deserialize, Serialize};

use super::Grant;

/// The form of the log objects' keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKeyFormat {
    /// Prefix, time and a random suffix.
    Simple,
    /// Partitioned by account, region, bucket and date; the text is `EventTime` or `DeliveryTime`.
    Partitioned(String),
}

/// Server access logging that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogDestination {
    /// The bucket that receives the logs.
    pub target_bucket: String,
    /// The prefix of the log objects' keys.
    pub target_prefix: String,
    /// Who else may read the log objects; grantees that hold for the target bucket with access control lists only.
    pub target_grants: Vec<Grant>,
    /// The key format; `None` when AWS did not say, which means the simple one.
    pub key_format: Option<LogKeyFormat>,
}

/// One receiver of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationTarget {
    /// The configuration's id.
    pub id: Option<String>,
    /// The ARN of the topic, queue or function.
    pub arn: String,
    /// The events, such as `s3:ObjectCreated:*`.
    pub events: Vec<String>,
}

/// Event notifications. S3 answers an empty configuration when there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationConfiguration {
    /// SNS topics.
    pub topics: Vec<NotificationTarget>,
    /// SQS queues.
    pub queues: Vec<NotificationTarget>,
    /// Lambda functions.
    pub functions: Vec<NotificationTarget>,
    /// Whether all events go to Amazon EventBridge.
    pub event_bridge: bool,
}
