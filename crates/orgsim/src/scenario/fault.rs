//! The fault plan as a scenario writes it. What a fault does to an answer is in `faults`.

use serde::{Deserialize, Serialize};

/// One line of the plan: where it strikes, how often, and what happens. A selector that is missing matches everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The account whose resource is asked for; for `AssumeRole` the role's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The service by its name in the registry (`s3`, `s3control`, `sts` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The operation, or a pattern with `*` (`GetBucket*`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The region that the request was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Strikes so often in all, then never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Strikes so often for each distinct call (account, operation, region, bucket), then lets it through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times_per_call: Option<u32>,
    /// Strikes this share of the distinct calls (0 to 1), chosen by a hash: the same calls in every run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// What happens.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault that strikes everywhere, to be narrowed by its selectors.
    #[must_use]
    pub fn everywhere(kind: FaultKind) -> Self {
        Self {
            account: None,
            service: None,
            operation: None,
            bucket: None,
            region: None,
            times: None,
            times_per_call: None,
            share: None,
            kind,
        }
    }
}

/// The kind of document that a refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refuser {
    /// No identity-based policy allows it.
    IdentityPolicy,
    /// An identity-based policy denies it.
    IdentityPolicyDeny,
    /// A resource-based policy denies it.
    ResourcePolicy,
    /// A service control policy denies it.
    ServiceControlPolicy,
    /// A resource control policy denies it.
    ResourceControlPolicy,
    /// No session policy allows it.
    SessionPolicy,
    /// No permissions boundary allows it.
    PermissionsBoundary,
    /// The message is the bare `Access Denied` of old.
    Unnamed,
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Access is denied, in the words that AWS uses for such a refusal.
    Denied(Refuser),
    /// The account's roles cannot be assumed; nothing else is touched.
    RoleDenied,
    /// The service's throttling error.
    Throttled,
    /// HTTP 500.
    InternalError,
    /// HTTP 503 that is not throttling.
    ServiceUnavailable,
    /// The connection is reset without an answer.
    Reset,
    /// No answer ever comes.
    Stall,
    /// The right answer, cut off in the middle of its body.
    Truncated,
    /// HTTP 200 with a body that is no XML or JSON.
    Malformed,
    /// The credentials count as expired.
    ExpiredToken,
    /// The region counts as not enabled for the account.
    RegionOff,
    /// The bucket stands in the list and is gone when it is read.
    BucketDeleted,
    /// The operation is answered as one that the endpoint does not offer.
    NotImplemented,
    /// The account counts as not subscribed to the service.
    NotSubscribed,
    /// A list begins with an empty page that has a token to go on with. What is no list of pages is not touched.
    EmptyPage,
    /// The last page of a list leads back to the first. What is no list of pages is not touched.
    EndlessPages,
}
