//! Who is told of changes of buckets, from the forms in which the generator writes filters and rules and not by reading patterns.

use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, AccountState, EventRule, MetricFilter, Trail};
use serde_json::Value;

use crate::services::shown;

const PUTS: [&str; 5] = [
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
];
const DELETES: [&str; 4] = [
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
];

/// Whether somebody is told; `None` where that is not certain.
type Told = Option<bool>;

fn any(all: impl IntoIterator<Item = Told>) -> Told {
    let all: Vec<Told> = all.into_iter().collect();
    if all.contains(&Some(true)) {
        Some(true)
    } else if all.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// What `trail-s3-policy-change-alarm` has to say of an account.
pub(crate) fn of(scenario: &Scenario, account: &Account) -> Verdict {
    let trails = shown(scenario, account);
    let logging: Vec<&&Trail> = trails
        .iter()
        .filter(|trail| trail.is_multi_region && trail.status.is_logging)
        .collect();
    if logging.is_empty() {
        return NotApplicable;
    }
    let groups: Vec<&str> = logging
        .iter()
        .filter_map(|trail| trail.log_group_arn.as_deref())
        .collect();
    let told = |change: &str| {
        let by_filters = groups.iter().map(|group| by_log_group(scenario, group, change));
        any(by_filters.chain([by_rules(account, change)]))
    };
    let all: Vec<Told> = PUTS.iter().chain(&DELETES).map(|change| told(change)).collect();
    let rules_tell = PUTS
        .iter()
        .chain(&DELETES)
        .any(|change| by_rules(account, change) == Some(true));
    if all.iter().all(|told| *told == Some(true)) {
        Pass
    } else if !all.contains(&Some(false)) {
        NotAssessed
    } else if groups.is_empty() && !rules_tell {
        NotApplicable
    } else {
        Fail
    }
}

fn by_log_group(scenario: &Scenario, group: &str, change: &str) -> Told {
    let parts: Vec<&str> = group.split(':').collect();
    let (region, owner, name) = (parts[3], parts[4], parts[6]);
    let owner = scenario
        .account(owner)
        .filter(|owner| owner.state == AccountState::Active)?;
    let services = &owner.services;
    let filters = services.metric_filters.iter();
    any(filters
        .filter(|filter| filter.region == region && filter.log_group == name && sees(filter, change))
        .map(|filter| {
            let mut alarms = services.alarms.iter();
            let rings = alarms.any(|alarm| {
                alarm.region == region
                    && (&alarm.namespace, &alarm.metric) == (&filter.namespace, &filter.metric)
                    && alarm.actions_enabled
                    && !alarm.actions.is_empty()
                    && alarm.threshold <= 1
            });
            let is_plain = filter.dimensions.is_empty() && filter.selection_criteria.is_none();
            // That no alarm stands directly on the metric says nothing.
            (rings && is_plain).then_some(true)
        }))
}

/// The filters of the generator that speak of buckets: the benchmark's, one call alone, everything that puts, a deletion.
fn sees(filter: &MetricFilter, change: &str) -> bool {
    let pattern = filter.pattern.as_str();
    if pattern.contains("\"Put*\"") {
        return PUTS.contains(&change);
    }
    pattern.contains("s3.amazonaws.com") && pattern.contains(&format!("= {change})"))
}

/// Rules have to tell in every region in which the account has buckets.
fn by_rules(account: &Account, change: &str) -> Told {
    let mut regions: Vec<&str> = account.buckets.iter().map(|bucket| bucket.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    let tells = |region: &&str| {
        let mut rules = account.services.event_rules.iter();
        rules.any(|rule| rule.region == **region && is_on(rule) && hears(rule, change))
    };
    Some(!regions.is_empty() && regions.iter().all(tells))
}

fn is_on(rule: &EventRule) -> bool {
    rule.state.starts_with("ENABLED") && !rule.targets.is_empty()
}

/// The rules of the generator that hear calls: three calls by name, all by their beginnings, and every call in two forms.
fn hears(rule: &EventRule, change: &str) -> bool {
    let Some(pattern) = &rule.pattern else { return false };
    let pattern: Value = serde_json::from_str(pattern).expect("the generator writes JSON");
    if pattern["detail-type"] == serde_json::json!(["Object Created"]) {
        return false;
    }
    let source = &pattern["source"];
    let of_s3 = source.is_null() || *source == serde_json::json!(["aws.s3"]) || source[0]["prefix"] == "aws.";
    let is_named = match pattern["detail"]["eventName"].as_array() {
        None => true,
        Some(names) => names.iter().any(|name| {
            name == change
                || name["prefix"]
                    .as_str()
                    .is_some_and(|beginning| change.starts_with(beginning))
        }),
    };
    of_s3 && is_named
}

/// Adds an account's own trail that delivers to a log group which nobody watches.
pub(crate) fn unwatched(scenario: &mut Scenario) {
    let partition = scenario.partition.clone();
    let Some(account) = scenario.accounts.iter_mut().find(|account| !account.buckets.is_empty()) else {
        return;
    };
    let bucket = &account.buckets[0];
    let mut trail = crate::strangers::trail("truth-unwatched", &bucket.name, &bucket.region);
    trail.is_multi_region = true;
    trail.status.is_logging = true;
    trail.log_group_arn = Some(format!(
        "arn:{partition}:logs:{}:{}:log-group:truth-unwatched:*",
        bucket.region, account.id
    ));
    account.services.cloudtrail.trails = vec![trail];
    account.services.event_rules.clear();
}
