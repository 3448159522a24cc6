//! `trail-kms-encryption`: whether each trail of the account encrypts its log files with a key of KMS.
//!
//! It does not know the default encryption of the bucket, which applies to a trail without a key.

use s3attest_model::check::Severity;

use super::shown_trails::{SOURCES, judge_each};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-kms-encryption",
    title: "Trails encrypt log files with a KMS key",
    severity: Severity::Medium,
    question: "Does each trail encrypt its log files with a key of AWS KMS?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-kms-encryption.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    judge_each(view, trail, "Log files are encrypted with a key of KMS", |each, _| {
        Ok(match each.kms_key.as_deref() {
            Some(key) if !key.is_empty() => None,
            Some(_) | None => Some("names no key of KMS".to_owned()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::shown_trails::tests::{expect_of_each, own};

    #[test]
    fn every_trail_has_to_name_a_key() {
        let without = |name: &str| s3attest_model::services::Trail {
            kms_key: None,
            ..own(name)
        };
        expect_of_each(&CHECK, &without, "trail/b names no key");
    }
}
