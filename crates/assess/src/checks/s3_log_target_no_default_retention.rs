//! `s3-log-target-no-default-retention`: whether the log target has one of two settings that keep logs out.
//!
//! It does not know whether the logging service may write there.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::s3_bucket_object_lock::in_words;
use super::s3_log_target_location::{Target, target_of};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-no-default-retention",
    title: "The log target has no default retention and no Requester Pays",
    severity: Severity::High,
    question: "Is the log target free of a default retention and of Requester Pays, which keep access logs out?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[
            BucketSetting::Logging,
            BucketSetting::ObjectLock,
            BucketSetting::RequestPayment,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-no-default-retention.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let target = match target_of(view, trail)? {
        Target::Bucket(_, target) => target,
        Target::None(judgement) => return Ok(judgement),
    };
    let name = &target.name;
    // Each of the two settings keeps logs out, so a gap in one of them matters only when the other is as it should be.
    let lock = trail.read_of(target.arn.clone(), &target.object_lock);
    let lock = lock.map(|lock| lock.filter(|lock| lock.enabled));
    if let Ok(Some(lock)) = &lock
        && let Some(retention) = &lock.default_retention
    {
        let words = in_words(retention).map_or_else(String::new, |words| format!(" of {words}"));
        return Ok(Judgement::fail(format!(
            "The log target {name} has a default retention{words}, so AWS does not deliver logs there."
        )));
    }
    let payment = trail.read_of(target.arn.clone(), &target.request_payment);
    let payer = payment.map(|payment| payment.map_or("BucketOwner", |payment| payment.payer.as_str()));
    if let Ok("Requester") = payer {
        return Ok(Judgement::fail(format!(
            "The log target {name} is a Requester Pays bucket, so AWS does not deliver logs there."
        )));
    }
    let lock = lock?;
    match payer? {
        "BucketOwner" => {}
        other => {
            return Err(Unknown::not_understood(format!(
                "the unknown party {other} pays for requests"
            )));
        }
    }
    Ok(Judgement::pass(match lock {
        None => format!("The log target {name} has no Object Lock, and its owner pays for requests."),
        Some(_) => format!(
            "The log target {name} has Object Lock without a default retention, and its owner pays for requests; AWS's \
             pages do not agree whether logs are delivered to a bucket with Object Lock."
        ),
    }))
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{Bucket, RequestPayment};
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logged;
    use crate::checks::s3_bucket_object_lock::tests::lock;
    use crate::checks::scene::{Scene, bucket, denied, expect, present, source};

    fn target(payer: &str, change: impl FnOnce(&mut Bucket)) -> Scene {
        let mut target = bucket("logs");
        let payer = payer.to_owned();
        target.settings.request_payment = present(BucketSetting::RequestPayment, RequestPayment { payer });
        change(&mut target);
        logged("logs", vec![target])
    }

    #[test]
    fn either_setting_keeps_logs_out() {
        let retained = |bucket: &mut Bucket| lock(bucket, Some(("GOVERNANCE", 30)));
        let mut incomplete = logged("logs", vec![]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let cases = vec![
            (
                "neither",
                target("BucketOwner", |_| {}),
                Verdict::Pass,
                "no Object Lock",
            ),
            (
                "absent settings",
                logged("logs", vec![bucket("logs")]),
                Verdict::Pass,
                "owner pays",
            ),
            (
                "Object Lock alone",
                target("BucketOwner", |bucket| lock(bucket, None)),
                Verdict::Pass,
                "do not agree whether logs are delivered",
            ),
            (
                "default retention",
                target("BucketOwner", retained),
                Verdict::Fail,
                "30 days in governance mode",
            ),
            (
                "Requester Pays",
                target("Requester", |_| {}),
                Verdict::Fail,
                "Requester Pays",
            ),
            (
                "missing",
                logged("logs", vec![]),
                Verdict::Fail,
                "does not exist in this account",
            ),
            ("absent", Scene::new(), Verdict::NotApplicable, "off"),
            (
                "not understood",
                target("Nobody", |_| {}),
                Verdict::NotAssessed,
                "Nobody",
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

    #[test]
    fn one_bad_setting_decides_and_one_good_one_does_not() {
        let no_lock = |bucket: &mut Bucket| bucket.settings.withhold(BucketSetting::ObjectLock, denied());
        let no_payer = |bucket: &mut Bucket| bucket.settings.withhold(BucketSetting::RequestPayment, denied());
        let cases = vec![
            (
                "lock gap, requester pays",
                target("Requester", no_lock),
                Verdict::Fail,
                "Requester Pays",
            ),
            (
                "payer gap, default retention",
                target("BucketOwner", |bucket| {
                    lock(bucket, Some(("COMPLIANCE", 1)));
                    no_payer(bucket);
                }),
                Verdict::Fail,
                "default retention",
            ),
            (
                "lock gap, owner pays",
                target("BucketOwner", no_lock),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "payer gap, no lock",
                target("BucketOwner", no_payer),
                Verdict::NotAssessed,
                "denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
