//! `s3-bucket-abort-multipart`: whether uploads that were never completed are cleaned up.
//!
//! It does not add up rules for parts of the objects.

use s3attest_model::bucket::{BucketSetting, LifecycleAction, LifecycleRule};
use s3attest_model::check::Severity;

use super::s3_bucket_lifecycle::{in_days, name_of, objects_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-abort-multipart",
    title: "Incomplete multipart uploads are aborted",
    severity: Severity::Info,
    question: "Does a lifecycle rule abort incomplete multipart uploads in time?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Lifecycle],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-abort-multipart.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let allowed = view.parameters.abort_multipart_days;
    let Some(rules) = trail.read(&view.settings.lifecycle)? else {
        return Ok(Judgement::fail("The bucket has no lifecycle configuration."));
    };
    let aborting: Vec<_> = rules
        .iter()
        .filter(|rule| rule.is_enabled())
        .filter_map(aborts)
        .collect();
    let whole = || aborting.iter().filter(|(rule, _)| rule.filter.is_everything());
    let in_time = |days: i32| u32::try_from(days).is_ok_and(|days| days <= allowed);
    let earliest = whole()
        .filter_map(|(rule, days)| Some((rule, (*days)?)))
        .min_by_key(|(_, days)| *days);
    if let Some((rule, days)) = earliest
        && in_time(days)
    {
        return Ok(Judgement::pass(format!(
            "The {} aborts incomplete uploads after {}; at most {allowed} are allowed.",
            name_of(rule),
            in_days(days)
        )));
    }
    if let Some((rule, _)) = whole().find(|(_, days)| days.is_none()) {
        let detail = format!(
            "the {} aborts incomplete uploads, and it is not said after how many days",
            name_of(rule)
        );
        return Err(Unknown::not_understood(detail));
    }
    Ok(match (earliest, aborting.first()) {
        (Some((rule, days)), _) => Judgement::fail(format!(
            "The {} aborts incomplete uploads only after {}; at most {allowed} are allowed.",
            name_of(rule),
            in_days(days)
        )),
        (None, Some((rule, _))) => Judgement::fail(format!(
            "The {} aborts incomplete uploads for {} only, and no rule does so for all objects.",
            name_of(rule),
            objects_of(&rule.filter)
        )),
        (None, None) => Judgement::fail("No enabled lifecycle rule aborts incomplete multipart uploads."),
    })
}

fn aborts(rule: &LifecycleRule) -> Option<(&LifecycleRule, Option<i32>)> {
    rule.actions.iter().find_map(|action| match action {
        LifecycleAction::AbortIncompleteMultipartUpload(days) => Some((rule, *days)),
        LifecycleAction::ExpireAfterDays(_)
        | LifecycleAction::ExpireOnDate(_)
        | LifecycleAction::ExpireDeleteMarkers
        | LifecycleAction::Transition { .. }
        | LifecycleAction::ExpireNoncurrentAfterDays { .. }
        | LifecycleAction::TransitionNoncurrent { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_lifecycle::tests::{disabled, expiring, rule, with_rules};
    use crate::checks::scene::{Scene, expect};

    fn aborting(prefix: Option<&str>, days: Option<i32>) -> LifecycleRule {
        rule(prefix, vec![LifecycleAction::AbortIncompleteMultipartUpload(days)])
    }

    fn scene(rules: Vec<LifecycleRule>) -> Scene {
        Scene::with(|scene| with_rules(&mut scene.bucket, rules))
    }

    #[test]
    fn a_rule_for_all_objects_has_to_act_in_time() {
        let mut strict = scene(vec![aborting(None, Some(7))]);
        strict.parameters.abort_multipart_days = 3;
        let cases = vec![
            (
                "in time",
                scene(vec![aborting(None, Some(7))]),
                Verdict::Pass,
                "after 7 days; at most 7",
            ),
            (
                "empty prefix",
                scene(vec![aborting(Some(""), Some(1))]),
                Verdict::Pass,
                "after 1 day;",
            ),
            (
                "the earliest counts",
                scene(vec![aborting(None, Some(30)), aborting(None, Some(2))]),
                Verdict::Pass,
                "after 2 days",
            ),
            (
                "late",
                scene(vec![aborting(None, Some(8))]),
                Verdict::Fail,
                "only after 8 days",
            ),
            ("late by configuration", strict, Verdict::Fail, "at most 3"),
            (
                "a part only",
                scene(vec![aborting(Some("in/"), Some(1))]),
                Verdict::Fail,
                "objects under in/ only",
            ),
            (
                "disabled",
                scene(vec![disabled(aborting(None, Some(1)))]),
                Verdict::Fail,
                "No enabled",
            ),
            (
                "another action",
                scene(vec![expiring(None, 1)]),
                Verdict::Fail,
                "No enabled",
            ),
            ("absent", Scene::new(), Verdict::Fail, "no lifecycle configuration"),
            (
                "days not said",
                scene(vec![aborting(None, None)]),
                Verdict::NotAssessed,
                "how many days",
            ),
            (
                "days not said, and another rule in time",
                scene(vec![aborting(None, None), aborting(None, Some(7))]),
                Verdict::Pass,
                "7 days",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Lifecycle)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
