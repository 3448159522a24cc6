//! Which filters with alarms, and which rules with targets, tell somebody of changes of buckets.

use s3attest_model::evidence::{Evidence, Gap, GapCause};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{ChangeAlarms, EventRule, FilterMetric, MetricAlarm, MetricFilter, MetricFilters};
use s3attest_policy::Truth;

use crate::noticing::{CHANGES, filter_notices, rule_notices};
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// What was found to notice changes.
pub(super) struct Seen<'a> {
    /// For each of the changes, whether somebody is told of it.
    pub(super) covered: Vec<Truth>,
    /// What tells of one at least.
    pub(super) by: Vec<String>,
    /// What could not be looked into.
    pub(super) unknown: Option<Unknown<'a>>,
}

impl<'a> Seen<'a> {
    /// Nothing yet; `unknown` is what could not be looked into before.
    pub(super) fn new(unknown: Option<Unknown<'a>>) -> Self {
        Self {
            covered: CHANGES.map(|_| Truth::No).into(),
            by: Vec::new(),
            unknown,
        }
    }

    /// Notes what could not be looked into.
    pub(super) fn not_known(&mut self, gap: Unknown<'a>) {
        self.unknown.get_or_insert(gap);
    }

    fn add(&mut self, name: String, told: Vec<Truth>) {
        if told.contains(&Truth::Yes) {
            self.by.push(name);
        }
        for (covered, told) in self.covered.iter_mut().zip(told) {
            *covered = std::mem::replace(covered, Truth::No).or(told);
        }
    }
}

/// The region, the account and the name in a log group's ARN (`arn:aws:logs:region:account:log-group:name:*`).
fn place_of(arn: &str) -> Option<(RegionName, AccountId, &str)> {
    let mut parts = arn.splitn(7, ':').skip(3);
    let region = RegionName::new(parts.next()?).ok()?;
    let account = AccountId::new(parts.next()?).ok()?;
    let name = parts.nth(1)?;
    Some((region, account, name.strip_suffix(":*").unwrap_or(name)))
}

/// Notes what the metric filters of a trail's log group tell. The group of the organization's trail lies in another account,
/// whose alarms count for all members.
pub(super) fn of_log_group<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>, group: &'a str, seen: &mut Seen<'a>) {
    let Some((region, account, name)) = place_of(group) else {
        let detail = format!("{group} is no ARN of a log group");
        return seen.not_known(Unknown::not_understood(detail));
    };
    let filters = match filters_of(view, trail, &region, &account) {
        Ok(filters) => filters,
        Err(gap) => return seen.not_known(gap),
    };
    for filter in filters.kept.iter().filter(|filter| filter.log_group == name) {
        let alarm = match alarm_of(trail, filters, filter) {
            Ok(alarm) => alarm,
            Err(gap) => {
                let may_matter = CHANGES
                    .iter()
                    .any(|change| filter_notices(&filter.pattern, change) != Truth::No);
                if may_matter {
                    seen.not_known(gap);
                }
                continue;
            }
        };
        let narrowed = if filter.selection_criteria.is_some() || filter.applies_to_transformed_logs {
            Truth::Unclear(format!(
                "which log events the metric filter {} sees is not certain",
                filter.name
            ))
        } else {
            Truth::Yes
        };
        let told = CHANGES.iter().map(|change| {
            let noticed = filter_notices(&filter.pattern, change);
            noticed.and(narrowed.clone()).and(alarm.clone())
        });
        let told = told.collect();
        seen.add(format!("an alarm on the metric filter {} of {name}", filter.name), told);
    }
}

fn filters_of<'a>(
    view: &AccountView<'a>,
    trail: &mut Trail<'a>,
    region: &RegionName,
    account: &AccountId,
) -> Result<&'a MetricFilters, Unknown<'a>> {
    let none = || Unknown::not_understood("CloudWatch Logs answered without a list of metric filters");
    if *account == view.account.id {
        let reading = view.services.in_region::<ChangeAlarms>(region)?;
        return trail.read(&reading.metric_filters)?.ok_or_else(none);
    }
    let across: Option<&'a Evidence<MetricFilters>> = view
        .organization
        .across
        .metric_filters
        .get(&(account.clone(), region.clone()));
    let Some(filters) = across else {
        let detail = format!(
            "the metric filters of account {account} in {region}, which has a trail's log group, were not read"
        );
        return Err(Unknown::because(Gap::new(GapCause::OutsideScan, detail)));
    };
    let account = account.clone();
    trail
        .read_of(Resource::Account { account }.arn(), filters)?
        .ok_or_else(none)
}

/// Whether an alarm goes off when the filter matches once and does something then. That none stands directly on the metric
/// does not say that there is none: an expression or a composite alarm may watch it.
fn alarm_of<'a>(
    trail: &mut Trail<'a>,
    filters: &'a MetricFilters,
    filter: &MetricFilter,
) -> Result<Truth, Unknown<'a>> {
    let unclear = |metric: &FilterMetric| {
        Truth::Unclear(format!(
            "no alarm that does something stands directly on the metric {}/{} of the metric filter {}; an expression or a \
             composite alarm may watch it",
            metric.namespace, metric.name, filter.name
        ))
    };
    let mut found = Truth::No;
    for metric in &filter.metrics {
        let has_dimensions = !metric.dimensions.is_empty();
        let watched = filters.metrics.iter().find(|each| {
            each.namespace == metric.namespace && each.name == metric.name && each.has_dimensions == has_dimensions
        });
        let alarms = match watched {
            Some(watched) if !has_dimensions => trail
                .read_of(format!("{}/{}", metric.namespace, metric.name), &watched.direct_alarms)?
                .map_or(&[][..], Vec::as_slice),
            Some(_) | None => &[],
        };
        let counts_each = metric.value == "1";
        found = found.or(if counts_each && alarms.iter().any(goes_off_at_once) {
            Truth::Yes
        } else {
            unclear(metric)
        });
    }
    Ok(found)
}

/// Whether an alarm does something, and one event in one period is enough, whatever the periods around it hold.
fn goes_off_at_once(alarm: &MetricAlarm) -> bool {
    let threshold = alarm.threshold.as_deref().and_then(|text| text.parse::<f64>().ok());
    let is_enough = match (alarm.comparison.as_deref(), threshold) {
        (Some("GreaterThanOrEqualToThreshold"), Some(threshold)) => threshold <= 1.0,
        (Some("GreaterThanThreshold"), Some(threshold)) => threshold < 1.0,
        _ => false,
    };
    let counts_one = matches!(alarm.statistic.as_deref(), Some("Sum" | "Maximum" | "SampleCount"));
    let is_first = alarm.evaluation_periods == Some(1);
    is_enough && counts_one && is_first && alarm.actions_enabled && !alarm.alarm_actions.is_empty()
}

/// Notes what rules of EventBridge tell: in every region in which the account has buckets, since a call is an event of the region
/// in which it is made.
pub(super) fn of_rules<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>, seen: &mut Seen<'a>) {
    let regions = match view.services.regions(trail) {
        Ok(regions) => regions,
        Err(gap) => return seen.not_known(gap),
    };
    let mut told: Option<Vec<Truth>> = None;
    let mut names = Vec::new();
    for region in regions {
        match view.organization.across.bucket_regions.has(trail, view.facts, region) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(gap) => return seen.not_known(gap),
        }
        let here = match rules_of_region(view, trail, region, &mut names) {
            Ok(here) => here,
            Err(gap) => return seen.not_known(gap),
        };
        told = Some(match told {
            None => here,
            Some(before) => before
                .into_iter()
                .zip(here)
                .map(|(one, other)| one.and(other))
                .collect(),
        });
    }
    if let Some(told) = told {
        names.dedup();
        seen.add(format!("rules of EventBridge ({})", names.join(", ")), told);
    }
}

fn rules_of_region<'a>(
    view: &AccountView<'a>,
    trail: &mut Trail<'a>,
    region: &RegionName,
    names: &mut Vec<String>,
) -> Result<Vec<Truth>, Unknown<'a>> {
    let reading = view.services.in_region::<ChangeAlarms>(region)?;
    let rules: Option<_> = trail.read(&reading.event_rules)?;
    let mut told: Vec<Truth> = CHANGES.map(|_| Truth::No).into();
    let is_on = |rule: &&EventRule| rule.state.starts_with("ENABLED");
    for rule in rules.into_iter().flat_map(|rules| &rules.kept).filter(is_on) {
        let noticed = CHANGES.map(|change| rule_notices(&rule.event_pattern, change));
        if noticed.iter().all(|noticed| *noticed == Truth::No) {
            continue;
        }
        let targets = trail.read_of(rule.arn.clone(), &rule.targets)?;
        if targets.is_some_and(|targets| !targets.is_empty()) {
            names.push(rule.name.clone());
            told = told
                .into_iter()
                .zip(noticed)
                .map(|(one, other)| one.or(other))
                .collect();
        }
    }
    Ok(told)
}
