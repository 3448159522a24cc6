//! Account Management: the regions of an account.

use serde_json::json;

use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};

/// `ListRegions` gives at most fifty (Account Management API Reference).
const LARGEST_PAGE: u64 = 50;
/// What a page holds when the caller does not say; small, so that callers without paging are found out.
const USUAL_PAGE: u64 = 20;

pub(super) static SERVICE: Service = Service {
    name: "account",
    signing_name: "account",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "TooManyRequestsException"),
    operations: &[Operation {
        name: "ListRegions",
        action: "account:ListRegions",
        answer: list_regions,
    }],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    (rest.method == http::Method::POST && rest.path == "/listRegions").then_some("ListRegions")
}

fn list_regions(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let mut account = call.caller.account;
    if let Some(id) = members["AccountId"].as_str() {
        // Another account may be asked for by the management account only, and not by its own id
        // (Account Management API Reference, `ListRegions`).
        let organization = call.world.scenario().organization.as_ref();
        let may = organization.is_some_and(|organization| organization.management_account == call.account().id);
        if !may || id == call.account().id {
            return Err(Failure::new(403, "AccessDeniedException", "Access Denied"));
        }
        account = call
            .world
            .account_by_id(id)
            .ok_or_else(|| Failure::new(403, "AccessDeniedException", "Access Denied"))?;
    }
    let size = members["MaxResults"]
        .as_u64()
        .unwrap_or(USUAL_PAGE)
        .clamp(1, LARGEST_PAGE);
    let start: usize = match members["NextToken"].as_str() {
        None => 0,
        Some(token) => token
            .strip_prefix("regions-")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| Failure::new(400, "ValidationException", "The NextToken is not valid."))?,
    };
    let wanted: Option<Vec<&str>> = members["RegionOptStatusContains"]
        .as_array()
        .map(|statuses| statuses.iter().filter_map(|status| status.as_str()).collect());
    let regions: Vec<_> = call
        .world
        .regions_of(account)
        .filter(|(_, status)| wanted.as_ref().is_none_or(|wanted| wanted.contains(&status.as_str())))
        .collect();
    let end = regions
        .len()
        .min(start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX)));
    let page: Vec<_> = regions
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|(name, status)| json!({"RegionName": name, "RegionOptStatus": status.as_str()}))
        .collect();
    let mut body = json!({"Regions": page});
    if end < regions.len() {
        body["NextToken"] = json!(format!("regions-{end}"));
    }
    Ok(Success::json(&body))
}
