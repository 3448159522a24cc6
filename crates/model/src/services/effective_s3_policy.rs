//! The S3 policy of AWS Organizations that is in effect for an account: what comes of all policies from the root down.
//!
//! It overrides the account's own public access block (AWS Organizations User Guide, "Amazon S3 policies").

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// The policy as `organizations.DescribeEffectivePolicy` gives it to the account that asks for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectivePolicy {
    /// The document, as text.
    pub content: String,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// The type, in the words of the Organizations API (`S3_POLICY`).
    pub policy_type: Option<String>,
}

/// What Organizations says to an account about its S3 policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveS3Policy {
    /// The policy in effect; absent when no S3 policy reaches the account, or when it is in no organization.
    pub policy: Evidence<EffectivePolicy>,
}

impl Facts for EffectiveS3Policy {
    fn facts(&self) -> Vec<Fact<'_>> {
        vec![Fact::new("", "effective policy", &self.policy)]
    }
}
