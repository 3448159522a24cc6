//! A run: who looked at what, when, through which roles, with which settings.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::identifiers::{AccountId, Partition};
use crate::ledger::Ledger;

/// The newest version of the snapshot's records that this program writes, and the newest that it reads.
pub const SNAPSHOT_SCHEMA: u32 = 2;

/// Whose credentials the run started from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The caller's account.
    pub account: AccountId,
    /// The caller's ARN, as `sts.GetCallerIdentity` gives it.
    pub arn: String,
}

/// What the run was asked to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Every account of the caller's organization that the configuration selects.
    Organization,
    /// The caller's account alone; the text says why.
    SingleAccount(String),
}

/// Which accounts the configuration selects, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScopeSelection {
    /// Account ids to read; empty for all.
    pub include_accounts: Vec<String>,
    /// Account ids to leave out.
    pub exclude_accounts: Vec<String>,
    /// Patterns of organizational unit paths to read; empty for all.
    pub include_organizational_units: Vec<String>,
    /// Patterns of organizational unit paths to leave out.
    pub exclude_organizational_units: Vec<String>,
    /// `key=value` tags of accounts to read; empty for all.
    pub include_tags: Vec<String>,
    /// `key=value` tags of accounts to leave out.
    pub exclude_tags: Vec<String>,
}

/// `run.json`: everything about a run that is known when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInformation {
    /// The version of the snapshot's records.
    pub schema: u32,
    /// The run's id, also the default name of its directory.
    pub id: String,
    /// The version of the program that collects.
    pub tool_version: String,
    /// When the run started.
    pub started_at: Timestamp,
    /// The partition.
    pub partition: Partition,
    /// Whose credentials the run started from.
    pub caller: Caller,
    /// What it was asked to look at.
    pub mode: Mode,
    /// The role that is assumed in each account, with `{account}` and `{partition}` standing for the account's.
    pub role_template: String,
    /// Which accounts were selected.
    pub scope: ScopeSelection,
    /// The settings that were not asked for, by their keys; empty when every setting is read.
    pub settings_left_out: Vec<String>,
    /// The sources that were not read, by their keys; a run of the first schema knew of none.
    #[serde(default)]
    pub sources_left_out: Vec<String>,
    /// SHA-256 of the effective configuration, in hexadecimal.
    pub configuration_digest: String,
    /// Whether the organization is a simulated one.
    pub is_simulated: bool,
}

/// One stretch of collecting; a resumed run has several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionSession {
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// What it called.
    pub ledger: Ledger,
}
