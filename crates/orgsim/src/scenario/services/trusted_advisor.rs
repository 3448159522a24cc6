//! AWS Trusted Advisor as an account has it: the support plan, the checks that are offered, and what they say.

use serde::{Deserialize, Serialize};

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TrustedAdvisorValue {
    /// A text.
    Text(String),
    /// A null, which TOML has no word for; it is written `false`.
    Null(bool),
}

impl TrustedAdvisorValue {
    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null(_) => None,
        }
    }
}

/// A resource that a check lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedAdvisorResource {
    /// An opaque id.
    pub id: String,
    /// `ok`, `warning` or `error`.
    pub status: String,
    /// The region, if it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether somebody marked it to be left out.
    #[serde(default)]
    pub is_suppressed: bool,
    /// The row, as long as it happens to be.
    pub values: Vec<TrustedAdvisorValue>,
}

/// What comes of asking Trusted Advisor to look again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedAdvisorRefresh {
    /// How long until it may be asked, in milliseconds.
    pub milliseconds_until_refreshable: i64,
    /// Where it stands at the third look and after: `success`, `abandoned`, or `processing` for one that never ends.
    pub outcome: String,
    /// The time of the new result, after a success.
    pub refreshed_at: String,
}

/// A check that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedAdvisorCheck {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description, in HTML.
    pub description: String,
    /// Its category.
    pub category: String,
    /// The headings in the order of this interface.
    pub headings: Vec<String>,
    /// `ok`, `warning`, `error` or `not_available`.
    pub status: String,
    /// When it was last refreshed.
    pub refreshed_at: String,
    /// Processed, flagged, ignored, suppressed.
    pub summary: [i64; 4],
    /// The resources that it lists.
    pub resources: Vec<TrustedAdvisorResource>,
    /// What comes of a refresh; `None` for a check that AWS refreshes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<TrustedAdvisorRefresh>,
}

/// The support plan and the checks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrustedAdvisor {
    /// Whether the account has a plan that includes the AWS Support API.
    pub has_plan: bool,
    /// What is offered.
    pub checks: Vec<TrustedAdvisorCheck>,
}
