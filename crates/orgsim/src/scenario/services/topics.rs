//! Topics of SNS as an account has them.

use serde::{Deserialize, Serialize};

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its policy, a JSON document.
    pub policy: String,
    /// Its key: an id, an ARN or an alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Confirmed subscriptions.
    #[serde(default)]
    pub confirmed_subscriptions: u64,
    /// Subscriptions that wait for their confirmation.
    #[serde(default)]
    pub pending_subscriptions: u64,
    /// `1` or `2`; left out for a topic that nobody set it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_version: Option<String>,
    /// Other accounts that its policy lets read its attributes; the policy itself is not evaluated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<String>,
}
