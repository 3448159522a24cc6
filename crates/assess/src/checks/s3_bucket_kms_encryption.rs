//! `s3-bucket-kms-encryption`: whether SSE-KMS is the default encryption.
//!
//! It does not know who manages the key: that is stated by AWS KMS, not by S3.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::s3_bucket_default_encryption::{Algorithm, default_of};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-kms-encryption",
    title: "SSE-KMS is the default encryption",
    severity: Severity::Medium,
    question: "Is SSE-KMS the default encryption?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Encryption, BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-kms-encryption.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let default = match trail.read(&view.settings.encryption)? {
        Some(configuration) => default_of(configuration)?,
        None => None,
    };
    let found = match default {
        Some((Algorithm::SseKms | Algorithm::DsseKms, default)) => {
            let algorithm = default.algorithm.as_deref().unwrap_or_default();
            return Ok(Judgement::pass(match &default.kms_key {
                Some(key) => format!("Default encryption is {algorithm} with the key {key}."),
                None => format!(
                    "Default encryption is {algorithm} and names no key, so S3 uses the AWS managed key aws/s3."
                ),
            }));
        }
        Some((Algorithm::SseS3, _)) => "Default encryption is SSE-S3 (AES256)",
        None => "The bucket has no default encryption that names an algorithm",
    };
    // S3 writes access logs into a bucket with SSE-KMS only when the key policy admits the logging service (Amazon S3
    // User Guide, "Enabling Amazon S3 server access logging").
    Ok(if view.is_log_target(trail)? {
        Judgement::not_applicable(format!(
            "{found}, and another bucket of the account sends its access logs here; SSE-S3 is accepted for a log target."
        ))
    } else {
        Judgement::fail(format!("{found}, not SSE-KMS."))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Scene, bucket, denied, expect, region, source};

    const KEY: &str = "arn:aws:kms:eu-central-1:111111111111:key/1234";

    fn sse_s3(change: impl FnOnce(&mut Scene)) -> Scene {
        let mut scene = encrypted(Some("AES256"), None, None);
        change(&mut scene);
        scene
    }

    fn unread(name: &str) -> s3attest_model::bucket::Bucket {
        let mut other = bucket(name);
        other.settings.withhold(BucketSetting::Logging, denied());
        other
    }

    #[test]
    fn a_kms_algorithm_passes_and_the_key_is_named() {
        let cases = vec![
            (
                "named key",
                encrypted(Some("aws:kms"), Some(KEY), Some(true)),
                Verdict::Pass,
                KEY,
            ),
            (
                "no key",
                encrypted(Some("aws:kms"), None, None),
                Verdict::Pass,
                "AWS managed key aws/s3",
            ),
            (
                "two layers",
                encrypted(Some("aws:kms:dsse"), Some(KEY), None),
                Verdict::Pass,
                "aws:kms:dsse",
            ),
            ("SSE-S3", sse_s3(|_| {}), Verdict::Fail, "AES256"),
            ("absent", Scene::new(), Verdict::Fail, "no default encryption"),
            (
                "not understood",
                encrypted(Some("aws:new"), None, None),
                Verdict::NotAssessed,
                "aws:new",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Encryption)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_log_target_may_keep_sse_s3_when_it_is_known_to_be_one() {
        let cases = vec![
            (
                "target",
                sse_s3(|scene| scene.add(logging_to("app", "subject"))),
                Verdict::NotApplicable,
                "access logs here",
            ),
            (
                "logs to itself",
                sse_s3(|scene| scene.bucket.settings.logging = logging_to("subject", "subject").settings.logging),
                Verdict::Fail,
                "AES256",
            ),
            (
                "perhaps a target",
                sse_s3(|scene| scene.add(unread("app"))),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "a gap in another region says nothing",
                sse_s3(|scene| {
                    let mut other = unread("app");
                    other.region = Evidence::present(region("us-east-1"), source("s3.ListBuckets"));
                    scene.add(other);
                }),
                Verdict::Fail,
                "AES256",
            ),
            (
                "the list is incomplete",
                sse_s3(|scene| scene.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"))),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "SSE-KMS needs no look at others",
                {
                    let mut scene = encrypted(Some("aws:kms"), Some(KEY), None);
                    scene.add(unread("app"));
                    scene
                },
                Verdict::Pass,
                KEY,
            ),
        ];
        expect(&CHECK, cases);
    }
}
