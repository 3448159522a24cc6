//! What the texts in `Principal` and `NotPrincipal` name.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "IAM identifiers". To which organization an account
//! belongs is not known here.

use std::fmt;

use crate::document::{PrincipalElement, Principals};

/// One entry of a principal element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal<'a> {
    /// Everyone, anonymous callers included: `*`, in either of its forms.
    Everyone,
    /// An account, and so everyone to whom the account hands the permission on: its id, or the ARN of its root.
    Account(&'a str),
    /// An IAM user.
    User {
        /// The account.
        account: &'a str,
        /// The ARN as it is written.
        arn: &'a str,
    },
    /// An IAM role, in any of its sessions.
    Role {
        /// The account.
        account: &'a str,
        /// The ARN as it is written.
        arn: &'a str,
    },
    /// One session of an assumed role, or of a federated user.
    Session {
        /// The account.
        account: &'a str,
        /// The ARN as it is written.
        arn: &'a str,
    },
    /// An origin access identity of `CloudFront`, by its id.
    CloudFrontIdentity(&'a str),
    /// The unique id that stands where a principal stood that was deleted. It matches nobody, not even a new principal
    /// of the same name.
    Deleted(&'a str),
    /// An AWS service.
    Service(&'a str),
    /// An identity provider, with its account when it is one of IAM's.
    Federated {
        /// The account of the provider.
        account: Option<&'a str>,
        /// The provider as it is written.
        provider: &'a str,
    },
    /// An account, by its canonical user id; origin access identities of `CloudFront` have one too.
    CanonicalUser(&'a str),
    /// A form that this version does not know.
    NotUnderstood(&'a str),
}

/// Prefixes of unique ids that can stand for a principal.
const UNIQUE_ID_PREFIXES: [&str; 3] = ["AIDA", "AROA", "AGPA"];

/// Whether a text is an account id.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account in an ARN's fifth segment, where it names one.
#[must_use]
pub(crate) fn account_of_arn(arn: &str) -> Option<&str> {
    let mut segments = arn.splitn(6, ':');
    let account = segments.next().filter(|head| *head == "arn").and(segments.nth(3))?;
    is_account_id(account).then_some(account)
}

impl<'a> Principal<'a> {
    /// Reads an entry of `AWS`.
    #[must_use]
    pub fn of_aws(text: &'a str) -> Self {
        if text == "*" {
            return Self::Everyone;
        }
        if is_account_id(text) {
            return Self::Account(text);
        }
        if UNIQUE_ID_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
            && text.len() >= 16
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return Self::Deleted(text);
        }
        Self::of_arn(text).unwrap_or(Self::NotUnderstood(text))
    }

    fn of_arn(arn: &'a str) -> Option<Self> {
        let segments: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, "", account, resource] = segments.as_slice() else {
            return None;
        };
        if *service == "iam" && *account == "cloudfront" {
            // `user/CloudFront Origin Access Identity E1ABC`; the console once wrote underscores.
            let id = resource.strip_prefix("user/")?.rsplit([' ', '_']).next()?;
            return (!id.is_empty()).then_some(Self::CloudFrontIdentity(id));
        }
        // A principal's ARN takes no wildcards.
        if !is_account_id(account) || resource.contains(['*', '?']) {
            return None;
        }
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (*service, kind, name.is_empty()) {
            ("iam", "root", true) => Some(Self::Account(account)),
            ("iam", "user", false) => Some(Self::User { account, arn }),
            ("iam", "role", false) => Some(Self::Role { account, arn }),
            ("sts", "assumed-role" | "federated-user", false) => Some(Self::Session { account, arn }),
            _ => None,
        }
    }

    /// The account that it belongs to, where that is written.
    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        match self {
            Self::Account(account)
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Session { account, .. } => Some(account),
            Self::Federated { account, .. } => *account,
            _ => None,
        }
    }
}

impl fmt::Display for Principal<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => formatter.write_str("everyone"),
            Self::Account(account) => write!(formatter, "account {account}"),
            Self::User { arn, .. } | Self::Role { arn, .. } | Self::Session { arn, .. } => formatter.write_str(arn),
            Self::CloudFrontIdentity(id) => write!(formatter, "CloudFront origin access identity {id}"),
            Self::Deleted(id) => write!(formatter, "{id}, a principal that was deleted"),
            Self::Service(name) => formatter.write_str(name),
            Self::Federated { provider, .. } => write!(formatter, "identity provider {provider}"),
            Self::CanonicalUser(id) => write!(formatter, "canonical user {id}"),
            Self::NotUnderstood(text) => write!(formatter, "`{text}`"),
        }
    }
}

impl Principals {
    /// What each entry names, kind by kind.
    pub fn entries(&self) -> impl Iterator<Item = Principal<'_>> {
        let everyone = self.everyone.then_some(Principal::Everyone);
        let aws = self.aws.iter().map(|text| Principal::of_aws(text));
        let services = self.services.iter().map(|name| Principal::Service(name));
        let federated = self.federated.iter().map(|provider| Principal::Federated {
            account: account_of_arn(provider),
            provider,
        });
        let canonical = self.canonical_users.iter().map(|id| Principal::CanonicalUser(id));
        everyone
            .into_iter()
            .chain(aws)
            .chain(services)
            .chain(federated)
            .chain(canonical)
    }
}

impl PrincipalElement {
    /// The entries, whether they are meant or left out.
    pub fn entries(&self) -> impl Iterator<Item = Principal<'_>> {
        let principals = match self {
            Self::Missing => None,
            Self::Is(principals) | Self::IsNot(principals) => Some(principals),
        };
        principals.into_iter().flat_map(Principals::entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_principal_is_told_apart() {
        let account = "111111111111";
        for (text, expected) in [
            ("*", Principal::Everyone),
            ("111111111111", Principal::Account(account)),
            ("arn:aws:iam::111111111111:root", Principal::Account(account)),
            ("arn:aws-cn:iam::111111111111:root", Principal::Account(account)),
            (
                "arn:aws:iam::111111111111:user/a/b",
                Principal::User {
                    account,
                    arn: "arn:aws:iam::111111111111:user/a/b",
                },
            ),
            (
                "arn:aws:iam::111111111111:role/r",
                Principal::Role {
                    account,
                    arn: "arn:aws:iam::111111111111:role/r",
                },
            ),
            (
                "arn:aws:sts::111111111111:assumed-role/r/s",
                Principal::Session {
                    account,
                    arn: "arn:aws:sts::111111111111:assumed-role/r/s",
                },
            ),
            (
                "arn:aws:sts::111111111111:federated-user/u",
                Principal::Session {
                    account,
                    arn: "arn:aws:sts::111111111111:federated-user/u",
                },
            ),
            (
                "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABC",
                Principal::CloudFrontIdentity("E1ABC"),
            ),
            ("AIDACKCEVSQ6C2EXAMPLE", Principal::Deleted("AIDACKCEVSQ6C2EXAMPLE")),
            ("AROACKCEVSQ6C2EXAMPLE", Principal::Deleted("AROACKCEVSQ6C2EXAMPLE")),
            (
                "arn:aws:iam::111111111111:role/*",
                Principal::NotUnderstood("arn:aws:iam::111111111111:role/*"),
            ),
            ("arn:aws:iam::*:root", Principal::NotUnderstood("arn:aws:iam::*:root")),
            ("11111111111", Principal::NotUnderstood("11111111111")),
            ("someone", Principal::NotUnderstood("someone")),
            ("", Principal::NotUnderstood("")),
        ] {
            assert_eq!(Principal::of_aws(text), expected, "{text}");
        }
    }

    #[test]
    fn entries_come_from_every_kind() {
        let principals = Principals {
            everyone: false,
            aws: vec!["111111111111".to_owned()],
            services: vec!["s3.amazonaws.com".to_owned()],
            federated: vec![
                "graph.facebook.com".to_owned(),
                "arn:aws:iam::111111111111:saml-provider/p".to_owned(),
            ],
            canonical_users: vec!["c".to_owned()],
        };
        let texts: Vec<String> = principals.entries().map(|entry| entry.to_string()).collect();
        assert_eq!(
            texts,
            [
                "account 111111111111",
                "s3.amazonaws.com",
                "identity provider graph.facebook.com",
                "identity provider arn:aws:iam::111111111111:saml-provider/p",
                "canonical user c"
            ]
        );
        let accounts: Vec<_> = principals.entries().filter_map(|entry| entry.account()).collect();
        assert_eq!(accounts, ["111111111111", "111111111111"]);
    }
}
