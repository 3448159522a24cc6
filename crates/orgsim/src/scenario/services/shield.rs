//! AWS Shield Advanced as an account has it.

use serde::{Deserialize, Serialize};

/// A protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShieldProtection {
    /// Its id, a UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ARN of what it protects.
    pub resource_arn: String,
}

/// The subscription and what it protects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shield {
    /// Whether there is a subscription.
    pub is_subscribed: bool,
    /// What is protected.
    pub protections: Vec<ShieldProtection>,
}
