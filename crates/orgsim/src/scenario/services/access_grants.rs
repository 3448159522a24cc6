//! S3 Access Grants as an account has them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A place that grants can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGrantsLocation {
    /// Its id.
    pub id: String,
    /// `s3://`, `s3://bucket` or `s3://bucket/prefix`.
    pub scope: String,
    /// The ARN of the role behind it.
    pub role_arn: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGrant {
    /// Its id.
    pub id: String,
    /// `IAM`, `DIRECTORY_USER` or `DIRECTORY_GROUP`.
    pub grantee_type: String,
    /// Who.
    pub grantee: String,
    /// `READ`, `WRITE` or `READWRITE`.
    pub permission: String,
    /// The location.
    pub location_id: String,
    /// The part of the location.
    pub sub_prefix: Option<String>,
    /// Both together.
    pub scope: String,
    /// The only application that may use it.
    pub application: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The policy of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGrantsPolicy {
    /// The policy.
    pub document: String,
    /// The organization that it is for.
    pub organization: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// An instance; an account has one in a region at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGrantsInstance {
    /// Its region.
    pub region: String,
    /// Its id.
    pub id: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The instance of IAM Identity Center.
    pub identity_center_instance: Option<String>,
    /// Its application there.
    pub identity_center_application: Option<String>,
    /// Its policy.
    pub policy: Option<AccessGrantsPolicy>,
    /// The locations.
    pub locations: Vec<AccessGrantsLocation>,
    /// The grants.
    pub grants: Vec<AccessGrant>,
}
