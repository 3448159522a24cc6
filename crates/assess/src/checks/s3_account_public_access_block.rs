//! `s3-account-public-access-block`: whether all four switches are on for the account.
//!
//! It does not know of the buckets in the account.

use s3attest_model::check::Severity;

use super::public_access_switches::off_everywhere;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-account-public-access-block",
    title: "The account blocks public access",
    severity: Severity::High,
    question: "Are all four switches of Block Public Access on for the account?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/s3-account-public-access-block.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(block) = trail.read(&view.facts.public_access_block)? else {
        return Ok(Judgement::fail("The account has no public access block."));
    };
    let off = off_everywhere(&[Some(block)]);
    Ok(if off.is_empty() {
        Judgement::pass("All four switches of Block Public Access are on for the account.")
    } else {
        Judgement::fail(format!("Off for the account: {}.", off.join(", ")))
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
    fn all_four_switches_have_to_be_on() {
        let one_off = PublicAccessBlock {
            restrict_public_buckets: false,
            ..switches(true)
        };
        for (observed, verdict, text) in [
            (Observed::Present(switches(true)), Verdict::Pass, "All four"),
            (
                Observed::Present(one_off),
                Verdict::Fail,
                "Off for the account: RestrictPublicBuckets.",
            ),
            (
                Observed::Present(switches(false)),
                Verdict::Fail,
                "BlockPublicAcls, IgnorePublicAcls",
            ),
            (Observed::Absent, Verdict::Fail, "no public access block"),
            (Observed::Gap(denied()), Verdict::NotAssessed, "access was denied"),
        ] {
            let finding = Scene::with(|scene| scene.facts.public_access_block.observed = observed).judge(&CHECK);
            assert_eq!(finding.verdict, verdict, "{text}");
            assert!(finding.message.contains(text), "{}", finding.message);
            assert_eq!(finding.evidence.len(), 1);
        }
    }
}
