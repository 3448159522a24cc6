//! `s3-bucket-access-logging`: whether requests to the bucket are logged.
//!
//! It does not know whether the logs arrive; the checks on log targets ask for what stands in their way.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-access-logging",
    title: "Server access logging is on",
    severity: Severity::Medium,
    question: "Is server access logging on?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-access-logging.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    if let Some(destination) = trail.read(&view.settings.logging)? {
        let prefix = match destination.target_prefix.as_str() {
            "" => "without a prefix".to_owned(),
            prefix => format!("under {prefix}"),
        };
        return Ok(Judgement::pass(format!(
            "Server access logs are sent to the bucket {} {prefix}.",
            destination.target_bucket
        )));
    }
    Ok(if view.is_log_target(trail)? {
        Judgement::not_applicable(
            "Server access logging is off, and another bucket of the account sends its access logs here.",
        )
    } else {
        Judgement::fail("Server access logging is off, and no other bucket of the account sends its access logs here.")
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::{Bucket, LogDestination};
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, bucket, denied, expect, present, source};

    /// A bucket that sends its access logs to a target under `logs/`.
    pub(in crate::checks) fn logging_to(name: &str, target: &str) -> Bucket {
        let mut bucket = bucket(name);
        let destination = LogDestination {
            target_bucket: target.to_owned(),
            target_prefix: "logs/".to_owned(),
            target_grants: Vec::new(),
            key_format: None,
        };
        bucket.settings.logging = present(BucketSetting::Logging, destination);
        bucket
    }

    /// A scene whose bucket sends its access logs to a target, beside other buckets.
    pub(in crate::checks) fn logged(target: &str, others: Vec<Bucket>) -> Scene {
        Scene::with(|scene| {
            scene.bucket = logging_to("subject", target);
            for other in others {
                scene.add(other);
            }
        })
    }

    #[test]
    fn logging_passes_wherever_it_goes_and_a_log_target_is_excused() {
        let mut unread = bucket("other");
        unread.settings.withhold(BucketSetting::Logging, denied());
        let perhaps = Scene::with(|scene| scene.add(unread));
        let incomplete = Scene::with(|scene| {
            scene.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        });
        let target = Scene::with(|scene| scene.add(logging_to("app", "subject")));
        let mut without_prefix = logged("logs", vec![]);
        if let s3attest_model::evidence::Observed::Present(destination) =
            &mut without_prefix.bucket.settings.logging.observed
        {
            destination.target_prefix.clear();
        }
        let cases = vec![
            (
                "on",
                logged("logs", vec![]),
                Verdict::Pass,
                "to the bucket logs under logs/",
            ),
            ("on without a prefix", without_prefix, Verdict::Pass, "without a prefix"),
            (
                "on to itself",
                logged("subject", vec![]),
                Verdict::Pass,
                "to the bucket subject",
            ),
            ("off", Scene::new(), Verdict::Fail, "off"),
            (
                "off beside an unlogged bucket",
                Scene::with(|scene| scene.add(bucket("app"))),
                Verdict::Fail,
                "off",
            ),
            ("log target", target, Verdict::NotApplicable, "access logs here"),
            ("perhaps a log target", perhaps, Verdict::NotAssessed, "denied"),
            ("incomplete list", incomplete, Verdict::NotAssessed, "denied"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Logging)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_log_target_is_shown_to_be_one_by_the_bucket_that_logs_to_it() {
        let finding = Scene::with(|scene| scene.add(logging_to("app", "subject"))).judge(&CHECK);
        let shown = finding
            .evidence
            .iter()
            .find(|reference| reference.of.as_deref() == Some("arn:aws:s3:::app"));
        assert_eq!(
            shown.map(|reference| reference.source.operation.as_str()),
            Some("s3.GetBucketLogging")
        );
    }
}
