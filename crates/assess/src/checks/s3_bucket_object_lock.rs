//! `s3-bucket-object-lock`: whether new objects are locked by default.
//!
//! It does not know of retention or legal holds on single objects.

use s3attest_model::bucket::{BucketSetting, DefaultRetention};
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::s3_bucket_lifecycle::in_days;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-object-lock",
    title: "Object Lock is on with a default retention",
    severity: Severity::Medium,
    question: "Does Object Lock protect new objects by a default retention?",
    reads: Reads {
        sources: &[ServiceSource::CloudFront, ServiceSource::CloudTrail],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::ObjectLock, BucketSetting::Logging, BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-object-lock.md"),
    judge: Judge::Bucket(judge),
};

/// Mode and period of a default retention in words; `None` when one of them is missing.
pub(super) fn in_words(retention: &DefaultRetention) -> Option<String> {
    let mode = match retention.mode.as_deref()? {
        "GOVERNANCE" => "governance",
        "COMPLIANCE" => "compliance",
        _ => return None,
    };
    match (retention.days, retention.years) {
        (Some(days), None) => Some(format!("{} in {mode} mode", in_days(days))),
        (None, Some(1)) => Some(format!("1 year in {mode} mode")),
        (None, Some(years)) => Some(format!("{years} years in {mode} mode")),
        _ => None,
    }
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let lock = trail.read(&view.settings.object_lock)?.filter(|lock| lock.enabled);
    if let Some(retention) = lock.and_then(|lock| lock.default_retention.as_ref()) {
        return match in_words(retention) {
            Some(words) => Ok(Judgement::pass(format!(
                "Object Lock is enabled with a default retention of {words}."
            ))),
            None => Err(Unknown::not_understood(format!(
                "the default retention is not one of a known mode for days or for years: mode {}, days {}, years {}",
                retention.mode.as_deref().unwrap_or("none"),
                retention.days.map_or("none".to_owned(), |days| days.to_string()),
                retention.years.map_or("none".to_owned(), |years| years.to_string()),
            ))),
        };
    }
    let found = match lock {
        Some(_) => "Object Lock is enabled without a default retention",
        None => "Object Lock is not enabled",
    };
    if let Some(role) = view.log_target(trail)? {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and {}. A log target must not have a default retention.",
            role.said()
        )));
    }
    // A role that is not known leaves the severity as it is.
    if let Ok(Some(role)) = view.trail_target(trail) {
        return Ok(Judgement::fail_as(
            Severity::High,
            format!(
                "{found}, and {}. Audit records are what nobody should be able to delete.",
                role.said()
            ),
        ));
    }
    if let Some(role) = view.seen_origin(trail) {
        return Ok(Judgement::fail_as(
            Severity::Low,
            format!(
                "{found}, and {}. What is published is replaced often and kept elsewhere.",
                role.said()
            ),
        ));
    }
    Ok(match lock {
        Some(_) => Judgement::fail_as(
            Severity::Low,
            format!("{found}: only objects whose upload asks for it are locked."),
        ),
        None => Judgement::fail(format!("{found}.")),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::{Bucket, ObjectLock};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::cloudfront_origin_bucket_exists::tests::fetching;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::s3_bucket_public_read::tests::with_policy;
    use crate::checks::scene::{Scene, bucket, denied, expect, present};
    use crate::checks::shield_advanced::tests::front;
    use crate::checks::shown_trails::tests::listing;
    use crate::checks::trail_log_bucket_not_public::tests::{ADMITS, to};

    /// Enables Object Lock on a bucket, with a default retention of a mode and days.
    pub(in crate::checks) fn lock(bucket: &mut Bucket, retention: Option<(&str, i32)>) {
        let default_retention = retention.map(|(mode, days)| DefaultRetention {
            mode: Some(mode.to_owned()),
            days: Some(days),
            years: None,
        });
        let lock = ObjectLock {
            enabled: true,
            default_retention,
        };
        bucket.settings.object_lock = present(BucketSetting::ObjectLock, lock);
    }

    fn locked(retention: Option<(&str, i32)>) -> Scene {
        Scene::with(|scene| lock(&mut scene.bucket, retention))
    }

    #[test]
    fn a_default_retention_passes() {
        let cases = vec![
            (
                "governance",
                locked(Some(("GOVERNANCE", 30))),
                Verdict::Pass,
                "30 days in governance mode",
            ),
            (
                "compliance",
                locked(Some(("COMPLIANCE", 7))),
                Verdict::Pass,
                "7 days in compliance mode",
            ),
            (
                "no default retention",
                locked(None),
                Verdict::Fail,
                "without a default retention",
            ),
            ("absent", Scene::new(), Verdict::Fail, "not enabled"),
            (
                "not understood",
                locked(Some(("STRICT", 30))),
                Verdict::NotAssessed,
                "STRICT",
            ),
            (
                "present and not enabled",
                Scene::with(|scene| {
                    let lock = ObjectLock {
                        enabled: false,
                        default_retention: None,
                    };
                    scene.bucket.settings.object_lock = present(BucketSetting::ObjectLock, lock);
                }),
                Verdict::Fail,
                "not enabled",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::ObjectLock)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_missing_default_retention_alone_is_a_low_fail() {
        assert_eq!(locked(None).judge(&CHECK).severity, Severity::Low);
        assert_eq!(Scene::new().judge(&CHECK).severity, Severity::Medium);
    }

    #[test]
    fn the_role_of_the_bucket_weighs_what_is_missing() {
        let of_trail = |mut scene: Scene| {
            scene.say(listing(vec![to("subject")]));
            with_policy(&mut scene, ADMITS);
            scene
        };
        let origin = Scene::with(|scene| {
            scene.say(front(vec![fetching(&["subject.s3.eu-central-1.amazonaws.com"])]));
        });
        let perhaps_of_trail = Scene::with(|scene| with_policy(scene, ADMITS));
        let cases = vec![
            (
                of_trail(Scene::new()),
                Severity::High,
                "trail/a delivers its log files here",
            ),
            (
                of_trail(locked(None)),
                Severity::High,
                "without a default retention, and the bucket is a trail's",
            ),
            (origin, Severity::Low, "distribution/E1 fetches from it"),
            (perhaps_of_trail, Severity::Medium, "is not enabled."),
        ];
        for (scene, severity, words) in cases {
            let finding = scene.judge(&CHECK);
            assert_eq!(
                (finding.verdict, finding.severity),
                (Verdict::Fail, severity),
                "{}",
                finding.message
            );
            assert!(finding.message.contains(words), "{}", finding.message);
        }
    }

    #[test]
    fn a_log_target_is_not_asked_for_a_default_retention() {
        let target = |mut scene: Scene| {
            scene.add(logging_to("app", "subject"));
            scene
        };
        let perhaps = |mut scene: Scene| {
            let mut other = bucket("app");
            other.settings.withhold(BucketSetting::Logging, denied());
            scene.add(other);
            scene
        };
        let cases = vec![
            (
                "target",
                target(Scene::new()),
                Verdict::NotApplicable,
                "access logs here",
            ),
            (
                "target with Object Lock",
                target(locked(None)),
                Verdict::NotApplicable,
                "without a default retention",
            ),
            (
                "target with a default retention",
                target(locked(Some(("GOVERNANCE", 1)))),
                Verdict::Pass,
                "1 day in",
            ),
            (
                "perhaps a target",
                perhaps(Scene::new()),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "perhaps a target with a default retention",
                perhaps(locked(Some(("GOVERNANCE", 1)))),
                Verdict::Pass,
                "1",
            ),
        ];
        expect(&CHECK, cases);
    }
}
