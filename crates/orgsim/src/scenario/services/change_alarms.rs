//! What watches an account's log groups, metrics and events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A metric filter of CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricFilter {
    /// Its region.
    pub region: String,
    /// Its log group.
    pub log_group: String,
    /// Its name.
    pub name: String,
    /// Its pattern.
    pub pattern: String,
    /// The namespace of its metric.
    pub namespace: String,
    /// The name of its metric.
    pub metric: String,
    /// A condition on the system's fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_criteria: Option<String>,
    /// Dimensions with the fields of log events that give their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, String>,
}

/// An alarm of CloudWatch on one metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// The namespace of its metric.
    pub namespace: String,
    /// The name of its metric.
    pub metric: String,
    /// Whether its actions are on.
    pub actions_enabled: bool,
    /// What it does when it goes off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// When its state changed.
    pub state_updated_at: Timestamp,
    /// How many events set it off, in periods of five minutes.
    pub threshold: u32,
    /// What a period without data counts as; left out for an alarm that nobody set it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_data: Option<String>,
}

/// A rule of EventBridge on the default event bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: String,
    /// Its event pattern; without one it goes by the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The service that keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// Its targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<EventTarget>,
}

/// A target of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTarget {
    /// Its id.
    pub id: String,
    /// The ARN of what receives the events.
    pub arn: String,
    /// The role that hands them over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The queue for what could not be handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue: Option<String>,
}
