//! What is known of a bucket and of what stands around it. Values only; documents are parsed by the caller, once each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use s3attest_model::bucket::{AccessControlList, OwnershipControls, PublicAccessBlock};
use s3attest_model::evidence::Evidence;
use s3attest_model::identifiers::AccountId;

use crate::document::Document;

/// Something that is known, known to be missing, or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// It is there.
    Present(T),
    /// It is certainly not there.
    Absent,
    /// Nobody can tell; the words of the gap, as the end of "this is not known: …".
    Unknown(String),
}

impl<T> Known<T> {
    /// What evidence says, with what is made of the value.
    pub fn of<'e, E>(evidence: &'e Evidence<E>, take: impl FnOnce(&'e E) -> T) -> Self {
        match evidence.known() {
            Ok(Some(value)) => Self::Present(take(value)),
            Ok(None) => Self::Absent,
            Err(unknown) => Self::Unknown(unknown.gap.cause.phrase().to_owned()),
        }
    }

    /// The value, where it is there.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            _ => None,
        }
    }
}

/// What the organization's S3 policy says to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationBlock {
    /// All four settings on, whatever the account says.
    All,
    /// All four settings off at the level of the organization; other levels still hold.
    Off,
}

impl OrganizationBlock {
    /// Reads the policy in effect, as `organizations.DescribeEffectivePolicy` gives it, or a policy as it is written, with
    /// `@@assign` (AWS Organizations User Guide, "Amazon S3 policy syntax and examples"). Unknown when it says neither `all`
    /// nor `none`; absent when it says nothing of the public access block.
    #[must_use]
    pub fn read(text: &str) -> Known<Self> {
        let Ok(policy) = serde_json::from_str::<serde_json::Value>(text) else {
            return Known::Unknown("the organization's S3 policy is not JSON".to_owned());
        };
        let Some(block) = policy.pointer("/s3_attributes/public_access_block_configuration") else {
            return Known::Absent;
        };
        match block.get("@@assign").unwrap_or(block).as_str() {
            Some("all") => Known::Present(Self::All),
            Some("none") => Known::Present(Self::Off),
            _ => Known::Unknown("the organization's S3 policy says neither `all` nor `none`".to_owned()),
        }
    }
}

/// The organization that the account belongs to.
#[derive(Debug, Clone)]
pub struct OrganizationFacts<'a> {
    /// Its id (`o-…`).
    pub id: &'a str,
    /// Its management account, on whose resources resource control policies have no effect.
    pub management_account: &'a AccountId,
    /// Its accounts, as far as they were listed.
    pub accounts: &'a BTreeSet<AccountId>,
    /// Why the list of accounts may lack some; `None` when it is complete.
    pub incomplete: Option<String>,
}

/// A policy of the organization that reaches the account.
#[derive(Debug, Clone)]
pub struct OrganizationPolicyFacts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its document; unknown where it could not be read or understood.
    pub document: Known<&'a Document>,
}

/// An access point of the bucket.
#[derive(Debug, Clone)]
pub struct AccessPointFacts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// The account that it belongs to.
    pub account: &'a AccountId,
    /// The only VPC from which it can be used; `None` for one that the internet reaches.
    pub vpc: Option<&'a str>,
    /// Its public access block.
    pub block: Known<PublicAccessBlock>,
    /// Its policy.
    pub policy: Known<&'a Document>,
}

/// All that bears on who reaches a bucket.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// The bucket's account.
    pub account: &'a AccountId,
    /// The bucket's ARN.
    pub bucket_arn: String,
    /// The organization; absent when the account is in none.
    pub organization: Known<OrganizationFacts<'a>>,
    /// What the organization's S3 policy says; absent when none reaches the account.
    pub organization_block: Known<OrganizationBlock>,
    /// The account's public access block. AWS gives the value in effect, the organization's policy included, so that where
    /// it is known an unknown policy of the organization takes nothing away.
    pub account_block: Known<PublicAccessBlock>,
    /// The bucket's public access block.
    pub bucket_block: Known<PublicAccessBlock>,
    /// Object ownership; absent on old buckets, whose access control lists then have effect.
    pub ownership: Known<&'a OwnershipControls>,
    /// The bucket's access control list, as `s3.GetBucketAcl` gives it: what S3 enforces, after `IgnorePublicAcls`.
    pub acl: Known<&'a AccessControlList>,
    /// What the objects' own access control lists give. They are many and usually not read: unknown then, which leaves
    /// reading unclear wherever access control lists have effect. Absent leaves them out of the answer on purpose.
    pub object_acls: Known<()>,
    /// The bucket policy.
    pub policy: Known<&'a Document>,
    /// The bucket's access points.
    pub access_points: Known<Vec<AccessPointFacts<'a>>>,
    /// The resource control policies from the root down to the account.
    pub resource_control: Known<Vec<OrganizationPolicyFacts<'a>>>,
    /// The service control policies from the root down to the account.
    pub service_control: Known<Vec<OrganizationPolicyFacts<'a>>>,
    /// Accounts by their canonical user ids, as far as they are known.
    pub canonical_users: Option<&'a BTreeMap<String, AccountId>>,
    /// The time for which the question is asked; `None` leaves conditions on the time unclear.
    pub at: Option<Timestamp>,
}
