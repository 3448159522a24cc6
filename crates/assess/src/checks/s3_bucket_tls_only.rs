//! `s3-bucket-tls-only`: whether every request without TLS is denied, by the bucket policy or by one of the organization.
//!
//! It does not know by which protocol requests really come.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::{Answer, denies_requests_without_tls};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::guardrails::Guardrail;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-tls-only",
    title: "Requests without TLS are denied",
    severity: Severity::Medium,
    question: "Is every request to the bucket and its objects denied that comes without TLS?",
    reads: Reads {
        sources: &[ServiceSource::OrganizationPolicies],
        account: &[AccountFact::Organization, AccountFact::OrganizationAccounts],
        settings: &[BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-tls-only.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    // Either of the two refuses such requests alone, so a gap at the other one does not matter then.
    let own = by_bucket_policy(view, trail);
    if matches!(own, Ok(None)) {
        return Ok(Judgement::pass(
            "The bucket policy denies every request to the bucket and its objects that comes without TLS.",
        ));
    }
    let resources = view.resources();
    let guardrails = view
        .organization
        .guardrails(trail, &view.bucket.account, Guardrail::ResourceControl);
    let above = guardrails.first(|document| denies_requests_without_tls(document, &resources));
    if let Ok(Some(policy)) = &above {
        return Ok(Judgement::pass(format!(
            "The resource control policy {} of the organization denies every request to the bucket and its objects that comes \
             without TLS.",
            policy.name
        )));
    }
    let lacks = own?.unwrap_or_default();
    above?;
    Ok(Judgement::fail(match guardrails.never {
        None => format!("{lacks}, and no resource control policy that binds the account does."),
        Some(_) => format!("{lacks}."),
    }))
}

/// `None` when the bucket policy denies such requests, otherwise what it lacks.
fn by_bucket_policy<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Option<String>, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Some(
            "The bucket has no policy that denies requests without TLS".to_owned(),
        ));
    };
    match denies_requests_without_tls(document, &view.resources()) {
        Answer::Yes => Ok(None),
        Answer::No(lacks) if lacks.is_empty() => Ok(Some(
            "No statement of the bucket policy denies requests by aws:SecureTransport".to_owned(),
        )),
        Answer::No(lacks) => Ok(Some(format!(
            "The bucket policy does not deny every request without TLS: {}",
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
    use crate::checks::scene::{Case, Scene, denied, expect};
    use crate::guardrails::tests::{attach, attach_to};

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

    #[test]
    fn a_resource_control_policy_carries_it_too() {
        let denial = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
            "Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}}"#;
        let kind = Guardrail::ResourceControl;
        let root = || Observed::Present(vec![("r-root", "ROOT")]);
        let own = |scene: &mut Scene| scene.bucket.settings.policy.observed = policy(denial);
        let guarded = |scene: &mut Scene| attach(scene, kind, "guard", denial);
        let unread = |scene: &mut Scene| attach_to(scene, kind, "hidden", Observed::Gap(denied()), root());
        let cases: Vec<Case> = vec![
            (
                "no bucket policy",
                Scene::with(guarded),
                Verdict::Pass,
                "The resource control policy guard of the organization denies",
            ),
            (
                "a bucket policy that could not be read",
                Scene::with(|scene| {
                    guarded(scene);
                    scene.withhold(BucketSetting::Policy);
                }),
                Verdict::Pass,
                "guard",
            ),
            (
                "a bucket policy that nobody understands",
                Scene::with(|scene| {
                    guarded(scene);
                    scene.bucket.settings.policy.observed = policy(r#"{"Effect":"Refuse"}"#);
                }),
                Verdict::Pass,
                "guard",
            ),
            (
                "one that could not be read",
                Scene::with(unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one that could not be read beside one that denies",
                Scene::with(|scene| {
                    unread(scene);
                    guarded(scene);
                }),
                Verdict::Pass,
                "guard",
            ),
            (
                "one that could not be read beside the bucket policy",
                Scene::with(|scene| {
                    unread(scene);
                    own(scene);
                }),
                Verdict::Pass,
                "The bucket policy denies",
            ),
            (
                "lists that were not read",
                Scene::with(|scene| scene.organization.policies = None),
                Verdict::NotAssessed,
                "holds no list",
            ),
            (
                "one that denies something else",
                Scene::with(|scene| {
                    attach(
                        scene,
                        kind,
                        "guard",
                        r#"{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}"#,
                    );
                }),
                Verdict::Fail,
                "and no resource control policy that binds the account does",
            ),
            (
                "one for another unit",
                Scene::with(|scene| {
                    let content = format!(r#"{{"Version":"2012-10-17","Statement":[{denial}]}}"#);
                    let unit = Observed::Present(vec![("ou-1", "ORGANIZATIONAL_UNIT")]);
                    attach_to(scene, kind, "guard", Observed::Present(content), unit);
                }),
                Verdict::Fail,
                "no policy",
            ),
        ];
        expect(&CHECK, cases);
    }
}
