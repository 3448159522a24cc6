//! `s3-bucket-mfa-delete`: whether deleting a version for good needs a second factor.
//!
//! It does not know whether the account's root user has a second factor at all.

use s3attest_model::bucket::{BucketSetting, ObjectLock};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-mfa-delete",
    title: "MFA delete is on",
    severity: Severity::Low,
    question: "Does deleting an object version for good need multi-factor authentication?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[
            BucketSetting::Versioning,
            BucketSetting::Lifecycle,
            BucketSetting::ObjectLock,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-mfa-delete.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let versioning = trail.read(&view.settings.versioning)?;
    let found = match versioning.and_then(|versioning| versioning.mfa_delete.as_deref()) {
        Some("Enabled") => return Ok(Judgement::pass("MFA delete is enabled.")),
        Some("Disabled") => "MFA delete is disabled",
        None => "MFA delete was never configured",
        Some(other) => {
            return Err(Unknown::not_understood(format!(
                "MFA delete is in the unknown state {other}"
            )));
        }
    };
    // Each of the two excuses suffices, so a gap in one of them matters only when the other does not hold.
    let lifecycle = trail.read(&view.settings.lifecycle);
    if let Ok(Some(rules)) = &lifecycle
        && !rules.is_empty()
    {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and the bucket has lifecycle rules, which S3 does not allow together with it."
        )));
    }
    let object_lock = trail.read(&view.settings.object_lock);
    if let Ok(Some(lock)) = &object_lock
        && locks_in_compliance_mode(lock)
    {
        return Ok(Judgement::not_applicable(format!(
            "{found}, and Object Lock gives new objects a default retention in compliance mode, which nobody can shorten."
        )));
    }
    lifecycle?;
    object_lock?;
    Ok(Judgement::fail(format!(
        "{found}, and neither lifecycle rules nor a default retention in compliance mode stand in its place."
    )))
}

fn locks_in_compliance_mode(lock: &ObjectLock) -> bool {
    let retention = lock.default_retention.as_ref();
    lock.enabled && retention.and_then(|retention| retention.mode.as_deref()) == Some("COMPLIANCE")
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_lifecycle::tests::{expiring, with_rules};
    use crate::checks::s3_bucket_object_lock::tests::lock;
    use crate::checks::s3_bucket_versioning::tests::versioned;
    use crate::checks::scene::{Scene, expect};

    fn disabled(change: impl FnOnce(&mut Scene)) -> Scene {
        let mut scene = versioned(Some("Enabled"), Some("Disabled"));
        change(&mut scene);
        scene
    }

    #[test]
    fn it_passes_when_on_and_fails_when_nothing_excuses_it() {
        let cases = vec![
            (
                "on",
                versioned(Some("Enabled"), Some("Enabled")),
                Verdict::Pass,
                "enabled",
            ),
            (
                "on beside lifecycle rules",
                {
                    let mut scene = versioned(Some("Enabled"), Some("Enabled"));
                    with_rules(&mut scene.bucket, vec![expiring(Some(""), 30)]);
                    scene
                },
                Verdict::Pass,
                "enabled",
            ),
            ("off", disabled(|_| {}), Verdict::Fail, "disabled"),
            ("never", versioned(None, None), Verdict::Fail, "never configured"),
            ("absent", Scene::new(), Verdict::Fail, "never configured"),
            (
                "not understood",
                versioned(None, Some("?")),
                Verdict::NotAssessed,
                "unknown state",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Versioning)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn either_excuse_suffices_and_a_gap_is_none() {
        let cases = vec![
            (
                "lifecycle rules, even disabled ones",
                disabled(|scene| {
                    let mut rule = expiring(Some(""), 30);
                    rule.status = "Disabled".to_owned();
                    with_rules(&mut scene.bucket, vec![rule]);
                    scene.withhold(BucketSetting::ObjectLock);
                }),
                Verdict::NotApplicable,
                "lifecycle rules",
            ),
            (
                "compliance mode",
                disabled(|scene| {
                    lock(&mut scene.bucket, Some(("COMPLIANCE", 30)));
                    scene.withhold(BucketSetting::Lifecycle);
                }),
                Verdict::NotApplicable,
                "compliance mode",
            ),
            (
                "governance mode does not suffice",
                disabled(|scene| lock(&mut scene.bucket, Some(("GOVERNANCE", 30)))),
                Verdict::Fail,
                "neither",
            ),
            (
                "an empty lifecycle configuration",
                disabled(|scene| with_rules(&mut scene.bucket, Vec::new())),
                Verdict::Fail,
                "neither",
            ),
            (
                "unknown lifecycle",
                disabled(|scene| scene.withhold(BucketSetting::Lifecycle)),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "unknown Object Lock",
                disabled(|scene| scene.withhold(BucketSetting::ObjectLock)),
                Verdict::NotAssessed,
                "denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
