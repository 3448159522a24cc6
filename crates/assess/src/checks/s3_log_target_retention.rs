//! `s3-log-target-retention`: whether lifecycle rules of the log target leave the logs there long enough.
//!
//! It does not know of deletion by people or programs.

use s3attest_model::bucket::{BucketSetting, LifecycleAction, LifecycleRule, LogDestination, LogKeyFormat};
use s3attest_model::check::Severity;

use super::s3_bucket_lifecycle::{in_days, name_of, objects_of};
use super::s3_log_target_location::{Target, target_of};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-retention",
    title: "The log target keeps logs for the required time",
    severity: Severity::Low,
    question: "Do lifecycle rules of the log target keep access logs for the required time?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging, BucketSetting::Lifecycle],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-retention.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let (destination, target) = match target_of(view, trail)? {
        Target::Bucket(destination, target) => (destination, target),
        Target::None(judgement) => return Ok(judgement),
    };
    let name = &target.name;
    let required = view.parameters.log_retention_days;
    let lifecycle = trail.read_of(target.arn.clone(), &target.lifecycle)?;
    let rules = lifecycle.map(Vec::as_slice).unwrap_or_default();
    let concerned = rules
        .iter()
        .filter(|rule| rule.is_enabled() && concerns(rule, destination, view));
    let mut shortest: Option<(i32, &LifecycleRule)> = None;
    for rule in concerned {
        for action in &rule.actions {
            match action {
                LifecycleAction::ExpireOnDate(date) => {
                    return Ok(Judgement::fail(format!(
                        "The {} of the log target {name} expires {} on {date}, whatever their age; {required} days are \
                         required.",
                        name_of(rule),
                        objects_of(&rule.filter)
                    )));
                }
                LifecycleAction::ExpireAfterDays(days) => {
                    if shortest.is_none_or(|(least, _)| *days < least) {
                        shortest = Some((*days, rule));
                    }
                }
                LifecycleAction::ExpireDeleteMarkers
                | LifecycleAction::Transition { .. }
                | LifecycleAction::ExpireNoncurrentAfterDays { .. }
                | LifecycleAction::TransitionNoncurrent { .. }
                | LifecycleAction::AbortIncompleteMultipartUpload(_) => {}
            }
        }
    }
    Ok(match shortest {
        None => Judgement::pass(format!(
            "No enabled lifecycle rule of the log target {name} expires these logs."
        )),
        Some((days, rule)) => {
            let said = format!(
                "The {} of the log target {name} expires {} after {}; {required} are required.",
                name_of(rule),
                objects_of(&rule.filter),
                in_days(days)
            );
            if i64::from(days) >= i64::from(required) {
                Judgement::pass(said)
            } else {
                Judgement::fail(said)
            }
        }
    })
}

/// Whether a rule of the target reaches logs of this bucket. S3 writes logs without tags, so a rule by tag does not.
///
/// The key of a log object goes on after the target prefix with the year (`2026-…`), or with account, region, source
/// bucket and date (Amazon S3 User Guide, "Logging requests with server access logging").
fn concerns(rule: &LifecycleRule, destination: &LogDestination, view: &BucketView<'_>) -> bool {
    if rule.filter.by_tag {
        return false;
    }
    let wanted = rule.filter.prefix.as_deref().unwrap_or_default();
    let Some(rest) = wanted.strip_prefix(destination.target_prefix.as_str()) else {
        return destination.target_prefix.starts_with(wanted);
    };
    match &destination.key_format {
        Some(LogKeyFormat::Partitioned(_)) => {
            // The region is left out: were it not known, the rule would have to count.
            let mut parts = rest.split('/');
            let [account, _region, source] = [parts.next(), parts.next(), parts.next()];
            agrees(
                account,
                view.bucket.account.as_str(),
                source.is_some() || rest.contains('/'),
            ) && agrees(source, view.bucket.name.as_str(), parts.next().is_some())
        }
        Some(LogKeyFormat::Simple) | None => rest.bytes().next().is_none_or(|first| first.is_ascii_digit()),
    }
}

/// Whether a part of a key can be this one: equal when the part is complete, else beginning like it.
fn agrees(part: Option<&str>, key: &str, is_complete: bool) -> bool {
    part.is_none_or(|part| {
        if is_complete {
            part == key
        } else {
            key.starts_with(part)
        }
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::Bucket;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logged;
    use crate::checks::s3_bucket_lifecycle::tests::{disabled, expiring, rule, with_rules};
    use crate::checks::scene::{Scene, bucket, denied, expect, source};

    fn kept(rules: Vec<LifecycleRule>) -> Scene {
        let mut target = bucket("logs");
        with_rules(&mut target, rules);
        logged("logs", vec![target])
    }

    fn partitioned(rules: Vec<LifecycleRule>) -> Scene {
        let mut scene = kept(rules);
        if let Observed::Present(destination) = &mut scene.bucket.settings.logging.observed {
            destination.key_format = Some(LogKeyFormat::Partitioned("EventTime".to_owned()));
        }
        scene
    }

    #[test]
    fn the_earliest_expiration_decides() {
        let mut lenient = kept(vec![expiring(None, 30)]);
        lenient.parameters.log_retention_days = 30;
        let dated = || rule(None, vec![LifecycleAction::ExpireOnDate("2030-01-01".to_owned())]);
        let moved = LifecycleAction::Transition {
            days: Some(1),
            storage_class: "GLACIER_IR".to_owned(),
        };
        let noncurrent = LifecycleAction::ExpireNoncurrentAfterDays {
            days: Some(1),
            keep: None,
        };
        let mut unread: Bucket = bucket("logs");
        unread.settings.withhold(BucketSetting::Lifecycle, denied());
        let mut incomplete = logged("logs", vec![]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let cases = vec![
            (
                "long enough",
                kept(vec![expiring(None, 365)]),
                Verdict::Pass,
                "after 365 days; 365 are required",
            ),
            ("by configuration", lenient, Verdict::Pass, "30 are required"),
            (
                "no lifecycle",
                logged("logs", vec![bucket("logs")]),
                Verdict::Pass,
                "No enabled lifecycle rule",
            ),
            (
                "moved only",
                kept(vec![rule(None, vec![moved, noncurrent])]),
                Verdict::Pass,
                "No enabled",
            ),
            (
                "disabled",
                kept(vec![disabled(expiring(None, 1))]),
                Verdict::Pass,
                "No enabled",
            ),
            (
                "too early",
                kept(vec![expiring(None, 364)]),
                Verdict::Fail,
                "after 364 days",
            ),
            (
                "the shortest of two",
                kept(vec![expiring(None, 400), expiring(Some("logs/"), 90)]),
                Verdict::Fail,
                "objects under logs/ after 90 days",
            ),
            ("on a date", kept(vec![dated()]), Verdict::Fail, "on 2030-01-01"),
            (
                "missing",
                logged("logs", vec![]),
                Verdict::Fail,
                "does not exist in this account",
            ),
            ("absent", Scene::new(), Verdict::NotApplicable, "off"),
            (
                "lifecycle gap",
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

    #[test]
    fn only_rules_that_reach_the_logs_of_this_bucket_count() {
        let mut by_tag = expiring(None, 1);
        by_tag.filter.by_tag = true;
        let mut by_size = expiring(None, 1);
        by_size.filter.by_size = true;
        let cases = vec![
            (
                "another prefix",
                kept(vec![expiring(Some("tmp/"), 1)]),
                Verdict::Pass,
                "No enabled",
            ),
            (
                "the beginning of the prefix",
                kept(vec![expiring(Some("lo"), 1)]),
                Verdict::Fail,
                "under lo after",
            ),
            (
                "one year",
                kept(vec![expiring(Some("logs/2026"), 1)]),
                Verdict::Fail,
                "logs/2026",
            ),
            (
                "beside the logs",
                kept(vec![expiring(Some("logs/archive/"), 1)]),
                Verdict::Pass,
                "No enabled",
            ),
            ("by tag", kept(vec![by_tag]), Verdict::Pass, "No enabled"),
            ("by size", kept(vec![by_size]), Verdict::Fail, "of certain sizes"),
        ];
        expect(&CHECK, cases);
        let reached = |prefix: &str| partitioned(vec![expiring(Some(prefix), 1)]).verdict(&CHECK) == Verdict::Fail;
        for (prefix, reaches) in [
            ("logs/", true),
            ("logs/1111", true),
            ("logs/111111111111/", true),
            ("logs/222222222222/", false),
            ("logs/1111/", false),
            ("logs/111111111111/eu-central-1/", true),
            ("logs/111111111111/eu-central-1/sub", true),
            ("logs/111111111111/eu-central-1/subject/2026/", true),
            ("logs/111111111111/eu-central-1/other/", false),
            ("logs/111111111111/eu-central-1/sub/", false),
        ] {
            assert_eq!(reached(prefix), reaches, "{prefix}");
        }
    }
}
