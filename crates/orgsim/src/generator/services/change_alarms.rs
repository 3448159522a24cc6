//! What watches for changes: filters and alarms that the CIS benchmark asks for, complete and with a piece missing, rules of
//! EventBridge, and the many that watch something else.

use jiff::Timestamp;
use serde_json::json;

use super::Furnishing;
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::scenario::{Account, Alarm, EventRule, EventTarget, MetricFilter, Scenario};

/// The pattern of the CIS AWS Foundations Benchmark for changes of bucket policies.
const COMPLETE: &str = "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || \
     ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || \
     ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || \
     ($.eventName = DeleteBucketReplication)) }";
/// One that forgets deletions.
const INCOMPLETE: &str = "{ ($.eventSource = s3.amazonaws.com) && ($.eventName = PutBucketPolicy) }";

/// Filters that watch something else.
const OTHERS: [(&str, &str); 4] = [
    (
        "unauthorized-calls",
        "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }",
    ),
    (
        "root-usage",
        "{ $.userIdentity.type = \"Root\" && $.eventType != \"AwsServiceEvent\" }",
    ),
    (
        "console-sign-in",
        "{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed != \"Yes\") }",
    ),
    (
        "disabled-keys",
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }",
    ),
];

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    let mut form = 0;
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("change-alarms", &account.id);
        let Some(region) = account.buckets.first().map(|bucket| bucket.region.clone()) else {
            continue;
        };
        let is_watched = match purpose {
            Purpose::Management | Purpose::LogArchive | Purpose::Security | Purpose::Production => true,
            Purpose::Network | Purpose::SharedServices | Purpose::Development => dice.chance(60),
            Purpose::Sandbox | Purpose::Suspended => false,
        };
        if !is_watched {
            continue;
        }
        // The organization's trail has its log group in the region of its bucket, which need not be the first.
        let mut trails = account.services.cloudtrail.trails.iter();
        let logged = trails.find_map(|trail| Some((trail.region.clone(), log_group(trail.log_group_arn.as_deref()?)?)));
        let (region, group) = logged.unwrap_or_else(|| (region, "application".to_owned()));
        let place = Place {
            partition: &partition,
            account: &account.id,
            region: &region,
        };
        let (filters, alarms) = watching(&place, &group, form, *purpose == Purpose::Management, &mut dice);
        let rules = rules(&place, form, &mut dice);
        set(account, filters, alarms, rules);
        form += 1;
    }
}

fn set(account: &mut Account, filters: Vec<MetricFilter>, alarms: Vec<Alarm>, rules: Vec<EventRule>) {
    account.services.metric_filters = filters;
    account.services.alarms = alarms;
    account.services.event_rules = rules;
}

/// The name of a log group in its ARN.
fn log_group(arn: &str) -> Option<String> {
    arn.split(":log-group:").nth(1)?.strip_suffix(":*").map(str::to_owned)
}

/// Where something is made.
struct Place<'names> {
    partition: &'names str,
    account: &'names str,
    region: &'names str,
}

impl Place<'_> {
    fn arn(&self, service: &str, name: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{name}",
            self.partition, self.region, self.account
        )
    }

    fn filter(&self, group: &str, name: &str, pattern: &str) -> MetricFilter {
        MetricFilter {
            region: self.region.to_owned(),
            log_group: group.to_owned(),
            name: name.to_owned(),
            pattern: pattern.to_owned(),
            namespace: "CloudTrailMetrics".to_owned(),
            metric: name.to_owned(),
            dimensions: std::collections::BTreeMap::new(),
            selection_criteria: None,
        }
    }

    fn alarm(&self, name: &str, metric: &str) -> Alarm {
        Alarm {
            region: self.region.to_owned(),
            name: name.to_owned(),
            namespace: "CloudTrailMetrics".to_owned(),
            metric: metric.to_owned(),
            actions_enabled: true,
            actions: vec![self.arn("sns", "security-alarms")],
            state: "OK".to_owned(),
            state_updated_at: Timestamp::from_second(1_788_000_000).expect("a time in these years"),
            threshold: 1,
            missing_data: Some("notBreaching".to_owned()),
        }
    }
}

/// Filters and alarms, every account with another piece missing.
fn watching(
    place: &Place<'_>,
    group: &str,
    form: usize,
    has_many: bool,
    dice: &mut Dice,
) -> (Vec<MetricFilter>, Vec<Alarm>) {
    const METRIC: &str = "s3-bucket-changes";
    let mut filter = place.filter(group, METRIC, COMPLETE);
    let mut alarms = vec![place.alarm("s3-bucket-changes", METRIC)];
    match form % 7 {
        1 => alarms.clear(),
        2 => alarms[0].actions.clear(),
        3 => {
            alarms[0].actions_enabled = false;
            INCOMPLETE.clone_into(&mut filter.pattern);
        }
        4 => {
            filter
                .dimensions
                .insert("account".to_owned(), "$.recipientAccountId".to_owned());
        }
        5 => {
            filter.selection_criteria = Some("@aws.region = \"us-east-1\"".to_owned());
            "INSUFFICIENT_DATA".clone_into(&mut alarms[0].state);
            alarms[0].missing_data = None;
            alarms.push(Alarm {
                threshold: 100,
                ..place.alarm("s3-bucket-changes-flood", METRIC)
            });
        }
        6 => "{ $.eventName = \"Put*\" }".clone_into(&mut filter.pattern),
        _ => {}
    }
    // Two filters that count in the same metric.
    let mut filters = vec![MetricFilter {
        metric: METRIC.to_owned(),
        ..place.filter(group, "s3-bucket-deletions", "{ $.eventName = DeleteBucket }")
    }];
    filters.push(filter);
    for (name, pattern) in OTHERS {
        if dice.chance(60) {
            filters.push(place.filter(group, name, pattern));
            alarms.push(place.alarm(name, name));
        }
    }
    // Applications count their errors; some do it a hundred times over.
    for number in 0..if has_many { 70 } else { dice.between(0, 4) } {
        filters.push(place.filter("application", &format!("errors-{number:02}"), "ERROR"));
    }
    (filters, alarms)
}

/// Rules, some about changes of buckets, most about other things.
fn rules(place: &Place<'_>, form: usize, dice: &mut Dice) -> Vec<EventRule> {
    let calls = "AWS API Call via CloudTrail";
    let names = ["PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl"];
    let patterns = [
        json!({"source": ["aws.s3"], "detail-type": [calls], "detail": {"eventSource": ["s3.amazonaws.com"], "eventName": names}}),
        json!({"source": ["aws.s3"], "detail-type": [calls], "detail": {"eventSource": ["s3.amazonaws.com"],
            "eventName": [{"prefix": "PutBucket"}, {"prefix": "DeleteBucket"}]}}),
        json!({"source": [{"prefix": "aws."}]}),
        json!({"detail-type": [calls]}),
    ];
    let target = |id: &str, arn: String| EventTarget {
        id: id.to_owned(),
        arn,
        role_arn: None,
        dead_letter_queue: None,
    };
    let topic = || target("topic", place.arn("sns", "security-alarms"));
    let mut noticing = rule(place, "s3-changes", Some(patterns[form % patterns.len()].to_string()));
    noticing.targets = match form % 5 {
        0 => vec![topic()],
        1 => Vec::new(),
        2 => vec![EventTarget {
            role_arn: Some(format!(
                "arn:{}:iam::{}:role/to-security",
                place.partition, place.account
            )),
            dead_letter_queue: Some(place.arn("sqs", "undelivered")),
            ..target("bus", place.arn("events", "event-bus/security"))
        }],
        3 => (0..5)
            .map(|number| {
                target(
                    &format!("function-{number}"),
                    place.arn("lambda", &format!("function:notice-{number}")),
                )
            })
            .collect(),
        _ => vec![topic(), target("log", place.arn("logs", "log-group:/aws/events/s3"))],
    };
    if form % 4 == 3 {
        "DISABLED".clone_into(&mut noticing.state);
    } else if form % 4 == 2 {
        "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS".clone_into(&mut noticing.state);
    }
    let mut rules = Vec::new();
    if form % 6 != 5 {
        rules.push(noticing);
    }
    rules.push(EventRule {
        managed_by: Some("guardduty.amazonaws.com".to_owned()),
        ..rule(
            place,
            "malware-scan",
            Some(json!({"source": ["aws.guardduty"]}).to_string()),
        )
    });
    rules.push(rule(place, "nightly", None));
    rules.push(rule(
        place,
        "new-objects",
        Some(json!({"source": ["aws.s3"], "detail-type": ["Object Created"]}).to_string()),
    ));
    // More than one page in some accounts.
    for number in 0..dice.between(0, 15) {
        let pattern = json!({"source": [format!("app.{number}")]}).to_string();
        rules.push(rule(place, &format!("app-{number}"), Some(pattern)));
    }
    rules
}

fn rule(place: &Place<'_>, name: &str, pattern: Option<String>) -> EventRule {
    EventRule {
        region: place.region.to_owned(),
        name: name.to_owned(),
        state: "ENABLED".to_owned(),
        pattern,
        managed_by: None,
        targets: Vec::new(),
    }
}
