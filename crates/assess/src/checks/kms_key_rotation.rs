//! `kms-key-rotation`: whether the customer managed key of the bucket's default encryption rotates.
//!
//! It does not know what other keys objects of the bucket may be encrypted with.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::{KeyRotation, NotConfigurable, ServiceSource};

use super::bucket_key::{DefaultKey, default_key};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "kms-key-rotation",
    title: "The default encryption key rotates",
    severity: Severity::Medium,
    question: "Does the customer managed key of the default encryption rotate?",
    reads: Reads {
        sources: &[ServiceSource::Keys],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/kms-key-rotation.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let key = match default_key(view, trail)? {
        DefaultKey::NoneOfCustomer(why) => return Ok(why),
        DefaultKey::Gone(name) => {
            return Ok(Judgement::not_applicable(format!(
                "KMS knows no key {name}, which is judged by kms-key-state."
            )));
        }
        DefaultKey::Key(key) => key,
    };
    let arn = &key.arn;
    // KMS answers that such a key does not rotate, whatever was configured (AWS KMS API Reference, `GetKeyRotationStatus`).
    let state = key.description.state.as_str();
    if matches!(state, "PendingDeletion" | "PendingReplicaDeletion") {
        return Ok(Judgement::not_applicable(format!(
            "The key {arn} is {state}, which is judged by kms-key-state."
        )));
    }
    match trail.read_of(arn.clone(), &key.rotation)? {
        Some(KeyRotation::Configured(status)) if status.enabled => {
            let period = status
                .period_days
                .map_or_else(String::new, |days| format!(" every {days} days"));
            Ok(Judgement::pass(format!("The key {arn} rotates{period}.")))
        }
        Some(KeyRotation::Configured(_)) => Ok(Judgement::fail(format!(
            "The key {arn} is a symmetric customer managed key, and its rotation is off."
        ))),
        Some(KeyRotation::NotConfigurable(reason)) => {
            let why = match reason {
                NotConfigurable::ManagedByAws => "is managed by AWS",
                NotConfigurable::NotSymmetric => "is not a symmetric encryption key",
                NotConfigurable::ImportedMaterial => "has imported material",
                NotConfigurable::CustomKeyStore => "lies in a custom key store",
            };
            Ok(Judgement::not_applicable(format!(
                "The key {arn} {why}, and KMS does not rotate it."
            )))
        }
        None => Err(Unknown::not_understood(format!(
            "KMS says nothing of the rotation of {arn}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::KeyRotationStatus;

    use super::*;
    use crate::checks::bucket_key::tests::{KEY, key, using, using_key};
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Scene, denied, expect, source};

    fn rotating(enabled: bool) -> Evidence<KeyRotation> {
        let status = KeyRotationStatus {
            enabled,
            period_days: enabled.then_some(90),
            next_at: None,
            on_demand_at: None,
        };
        Evidence::present(KeyRotation::Configured(status), source("kms.GetKeyRotationStatus"))
    }

    #[test]
    fn a_customer_managed_key_has_to_rotate_where_it_can() {
        let mut pending = key(rotating(false));
        "PendingDeletion".clone_into(&mut pending.description.state);
        let mut managed = key(rotating(true));
        "AWS".clone_into(&mut managed.description.manager);
        let imported = Evidence::present(
            KeyRotation::NotConfigurable(NotConfigurable::ImportedMaterial),
            source("kms.DescribeKey"),
        );
        let cases = vec![
            (
                "rotates",
                using_key(key(rotating(true))),
                Verdict::Pass,
                "rotates every 90 days",
            ),
            ("does not", using_key(key(rotating(false))), Verdict::Fail, KEY),
            (
                "by an alias",
                using(
                    "alias/data",
                    Observed::Present(KEY.to_owned()),
                    vec![key(rotating(false))],
                ),
                Verdict::Fail,
                KEY,
            ),
            (
                "pending deletion",
                using_key(pending),
                Verdict::NotApplicable,
                "kms-key-state",
            ),
            (
                "imported",
                using_key(key(imported)),
                Verdict::NotApplicable,
                "imported material",
            ),
            (
                "managed by AWS",
                using_key(managed),
                Verdict::NotApplicable,
                "AWS manages",
            ),
            (
                "AWS managed by name",
                encrypted(Some("aws:kms"), Some("alias/aws/s3"), None),
                Verdict::NotApplicable,
                "aws/s3",
            ),
            (
                "no key named",
                encrypted(Some("aws:kms"), None, None),
                Verdict::NotApplicable,
                "aws/s3",
            ),
            (
                "SSE-S3",
                encrypted(Some("AES256"), None, None),
                Verdict::NotApplicable,
                "no key of AWS KMS",
            ),
            (
                "gone",
                using(KEY, Observed::Absent, vec![]),
                Verdict::NotApplicable,
                "knows no key",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_was_not_read_is_not_judged() {
        let refused = Evidence::gap(denied(), source("kms.GetKeyRotationStatus"));
        let unread = Scene::with(|scene| scene.withhold(BucketSetting::Encryption));
        let mut nowhere = using_key(key(rotating(true)));
        nowhere.bucket.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let cases = vec![
            (
                "name refused",
                using(KEY, Observed::Gap(denied()), vec![]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "rotation refused",
                using_key(key(refused)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("encryption refused", unread, Verdict::NotAssessed, "access was denied"),
            ("region not known", nowhere, Verdict::NotAssessed, "access was denied"),
            (
                "keys not read",
                encrypted(Some("aws:kms"), Some(KEY), None),
                Verdict::NotAssessed,
                "no reading of AWS KMS keys",
            ),
            (
                "another key read",
                {
                    let mut scene = using("other", Observed::Absent, vec![]);
                    scene.bucket.settings.encryption =
                        encrypted(Some("aws:kms"), Some(KEY), None).bucket.settings.encryption;
                    scene
                },
                Verdict::NotAssessed,
                "was not read",
            ),
        ];
        expect(&CHECK, cases);
    }
}
