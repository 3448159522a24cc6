//! `s3-bucket-default-encryption`: whether the bucket has a default encryption at all.
//!
//! It does not know what key encrypts, nor anything of objects that exist already.

use s3attest_model::bucket::{BucketSetting, EncryptionConfiguration, EncryptionDefault};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-default-encryption",
    title: "Default encryption is configured",
    severity: Severity::Medium,
    question: "Does the bucket have a default encryption?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-default-encryption.md"),
    judge: Judge::Bucket(judge),
};

/// An algorithm of S3's server-side encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// `AES256`: S3 manages the keys.
    SseS3,
    /// `aws:kms`: a key of AWS KMS.
    SseKms,
    /// `aws:kms:dsse`: two layers with a key of AWS KMS.
    DsseKms,
}

/// The default that names an algorithm (S3 allows one), or `None` when none does. An algorithm that is not one of S3's
/// three is not understood.
pub(super) fn default_of<'a>(
    configuration: &'a EncryptionConfiguration,
) -> Result<Option<(Algorithm, &'a EncryptionDefault)>, Unknown<'a>> {
    let named = |default: &'a EncryptionDefault| Some((default.algorithm.as_deref()?, default));
    let Some((name, default)) = configuration.defaults.iter().find_map(named) else {
        return Ok(None);
    };
    let algorithm = match name {
        "AES256" => Algorithm::SseS3,
        "aws:kms" => Algorithm::SseKms,
        "aws:kms:dsse" => Algorithm::DsseKms,
        other => {
            let detail = format!("the default encryption names the unknown algorithm {other}");
            return Err(Unknown::not_understood(detail));
        }
    };
    Ok(Some((algorithm, default)))
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(configuration) = trail.read(&view.settings.encryption)? else {
        return Ok(Judgement::fail("S3 answers that the bucket has no default encryption."));
    };
    let Some((algorithm, _)) = default_of(configuration)? else {
        return Ok(Judgement::fail(
            "The default encryption configuration names no algorithm.",
        ));
    };
    let (title, name) = match algorithm {
        Algorithm::SseS3 => ("SSE-S3", "AES256"),
        Algorithm::SseKms => ("SSE-KMS", "aws:kms"),
        Algorithm::DsseKms => ("DSSE-KMS", "aws:kms:dsse"),
    };
    let approved = &view.parameters.approved_encryption;
    Ok(if approved.iter().any(|one| one == name) {
        Judgement::pass(format!("Default encryption is {title} ({name})."))
    } else {
        Judgement::fail(format!(
            "Default encryption is {title} ({name}), and the organization approves {} only.",
            approved.join(", ")
        ))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    /// A scene whose bucket has one encryption default.
    pub(in crate::checks) fn encrypted(algorithm: Option<&str>, key: Option<&str>, bucket_key: Option<bool>) -> Scene {
        let default = EncryptionDefault {
            algorithm: algorithm.map(str::to_owned),
            kms_key: key.map(str::to_owned),
            bucket_key_enabled: bucket_key,
            blocked_encryption_types: Some(vec!["SSE-C".to_owned()]),
        };
        let defaults = vec![default];
        Scene::with(|scene| {
            scene.bucket.settings.encryption = present(BucketSetting::Encryption, EncryptionConfiguration { defaults });
        })
    }

    /// A scene in which the organization approves these algorithms.
    fn approving(algorithms: &[&str], mut scene: Scene) -> Scene {
        scene.parameters.approved_encryption = algorithms.iter().map(ToString::to_string).collect();
        scene
    }

    #[test]
    fn any_of_the_three_algorithms_passes_unless_the_organization_approves_others() {
        let cases = vec![
            ("SSE-S3", encrypted(Some("AES256"), None, None), Verdict::Pass, "AES256"),
            (
                "SSE-KMS",
                encrypted(Some("aws:kms"), None, None),
                Verdict::Pass,
                "(aws:kms)",
            ),
            (
                "DSSE-KMS",
                encrypted(Some("aws:kms:dsse"), None, None),
                Verdict::Pass,
                "aws:kms:dsse",
            ),
            ("absent", Scene::new(), Verdict::Fail, "no default encryption"),
            (
                "only blocked types",
                encrypted(None, None, None),
                Verdict::Fail,
                "names no algorithm",
            ),
            (
                "not understood",
                encrypted(Some("aws:new"), None, None),
                Verdict::NotAssessed,
                "aws:new",
            ),
            (
                "not approved",
                approving(&["aws:kms", "aws:kms:dsse"], encrypted(Some("AES256"), None, None)),
                Verdict::Fail,
                "approves aws:kms, aws:kms:dsse only",
            ),
            (
                "approved",
                approving(&["aws:kms"], encrypted(Some("aws:kms"), None, None)),
                Verdict::Pass,
                "(aws:kms)",
            ),
            (
                "not understood, and approved by name",
                approving(&["aws:new"], encrypted(Some("aws:new"), None, None)),
                Verdict::NotAssessed,
                "aws:new",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Encryption)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
