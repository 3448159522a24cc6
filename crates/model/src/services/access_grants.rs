//! S3 Access Grants of a region: who gets credentials for which prefixes from S3 itself, past the bucket policies' lists.
//!
//! An account has at most one instance in a region (Amazon S3 User Guide, "Working with S3 Access Grants instances").

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::bucket::PolicyDocument;
use crate::evidence::Evidence;

/// An instance, which holds the locations and grants of its region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrantsInstance {
    /// Its id.
    pub id: Option<String>,
    /// Its ARN.
    pub arn: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// The instance of IAM Identity Center whose users and groups can be grantees.
    pub identity_center_instance: Option<String>,
    /// Its application in IAM Identity Center.
    pub identity_center_application: Option<String>,
}

/// The policy of an instance, by which it is shared with other accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrantsPolicy {
    /// The policy.
    pub document: PolicyDocument,
    /// The organization that it is for.
    pub organization: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
}

/// A place that grants can be about, with the role that S3 takes for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrantsLocation {
    /// Its id; `default` is `s3://`, everything in the region.
    pub id: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// `s3://`, `s3://bucket` or `s3://bucket/prefix`.
    pub scope: String,
    /// The ARN of the role whose permissions a grant hands out.
    pub role_arn: Option<String>,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrant {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// `IAM`, `DIRECTORY_USER` or `DIRECTORY_GROUP`.
    pub grantee_type: String,
    /// The ARN of an identity of IAM, or the id of a user or group.
    pub grantee: String,
    /// `READ`, `WRITE` or `READWRITE`.
    pub permission: String,
    /// The location.
    pub location_id: Option<String>,
    /// The part of the location.
    pub sub_prefix: Option<String>,
    /// Both together: what the grant is about.
    pub scope: String,
    /// The only application of IAM Identity Center that may use it.
    pub application: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// What S3 Control says of the access grants of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrants {
    /// The instance, if there is one.
    pub instances: Evidence<Vec<AccessGrantsInstance>>,
    /// The policy of the instance; absent also without an instance.
    pub policy: Evidence<AccessGrantsPolicy>,
    /// The locations; absent without an instance.
    pub locations: Evidence<Vec<AccessGrantsLocation>>,
    /// The grants; absent without an instance.
    pub grants: Evidence<Vec<AccessGrant>>,
}

impl Facts for AccessGrants {
    fn facts(&self) -> Vec<Fact<'_>> {
        vec![
            Fact::new("", "instances", &self.instances),
            Fact::new("", "policy", &self.policy),
            Fact::new("", "locations", &self.locations),
            Fact::new("", "grants", &self.grants),
        ]
    }
}
