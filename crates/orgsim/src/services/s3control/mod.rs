//! S3 Control: the account's public access block, and what S3 keeps for an account beside its buckets.

mod access_grants;
mod access_points;
mod account_block;
mod multi_region;
mod object_lambda;
mod storage_lens;

use std::borrow::Cow;

use super::{Call, Operation, Service, own_account};
use crate::protocol::route::{Rest, Route, parameter};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::Policy;

const NAMESPACE: &str = "http://awss3control.amazonaws.com/doc/2018-08-20/";
const ROOT: &str = "/v20180820/";

/// Far fewer than S3 Control gives, so that lists have pages.
const PAGE: usize = 2;

type Answer = Result<Success, Failure>;

pub(super) static SERVICE: Service = Service {
    name: "s3control",
    signing_name: "s3",
    protocol: Protocol::RestXml,
    route: Route::Rest(find),
    claims_path: |path| path.starts_with(ROOT),
    has_buckets: false,
    throttle: (503, "SlowDown"),
    operations: OPERATIONS,
    admit,
    resource_account: own_account,
};

macro_rules! operations {
    ($($name:ident, $action:literal, $answer:path;)*) => {
        static OPERATIONS: &[Operation] = &[$(Operation {
            name: stringify!($name),
            action: $action,
            answer: $answer,
        },)*];
    };
}

// Names of the actions: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
operations! {
    GetPublicAccessBlock, "s3:GetAccountPublicAccessBlock", account_block::get_public_access_block;
    ListAccessPoints, "s3:ListAccessPoints", access_points::list;
    GetAccessPoint, "s3:GetAccessPoint", access_points::get;
    GetAccessPointPolicy, "s3:GetAccessPointPolicy", access_points::get_policy;
    GetAccessPointPolicyStatus, "s3:GetAccessPointPolicyStatus", access_points::get_policy_status;
    ListAccessPointsForObjectLambda, "s3:ListAccessPointsForObjectLambda", object_lambda::list;
    GetAccessPointForObjectLambda, "s3:GetAccessPointForObjectLambda", object_lambda::get;
    GetAccessPointConfigurationForObjectLambda, "s3:GetAccessPointConfigurationForObjectLambda",
        object_lambda::get_configuration;
    GetAccessPointPolicyForObjectLambda, "s3:GetAccessPointPolicyForObjectLambda", object_lambda::get_policy;
    GetAccessPointPolicyStatusForObjectLambda, "s3:GetAccessPointPolicyStatusForObjectLambda",
        object_lambda::get_policy_status;
    ListMultiRegionAccessPoints, "s3:ListMultiRegionAccessPoints", multi_region::list;
    GetMultiRegionAccessPointPolicy, "s3:GetMultiRegionAccessPointPolicy", multi_region::get_policy;
    GetMultiRegionAccessPointPolicyStatus, "s3:GetMultiRegionAccessPointPolicyStatus", multi_region::get_policy_status;
    ListAccessGrantsInstances, "s3:ListAccessGrantsInstances", access_grants::list_instances;
    GetAccessGrantsInstanceResourcePolicy, "s3:GetAccessGrantsInstanceResourcePolicy", access_grants::get_policy;
    ListAccessGrantsLocations, "s3:ListAccessGrantsLocations", access_grants::list_locations;
    ListAccessGrants, "s3:ListAccessGrants", access_grants::list_grants;
    ListStorageLensConfigurations, "s3:ListStorageLensConfigurations", storage_lens::list;
    GetStorageLensConfiguration, "s3:GetStorageLensConfiguration", storage_lens::get;
}

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    if *rest.method != http::Method::GET {
        return None;
    }
    let segments: Vec<&str> = rest.path.strip_prefix(ROOT)?.split('/').collect();
    let name = match segments[..] {
        ["configuration", "publicAccessBlock"] => "GetPublicAccessBlock",
        ["accesspoint"] => "ListAccessPoints",
        ["accesspoint", _] => "GetAccessPoint",
        ["accesspoint", _, "policy"] => "GetAccessPointPolicy",
        ["accesspoint", _, "policyStatus"] => "GetAccessPointPolicyStatus",
        ["accesspointforobjectlambda"] => "ListAccessPointsForObjectLambda",
        ["accesspointforobjectlambda", _] => "GetAccessPointForObjectLambda",
        ["accesspointforobjectlambda", _, "configuration"] => "GetAccessPointConfigurationForObjectLambda",
        ["accesspointforobjectlambda", _, "policy"] => "GetAccessPointPolicyForObjectLambda",
        ["accesspointforobjectlambda", _, "policyStatus"] => "GetAccessPointPolicyStatusForObjectLambda",
        ["mrap", "instances"] => "ListMultiRegionAccessPoints",
        ["mrap", "instances", _, "policy"] => "GetMultiRegionAccessPointPolicy",
        ["mrap", "instances", _, "policystatus"] => "GetMultiRegionAccessPointPolicyStatus",
        ["accessgrantsinstances"] => "ListAccessGrantsInstances",
        ["accessgrantsinstance", "resourcepolicy"] => "GetAccessGrantsInstanceResourcePolicy",
        ["accessgrantsinstance", "locations"] => "ListAccessGrantsLocations",
        ["accessgrantsinstance", "grants"] => "ListAccessGrants",
        ["storagelens"] => "ListStorageLensConfigurations",
        ["storagelens", _] => "GetStorageLensConfiguration",
        _ => return None,
    };
    Some(name)
}

/// The account is named in a header, and by the SDKs also before the host; it must be the caller's.
fn admit(call: &Call<'_>) -> Result<(), Failure> {
    let host = call.header("host").unwrap_or_default();
    let of_host = host
        .split('.')
        .next()
        .filter(|label| label.len() == 12 && label.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(account) = call.header("x-amz-account-id").or(of_host) else {
        return Err(Failure::new(
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-account-id",
        ));
    };
    if account != call.account().id || of_host.is_some_and(|of_host| of_host != account) {
        return Err(Failure::new(403, "AccessDenied", "Access Denied"));
    }
    Ok(())
}

/// A segment of the path after the version, decoded.
fn segment<'call>(call: &Call<'call>, at: usize) -> Cow<'call, str> {
    let path = call.path.strip_prefix(ROOT).unwrap_or_default();
    super::decoded(path.split('/').nth(at).unwrap_or_default())
}

/// The entry of a name, or the error that there is none.
fn named<'entry, T>(
    mut entries: impl Iterator<Item = &'entry T>,
    name: impl Fn(&T) -> &str,
    wanted: &str,
    code: &'static str,
) -> Result<&'entry T, Failure> {
    entries
        .find(|entry| name(entry) == wanted)
        .ok_or_else(|| Failure::new(404, code, "The specified resource does not exist"))
}

fn answer(root: &str, fill: impl FnOnce(&mut Xml)) -> Answer {
    Ok(Success::xml(Xml::document(root, NAMESPACE, fill)))
}

fn no_policy() -> Failure {
    Failure::new(
        404,
        "NoSuchAccessPointPolicy",
        "The specified accesspoint does not have a policy",
    )
}

fn policy_answer(root: &str, policy: Option<&Policy>) -> Answer {
    let policy = policy.ok_or_else(no_policy)?;
    answer(root, |xml| xml.text("Policy", &policy.document))
}

fn status_answer(root: &str, policy: Option<&Policy>) -> Answer {
    let policy = policy.ok_or_else(no_policy)?;
    answer(root, |xml| {
        xml.within("PolicyStatus", |xml| xml.plain("IsPublic", policy.is_public));
    })
}

/// The entries of a region.
fn in_region<'entry, T>(call: &Call<'_>, entries: &'entry [T], region: impl Fn(&T) -> &str) -> Vec<&'entry T> {
    entries.iter().filter(|entry| region(entry) == call.region).collect()
}

fn next_token<'call>(call: &Call<'call>) -> Option<Cow<'call, str>> {
    parameter(call.query, "nextToken")
}
