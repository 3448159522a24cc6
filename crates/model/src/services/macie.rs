//! Amazon Macie in one region: whether it is on, who administers it, and whether it looks into buckets by itself.
//!
//! What Macie found in objects is not read: findings of Macie name objects, which this program does not look at.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// Macie in one region of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macie {
    /// Macie's session; absent when Macie is not enabled.
    pub session: Evidence<MacieSession>,
    /// The account that administers Macie for this one; absent for an account that administers itself or others, and where
    /// Macie is not enabled.
    pub administrator: Evidence<MacieAdministrator>,
    /// Automated sensitive data discovery; absent where Macie is not enabled.
    pub automated_discovery: Evidence<AutomatedDiscovery>,
}

/// Macie's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacieSession {
    /// `ENABLED`, or `PAUSED` when it stands still.
    pub status: String,
    /// How often policy findings are published: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub finding_publishing_frequency: Option<String>,
    /// When Macie was enabled.
    pub created_at: Option<Timestamp>,
    /// When the session last changed.
    pub updated_at: Option<Timestamp>,
}

/// The account that administers Macie for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacieAdministrator {
    /// Its account id.
    pub account: String,
    /// `Enabled` and `Paused` for an administrator in office; other words for one that is to be, or was.
    pub relationship_status: Option<String>,
}

/// Automated sensitive data discovery: of a whole organization where the account administers one, of the account itself
/// otherwise. The operation in the source says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomatedDiscovery {
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// For which accounts of the organization it is enabled by itself: `ALL`, `NEW` or `NONE`. `None` for a member, which is
    /// told its status only.
    pub auto_enable_organization_members: Option<String>,
    /// When it was first enabled.
    pub first_enabled_at: Option<Timestamp>,
    /// When it was last disabled, where it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When it last changed.
    pub last_updated_at: Option<Timestamp>,
}

impl Facts for Macie {
    fn facts(&self) -> Vec<Fact<'_>> {
        vec![
            Fact::new("", "session", &self.session),
            Fact::new("", "administrator", &self.administrator),
            Fact::new("", "automated discovery", &self.automated_discovery),
        ]
    }
}
