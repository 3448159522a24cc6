//! Whom a document names, in its principals or in its conditions.
//!
//! Denials count too: whom a denial leaves out is somebody for whom the answer differs.

use std::collections::BTreeSet;

use crate::condition::Condition;
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
            let entries = statement.principal.entries();
            let named: Vec<Named> = entries.filter_map(|entry| named(&entry)).collect();
            self.of(statement.effect).extend(named);
            for condition in &statement.conditions {
                // A denial of all endpoints but somebody's own expects whoever that is to come by them.
                let leaves_endpoints = is_about_endpoints(condition) && condition.operator.is_negated();
                let effect = if leaves_endpoints {
                    Effect::Allow
                } else {
                    statement.effect
                };
                let values = condition.values.iter();
                self.of(effect)
                    .extend(values.filter_map(|value| named_by(&condition.key, value)));
            }
        }
    }

    fn of(&mut self, effect: Effect) -> &mut BTreeSet<Named> {
        match effect {
            Effect::Allow => &mut self.expected,
            Effect::Deny => &mut self.left_out,
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

/// Whether a condition says whose the VPC endpoint has to be. Whose it is, is as good as who comes: nobody else gets at it.
fn is_about_endpoints(condition: &Condition) -> bool {
    let keys = ["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];
    keys.iter().any(|key| condition.is_about(key))
}

/// Whom a condition's value names.
fn named_by(key: &str, value: &str) -> Option<Named> {
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("aws:PrincipalOrgID") || is("aws:PrincipalOrgPaths") || is("aws:VpceOrgID") || is("aws:VpceOrgPaths") {
        let id = value.split('/').next().unwrap_or(value);
        return (id.starts_with("o-") && !id.contains(['*', '?'])).then(|| Named::Organization(id.to_owned()));
    }
    if is("aws:userid") && !is_account_id(value) {
        let id = value.split(':').next().unwrap_or(value);
        return (id.len() >= 16 && !id.contains(['*', '?'])).then(|| Named::UniqueId(id.to_owned()));
    }
    if is("aws:PrincipalAccount") || is("aws:userid") || is("kms:CallerAccount") || is("aws:VpceAccount") {
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
