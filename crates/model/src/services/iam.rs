//! IAM: who can sign in to an account and with what, as IAM's own summary and credential report say it.
//!
//! Names of users are part of the evidence; nothing is kept that the report itself does not say.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;

/// A cell of the credential report. Its words for "there is none", "nobody knows" and "does not apply to the root user" are
/// kept apart from each other and from every value (IAM User Guide, "Generate credential reports": the columns).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reported<T> {
    /// A value.
    Value(T),
    /// `N/A`: there is nothing that it could be said of, such as the rotation of a key that does not exist.
    NotApplicable,
    /// `no_information`: IAM does not know, such as a password that was not used since October 2014, if ever.
    NoInformation,
    /// `not_supported`: the report does not say it of this kind of user.
    NotSupported,
    /// A text that this version does not know, as it stands. It says nothing that could be judged.
    Other(String),
}

/// One of a user's access keys. The report has two places for every user, whether there is a key or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedAccessKey {
    /// Whether there is a key and it is active.
    pub active: Reported<bool>,
    /// When it was made or last changed; not applicable where there is no key.
    pub last_rotated: Reported<Timestamp>,
    /// When a request was last signed with it.
    pub last_used: Reported<Timestamp>,
    /// The region of that request.
    pub last_used_region: Reported<String>,
    /// The service of that request.
    pub last_used_service: Reported<String>,
}

/// One of a user's X.509 signing certificates. The report has two places for every user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedCertificate {
    /// Whether there is a certificate and it is active.
    pub active: Reported<bool>,
    /// When it was made or last changed.
    pub last_rotated: Reported<Timestamp>,
}

/// A row of the credential report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedUser {
    /// The user's name; `<root_account>` for the root user.
    pub name: String,
    /// The user's ARN.
    pub arn: String,
    /// When the user was made; for the root user, the account.
    pub created_at: Reported<Timestamp>,
    /// Whether there is a password.
    pub password_enabled: Reported<bool>,
    /// When it was last used.
    pub password_last_used: Reported<Timestamp>,
    /// When it was last set.
    pub password_last_changed: Reported<Timestamp>,
    /// When it has to be set anew.
    pub password_next_rotation: Reported<Timestamp>,
    /// Whether an MFA device is enabled.
    pub mfa_active: Reported<bool>,
    /// The first and the second access key.
    pub access_keys: [ReportedAccessKey; 2],
    /// The first and the second signing certificate.
    pub certificates: [ReportedCertificate; 2],
    /// What the report says of further keys and certificates, of which some services make their own; `None` where the report
    /// has no such column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_credentials: Option<Reported<String>>,
}

impl ReportedUser {
    /// Whether this is the row of the account's root user.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.name == "<root_account>"
    }
}

/// The credential report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialReport {
    /// When IAM made it: what it says is true of that time.
    pub generated_at: Timestamp,
    /// Every row, the root user's included, in the order of the report.
    pub users: Vec<ReportedUser>,
}

/// A virtual MFA device that is assigned to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualMfaDevice {
    /// The serial number, an ARN.
    pub serial_number: String,
    /// The ARN of whoever it is assigned to; that of the root user ends in `:root`. A root user whose MFA is on and who has
    /// no device here signs in with a hardware device or a passkey.
    pub user_arn: Option<String>,
    /// When it was enabled.
    pub enabled_at: Option<Timestamp>,
}

/// Whether the root users of an organization's accounts are managed from one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RootManagement {
    /// The features that are enabled (`RootCredentialsManagement`, `RootSessions`) in an organization.
    Features {
        /// The organization's id.
        organization: Option<String>,
        /// The features, in the words of the IAM API.
        enabled: Vec<String>,
    },
    /// The account is neither the management account nor a delegated administrator for IAM, and may not ask. This says
    /// nothing about the organization.
    AskedElsewhere,
}

/// What passwords have to be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the IAM API, one by one")]
pub struct PasswordPolicy {
    /// The least length.
    pub minimum_length: Option<i32>,
    /// Whether a symbol is required.
    pub requires_symbols: bool,
    /// Whether a digit is required.
    pub requires_numbers: bool,
    /// Whether an upper-case letter is required.
    pub requires_uppercase: bool,
    /// Whether a lower-case letter is required.
    pub requires_lowercase: bool,
    /// Whether users may change their own password.
    pub lets_users_change: bool,
    /// Whether passwords expire.
    pub expires: bool,
    /// After how many days they do.
    pub maximum_age_days: Option<i32>,
    /// How many earlier passwords may not be used again.
    pub reuse_prevention: Option<i32>,
    /// Whether an expired password can only be set anew by an administrator.
    pub hard_expiry: Option<bool>,
}

/// What IAM says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Iam {
    /// The account summary, every number under IAM's own name (`AccountMFAEnabled`, `AccountAccessKeysPresent`, `Users`).
    pub summary: Evidence<BTreeMap<String, i64>>,
    /// The credential report: the last one that IAM made, where no new one could be had.
    pub credential_report: Evidence<CredentialReport>,
    /// Having IAM make a new report, in its own word for how far that came (`COMPLETE`): a gap where no new report could be
    /// had, so that an old one stands or none. `None` where nothing had to be made, since the report is young, or where no
    /// report may be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_request: Option<Evidence<String>>,
    /// The virtual MFA devices that are assigned.
    pub virtual_mfa_devices: Evidence<Vec<VirtualMfaDevice>>,
    /// The central management of root users; absent where there is no organization with all features, or where IAM is no
    /// trusted service of it, which the error code tells.
    pub root_management: Evidence<RootManagement>,
    /// What passwords have to be like; absent when only IAM's own defaults apply.
    pub password_policy: Evidence<PasswordPolicy>,
}

impl Facts for Iam {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![
            Fact::new("", "account summary", &self.summary),
            Fact::new("", "credential report", &self.credential_report),
        ];
        let request = self.report_request.as_ref();
        facts.extend(request.map(|request| Fact::new("", "new credential report", request)));
        facts.extend([
            Fact::new("", "virtual MFA devices", &self.virtual_mfa_devices),
            Fact::new("", "management of root users", &self.root_management),
            Fact::new("", "password policy", &self.password_policy),
        ]);
        facts
    }
}
