//! The simulated organization: its tree, its accounts, their roles and regions.
//!
//! It knows nothing of protocols, and nothing of what a member of the tree answers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bucket::{Bucket, PublicAccessBlock};
use super::services::AccountServices;
use super::traffic::{Latency, RateLimits};
use super::words::words;

/// The organization and how its lists behave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// `o-` and ten to thirty-two lower-case letters and digits.
    pub id: String,
    /// `r-` and four to thirty-two lower-case letters and digits.
    pub root_id: String,
    /// The management account.
    pub management_account: String,
    /// Accounts that may read the organization as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated_administrators: Vec<String>,
    /// The organizational units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<OrganizationalUnit>,
    /// The policy types that are enabled, in the words of the Organizations API.
    #[serde(default = "service_control")]
    pub policy_types: Vec<String>,
    /// The policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<OrganizationPolicy>,
    /// Which accounts administer a service for the organization. Such an account may read the organization as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// The features of central root management that are enabled (`RootCredentialsManagement`, `RootSessions`); `None` where
    /// IAM is no trusted service of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_features: Option<Vec<String>>,
    /// How the lists answer.
    #[serde(default)]
    pub lists: ListBehaviour,
}

impl Organization {
    /// What stands above a target of policies and the target itself, from the root down: the ids of the root, the
    /// organizational units and the account.
    #[must_use]
    pub fn ancestry(&self, account: &Account) -> Vec<String> {
        let mut ids = vec![account.id.clone()];
        let mut at = account.unit.as_deref();
        while let Some(unit) = at.and_then(|id| self.units.iter().find(|unit| unit.id == id)) {
            ids.push(unit.id.clone());
            at = unit.parent.as_deref();
        }
        ids.push(self.root_id.clone());
        ids.reverse();
        ids
    }

    /// What the S3 policies from the root down to an account assign to its public access block in the end (`all`, `none`):
    /// the lowest one decides, unless one above lets children change nothing (AWS Organizations User Guide, "Inheritance
    /// operators"). `None` where no S3 policy reaches the account.
    #[must_use]
    pub fn assigned_public_access_block(&self, account: &Account) -> Option<String> {
        if !self.policy_types.iter().any(|kind| kind == "S3_POLICY") {
            return None;
        }
        let mut assigned = None;
        for id in self.ancestry(account) {
            let mut is_closed = false;
            for policy in &self.policies {
                if policy.kind != "S3_POLICY" || !policy.targets.contains(&id) {
                    continue;
                }
                let document: Value = serde_json::from_str(&policy.content).unwrap_or(Value::Null);
                let block = &document["s3_attributes"]["public_access_block_configuration"];
                if let Some(value) = block["@@assign"].as_str() {
                    assigned = Some(value.to_owned());
                }
                is_closed |= block["@@operators_allowed_for_child_policies"] == json!(["@@none"]);
            }
            if is_closed {
                break;
            }
        }
        assigned
    }
}

fn service_control() -> Vec<String> {
    vec!["SERVICE_CONTROL_POLICY".to_owned()]
}

/// A policy of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPolicy {
    /// `p-` and eight or more letters and digits, or the name of one that AWS made (`p-FullAWSAccess`).
    pub id: String,
    /// The name.
    pub name: String,
    /// The description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The type, in the words of the Organizations API (`SERVICE_CONTROL_POLICY`).
    pub kind: String,
    /// Whether AWS made it.
    #[serde(default)]
    pub is_made_by_aws: bool,
    /// The document.
    pub content: String,
    /// Ids of the root, the units and the accounts that it is attached to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
}

/// An account that administers a service for the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The account.
    pub account: String,
    /// The service principal (`access-analyzer.amazonaws.com`).
    pub service: String,
    /// Since when.
    pub enabled_at: Timestamp,
}

/// How the lists of the Organizations API answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListBehaviour {
    /// At most so many entries a page, whatever the caller asks for.
    pub page_size: usize,
    /// Every so many pages one comes empty, with a token to go on; 0 for never. AWS documents such pages.
    pub empty_page_every: usize,
    /// Whether accounts carry `State`.
    pub state: bool,
    /// Whether accounts carry the retired `Status`.
    pub status: bool,
    /// Whether accounts carry `Paths`.
    pub paths: bool,
}

impl Default for ListBehaviour {
    fn default() -> Self {
        Self {
            page_size: 20,
            empty_page_every: 3,
            state: true,
            status: true,
            paths: true,
        }
    }
}

/// One organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationalUnit {
    /// `ou-<root suffix>-<eight or more letters and digits>`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The unit above; `None` directly under the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

words! {
    /// An account's state in the words of the Organizations API.
    AccountState {
        /// It can be used.
        Active = "ACTIVE",
        /// AWS has suspended it.
        Suspended = "SUSPENDED",
        /// It is being closed.
        PendingClosure = "PENDING_CLOSURE",
        /// It is being created.
        PendingActivation = "PENDING_ACTIVATION",
        /// It is closed.
        Closed = "CLOSED",
    }
}

words! {
    /// Whether a region can be used by an account, in the words of the Account API.
    RegionStatus {
        /// Always on.
        EnabledByDefault = "ENABLED_BY_DEFAULT",
        /// Opted in.
        Enabled = "ENABLED",
        /// Being opted in.
        Enabling = "ENABLING",
        /// Being opted out.
        Disabling = "DISABLING",
        /// Off.
        Disabled = "DISABLED",
    }
}

/// One region as an account sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The region.
    pub name: String,
    /// Whether it is on.
    pub status: RegionStatus,
}

/// One account with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// The name.
    pub name: String,
    /// The root user's e-mail address.
    pub email: String,
    /// The state.
    pub state: AccountState,
    /// The organizational unit; `None` directly under the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether the account was invited (`true`) or created in the organization.
    #[serde(default)]
    pub invited: bool,
    /// When it joined.
    pub joined_at: Timestamp,
    /// Its tags in Organizations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The account's public access block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_access_block: Option<PublicAccessBlock>,
    /// What differs from the scenario's regions for this account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// Rates of this account in place of the scenario's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
    /// Latency of this account in place of the scenario's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// The roles that can be assumed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The buckets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<Bucket>,
    /// What the other services hold.
    #[serde(default)]
    pub services: AccountServices,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The name, without path.
    pub name: String,
    /// The path, beginning and ending with `/`.
    #[serde(default = "root_path")]
    pub path: String,
    /// Who may assume it: account ids (everyone in that account), or ARNs of users and roles.
    pub trusted: Vec<String>,
    /// The external id that the trust policy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The longest session, in seconds.
    #[serde(default = "one_hour")]
    pub max_session_seconds: u32,
    /// Action patterns that its policies allow (`s3:Get*`).
    #[serde(default = "everything")]
    pub allowed: Vec<String>,
    /// Action patterns that its policies deny.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
}

impl Role {
    /// A role that an account trusts and that may do everything.
    #[must_use]
    pub fn trusting(name: impl Into<String>, account: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: root_path(),
            trusted: vec![account.into()],
            external_id: None,
            max_session_seconds: one_hour(),
            allowed: everything(),
            denied: Vec::new(),
        }
    }
}

fn root_path() -> String {
    "/".to_owned()
}

fn one_hour() -> u32 {
    3_600
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}
