//! IAM as an account has it, as far as summaries and reports go: the users behind them are not simulated one by one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::scenario::words::words;

words! {
    /// What there is of a credential report before anybody asks for one.
    ReportState {
        /// None was ever made.
        NotPresent = "not-present",
        /// The last one is too old to be handed out.
        Expired = "expired",
        /// There is one.
        Ready = "ready",
    }
}

/// The credential report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CredentialReport {
    /// What there is of it.
    pub state: ReportState,
    /// How often it has to be asked for until it is complete.
    pub requests: u32,
    /// The time that it says it was made at, also when it is made while the world stands.
    pub generated_at: Timestamp,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, cell by cell in the order of the columns; without any there is the root user's.
    pub rows: Vec<Vec<String>>,
}

impl CredentialReport {
    /// The columns of a report (IAM User Guide, "Generate credential reports").
    pub const COLUMNS: [&'static str; 22] = [
        "user",
        "arn",
        "user_creation_time",
        "password_enabled",
        "password_last_used",
        "password_last_changed",
        "password_next_rotation",
        "mfa_active",
        "access_key_1_active",
        "access_key_1_last_rotated",
        "access_key_1_last_used_date",
        "access_key_1_last_used_region",
        "access_key_1_last_used_service",
        "access_key_2_active",
        "access_key_2_last_rotated",
        "access_key_2_last_used_date",
        "access_key_2_last_used_region",
        "access_key_2_last_used_service",
        "cert_1_active",
        "cert_1_last_rotated",
        "cert_2_active",
        "cert_2_last_rotated",
    ];
}

impl Default for CredentialReport {
    fn default() -> Self {
        Self {
            state: ReportState::NotPresent,
            requests: 1,
            generated_at: Timestamp::UNIX_EPOCH,
            columns: Self::COLUMNS.map(str::to_owned).to_vec(),
            rows: Vec::new(),
        }
    }
}

/// A virtual MFA device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VirtualMfaDevice {
    /// Its serial number, an ARN.
    pub serial_number: String,
    /// The ARN of whoever has it; `None` for one that nobody has yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_arn: Option<String>,
    /// When it was enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_at: Option<Timestamp>,
}

/// What passwords have to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the IAM API, one by one")]
pub struct PasswordPolicy {
    /// The least length.
    pub minimum_length: i32,
    /// Whether symbols are required.
    pub symbols: bool,
    /// Whether digits are required.
    pub numbers: bool,
    /// Whether upper-case letters are required.
    pub uppercase: bool,
    /// Whether lower-case letters are required.
    pub lowercase: bool,
    /// Whether users may change their own.
    pub lets_users_change: bool,
    /// After how many days passwords expire, if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_age_days: Option<i32>,
    /// How many earlier ones may not be used again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse_prevention: Option<i32>,
    /// Whether only an administrator sets an expired one anew; not told by every account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard_expiry: Option<bool>,
}

/// IAM.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Iam {
    /// The numbers of the account summary that are not zero.
    pub summary: BTreeMap<String, i32>,
    /// The credential report.
    pub report: CredentialReport,
    /// Virtual MFA devices, assigned or not.
    pub virtual_mfa_devices: Vec<VirtualMfaDevice>,
    /// The password policy, if the account has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<PasswordPolicy>,
}
