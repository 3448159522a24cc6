//! `s3-bucket-public-access-block`: whether each switch is on for the bucket or for its account, and which level carries it.
//!
//! It does not know whether anything is public, only whether the safeguards are on.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::{EffectiveS3Policy, ServiceSource};
use s3attest_policy::access::{Known, OrganizationBlock};

use super::public_access_switches::{carried, off_everywhere};
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
        sources: &[ServiceSource::EffectiveS3Policy],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[BucketSetting::PublicAccessBlock],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-public-access-block.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    // Either level alone can turn every switch on, so a gap at the other one does not matter then.
    let bucket = trail.read(&view.settings.public_access_block);
    let account = trail.read(&view.account.public_access_block);
    let seen = [
        bucket.as_ref().ok().copied().flatten(),
        account.as_ref().ok().copied().flatten(),
    ];
    let above = if seen[1].is_some() {
        level_above(view, trail)
    } else {
        ""
    };
    let carried = carried(&[("the bucket", seen[0]), (above, seen[1])]);
    if off_everywhere(&seen).is_empty() {
        return Ok(Judgement::pass(format!("Block Public Access is on: {carried}.")));
    }
    let off = off_everywhere(&[bucket?, account?]).join(", ");
    Ok(Judgement::fail(if carried.is_empty() {
        format!("Off for the bucket and for its account: {off}.")
    } else {
        format!("Off for the bucket and for its account: {off}. On: {carried}.")
    }))
}

/// Who set what is in effect for the account: S3 answers with the organization's setting where its policy has one (Amazon S3
/// API Reference, `GetPublicAccessBlock` of S3 Control).
fn level_above<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> &'static str {
    if let Ok(reading) = view.services.of_account::<EffectiveS3Policy>() {
        // A gap makes the sentence less clear and the verdict no other.
        let _ = trail.read(&reading.policy);
    }
    match view.organization_block() {
        Known::Present(OrganizationBlock::All | OrganizationBlock::Off) => {
            "its account by the organization's S3 policy"
        }
        Known::Absent => "its account by the account's own setting",
        Known::Unknown(_) => "its account, by its own setting or by the organization's S3 policy",
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PublicAccessBlock;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::EffectivePolicy;

    use super::*;
    use crate::checks::scene::{Case, Scene, denied, expect, source, switches};

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

    #[test]
    fn the_level_that_carries_each_switch_is_named() {
        let pair = |first: bool| PublicAccessBlock {
            block_public_acls: first,
            ignore_public_acls: first,
            block_public_policy: !first,
            restrict_public_buckets: !first,
        };
        let saying = |content: Option<&'static str>| {
            move |scene: &mut Scene| {
                let policy = match content {
                    None => Evidence::absent(source("organizations.DescribeEffectivePolicy")),
                    Some(word) => {
                        let content =
                            format!(r#"{{"s3_attributes":{{"public_access_block_configuration":"{word}"}}}}"#);
                        let policy = EffectivePolicy {
                            content,
                            updated_at: None,
                            policy_type: None,
                        };
                        Evidence::present(policy, source("organizations.DescribeEffectivePolicy"))
                    }
                };
                scene.say(EffectiveS3Policy { policy });
            }
        };
        let scene =
            |bucket: Option<PublicAccessBlock>, account: Option<PublicAccessBlock>, say: &dyn Fn(&mut Scene)| {
                Scene::with(|scene| {
                    let observed = |block: Option<PublicAccessBlock>| block.map_or(Observed::Absent, Observed::Present);
                    scene.bucket.settings.public_access_block.observed = observed(bucket);
                    scene.facts.public_access_block.observed = observed(account);
                    say(scene);
                })
            };
        let (all, own) = (saying(Some("all")), saying(None));
        let cases: Vec<Case> = vec![
            (
                "the bucket",
                scene(Some(switches(true)), None, &own),
                Verdict::Pass,
                "Block Public Access is on: all four switches for the bucket.",
            ),
            (
                "the account",
                scene(None, Some(switches(true)), &own),
                Verdict::Pass,
                "all four switches for its account by the account's own setting.",
            ),
            (
                "the organization",
                scene(None, Some(switches(true)), &all),
                Verdict::Pass,
                "all four switches for its account by the organization's S3 policy.",
            ),
            (
                "nobody knows whose",
                scene(None, Some(switches(true)), &|_| {}),
                Verdict::Pass,
                "its account, by its own setting or by the organization's S3 policy.",
            ),
            (
                "each a pair",
                scene(Some(pair(true)), Some(pair(false)), &own),
                Verdict::Pass,
                "BlockPublicAcls, IgnorePublicAcls for the bucket; BlockPublicPolicy, RestrictPublicBuckets for its account",
            ),
            (
                "both",
                scene(Some(switches(true)), Some(switches(true)), &own),
                Verdict::Pass,
                "all four switches for the bucket and its account",
            ),
            (
                "one pair is off",
                scene(Some(pair(true)), None, &own),
                Verdict::Fail,
                "BlockPublicPolicy, RestrictPublicBuckets. On: BlockPublicAcls, IgnorePublicAcls for the bucket.",
            ),
        ];
        expect(&CHECK, cases);
    }
}
