//! Which kinds of callers a situation has to be asked for, and to which audiences each of them belongs.

use std::collections::BTreeSet;

use s3attest_model::identifiers::AccountId;

use super::answers::{Audience, Input, Sentence};
use super::situation::{Known, Situation};
use crate::caller::{Caller, Membership};
use crate::document::{Document, Effect};
use crate::principal::{Principal, account_of_arn, is_account_id};

/// A caller and where it belongs.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) caller: Caller,
    pub(super) audiences: Vec<Audience>,
    /// Why nobody knows to which of the audiences it belongs.
    pub(super) doubt: Option<Sentence>,
}

impl Placed {
    fn certain(caller: Caller, audience: Audience) -> Self {
        Self {
            caller,
            audiences: vec![audience],
            doubt: None,
        }
    }
}

/// Every kind of caller whose access may differ.
pub(super) fn callers(situation: &Situation<'_>) -> Vec<Placed> {
    let mut placed = vec![
        Placed::certain(Caller::Anonymous, Audience::Anyone),
        Placed {
            caller: Caller::Stranger,
            audiences: vec![Audience::AuthenticatedUsers, Audience::OutsideAccounts],
            doubt: None,
        },
        Placed::certain(Caller::Service(None), Audience::Services),
    ];
    if let Known::Present(organization) = &situation.organization {
        placed.push(Placed::certain(
            Caller::Member(organization.id.to_owned()),
            Audience::OrganizationAccounts,
        ));
    }
    let mut named = BTreeSet::new();
    if let Known::Present(document) = &situation.policy {
        named_in(document, &mut named);
    }
    if let Known::Present(points) = &situation.access_points {
        for point in points {
            if let Known::Present(document) = &point.policy {
                named_in(document, &mut named);
            }
        }
    }
    placed.extend(named.iter().filter_map(|name| place(situation, name)));
    placed
}

/// Somebody whom a document names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Account(String),
    Principal { account: String, arn: String },
    Organization(String),
    Service(String),
    CloudFrontIdentity(String),
    CanonicalUser(String),
}

fn named_in(document: &Document, named: &mut BTreeSet<Named>) {
    for statement in document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
    {
        for entry in statement.principal.entries() {
            match entry {
                Principal::Account(id) => named.insert(Named::Account(id.to_owned())),
                Principal::User { account, arn }
                | Principal::Role { account, arn }
                | Principal::Session { account, arn } => named.insert(Named::Principal {
                    account: account.to_owned(),
                    arn: arn.to_owned(),
                }),
                Principal::Federated {
                    account: Some(account), ..
                } => named.insert(Named::Account(account.to_owned())),
                Principal::Service(name) => named.insert(Named::Service(name.to_owned())),
                Principal::CloudFrontIdentity(id) => named.insert(Named::CloudFrontIdentity(id.to_owned())),
                Principal::CanonicalUser(id) => named.insert(Named::CanonicalUser(id.to_owned())),
                Principal::Everyone
                | Principal::Deleted(_)
                | Principal::Federated { account: None, .. }
                | Principal::NotUnderstood(_) => false,
            };
        }
        for condition in &statement.conditions {
            for value in &condition.values {
                named.extend(named_by(&condition.key, value));
            }
        }
    }
}

/// Whom a condition's value names.
fn named_by(key: &str, value: &str) -> Option<Named> {
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("aws:PrincipalOrgID") || is("aws:PrincipalOrgPaths") {
        let id = value.split('/').next().unwrap_or(value);
        return (id.starts_with("o-") && !id.contains(['*', '?'])).then(|| Named::Organization(id.to_owned()));
    }
    if is("aws:PrincipalAccount") || is("aws:userid") || is("kms:CallerAccount") {
        return is_account_id(value).then(|| Named::Account(value.to_owned()));
    }
    if is("aws:PrincipalArn") {
        return account_of_arn(value).map(|account| Named::Account(account.to_owned()));
    }
    if is("aws:PrincipalServiceName") {
        return (!value.contains(['*', '?'])).then(|| Named::Service(value.to_owned()));
    }
    None
}

fn place(situation: &Situation<'_>, named: &Named) -> Option<Placed> {
    match named {
        Named::Account(id) => account(situation, id, None),
        Named::Principal { account: id, arn } => account(situation, id, Some(arn)),
        Named::Organization(id) => match &situation.organization {
            Known::Present(own) if own.id == id => None,
            Known::Unknown(text) => Some(Placed {
                caller: Caller::Member(id.clone()),
                audiences: vec![Audience::OutsideAccounts, Audience::OrganizationAccounts],
                doubt: Some(Sentence::new(
                    Input::Organization,
                    format!("whether {id} is the account's own organization is not known: {text}"),
                )),
            }),
            _ => Some(Placed::certain(Caller::Member(id.clone()), Audience::OutsideAccounts)),
        },
        Named::Service(name) => {
            let audience = if name.starts_with("cloudfront.") {
                Audience::CloudFront
            } else {
                Audience::Services
            };
            Some(Placed::certain(Caller::Service(Some(name.clone())), audience))
        }
        Named::CloudFrontIdentity(id) => Some(Placed::certain(
            Caller::CloudFrontIdentity(id.clone()),
            Audience::CloudFront,
        )),
        Named::CanonicalUser(id) => canonical_user(situation, id),
    }
}

/// Where an account belongs, with the audiences that follow from it.
pub(super) fn membership(situation: &Situation<'_>, id: &str) -> (Membership, Vec<Audience>, Option<Sentence>) {
    let unknown = |text: String| {
        (
            Membership::Unknown(text.clone()),
            vec![Audience::OutsideAccounts, Audience::OrganizationAccounts],
            Some(Sentence::new(Input::Organization, text)),
        )
    };
    match &situation.organization {
        Known::Absent => (
            Membership::Unknown(format!("to which organization account {id} belongs is not known")),
            vec![Audience::OutsideAccounts],
            None,
        ),
        Known::Unknown(text) => unknown(format!(
            "to which organization account {id} belongs is not known: {text}"
        )),
        Known::Present(organization) => {
            let is_listed = AccountId::new(id).is_ok_and(|id| organization.accounts.contains(&id));
            match (&organization.incomplete, is_listed) {
                (_, true) => (
                    Membership::Of(organization.id.to_owned()),
                    vec![Audience::OrganizationAccounts],
                    None,
                ),
                (None, false) => (
                    Membership::NotOf(organization.id.to_owned()),
                    vec![Audience::OutsideAccounts],
                    None,
                ),
                (Some(text), false) => unknown(format!(
                    "whether account {id} belongs to the organization is not known, because the list of its accounts is \
                     incomplete: {text}"
                )),
            }
        }
    }
}

fn account(situation: &Situation<'_>, id: &str, principal: Option<&String>) -> Option<Placed> {
    if situation.account.as_str() == id {
        return None;
    }
    let (membership, audiences, doubt) = membership(situation, id);
    Some(Placed {
        caller: Caller::Account {
            id: id.to_owned(),
            principal: principal.cloned(),
            membership,
        },
        audiences,
        doubt,
    })
}

/// The canonical user under which AWS delivers the standard logs of `CloudFront` (Amazon CloudFront Developer Guide,
/// "Configuring standard logging (legacy)": the `awslogsdelivery` account).
pub(super) const CLOUDFRONT_LOG_DELIVERY: &str = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0";

/// Whoever has a canonical user id; `None` for the bucket's own account.
pub(super) fn canonical_user(situation: &Situation<'_>, id: &str) -> Option<Placed> {
    let owner = situation.acl.present().and_then(|acl| acl.owner.as_deref());
    let account = situation.canonical_users.and_then(|known| known.get(id));
    if owner == Some(id) || account == Some(situation.account) {
        return None;
    }
    let caller = Caller::CanonicalUser(id.to_owned());
    if id == CLOUDFRONT_LOG_DELIVERY {
        return Some(Placed::certain(caller, Audience::CloudFront));
    }
    if let Some(account) = account {
        let (_, audiences, doubt) = membership(situation, account.as_str());
        return Some(Placed {
            caller,
            audiences,
            doubt,
        });
    }
    Some(Placed {
        caller,
        audiences: vec![
            Audience::OutsideAccounts,
            Audience::OrganizationAccounts,
            Audience::CloudFront,
        ],
        doubt: Some(Sentence::new(
            Input::Organization,
            format!("to which account canonical user {id} belongs is not known"),
        )),
    })
}
