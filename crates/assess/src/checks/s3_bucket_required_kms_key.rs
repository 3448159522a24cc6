//! `s3-bucket-required-kms-key`: whether the bucket policy ties uploads to one key of AWS KMS.
//!
//! It does not know the key itself; `kms-key-*` judge that of the default encryption.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, requires_one_key};

use super::required_encryption::{Required, required};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-required-kms-key",
    title: "The bucket policy requires one KMS key for uploads",
    severity: Severity::Info,
    question: "Where keys of AWS KMS are required, does the bucket policy deny uploads that name another key than one?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy, BucketSetting::Tagging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-required-kms-key.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reason = match required(view, trail)? {
        Required::Kms(_, reason) => reason,
        Required::Nothing(reason) => {
            return Ok(Judgement::not_applicable(format!(
                "The bucket does not require keys of AWS KMS: {reason}."
            )));
        }
    };
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::fail(format!(
            "The bucket has no policy, so an upload may name any key, and {reason}."
        )));
    };
    match requires_one_key(document, &view.resources(), None) {
        Answer::Yes => Ok(Judgement::pass(
            "The bucket policy denies every upload that names another key than the one that it requires.",
        )),
        Answer::No(lacks) if lacks.is_empty() => Ok(Judgement::fail(format!(
            "No statement of the bucket policy denies uploads by their KMS key, and {reason}."
        ))),
        Answer::No(lacks) => Ok(Judgement::fail(format!(
            "The bucket policy does not tie uploads to one key: {}; {reason}.",
            lacks.join("; ")
        ))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::classification::tests::of_class;
    use crate::checks::s3_bucket_public_read::tests::with_policy;
    use crate::checks::scene::{Case, Scene, expect};

    fn requiring(condition: Option<&str>) -> Scene {
        Scene::with(|scene| {
            scene.parameters.kms_classes = vec!["secret".to_owned()];
            of_class(scene, "secret");
            if let Some(condition) = condition {
                let statement = format!(
                    r#"{{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::subject/*",
                    "Condition":{condition}}}"#
                );
                with_policy(scene, &statement);
            }
        })
    }

    fn other_than(operator: &str, values: &str) -> Scene {
        requiring(Some(&format!(
            r#"{{"{operator}":{{"s3:x-amz-server-side-encryption-aws-kms-key-id":{values}}}}}"#
        )))
    }

    const KEY: &str = r#""arn:aws:kms:eu-central-1:111111111111:key/1234""#;

    #[test]
    fn uploads_are_tied_to_one_key_or_not() {
        let mut other = other_than("StringNotEquals", KEY);
        of_class(&mut other, "open");
        let mut unread = other_than("StringNotEquals", KEY);
        unread.withhold(BucketSetting::Policy);
        let mut of_no_class = other_than("StringNotEquals", KEY);
        of_no_class.withhold(BucketSetting::Tagging);
        let cases: Vec<Case> = vec![
            (
                "one key",
                other_than("StringNotEquals", KEY),
                Verdict::Pass,
                "names another key",
            ),
            (
                "one key where one is named",
                other_than("ArnNotEqualsIfExists", KEY),
                Verdict::Pass,
                "names another key",
            ),
            (
                "any key of an account",
                other_than("StringNotLike", r#""arn:aws:kms:*:111111111111:key/*""#),
                Verdict::Fail,
                "with any key through",
            ),
            (
                "two keys",
                other_than("StringNotEquals", &format!(r#"[{KEY},"arn:aws:kms:x:1:key/b"]"#)),
                Verdict::Fail,
                "any of 2 keys",
            ),
            (
                "something else",
                requiring(Some(r#"{"Bool":{"aws:SecureTransport":"false"}}"#)),
                Verdict::Fail,
                "No statement",
            ),
            ("no policy", requiring(None), Verdict::Fail, "no policy"),
            (
                "an operator of unknown effect",
                other_than("StringEquals", KEY),
                Verdict::NotAssessed,
                "does not evaluate",
            ),
            (
                "another class",
                other,
                Verdict::NotApplicable,
                "kms_classes does not name",
            ),
            (
                "nothing configured",
                Scene::new(),
                Verdict::NotApplicable,
                "names no classification tag",
            ),
            (
                "a policy that could not be read",
                unread,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "tags that could not be read",
                of_no_class,
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
