//! The organization's policies that bear on S3, and who administers which service for it.
//!
//! Read once for the run with the caller's credentials, by which the endpoint takes two calls a second. What a policy is
//! attached to is asked policy by policy and not target by target: an organization has far fewer policies than accounts, and
//! each account would cost a call for every type. Only a policy that is attached to everything, as those are that AWS makes,
//! takes more than a page.

use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Organization, Root};
use s3attest_model::services::{
    DelegatedAdministrator, DelegatedService, OrganizationPolicies, OrganizationPolicy, PolicyList, PolicyTarget,
};

use super::bucket_list::timestamp;
use super::organization::organizations_read;
use crate::orchestrator::Context;
use crate::pages::{Listed, list};

const LIST: AllowedOperation = organizations_read(
    "ListPolicies",
    "organizations.ListPolicies",
    &["organizations:ListPolicies"],
    Times::about(3, Unit::Run, "and once more for every 20 policies of a type"),
);
const DESCRIBE: AllowedOperation = organizations_read(
    "DescribePolicy",
    "organizations.DescribePolicy",
    &["organizations:DescribePolicy"],
    Times::about(20, Unit::Run, "twenty policies"),
);
const TARGETS: AllowedOperation = organizations_read(
    "ListTargetsForPolicy",
    "organizations.ListTargetsForPolicy",
    &["organizations:ListTargetsForPolicy"],
    Times::about(
        30,
        Unit::Run,
        "twenty policies, two of which are attached to every account and take a call for every 20 of them",
    ),
);
const ADMINISTRATORS: AllowedOperation = organizations_read(
    "ListDelegatedAdministrators",
    "organizations.ListDelegatedAdministrators",
    &["organizations:ListDelegatedAdministrators"],
    Times::each(Unit::Run),
);
const SERVICES: AllowedOperation = organizations_read(
    "ListDelegatedServicesForAccount",
    "organizations.ListDelegatedServicesForAccount",
    &["organizations:ListDelegatedServicesForAccount"],
    Times::about(2, Unit::Run, "two delegated administrators"),
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, DESCRIBE, TARGETS, ADMINISTRATORS, SERVICES];

/// The types that bear on S3.
const TYPES: [&str; 3] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"];

/// The account is in no organization (AWS Organizations API Reference, the errors of every operation).
const NO_ORGANIZATION: [&str; 1] = ["AWSOrganizationsNotInUseException"];

/// A policy as the list of its type names it.
struct Summary {
    id: String,
    arn: String,
    name: String,
    is_made_by_aws: bool,
}

/// Reads everything, one call after the other, since the endpoint takes no two at a time.
pub(crate) async fn read(
    context: &Context,
    organization: &Evidence<Organization>,
    roots: &Evidence<Vec<Root>>,
) -> (OrganizationPolicies, Vec<OrganizationPolicy>) {
    if organization.observed == Observed::Absent {
        let source = &organization.source;
        let nothing = |kind: &&str| PolicyList {
            policy_type: (*kind).to_owned(),
            policies: Evidence::absent(source.clone()),
        };
        let nothing = OrganizationPolicies {
            lists: TYPES.iter().map(nothing).collect(),
            delegated_administrators: Evidence::absent(source.clone()),
        };
        return (nothing, Vec::new());
    }
    let mut lists = Vec::new();
    let mut policies = Vec::new();
    for kind in TYPES {
        let listed = match &roots.observed {
            // A type that no root names is not enabled, and no policy of it is attached to anything.
            Observed::Present(roots_read) if !names(roots_read, kind) => Evidence::absent(roots.source.clone()),
            _ => summaries(context, kind).await,
        };
        if let Ok(Some(listed)) = listed.known() {
            for summary in listed {
                policies.push(policy(context, kind, summary).await);
            }
        }
        lists.push(PolicyList {
            policy_type: kind.to_owned(),
            policies: listed.map(|listed| listed.into_iter().map(|summary| summary.id).collect()),
        });
    }
    let head = OrganizationPolicies {
        lists,
        delegated_administrators: administrators(context).await,
    };
    (head, policies)
}

fn names(roots: &[Root], kind: &str) -> bool {
    roots
        .iter()
        .flat_map(|root| &root.policy_types)
        .any(|state| state.policy_type == kind)
}

async fn summaries(context: &Context, kind: &str) -> Evidence<Vec<Summary>> {
    let client = &context.gateway.organizations();
    let mut listed = list(|token| async move {
        let request = client.list_policies().filter(kind.into()).set_next_token(token);
        observe(
            LIST.operation(),
            &NO_ORGANIZATION,
            request.send().await,
            context.now(),
            |output| {
                let policies = output
                    .policies
                    .ok_or(Malformed("the answer holds no list of policies"))?
                    .into_iter()
                    .map(|policy| {
                        Ok(Summary {
                            id: policy.id.ok_or(Malformed("a policy has no id"))?,
                            arn: policy.arn.unwrap_or_default(),
                            name: policy.name.unwrap_or_default(),
                            is_made_by_aws: policy.aws_managed,
                        })
                    });
                Ok(Some(Listed {
                    entries: policies.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    if let Observed::Present(listed) = &mut listed.observed {
        listed.sort_by(|left, right| left.id.cmp(&right.id));
    }
    listed
}

async fn policy(context: &Context, kind: &str, summary: &Summary) -> OrganizationPolicy {
    OrganizationPolicy {
        id: summary.id.clone(),
        arn: summary.arn.clone(),
        name: summary.name.clone(),
        policy_type: kind.to_owned(),
        is_made_by_aws: summary.is_made_by_aws,
        content: content(context, &summary.id).await,
        targets: targets(context, &summary.id).await,
    }
}

async fn content(context: &Context, id: &str) -> Evidence<String> {
    let client = context.gateway.organizations();
    let answer = client.describe_policy().policy_id(id).send().await;
    observe(DESCRIBE.operation(), &[], answer, context.now(), |output| {
        let document = output.policy.and_then(|policy| policy.content);
        document
            .map(Some)
            .ok_or(Malformed("the answer holds no content of the policy"))
    })
}

async fn targets(context: &Context, id: &str) -> Evidence<Vec<PolicyTarget>> {
    let client = &context.gateway.organizations();
    let mut found = list(|token| async move {
        let request = client.list_targets_for_policy().policy_id(id).set_next_token(token);
        observe(
            TARGETS.operation(),
            &[],
            request.send().await,
            context.now(),
            |output| {
                let targets = output
                    .targets
                    .ok_or(Malformed("the answer holds no list of targets"))?
                    .into_iter()
                    .map(|target| {
                        Ok(PolicyTarget {
                            id: target.target_id.ok_or(Malformed("a target has no id"))?,
                            kind: target.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
                        })
                    });
                Ok(Some(Listed {
                    entries: targets.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    if let Observed::Present(targets) = &mut found.observed {
        targets.sort();
    }
    found
}

async fn administrators(context: &Context) -> Evidence<Vec<DelegatedAdministrator>> {
    let client = &context.gateway.organizations();
    let Evidence { observed, source } = list(|token| async move {
        let request = client.list_delegated_administrators().set_next_token(token);
        observe(
            ADMINISTRATORS.operation(),
            &NO_ORGANIZATION,
            request.send().await,
            context.now(),
            |output| {
                let accounts = output
                    .delegated_administrators
                    .ok_or(Malformed("the answer holds no list of administrators"))?
                    .into_iter()
                    .map(|each| {
                        let id = each.id.and_then(|id| AccountId::new(id).ok());
                        id.ok_or(Malformed("an administrator has no valid account id"))
                    });
                Ok(Some(Listed {
                    entries: accounts.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    let mut accounts: Vec<AccountId> = match observed {
        Observed::Present(accounts) => accounts,
        Observed::Absent => return Evidence::absent(source),
        Observed::Gap(gap) => return Evidence::gap(gap, source),
    };
    accounts.sort();
    let mut administrators = Vec::new();
    for account in accounts {
        let services = services(context, &account).await;
        administrators.push(DelegatedAdministrator { account, services });
    }
    Evidence::present(administrators, source)
}

async fn services(context: &Context, account: &AccountId) -> Evidence<Vec<DelegatedService>> {
    let client = &context.gateway.organizations();
    let mut found = list(|token| async move {
        let request = client
            .list_delegated_services_for_account()
            .account_id(account.as_str())
            .set_next_token(token);
        observe(
            SERVICES.operation(),
            &[],
            request.send().await,
            context.now(),
            |output| {
                let services = output
                    .delegated_services
                    .ok_or(Malformed("the answer holds no list of services"))?
                    .into_iter()
                    .map(|service| {
                        Ok(DelegatedService {
                            principal: service
                                .service_principal
                                .ok_or(Malformed("a delegated service has no principal"))?,
                            since: service.delegation_enabled_date.and_then(|date| timestamp(&date)),
                        })
                    });
                Ok(Some(Listed {
                    entries: services.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    if let Observed::Present(services) = &mut found.observed {
        services.sort_by(|left, right| left.principal.cmp(&right.principal));
    }
    found
}
