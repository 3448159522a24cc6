//! Evidence: what AWS answered, when, by which request, or why it could not be read.
//!
//! Three-valued on purpose. A setting is `Present`, `Absent` or a `Gap`, and the only way to its value is
//! [`Evidence::known`], which hands a gap back as an error. Nothing here turns a gap into a value.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::text::SharedText;

/// An AWS API operation, written `service.Operation` (`s3.GetBucketPolicy`).
///
/// The service part is the SDK's name of the API, not the IAM prefix: IAM calls some of these reads by other names.
#[derive(Clone, Deserialize)]
#[serde(from = "SharedText")]
pub struct Operation(Name);

/// The name of an operation that this program calls, or one that was read.
#[derive(Clone)]
enum Name {
    Called(&'static str),
    Read(SharedText),
}

impl Operation {
    /// Names an operation that this program calls.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self(Name::Called(name))
    }

    /// The operation as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Called(name) => name,
            Name::Read(name) => name,
        }
    }
}

impl From<SharedText> for Operation {
    fn from(name: SharedText) -> Self {
        Self(Name::Read(name))
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Operation").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

// By its name alone: an operation that was read is the one that is called.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Operation {}

impl PartialOrd for Operation {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Operation {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Operation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The operation that was called, or would have been.
    pub operation: Operation,
    /// When the answer arrived; `None` when no call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Timestamp>,
    /// AWS's id of the request, by which CloudTrail and AWS Support find it; `None` when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<SharedText>,
    /// The error code of the answer (`NoSuchBucketPolicy`); `None` for an answer without error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl Source {
    /// The source of something that was never asked for.
    #[must_use]
    pub const fn not_called(operation: Operation) -> Self {
        Self {
            operation,
            observed_at: None,
            request_id: None,
            code: None,
        }
    }
}

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapCause {
    /// AWS refused the call for lack of permission.
    Denied,
    /// The role could not be assumed, so nothing of the account could be asked.
    NoSession,
    /// AWS answered with throttling until the attempts were used up.
    Throttled,
    /// No answer came in time.
    TimedOut,
    /// The connection failed or broke.
    ConnectionFailed,
    /// AWS answered with an error of its own (HTTP 5xx).
    ServiceError,
    /// The answer could not be understood.
    MalformedAnswer,
    /// The credentials expired and could not be refreshed.
    CredentialsExpired,
    /// The region is not enabled for the account.
    RegionOff,
    /// The account's support plan does not include the interface.
    NoSupportPlan,
    /// The account is not subscribed to the service.
    NotSubscribed,
    /// AWS does not offer the service in this region, or in this partition.
    NotOffered,
    /// The bucket was deleted between the listing and the read.
    BucketGone,
    /// The bucket's region could not be found out, so it could not be asked.
    RegionUnknown,
    /// The bucket of that name belongs to another account.
    NotTheOwner,
    /// The endpoint does not know the operation, or not for this kind of resource.
    Unsupported,
    /// What is asked about lies outside what the run could see, such as a bucket of a stranger.
    OutsideScan,
    /// The run was told not to read this.
    NotCollected,
    /// The run ended before this was read.
    Interrupted,
    /// AWS answered with an error that has no other place here; its code and message say more.
    OtherError,
}

impl GapCause {
    /// Every cause, in the order in which reports list them.
    pub const ALL: [Self; 20] = [
        Self::Denied,
        Self::NoSession,
        Self::Throttled,
        Self::TimedOut,
        Self::ConnectionFailed,
        Self::ServiceError,
        Self::MalformedAnswer,
        Self::CredentialsExpired,
        Self::RegionOff,
        Self::NoSupportPlan,
        Self::NotSubscribed,
        Self::NotOffered,
        Self::BucketGone,
        Self::RegionUnknown,
        Self::NotTheOwner,
        Self::Unsupported,
        Self::OutsideScan,
        Self::NotCollected,
        Self::Interrupted,
        Self::OtherError,
    ];

    /// The cause in machine-readable form, as the CSV and JSON files write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NoSession => "no-session",
            Self::Throttled => "throttled",
            Self::TimedOut => "timed-out",
            Self::ConnectionFailed => "connection-failed",
            Self::ServiceError => "service-error",
            Self::MalformedAnswer => "malformed-answer",
            Self::CredentialsExpired => "credentials-expired",
            Self::RegionOff => "region-off",
            Self::NoSupportPlan => "no-support-plan",
            Self::NotSubscribed => "not-subscribed",
            Self::NotOffered => "not-offered",
            Self::BucketGone => "bucket-gone",
            Self::RegionUnknown => "region-unknown",
            Self::NotTheOwner => "not-the-owner",
            Self::Unsupported => "unsupported",
            Self::OutsideScan => "outside-scan",
            Self::NotCollected => "not-collected",
            Self::Interrupted => "interrupted",
            Self::OtherError => "other-error",
        }
    }

    /// Whether the account simply does not have what was asked for: no permission and no patience would bring an answer.
    #[must_use]
    pub fn is_not_subscribed(self) -> bool {
        matches!(self, Self::NoSupportPlan | Self::NotSubscribed)
    }

    /// The cause as a phrase that completes "this could not be read: …".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Denied => "access was denied",
            Self::NoSession => "the role could not be assumed",
            Self::Throttled => "AWS kept throttling the call",
            Self::TimedOut => "no answer came in time",
            Self::ConnectionFailed => "the connection failed",
            Self::ServiceError => "AWS answered with an internal error",
            Self::MalformedAnswer => "the answer could not be understood",
            Self::CredentialsExpired => "the credentials expired",
            Self::RegionOff => "the region is not enabled for the account",
            Self::NoSupportPlan => "the support plan does not include it",
            Self::NotSubscribed => "the account is not subscribed to the service",
            Self::NotOffered => "AWS does not offer the service there",
            Self::BucketGone => "the bucket was deleted during the run",
            Self::RegionUnknown => "the bucket's region could not be found out",
            Self::NotTheOwner => "the bucket belongs to another account",
            Self::Unsupported => "the endpoint does not offer the operation",
            Self::OutsideScan => "it lies outside what the run could see",
            Self::NotCollected => "the run was told not to read it",
            Self::Interrupted => "the run ended before it was read",
            Self::OtherError => "AWS answered with an error",
        }
    }
}

impl fmt::Display for GapCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The kind of document that refused a call, as AWS's message names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockedBy {
    /// An identity-based policy, or the lack of one that allows.
    IdentityPolicy,
    /// A resource-based policy, such as the bucket policy.
    ResourcePolicy,
    /// A service control policy of the organization.
    ServiceControlPolicy,
    /// A resource control policy of the organization.
    ResourceControlPolicy,
    /// The session policy of the assumed role.
    SessionPolicy,
    /// A permissions boundary.
    PermissionsBoundary,
    /// A VPC endpoint policy.
    EndpointPolicy,
    /// AWS did not say.
    Unknown,
}

impl BlockedBy {
    /// The kind in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityPolicy => "identity-policy",
            Self::ResourcePolicy => "resource-policy",
            Self::ServiceControlPolicy => "service-control-policy",
            Self::ResourceControlPolicy => "resource-control-policy",
            Self::SessionPolicy => "session-policy",
            Self::PermissionsBoundary => "permissions-boundary",
            Self::EndpointPolicy => "endpoint-policy",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for BlockedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The cause, for counting and for what to do next.
    pub cause: GapCause,
    /// What AWS or the network said, for a person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// For a denial, what refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<BlockedBy>,
}

impl Gap {
    /// A gap with a cause and what was said.
    #[must_use]
    pub fn new(cause: GapCause, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            blocked_by: None,
        }
    }
}

/// The three things that can come of asking AWS for a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed<T> {
    /// AWS answered with a value.
    Present(T),
    /// AWS answered that there is no such setting.
    Absent,
    /// AWS was not asked, or gave no usable answer.
    Gap(Gap),
}

/// A setting as observed, with where the observation comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence<T> {
    /// What came of asking.
    pub observed: Observed<T>,
    /// The call behind it.
    pub source: Source,
}

/// The error of [`Evidence::known`]: a gap stands where a fact is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown<'evidence> {
    /// Why the fact is missing.
    pub gap: &'evidence Gap,
    /// The call that would have given it.
    pub source: &'evidence Source,
}

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} is not known: {}",
            self.source.operation,
            self.gap.cause.phrase()
        )
    }
}

impl std::error::Error for Unknown<'_> {}

impl<T> Evidence<T> {
    /// A setting that AWS answered with a value.
    #[must_use]
    pub const fn present(value: T, source: Source) -> Self {
        Self {
            observed: Observed::Present(value),
            source,
        }
    }

    /// A setting that AWS says does not exist.
    #[must_use]
    pub const fn absent(source: Source) -> Self {
        Self {
            observed: Observed::Absent,
            source,
        }
    }

    /// A setting that could not be read.
    #[must_use]
    pub const fn gap(gap: Gap, source: Source) -> Self {
        Self {
            observed: Observed::Gap(gap),
            source,
        }
    }

    /// A setting that the run was told not to read.
    #[must_use]
    pub fn not_collected(operation: Operation) -> Self {
        Self::gap(Gap::new(GapCause::NotCollected, ""), Source::not_called(operation))
    }

    /// The value (`Some`) or its certain absence (`None`); a gap is an error.
    ///
    /// This is the only accessor that a check has, so that the natural way to write a check is also the honest one.
    pub fn known(&self) -> Result<Option<&T>, Unknown<'_>> {
        match &self.observed {
            Observed::Present(value) => Ok(Some(value)),
            Observed::Absent => Ok(None),
            Observed::Gap(gap) => Err(Unknown {
                gap,
                source: &self.source,
            }),
        }
    }

    /// The gap, where there is one.
    #[must_use]
    pub fn as_gap(&self) -> Option<&Gap> {
        match &self.observed {
            Observed::Gap(gap) => Some(gap),
            Observed::Present(_) | Observed::Absent => None,
        }
    }

    /// The same evidence with its value, if any, turned into another.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Evidence<U> {
        let observed = match self.observed {
            Observed::Present(value) => Observed::Present(change(value)),
            Observed::Absent => Observed::Absent,
            Observed::Gap(gap) => Observed::Gap(gap),
        };
        Evidence {
            observed,
            source: self.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Operation = Operation::named("s3.GetBucketPolicy");

    #[test]
    fn a_gap_is_an_error_and_an_absence_is_not() {
        let absent: Evidence<u8> = Evidence::absent(Source::not_called(READ));
        assert_eq!(absent.known(), Ok(None));
        let gap: Evidence<u8> = Evidence::not_collected(READ);
        assert_eq!(
            gap.known().map_err(|unknown| unknown.gap.cause),
            Err(GapCause::NotCollected)
        );
    }

    #[test]
    fn every_cause_has_its_own_words_and_survives_a_round_trip() {
        let mut words = std::collections::BTreeSet::new();
        for cause in GapCause::ALL {
            assert!(words.insert(cause.as_str()), "{cause} stands twice");
            let json = serde_json::to_string(&cause).expect("a cause is plain text");
            assert_eq!(json, format!("\"{cause}\""));
        }
    }

    #[test]
    fn evidence_is_written_without_empty_members() {
        let evidence = Evidence::present(7_u8, Source::not_called(READ));
        let json = serde_json::to_string(&evidence).expect("numbers are JSON");
        assert_eq!(
            json,
            r#"{"observed":{"present":7},"source":{"operation":"s3.GetBucketPolicy"}}"#
        );
        assert_eq!(serde_json::from_str::<Evidence<u8>>(&json).expect("own JSON"), evidence);
    }
}
