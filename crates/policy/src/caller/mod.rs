//! Who makes a request, and what is known of the keys that it carries: nobody in particular, but a kind of caller.
//!
//! A kind of caller stands for all requests of that kind. [`keys`](self::keys) says what each key can be in them,
//! [`extent`](self::extent) how many of them a condition holds for. What a policy allows is not known here.

mod breadth;
mod extent;
mod keys;
mod values;

pub(crate) use breadth::{hold_a_broad_network, is_broad};
pub(crate) use extent::{Extent, extent as extent_in};
pub(crate) use keys::KeyState;
pub(crate) use values::{FRESH, candidates, names_somebody};

use jiff::Timestamp;

use crate::condition::Condition;
use crate::document::{PrincipalElement, Principals};
use crate::principal::Principal;
use crate::truth::Truth;

/// To which organization a caller's account belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Membership {
    /// To this one, by its id.
    Of(String),
    /// Not to this one; to which else is not known.
    NotOf(String),
    /// Nobody can tell, as the text says.
    Unknown(String),
}

/// A kind of caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody on the internet without credentials.
    Anonymous,
    /// Somebody with an AWS account of which nothing is known and that nobody names.
    Stranger,
    /// A principal of an account that nobody names, in this organization.
    Member(Membership),
    /// A principal of this account.
    Account {
        /// The account's id.
        id: String,
        /// The principal's ARN; `None` for any that nobody names.
        principal: Option<String>,
        /// Where the account belongs.
        membership: Membership,
    },
    /// An AWS service; `None` for any that nobody names.
    Service(Option<String>),
    /// An origin access identity of `CloudFront`.
    CloudFrontIdentity(String),
    /// Whoever has this canonical user id.
    CanonicalUser(String),
    /// The user or the role with this unique id, in whatever account.
    UniqueId(String),
}

/// The access point that a request comes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Through {
    /// Its ARN.
    pub(crate) arn: String,
    /// Its account.
    pub(crate) account: String,
    /// The VPC from which alone it can be used.
    pub(crate) vpc: Option<String>,
}

/// What is the same for every caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// The account of the resource.
    pub(crate) account: Option<String>,
    /// The organization of that account.
    pub(crate) organization: Option<String>,
    /// The access point that the request comes through.
    pub(crate) through: Option<Through>,
    /// Whether the request comes through an access point of which nothing is known.
    pub(crate) through_unknown: bool,
    /// Whether the caller's networks are those of strangers. They are for an account that only a denial leaves out: no
    /// statement expects it in a network that it lets in.
    pub(crate) strange_networks: bool,
    /// The time of the request; `None` when conditions on the time are to stay unclear.
    pub(crate) at: Option<Timestamp>,
}

impl Caller {
    /// Whether a principal element means it.
    pub(crate) fn is_meant(&self, element: &PrincipalElement) -> Truth {
        match element {
            PrincipalElement::Missing => Truth::Unclear("the statement names no principal".to_owned()),
            PrincipalElement::Is(principals) => Truth::any(principals.entries().map(|entry| self.is(&entry))),
            PrincipalElement::IsNot(principals) => self.is_exempt(principals).negated(),
        }
    }

    /// Whether an entry of `Principal` means it.
    fn is(&self, entry: &Principal<'_>) -> Truth {
        match (entry, self) {
            (Principal::Everyone, _) => Truth::Yes,
            (Principal::NotUnderstood(text), _) => Truth::Unclear(format!("the principal `{text}` is not known")),
            (Principal::Account(account), Self::Account { id, .. }) => Truth::of(account == id),
            (
                Principal::User { arn, .. } | Principal::Role { arn, .. } | Principal::Session { arn, .. },
                Self::Account {
                    principal: Some(principal),
                    ..
                },
            ) => Truth::of(arn == principal),
            (Principal::CloudFrontIdentity(id), Self::CloudFrontIdentity(identity)) => Truth::of(id == identity),
            (Principal::Service(service), Self::Service(Some(name))) => Truth::of(service == name),
            (Principal::CanonicalUser(canonical), Self::CanonicalUser(id)) => Truth::of(canonical == id),
            // Sessions of a provider's users belong to accounts, and which ones is written nowhere in the policy.
            (
                Principal::Federated {
                    account: None,
                    provider,
                },
                Self::Stranger | Self::Member(_),
            ) => Truth::Unclear(format!(
                "whose sessions the identity provider `{provider}` stands behind is not known"
            )),
            (
                Principal::Federated {
                    account: Some(account), ..
                },
                Self::Account {
                    id, principal: None, ..
                },
            ) if account == id => Truth::Unclear(format!(
                "which sessions the identity providers of account {id} stand behind is not known"
            )),
            // Among them the id of a deleted principal, which nobody has any more.
            _ => Truth::No,
        }
    }

    /// Whether `NotPrincipal` leaves it out. To leave out a principal takes its account besides it, and an account alone
    /// does not leave out everyone in it (IAM User Guide, "AWS JSON policy elements: `NotPrincipal`").
    fn is_exempt(&self, principals: &Principals) -> Truth {
        let listed = Truth::any(principals.entries().map(|entry| self.is(&entry)));
        let Self::Account { id, principal, .. } = self else {
            return listed;
        };
        if principals.entries().any(|entry| entry == Principal::Everyone) {
            return Truth::Yes;
        }
        let has_account = principals.entries().any(|entry| entry == Principal::Account(id));
        let has_principal = principal.as_deref().is_some_and(|arn| {
            let named = |entry| match entry {
                Principal::User { arn, .. } | Principal::Role { arn, .. } | Principal::Session { arn, .. } => Some(arn),
                _ => None,
            };
            principals.entries().filter_map(named).any(|each| each == arn)
        });
        match (has_principal, has_account) {
            (true, true) => Truth::Yes,
            (true, false) => Truth::Unclear(format!(
                "`NotPrincipal` leaves out {} only together with its account",
                self.label()
            )),
            (false, true) => Truth::Unclear(format!(
                "whom of account {id} a `NotPrincipal` leaves out depends on the principal"
            )),
            (false, false) => match listed {
                Truth::Yes => Truth::No,
                other => other,
            },
        }
    }

    /// For how much of its requests a condition holds.
    pub(crate) fn extent_of(&self, condition: &Condition, variables: bool, surroundings: &Surroundings) -> Extent {
        let state = |key: &str| self.state(key, surroundings);
        extent::extent(condition, variables, &state)
    }
}
