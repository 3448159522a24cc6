//! `s3-log-target-protected`: whether access logs survive where they are kept: overwriting leaves the old version, and no other
//! account writes.
//!
//! It asks what the other checks on log targets leave open. Whoever may write within the account itself is decided by IAM, which
//! is not read.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::access::{Access, Audience};

use super::outside_access::reached;
use super::s3_bucket_public_read::READS;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::roles::as_sentence;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-protected",
    title: "Access logs are kept where they cannot be lost unseen",
    severity: Severity::Medium,
    question: "Does a bucket to which other buckets send their access logs keep versions, and let no other account write?",
    reads: Reads {
        account: &[AccountFact::PublicAccessBlock, AccountFact::BucketListing],
        settings: &[
            BucketSetting::Acl,
            BucketSetting::Logging,
            BucketSetting::OwnershipControls,
            BucketSetting::Policy,
            BucketSetting::PublicAccessBlock,
            BucketSetting::Versioning,
        ],
        ..READS
    },
    page: include_str!("../../../../docs/checks/s3-log-target-protected.md"),
    judge: Judge::Bucket(judge),
};

/// Everyone but the account itself and AWS services. S3 delivers access logs within an account, so that no other account has
/// anything to write here.
const OTHERS: &[Audience] = &[
    Audience::Anyone,
    Audience::AuthenticatedUsers,
    Audience::OutsideAccounts,
    Audience::OrganizationAccounts,
];

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(role) = view.log_target(trail)? else {
        return Ok(Judgement::not_applicable(
            "No other bucket of the account sends its access logs here.",
        ));
    };
    let role = as_sentence(&role.said());
    let versioning = trail.read(&view.settings.versioning);
    let is_kept = versioning.map(|versioning| versioning.and_then(|each| each.status.as_deref()) == Some("Enabled"));
    let reached = reached(view, trail, OTHERS, &[Access::Write, Access::ChangePermissions]);
    let how = match &reached {
        Ok(reached) => reached.how(),
        Err(_) => None,
    };
    let lost = "versioning is not on, so that an overwritten or deleted log file is gone";
    match (how, &is_kept) {
        (Some(how), Ok(false)) => Ok(Judgement::fail_as(
            Severity::High,
            format!("{role}, and others write here: {how}; and {lost}."),
        )),
        (Some(how), _) => Ok(Judgement::fail_as(
            Severity::High,
            format!("{role}, and others write here: {how}."),
        )),
        (None, Ok(false)) => Ok(Judgement::fail(format!("{role}, and {lost}."))),
        (None, _) => {
            is_kept?;
            reached?;
            Ok(Judgement::pass(format!(
                "{role}, versioning is on, and no other account can write here."
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::Versioning;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::{Case, Scene, bucket, denied, expect, present};

    fn target(status: Option<&str>, change: impl FnOnce(&mut Scene)) -> Scene {
        known(|scene| {
            scene.add(logging_to("sender", "subject"));
            let versioning = Versioning {
                status: status.map(str::to_owned),
                mfa_delete: None,
            };
            scene.bucket.settings.versioning = present(BucketSetting::Versioning, versioning);
            change(scene);
        })
    }

    fn account(id: &str, action: &str) -> String {
        format!(
            r#"{{"Sid":"Other","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{id}:root"}},"Action":"{action}","Resource":"arn:aws:s3:::subject/*"}}"#
        )
    }

    const BY_LOGGING: &str = r#"{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject",
        "Resource":"arn:aws:s3:::subject/*"}"#;

    #[test]
    fn versions_are_kept_and_nobody_else_writes() {
        let on = Some("Enabled");
        let cases: Vec<Case> = vec![
            (
                "well",
                target(on, |scene| with_policy(scene, BY_LOGGING)),
                Verdict::Pass,
                "versioning is on, and no other account",
            ),
            (
                "no versions",
                target(None, |_| {}),
                Verdict::Fail,
                "versioning is not on",
            ),
            (
                "versions suspended",
                target(Some("Suspended"), |_| {}),
                Verdict::Fail,
                "versioning is not on",
            ),
            (
                "another account writes",
                target(on, |scene| with_policy(scene, &account("222222222222", "s3:PutObject"))),
                Verdict::Fail,
                "others write here: account 222222222222",
            ),
            (
                "another account reads",
                target(on, |scene| with_policy(scene, &account("222222222222", "s3:GetObject"))),
                Verdict::Pass,
                "no other account",
            ),
            (
                "everybody writes, and no versions",
                target(None, |scene| with_policy(scene, &everybody("s3:PutObject"))),
                Verdict::Fail,
                "; and versioning is not on",
            ),
            (
                "no versions, whoever writes",
                target(None, |scene| scene.withhold(BucketSetting::Policy)),
                Verdict::Fail,
                "versioning is not on",
            ),
            (
                "everybody writes, whatever is kept",
                target(on, |scene| {
                    with_policy(scene, &everybody("s3:PutObject"));
                    scene.withhold(BucketSetting::Versioning);
                }),
                Verdict::Fail,
                "others write here",
            ),
            ("no target", known(|_| {}), Verdict::NotApplicable, "No other bucket"),
            (
                "perhaps a target",
                known(|scene| {
                    let mut other = bucket("other");
                    other.settings.withhold(BucketSetting::Logging, denied());
                    scene.add(other);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "versioning refused",
                target(on, |scene| scene.withhold(BucketSetting::Versioning)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "policy refused",
                target(on, |scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn other_writers_weigh_more_than_missing_versions() {
        let writer = target(Some("Enabled"), |scene| {
            with_policy(scene, &account("222222222222", "s3:PutObject"));
        });
        assert_eq!(writer.judge(&CHECK).severity, Severity::High);
        assert_eq!(target(None, |_| {}).judge(&CHECK).severity, Severity::Medium);
    }
}
