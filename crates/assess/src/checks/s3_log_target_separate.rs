//! `s3-log-target-separate`: whether logs go to another bucket without coming round in a loop.
//!
//! It follows the logging of buckets of one account; it does not know who may change the logs.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::s3_log_target_location::{Target, target_of};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-separate",
    title: "Logs go to another bucket, without a loop",
    severity: Severity::Low,
    question: "Are access logs sent to another bucket, without a loop?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-separate.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let target = match target_of(view, trail)? {
        Target::Bucket(_, target) => target,
        Target::None(judgement) => return Ok(judgement),
    };
    if target.name == view.bucket.name {
        return Ok(Judgement::fail("The bucket sends its access logs to itself."));
    }
    // The chain ends at a bucket without logging, at one that does not exist, or where it comes round.
    let mut chain = vec![view.bucket.name.as_str(), target.name.as_str()];
    let mut last = target;
    while let Some(next) = trail.read_of(last.arn.clone(), &last.logging)? {
        let Some(bucket) = view.in_own_account(trail, &next.target_bucket)? else {
            break;
        };
        let comes_round = chain.contains(&bucket.name.as_str());
        chain.push(bucket.name.as_str());
        if comes_round {
            return Ok(Judgement::fail(format!(
                "Access logs run in a loop: {}.",
                chain.join(" to ")
            )));
        }
        last = bucket;
    }
    Ok(Judgement::pass(match chain.as_slice() {
        [_, target] => format!("Access logs are sent to another bucket, {target}, and go no further."),
        _ => format!(
            "Access logs are sent to another bucket, which is logged itself, without a loop: {}.",
            chain.join(" to ")
        ),
    }))
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::{logged, logging_to};
    use crate::checks::scene::{Scene, bucket, denied, expect, source};

    #[test]
    fn a_chain_of_logs_must_not_come_round() {
        let mut unread = bucket("logs");
        unread.settings.withhold(BucketSetting::Logging, denied());
        let mut incomplete = logged("logs", vec![logging_to("logs", "gone")]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let cases = vec![
            (
                "another bucket",
                logged("logs", vec![bucket("logs")]),
                Verdict::Pass,
                "logs, and go no further",
            ),
            (
                "a logged target",
                logged("logs", vec![logging_to("logs", "audit"), bucket("audit")]),
                Verdict::Pass,
                "subject to logs to audit",
            ),
            (
                "a target whose own target is gone",
                logged("logs", vec![logging_to("logs", "gone")]),
                Verdict::Pass,
                "go no further",
            ),
            ("itself", logged("subject", vec![]), Verdict::Fail, "to itself"),
            (
                "a ring of two",
                logged("logs", vec![logging_to("logs", "subject")]),
                Verdict::Fail,
                "subject to logs to subject",
            ),
            (
                "a ring further on",
                logged("logs", vec![logging_to("logs", "audit"), logging_to("audit", "logs")]),
                Verdict::Fail,
                "subject to logs to audit to logs",
            ),
            (
                "a target that logs to itself",
                logged("logs", vec![logging_to("logs", "logs")]),
                Verdict::Fail,
                "subject to logs to logs",
            ),
            (
                "missing",
                logged("logs", vec![]),
                Verdict::Fail,
                "does not exist in this account",
            ),
            ("absent", Scene::new(), Verdict::NotApplicable, "off"),
            (
                "the target's logging unknown",
                logged("logs", vec![unread]),
                Verdict::NotAssessed,
                "denied",
            ),
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
}
