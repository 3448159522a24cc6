//! `s3-bucket-dsse-encryption`: whether buckets of the highest classes get two layers of encryption by default.
//!
//! It knows only the default: uploads may ask for less, which `s3-bucket-deny-unencrypted-uploads` judges.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::classification::{Classified, classified};
use super::s3_bucket_default_encryption::{Algorithm, default_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-dsse-encryption",
    title: "High-impact data gets two layers of encryption",
    severity: Severity::Info,
    question: "Is DSSE-KMS the default encryption of a bucket that holds high-impact data?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption, BucketSetting::Tagging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-dsse-encryption.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let classes = &view.parameters.high_impact_classes;
    let class = match classified(view, trail, "high_impact_classes", classes)? {
        Classified::As(class) => class,
        Classified::Otherwise(reason) => {
            return Ok(Judgement::not_applicable(format!(
                "The bucket is not classified as high-impact: {reason}."
            )));
        }
    };
    let default = match trail.read(&view.settings.encryption)? {
        Some(configuration) => default_of(configuration)?,
        None => None,
    };
    Ok(match default {
        Some((Algorithm::DsseKms, _)) => Judgement::pass(format!(
            "The bucket's class is {class}, and its default encryption is DSSE-KMS (aws:kms:dsse)."
        )),
        Some((_, default)) => Judgement::fail(format!(
            "The bucket's class is {class}, and its default encryption is {}, a single layer.",
            default.algorithm.as_deref().unwrap_or("not named")
        )),
        None => Judgement::fail(format!(
            "The bucket's class is {class}, and it has no default encryption that names an algorithm."
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::classification::tests::of_class;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Case, Scene, expect};

    fn high(mut scene: Scene) -> Scene {
        scene.parameters.high_impact_classes = vec!["secret".to_owned(), "top secret".to_owned()];
        of_class(&mut scene, "top secret");
        scene
    }

    #[test]
    fn high_impact_data_needs_two_layers() {
        let mut other = high(encrypted(Some("aws:kms"), None, None));
        of_class(&mut other, "open");
        let mut of_no_class = high(encrypted(Some("aws:kms:dsse"), None, None));
        of_no_class.withhold(BucketSetting::Tagging);
        let mut unread = high(Scene::new());
        unread.withhold(BucketSetting::Encryption);
        let mut nothing = high(encrypted(Some("aws:kms"), None, None));
        nothing.parameters.high_impact_classes.clear();
        let cases: Vec<Case> = vec![
            (
                "two layers",
                high(encrypted(Some("aws:kms:dsse"), None, None)),
                Verdict::Pass,
                "class is top secret",
            ),
            (
                "one",
                high(encrypted(Some("aws:kms"), None, None)),
                Verdict::Fail,
                "aws:kms, a single",
            ),
            ("none", high(Scene::new()), Verdict::Fail, "no default encryption"),
            ("another class", other, Verdict::NotApplicable, "has the value open"),
            ("nothing configured", nothing, Verdict::NotApplicable, "names no class"),
            (
                "tags that could not be read",
                of_no_class,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "encryption that could not be read",
                unread,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "an unknown algorithm",
                high(encrypted(Some("aws:new"), None, None)),
                Verdict::NotAssessed,
                "aws:new",
            ),
        ];
        expect(&CHECK, cases);
    }
}
