//! Which kinds of callers a situation has to be asked for, and to which audiences each of them belongs.

use s3attest_model::identifiers::AccountId;

use super::answers::{Audience, Input, Sentence};
use super::situation::{Known, Situation};
use crate::caller::{Caller, Membership};
use crate::named::{Named, Names};

/// The service that reads origins for a distribution.
const CLOUDFRONT: &str = "cloudfront.amazonaws.com";

/// A caller and where it belongs.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) caller: Caller,
    pub(super) audiences: Vec<Audience>,
    /// Why nobody knows to which of the audiences it belongs.
    pub(super) doubt: Option<Sentence>,
    /// Whether only denials name it.
    pub(super) strange_networks: bool,
}

impl Placed {
    fn certain(caller: Caller, audience: Audience) -> Self {
        Self {
            caller,
            audiences: vec![audience],
            doubt: None,
            strange_networks: false,
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
            strange_networks: false,
        },
        Placed::certain(Caller::Service(None), Audience::Services),
        Placed::certain(Caller::Service(Some(CLOUDFRONT.to_owned())), Audience::CloudFront),
    ];
    let own = match &situation.organization {
        Known::Present(organization) => Some(Membership::Of(organization.id.to_owned())),
        Known::Unknown(text) => Some(Membership::Unknown(format!(
            "which organization the account belongs to is not known: {text}"
        ))),
        Known::Absent => None,
    };
    placed.extend(own.map(|own| Placed::certain(Caller::Member(own), Audience::OrganizationAccounts)));
    let mut names = Names::default();
    if let Known::Present(document) = &situation.policy {
        names.add(document);
    }
    for point in situation.access_points.present().into_iter().flatten() {
        if let Known::Present(document) = &point.policy {
            names.add(document);
        }
    }
    for policy in situation.resource_control.present().into_iter().flatten() {
        if let Known::Present(document) = &policy.document {
            names.add(document);
        }
    }
    for (name, only_denied) in names.all() {
        placed.extend(place(situation, name).map(|each| Placed {
            strange_networks: only_denied,
            ..each
        }));
    }
    placed
}

fn place(situation: &Situation<'_>, named: &Named) -> Option<Placed> {
    match named {
        Named::Account(id) => account(situation, id, None),
        Named::Principal { account: id, arn } => account(situation, id, Some(arn)),
        Named::Organization(id) => match &situation.organization {
            Known::Present(own) if own.id == id => None,
            Known::Unknown(text) => Some(Placed {
                caller: Caller::Member(Membership::Of(id.clone())),
                audiences: vec![Audience::OutsideAccounts, Audience::OrganizationAccounts],
                doubt: Some(Sentence::new(
                    Input::Organization,
                    format!("whether {id} is the account's own organization is not known: {text}"),
                )),
                strange_networks: false,
            }),
            _ => Some(Placed::certain(
                Caller::Member(Membership::Of(id.clone())),
                Audience::OutsideAccounts,
            )),
        },
        Named::Service(name) if name == CLOUDFRONT => None,
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
        Named::UniqueId(id) => Some(Placed {
            caller: Caller::UniqueId(id.clone()),
            audiences: vec![Audience::OutsideAccounts, Audience::OrganizationAccounts],
            doubt: Some(Sentence::new(
                Input::Organization,
                format!("to which account the principal with the unique id {id} belongs is not known"),
            )),
            strange_networks: false,
        }),
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
        strange_networks: false,
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
            strange_networks: false,
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
        strange_networks: false,
    })
}
