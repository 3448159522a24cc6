//! `s3-bucket-tls-only`: whether the bucket policy denies every request without TLS.
//!
//! It judges the bucket policy alone and does not know of other policies that refuse such requests.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, denies_requests_without_tls};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-tls-only",
    title: "The bucket policy denies requests without TLS",
    severity: Severity::Medium,
    question: "Does the bucket policy deny every request to the bucket and its objects that comes without TLS?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-tls-only.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::fail(
            "The bucket has no policy, so nothing denies requests without TLS.",
        ));
    };
    match denies_requests_without_tls(document, &view.resources()) {
        Answer::Yes => Ok(Judgement::pass(
            "The bucket policy denies every request to the bucket and its objects that comes without TLS.",
        )),
        Answer::No(lacks) if lacks.is_empty() => Ok(Judgement::fail(
            "No statement of the bucket policy denies requests by aws:SecureTransport.",
        )),
        Answer::No(lacks) => Ok(Judgement::fail(format!(
            "The bucket policy does not deny every request without TLS: {}.",
            lacks.join("; ")
        ))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PolicyDocument;
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied};

    fn policy(statement: &str) -> Observed<PolicyDocument> {
        Observed::Present(PolicyDocument(format!(
            r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#
        )))
    }

    #[test]
    fn the_denial_has_to_be_complete() {
        let deny = |resource: &str, condition: &str| {
            policy(&format!(
                r#"{{"Sid":"T","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":{resource},"Condition":{condition}}}"#
            ))
        };
        let both = r#"["arn:aws:s3:::subject","arn:aws:s3:::subject/*"]"#;
        let without = r#"{"Bool":{"aws:SecureTransport":"false"}}"#;
        for (observed, verdict, text) in [
            (deny(both, without), Verdict::Pass, "denies every request"),
            (
                deny(r#""arn:aws-cn:s3:::subject*""#, without),
                Verdict::Fail,
                "neither the bucket nor",
            ),
            (
                deny(r#""arn:aws:s3:::subject/*""#, without),
                Verdict::Fail,
                "statement 1 (\"T\")",
            ),
            (
                deny(both, r#"{"StringEquals":{"aws:SecureTransport":"false"}}"#),
                Verdict::NotAssessed,
                "not documented",
            ),
            (policy(""), Verdict::Fail, "No statement"),
            (Observed::Absent, Verdict::Fail, "no policy"),
            (
                Observed::Present(PolicyDocument("{".to_owned())),
                Verdict::NotAssessed,
                "not a policy document",
            ),
            (
                policy(r#"{"Effect":"Refuse"}"#),
                Verdict::NotAssessed,
                "neither `Allow` nor `Deny`",
            ),
            (Observed::Gap(denied()), Verdict::NotAssessed, "access was denied"),
        ] {
            let about = format!("{observed:?}");
            let finding = Scene::with(|scene| scene.bucket.settings.policy.observed = observed).judge(&CHECK);
            assert_eq!(finding.verdict, verdict, "{about}: {}", finding.message);
            assert!(finding.message.contains(text), "{about}: {}", finding.message);
        }
    }
}
