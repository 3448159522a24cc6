//! Which rules of AWS Config are about S3: those that `config/s3-config-rules.toml` names.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

static ABOUT_S3: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../../../config/s3-config-rules.toml")).expect("the embedded table is valid")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    prefixes: Vec<String>,
    identifiers: BTreeSet<String>,
}

/// Whether what a rule evaluates is about S3, by its identifier.
pub(super) fn is_about_s3(identifier: &str) -> bool {
    let starts_so = |prefix: &String| identifier.starts_with(prefix.as_str());
    ABOUT_S3.identifiers.contains(identifier) || ABOUT_S3.prefixes.iter().any(starts_so)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_by_their_identifier() {
        for about_s3 in [
            "S3_BUCKET_LOGGING_ENABLED",
            "S3_BUCKET_SOMETHING_NEW",
            "S3EXPRESS_DIR_BUCKET_LIFECYCLE_RULES_CHECK",
            "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
            "MACIE_STATUS_CHECK",
        ] {
            assert!(is_about_s3(about_s3), "{about_s3}");
        }
        for other in [
            "",
            "CLOUD_TRAIL_ENABLED",
            "s3-bucket-logging-enabled",
            "arn:aws:lambda:eu-central-1:111122223333:function:S3_BUCKET_LOGGING_ENABLED",
            "IAM_POLICY_S3_",
        ] {
            assert!(!is_about_s3(other), "{other}");
        }
    }
}
