//! `s3-log-target-not-public`: whether the public can reach a bucket to which others send their access logs.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::access::Access;

use super::outside_access::{PUBLIC, reached};
use super::s3_bucket_public_read::READS;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::roles::as_sentence;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-not-public",
    title: "The public does not reach access logs",
    severity: Severity::Critical,
    question: "Is the public kept out of a bucket to which other buckets send their access logs?",
    reads: Reads {
        account: &[AccountFact::PublicAccessBlock, AccountFact::BucketListing],
        settings: &[
            BucketSetting::Acl,
            BucketSetting::Logging,
            BucketSetting::OwnershipControls,
            BucketSetting::Policy,
            BucketSetting::PublicAccessBlock,
        ],
        ..READS
    },
    page: include_str!("../../../../docs/checks/s3-log-target-not-public.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(role) = view.log_target(trail)? else {
        return Ok(Judgement::not_applicable(
            "No other bucket of the account sends its access logs here.",
        ));
    };
    let role = as_sentence(&role.said());
    let reached = reached(view, trail, PUBLIC, &Access::ALL)?;
    Ok(match reached.how() {
        Some(how) => Judgement::fail(format!("{role}, and the public reaches it: {how}.")),
        None => Judgement::pass(format!(
            "{role}, and nothing lets the public in.{}",
            reached.kept_out_by()
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::{Case, Scene, bucket, denied, expect};

    /// Another bucket sends its logs here.
    fn target(scene: &mut Scene) {
        scene.add(logging_to("sender", "subject"));
    }

    #[test]
    fn all_documents_together_decide() {
        let cases: Vec<Case> = vec![
            ("no target", known(|_| {}), Verdict::NotApplicable, "No other bucket"),
            (
                "a closed target",
                known(target),
                Verdict::Pass,
                "nothing lets the public in",
            ),
            (
                "an open target",
                known(|scene| {
                    target(scene);
                    with_policy(scene, &everybody("s3:GetObject"));
                }),
                Verdict::Fail,
                "the public reaches it",
            ),
            (
                "an open bucket that is no target",
                known(|scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::NotApplicable,
                "No other bucket",
            ),
            (
                "a policy that could not be read",
                known(|scene| {
                    target(scene);
                    scene.withhold(BucketSetting::Policy);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "another bucket's logging could not be read",
                known(|scene| {
                    let mut other = bucket("other");
                    other.settings.withhold(BucketSetting::Logging, denied());
                    scene.add(other);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
