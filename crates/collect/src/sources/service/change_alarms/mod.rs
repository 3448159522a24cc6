//! What would tell of a changed bucket: metric filters with their alarms, and rules of EventBridge with their targets.
//!
//! All metric filters of a region are read, and not those of the trails' log groups: that is one call for a region without
//! any, while the way by the trails would be a second `DescribeTrails` and then one call for each log group.

mod noticing;

use std::collections::BTreeSet;

use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::services::{
    ChangeAlarms, EventRule, EventRules, FilterMetric, MetricAlarm, MetricFilter, MetricFilters, RuleTarget,
    WatchedMetric,
};

use self::noticing::{filter_may_notice, rule_may_notice};
use super::ServiceRead;
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

/// How many metrics or rules are asked about at the same time.
const ASKED_AT_ONCE: usize = 4;

const FILTERS: AllowedOperation = AllowedOperation {
    service: "CloudWatch Logs",
    name: "DescribeMetricFilters",
    label: "cloudwatchlogs.DescribeMetricFilters",
    actions: &["logs:DescribeMetricFilters"],
    class: "logs",
    in_session: true,
    times: Times::about(1, Unit::Region, "no more than one page of metric filters"),
};
const ALARMS: AllowedOperation = AllowedOperation {
    service: "CloudWatch",
    name: "DescribeAlarmsForMetric",
    label: "cloudwatch.DescribeAlarmsForMetric",
    actions: &["cloudwatch:DescribeAlarmsForMetric"],
    class: "cloudwatch",
    in_session: true,
    times: Times::about(1, Unit::Account, "one metric filter about buckets in each account"),
};

const fn events_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "EventBridge",
        name,
        label,
        actions,
        class: "events",
        in_session: true,
        times,
    }
}

const RULES: AllowedOperation = events_read(
    "ListRules",
    "eventbridge.ListRules",
    &["events:ListRules"],
    Times::about(1, Unit::Region, "no more than one page of rules"),
);
const TARGETS: AllowedOperation = events_read(
    "ListTargetsByRule",
    "eventbridge.ListTargetsByRule",
    &["events:ListTargetsByRule"],
    Times::about(1, Unit::Account, "one rule about S3 in each account"),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[FILTERS, ALARMS, RULES, TARGETS];

/// With this code EventBridge says that there is no such rule (any more) (Amazon EventBridge API Reference,
/// `ListTargetsByRule`).
const NO_RULE: [&str; 1] = ["ResourceNotFoundException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> ChangeAlarms {
    let (metric_filters, event_rules) = futures::join!(metric_filters(reader), event_rules(reader));
    ChangeAlarms {
        metric_filters,
        event_rules,
    }
}

async fn metric_filters(reader: &ServiceRead<'_>) -> Evidence<MetricFilters> {
    let client = &reader.session.cloudwatch_logs(reader.region);
    let Evidence { observed, source } = list(|token| async move {
        observe(
            FILTERS.operation(),
            &[],
            client.describe_metric_filters().set_next_token(token).send().await,
            reader.context.now(),
            |output| {
                let found = output
                    .metric_filters
                    .ok_or(Malformed("the answer holds no list of metric filters"))?;
                Ok(Some(Listed {
                    entries: found.into_iter().map(metric_filter).collect::<Result<Vec<_>, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    let found = match observed {
        Observed::Present(found) => found,
        Observed::Absent => return Evidence::absent(source),
        Observed::Gap(gap) => return Evidence::gap(gap, source),
    };
    let listed = found.len();
    let mut kept: Vec<MetricFilter> = found.into_iter().flatten().collect();
    kept.sort_by(|left, right| (&left.log_group, &left.name).cmp(&(&right.log_group, &right.name)));
    let metrics: BTreeSet<(String, String, bool)> = kept
        .iter()
        .flat_map(|filter| &filter.metrics)
        .map(|metric| {
            let has_dimensions = !metric.dimensions.is_empty();
            (metric.namespace.clone(), metric.name.clone(), has_dimensions)
        })
        .collect();
    let client = &reader.session.cloudwatch(reader.region);
    let asked = stream::iter(metrics).map(|metric| watched_metric(reader, client, metric).boxed());
    let filters = MetricFilters {
        listed,
        kept,
        metrics: asked.buffered(ASKED_AT_ONCE).collect().await,
    };
    Evidence::present(filters, source)
}

/// A metric filter, unless it cannot notice changes of buckets.
fn metric_filter(filter: aws_sdk_cloudwatchlogs::types::MetricFilter) -> Result<Option<MetricFilter>, Malformed> {
    // Without a pattern a filter matches every log event, as with an empty one.
    let pattern = filter.filter_pattern.unwrap_or_default();
    if !filter_may_notice(&pattern) {
        return Ok(None);
    }
    let metrics = filter.metric_transformations.unwrap_or_default().into_iter();
    Ok(Some(MetricFilter {
        log_group: filter
            .log_group_name
            .ok_or(Malformed("a metric filter has no log group"))?,
        name: filter.filter_name.ok_or(Malformed("a metric filter has no name"))?,
        pattern,
        selection_criteria: filter.field_selection_criteria.filter(|text| !text.is_empty()),
        applies_to_transformed_logs: filter.apply_on_transformed_logs,
        metrics: metrics
            .map(|metric| FilterMetric {
                namespace: metric.metric_namespace,
                name: metric.metric_name,
                value: metric.metric_value,
                dimensions: metric.dimensions.unwrap_or_default().into_iter().collect(),
            })
            .collect(),
    }))
}

async fn watched_metric(
    reader: &ServiceRead<'_>,
    client: &aws_sdk_cloudwatch::Client,
    (namespace, name, has_dimensions): (String, String, bool),
) -> WatchedMetric {
    let direct_alarms = if has_dimensions {
        Evidence::gap(
            Gap::new(
                GapCause::Unsupported,
                "the metric is counted by dimensions, and CloudWatch tells its alarms only for values of these",
            ),
            Source::not_called(ALARMS.operation()),
        )
    } else {
        let request = client
            .describe_alarms_for_metric()
            .namespace(&namespace)
            .metric_name(&name);
        let answer = request.send().await;
        observe(ALARMS.operation(), &[], answer, reader.context.now(), |output| {
            let alarms = output
                .metric_alarms
                .ok_or(Malformed("the answer holds no list of alarms"))?;
            let mut alarms = alarms.into_iter().map(alarm).collect::<Result<Vec<_>, _>>()?;
            alarms.sort_by(|left, right| left.arn.cmp(&right.arn));
            Ok(Some(alarms))
        })
    };
    WatchedMetric {
        namespace,
        name,
        has_dimensions,
        direct_alarms,
    }
}

fn alarm(alarm: aws_sdk_cloudwatch::types::MetricAlarm) -> Result<MetricAlarm, Malformed> {
    let state_updated_at = alarm.state_updated_timestamp.map(|date| {
        let time = timestamp(&date);
        time.ok_or(Malformed("an alarm's time lies outside the calendar"))
    });
    Ok(MetricAlarm {
        arn: alarm.alarm_arn.ok_or(Malformed("an alarm has no ARN"))?,
        name: alarm.alarm_name.ok_or(Malformed("an alarm has no name"))?,
        actions_enabled: alarm
            .actions_enabled
            .ok_or(Malformed("it is not said whether an alarm's actions are enabled"))?,
        alarm_actions: alarm.alarm_actions.unwrap_or_default(),
        state: alarm.state_value.map(|each| each.as_str().to_owned()),
        state_updated_at: state_updated_at.transpose()?,
        statistic: alarm
            .statistic
            .map(|each| each.as_str().to_owned())
            .or(alarm.extended_statistic),
        period_seconds: alarm.period,
        evaluation_periods: alarm.evaluation_periods,
        threshold: alarm.threshold.map(|number| number.to_string()),
        comparison: alarm.comparison_operator.map(|each| each.as_str().to_owned()),
        missing_data: alarm.treat_missing_data,
    })
}

async fn event_rules(reader: &ServiceRead<'_>) -> Evidence<EventRules> {
    let client = &reader.session.eventbridge(reader.region);
    let Evidence { observed, source } = list(|token| async move {
        observe(
            RULES.operation(),
            &[],
            client.list_rules().set_next_token(token).send().await,
            reader.context.now(),
            |output| {
                let found = output.rules.ok_or(Malformed("the answer holds no list of rules"))?;
                Ok(Some(Listed {
                    entries: found.into_iter().map(noticing_rule).collect::<Result<Vec<_>, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    let found = match observed {
        Observed::Present(found) => found,
        Observed::Absent => return Evidence::absent(source),
        Observed::Gap(gap) => return Evidence::gap(gap, source),
    };
    let listed = found.len();
    let mut kept: Vec<Rule> = found.into_iter().flatten().collect();
    kept.sort_by(|left, right| left.arn.cmp(&right.arn));
    let asked = stream::iter(kept).map(|rule| with_targets(reader, client, rule).boxed());
    let rules = EventRules {
        listed,
        kept: asked.buffered(ASKED_AT_ONCE).collect().await,
    };
    Evidence::present(rules, source)
}

/// A rule whose targets were not asked for yet.
struct Rule {
    arn: String,
    name: String,
    state: String,
    event_pattern: String,
    managed_by: Option<String>,
}

/// A rule, unless it cannot notice changes of buckets. One without an event pattern goes by the clock.
fn noticing_rule(rule: aws_sdk_eventbridge::types::Rule) -> Result<Option<Rule>, Malformed> {
    let Some(event_pattern) = rule.event_pattern.filter(|pattern| rule_may_notice(pattern)) else {
        return Ok(None);
    };
    let state = rule.state.ok_or(Malformed("a rule has no state"))?;
    Ok(Some(Rule {
        arn: rule.arn.ok_or(Malformed("a rule has no ARN"))?,
        name: rule.name.ok_or(Malformed("a rule has no name"))?,
        state: state.as_str().to_owned(),
        event_pattern,
        managed_by: rule.managed_by,
    }))
}

async fn with_targets(reader: &ServiceRead<'_>, client: &aws_sdk_eventbridge::Client, rule: Rule) -> EventRule {
    let name = &rule.name;
    let targets = list(|token| async move {
        let request = client.list_targets_by_rule().rule(name).set_next_token(token);
        let answer = request.send().await;
        observe(TARGETS.operation(), &NO_RULE, answer, reader.context.now(), |output| {
            let found = output.targets.ok_or(Malformed("the answer holds no list of targets"))?;
            let entries = found.into_iter().map(|target| RuleTarget {
                id: target.id,
                arn: target.arn,
                role_arn: target.role_arn,
                dead_letter_queue: target.dead_letter_config.and_then(|queue| queue.arn),
            });
            Ok(Some(Listed {
                entries: entries.collect(),
                next: output.next_token,
            }))
        })
    })
    .await;
    EventRule {
        arn: rule.arn,
        name: rule.name,
        state: rule.state,
        event_pattern: rule.event_pattern,
        managed_by: rule.managed_by,
        targets,
    }
}
