//! What an organization may set for checks: the `[checks]` table of the configuration.
//!
//! Parameters state what the organization asks for. They cannot turn a gap into a verdict. This module does not know in
//! which file the table stands.

use s3attest_model::identifiers::AccountId;
use serde::{Deserialize, Serialize};

/// The algorithms of S3's server-side encryption, as the default encryption of a bucket names them (Amazon S3 API
/// Reference, `ServerSideEncryptionByDefault`).
pub const ENCRYPTION_ALGORITHMS: [&str; 3] = ["AES256", "aws:kms", "aws:kms:dsse"];

/// The parameters of all checks. Every member has a default, so an empty table is a complete one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// The key of the tag that classifies a bucket's data. Without one, `s3-bucket-classification-tags` asks nothing.
    pub classification_tag: Option<String>,
    /// The values that the classification tag may have; none means that any value will do.
    pub classification_values: Vec<String>,
    /// The values of the classification tag whose buckets need two layers of encryption (`s3-bucket-dsse-encryption`).
    pub high_impact_classes: Vec<String>,
    /// The values of the classification tag whose buckets may be reached from named networks only
    /// (`s3-bucket-vpc-endpoint-only`).
    pub internal_classes: Vec<String>,
    /// The values of the classification tag whose buckets have to be encrypted with keys of AWS KMS
    /// (`s3-bucket-deny-unencrypted-uploads`, `s3-bucket-required-kms-key`). Where `approved_encryption` names no other
    /// algorithm, all buckets have to.
    pub kms_classes: Vec<String>,
    /// For how many days access logs have to be kept (`s3-log-target-retention`).
    pub log_retention_days: u32,
    /// After how many days at most incomplete multipart uploads have to be aborted (`s3-bucket-abort-multipart`).
    pub abort_multipart_days: u32,
    /// The algorithms by which a bucket may encrypt by default, of [`ENCRYPTION_ALGORITHMS`]
    /// (`s3-bucket-default-encryption`).
    pub approved_encryption: Vec<String>,
    /// Accounts outside the organization with which sharing is approved.
    pub allowed_external_accounts: Vec<AccountId>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            classification_tag: None,
            classification_values: Vec::new(),
            high_impact_classes: Vec::new(),
            internal_classes: Vec::new(),
            kms_classes: Vec::new(),
            log_retention_days: 365,
            abort_multipart_days: 7,
            approved_encryption: ENCRYPTION_ALGORITHMS.map(str::to_owned).into(),
            allowed_external_accounts: Vec::new(),
        }
    }
}

impl Parameters {
    /// Whether sharing with an account outside the organization is approved.
    #[must_use]
    pub fn allows_external(&self, account: &AccountId) -> bool {
        self.allowed_external_accounts.contains(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_table_is_the_default_and_an_unknown_key_is_refused() {
        assert_eq!(
            toml::from_str::<Parameters>("").expect("all keys have defaults"),
            Parameters::default()
        );
        let error = toml::from_str::<Parameters>("log-retention-day = 3").expect_err("the key is misspelt");
        assert!(error.to_string().contains("log-retention-days"), "{error}");
    }
}
