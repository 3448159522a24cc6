//! Whom a document names, in its principals or in its conditions.
//!
//! Denials count too: whom a denial leaves out is somebody for whom the answer differs.

use std::collections::BTreeSet;

use crate::document::{Document, Effect};
use crate::principal::{Principal, account_of_arn, is_account_id};

/// Somebody whom a document names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    Account(String),
    Principal {
        account: String,
        arn: String,
    },
    Organization(String),
    Service(String),
    CloudFrontIdentity(String),
    CanonicalUser(String),
    /// A user or a role, by its unique id.
    UniqueId(String),
}

/// Whom documents name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    expected: BTreeSet<Named>,
    left_out: BTreeSet<Named>,
}

impl Names {
    /// Adds everybody whom a document names.
    pub(crate) fn add(&mut self, document: &Document) {
        for statement in &document.statements {
            let names = match statement.effect {
                Effect::Allow => &mut self.expected,
                Effect::Deny => &mut self.left_out,
            };
            names.extend(statement.principal.entries().filter_map(|entry| named(&entry)));
            for condition in &statement.conditions {
                let values = condition.values.iter();
                names.extend(values.filter_map(|value| named_by(&condition.key, value)));
            }
        }
    }

    /// Each of them once, and whether only denials name it.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Named, bool)> {
        let expected = self.expected.iter().map(|name| (name, false));
        let only_denied = self.left_out.difference(&self.expected);
        expected.chain(only_denied.map(|name| (name, true)))
    }
}

fn named(entry: &Principal<'_>) -> Option<Named> {
    Some(match *entry {
        Principal::Account(id) => Named::Account(id.to_owned()),
        Principal::User { account, arn } | Principal::Role { account, arn } | Principal::Session { account, arn } => {
            Named::Principal {
                account: account.to_owned(),
                arn: arn.to_owned(),
            }
        }
        Principal::Federated {
            account: Some(account), ..
        } => Named::Account(account.to_owned()),
        Principal::Service(name) => Named::Service(name.to_owned()),
        Principal::CloudFrontIdentity(id) => Named::CloudFrontIdentity(id.to_owned()),
        Principal::CanonicalUser(id) => Named::CanonicalUser(id.to_owned()),
        Principal::Everyone
        | Principal::Deleted(_)
        | Principal::Federated { account: None, .. }
        | Principal::NotUnderstood(_) => return None,
    })
}

/// Whom a condition's value names.
fn named_by(key: &str, value: &str) -> Option<Named> {
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("aws:PrincipalOrgID") || is("aws:PrincipalOrgPaths") {
        let id = value.split('/').next().unwrap_or(value);
        return (id.starts_with("o-") && !id.contains(['*', '?'])).then(|| Named::Organization(id.to_owned()));
    }
    if is("aws:userid") && !is_account_id(value) {
        let id = value.split(':').next().unwrap_or(value);
        return (id.len() >= 16 && !id.contains(['*', '?'])).then(|| Named::UniqueId(id.to_owned()));
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
