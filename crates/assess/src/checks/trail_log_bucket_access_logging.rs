//! `trail-log-bucket-access-logging`: whether the buckets of the account's trails log the requests to them.
//!
//! It asks from the trail, not from the bucket: a bucket does not know who delivers to it.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::shown_trails::{SOURCES, judge_each};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-log-bucket-access-logging",
    title: "The trails' buckets have access logging",
    severity: Severity::Low,
    question: "Is server access logging on for each bucket to which a trail delivers?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/trail-log-bucket-access-logging.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let passed = "Server access logging is on for the bucket of each trail";
    judge_each(view, trail, passed, |each, trail| {
        let bucket = view.index.anywhere(each.bucket.as_str())?;
        Ok(match trail.read_of(bucket.arn.clone(), &bucket.logging)? {
            Some(_) => None,
            None => Some(format!(
                "delivers to the bucket {} of account {}, whose server access logging is off",
                bucket.name, bucket.account
            )),
        })
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::Trail as CloudTrailTrail;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::scene::{Scene, bucket, denied, expect, facts};
    use crate::checks::shown_trails::tests::{own, refused, showing};

    fn delivering(to: &str) -> CloudTrailTrail {
        let mut each = own("a");
        each.bucket = s3attest_model::identifiers::BucketName::new(to).expect("a bucket");
        each
    }

    #[test]
    fn the_bucket_of_each_trail_has_to_log() {
        let with = |trails: Vec<CloudTrailTrail>, other: s3attest_model::bucket::Bucket| {
            let mut scene = showing(trails);
            scene.add(other);
            scene
        };
        let mut unread = bucket("trails");
        unread.settings.withhold(BucketSetting::Logging, denied());
        let mut of_archive = logging_to("trails", "logs");
        of_archive.account = crate::checks::scene::account_id("222222222222");
        let mut archived = showing(vec![own("a")]);
        archived.others.push((facts("222222222222"), of_archive));
        let cases = vec![
            (
                "logs",
                with(vec![own("a")], logging_to("trails", "logs")),
                Verdict::Pass,
                "trail/a",
            ),
            ("in another account", archived, Verdict::Pass, "trail/a"),
            (
                "does not log",
                with(vec![own("a")], bucket("trails")),
                Verdict::Fail,
                "delivers to the bucket trails of account 111111111111",
            ),
            (
                "the account's other bucket",
                with(vec![delivering("subject")], logging_to("trails", "logs")),
                Verdict::Fail,
                "the bucket subject",
            ),
            (
                "outside the scan",
                showing(vec![own("a")]),
                Verdict::NotAssessed,
                "no list of buckets",
            ),
            (
                "logging refused",
                with(vec![own("a")], unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("no trail", showing(vec![]), Verdict::NotApplicable, "No region shows"),
            (
                "refused",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("not read", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }
}
