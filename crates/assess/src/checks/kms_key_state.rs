//! `kms-key-state`: whether the customer managed key of the bucket's default encryption can be used, and will stay.
//!
//! It does not know who may use the key.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::bucket_key::{DefaultKey, default_key};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "kms-key-state",
    title: "The default encryption key is enabled",
    severity: Severity::Critical,
    question: "Is the customer managed key of the default encryption enabled, and not on its way out?",
    reads: Reads {
        sources: &[ServiceSource::Keys],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/kms-key-state.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let key = match default_key(view, trail)? {
        DefaultKey::NoneOfCustomer(why) => return Ok(why),
        DefaultKey::Gone(name) => {
            return Ok(Judgement::fail(format!(
                "The default encryption names the key {name}, which KMS does not know."
            )));
        }
        DefaultKey::Key(key) => key,
    };
    let (arn, state) = (&key.arn, key.description.state.as_str());
    match state {
        "Enabled" => Ok(Judgement::pass(format!("The key {arn} is Enabled."))),
        "PendingDeletion" | "PendingReplicaDeletion" | "Disabled" | "Unavailable" | "PendingImport" => {
            let end = key
                .description
                .deletion_at
                .map_or_else(String::new, |time| format!(", and will be deleted on {time}"));
            Ok(Judgement::fail(format!("The key {arn} is {state}{end}.")))
        }
        // A state in passing says nothing of what comes after it.
        other => Err(Unknown::not_understood(format!(
            "the key {arn} is in the state {other}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::bucket_key::tests::{KEY, key, using, using_key};
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Scene, denied, expect, source};

    fn in_state(state: &str) -> Scene {
        // The rotation is no matter of this check.
        let mut key = key(Evidence::gap(denied(), source("kms.GetKeyRotationStatus")));
        state.clone_into(&mut key.description.state);
        using_key(key)
    }

    #[test]
    fn only_an_enabled_key_passes_and_a_lost_one_fails() {
        let cases = vec![
            ("enabled", in_state("Enabled"), Verdict::Pass, KEY),
            ("disabled", in_state("Disabled"), Verdict::Fail, "is Disabled"),
            (
                "pending deletion",
                in_state("PendingDeletion"),
                Verdict::Fail,
                "PendingDeletion",
            ),
            (
                "replicas first",
                in_state("PendingReplicaDeletion"),
                Verdict::Fail,
                "PendingReplicaDeletion",
            ),
            (
                "pending import",
                in_state("PendingImport"),
                Verdict::Fail,
                "PendingImport",
            ),
            ("unavailable", in_state("Unavailable"), Verdict::Fail, "Unavailable"),
            ("in passing", in_state("Updating"), Verdict::NotAssessed, "Updating"),
            (
                "gone",
                using(KEY, Observed::Absent, vec![]),
                Verdict::Fail,
                "does not know",
            ),
            (
                "gone behind an alias",
                using("alias/data", Observed::Absent, vec![]),
                Verdict::Fail,
                "alias/data",
            ),
            (
                "name refused",
                using(KEY, Observed::Gap(denied()), vec![]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "SSE-S3",
                encrypted(Some("AES256"), None, None),
                Verdict::NotApplicable,
                "no key of AWS KMS",
            ),
            (
                "no key named",
                encrypted(Some("aws:kms:dsse"), None, None),
                Verdict::NotApplicable,
                "aws/s3",
            ),
            (
                "no encryption",
                Scene::new(),
                Verdict::NotApplicable,
                "no key of AWS KMS",
            ),
            (
                "keys not read",
                encrypted(Some("aws:kms"), Some(KEY), None),
                Verdict::NotAssessed,
                "no reading of AWS KMS keys",
            ),
            (
                "encryption refused",
                Scene::with(|scene| scene.withhold(BucketSetting::Encryption)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
