//! `s3-bucket-sse-c-blocked`: whether uploads with customer-provided keys are refused.
//!
//! It looks at the bucket's encryption configuration and policy; a resource control policy of the organization that refuses
//! such uploads is not known here.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, denies_uploads_with_customer_keys};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-sse-c-blocked",
    title: "Uploads with customer-provided keys are blocked",
    severity: Severity::Low,
    question: "Does the bucket refuse uploads that are encrypted with a key of the client (SSE-C)?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Encryption, BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-sse-c-blocked.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    // Either of the two refuses such uploads alone, so a gap at the other one does not matter then.
    let by_setting = blocked_by_setting(view, trail);
    if matches!(by_setting, Ok(true)) {
        return Ok(Judgement::pass("The encryption configuration blocks SSE-C uploads."));
    }
    let lacks = match denied_by_policy(view, trail) {
        Ok(None) => return Ok(Judgement::pass("The bucket policy denies SSE-C uploads.")),
        Ok(Some(lacks)) => lacks,
        Err(unknown) => return Err(by_setting.err().unwrap_or(unknown)),
    };
    by_setting?;
    Ok(Judgement::fail(format!(
        "The encryption configuration does not block SSE-C uploads, and {lacks}."
    )))
}

fn blocked_by_setting<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
    let configuration = trail.read(&view.settings.encryption)?;
    let defaults = configuration.map_or(&[][..], |configuration| configuration.defaults.as_slice());
    let mut blocked = defaults
        .iter()
        .flat_map(|default| default.blocked_encryption_types.iter().flatten());
    Ok(blocked.any(|kind| kind == "SSE-C"))
}

/// `None` when the policy denies such uploads, otherwise what it lacks.
fn denied_by_policy<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Option<String>, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Some("the bucket has no policy that denies them".to_owned()));
    };
    match denies_uploads_with_customer_keys(document, &view.resources()) {
        Answer::Yes => Ok(None),
        Answer::No(lacks) if lacks.is_empty() => Ok(Some("the bucket policy does not deny them".to_owned())),
        Answer::No(lacks) => Ok(Some(format!(
            "the bucket policy does not deny all of them: {}",
            lacks.join("; ")
        ))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{EncryptionConfiguration, EncryptionDefault, PolicyDocument};
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied};

    fn encryption(blocked: Option<&[&str]>) -> Observed<EncryptionConfiguration> {
        let blocked = blocked.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect());
        Observed::Present(EncryptionConfiguration {
            defaults: vec![EncryptionDefault {
                algorithm: Some("AES256".to_owned()),
                kms_key: None,
                bucket_key_enabled: None,
                blocked_encryption_types: blocked,
            }],
        })
    }

    fn policy(action: &str) -> Observed<PolicyDocument> {
        Observed::Present(PolicyDocument(format!(
            r#"{{"Statement":{{"Effect":"Deny","Principal":"*","Action":"{action}","Resource":"arn:aws:s3:::subject/*",
            "Condition":{{"Null":{{"s3:x-amz-server-side-encryption-customer-algorithm":"false"}}}}}}}}"#
        )))
    }

    #[test]
    fn the_setting_or_the_policy_refuses_and_a_gap_matters_only_where_it_decides() {
        let gap = || Observed::Gap(denied());
        for (encryption, policy, verdict) in [
            (encryption(Some(&["SSE-C"])), Observed::Absent, Verdict::Pass),
            (encryption(Some(&["SSE-C"])), Observed::Gap(denied()), Verdict::Pass),
            (encryption(None), policy("s3:PutObject"), Verdict::Pass),
            (gap(), policy("s3:PutObject"), Verdict::Pass),
            (encryption(Some(&["NONE"])), Observed::Absent, Verdict::Fail),
            (encryption(None), policy("s3:GetObject"), Verdict::Fail),
            (Observed::Absent, Observed::Absent, Verdict::Fail),
            (gap(), Observed::Absent, Verdict::NotAssessed),
            (encryption(None), Observed::Gap(denied()), Verdict::NotAssessed),
            (gap(), Observed::Gap(denied()), Verdict::NotAssessed),
            (
                encryption(None),
                Observed::Present(PolicyDocument("?".to_owned())),
                Verdict::NotAssessed,
            ),
        ] {
            let about = format!("{encryption:?} {policy:?}");
            let scene = Scene::with(|scene| {
                scene.bucket.settings.encryption.observed = encryption;
                scene.bucket.settings.policy.observed = policy;
            });
            assert_eq!(scene.verdict(&CHECK), verdict, "{about}");
        }
    }
}
