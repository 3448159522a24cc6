//! `s3-bucket-versioned-lifecycle`: whether old versions are disposed of.
//!
//! It does not know whether the rules together reach every object.

use s3attest_model::bucket::{BucketSetting, LifecycleAction, LifecycleRule};
use s3attest_model::check::Severity;

use super::s3_bucket_lifecycle::{in_days, name_of, objects_of};
use super::s3_bucket_versioning::{State, state_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-versioned-lifecycle",
    title: "A versioned bucket expires or moves noncurrent versions",
    severity: Severity::Low,
    question: "Does a lifecycle rule expire or move noncurrent versions?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Versioning, BucketSetting::Lifecycle],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-versioned-lifecycle.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let state = match state_of(trail.read(&view.settings.versioning)?)? {
        State::Enabled => "enabled",
        State::Suspended => "suspended, and versions that exist are kept",
        State::Never => {
            let message = "Versioning was never turned on, so there are no noncurrent versions.";
            return Ok(Judgement::not_applicable(message));
        }
    };
    let Some(rules) = trail.read(&view.settings.lifecycle)? else {
        return Ok(Judgement::fail(format!(
            "Versioning is {state}, and the bucket has no lifecycle configuration."
        )));
    };
    let acts = |rule| Some((rule, action_on_versions(rule)?));
    Ok(match rules.iter().filter(|rule| rule.is_enabled()).find_map(acts) {
        Some((rule, action)) => Judgement::pass(format!(
            "Versioning is {state}; the {} {action}, for {}.",
            name_of(rule),
            objects_of(&rule.filter)
        )),
        None => Judgement::fail(format!(
            "Versioning is {state}, and no enabled lifecycle rule expires or moves noncurrent versions."
        )),
    })
}

/// What the rule does with noncurrent versions, as a sentence continues after the rule's name.
fn action_on_versions(rule: &LifecycleRule) -> Option<String> {
    let after = |days: &Option<i32>| days.map_or_else(String::new, |days| format!(" after {}", in_days(days)));
    rule.actions.iter().find_map(|action| match action {
        LifecycleAction::ExpireNoncurrentAfterDays { days, keep } => {
            let kept = keep.map_or_else(String::new, |keep| format!(", keeping the newest {keep}"));
            Some(format!("expires noncurrent versions{}{kept}", after(days)))
        }
        LifecycleAction::TransitionNoncurrent { days, storage_class } => {
            Some(format!("moves noncurrent versions to {storage_class}{}", after(days)))
        }
        LifecycleAction::ExpireAfterDays(_)
        | LifecycleAction::ExpireOnDate(_)
        | LifecycleAction::ExpireDeleteMarkers
        | LifecycleAction::Transition { .. }
        | LifecycleAction::AbortIncompleteMultipartUpload(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_lifecycle::tests::{disabled, expiring, rule, with_rules};
    use crate::checks::s3_bucket_versioning::tests::versioned;
    use crate::checks::scene::{Scene, expect};

    fn expiry() -> LifecycleRule {
        let action = LifecycleAction::ExpireNoncurrentAfterDays {
            days: Some(90),
            keep: Some(3),
        };
        rule(Some("data/"), vec![action])
    }

    fn scene(status: Option<&str>, rules: Vec<LifecycleRule>) -> Scene {
        let mut scene = versioned(status, None);
        with_rules(&mut scene.bucket, rules);
        scene
    }

    #[test]
    fn an_action_on_noncurrent_versions_is_asked_for_where_versions_exist() {
        let transition = LifecycleAction::TransitionNoncurrent {
            days: None,
            storage_class: "GLACIER_IR".to_owned(),
        };
        let mut unread = versioned(Some("Enabled"), None);
        unread.withhold(BucketSetting::Lifecycle);
        let mut never = versioned(None, None);
        never.withhold(BucketSetting::Lifecycle);
        let cases = vec![
            (
                "expiry",
                scene(Some("Enabled"), vec![expiry()]),
                Verdict::Pass,
                "after 90 days, keeping the newest 3, for objects under data/",
            ),
            (
                "transition",
                scene(Some("Enabled"), vec![rule(None, vec![transition])]),
                Verdict::Pass,
                "to GLACIER_IR, for all objects",
            ),
            (
                "suspended keeps versions",
                scene(Some("Suspended"), vec![]),
                Verdict::Fail,
                "suspended",
            ),
            (
                "current versions only",
                scene(Some("Enabled"), vec![expiring(None, 9)]),
                Verdict::Fail,
                "no enabled",
            ),
            (
                "disabled",
                scene(Some("Enabled"), vec![disabled(expiry())]),
                Verdict::Fail,
                "no enabled",
            ),
            (
                "absent",
                versioned(Some("Enabled"), None),
                Verdict::Fail,
                "no lifecycle configuration",
            ),
            ("never versioned", never, Verdict::NotApplicable, "never turned on"),
            ("lifecycle gap", unread, Verdict::NotAssessed, "denied"),
            (
                "versioning gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Versioning)),
                Verdict::NotAssessed,
                "denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
