//! `s3-bucket-acl-disabled`: whether Object Ownership turns access control lists off.
//!
//! It does not look at the lists.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-acl-disabled",
    title: "Access control lists are disabled",
    severity: Severity::Medium,
    question: "Is Object Ownership set to `BucketOwnerEnforced`, so that access control lists have no effect?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::OwnershipControls],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-acl-disabled.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(controls) = trail.read(&view.settings.ownership_controls)? else {
        return Ok(Judgement::fail(
            "Object Ownership is not configured, so access control lists are in force.",
        ));
    };
    match controls.object_ownership.as_str() {
        "BucketOwnerEnforced" => Ok(Judgement::pass(
            "Object Ownership is BucketOwnerEnforced, so access control lists have no effect.",
        )),
        ownership @ ("BucketOwnerPreferred" | "ObjectWriter") => Ok(Judgement::fail(format!(
            "Object Ownership is {ownership}, so access control lists are in force."
        ))),
        other => Err(Unknown::not_understood(format!(
            "Object Ownership is `{other}`, which is not known"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::OwnershipControls;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied};

    #[test]
    fn only_bucket_owner_enforced_disables_lists() {
        let set = |text: &str| {
            Observed::Present(OwnershipControls {
                object_ownership: text.to_owned(),
            })
        };
        for (observed, verdict) in [
            (set("BucketOwnerEnforced"), Verdict::Pass),
            (set("BucketOwnerPreferred"), Verdict::Fail),
            (set("ObjectWriter"), Verdict::Fail),
            (set("Novel"), Verdict::NotAssessed),
            (Observed::Absent, Verdict::Fail),
            (Observed::Gap(denied()), Verdict::NotAssessed),
        ] {
            let about = format!("{observed:?}");
            let scene = Scene::with(|scene| scene.bucket.settings.ownership_controls.observed = observed);
            assert_eq!(scene.verdict(&CHECK), verdict, "{about}");
        }
    }
}
