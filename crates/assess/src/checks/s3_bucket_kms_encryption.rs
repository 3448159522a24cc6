//! `s3-bucket-kms-encryption`: whether SSE-KMS is the default encryption.
//!
//! It does not know who manages the key: that is stated by AWS KMS, not by S3.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

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
        sources: &[ServiceSource::CloudFront, ServiceSource::CloudTrail],
        account: &[AccountFact::BucketListing],
        settings: &[
            BucketSetting::Encryption,
            BucketSetting::Logging,
            BucketSetting::Policy,
            BucketSetting::Website,
        ],
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
    // Each role suffices, so a gap in one of them matters only when no other holds. S3 writes access logs into a bucket with
    // SSE-KMS only when the key policy admits the logging service (Amazon S3 User Guide, "Enabling Amazon S3 server access
    // logging").
    let log_target = view.log_target(trail);
    if let Ok(Some(role)) = log_target {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and {}. SSE-S3 is accepted for a log target.",
            role.said()
        )));
    }
    // CloudTrail encrypts its log files as the trail says, with SSE-S3 unless it names a key (AWS CloudTrail User Guide,
    // "Encrypting CloudTrail log files with AWS KMS keys").
    let trail_target = view.trail_target(trail);
    if let Ok(Some(role)) = trail_target {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and {}. How these are encrypted is set at the trail (trail-kms-encryption).",
            role.said()
        )));
    }
    // Requests to a website endpoint are anonymous, and KMS decrypts for nobody without an identity (AWS re:Post Knowledge
    // Center, "Why am I getting 403 Access Denied errors" on website endpoints behind CloudFront).
    let website_origin = view.website_origin(trail);
    if let Ok(Some(role)) = website_origin {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and {}, which serves nothing under SSE-KMS.",
            role.said()
        )));
    }
    log_target?;
    trail_target?;
    website_origin?;
    Ok(Judgement::fail(format!("{found}, not SSE-KMS.")))
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::WebsiteConfiguration;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::cloudfront_origin_bucket_exists::tests::fetching;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::s3_bucket_public_read::tests::with_policy;
    use crate::checks::scene::{Scene, bucket, denied, expect, present, region, source};
    use crate::checks::shield_advanced::tests::front;
    use crate::checks::shown_trails::tests::listing;
    use crate::checks::trail_log_bucket_not_public::tests::{ADMITS, to};

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

    /// CloudTrail says that there is no trail, and CloudFront that there is no distribution.
    fn alone(scene: &mut Scene) {
        scene.say(listing(vec![]));
        scene.say(front(vec![]));
    }

    fn with_website(scene: &mut Scene) {
        let website = WebsiteConfiguration {
            redirect_all_requests_to: None,
            index_document: Some("index.html".to_owned()),
            error_document: None,
            routing_rules: 0,
        };
        scene.bucket.settings.website = present(BucketSetting::Website, website);
    }

    #[test]
    fn a_trails_bucket_and_the_origin_of_a_website_keep_sse_s3() {
        let website = "subject.s3-website.eu-central-1.amazonaws.com";
        let rest = "subject.s3.eu-central-1.amazonaws.com";
        let cases = vec![
            (
                "a trail's",
                sse_s3(|scene| {
                    scene.say(listing(vec![to("subject")]));
                    with_policy(scene, ADMITS);
                }),
                Verdict::NotApplicable,
                "the bucket is a trail's: the trail arn:aws:cloudtrail:eu-central-1:111111111111:trail/a delivers",
            ),
            (
                "perhaps a trail's",
                sse_s3(|scene| with_policy(scene, ADMITS)),
                Verdict::NotAssessed,
                "no list of the trails",
            ),
            (
                "no trail's",
                sse_s3(|scene| {
                    alone(scene);
                    with_policy(scene, ADMITS);
                }),
                Verdict::Fail,
                "not SSE-KMS",
            ),
            (
                "the origin of a website",
                sse_s3(|scene| {
                    scene.say(front(vec![fetching(&[rest]), fetching(&[website])]));
                    with_website(scene);
                }),
                Verdict::NotApplicable,
                "distribution/E1 fetches from its website endpoint, which serves nothing under SSE-KMS",
            ),
            (
                "a website without a distribution",
                sse_s3(|scene| {
                    alone(scene);
                    with_website(scene);
                }),
                Verdict::Fail,
                "not SSE-KMS",
            ),
            (
                "an origin by the REST interface",
                sse_s3(|scene| {
                    scene.say(front(vec![fetching(&[rest])]));
                    with_website(scene);
                }),
                Verdict::Fail,
                "not SSE-KMS",
            ),
            (
                "perhaps the origin of a website",
                sse_s3(with_website),
                Verdict::NotAssessed,
                "no list of the distributions",
            ),
        ];
        expect(&CHECK, cases);
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
