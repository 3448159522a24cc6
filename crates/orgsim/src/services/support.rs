//! AWS Support: the operations of Trusted Advisor.

use serde_json::{Value, json};

use super::{Call, Operation, Service, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{TrustedAdvisorCheck, TrustedAdvisorRefresh, TrustedAdvisorResource, TrustedAdvisorValue};

pub(super) static SERVICE: Service = Service {
    name: "support",
    signing_name: "support",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("AWSSupport_20130415"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "DescribeTrustedAdvisorChecks",
            action: "support:DescribeTrustedAdvisorChecks",
            answer: describe_checks,
        },
        Operation {
            name: "DescribeTrustedAdvisorCheckResult",
            action: "support:DescribeTrustedAdvisorCheckResult",
            answer: describe_check_result,
        },
        Operation {
            name: "DescribeTrustedAdvisorCheckRefreshStatuses",
            action: "support:DescribeTrustedAdvisorCheckRefreshStatuses",
            answer: describe_refresh_statuses,
        },
        Operation {
            name: "RefreshTrustedAdvisorCheck",
            action: "support:RefreshTrustedAdvisorCheck",
            answer: refresh_check,
        },
    ],
    admit,
    resource_account: own_account,
};

/// How long until a check may be refreshed again, once it was; the figure of the reference's example.
const UNTIL_NEXT: i64 = 3_599_992;

/// One region of each partition serves Trusted Advisor.
fn admit(call: &Call<'_>) -> Result<(), Failure> {
    let home = match call.world.scenario().partition.as_str() {
        "aws-us-gov" => "us-gov-west-1",
        "aws-cn" => "cn-north-1",
        _ => "us-east-1",
    };
    if call.region == home {
        return Ok(());
    }
    Err(Failure::new(400, "UnknownOperationException", ""))
}

/// The checks that the account is offered; without a plan the whole interface is refused, after permissions are looked at.
fn offered<'call>(call: &Call<'call>) -> Result<&'call [TrustedAdvisorCheck], Failure> {
    let advisor = &call.account().services.trusted_advisor;
    if advisor.has_plan {
        return Ok(&advisor.checks);
    }
    Err(Failure::new(
        400,
        "SubscriptionRequiredException",
        "Amazon Web Services Premium Support Subscription is required to use this service.",
    ))
}

fn invalid(message: String) -> Failure {
    Failure::new(400, "InvalidParameterValueException", message)
}

fn find<'call>(call: &Call<'call>, id: &Value) -> Result<&'call TrustedAdvisorCheck, Failure> {
    let id = id.as_str().unwrap_or_default();
    offered(call)?
        .iter()
        .find(|check| check.id == id)
        .ok_or_else(|| invalid(format!("Invalid parameter value: check {id} is not found.")))
}

fn describe_checks(call: &Call<'_>) -> Result<Success, Failure> {
    let checks = offered(call)?;
    if members(call.body)["language"].as_str().is_none() {
        return Err(Failure::new(400, "ValidationException", "The language is missing."));
    }
    let described: Vec<_> = checks
        .iter()
        .map(|check| {
            json!({
                "id": check.id,
                "name": check.name,
                "description": check.description,
                "category": check.category,
                "metadata": check.headings,
            })
        })
        .collect();
    Ok(Success::json(&json!({"checks": described})))
}

fn describe_check_result(call: &Call<'_>) -> Result<Success, Failure> {
    let check = find(call, &members(call.body)["checkId"])?;
    let [processed, flagged, ignored, suppressed] = check.summary;
    let looks = call.world.refreshes().looks(call.caller.account, &check.id);
    let refreshed_at = match &check.refresh {
        Some(refresh) if looks.is_some_and(|looks| looks >= 3) && refresh.outcome == "success" => &refresh.refreshed_at,
        _ => &check.refreshed_at,
    };
    let resources: Vec<_> = check.resources.iter().map(resource).collect();
    Ok(Success::json(&json!({"result": {
        "checkId": check.id,
        "timestamp": refreshed_at,
        "status": check.status,
        "resourcesSummary": {
            "resourcesProcessed": processed,
            "resourcesFlagged": flagged,
            "resourcesIgnored": ignored,
            "resourcesSuppressed": suppressed,
        },
        "categorySpecificSummary": {
            "costOptimizing": {"estimatedMonthlySavings": 0.0, "estimatedPercentMonthlySavings": 0.0},
        },
        "flaggedResources": resources,
    }})))
}

fn resource(resource: &TrustedAdvisorResource) -> Value {
    let values: Vec<_> = resource.values.iter().map(TrustedAdvisorValue::text).collect();
    let mut shown = json!({
        "status": resource.status,
        "resourceId": resource.id,
        "isSuppressed": resource.is_suppressed,
        "metadata": values,
    });
    if let Some(region) = &resource.region {
        shown["region"] = json!(region);
    }
    shown
}

/// The refresh of a check that takes requests for one.
fn refreshable(check: &TrustedAdvisorCheck) -> Result<&TrustedAdvisorRefresh, Failure> {
    check.refresh.as_ref().ok_or_else(|| {
        invalid(format!(
            "[UNREFRESHABLE_CHECK_ID_ERROR] Check {} is not refreshable.",
            check.id
        ))
    })
}

fn describe_refresh_statuses(call: &Call<'_>) -> Result<Success, Failure> {
    let asked = members(call.body);
    let ids = asked["checkIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let checks: Vec<&TrustedAdvisorCheck> = ids.iter().map(|id| find(call, id)).collect::<Result<_, _>>()?;
    // One check that is refreshed by itself spoils the question about all others.
    let refreshes: Vec<_> = checks
        .iter()
        .map(|check| refreshable(check))
        .collect::<Result<_, _>>()?;
    let statuses: Vec<_> = checks
        .iter()
        .zip(refreshes)
        .map(|(check, refresh)| {
            let (status, until) = match call.world.refreshes().look(call.caller.account, &check.id) {
                None => ("none", refresh.milliseconds_until_refreshable),
                Some(1) => ("enqueued", UNTIL_NEXT),
                Some(2) => ("processing", UNTIL_NEXT),
                Some(_) => (refresh.outcome.as_str(), UNTIL_NEXT),
            };
            json!({"checkId": check.id, "status": status, "millisUntilNextRefreshable": until})
        })
        .collect();
    Ok(Success::json(&json!({"statuses": statuses})))
}

fn refresh_check(call: &Call<'_>) -> Result<Success, Failure> {
    let check = find(call, &members(call.body)["checkId"])?;
    let refresh = refreshable(check)?;
    let until = refresh.milliseconds_until_refreshable;
    let (status, until) = if until > 0 {
        ("none", until)
    } else {
        call.world.refreshes().start(call.caller.account, &check.id);
        ("enqueued", UNTIL_NEXT)
    };
    let status = json!({"checkId": check.id, "status": status, "millisUntilNextRefreshable": until});
    Ok(Success::json(&json!({"status": status})))
}
