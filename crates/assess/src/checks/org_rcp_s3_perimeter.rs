//! `org-rcp-s3-perimeter`: whether resource control policies limit the account's buckets to the organization and to TLS.
//!
//! It does not know which buckets are meant to be shared beyond it.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::{organization_policy_denies_requests_without_tls, organization_policy_keeps_strangers_out_of_s3};

use super::org_scp_protects_s3::nothing_binds;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::guardrails::Guardrail;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "org-rcp-s3-perimeter",
    title: "Resource control policies limit S3 to the organization and to TLS",
    severity: Severity::Medium,
    question: "Do resource control policies deny requests to the account's buckets by strangers, and without TLS?",
    reads: Reads {
        sources: &[ServiceSource::OrganizationPolicies],
        account: &[AccountFact::Organization, AccountFact::OrganizationAccounts],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/org-rcp-s3-perimeter.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let guardrails = view
        .organization
        .guardrails(trail, &view.account.id, Guardrail::ResourceControl);
    if let Some(why) = guardrails.never {
        return Ok(nothing_binds(why, Guardrail::ResourceControl));
    }
    let partition = view.facts.partition.to_string();
    let strangers = guardrails.first(|document| organization_policy_keeps_strangers_out_of_s3(document, &partition))?;
    let plain = guardrails.first(|document| organization_policy_denies_requests_without_tls(document, &partition))?;
    Ok(match (strangers, plain) {
        (Some(strangers), Some(plain)) => Judgement::pass(format!(
            "Resource control policies deny every S3 action to whoever does not belong to an organization that they name ({}), \
             and every request without TLS ({}).",
            strangers.name, plain.name
        )),
        (Some(strangers), None) => Judgement::fail_as(
            Severity::Low,
            format!(
                "The resource control policy {} denies every S3 action to strangers; none denies requests without TLS.",
                strangers.name
            ),
        ),
        (None, Some(plain)) => Judgement::fail_as(
            Severity::Low,
            format!(
                "The resource control policy {} denies requests without TLS; none denies every S3 action to strangers.",
                plain.name
            ),
        ),
        (None, None) => Judgement::fail(
            "No resource control policy that binds the account denies every S3 action to strangers, or requests without TLS.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Case, Scene, denied, expect};
    use crate::guardrails::tests::{attach, attach_to};

    const KIND: Guardrail = Guardrail::ResourceControl;

    fn denial(condition: &str) -> String {
        format!(r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{condition}}}"#)
    }

    fn strangers() -> String {
        denial(
            r#"{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-scene"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#,
        )
    }

    fn plain() -> String {
        denial(r#"{"BoolIfExists":{"aws:SecureTransport":"false"}}"#)
    }

    #[test]
    fn strangers_and_plain_requests_have_to_be_denied() {
        let cases: Vec<Case> = vec![
            (
                "both, by two policies",
                Scene::with(|scene| {
                    attach(scene, KIND, "identity", &strangers());
                    attach(scene, KIND, "transport", &plain());
                }),
                Verdict::Pass,
                "(identity), and every request without TLS (transport)",
            ),
            (
                "both, by one",
                Scene::with(|scene| attach(scene, KIND, "perimeter", &format!("{},{}", strangers(), plain()))),
                Verdict::Pass,
                "(perimeter)",
            ),
            (
                "strangers",
                Scene::with(|scene| attach(scene, KIND, "identity", &strangers())),
                Verdict::Fail,
                "none denies requests without TLS",
            ),
            (
                "plain requests",
                Scene::with(|scene| attach(scene, KIND, "transport", &plain())),
                Verdict::Fail,
                "none denies every S3 action to strangers",
            ),
            (
                "reading only",
                Scene::with(|scene| {
                    attach(scene, KIND, "identity", &strangers().replace("s3:*", "s3:GetObject"));
                }),
                Verdict::Fail,
                "No resource control policy",
            ),
            ("not enabled", Scene::new(), Verdict::Fail, "not enabled"),
        ];
        expect(&CHECK, cases);
        let part = Scene::with(|scene| attach(scene, KIND, "identity", &strangers()));
        assert_eq!(part.judge(&CHECK).severity, Severity::Low);
        assert_eq!(Scene::new().judge(&CHECK).severity, Severity::Medium);
    }

    #[test]
    fn what_is_not_known_and_whom_nothing_binds() {
        let root = || Observed::Present(vec![("r-root", "ROOT")]);
        let unread = |scene: &mut Scene| attach_to(scene, KIND, "hidden", Observed::Gap(denied()), root());
        let cases: Vec<Case> = vec![
            (
                "no organization",
                Scene::with(|scene| scene.organization.organization.observed = Observed::Absent),
                Verdict::NotApplicable,
                "no organization",
            ),
            (
                "one that could not be read",
                Scene::with(unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one that could not be read beside one that does a part",
                Scene::with(|scene| {
                    unread(scene);
                    attach(scene, KIND, "identity", &strangers());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one that could not be read beside those that do it all",
                Scene::with(|scene| {
                    unread(scene);
                    attach(scene, KIND, "perimeter", &format!("{},{}", strangers(), plain()));
                }),
                Verdict::Pass,
                "perimeter",
            ),
        ];
        expect(&CHECK, cases);
    }
}
