//! `s3-bucket-deny-unencrypted-uploads`: whether an upload can end up under another encryption than the one that is required.
//!
//! Uploads with a key of the client are `s3-bucket-sse-c-blocked`'s matter.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, denies_uploads_with_other_encryption};

use super::required_encryption::{Required, required};
use super::s3_bucket_default_encryption::default_of;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-deny-unencrypted-uploads",
    title: "The bucket policy denies uploads without the required encryption",
    severity: Severity::Low,
    question: "Where keys of AWS KMS are required, does the bucket policy deny uploads that ask for another encryption?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption, BucketSetting::Policy, BucketSetting::Tagging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-deny-unencrypted-uploads.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let (allowed, reason) = match required(view, trail)? {
        Required::Kms(allowed, reason) => (allowed, reason),
        Required::Nothing(reason) => {
            return Ok(Judgement::not_applicable(format!(
                "The bucket does not require keys of AWS KMS: {reason}."
            )));
        }
    };
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::fail(format!(
            "The bucket has no policy, so an upload may ask for another encryption, and {reason}."
        )));
    };
    let resources = view.resources();
    let ask = |missing_too| match denies_uploads_with_other_encryption(document, &resources, &allowed, missing_too) {
        Answer::Yes => Ok(None),
        Answer::No(lacks) if lacks.is_empty() => Ok(Some(
            "no statement of the bucket policy denies uploads by their encryption".to_owned(),
        )),
        Answer::No(lacks) => Ok(Some(lacks.join("; "))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    };
    // A denial of everything else that leaves nothing to the default needs no look at the default.
    if let Ok(None) = ask(true) {
        return Ok(Judgement::pass(format!(
            "The bucket policy denies every upload that does not ask for {}.",
            allowed.join(" or ")
        )));
    }
    let lacks =
        |text: String| Judgement::fail(format!("Uploads may escape the required encryption: {text}; {reason}."));
    if let Some(text) = ask(false)? {
        return Ok(lacks(text));
    }
    // S3 encrypts an upload that asks for nothing by the bucket's default.
    let default = match trail.read(&view.settings.encryption)? {
        Some(configuration) => default_of(configuration)?,
        None => None,
    };
    let algorithm = default.and_then(|(_, default)| default.algorithm.as_deref());
    if let Some(algorithm) = algorithm.filter(|algorithm| allowed.contains(algorithm)) {
        return Ok(Judgement::pass(format!(
            "The bucket policy denies uploads that ask for anything but {}, and an upload that asks for nothing gets the \
             default, {algorithm}.",
            allowed.join(" or ")
        )));
    }
    let text = ask(true)?.unwrap_or_default();
    let default = algorithm.unwrap_or("not configured");
    Ok(lacks(format!("{text}, and the default encryption is {default}")))
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::classification::tests::of_class;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::s3_bucket_public_read::tests::with_policy;
    use crate::checks::scene::{Case, Scene, expect};

    /// A bucket of a class that requires keys of KMS, with a default and a policy of denials under these conditions.
    fn requiring(default: &str, conditions: &[&str]) -> Scene {
        let mut scene = encrypted(Some(default), None, None);
        scene.parameters.kms_classes = vec!["secret".to_owned()];
        of_class(&mut scene, "secret");
        if !conditions.is_empty() {
            let statement = |condition: &&str| {
                format!(
                    r#"{{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::subject/*",
                    "Condition":{condition}}}"#
                )
            };
            let statements: Vec<String> = conditions.iter().map(statement).collect();
            with_policy(&mut scene, &statements.join(","));
        }
        scene
    }

    const NOT_KMS: &str = r#"{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}"#;
    const PLAIN: &str = r#"{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}"#;
    const MISSING: &str = r#"{"Null":{"s3:x-amz-server-side-encryption":"true"}}"#;
    const STRANGE: &str = r#"{"ForAnyValue:StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}"#;

    fn without(mut scene: Scene, setting: BucketSetting) -> Scene {
        scene.withhold(setting);
        scene
    }

    fn changed(mut scene: Scene, change: impl FnOnce(&mut Scene)) -> Scene {
        change(&mut scene);
        scene
    }

    #[test]
    fn what_asks_for_another_encryption_is_refused_or_escapes() {
        let cases: Vec<Case> = vec![
            (
                "all others",
                requiring("AES256", &[NOT_KMS]),
                Verdict::Pass,
                "does not ask for aws:kms",
            ),
            (
                "all others, the default unread",
                without(requiring("AES256", &[NOT_KMS]), BucketSetting::Encryption),
                Verdict::Pass,
                "does not ask for",
            ),
            ("none", requiring("aws:kms", &[]), Verdict::Fail, "has no policy"),
            (
                "the plain one, and the default is right",
                requiring("aws:kms", &[PLAIN]),
                Verdict::Pass,
                "gets the default, aws:kms",
            ),
            (
                "the plain one, and the default is plain",
                requiring("AES256", &[PLAIN]),
                Verdict::Fail,
                "ask for no encryption through, and the default encryption is AES256",
            ),
            (
                "the plain one, and the default is not known",
                without(requiring("AES256", &[PLAIN]), BucketSetting::Encryption),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the plain one and a missing one",
                requiring("AES256", &[PLAIN, MISSING]),
                Verdict::Pass,
                "does not ask for",
            ),
            (
                "a missing one only",
                requiring("aws:kms", &[MISSING]),
                Verdict::Fail,
                "refuses only uploads that ask for no encryption",
            ),
            (
                "an operator of unknown effect",
                requiring("aws:kms", &[STRANGE]),
                Verdict::NotAssessed,
                "does not evaluate",
            ),
            (
                "a policy that could not be read",
                without(requiring("aws:kms", &[PLAIN]), BucketSetting::Policy),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn the_configuration_says_which_buckets_require_keys_of_kms() {
        let every = |scene| {
            changed(scene, |scene: &mut Scene| {
                scene.parameters.approved_encryption = vec!["aws:kms:dsse".to_owned()];
                scene.parameters.kms_classes.clear();
            })
        };
        let cases: Vec<Case> = vec![
            (
                "another class",
                changed(requiring("aws:kms", &[]), |scene| of_class(scene, "open")),
                Verdict::NotApplicable,
                "has the value open, which kms_classes does not name",
            ),
            (
                "no class",
                changed(requiring("aws:kms", &[]), |scene| {
                    scene.bucket.settings.tagging.observed = s3attest_model::evidence::Observed::Absent;
                }),
                Verdict::NotApplicable,
                "no tag class",
            ),
            (
                "tags that could not be read",
                without(requiring("aws:kms", &[PLAIN]), BucketSetting::Tagging),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "nothing configured",
                encrypted(Some("aws:kms"), None, None),
                Verdict::NotApplicable,
                "names no classification tag",
            ),
            (
                "a tag, and no class that requires it",
                changed(requiring("aws:kms", &[]), |scene| scene.parameters.kms_classes.clear()),
                Verdict::NotApplicable,
                "names no class in kms_classes",
            ),
            (
                "every bucket, and one layer is not enough",
                every(without(requiring("aws:kms", &[NOT_KMS]), BucketSetting::Tagging)),
                Verdict::Fail,
                "lets uploads with `aws:kms` through",
            ),
            (
                "every bucket",
                every(requiring(
                    "aws:kms",
                    &[r#"{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms:dsse"}}"#],
                )),
                Verdict::Pass,
                "does not ask for aws:kms:dsse",
            ),
        ];
        expect(&CHECK, cases);
    }
}
