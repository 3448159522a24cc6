//! `s3-bucket-tls-minimum-version`: whether the bucket policy denies requests with a TLS version before 1.2.
//!
//! It judges the bucket policy alone and does not know which versions the endpoint still offers.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{Answer, denies_tls_versions_before};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-tls-minimum-version",
    title: "The bucket policy asks for TLS 1.2 or later",
    severity: Severity::Low,
    question: "Does the bucket policy deny every request that uses a TLS version before 1.2?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-tls-minimum-version.md"),
    judge: Judge::Bucket(judge),
};

/// The earliest version that is to get through.
const EARLIEST: f64 = 1.2;

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::fail(
            "The bucket has no policy, so nothing denies old versions of TLS.",
        ));
    };
    match denies_tls_versions_before(document, &view.resources(), EARLIEST) {
        Answer::Yes => Ok(Judgement::pass(
            "The bucket policy denies every request with a TLS version before 1.2.",
        )),
        Answer::No(lacks) if lacks.is_empty() => Ok(Judgement::fail(
            "No statement of the bucket policy denies requests by s3:TlsVersion.",
        )),
        Answer::No(lacks) => Ok(Judgement::fail(format!(
            "The bucket policy does not deny every request with a TLS version before 1.2: {}.",
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
    fn versions_before_one_point_two_have_to_be_denied() {
        let deny = |resource: &str, condition: &str| {
            policy(&format!(
                r#"{{"Sid":"T","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":{resource},"Condition":{condition}}}"#
            ))
        };
        let both = r#"["arn:aws:s3:::subject","arn:aws:s3:::subject/*"]"#;
        for (observed, verdict, text) in [
            (
                deny(both, r#"{"NumericLessThan":{"s3:TlsVersion":"1.2"}}"#),
                Verdict::Pass,
                "denies every request",
            ),
            (
                deny(both, r#"{"NumericLessThan":{"s3:TlsVersion":1.3}}"#),
                Verdict::Pass,
                "denies every request",
            ),
            (
                deny(both, r#"{"NumericLessThan":{"s3:TlsVersion":"1.1"}}"#),
                Verdict::Fail,
                "before 1.2",
            ),
            (
                deny(both, r#"{"Bool":{"aws:SecureTransport":"false"}}"#),
                Verdict::Fail,
                "No statement",
            ),
            (
                deny(both, r#"{"StringEquals":{"s3:TlsVersion":"1.0"}}"#),
                Verdict::NotAssessed,
                "s3:TlsVersion",
            ),
            (Observed::Absent, Verdict::Fail, "no policy"),
            (
                Observed::Present(PolicyDocument(String::new())),
                Verdict::NotAssessed,
                "not a policy document",
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
