//! `s3-bucket-public-write`: whether the public can write to the bucket or change who may, all documents taken together.

use s3attest_model::check::Severity;
use s3attest_policy::access::Access;

use super::outside_access::{PUBLIC, reached};
use super::s3_bucket_public_read::READS;
use crate::check::{Check, Judge};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-public-write",
    title: "The public can neither write nor change permissions",
    severity: Severity::Critical,
    question: "Is everybody without a place in the account kept from writing to the bucket and from changing who may?",
    reads: READS,
    page: include_str!("../../../../docs/checks/s3-bucket-public-write.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reached = reached(view, trail, PUBLIC, &[Access::Write, Access::ChangePermissions])?;
    Ok(match reached.how() {
        Some(how) => Judgement::fail(format!("The bucket is writable by the public: {how}.")),
        None => Judgement::pass(format!(
            "Neither the bucket policy nor the access control list nor an access point lets the public write or change \
             permissions.{}",
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
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_grant, with_policy};
    use crate::checks::scene::{Case, expect, switches};

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
                "a policy for everybody",
                known(|scene| with_policy(scene, &everybody("s3:PutObject"))),
                Verdict::Fail,
                "can write by the bucket policy",
            ),
            (
                "reading is not writing",
                known(|scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::Pass,
                "Neither",
            ),
            (
                "a list that lets everybody change it",
                known(|scene| with_grant(scene, "WRITE_ACP")),
                Verdict::Fail,
                "can change permissions by the access control list",
            ),
            (
                "a list whose effect is ignored",
                known(|scene| {
                    with_grant(scene, "WRITE");
                    scene.facts.public_access_block.observed = Observed::Present(switches(true));
                }),
                Verdict::Pass,
                "Neither",
            ),
            (
                "a policy that could not be read",
                known(|scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a policy that could not be read, and may name a fixed key where public policies are restricted",
                known(|scene| {
                    scene.withhold(BucketSetting::Policy);
                    scene.facts.public_access_block.observed = Observed::Present(switches(true));
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
