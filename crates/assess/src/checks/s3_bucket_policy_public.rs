//! `s3-bucket-policy-public`: whether S3 itself calls the bucket policy public.
//!
//! It takes S3's own judgement and does not evaluate the policy.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::public_access_switches::restricts_public_buckets;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-public",
    title: "The bucket policy is not public",
    severity: Severity::Critical,
    question: "Does S3 judge the bucket policy not to be public?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[BucketSetting::PolicyStatus, BucketSetting::PublicAccessBlock],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-policy-public.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(status) = trail.read(&view.settings.policy_status)? else {
        return Ok(Judgement::not_applicable("The bucket has no policy."));
    };
    if !status.is_public {
        return Ok(Judgement::pass("S3 does not judge the bucket policy to be public."));
    }
    // The severity is lowered by proof only; that the policy is public stays what it is.
    Ok(match restricts_public_buckets(view, trail) {
        Ok(true) => Judgement::fail_as(
            Severity::Medium,
            "S3 judges the bucket policy to be public; RestrictPublicBuckets keeps the public out for now.",
        ),
        Ok(false) => Judgement::fail(
            "S3 judges the bucket policy to be public, and RestrictPublicBuckets is off both for the bucket and for its \
             account.",
        ),
        Err(unknown) => Judgement::fail(format!(
            "S3 judges the bucket policy to be public; whether RestrictPublicBuckets keeps the public out is not known: \
             {unknown}."
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PolicyStatus;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, switches};

    #[test]
    fn a_public_policy_fails_and_only_a_switch_that_is_known_to_be_on_makes_it_less_severe() {
        let status = |is_public| Observed::Present(PolicyStatus { is_public });
        let on = || Observed::Present(switches(true));
        for (status, bucket, account, verdict, severity) in [
            (
                status(false),
                Observed::Absent,
                Observed::Absent,
                Verdict::Pass,
                Severity::Critical,
            ),
            (
                Observed::Absent,
                Observed::Absent,
                Observed::Absent,
                Verdict::NotApplicable,
                Severity::Critical,
            ),
            (
                status(true),
                Observed::Absent,
                Observed::Absent,
                Verdict::Fail,
                Severity::Critical,
            ),
            (
                status(true),
                on(),
                Observed::Gap(denied()),
                Verdict::Fail,
                Severity::Medium,
            ),
            (
                status(true),
                Observed::Gap(denied()),
                on(),
                Verdict::Fail,
                Severity::Medium,
            ),
            (
                status(true),
                Observed::Absent,
                Observed::Gap(denied()),
                Verdict::Fail,
                Severity::Critical,
            ),
            (
                Observed::Gap(denied()),
                on(),
                on(),
                Verdict::NotAssessed,
                Severity::Critical,
            ),
        ] {
            let about = format!("{status:?} {bucket:?} {account:?}");
            let finding = Scene::with(|scene| {
                scene.bucket.settings.policy_status.observed = status;
                scene.bucket.settings.public_access_block.observed = bucket;
                scene.facts.public_access_block.observed = account;
            })
            .judge(&CHECK);
            assert_eq!((finding.verdict, finding.severity), (verdict, severity), "{about}");
        }
    }
}
