//! How fast the simulated services answer, and how much they put up with.
//!
//! It knows no clock: the buckets that enforce a rate are in `pacing`.

use serde::{Deserialize, Serialize};

/// How long an answer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Latency {
    /// What every answer takes, in milliseconds.
    pub fixed_milliseconds: u32,
    /// Up to so much more, in milliseconds, by a hash of the request's number.
    pub jitter_milliseconds: u32,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests a second.
    pub per_second: f64,
    /// Requests that may come at once after a pause.
    pub burst: u32,
}

/// Rates per service; a service without one is not limited. All hold per calling account and region; `sts` is charged to
/// the caller's account, as AWS does it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimits {
    /// S3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3: Option<RateLimit>,
    /// S3 Control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3control: Option<RateLimit>,
    /// STS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts: Option<RateLimit>,
    /// Organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations: Option<RateLimit>,
    /// Account Management.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<RateLimit>,
    /// Every other service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<RateLimit>,
}

impl RateLimits {
    /// The rate of a service by its name in the registry.
    #[must_use]
    pub fn of(&self, service: &str) -> Option<RateLimit> {
        match service {
            "s3" => self.s3,
            "s3control" => self.s3control,
            "sts" => self.sts,
            "organizations" => self.organizations,
            "account" => self.account,
            _ => self.others,
        }
    }
}
