//! `s3-bucket-policy-cross-account`: whether accounts outside the organization reach the bucket.

use s3attest_model::check::Severity;
use s3attest_policy::access::{Access, Audience};

use super::outside_access::reached;
use super::s3_bucket_public_read::READS;
use crate::check::{Check, Judge};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-cross-account",
    title: "No account outside the organization reaches the bucket",
    severity: Severity::High,
    question: "Are all accounts that the bucket lets in accounts of the organization?",
    reads: READS,
    page: include_str!("../../../../docs/checks/s3-bucket-policy-cross-account.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reached = reached(view, trail, &[Audience::OutsideAccounts], &Access::ALL)?;
    Ok(match reached.how() {
        Some(how) => Judgement::fail(format!("Accounts outside the organization reach the bucket: {how}.")),
        None => Judgement::pass(format!(
            "Neither the bucket policy nor the access control list nor an access point lets in an account outside the \
             organization.{}",
            reached.kept_out_by()
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::BucketSetting;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::{Case, denied, expect};

    fn account(id: &str) -> String {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{id}:root"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::subject/*"}}"#
        )
    }

    #[test]
    fn all_documents_together_decide() {
        let cases: Vec<Case> = vec![
            (
                "nothing is open",
                known(|_| {}),
                Verdict::Pass,
                "Neither the bucket policy nor",
            ),
            (
                "another account",
                known(|scene| with_policy(scene, &account("222222222222"))),
                Verdict::Fail,
                "222222222222",
            ),
            (
                "an account of the organization",
                known(|scene| {
                    with_policy(scene, &account("222222222222"));
                    let member = crate::checks::scene::account("222222222222");
                    scene.organization.ids.insert(member.id.clone());
                    scene.organization.accounts.insert(member.id.clone(), member);
                }),
                Verdict::Pass,
                "Neither",
            ),
            (
                "an account that an incomplete list does not hold",
                known(|scene| {
                    with_policy(scene, &account("222222222222"));
                    scene.organization.listing.observed = Observed::Gap(denied());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "everybody",
                known(|scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::Fail,
                "Accounts outside the organization reach the bucket",
            ),
            (
                "a policy that could not be read",
                known(|scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
