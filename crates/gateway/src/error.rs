//! Errors that end a run before it begins. What goes wrong later is a gap, not an error.

use crate::rates::RateLimitsError;
use crate::session_policy::SessionPolicyTooLong;

/// Why the gateway could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// No credentials were found.
    #[error(
        "no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where an instance or task role is available ({detail})"
    )]
    NoCredentials {
        /// What the SDK said.
        detail: String,
    },
    /// The credentials have expired.
    #[error(
        "the AWS credentials have expired ({detail}); sign in again (for instance with `aws sso login`) and repeat the command"
    )]
    ExpiredCredentials {
        /// What AWS or the SDK said.
        detail: String,
    },
    /// There is a source of credentials, and it gives none.
    #[error(
        "the AWS credentials could not be had ({detail}); if they come from single sign-on, sign in again with `aws sso login`, else check the profile's role or process"
    )]
    UnavailableCredentials {
        /// What the SDK said.
        detail: String,
    },
    /// AWS does not accept the credentials.
    #[error(
        "AWS STS in {region} does not accept the credentials ({detail}); check which profile or keys are in use, and name a region of their partition with --region (GovCloud and China know no other)"
    )]
    InvalidCredentials {
        /// The region whose endpoint was asked.
        region: String,
        /// What AWS said.
        detail: String,
    },
    /// STS could not be asked who the caller is.
    #[error(
        "could not ask AWS STS in {region} who the caller is ({detail}); check the network, the proxy settings and the endpoint URL"
    )]
    Unreachable {
        /// The region whose endpoint was asked.
        region: String,
        /// What happened.
        detail: String,
    },
    /// The answer to "who am I" could not be used.
    #[error("AWS STS answered without a usable account or ARN ({detail})")]
    UnknownCaller {
        /// What was wrong with it.
        detail: String,
    },
    /// A class of operations has no rate.
    #[error("no rate limit is configured for the class `{class}`")]
    NoRate {
        /// The class.
        class: &'static str,
    },
    /// The actions of the sources do not fit into a session policy.
    #[error(transparent)]
    SessionPolicy(#[from] SessionPolicyTooLong),
    /// The rate limits cannot be used.
    #[error(transparent)]
    RateLimits(#[from] RateLimitsError),
}
