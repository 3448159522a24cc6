//! Settings that decide who reaches a bucket.

use serde::{Deserialize, Serialize};

/// The four switches of Block Public Access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    /// Refuses new public access control lists.
    pub block_public_acls: bool,
    /// Neutralises existing public access control lists.
    pub ignore_public_acls: bool,
    /// Refuses new public policies.
    pub block_public_policy: bool,
    /// Keeps everyone but AWS services and the account's own principals out of a bucket with a public policy.
    pub restrict_public_buckets: bool,
}

/// A policy document as the text that AWS answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyDocument(pub String);

/// S3's own judgement of a bucket policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStatus {
    /// Whether S3 calls the policy public. An answer without this member is not a value.
    pub is_public: bool,
}

/// Who is given a permission by an access control list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grantee {
    /// An account, by its canonical user id.
    CanonicalUser(String),
    /// An account, by its root user's e-mail address.
    Email(String),
    /// A predefined group, by its URI.
    Group(String),
    /// A kind of grantee that this version does not know.
    Other(String),
}

/// One entry of an access control list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// `FULL_CONTROL`, `WRITE`, `WRITE_ACP`, `READ` or `READ_ACP`.
    pub permission: String,
}

/// A bucket's access control list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessControlList {
    /// The owner's canonical user id, where AWS gives it.
    pub owner: Option<String>,
    /// The entries.
    pub grants: Vec<Grant>,
}

/// Object ownership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipControls {
    /// `BucketOwnerEnforced` (access control lists have no effect), `BucketOwnerPreferred` or `ObjectWriter`.
    pub object_ownership: String,
}

/// Where a website sends every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebsiteRedirect {
    /// The host.
    pub host_name: String,
    /// `http` or `https`; the request's own where missing.
    pub protocol: Option<String>,
}

/// Static website hosting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebsiteConfiguration {
    /// The index document's suffix.
    pub index_document: Option<String>,
    /// The error document's key.
    pub error_document: Option<String>,
    /// The redirect of all requests.
    pub redirect_all_requests_to: Option<WebsiteRedirect>,
    /// How many routing rules there are.
    pub routing_rules: u64,
}

/// One rule of cross-origin resource sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorsRule {
    /// The rule's id.
    pub id: Option<String>,
    /// Origins that may call.
    pub allowed_origins: Vec<String>,
    /// HTTP methods that they may use.
    pub allowed_methods: Vec<String>,
    /// Request headers that they may send.
    pub allowed_headers: Vec<String>,
    /// Response headers that they may see.
    pub expose_headers: Vec<String>,
    /// For how long a browser may keep the answer, in seconds.
    pub max_age_seconds: Option<i32>,
}
