//! CloudWatch Logs: the metric filters of a region.

use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::MetricFilter;

/// The most that a page holds, and what it holds when the caller does not say (CloudWatch Logs API Reference,
/// `DescribeMetricFilters`).
const LARGEST_PAGE: u64 = 50;

pub(super) static SERVICE: Service = Service {
    name: "cloudwatchlogs",
    signing_name: "logs",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("Logs_20140328"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[Operation {
        name: "DescribeMetricFilters",
        action: "logs:DescribeMetricFilters",
        answer: describe_metric_filters,
    }],
    admit: admit_all,
    resource_account: own_account,
};

fn describe_metric_filters(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let filters = call.account().services.metric_filters.iter();
    let mut filters: Vec<&MetricFilter> = filters.filter(|filter| filter.region == call.region).collect();
    filters.sort_by(|left, right| left.name.cmp(&right.name));
    let size = members["limit"].as_u64().unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let (filters, next) = page(call, &filters, members["nextToken"].as_str(), size)?;
    let filters: Vec<Value> = filters.iter().map(|filter| described(filter)).collect();
    let mut answer = json!({"metricFilters": filters});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(Success::json(&answer))
}

fn described(filter: &MetricFilter) -> Value {
    let mut transformation = json!({
        "metricNamespace": filter.namespace,
        "metricName": filter.metric,
        "metricValue": "1",
    });
    if !filter.dimensions.is_empty() {
        transformation["dimensions"] = json!(filter.dimensions);
    }
    let mut members = json!({
        "filterName": filter.name,
        "filterPattern": filter.pattern,
        "metricTransformations": [transformation],
        "creationTime": 1_700_000_000_000_i64,
        "logGroupName": filter.log_group,
        "applyOnTransformedLogs": false,
    });
    if let Some(criteria) = &filter.selection_criteria {
        members["fieldSelectionCriteria"] = json!(criteria);
    }
    members
}
