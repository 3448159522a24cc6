//! The scenario: a whole organization as data, and the truth that tests compare verdicts with.
//!
//! It comes from a TOML file, from the generator or from code, and knows nothing of how it is served.

mod bucket;
mod fault;
mod organization;
mod services;
mod traffic;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use bucket::{
    Bucket, CorsRule, Encryption, Grant, Grantee, Inventory, LifecycleRule, LogKeyFormat, Logging, Metadata,
    NoncurrentExpiration, NotificationTarget, Notifications, ObjectFilter, ObjectLock, ObjectOwnership, Payer,
    Permission, Policy, PublicAccessBlock, Replication, ReplicationRule, Retention, RetentionMode, RoutingRule, Status,
    Toggle, Transition, Versioning, Website,
};
pub use fault::{Fault, FaultKind, Refuser};
pub use organization::{
    Account, AccountState, Delegation, ListBehaviour, Organization, OrganizationPolicy, OrganizationalUnit, Region,
    RegionStatus, Role,
};
pub use services::*;
pub use traffic::{Latency, RateLimit, RateLimits};

/// A whole simulated AWS: an organization, or a few accounts without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The partition: `aws`, `aws-us-gov` or `aws-cn`.
    #[serde(default = "commercial")]
    pub partition: String,
    /// The account of the credentials that [`crate::World::caller_credentials`] hands out.
    pub caller_account: String,
    /// The user of those credentials.
    #[serde(default = "scanner")]
    pub caller_user: String,
    /// The organization; without one, Organizations answers `AWSOrganizationsNotInUseException`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
    /// The regions of the partition and whether they are on unless an account says otherwise.
    pub regions: Vec<Region>,
    /// How long answers take.
    #[serde(default)]
    pub latency: Latency,
    /// How many requests the services take.
    #[serde(default)]
    pub rate_limits: RateLimits,
    /// How S3's lists answer.
    #[serde(default)]
    pub bucket_lists: BucketLists,
    /// The fault plan, in order: the first that strikes decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The accounts.
    pub accounts: Vec<Account>,
}

/// How S3's lists answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BucketLists {
    /// At most so many buckets a page of `ListBuckets`, whatever the caller asks for.
    pub page_size: usize,
    /// Whether a list that was asked for with a parameter carries `BucketRegion`.
    pub region: bool,
    /// At most so many inventory configurations a page; S3 has 100.
    pub inventory_page_size: usize,
}

impl Default for BucketLists {
    fn default() -> Self {
        Self {
            page_size: 1_000,
            region: true,
            inventory_page_size: 100,
        }
    }
}

/// Why a scenario cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The text is not a scenario.
    #[error("the scenario file cannot be read as TOML: {0}")]
    Toml(#[from] toml::de::Error),
    /// An account id that is not twelve digits.
    #[error("account id {0:?} is not twelve digits; correct it in the scenario")]
    AccountId(String),
    /// Something that must be unique and is not.
    #[error("{what} {name:?} stands twice in the scenario; remove one")]
    Twice {
        /// What it is.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A reference to something that is not there.
    #[error("{what} {name:?} is named but not defined in the scenario; define it or correct the name")]
    Unknown {
        /// What it is.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Units that are their own parents.
    #[error("organizational unit {0:?} hangs below itself; correct its parent")]
    Cycle(String),
}

impl Scenario {
    /// Reads a scenario from TOML and checks it.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// The account with an id.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The public access block of an account as S3 has it: an S3 policy of the organization overrides the account's own (AWS
    /// Organizations User Guide, "Amazon S3 policies").
    #[must_use]
    pub fn effective_public_access_block(&self, account: &Account) -> Option<PublicAccessBlock> {
        let organization = self.organization.as_ref();
        match organization
            .and_then(|organization| organization.assigned_public_access_block(account))
            .as_deref()
        {
            Some("all") => Some(PublicAccessBlock::all(true)),
            Some("none") => Some(PublicAccessBlock::all(false)),
            _ => account.public_access_block,
        }
    }

    /// A bucket by name, with its account.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Option<(&Account, &Bucket)> {
        self.accounts.iter().find_map(|account| {
            account
                .buckets
                .iter()
                .find(|bucket| bucket.name == name)
                .map(|bucket| (account, bucket))
        })
    }

    /// Checks that the scenario hangs together.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let regions: BTreeSet<&str> = self.regions.iter().map(|region| region.name.as_str()).collect();
        let units: BTreeMap<&str, &OrganizationalUnit> = self
            .organization
            .iter()
            .flat_map(|organization| &organization.units)
            .map(|unit| (unit.id.as_str(), unit))
            .collect();
        let mut accounts = BTreeSet::new();
        let mut buckets = BTreeSet::new();
        for account in &self.accounts {
            if account.id.len() != 12 || !account.id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ScenarioError::AccountId(account.id.clone()));
            }
            once(&mut accounts, "account", &account.id)?;
            if let Some(unit) = &account.unit {
                known(units.contains_key(unit.as_str()), "organizational unit", unit)?;
            }
            for region in &account.regions {
                known(regions.contains(region.name.as_str()), "region", &region.name)?;
            }
            for bucket in &account.buckets {
                once(&mut buckets, "bucket", &bucket.name)?;
                known(regions.contains(bucket.region.as_str()), "region", &bucket.region)?;
            }
        }
        known(
            accounts.contains(self.caller_account.as_str()),
            "account",
            &self.caller_account,
        )?;
        if let Some(organization) = &self.organization {
            let management = &organization.management_account;
            known(accounts.contains(management.as_str()), "account", management)?;
            let mut seen = BTreeSet::new();
            for unit in &organization.units {
                once(&mut seen, "organizational unit", &unit.id)?;
                check_ancestry(unit, &units)?;
            }
            for policy in &organization.policies {
                once(&mut seen, "policy", &policy.id)?;
                for target in &policy.targets {
                    let is_known = *target == organization.root_id
                        || units.contains_key(target.as_str())
                        || accounts.contains(target.as_str());
                    known(is_known, "policy target", target)?;
                }
            }
            for delegation in &organization.delegations {
                let is_known = accounts.contains(delegation.account.as_str());
                known(is_known, "account", &delegation.account)?;
            }
        }
        for fault in &self.faults {
            if let Some(account) = &fault.account {
                known(accounts.contains(account.as_str()), "account", account)?;
            }
            if let Some(bucket) = &fault.bucket {
                known(buckets.contains(bucket.as_str()), "bucket", bucket)?;
            }
        }
        Ok(())
    }
}

fn check_ancestry(unit: &OrganizationalUnit, units: &BTreeMap<&str, &OrganizationalUnit>) -> Result<(), ScenarioError> {
    let mut at = unit;
    for _ in 0..=units.len() {
        let Some(parent) = &at.parent else { return Ok(()) };
        at = units.get(parent.as_str()).ok_or_else(|| ScenarioError::Unknown {
            what: "organizational unit",
            name: parent.clone(),
        })?;
    }
    Err(ScenarioError::Cycle(unit.id.clone()))
}

fn once<'name>(seen: &mut BTreeSet<&'name str>, what: &'static str, name: &'name str) -> Result<(), ScenarioError> {
    if seen.insert(name) {
        Ok(())
    } else {
        Err(ScenarioError::Twice {
            what,
            name: name.to_owned(),
        })
    }
}

fn known(is_known: bool, what: &'static str, name: &str) -> Result<(), ScenarioError> {
    if is_known {
        Ok(())
    } else {
        Err(ScenarioError::Unknown {
            what,
            name: name.to_owned(),
        })
    }
}

fn commercial() -> String {
    "aws".to_owned()
}

fn scanner() -> String {
    "audit-scanner".to_owned()
}
