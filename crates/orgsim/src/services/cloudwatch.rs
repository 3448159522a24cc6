//! CloudWatch: the alarms on a metric.
//!
//! The service speaks several protocols. The SDK for Rust takes Smithy RPC v2 with CBOR, whose operations have paths of their
//! own; boto3 takes JSON. Each is a service here, told apart by the path, and both give the same answers.

use serde_json::Value;

use super::{Call, Operation, Service, admit_all, own_account};
use crate::protocol::cbor::Cbor;
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success, cbor, json};
use crate::scenario::Alarm;

const NAME: &str = "cloudwatch";
const SIGNING_NAME: &str = "monitoring";
const THROTTLE: (u16, &str) = (400, "Throttling");
const DESCRIBE_ALARMS_FOR_METRIC: &str = "DescribeAlarmsForMetric";
const MAY_DESCRIBE_ALARMS_FOR_METRIC: &str = "cloudwatch:DescribeAlarmsForMetric";
/// What paths of RPC v2 begin with.
const RPC: &str = "/service/GraniteServiceVersion20100801/operation/";

pub(super) static IN_CBOR: Service = Service {
    name: NAME,
    signing_name: SIGNING_NAME,
    protocol: Protocol::RpcV2Cbor,
    route: Route::Rest(find),
    claims_path: is_rpc,
    has_buckets: false,
    throttle: THROTTLE,
    operations: &[Operation {
        name: DESCRIBE_ALARMS_FOR_METRIC,
        action: MAY_DESCRIBE_ALARMS_FOR_METRIC,
        answer: |call| describe_alarms_for_metric(call, &cbor::members(call.body)).map(Success::cbor),
    }],
    admit: admit_all,
    resource_account: own_account,
};

pub(super) static IN_JSON: Service = Service {
    name: NAME,
    signing_name: SIGNING_NAME,
    protocol: Protocol::Json("1.0"),
    route: Route::Target("GraniteServiceVersion20100801"),
    claims_path: |path| !is_rpc(path),
    has_buckets: false,
    throttle: THROTTLE,
    operations: &[Operation {
        name: DESCRIBE_ALARMS_FOR_METRIC,
        action: MAY_DESCRIBE_ALARMS_FOR_METRIC,
        answer: |call| {
            let answer = describe_alarms_for_metric(call, &json::members(call.body))?;
            Ok(Success::json(&answer.into_json()))
        },
    }],
    admit: admit_all,
    resource_account: own_account,
};

fn is_rpc(path: &str) -> bool {
    path.starts_with(RPC)
}

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    let is_wanted =
        rest.method == http::Method::POST && rest.path.strip_prefix(RPC) == Some(DESCRIBE_ALARMS_FOR_METRIC);
    is_wanted.then_some(DESCRIBE_ALARMS_FOR_METRIC)
}

fn describe_alarms_for_metric(call: &Call<'_>, members: &Value) -> Result<Cbor, Failure> {
    let (Some(namespace), Some(metric)) = (members["Namespace"].as_str(), members["MetricName"].as_str()) else {
        return Err(Failure::new(
            400,
            "ValidationError",
            "The parameters MetricName and Namespace are required.",
        ));
    };
    let alarms = call.account().services.alarms.iter();
    let alarms = alarms
        .filter(|alarm| alarm.region == call.region && alarm.namespace == namespace && alarm.metric == metric)
        .map(|alarm| described(call, alarm));
    Ok(Cbor::Map(vec![("MetricAlarms", Cbor::List(alarms.collect()))]))
}

fn described(call: &Call<'_>, alarm: &Alarm) -> Cbor {
    let partition = &call.world.scenario().partition;
    let (region, account, name) = (&alarm.region, &call.account().id, &alarm.name);
    let actions = alarm.actions.iter().map(Cbor::text).collect();
    let mut members = vec![
        ("AlarmName", Cbor::text(name)),
        (
            "AlarmArn",
            Cbor::text(format!("arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}")),
        ),
        ("ActionsEnabled", Cbor::Bool(alarm.actions_enabled)),
        ("AlarmActions", Cbor::List(actions)),
        ("OKActions", Cbor::List(Vec::new())),
        ("InsufficientDataActions", Cbor::List(Vec::new())),
        ("StateValue", Cbor::text(&alarm.state)),
        (
            "StateReason",
            Cbor::text("Threshold Crossed: no datapoints were received"),
        ),
        ("StateUpdatedTimestamp", Cbor::Time(alarm.state_updated_at)),
        ("MetricName", Cbor::text(&alarm.metric)),
        ("Namespace", Cbor::text(&alarm.namespace)),
        ("Statistic", Cbor::text("Sum")),
        ("Dimensions", Cbor::List(Vec::new())),
        ("Period", Cbor::Integer(300)),
        ("EvaluationPeriods", Cbor::Integer(1)),
        ("Threshold", Cbor::Float(f64::from(alarm.threshold))),
        ("ComparisonOperator", Cbor::text("GreaterThanOrEqualToThreshold")),
    ];
    members.extend(
        alarm
            .missing_data
            .as_ref()
            .map(|text| ("TreatMissingData", Cbor::text(text))),
    );
    Cbor::Map(members)
}
