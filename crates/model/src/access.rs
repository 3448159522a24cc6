//! Effective access to a bucket, as an assessment records it: who outside its account gets what, by which path, what stops
//! it, what nobody can tell, and the chain of sentences by which the answers come about.
//!
//! How it is worked out is not known here. An answer that nobody can give is one of the three, never a "no".

use serde::{Deserialize, Serialize};

use crate::finding::EvidenceReference;
use crate::identifiers::{AccountId, BucketName, Partition, RegionName};

/// Who is asked about. The bucket's own account is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Anyone, without credentials.
    Anyone,
    /// Anyone who has an AWS account.
    AuthenticatedUsers,
    /// Accounts that do not belong to the organization.
    OutsideAccounts,
    /// Other accounts of the organization.
    OrganizationAccounts,
    /// AWS services, other than `CloudFront`.
    Services,
    /// `CloudFront`, as a service or by an origin access identity.
    #[serde(rename = "cloudfront")]
    CloudFront,
}

impl Audience {
    /// Every audience, the widest first.
    pub const ALL: [Self; 6] = [
        Self::Anyone,
        Self::AuthenticatedUsers,
        Self::OutsideAccounts,
        Self::OrganizationAccounts,
        Self::Services,
        Self::CloudFront,
    ];

    /// The audience for a reader.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::AuthenticatedUsers => "anyone with an AWS account",
            Self::OutsideAccounts => "accounts outside the organization",
            Self::OrganizationAccounts => "other accounts of the organization",
            Self::Services => "AWS services",
            Self::CloudFront => "CloudFront",
        }
    }
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessKind {
    /// See the names of objects.
    List,
    /// Read objects.
    Read,
    /// Create, change or delete objects, or change settings that do so.
    Write,
    /// Change the policy, the access control lists or the public access block.
    ChangePermissions,
}

impl AccessKind {
    /// Every kind of access.
    pub const ALL: [Self; 4] = [Self::List, Self::Read, Self::Write, Self::ChangePermissions];

    /// The kind of access as a verb.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Write => "write",
            Self::ChangePermissions => "change permissions",
        }
    }
}

/// Whether an audience has access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Somebody of it has.
    Yes,
    /// Nobody of it has.
    No,
    /// Nobody can tell.
    Unclear,
}

/// What opens or closes a bucket: the part of the situation that a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessMeasure {
    /// The organization: its accounts, its management account.
    Organization,
    /// The organization's service control policies.
    ServiceControlPolicies,
    /// The organization's resource control policies, together or one of them.
    ResourceControlPolicies,
    /// The organization's S3 policy.
    OrganizationBlock,
    /// The account's public access block.
    AccountBlock,
    /// The bucket's public access block.
    BucketBlock,
    /// Object ownership.
    Ownership,
    /// The bucket's access control list.
    Acl,
    /// The objects' own access control lists.
    ObjectAcls,
    /// The bucket policy.
    BucketPolicy,
    /// The access points, together or one of them.
    AccessPoints,
}

/// A sentence with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessSentence {
    /// What it is about; `None` in an assessment of before this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<AccessMeasure>,
    /// The sentence.
    pub text: String,
    /// The places in [`BucketAccess::evidence`] of the answers that it rests on, in order; empty for what was not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<usize>,
}

/// How somebody gets access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessWay {
    /// What gives it; `None` in an assessment of before this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<AccessMeasure>,
    /// Who: an account, a principal, a service, everyone.
    pub who: String,
    /// By which path: a policy, a list, an access point, for a reader.
    pub path: String,
    /// An action that gets through (`s3:GetObject`).
    pub action: String,
    /// The statement that allows it; `None` for an access control list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The places of the answers that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<usize>,
}

/// Something that nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessDoubt {
    /// What is not known, or not understood; `None` in an assessment of before this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<AccessMeasure>,
    /// Who might get access.
    pub who: String,
    /// By which path.
    pub path: String,
    /// What is not known, as a clause.
    pub text: String,
    /// Whether something that is known grants it, so that only what is not known could stop it.
    pub is_granted: bool,
    /// The places of the answers that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<usize>,
}

/// The answer for an audience and a kind of access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessAnswer {
    /// Who.
    pub audience: Audience,
    /// What.
    pub access: AccessKind,
    /// Whether.
    pub reach: Reach,
    /// How; empty unless the answer is yes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<AccessWay>,
    /// What nobody can tell; also beside ways, for those of whom it is not certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<AccessDoubt>,
    /// What stops access that something would give, as clauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<AccessSentence>,
}

/// What a bucket serves for, where evidence shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BucketRole {
    /// Other buckets send their access logs to it.
    AccessLogTarget,
    /// Another bucket is replicated to it.
    Replica,
    /// It is hosted as a website.
    Website,
    /// A trail delivers its log files to it.
    TrailTarget,
    /// A distribution of `CloudFront` fetches from it.
    Origin,
}

impl BucketRole {
    /// The role for a reader.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AccessLogTarget => "target of access logs",
            Self::Replica => "destination of replication",
            Self::Website => "website",
            Self::TrailTarget => "target of a trail",
            Self::Origin => "origin of CloudFront",
        }
    }
}

/// A role that a bucket has, or that nobody can tell whether it has. Roles that it certainly does not have are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleOfBucket {
    /// The role.
    pub role: BucketRole,
    /// How that is known, as a clause; `None` where the bucket's own settings show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Why nobody can tell; `None` where the bucket has the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclear: Option<String>,
}

/// What effective access to a bucket came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketAccess {
    /// The account in whose list the bucket stands.
    pub account: AccountId,
    /// The bucket's name.
    pub name: BucketName,
    /// The bucket's partition.
    pub partition: Partition,
    /// The bucket's region, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionName>,
    /// What it serves for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleOfBucket>,
    /// An answer for each audience and kind of access, in the order of [`Audience::ALL`] and [`AccessKind::ALL`].
    pub answers: Vec<AccessAnswer>,
    /// How the answers come about, in the order of evaluation.
    pub chain: Vec<AccessSentence>,
    /// Every answer of AWS that a sentence rests on, each once.
    pub evidence: Vec<EvidenceReference>,
}

impl BucketAccess {
    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.name)
    }

    /// The answer for an audience and a kind of access; unclear where the record has none.
    #[must_use]
    pub fn reach(&self, audience: Audience, access: AccessKind) -> Reach {
        let answer = self.answer(audience, access);
        answer.map_or(Reach::Unclear, |answer| answer.reach)
    }

    /// All that is said for an audience and a kind of access.
    #[must_use]
    pub fn answer(&self, audience: Audience, access: AccessKind) -> Option<&AccessAnswer> {
        let mut answers = self.answers.iter();
        answers.find(|answer| answer.audience == audience && answer.access == access)
    }

    /// The answers of AWS at these places; places that there are not are left out.
    pub fn evidence_at<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a EvidenceReference> {
        places.iter().filter_map(|place| self.evidence.get(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Operation, Source};
    use crate::finding::EvidenceState;

    fn access() -> BucketAccess {
        BucketAccess {
            account: AccountId::new("111111111111").expect("an id"),
            name: BucketName::new("subject").expect("a name"),
            partition: Partition::Aws,
            region: None,
            roles: Vec::new(),
            answers: vec![AccessAnswer {
                audience: Audience::CloudFront,
                access: AccessKind::ChangePermissions,
                reach: Reach::No,
                ways: Vec::new(),
                doubts: Vec::new(),
                stops: Vec::new(),
            }],
            chain: vec![AccessSentence {
                measure: Some(AccessMeasure::BucketPolicy),
                text: "There is no bucket policy.".to_owned(),
                evidence: vec![0, 7],
            }],
            evidence: vec![EvidenceReference {
                state: EvidenceState::Absent,
                source: Source::not_called(Operation::named("s3.GetBucketPolicy")),
                of: None,
            }],
        }
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let text = serde_json::to_string(&access()).expect("JSON");
        assert!(
            text.contains(r#""audience":"cloudfront","access":"change-permissions","reach":"no""#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<BucketAccess>(&text).expect("the same"), access());
    }

    #[test]
    fn what_a_record_does_not_say_is_unclear_and_never_a_no() {
        let access = access();
        assert_eq!(
            access.reach(Audience::CloudFront, AccessKind::ChangePermissions),
            Reach::No
        );
        assert_eq!(access.reach(Audience::Anyone, AccessKind::Read), Reach::Unclear);
        assert_eq!(access.evidence_at(&access.chain[0].evidence).count(), 1);
        assert_eq!(access.arn(), "arn:aws:s3:::subject");
    }
}
