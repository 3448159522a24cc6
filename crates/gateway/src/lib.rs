//! The only door to AWS: HTTP client, sessions, SDK clients, pacing, metering and the read-only guard.
//!
//! The gateway knows nothing of checks and reports. What may be called is told to it as a table of [`AllowedOperation`]s;
//! whatever is not in the table never leaves the process.

mod connector;
mod denial;
mod error;
mod gateway;
mod interceptor;
mod members;
mod meter;
mod network;
mod observe;
mod operations;
mod pacing;
mod rates;
mod regions;
mod role;
mod session;
mod session_policy;
mod whole;

pub use error::GatewayError;
pub use gateway::{AccessKey, Clock, Gateway, GatewayOptions, OWN_OPERATIONS};
pub use observe::{Malformed, observe};
pub use operations::{AllowedOperation, Times, Unit};
pub use rates::{Per, Rate, RateLimits, RateLimitsError};
pub use regions::enabled_by_default;
pub use role::RoleOptions;
pub use session::AccountSession;
pub use session_policy::{LONGEST_SESSION_POLICY, SessionPolicyTooLong, possible_wildcards, session_policy};
