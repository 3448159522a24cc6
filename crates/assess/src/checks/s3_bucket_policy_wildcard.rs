//! `s3-bucket-policy-wildcard`: whether the bucket policy allows every action, or all but some.
//!
//! It looks at the breadth of Allow statements and not at whom they let in.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{WildcardAllow, wildcard_allows};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-wildcard",
    title: "The bucket policy allows no wildcard",
    severity: Severity::Medium,
    question: "Is every Allow statement of the bucket policy free of s3:*, NotAction and NotPrincipal?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-policy-wildcard.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::not_applicable("The bucket has no policy."));
    };
    let wide = wildcard_allows(document);
    if !wide.is_empty() {
        let said = wide.iter().map(|(statement, wildcard)| {
            let breadth = match wildcard {
                WildcardAllow::EveryAction => "every S3 action",
                WildcardAllow::NotAction => "every action but those in its NotAction",
                WildcardAllow::NotPrincipal => "everyone but those in its NotPrincipal",
            };
            format!("{} allows {breadth}", statement.label())
        });
        let said: Vec<String> = said.collect();
        return Ok(Judgement::fail(format!("In the bucket policy, {}.", said.join("; "))));
    }
    match document.not_understood() {
        Some(text) => Err(Unknown::not_understood(text)),
        None => Ok(Judgement::pass(
            "No Allow statement of the bucket policy allows every S3 action, or uses NotAction or NotPrincipal.",
        )),
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
    fn an_allow_statement_has_to_name_what_it_allows() {
        for (observed, verdict, text) in [
            (
                policy(
                    r#"{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:GetObject","Resource":"*"}"#,
                ),
                Verdict::Pass,
                "allows every S3 action",
            ),
            (
                policy(
                    r#"{"Sid":"W","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"S3:*","Resource":"*"}"#,
                ),
                Verdict::Fail,
                "statement 1 (\"W\") allows every S3 action",
            ),
            (
                policy(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"1"},"Action":"s3:GetObject","Resource":"*"}"#),
                Verdict::Fail,
                "NotPrincipal",
            ),
            (
                policy(r#"{"Effect":"Allow","Principal":"*","NotAction":"s3:PutObject","Resource":"*"}"#),
                Verdict::Fail,
                "NotAction",
            ),
            (
                policy(r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#),
                Verdict::Pass,
                "No Allow statement",
            ),
            (
                policy(r#"{"Effect":"Allow","Principal":"*","Aktion":"s3:*","Resource":"*"}"#),
                Verdict::NotAssessed,
                "`Aktion`",
            ),
            (Observed::Absent, Verdict::NotApplicable, "no policy"),
            (
                Observed::Present(PolicyDocument("[]".to_owned())),
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
