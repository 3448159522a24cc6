//! `trail-s3-policy-change-alarm`: whether somebody is told when the policy or another setting of a bucket is changed.
//!
//! It does not know who reads what an alarm or a target receives. Which events a trail logs is the matter of
//! `trail-multi-region`.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::Truth;

use super::change_notices::{Seen, of_log_group, of_rules};
use super::shown_trails::{ShownTrails, status};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::noticing::CHANGES;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-s3-policy-change-alarm",
    title: "Changes of bucket policies raise an alarm",
    severity: Severity::Low,
    question: "Does an alarm on the log group of a trail, or a rule of EventBridge, tell of each change of a bucket's policy, list, \
               CORS, lifecycle and replication?",
    reads: Reads {
        sources: &[ServiceSource::ChangeAlarms, ServiceSource::CloudTrail],
        account: &[AccountFact::BucketListing],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-s3-policy-change-alarm.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let shown = ShownTrails::of(&view.services, trail);
    let mut seen = Seen::new(shown.unseen_multi_region());
    let (mut is_logged, mut has_group) = (false, false);
    for each in shown.trails.iter().filter(|each| each.is_multi_region) {
        match status(trail, each) {
            Ok((status, _)) if status.is_logging => {
                is_logged = true;
                if let Some(group) = each.log_group_arn.as_deref().filter(|group| !group.is_empty()) {
                    has_group = true;
                    of_log_group(view, trail, group, &mut seen);
                }
            }
            Ok(_) => {}
            Err(gap) => seen.not_known(gap),
        }
    }
    if is_logged {
        of_rules(view, trail, &mut seen);
    }
    let missing: Vec<&str> = CHANGES
        .iter()
        .zip(&seen.covered)
        .filter(|(_, covered)| **covered != Truth::Yes)
        .map(|(change, _)| *change)
        .collect();
    if missing.is_empty() {
        return Ok(Judgement::pass(format!(
            "Every change of a bucket's policy and of what belongs to it is told by {}.",
            seen.by.join("; ")
        )));
    }
    if let Some(unknown) = seen.unknown {
        return Err(unknown);
    }
    let is_certain = seen.covered.contains(&Truth::No);
    if let Some(Truth::Unclear(text)) = seen
        .covered
        .iter()
        .find(|covered| !is_certain && matches!(covered, Truth::Unclear(_)))
    {
        return Err(Unknown::not_understood(text.clone()));
    }
    let missing = missing.join(", ");
    Ok(if !is_logged {
        Judgement::not_applicable("No multi-Region trail that is logging is shown, which trail-multi-region judges.")
    } else if has_group || !seen.by.is_empty() {
        Judgement::fail(format!(
            "Neither an alarm on a trail's log group nor a rule of EventBridge tells of {missing}."
        ))
    } else {
        Judgement::not_applicable(
            "No trail delivers to CloudWatch Logs, which trail-cloudwatch-logs judges, and no rule of EventBridge tells of \
             changes either.",
        )
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{
        ChangeAlarms, EventRule, EventRules, FilterMetric, MetricAlarm, MetricFilter, MetricFilters, RuleTarget,
        ServiceRecord, WatchedMetric,
    };

    use super::*;
    use crate::checks::scene::{Case, Scene, account_id, denied, expect, region, source};
    use crate::checks::shown_trails::tests::{
        OWNER, as_member, listing, of_organization, own, refused, showing, with_status, without_status,
    };

    const CIS: &str = "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || \
         ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || \
         ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || \
         ($.eventName = DeleteBucketReplication)) }";
    const PUT: &str = "{ $.eventName = \"Put*\" }";
    const DELETE: &str = "{ $.eventName = \"Delete*\" }";

    fn filter(pattern: &str) -> MetricFilter {
        MetricFilter {
            log_group: "trails".to_owned(),
            name: "bucket-changes".to_owned(),
            pattern: pattern.to_owned(),
            selection_criteria: None,
            applies_to_transformed_logs: false,
            metrics: vec![FilterMetric {
                namespace: "Trail".to_owned(),
                name: "changes".to_owned(),
                value: "1".to_owned(),
                dimensions: std::collections::BTreeMap::new(),
            }],
        }
    }

    fn alarm(threshold: &str, actions: &[&str]) -> MetricAlarm {
        MetricAlarm {
            arn: "arn:aws:cloudwatch:eu-central-1:111111111111:alarm:changes".to_owned(),
            name: "changes".to_owned(),
            actions_enabled: true,
            alarm_actions: actions.iter().map(ToString::to_string).collect(),
            state: None,
            state_updated_at: None,
            statistic: Some("Sum".to_owned()),
            period_seconds: Some(300),
            evaluation_periods: Some(1),
            threshold: Some(threshold.to_owned()),
            comparison: Some("GreaterThanOrEqualToThreshold".to_owned()),
            missing_data: None,
        }
    }

    fn sound() -> Evidence<Vec<MetricAlarm>> {
        let alarms = vec![alarm("1.0", &["arn:aws:sns:eu-central-1:111111111111:security"])];
        Evidence::present(alarms, source("cloudwatch.DescribeAlarmsForMetric"))
    }

    fn rule(pattern: &str, targets: usize) -> EventRule {
        let target = |at: usize| RuleTarget {
            id: at.to_string(),
            arn: "arn:aws:sns:eu-central-1:111111111111:security".to_owned(),
            role_arn: None,
            dead_letter_queue: None,
        };
        EventRule {
            arn: "arn:aws:events:eu-central-1:111111111111:rule/changes".to_owned(),
            name: "changes".to_owned(),
            state: "ENABLED".to_owned(),
            event_pattern: pattern.to_owned(),
            managed_by: None,
            targets: Evidence::present(
                (0..targets).map(target).collect(),
                source("eventbridge.ListTargetsByRule"),
            ),
        }
    }

    fn alarms(filters: Vec<MetricFilter>, direct: Evidence<Vec<MetricAlarm>>, rules: Vec<EventRule>) -> ChangeAlarms {
        let filters = MetricFilters {
            listed: filters.len(),
            kept: filters,
            metrics: vec![WatchedMetric {
                namespace: "Trail".to_owned(),
                name: "changes".to_owned(),
                has_dimensions: false,
                direct_alarms: direct,
            }],
        };
        let rules = EventRules {
            listed: rules.len(),
            kept: rules,
        };
        ChangeAlarms {
            metric_filters: Evidence::present(filters, source("cloudwatchlogs.DescribeMetricFilters")),
            event_rules: Evidence::present(rules, source("eventbridge.ListRules")),
        }
    }

    fn watched(reading: ChangeAlarms) -> Scene {
        let mut scene = showing(vec![own("a")]);
        scene.say(reading);
        scene
    }

    #[test]
    fn a_filter_with_an_alarm_has_to_tell_of_every_change() {
        let of = |filters: Vec<MetricFilter>| watched(alarms(filters, sound(), vec![]));
        let direct = |found: Vec<MetricAlarm>| {
            let found = Evidence::present(found, source("cloudwatch.DescribeAlarmsForMetric"));
            watched(alarms(vec![filter(CIS)], found, vec![]))
        };
        let elsewhere = MetricFilter {
            log_group: "application".to_owned(),
            ..filter(CIS)
        };
        let narrowed = MetricFilter {
            selection_criteria: Some("@aws.region = \"us-east-1\"".to_owned()),
            ..filter(CIS)
        };
        let refused_alarms = Evidence::gap(denied(), source("cloudwatch.DescribeAlarmsForMetric"));
        let cases: Vec<Case> = vec![
            (
                "complete",
                of(vec![filter(CIS)]),
                Verdict::Pass,
                "bucket-changes of trails",
            ),
            (
                "two together",
                of(vec![filter(PUT), filter(DELETE)]),
                Verdict::Pass,
                "is told by",
            ),
            (
                "half of them",
                of(vec![filter(PUT)]),
                Verdict::Fail,
                "tells of DeleteBucketCors, DeleteBucketLifecycle, DeleteBucketPolicy",
            ),
            (
                "another log group",
                of(vec![elsewhere]),
                Verdict::Fail,
                "PutBucketPolicy",
            ),
            ("none", of(vec![]), Verdict::Fail, "PutBucketPolicy"),
            ("narrowed", of(vec![narrowed]), Verdict::NotAssessed, "is not certain"),
            ("no alarm", direct(vec![]), Verdict::NotAssessed, "composite alarm"),
            (
                "an alarm that does nothing",
                direct(vec![alarm("1", &[])]),
                Verdict::NotAssessed,
                "composite alarm",
            ),
            (
                "an alarm of many events",
                direct(vec![alarm("100", &["arn"])]),
                Verdict::NotAssessed,
                "composite alarm",
            ),
            (
                "alarms refused",
                watched(alarms(vec![filter(CIS)], refused_alarms, vec![])),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_rule_with_a_target_takes_the_place_of_a_filter() {
        let calls = r#"{"source":["aws.s3"],"detail-type":["AWS API Call via CloudTrail"]}"#;
        let without_group = || {
            let mut each = own("a");
            each.log_group_arn = None;
            each
        };
        let of = |rules: Vec<EventRule>| {
            let mut scene = showing(vec![without_group()]);
            scene.say(alarms(vec![], sound(), rules));
            scene
        };
        let disabled = EventRule {
            state: "DISABLED".to_owned(),
            ..rule(calls, 1)
        };
        let mut refused_targets = rule(calls, 1);
        refused_targets.targets = Evidence::gap(denied(), source("eventbridge.ListTargetsByRule"));
        let cases: Vec<Case> = vec![
            (
                "every call",
                of(vec![rule(calls, 1)]),
                Verdict::Pass,
                "rules of EventBridge (changes)",
            ),
            (
                "no target",
                of(vec![rule(calls, 0)]),
                Verdict::NotApplicable,
                "No trail delivers to CloudWatch Logs",
            ),
            (
                "disabled",
                of(vec![disabled]),
                Verdict::NotApplicable,
                "No trail delivers",
            ),
            (
                "a part of the calls",
                of(vec![rule(
                    r#"{"source":["aws.s3"],"detail":{"eventName":[{"prefix":"Put"}]}}"#,
                    1,
                )]),
                Verdict::Fail,
                "DeleteBucketPolicy",
            ),
            (
                "a rule for the rest of a filter",
                watched(alarms(
                    vec![filter(PUT)],
                    sound(),
                    vec![rule(
                        r#"{"source":["aws.s3"],"detail":{"eventName":[{"prefix":"Delete"}]}}"#,
                        1,
                    )],
                )),
                Verdict::Pass,
                "trails; rules of EventBridge",
            ),
            (
                "targets refused",
                of(vec![refused_targets]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not understood",
                of(vec![rule(r#"{"account":["111111111111"]}"#, 1)]),
                Verdict::NotAssessed,
                "what `account` is",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn the_trail_has_to_be_known_and_its_log_group_looked_into_wherever_it_lies() {
        let organizations = || {
            let mut each = as_member(of_organization());
            each.log_group_arn = Some(format!("arn:aws:logs:eu-central-1:{OWNER}:log-group:trails:*"));
            each
        };
        let of_member = |owners: Option<ChangeAlarms>| {
            let mut scene = showing(vec![organizations()]);
            scene.say(alarms(vec![], sound(), vec![]));
            if let Some(reading) = owners {
                scene.services_elsewhere.push(ServiceRecord {
                    account: account_id(OWNER),
                    region: Some(region("eu-central-1")),
                    reading: reading.into(),
                });
            }
            scene
        };
        let unread = ChangeAlarms {
            metric_filters: Evidence::gap(denied(), source("cloudwatchlogs.DescribeMetricFilters")),
            ..alarms(vec![], sound(), vec![])
        };
        let stopped = with_status(own("a"), |status| status.is_logging = false);
        let mut of_one_region = own("a");
        of_one_region.is_multi_region = false;
        let saying = |trails| {
            let mut scene = Scene::with(|scene| scene.say(listing(trails)));
            scene.say(alarms(vec![filter(CIS)], sound(), vec![]));
            scene
        };
        let cases: Vec<Case> = vec![
            (
                "the organization's",
                of_member(Some(alarms(vec![filter(CIS)], sound(), vec![]))),
                Verdict::Pass,
                "bucket-changes of trails",
            ),
            (
                "the organization's, unwatched",
                of_member(Some(alarms(vec![], sound(), vec![]))),
                Verdict::Fail,
                "PutBucketPolicy",
            ),
            (
                "the organization's, not read",
                of_member(None),
                Verdict::NotAssessed,
                "999999999999 in eu-central-1",
            ),
            (
                "the organization's, refused",
                of_member(Some(unread)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "stopped",
                saying(vec![stopped]),
                Verdict::NotApplicable,
                "No multi-Region trail",
            ),
            (
                "of one region",
                saying(vec![of_one_region]),
                Verdict::NotApplicable,
                "No multi-Region trail",
            ),
            (
                "status refused",
                saying(vec![without_status(own("a"))]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "trails refused",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading of alarms",
                showing(vec![own("a")]),
                Verdict::NotAssessed,
                "no reading of",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS CloudTrail",
            ),
        ];
        expect(&CHECK, cases);
    }
}
