//! What would tell of changes of buckets.

use std::collections::BTreeSet;

use s3attest_collect::Wishes;
use s3attest_model::services::{Facts, Reading, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, EventRule, Fault, FaultKind, MetricFilter, Refuser};
use s3attest_tests::Simulation;
use serde_json::{Map, Value, json};

use crate::harness::{organization, plain, read};

pub(crate) fn truth(scenario: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let region = region.expect("alarms are read in each region");
    let place = Place {
        scenario,
        account,
        region,
    };
    json!({"metric_filters": place.metric_filters(), "event_rules": place.event_rules()})
}

struct Place<'world> {
    scenario: &'world Scenario,
    account: &'world Account,
    region: &'world str,
}

/// The patterns that the generator writes about buckets, or so widely that they may be about them.
fn is_about_buckets(filter: &MetricFilter) -> bool {
    filter.pattern.contains("Bucket") || filter.pattern.contains("eventName = \"Put*\"") || {
        // "Is not this one" may be any other.
        filter.pattern.contains("!=") && filter.pattern.contains("$.eventName")
    }
}

fn is_about_s3(rule: &EventRule) -> bool {
    rule.name == "s3-changes"
}

impl Place<'_> {
    fn arn(&self, service: &str, name: &str) -> String {
        let partition = &self.scenario.partition;
        format!("arn:{partition}:{service}:{}:{}:{name}", self.region, self.account.id)
    }

    fn metric_filters(&self) -> Value {
        let filters = self.account.services.metric_filters.iter();
        let here: Vec<&MetricFilter> = filters.filter(|filter| filter.region == self.region).collect();
        let mut kept: Vec<&MetricFilter> = here.iter().copied().filter(|filter| is_about_buckets(filter)).collect();
        kept.sort_by_key(|filter| (&filter.log_group, &filter.name));
        let metrics: BTreeSet<(&str, &str, bool)> = kept
            .iter()
            .map(|filter| {
                (
                    filter.namespace.as_str(),
                    filter.metric.as_str(),
                    !filter.dimensions.is_empty(),
                )
            })
            .collect();
        let metrics: Vec<Value> = metrics
            .into_iter()
            .map(|(namespace, name, has_dimensions)| {
                let alarms = if has_dimensions {
                    json!({"gap": "unsupported"})
                } else {
                    self.alarms(namespace, name)
                };
                json!({"namespace": namespace, "name": name, "has_dimensions": has_dimensions, "direct_alarms": alarms})
            })
            .collect();
        let kept: Vec<Value> = kept.into_iter().map(written).collect();
        json!({"listed": here.len(), "kept": kept, "metrics": metrics})
    }

    fn alarms(&self, namespace: &str, metric: &str) -> Value {
        let alarms = self.account.services.alarms.iter();
        let mut alarms: Vec<_> = alarms
            .filter(|alarm| alarm.region == self.region && alarm.namespace == namespace && alarm.metric == metric)
            .collect();
        alarms.sort_by_key(|alarm| &alarm.name);
        let alarms = alarms.into_iter().map(|alarm| {
            let mut said = json!({
                "arn": self.arn("cloudwatch", &format!("alarm:{}", alarm.name)),
                "name": alarm.name,
                "actions_enabled": alarm.actions_enabled,
                "alarm_actions": alarm.actions,
                "state": alarm.state,
                "state_updated_at": alarm.state_updated_at.to_string(),
                "statistic": "Sum",
                "period_seconds": 300,
                "evaluation_periods": 1,
                "threshold": alarm.threshold.to_string(),
                "comparison": "GreaterThanOrEqualToThreshold",
            });
            if let Some(missing) = &alarm.missing_data {
                said["missing_data"] = json!(missing);
            }
            said
        });
        alarms.collect()
    }

    fn event_rules(&self) -> Value {
        let rules = self.account.services.event_rules.iter();
        let here: Vec<&EventRule> = rules.filter(|rule| rule.region == self.region).collect();
        let kept = here.iter().filter(|rule| is_about_s3(rule)).map(|rule| {
            let targets: Vec<Value> = rule
                .targets
                .iter()
                .map(|target| {
                    let mut said = json!({"id": target.id, "arn": target.arn});
                    if let Some(role) = &target.role_arn {
                        said["role_arn"] = json!(role);
                    }
                    if let Some(queue) = &target.dead_letter_queue {
                        said["dead_letter_queue"] = json!(queue);
                    }
                    said
                })
                .collect();
            let mut said = json!({
                "arn": self.arn("events", &format!("rule/{}", rule.name)),
                "name": rule.name,
                "state": rule.state,
                "event_pattern": rule.pattern,
                "targets": targets,
            });
            if let Some(service) = &rule.managed_by {
                said["managed_by"] = json!(service);
            }
            said
        });
        let kept: Vec<Value> = kept.collect();
        json!({"listed": here.len(), "kept": kept})
    }
}

fn written(filter: &MetricFilter) -> Value {
    let mut metric = json!({"namespace": filter.namespace, "name": filter.metric, "value": "1"});
    if !filter.dimensions.is_empty() {
        metric["dimensions"] = json!(filter.dimensions);
    }
    let mut said = Map::from_iter([
        ("log_group".to_owned(), json!(filter.log_group)),
        ("name".to_owned(), json!(filter.name)),
        ("pattern".to_owned(), json!(filter.pattern)),
        ("applies_to_transformed_logs".to_owned(), json!(false)),
        ("metrics".to_owned(), json!([metric])),
    ]);
    if let Some(criteria) = &filter.selection_criteria {
        said.insert("selection_criteria".to_owned(), json!(criteria));
    }
    Value::Object(said)
}

/// What is read of all accounts and regions with a fault.
fn with_fault(service: &str, operation: &str, kind: FaultKind) -> Vec<(Value, usize, usize)> {
    let mut scenario = organization();
    scenario.faults.push(Fault {
        service: Some(service.to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    });
    let simulation = Simulation::start(scenario);
    let records = read(&simulation, &[ServiceSource::ChangeAlarms].into(), Wishes::default());
    let records = records.iter().map(|record| {
        let Reading::ChangeAlarms(reading) = &record.reading else {
            panic!("only alarms were read");
        };
        let facts = reading.facts();
        (
            plain(record),
            facts.len(),
            facts.iter().filter(|fact| fact.gap().is_some()).count(),
        )
    });
    records.collect()
}

#[test]
fn a_refused_list_of_filters_says_nothing_of_alarms_and_leaves_the_rules() {
    let denied = FaultKind::Denied(Refuser::IdentityPolicy);
    for (said, _, gaps) in with_fault("cloudwatchlogs", "DescribeMetricFilters", denied) {
        assert_eq!(said["metric_filters"], json!({"gap": "denied"}));
        assert!(said["event_rules"]["listed"].is_number());
        assert_eq!(gaps, 1);
    }
}

#[test]
fn refused_alarms_and_targets_are_gaps_beside_what_they_belong_to() {
    for (service, operation, kind, cause) in [
        (
            "cloudwatch",
            "DescribeAlarmsForMetric",
            FaultKind::Denied(Refuser::SessionPolicy),
            "denied",
        ),
        (
            "cloudwatch",
            "DescribeAlarmsForMetric",
            FaultKind::Throttled,
            "throttled",
        ),
        (
            "cloudwatch",
            "DescribeAlarmsForMetric",
            FaultKind::Malformed,
            "malformed-answer",
        ),
        (
            "eventbridge",
            "ListTargetsByRule",
            FaultKind::Denied(Refuser::SessionPolicy),
            "denied",
        ),
    ] {
        let mut seen = 0;
        for (said, _, gaps) in with_fault(service, operation, kind) {
            let metrics = said["metric_filters"]["metrics"]
                .as_array()
                .expect("filters were listed");
            let rules = said["event_rules"]["kept"].as_array().expect("rules were listed");
            let of_metrics = metrics.iter().map(|metric| &metric["direct_alarms"]["gap"]);
            let of_rules = rules.iter().map(|rule| &rule["targets"]["gap"]);
            let found: Vec<&Value> = of_metrics.chain(of_rules).filter(|gap| !gap.is_null()).collect();
            assert_eq!(found.len(), gaps);
            seen += found.into_iter().filter(|gap| **gap == json!(cause)).count();
        }
        assert!(seen > 2, "{service} {operation}: {seen}");
    }
}

#[test]
fn lists_without_end_and_empty_pages_are_told_apart() {
    for (said, ..) in with_fault("eventbridge", "ListRules", FaultKind::EndlessPages) {
        assert_eq!(said["event_rules"], json!({"gap": "malformed-answer"}));
    }
    for (said, ..) in with_fault("cloudwatchlogs", "DescribeMetricFilters", FaultKind::EmptyPage) {
        assert!(said["metric_filters"]["listed"].is_number());
    }
}
