//! The organization: its accounts, where they hang in the tree, and which of them the run takes up.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Operation};
use crate::identifiers::AccountId;
use crate::services::{OrganizationPolicy, Reading};

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
    /// The ids of the root and the organizational units above the account, from the root down: what a policy has to be
    /// attached to, other than the account itself, to reach it. Snapshots of before this was read hold a gap.
    #[serde(default = "not_recorded")]
    pub ancestors: Evidence<Vec<String>>,
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

fn not_recorded() -> Evidence<Vec<String>> {
    Evidence::not_collected(Operation::named("organizations.ListOrganizationalUnitsForParent"))
}

/// A type of policy as a root has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyTypeState {
    /// The type (`SERVICE_CONTROL_POLICY`).
    pub policy_type: String,
    /// `ENABLED`, `PENDING_ENABLE` or `PENDING_DISABLE`.
    pub status: String,
}

/// A root of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its id (`r-…`).
    pub id: String,
    /// The types of policy that are enabled for it, or about to be; a type that is not named is off.
    pub policy_types: Vec<PolicyTypeState>,
}

/// An organizational unit as the list of what hangs below its parent gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitBelow {
    /// Its id (`ou-…`).
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A root or an organizational unit with the units directly below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The id of the root or the unit.
    pub id: String,
    /// Names from the root down to it, as in [`Account::organizational_unit`].
    pub path: String,
    /// The units directly below it, by id.
    pub units: Evidence<Vec<UnitBelow>>,
}

/// What `organization.ndjson.zst` holds, a record a line: the organization, whether the list of its accounts is complete,
/// its roots, the branches of its tree by id, every account by id, what sources say of the organization as a whole, and
/// each of its policies by type and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganizationRecord {
    /// The organization itself.
    Organization(Evidence<Organization>),
    /// Whether the list of accounts is complete: how many accounts it gave, or why it broke off.
    AccountListing(Evidence<AccountListing>),
    /// The roots of the tree.
    Roots(Evidence<Vec<Root>>),
    /// One branch of the tree.
    Branch(Box<Branch>),
    /// One account.
    Account(Box<Account>),
    /// What a source that is read once for the run says.
    Reading(Box<Reading>),
    /// One policy.
    Policy(Box<OrganizationPolicy>),
}

/// The outcome of listing the organization's accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountListing {
    /// How many accounts the list gave.
    pub count: u64,
}
