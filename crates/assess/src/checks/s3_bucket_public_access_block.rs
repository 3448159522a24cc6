//! `s3-bucket-public-access-block`: whether each switch is on for the bucket or for its account.
//!
//! It does not know whether anything is public, only whether the safeguards are on.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::public_access_switches::off_everywhere;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-public-access-block",
    title: "Public access to the bucket is blocked",
    severity: Severity::High,
    question: "Is each of the four switches of Block Public Access on for the bucket or for its account?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[BucketSetting::PublicAccessBlock],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-public-access-block.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    // Either level alone can turn every switch on, so a gap at the other one does not matter then.
    let bucket = trail.read(&view.settings.public_access_block);
    if matches!(&bucket, Ok(Some(block)) if off_everywhere(&[Some(block)]).is_empty()) {
        return Ok(Judgement::pass(
            "All four switches of Block Public Access are on for the bucket.",
        ));
    }
    let account = trail.read(&view.account.public_access_block);
    if matches!(&account, Ok(Some(block)) if off_everywhere(&[Some(block)]).is_empty()) {
        return Ok(Judgement::pass(
            "All four switches of Block Public Access are on for the bucket's account.",
        ));
    }
    let off = off_everywhere(&[bucket?, account?]);
    Ok(if off.is_empty() {
        Judgement::pass("Each switch of Block Public Access is on for the bucket or for its account.")
    } else {
        Judgement::fail(format!("Off for the bucket and for its account: {}.", off.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PublicAccessBlock;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, switches};

    #[test]
    fn each_switch_counts_at_either_level_and_a_gap_only_where_it_decides() {
        let first_pair = PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: false,
            restrict_public_buckets: false,
        };
        let second_pair = PublicAccessBlock {
            block_public_acls: false,
            ignore_public_acls: false,
            block_public_policy: true,
            restrict_public_buckets: true,
        };
        let on = || Observed::Present(switches(true));
        let off = || Observed::Present(switches(false));
        for (bucket, account, verdict) in [
            (on(), Observed::Absent, Verdict::Pass),
            (Observed::Absent, on(), Verdict::Pass),
            (on(), Observed::Gap(denied()), Verdict::Pass),
            (Observed::Gap(denied()), on(), Verdict::Pass),
            (
                Observed::Present(first_pair),
                Observed::Present(second_pair),
                Verdict::Pass,
            ),
            (
                Observed::Present(first_pair),
                Observed::Present(first_pair),
                Verdict::Fail,
            ),
            (off(), off(), Verdict::Fail),
            (Observed::Absent, Observed::Absent, Verdict::Fail),
            (off(), Observed::Gap(denied()), Verdict::NotAssessed),
            (
                Observed::Present(first_pair),
                Observed::Gap(denied()),
                Verdict::NotAssessed,
            ),
            (Observed::Gap(denied()), Observed::Absent, Verdict::NotAssessed),
            (Observed::Gap(denied()), Observed::Gap(denied()), Verdict::NotAssessed),
        ] {
            let about = format!("{bucket:?} {account:?}");
            let scene = Scene::with(|scene| {
                scene.bucket.settings.public_access_block.observed = bucket;
                scene.facts.public_access_block.observed = account;
            });
            assert_eq!(scene.verdict(&CHECK), verdict, "{about}");
        }
    }
}
