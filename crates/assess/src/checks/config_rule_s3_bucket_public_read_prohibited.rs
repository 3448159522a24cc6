//! `config-rule-s3-bucket-public-read-prohibited`: whether AWS Config's rule of that kind is deployed and finds the bucket compliant.
//!
//! It does not look at the bucket itself: where AWS Config and S3 disagree, the other checks say what S3 answers.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::config_evaluation::judge_by;
use crate::check::{AccountFact, Check, Judge, Reads};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "config-rule-s3-bucket-public-read-prohibited",
    title: "AWS Config finds public read access prohibited",
    severity: Severity::High,
    question: "Does a rule s3-bucket-public-read-prohibited of AWS Config find the bucket compliant?",
    reads: Reads {
        sources: &[ServiceSource::Config],
        account: &[AccountFact::BucketListing],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/config-rule-s3-bucket-public-read-prohibited.md"),
    judge: Judge::Bucket(|view, trail| judge_by(IDENTIFIER, view, trail)),
};

/// What the rule evaluates (AWS Config Developer Guide, "s3-bucket-public-read-prohibited").
pub(super) const IDENTIFIER: &str = "S3_BUCKET_PUBLIC_READ_PROHIBITED";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::config_evaluation::tests::table;

    #[test]
    fn a_rule_in_force_has_to_find_the_bucket_compliant() {
        table(&CHECK, IDENTIFIER);
    }
}
