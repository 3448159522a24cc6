//! Organizations: the tree with its accounts and tags, the policies and who administers what, page by page.
//!
//! Lists come in small pages, some of them empty with a token to go on, as AWS documents it.

mod policies;
mod tree;

use serde_json::Value;

use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{FaultKind, Organization, OrganizationalUnit};

/// The lists give at most twenty (Organizations API Reference).
const LARGEST_PAGE: usize = 20;

pub(super) static SERVICE: Service = Service {
    name: "organizations",
    signing_name: "organizations",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("AWSOrganizationsV20161128"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "TooManyRequestsException"),
    operations: &[
        operation(
            "DescribeOrganization",
            "organizations:DescribeOrganization",
            tree::describe_organization,
        ),
        operation("ListAccounts", "organizations:ListAccounts", tree::list_accounts),
        operation(
            "DescribeAccount",
            "organizations:DescribeAccount",
            tree::describe_account,
        ),
        operation("ListRoots", "organizations:ListRoots", tree::list_roots),
        operation("ListParents", "organizations:ListParents", tree::list_parents),
        operation(
            "ListOrganizationalUnitsForParent",
            "organizations:ListOrganizationalUnitsForParent",
            tree::list_units,
        ),
        operation(
            "DescribeOrganizationalUnit",
            "organizations:DescribeOrganizationalUnit",
            tree::describe_unit,
        ),
        operation(
            "ListAccountsForParent",
            "organizations:ListAccountsForParent",
            tree::list_accounts_for_parent,
        ),
        operation(
            "ListTagsForResource",
            "organizations:ListTagsForResource",
            tree::list_tags,
        ),
        operation("ListPolicies", "organizations:ListPolicies", policies::list_policies),
        operation(
            "DescribePolicy",
            "organizations:DescribePolicy",
            policies::describe_policy,
        ),
        operation(
            "ListTargetsForPolicy",
            "organizations:ListTargetsForPolicy",
            policies::list_targets,
        ),
        operation(
            "ListDelegatedAdministrators",
            "organizations:ListDelegatedAdministrators",
            policies::list_delegated_administrators,
        ),
        operation(
            "ListDelegatedServicesForAccount",
            "organizations:ListDelegatedServicesForAccount",
            policies::list_delegated_services,
        ),
        operation(
            "DescribeEffectivePolicy",
            "organizations:DescribeEffectivePolicy",
            policies::describe_effective_policy,
        ),
    ],
    admit: admit_all,
    resource_account: own_account,
};

const fn operation(
    name: &'static str,
    action: &'static str,
    answer: fn(&Call<'_>) -> Result<Success, Failure>,
) -> Operation {
    Operation { name, action, answer }
}

fn organization<'call>(call: &Call<'call>) -> Result<&'call Organization, Failure> {
    call.world.scenario().organization.as_ref().ok_or_else(|| {
        failure(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        )
    })
}

/// The organization, for the callers that may read more of it than its outline.
fn readable<'call>(call: &Call<'call>) -> Result<&'call Organization, Failure> {
    let organization = organization(call)?;
    let caller = &call.account().id;
    let is_delegated = organization.delegated_administrators.contains(caller)
        || organization.delegations.iter().any(|each| each.account == *caller);
    if *caller == organization.management_account || is_delegated {
        Ok(organization)
    } else {
        Err(failure(
            "AccessDeniedException",
            "You don't have permissions to access this resource.",
        ))
    }
}

fn failure(code: &'static str, message: &'static str) -> Failure {
    Failure::new(400, code, message)
}

/// One page of a list: the entries, or none at all on every so many pages.
fn page<'entry, T>(
    call: &Call<'_>,
    organization: &Organization,
    request: &Value,
    entries: &'entry [T],
) -> Result<(&'entry [T], Option<String>), Failure> {
    let asked = request["MaxResults"]
        .as_u64()
        .map_or(LARGEST_PAGE, |size| usize::try_from(size).unwrap_or(usize::MAX));
    if asked == 0 || asked > LARGEST_PAGE {
        return Err(failure(
            "InvalidInputException",
            "You provided a value that does not match the required pattern.",
        ));
    }
    let size = asked.min(organization.lists.page_size.max(1));
    let (number, start) = match request["NextToken"].as_str() {
        None => (1, 0),
        Some(token) => read_token(call.operation.name, token)
            .ok_or_else(|| failure("InvalidInputException", "You specified an invalid value for nextToken."))?,
    };
    let every = organization.lists.empty_page_every;
    let is_struck = call.struck == Some(FaultKind::EmptyPage) && request["NextToken"].is_null();
    let is_empty = is_struck || (every > 0 && number % every == 0 && start < entries.len());
    let end = if is_empty {
        start
    } else {
        entries.len().min(start.saturating_add(size))
    };
    let token = if end < entries.len() || is_struck {
        Some(format!("{}:{}:{end}", call.operation.name, number + 1))
    } else if call.struck == Some(FaultKind::EndlessPages) {
        Some(format!("{}:1:0", call.operation.name))
    } else {
        None
    };
    Ok((entries.get(start..end).unwrap_or_default(), token))
}

fn read_token(operation: &str, token: &str) -> Option<(usize, usize)> {
    let rest = token.strip_prefix(operation)?.strip_prefix(':')?;
    let (number, start) = rest.split_once(':')?;
    Some((number.parse().ok()?, start.parse().ok()?))
}

fn with_token(mut body: Value, token: Option<String>) -> Success {
    if let Some(token) = token {
        body["NextToken"] = Value::String(token);
    }
    Success::json(&body)
}

fn find_unit<'organization>(
    organization: &'organization Organization,
    id: &str,
) -> Option<&'organization OrganizationalUnit> {
    organization.units.iter().find(|unit| unit.id == id)
}
