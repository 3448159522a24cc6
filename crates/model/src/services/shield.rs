//! AWS Shield Advanced: whether the account is subscribed, and what the subscription protects.
//!
//! Shield Advanced cannot protect a bucket, only what stands in front of one: CloudFront distributions, Route 53 hosted
//! zones, load balancers, accelerators (AWS Shield Developer Guide, "Resources that AWS Shield Advanced protects").

use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// The subscription to Shield Advanced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShieldSubscription {
    /// `ACTIVE` or `INACTIVE`.
    pub state: String,
}

/// A resource that Shield Advanced protects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShieldProtection {
    /// The protection's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ARN of what is protected.
    pub resource_arn: String,
}

/// What Shield says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shield {
    /// The state of the subscription.
    pub subscription: Evidence<ShieldSubscription>,
    /// What is protected; absent when there is no subscription, which Shield answers with an error of its own.
    pub protections: Evidence<Vec<ShieldProtection>>,
}

impl Facts for Shield {
    fn facts(&self) -> Vec<Fact<'_>> {
        vec![
            Fact::new("", "subscription", &self.subscription),
            Fact::new("", "protections", &self.protections),
        ]
    }
}
