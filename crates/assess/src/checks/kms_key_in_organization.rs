//! `kms-key-in-organization`: whether the key of the bucket's default encryption belongs to an account of the organization.
//!
//! It does not know the key policy: who may use the key is another question.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::identifiers::AccountId;

use super::bucket_key::{NamedKey, named_key};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "kms-key-in-organization",
    title: "The default encryption key belongs to the organization",
    severity: Severity::High,
    question: "Does the key of the default encryption belong to an account of the organization, whoever uploads?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/kms-key-in-organization.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let name = match named_key(view, trail)? {
        NamedKey::NotOfKms => {
            return Ok(Judgement::not_applicable(
                "The default encryption uses no key of AWS KMS.",
            ));
        }
        NamedKey::Managed => {
            return Ok(Judgement::pass(
                "The default encryption uses the AWS managed key aws/s3 of the bucket's own account.",
            ));
        }
        NamedKey::Named(name) => name,
    };
    if !name.starts_with("arn:") {
        // Amazon S3 API Reference, `ServerSideEncryptionByDefault`: the alias is looked up in the requester's account.
        return Ok(if name.starts_with("alias/") {
            Judgement::fail_as(
                Severity::Low,
                format!(
                    "The default encryption names the alias {name} without an account, which KMS looks up in the account of \
                     whoever uploads."
                ),
            )
        } else {
            Judgement::pass(format!(
                "The default encryption names the key {name} by its id, which no other account has."
            ))
        });
    }
    let owner = name.split(':').nth(4).and_then(|account| AccountId::new(account).ok());
    let Some(owner) = owner else {
        let detail = format!("the ARN {name} of the default encryption's key names no account");
        return Err(Unknown::not_understood(detail));
    };
    Ok(if owner == view.bucket.account {
        Judgement::pass(format!("The key {name} belongs to the bucket's own account."))
    } else if view.organization.has(trail, &owner)? {
        Judgement::pass(format!(
            "The key {name} belongs to account {owner}, another account of the organization."
        ))
    } else {
        Judgement::fail(format!(
            "The key {name} belongs to account {owner}, which is no account of the organization."
        ))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{ACCOUNT, Scene, account, denied, expect, organization, source};

    fn naming(key: &str) -> Scene {
        encrypted(Some("aws:kms"), Some(key), None)
    }

    const FOREIGN: &str = "arn:aws:kms:eu-central-1:222222222222:key/1";

    #[test]
    fn a_key_of_a_stranger_or_of_whoever_uploads_fails() {
        let mut neighbour = naming(FOREIGN);
        neighbour.organization = organization([account(ACCOUNT), account("222222222222")]);
        let mut incomplete = naming(FOREIGN);
        incomplete.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
        let mut own = naming("arn:aws:kms:eu-central-1:111111111111:key/1");
        own.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
        let cases = vec![
            ("own", own, Verdict::Pass, "own account"),
            (
                "of the organization",
                neighbour,
                Verdict::Pass,
                "account 222222222222, another",
            ),
            (
                "of a stranger",
                naming(FOREIGN),
                Verdict::Fail,
                "no account of the organization",
            ),
            (
                "perhaps of a stranger",
                incomplete,
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("an alias", naming("alias/data"), Verdict::Fail, "whoever uploads"),
            (
                "an alias with its account",
                naming("arn:aws:kms:eu-central-1:111111111111:alias/data"),
                Verdict::Pass,
                "own account",
            ),
            ("an id", naming("1234"), Verdict::Pass, "by its id"),
            (
                "an ARN of another shape",
                naming("arn:aws:kms"),
                Verdict::NotAssessed,
                "names no account",
            ),
            (
                "aws/s3",
                encrypted(Some("aws:kms"), None, None),
                Verdict::Pass,
                "aws/s3",
            ),
            (
                "SSE-S3",
                encrypted(Some("AES256"), None, None),
                Verdict::NotApplicable,
                "no key",
            ),
            (
                "refused",
                Scene::with(|scene| scene.withhold(BucketSetting::Encryption)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
        assert_eq!(naming("alias/data").judge(&CHECK).severity, Severity::Low);
        assert_eq!(naming(FOREIGN).judge(&CHECK).severity, Severity::High);
    }
}
