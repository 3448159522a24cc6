//! What would tell somebody that a bucket's settings were changed: metric filters of CloudWatch Logs with the alarms on their
//! metrics, and rules of EventBridge with their targets, of one region.
//!
//! Only those are kept that may notice a change of a bucket; how many there are in all is said. Alarms that watch a metric
//! through an expression, and composite alarms, are not told by CloudWatch for a metric, and so not known here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// A metric filter that may notice changes of buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricFilter {
    /// The log group, which has to be a trail's for the filter to notice anything.
    pub log_group: String,
    /// Its name.
    pub name: String,
    /// The pattern that a log event must match.
    pub pattern: String,
    /// A condition on the system's own fields, such as the account of a log event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_criteria: Option<String>,
    /// Whether it sees log events as a transformer left them.
    pub applies_to_transformed_logs: bool,
    /// The metrics that it counts in; AWS allows one.
    pub metrics: Vec<FilterMetric>,
}

/// A metric that a filter counts in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterMetric {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What a match adds, a number or a field of the event.
    pub value: String,
    /// Dimensions and the fields of the event that give their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, String>,
}

/// A metric of one or more of the filters, with the alarms that watch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedMetric {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Whether it is counted by dimensions. CloudWatch tells the alarms of such a metric only for values of the dimensions,
    /// and these are known to nobody but the log events.
    pub has_dimensions: bool,
    /// The alarms that watch this very metric. An empty list means that no metric alarm stands directly on it, and not that
    /// nobody is told: an alarm on an expression over the metric is not listed, nor a composite alarm (CloudWatch API
    /// Reference, `DescribeAlarmsForMetric`). So the empty list alone never says that there is no alarm.
    pub direct_alarms: Evidence<Vec<MetricAlarm>>,
}

/// An alarm on a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricAlarm {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Whether it does anything when its state changes.
    pub actions_enabled: bool,
    /// What it does when it goes off: ARNs of topics and others.
    pub alarm_actions: Vec<String>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// When the state was last evaluated to something new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_updated_at: Option<Timestamp>,
    /// What is made of the values of a period, such as `Sum`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// The length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<i32>,
    /// How many periods are looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<i32>,
    /// What the statistic is compared with, a decimal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// How it is compared, such as `GreaterThanOrEqualToThreshold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<String>,
    /// What a period without values counts as: `breaching`, `notBreaching`, `ignore` or `missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_data: Option<String>,
}

/// The metric filters of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricFilters {
    /// How many there are, those that are not kept included.
    pub listed: usize,
    /// Those that may notice changes of buckets.
    pub kept: Vec<MetricFilter>,
    /// Their metrics, each once, in the order of namespaces and names.
    pub metrics: Vec<WatchedMetric>,
}

/// A rule of EventBridge that may notice changes of buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRule {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: String,
    /// The pattern that an event must match, a JSON document as text.
    pub event_pattern: String,
    /// The AWS service that made the rule and keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// Where matching events go; absent when the rule was deleted in the meantime.
    pub targets: Evidence<Vec<RuleTarget>>,
}

/// A target of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTarget {
    /// Its id within the rule.
    pub id: String,
    /// The ARN of what receives the events.
    pub arn: String,
    /// The role with which they are handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The queue for events that could not be handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue: Option<String>,
}

/// The rules of a region's default event bus, where the events of the account's own API calls arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRules {
    /// How many there are, those that are not kept included.
    pub listed: usize,
    /// Those that may notice changes of buckets.
    pub kept: Vec<EventRule>,
}

/// What would tell of changes in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAlarms {
    /// Metric filters and the alarms on their metrics.
    pub metric_filters: Evidence<MetricFilters>,
    /// Rules and their targets.
    pub event_rules: Evidence<EventRules>,
}

impl Facts for ChangeAlarms {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "metric filters", &self.metric_filters)];
        if let Ok(Some(filters)) = self.metric_filters.known() {
            for metric in &filters.metrics {
                let subject = format!("{}/{}", metric.namespace, metric.name);
                facts.push(Fact::new(
                    subject,
                    "alarms directly on the metric",
                    &metric.direct_alarms,
                ));
            }
        }
        facts.push(Fact::new("", "event rules", &self.event_rules));
        if let Ok(Some(rules)) = self.event_rules.known() {
            for rule in &rules.kept {
                facts.push(Fact::new(rule.arn.as_str(), "targets", &rule.targets));
            }
        }
        facts
    }
}
