//! `s3-bucket-versioning`: whether earlier versions of objects are kept.
//!
//! It does not know for how long they are kept.

use s3attest_model::bucket::{BucketSetting, Versioning};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-versioning",
    title: "Versioning is on",
    severity: Severity::Medium,
    question: "Is versioning on?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Versioning],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-versioning.md"),
    judge: Judge::Bucket(judge),
};

/// The three states of a bucket's versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// New versions are made.
    Enabled,
    /// Versions that exist are kept, and no new ones are made.
    Suspended,
    /// There were never versions.
    Never,
}

/// The state of versioning; a word that is not one of S3's two is not understood.
pub(super) fn state_of(versioning: Option<&Versioning>) -> Result<State, Unknown<'_>> {
    match versioning.and_then(|versioning| versioning.status.as_deref()) {
        Some("Enabled") => Ok(State::Enabled),
        Some("Suspended") => Ok(State::Suspended),
        None => Ok(State::Never),
        Some(other) => Err(Unknown::not_understood(format!(
            "versioning is in the unknown state {other}"
        ))),
    }
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    Ok(match state_of(trail.read(&view.settings.versioning)?)? {
        State::Enabled => Judgement::pass("Versioning is enabled."),
        State::Suspended => Judgement::fail("Versioning is suspended: new objects replace each other."),
        State::Never => Judgement::fail("Versioning was never turned on."),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    /// A scene whose bucket answers with these two members of its versioning.
    pub(in crate::checks) fn versioned(status: Option<&str>, mfa_delete: Option<&str>) -> Scene {
        let versioning = Versioning {
            status: status.map(str::to_owned),
            mfa_delete: mfa_delete.map(str::to_owned),
        };
        Scene::with(|scene| scene.bucket.settings.versioning = present(BucketSetting::Versioning, versioning))
    }

    #[test]
    fn only_enabled_versioning_passes() {
        let cases = vec![
            ("enabled", versioned(Some("Enabled"), None), Verdict::Pass, "enabled"),
            (
                "suspended",
                versioned(Some("Suspended"), None),
                Verdict::Fail,
                "suspended",
            ),
            (
                "never: an answer without members",
                versioned(None, None),
                Verdict::Fail,
                "never",
            ),
            ("absent", Scene::new(), Verdict::Fail, "never"),
            (
                "not understood",
                versioned(Some("enabled"), None),
                Verdict::NotAssessed,
                "unknown state enabled",
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
}
