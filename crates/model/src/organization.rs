//! The organization: its accounts, where they hang in the tree, and which of them the run takes up.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::identifiers::AccountId;

/// The organization as `organizations.DescribeOrganization` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The organization's id (`o-…`).
    pub id: String,
    /// The organization's ARN.
    pub arn: String,
    /// The account that owns the organization.
    pub management_account: AccountId,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: Option<String>,
}

/// An account's state in its organization, in the words of the Organizations API (`Account.State`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// The account can be used.
    Active,
    /// The account is closed and will be removed.
    Closed,
    /// The account is being created.
    PendingActivation,
    /// The account is being closed.
    PendingClosure,
    /// AWS has suspended the account.
    Suspended,
    /// The API gave no state that this version knows.
    #[serde(untagged)]
    Other(String),
}

impl fmt::Display for AccountState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Active => "ACTIVE",
            Self::Closed => "CLOSED",
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Suspended => "SUSPENDED",
            Self::Other(text) => text,
        })
    }
}

/// Whether the run takes an account up, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The account is read.
    Selected,
    /// The configuration leaves the account out; the text names what in it does so.
    Excluded(String),
    /// The account's state lets nothing be read.
    NotActive,
    /// The configuration selects by organizational unit or tag, and these could not be read, so nobody knows whether
    /// the account belongs to the scope. Such an account is left unread and counts as not covered.
    Undecided(String),
}

/// One account of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The account's name; empty when only the id is known.
    #[serde(default)]
    pub name: String,
    /// The root user's e-mail address, where the API gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The account's state.
    pub state: AccountState,
    /// Names of the organizational units from the root down to the account, joined by `/` (`/workloads/production`);
    /// `/` for an account directly under the root.
    pub organizational_unit: Evidence<String>,
    /// The account's tags in Organizations; read only when the configuration selects by tag.
    pub tags: Evidence<BTreeMap<String, String>>,
    /// When the account joined the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Timestamp>,
    /// Whether this is the management account.
    pub is_management: bool,
    /// Whether the run takes it up.
    pub selection: Selection,
}

/// What `organization.ndjson.zst` holds, a record a line: the organization first, then every account by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganizationRecord {
    /// The organization itself.
    Organization(Evidence<Organization>),
    /// Whether the list of accounts is complete: how many accounts it gave, or why it broke off.
    AccountListing(Evidence<AccountListing>),
    /// One account.
    Account(Box<Account>),
}

/// The outcome of listing the organization's accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountListing {
    /// How many accounts the list gave.
    pub count: u64,
}
