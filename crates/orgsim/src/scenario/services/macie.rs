//! Amazon Macie as an account has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Macie in one region where it is enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacieRegion {
    /// The region.
    pub region: String,
    /// `ENABLED` or `PAUSED`.
    pub status: String,
    /// How often policy findings are published.
    pub finding_publishing_frequency: String,
    /// When it was enabled.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The account that administers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<MacieAdministrator>,
    /// Automated sensitive data discovery.
    pub automated_discovery: MacieDiscovery,
}

/// The account that administers Macie for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacieAdministrator {
    /// Its id.
    pub account: String,
    /// `Enabled`, `Paused`, `Invited` …
    pub relationship_status: String,
}

impl MacieAdministrator {
    /// Whether it decides for the account now.
    #[must_use]
    pub fn is_in_office(&self) -> bool {
        ["Enabled", "Paused"].contains(&self.relationship_status.as_str())
    }
}

/// Automated sensitive data discovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacieDiscovery {
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// `ALL`, `NEW` or `NONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_enable_organization_members: Option<String>,
    /// When it was first enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_enabled_at: Option<Timestamp>,
    /// When it was last disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_updated_at: Option<Timestamp>,
}
