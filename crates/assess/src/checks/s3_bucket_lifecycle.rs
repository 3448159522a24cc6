//! `s3-bucket-lifecycle`: whether a lifecycle rule is in force.
//!
//! It does not know whether the periods are the right ones for the data.

use s3attest_model::bucket::{BucketSetting, LifecycleFilter, LifecycleRule};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-lifecycle",
    title: "A lifecycle rule is in force",
    severity: Severity::Low,
    question: "Does the bucket have an enabled lifecycle rule?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Lifecycle],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-lifecycle.md"),
    judge: Judge::Bucket(judge),
};

/// A number of days in words.
pub(super) fn in_days(count: i32) -> String {
    match count {
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

/// A rule as a sentence names it after "the".
pub(super) fn name_of(rule: &LifecycleRule) -> String {
    match &rule.id {
        Some(id) => format!("lifecycle rule {id}"),
        None => "lifecycle rule without an id".to_owned(),
    }
}

/// The objects of a filter as a sentence names them.
pub(super) fn objects_of(filter: &LifecycleFilter) -> String {
    let mut words = match filter.prefix.as_deref() {
        None | Some("") => "objects".to_owned(),
        Some(prefix) => format!("objects under {prefix}"),
    };
    match (filter.by_tag, filter.by_size) {
        (true, true) => words.push_str(" with certain tags and sizes"),
        (true, false) => words.push_str(" with certain tags"),
        (false, true) => words.push_str(" of certain sizes"),
        (false, false) => {}
    }
    if filter.is_everything() {
        format!("all {words}")
    } else {
        words
    }
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(rules) = trail.read(&view.settings.lifecycle)? else {
        return Ok(Judgement::fail("The bucket has no lifecycle configuration."));
    };
    let all = rules.len();
    Ok(match rules.iter().filter(|rule| rule.is_enabled()).count() {
        0 if all == 0 => Judgement::fail("The lifecycle configuration holds no rules."),
        0 => Judgement::fail(format!("No lifecycle rule is enabled, of {all} that exist.")),
        1 => Judgement::pass(format!("1 of {all} lifecycle rules is enabled.")),
        enabled => Judgement::pass(format!("{enabled} of {all} lifecycle rules are enabled.")),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::{Bucket, LifecycleAction};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    /// An enabled rule named `rule` with these actions for a prefix.
    pub(in crate::checks) fn rule(prefix: Option<&str>, actions: Vec<LifecycleAction>) -> LifecycleRule {
        LifecycleRule {
            id: Some("rule".to_owned()),
            status: "Enabled".to_owned(),
            filter: LifecycleFilter {
                prefix: prefix.map(str::to_owned),
                by_tag: false,
                by_size: false,
            },
            actions,
        }
    }

    /// An enabled rule that expires objects under a prefix after days.
    pub(in crate::checks) fn expiring(prefix: Option<&str>, days: i32) -> LifecycleRule {
        rule(prefix, vec![LifecycleAction::ExpireAfterDays(days)])
    }

    /// The same rule, disabled.
    pub(in crate::checks) fn disabled(mut rule: LifecycleRule) -> LifecycleRule {
        rule.status = "Disabled".to_owned();
        rule
    }

    /// Gives a bucket these rules.
    pub(in crate::checks) fn with_rules(bucket: &mut Bucket, rules: Vec<LifecycleRule>) {
        bucket.settings.lifecycle = present(BucketSetting::Lifecycle, rules);
    }

    fn ruled(rules: Vec<LifecycleRule>) -> Scene {
        Scene::with(|scene| with_rules(&mut scene.bucket, rules))
    }

    #[test]
    fn an_enabled_rule_passes() {
        let enabled = || expiring(None, 30);
        let cases = vec![
            (
                "one",
                ruled(vec![enabled()]),
                Verdict::Pass,
                "1 of 1 lifecycle rules is",
            ),
            (
                "some",
                ruled(vec![disabled(enabled()), enabled()]),
                Verdict::Pass,
                "1 of 2",
            ),
            (
                "many",
                ruled(vec![enabled(), enabled()]),
                Verdict::Pass,
                "2 of 2 lifecycle rules are",
            ),
            (
                "all disabled",
                ruled(vec![disabled(enabled())]),
                Verdict::Fail,
                "of 1 that exist",
            ),
            ("empty", ruled(Vec::new()), Verdict::Fail, "no rules"),
            ("absent", Scene::new(), Verdict::Fail, "no lifecycle configuration"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Lifecycle)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_filter_is_named_by_everything_that_limits_it() {
        let filter = |prefix: Option<&str>, by_tag, by_size| LifecycleFilter {
            prefix: prefix.map(str::to_owned),
            by_tag,
            by_size,
        };
        let cases = [
            (filter(None, false, false), "all objects"),
            (filter(Some(""), false, false), "all objects"),
            (filter(Some("tmp/"), false, false), "objects under tmp/"),
            (
                filter(Some("tmp/"), true, true),
                "objects under tmp/ with certain tags and sizes",
            ),
            (filter(None, true, false), "objects with certain tags"),
            (filter(None, false, true), "objects of certain sizes"),
        ];
        for (filter, words) in cases {
            assert_eq!(objects_of(&filter), words);
        }
    }
}
