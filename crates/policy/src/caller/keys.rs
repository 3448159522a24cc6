//! What each key can be in the requests of a kind of caller.
//!
//! Source: IAM User Guide, "AWS global condition context keys" (what is present in which requests); Amazon S3 User Guide,
//! "Bucket policy examples using condition keys"; Service Authorization Reference, "Actions, resources, and condition
//! keys for Amazon S3". A key that is not listed there is unknown, never missing.

use super::{Caller, Membership, Surroundings};

/// What a key can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyState {
    /// It is missing.
    Absent,
    /// It is one of these, as the caller likes.
    OneOf(Vec<String>),
    /// It is whatever the caller likes, or missing.
    Chosen,
    /// It says who or where the caller is, so it never has a value that belongs to somebody in particular.
    Foreign {
        /// Whether it can be missing.
        or_absent: bool,
    },
    /// It is something of AWS's own, or missing; never a value of a customer.
    Internal,
    /// It is present and matches this pattern.
    Like(String),
    /// It is an address on the internet, or missing when the request comes through a VPC endpoint.
    Address,
    /// It is anything but what starts with this, and what else it is nobody knows.
    NotUnder(String),
    /// Nobody can tell, as the text says.
    Unknown(String),
}

impl KeyState {
    fn one(value: impl Into<String>) -> Self {
        Self::OneOf(vec![value.into()])
    }

    fn unknown(key: &str) -> Self {
        Self::Unknown(format!("what `{key}` is in such requests is not known"))
    }

    fn boolean() -> Self {
        Self::OneOf(vec!["false".to_owned(), "true".to_owned()])
    }
}

impl Caller {
    /// What a key can be in its requests.
    pub(crate) fn state(&self, key: &str, surroundings: &Surroundings) -> KeyState {
        let lower = key.to_ascii_lowercase();
        let (name, tag) = lower.split_once('/').unwrap_or((&lower, ""));
        match name {
            "aws:principalaccount" | "kms:calleraccount" => self.account_state(key),
            "aws:principalarn" => self.arn_state(key),
            "aws:principalorgid" => self.organization_state(""),
            "aws:principalorgpaths" => self.organization_state("/"),
            "aws:userid" => match self {
                Self::Anonymous => KeyState::Absent,
                Self::Stranger | Self::Member(_) => KeyState::Foreign { or_absent: false },
                Self::UniqueId(id) => KeyState::Like(format!("{id}*")),
                Self::Service(_) | Self::CloudFrontIdentity(_) => KeyState::Internal,
                _ => KeyState::unknown(key),
            },
            "aws:principaltype" => match self {
                Self::Anonymous => KeyState::one("Anonymous"),
                Self::Stranger | Self::Member(_) | Self::Account { .. } => KeyState::OneOf(
                    ["Account", "AssumedRole", "FederatedUser", "User"]
                        .map(str::to_owned)
                        .to_vec(),
                ),
                _ => KeyState::unknown(key),
            },
            "aws:username"
            | "aws:principaltag"
            | "aws:tokenissuetime"
            | "aws:multifactorauthpresent"
            | "aws:multifactorauthage"
            | "aws:federatedprovider" => match self {
                Self::Anonymous | Self::Service(_) | Self::CloudFrontIdentity(_) => KeyState::Absent,
                _ => KeyState::Chosen,
            },
            "aws:principalisawsservice" => match self {
                // Present in signed requests only.
                Self::Anonymous => KeyState::Absent,
                Self::Service(_) => KeyState::one("true"),
                Self::CanonicalUser(_) | Self::UniqueId(_) | Self::CloudFrontIdentity(_) => KeyState::unknown(key),
                _ => KeyState::one("false"),
            },
            "aws:principalservicename" | "aws:principalservicenameslist" => match self {
                Self::Service(Some(name)) => KeyState::one(name),
                Self::Service(None) => KeyState::Foreign { or_absent: false },
                _ => KeyState::Absent,
            },
            // Present only when a service calls directly; for whom it acts is up to its customer.
            "aws:sourceaccount" | "aws:sourcearn" | "aws:sourceorgid" | "aws:sourceorgpaths" | "aws:sourceowner" => {
                match self {
                    Self::Service(_) => KeyState::Chosen,
                    _ => KeyState::Absent,
                }
            }
            "aws:sourceip" if surroundings.strange_networks => KeyState::Address,
            "aws:sourceip" => match self {
                Self::Account { .. } | Self::Member(_) | Self::CanonicalUser(_) | Self::UniqueId(_) => KeyState::Chosen,
                _ => KeyState::Address,
            },
            "aws:sourcevpc" | "aws:sourcevpcarn" | "aws:sourcevpce" | "aws:vpceaccount" | "aws:vpceorgid"
            | "aws:vpceorgpaths" => self.network_state(name, surroundings),
            "aws:vpcsourceip"
            | "aws:viaawsservice"
            | "aws:securetransport"
            | "aws:currenttime"
            | "aws:epochtime"
            | "aws:referer"
            | "aws:useragent" => Self::circumstance(name, key, surroundings),
            "aws:resourceaccount" | "s3:resourceaccount" => match &surroundings.account {
                Some(account) => KeyState::one(account),
                None => KeyState::unknown(key),
            },
            "aws:resourceorgid" => match &surroundings.organization {
                Some(organization) => KeyState::one(organization),
                None => KeyState::unknown(key),
            },
            "s3:dataaccesspointarn" | "s3:dataaccesspointaccount" | "s3:accesspointnetworkorigin" => {
                if surroundings.through_unknown {
                    KeyState::unknown(key)
                } else {
                    access_point_state(name, surroundings)
                }
            }
            "s3:authtype" | "s3:signatureversion" | "s3:signatureage" | "s3:x-amz-content-sha256" => match self {
                Self::Anonymous => KeyState::unknown(key),
                _ => KeyState::Chosen,
            },
            // What the resource is tagged with, not what the caller asks for.
            "s3:existingobjecttag" | "s3:buckettag" | "aws:resourcetag" => KeyState::Unknown(format!(
                "what the resource's tag `{tag}` is, on which `{key}` depends, is not known"
            )),
            "s3:accessgrantsinstancearn" => KeyState::Absent,
            _ if name.starts_with("s3:") || name.starts_with("kms:") || name.starts_with("sns:") => KeyState::Chosen,
            _ => KeyState::unknown(key),
        }
    }

    fn account_state(&self, key: &str) -> KeyState {
        match self {
            Self::Anonymous => KeyState::one("anonymous"),
            Self::Stranger | Self::Member(_) => KeyState::Foreign { or_absent: false },
            Self::Account { id, .. } => KeyState::one(id),
            // Accounts of AWS's own, never a customer's.
            Self::Service(_) | Self::CloudFrontIdentity(_) => KeyState::Internal,
            Self::CanonicalUser(_) | Self::UniqueId(_) => KeyState::unknown(key),
        }
    }

    fn arn_state(&self, key: &str) -> KeyState {
        match self {
            Self::Anonymous => KeyState::Absent,
            Self::Stranger | Self::Member(_) => KeyState::Foreign { or_absent: false },
            // A session's key holds the ARN of its role, whose path the session's own ARN does not tell.
            Self::Account {
                principal: Some(arn), ..
            } if !arn.contains(":sts:") => KeyState::one(arn),
            Self::Account { id, .. } => KeyState::Like(format!("arn:*:*::{id}:*")),
            Self::Service(_) | Self::CloudFrontIdentity(_) => KeyState::Internal,
            Self::CanonicalUser(_) | Self::UniqueId(_) => KeyState::unknown(key),
        }
    }

    /// The organization's id, or with a slash the paths below it.
    fn organization_state(&self, slash: &str) -> KeyState {
        match self {
            Self::Anonymous | Self::Service(_) => KeyState::Absent,
            Self::Stranger => KeyState::Foreign { or_absent: true },
            Self::Member(Membership::Of(id))
            | Self::Account {
                membership: Membership::Of(id),
                ..
            } => {
                if slash.is_empty() {
                    KeyState::one(id)
                } else {
                    KeyState::Like(format!("{id}/*"))
                }
            }
            Self::Member(Membership::NotOf(id))
            | Self::Account {
                membership: Membership::NotOf(id),
                ..
            } => KeyState::NotUnder(format!("{id}{slash}")),
            Self::Member(Membership::Unknown(text))
            | Self::Account {
                membership: Membership::Unknown(text),
                ..
            } => KeyState::Unknown(text.clone()),
            Self::CloudFrontIdentity(_) | Self::CanonicalUser(_) | Self::UniqueId(_) => {
                KeyState::Unknown(format!("to which organization {} belongs is not known", self.label()))
            }
        }
    }

    fn network_state(&self, name: &str, surroundings: &Surroundings) -> KeyState {
        let vpc = surroundings.through.as_ref().and_then(|through| through.vpc.as_ref());
        match (self, vpc) {
            (_, Some(vpc)) if name == "aws:sourcevpc" => KeyState::one(vpc),
            (Self::Service(_) | Self::CloudFrontIdentity(_), None) => KeyState::Absent,
            (Self::Anonymous | Self::Stranger, None) => KeyState::Foreign { or_absent: true },
            _ if surroundings.strange_networks => KeyState::Foreign { or_absent: true },
            _ => KeyState::Chosen,
        }
    }

    fn circumstance(name: &str, key: &str, surroundings: &Surroundings) -> KeyState {
        match (name, surroundings.at) {
            ("aws:viaawsservice" | "aws:securetransport", _) => KeyState::boolean(),
            ("aws:currenttime", Some(at)) => KeyState::one(at.to_string()),
            ("aws:epochtime", Some(at)) => KeyState::one(at.as_second().to_string()),
            ("aws:currenttime" | "aws:epochtime", None) => KeyState::unknown(key),
            _ => KeyState::Chosen,
        }
    }

    /// The kind of caller for a reader.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Anonymous => "anyone, without credentials".to_owned(),
            Self::Stranger => "anyone with an AWS account".to_owned(),
            Self::Member(Membership::Of(id)) => format!("every account of organization {id}"),
            Self::Member(_) => "every account of the organization".to_owned(),
            Self::Account { id, principal, .. } => match principal {
                Some(arn) => arn.clone(),
                None => format!("account {id}"),
            },
            Self::Service(Some(name)) => name.clone(),
            Self::Service(None) => "any AWS service".to_owned(),
            Self::CloudFrontIdentity(id) => format!("CloudFront origin access identity {id}"),
            Self::CanonicalUser(id) => format!("canonical user {id}"),
            Self::UniqueId(id) => format!("the principal with the unique id {id}"),
        }
    }
}

fn access_point_state(name: &str, surroundings: &Surroundings) -> KeyState {
    match (&surroundings.through, name) {
        (None, _) => KeyState::Absent,
        (Some(through), "s3:dataaccesspointarn") => KeyState::one(&through.arn),
        (Some(through), "s3:dataaccesspointaccount") => KeyState::one(&through.account),
        (Some(through), _) => KeyState::one(if through.vpc.is_some() { "VPC" } else { "Internet" }),
    }
}
