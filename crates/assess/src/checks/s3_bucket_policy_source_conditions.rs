//! `s3-bucket-policy-source-conditions`: whether services that the bucket policy trusts are limited by whom they act for.
//!
//! It does not know which services always act for the bucket's own account.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{services_without_source, trusts_services};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-source-conditions",
    title: "Services in the bucket policy are limited by source",
    severity: Severity::Medium,
    question: "Is every AWS service that the bucket policy allows limited to the accounts or resources for which it acts?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-policy-source-conditions.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::not_applicable("The bucket has no policy."));
    };
    let unlimited = services_without_source(document);
    if !unlimited.is_empty() {
        let said: Vec<String> = unlimited
            .iter()
            .map(|found| format!("{} trusts {}", found.statement.label(), found.services.join(", ")))
            .collect();
        return Ok(Judgement::fail(format!(
            "No condition on the source says for whom the service may act: {}.",
            said.join("; ")
        )));
    }
    if let Some(text) = document.not_understood() {
        return Err(Unknown::not_understood(text));
    }
    Ok(if trusts_services(document) {
        Judgement::pass("Every service that the bucket policy allows is limited by its source.")
    } else {
        Judgement::not_applicable("The bucket policy allows nothing to a service.")
    })
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
    fn a_service_has_to_be_limited_by_its_source() {
        let allow = |principal: &str, condition: &str| {
            policy(&format!(
                r#"{{"Effect":"Allow","Principal":{principal},"Action":"s3:PutObject","Resource":"*","Condition":{condition}}}"#
            ))
        };
        let service = r#"{"Service":"logging.s3.amazonaws.com"}"#;
        for (observed, verdict, text) in [
            (
                allow(service, r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#),
                Verdict::Pass,
                "limited",
            ),
            (
                allow(service, "{}"),
                Verdict::Fail,
                "statement 1 trusts logging.s3.amazonaws.com",
            ),
            (
                allow(service, r#"{"StringLike":{"aws:SourceAccount":"*"}}"#),
                Verdict::Fail,
                "logging.s3",
            ),
            (
                allow(r#"{"AWS":"111111111111"}"#, "{}"),
                Verdict::NotApplicable,
                "nothing to a service",
            ),
            (allow(r#"{"Robot":"x"}"#, "{}"), Verdict::NotAssessed, "Principal.Robot"),
            (Observed::Absent, Verdict::NotApplicable, "no policy"),
            (
                Observed::Present(PolicyDocument("x".to_owned())),
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
