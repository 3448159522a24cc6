//! Amazon GuardDuty: the detector of a region, and the plans of Malware Protection for S3.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::GuardDutyDetector;

pub(super) static SERVICE: Service = Service {
    name: "guardduty",
    signing_name: "guardduty",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "TooManyRequestsException"),
    operations: &[
        Operation {
            name: "ListDetectors",
            action: "guardduty:ListDetectors",
            answer: list_detectors,
        },
        Operation {
            name: "GetDetector",
            action: "guardduty:GetDetector",
            answer: get_detector,
        },
        Operation {
            name: "GetAdministratorAccount",
            action: "guardduty:GetAdministratorAccount",
            answer: get_administrator_account,
        },
        Operation {
            name: "ListMalwareProtectionPlans",
            action: "guardduty:ListMalwareProtectionPlans",
            answer: list_malware_protection_plans,
        },
        Operation {
            name: "GetMalwareProtectionPlan",
            action: "guardduty:GetMalwareProtectionPlan",
            answer: get_malware_protection_plan,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    if rest.method != http::Method::GET {
        return None;
    }
    match rest.path {
        "/detector" => Some("ListDetectors"),
        "/malware-protection-plan" => Some("ListMalwareProtectionPlans"),
        path if path.starts_with("/malware-protection-plan/") => Some("GetMalwareProtectionPlan"),
        path => match path.strip_prefix("/detector/")?.split_once('/') {
            None => Some("GetDetector"),
            Some((_, "administrator")) => Some("GetAdministratorAccount"),
            Some(_) => None,
        },
    }
}

/// Small pages, so that callers without paging are found out.
const A_PAGE: usize = 2;

fn list_detectors(call: &Call<'_>) -> Result<Success, Failure> {
    let detectors = call.account().services.guardduty.detectors.iter();
    let ids: Vec<&str> = detectors
        .filter(|detector| detector.region == call.region)
        .map(|detector| detector.id.as_str())
        .collect();
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &ids, token.as_deref(), A_PAGE)?;
    Ok(Success::json(&without_nulls(
        json!({"detectorIds": entries, "nextToken": next}),
    )))
}

fn detector<'call>(call: &Call<'call>) -> Result<&'call GuardDutyDetector, Failure> {
    let rest = call.path.strip_prefix("/detector/").unwrap_or_default();
    let id = rest.split_once('/').map_or(rest, |(id, _)| id);
    let mut detectors = call.account().services.guardduty.detectors.iter();
    detectors
        .find(|detector| detector.region == call.region && detector.id == id)
        .ok_or_else(|| {
            Failure::new(
                400,
                "BadRequestException",
                "The request is rejected because the input detectorId is not owned by the current account.",
            )
        })
}

fn get_detector(call: &Call<'_>) -> Result<Success, Failure> {
    let detector = detector(call)?;
    let always = json!({"status": "ENABLED"});
    let features: Vec<_> = detector
        .features
        .iter()
        .map(|feature| {
            without_nulls(json!({
                "name": feature.name,
                "status": feature.status,
                "updatedAt": feature.updated_at.map(Timestamp::as_second),
                "managedBy": feature.managed_by,
            }))
        })
        .collect();
    Ok(Success::json(&json!({
        "createdAt": detector.created_at.to_string(),
        "updatedAt": detector.updated_at.to_string(),
        "findingPublishingFrequency": detector.finding_publishing_frequency,
        "serviceRole": format!(
            "arn:{}:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
            call.world.scenario().partition,
            call.account().id
        ),
        "status": detector.status,
        "dataSources": {
            "cloudTrail": always,
            "dnsLogs": always,
            "flowLogs": always,
            "s3Logs": {"status": detector.s3_logs},
        },
        "tags": {},
        "features": features,
    })))
}

fn get_administrator_account(call: &Call<'_>) -> Result<Success, Failure> {
    // Without an administrator the answer has no content (GuardDuty API Reference, `GetAdministratorAccount`).
    let body = detector(call)?.administrator.as_ref().map_or_else(
        || json!({}),
        |administrator| {
            json!({"administrator": {
                "accountId": administrator.account,
                "relationshipStatus": administrator.relationship_status,
            }})
        },
    );
    Ok(Success::json(&body))
}

fn list_malware_protection_plans(call: &Call<'_>) -> Result<Success, Failure> {
    let plans = call.account().services.guardduty.malware_protection_plans.iter();
    let plans: Vec<Value> = plans
        .filter(|plan| plan.region == call.region)
        .map(|plan| json!({"malwareProtectionPlanId": plan.id}))
        .collect();
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &plans, token.as_deref(), A_PAGE)?;
    Ok(Success::json(&without_nulls(
        json!({"malwareProtectionPlans": entries, "nextToken": next}),
    )))
}

fn get_malware_protection_plan(call: &Call<'_>) -> Result<Success, Failure> {
    let id = call.path.strip_prefix("/malware-protection-plan/").unwrap_or_default();
    let mut plans = call.account().services.guardduty.malware_protection_plans.iter();
    let plan = plans
        .find(|plan| plan.region == call.region && plan.id == id && !plan.is_gone)
        .ok_or_else(|| {
            Failure::new(
                404,
                "ResourceNotFoundException",
                "The request was rejected because the Malware Protection plan was not found.",
            )
        })?;
    let partition = &call.world.scenario().partition;
    let account = &call.account().id;
    let reasons = plan.status_reasons.iter();
    let reasons: Vec<_> = reasons
        .map(|(code, message)| json!({"code": code, "message": message}))
        .collect();
    let mut bucket = json!({"bucketName": plan.bucket});
    if !plan.prefixes.is_empty() {
        bucket["objectPrefixes"] = json!(plan.prefixes);
    }
    Ok(Success::json(&json!({
        "arn": format!("arn:{partition}:guardduty:{}:{account}:malware-protection-plan/{id}", plan.region),
        "role": format!("arn:{partition}:iam::{account}:role/malware-protection-{}", plan.bucket),
        "protectedResource": {"s3Bucket": bucket},
        "actions": {"tagging": {"status": plan.tagging}},
        "createdAt": plan.created_at.as_second(),
        "status": plan.status,
        "statusReasons": reasons,
        "tags": {},
    })))
}

/// Members that are null are left out, as AWS leaves them out.
fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}
