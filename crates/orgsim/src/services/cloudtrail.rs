//! AWS CloudTrail: the trails that a region of an account shows, and what their owner is told about them.
//!
//! Multi-region trails are shown everywhere, an organization's trail in every account. A member is told the status of such a
//! trail when it asks with the whole ARN, and is refused its selectors in two ways, both of which were seen on AWS.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{Account, Trail, TrailSelectors};

pub(super) static SERVICE: Service = Service {
    name: "cloudtrail",
    signing_name: "cloudtrail",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "DescribeTrails",
            action: "cloudtrail:DescribeTrails",
            answer: describe_trails,
        },
        Operation {
            name: "GetTrailStatus",
            action: "cloudtrail:GetTrailStatus",
            answer: get_trail_status,
        },
        Operation {
            name: "GetEventSelectors",
            action: "cloudtrail:GetEventSelectors",
            answer: get_event_selectors,
        },
        Operation {
            name: "GetInsightSelectors",
            action: "cloudtrail:GetInsightSelectors",
            answer: get_insight_selectors,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

/// A trail and the account that it belongs to.
#[derive(Clone, Copy)]
struct Owned<'world> {
    owner: &'world Account,
    trail: &'world Trail,
}

impl Owned<'_> {
    fn arn(self, call: &Call<'_>) -> String {
        let partition = &call.world.scenario().partition;
        let Trail { region, name, .. } = self.trail;
        format!("arn:{partition}:cloudtrail:{region}:{}:trail/{name}", self.owner.id)
    }
}

/// The trails that a region of the calling account shows.
fn shown<'call>(call: &Call<'call>) -> impl Iterator<Item = Owned<'call>> {
    let (account, region) = (call.account(), call.region);
    let scenario = call.world.scenario();
    let management = scenario.organization.as_ref().and_then(|organization| {
        let owner = call.world.account_by_id(&organization.management_account)?;
        Some(&scenario.accounts[owner])
    });
    let of_organization = management
        .filter(|owner| owner.id != account.id)
        .into_iter()
        .flat_map(|owner| {
            let trails = owner.services.cloudtrail.trails.iter();
            trails
                .filter(|trail| trail.is_organization_trail)
                .map(move |trail| Owned { owner, trail })
        });
    let own = account.services.cloudtrail.trails.iter();
    own.map(move |trail| Owned { owner: account, trail })
        .chain(of_organization)
        .filter(move |each| each.trail.is_multi_region || each.trail.region == region)
}

fn describe_trails(call: &Call<'_>) -> Result<Success, Failure> {
    let with_shadows = members(call.body)["includeShadowTrails"].as_bool().unwrap_or(true);
    let trails: Vec<Value> = shown(call)
        .filter(|each| with_shadows || (each.owner.id == call.account().id && each.trail.region == call.region))
        .map(|each| described(call, each))
        .collect();
    Ok(Success::json(&json!({"trailList": trails})))
}

fn described(call: &Call<'_>, owned: Owned<'_>) -> Value {
    let trail = owned.trail;
    let mut members = json!({
        "Name": trail.name,
        "TrailARN": owned.arn(call),
        "HomeRegion": trail.region,
        "S3BucketName": trail.bucket,
        "IncludeGlobalServiceEvents": trail.logs_global_services,
        "IsMultiRegionTrail": trail.is_multi_region,
        "IsOrganizationTrail": trail.is_organization_trail,
        "LogFileValidationEnabled": trail.validates_log_files,
        "HasCustomEventSelectors": trail.selectors.is_some(),
        "HasInsightSelectors": !trail.insights.is_empty(),
    });
    for (name, value) in [
        ("S3KeyPrefix", &trail.prefix),
        ("KmsKeyId", &trail.kms_key),
        ("CloudWatchLogsLogGroupArn", &trail.log_group_arn),
        ("CloudWatchLogsRoleArn", &trail.log_group_role_arn),
        ("SnsTopicARN", &trail.topic_arn),
    ] {
        if let Some(value) = value {
            members[name] = json!(value);
        }
    }
    members
}

/// The trail that a call names: by its ARN, or by its name in its own region and account.
fn named<'call>(call: &Call<'call>, name: &str) -> Result<Owned<'call>, Failure> {
    let found = shown(call).find(|each| {
        let is_home = each.owner.id == call.account().id && each.trail.region == call.region;
        each.arn(call) == name || (is_home && each.trail.name == name)
    });
    found.ok_or_else(|| unknown(call, name))
}

fn unknown(call: &Call<'_>, name: &str) -> Failure {
    let account = &call.account().id;
    Failure::new(
        400,
        "TrailNotFoundException",
        format!("Unknown trail: {name} for the user: {account}"),
    )
}

/// The trail that a call names, for what only its owner and delegated administrators are told.
fn named_to_its_owner<'call>(call: &Call<'call>, name: &str) -> Result<Owned<'call>, Failure> {
    let owned = named(call, name)?;
    let account = &call.account().id;
    let organization = call.world.scenario().organization.as_ref();
    let is_told = owned.owner.id == *account
        || organization.is_some_and(|organization| organization.delegated_administrators.contains(account));
    if is_told {
        return Ok(owned);
    }
    // Both codes are answered; half of the accounts get the one, half the other.
    if account.ends_with(['0', '2', '4', '6', '8']) {
        return Err(unknown(call, name));
    }
    Err(Failure::new(
        400,
        "CloudTrailARNInvalidException",
        format!("AccountID in ARN is wrong, you can only access resources with AccountID {account}."),
    ))
}

fn get_trail_status(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let trail = named(call, members["Name"].as_str().unwrap_or_default())?.trail;
    let status = &trail.status;
    let mut answer = Map::new();
    answer.insert("IsLogging".to_owned(), json!(status.is_logging));
    let only = |is_made: bool| status.delivered_at.filter(|_| is_made);
    for (name, time) in [
        ("StartLoggingTime", status.started_at),
        ("StopLoggingTime", status.stopped_at),
        ("LatestDeliveryTime", status.delivered_at),
        ("LatestDigestDeliveryTime", only(trail.validates_log_files)),
        ("LatestCloudWatchLogsDeliveryTime", only(trail.log_group_arn.is_some())),
        ("LatestNotificationTime", only(trail.topic_arn.is_some())),
    ] {
        if let Some(time) = time {
            answer.insert(name.to_owned(), seconds(time));
        }
    }
    for (name, error) in [
        ("LatestDeliveryError", &status.delivery_error),
        ("LatestDigestDeliveryError", &status.digest_error),
        ("LatestCloudWatchLogsDeliveryError", &status.log_group_error),
        ("LatestNotificationError", &status.notification_error),
    ] {
        if let Some(error) = error {
            answer.insert(name.to_owned(), json!(error));
        }
    }
    // Members that are no longer in use, which CloudTrail still fills.
    answer.insert("LatestDeliveryAttemptTime".to_owned(), json!(""));
    Ok(Success::json(&Value::Object(answer)))
}

/// A time as the JSON protocol writes it.
fn seconds(time: Timestamp) -> Value {
    json!(time.as_second())
}

fn get_event_selectors(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let owned = named_to_its_owner(call, members["TrailName"].as_str().unwrap_or_default())?;
    let mut answer = json!({"TrailARN": owned.arn(call)});
    match &owned.trail.selectors {
        // What a trail logs that nobody told what to log.
        None => {
            answer["EventSelectors"] = json!([{
                "ReadWriteType": "All",
                "IncludeManagementEvents": true,
                "DataResources": [],
                "ExcludeManagementEventSources": [],
            }]);
        }
        Some(TrailSelectors::Basic(selectors)) => {
            let selectors = selectors.iter().map(|each| {
                let resources = each.data_resources.iter();
                let resources: Vec<Value> = resources
                    .map(|(kind, values)| json!({"Type": kind, "Values": values}))
                    .collect();
                json!({
                    "ReadWriteType": each.read_write_type,
                    "IncludeManagementEvents": each.includes_management_events,
                    "DataResources": resources,
                    "ExcludeManagementEventSources": each.excluded_sources,
                })
            });
            answer["EventSelectors"] = selectors.collect();
        }
        Some(TrailSelectors::Advanced(selectors)) => {
            let selectors = selectors.iter().map(|each| {
                let fields = each.fields.iter().map(|each| {
                    let mut field = json!({"Field": each.field});
                    for (operator, values) in &each.conditions {
                        field[operator] = json!(values);
                    }
                    field
                });
                let fields: Vec<Value> = fields.collect();
                match &each.name {
                    Some(name) => json!({"Name": name, "FieldSelectors": fields}),
                    None => json!({"FieldSelectors": fields}),
                }
            });
            answer["AdvancedEventSelectors"] = selectors.collect();
        }
    }
    Ok(Success::json(&answer))
}

fn get_insight_selectors(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let owned = named_to_its_owner(call, members["TrailName"].as_str().unwrap_or_default())?;
    let arn = owned.arn(call);
    if owned.trail.insights.is_empty() {
        return Err(Failure::new(
            400,
            "InsightNotEnabledException",
            format!("Trail {arn} does not have Insights enabled. Edit the trail settings to enable Insights."),
        ));
    }
    let selectors = owned.trail.insights.iter().map(|each| {
        if each.categories.is_empty() {
            json!({"InsightType": each.kind})
        } else {
            json!({"InsightType": each.kind, "EventCategories": each.categories})
        }
    });
    let selectors: Vec<Value> = selectors.collect();
    Ok(Success::json(&json!({"TrailARN": arn, "InsightSelectors": selectors})))
}
