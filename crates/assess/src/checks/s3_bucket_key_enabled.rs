//! `s3-bucket-key-enabled`: whether SSE-KMS works with an S3 Bucket Key.
//!
//! It does not know how many requests the bucket makes to AWS KMS.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::s3_bucket_default_encryption::{Algorithm, default_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-key-enabled",
    title: "The S3 Bucket Key is on for SSE-KMS",
    severity: Severity::Info,
    question: "Does default encryption with SSE-KMS use an S3 Bucket Key?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-key-enabled.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let default = match trail.read(&view.settings.encryption)? {
        Some(configuration) => default_of(configuration)?,
        None => None,
    };
    Ok(match default {
        None => Judgement::not_applicable("The bucket has no default encryption that names an algorithm."),
        Some((Algorithm::SseS3, _)) => {
            Judgement::not_applicable("Default encryption is SSE-S3 (AES256), which uses no KMS key.")
        }
        Some((Algorithm::DsseKms, _)) => Judgement::not_applicable(
            "Default encryption is DSSE-KMS (aws:kms:dsse), for which S3 offers no Bucket Key.",
        ),
        Some((Algorithm::SseKms, default)) => match default.bucket_key_enabled {
            Some(true) => Judgement::pass("Default encryption is SSE-KMS with the S3 Bucket Key on."),
            Some(false) => Judgement::fail("Default encryption is SSE-KMS with the S3 Bucket Key off."),
            None => Judgement::fail(
                "Default encryption is SSE-KMS; the answer does not mention the S3 Bucket Key, which is off by default.",
            ),
        },
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Scene, expect};

    #[test]
    fn only_sse_kms_can_have_a_bucket_key() {
        let cases = vec![
            ("on", encrypted(Some("aws:kms"), None, Some(true)), Verdict::Pass, "on"),
            (
                "off",
                encrypted(Some("aws:kms"), None, Some(false)),
                Verdict::Fail,
                "off",
            ),
            (
                "not mentioned",
                encrypted(Some("aws:kms"), None, None),
                Verdict::Fail,
                "off by default",
            ),
            (
                "SSE-S3",
                encrypted(Some("AES256"), None, Some(true)),
                Verdict::NotApplicable,
                "no KMS key",
            ),
            (
                "DSSE-KMS",
                encrypted(Some("aws:kms:dsse"), None, Some(false)),
                Verdict::NotApplicable,
                "DSSE-KMS",
            ),
            ("absent", Scene::new(), Verdict::NotApplicable, "no default encryption"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Encryption)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
