//! `org-scp-protects-s3`: whether service control policies keep the account from weakening what protects its buckets.
//!
//! It judges denials. Whether a list of what is allowed leaves out such an action is not evaluated.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::organization_policy_denies;

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::guardrails::{Guardrail, Never};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "org-scp-protects-s3",
    title: "Service control policies protect public access blocks, bucket policies and trails",
    severity: Severity::Medium,
    question: "Do service control policies deny the account to take off public access blocks, bucket policies and trails?",
    reads: Reads {
        sources: &[ServiceSource::OrganizationPolicies],
        account: &[AccountFact::Organization, AccountFact::OrganizationAccounts],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/org-scp-protects-s3.md"),
    judge: Judge::Account(judge),
};

/// What is protected, and the actions that undo it.
const PROTECTIONS: [(&str, &[&str]); 3] = [
    (
        "public access blocks",
        &["s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
    ),
    ("bucket policies", &["s3:DeleteBucketPolicy"]),
    ("trails", &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]),
];

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let guardrails = view
        .organization
        .guardrails(trail, &view.account.id, Guardrail::ServiceControl);
    if let Some(why) = guardrails.never {
        return Ok(nothing_binds(why, Guardrail::ServiceControl));
    }
    let partition = view.facts.partition.to_string();
    let mut denied = Vec::new();
    let mut open = Vec::new();
    for (what, actions) in PROTECTIONS {
        let mut by = Vec::new();
        let mut left = Vec::new();
        for action in actions {
            match guardrails.first(|document| organization_policy_denies(document, action, &partition))? {
                Some(policy) if by.contains(&policy.name.as_str()) => {}
                Some(policy) => by.push(policy.name.as_str()),
                None => left.push(*action),
            }
        }
        if left.is_empty() {
            denied.push(format!("{what} ({})", by.join(", ")));
        } else {
            open.push(format!("{what} ({})", left.join(", ")));
        }
    }
    Ok(match (denied.is_empty(), open.is_empty()) {
        (_, true) => Judgement::pass(format!(
            "Service control policies keep all but named principals from undoing {}.",
            denied.join(", ")
        )),
        (true, _) => Judgement::fail(format!(
            "No service control policy that binds the account keeps all but named principals from undoing {}.",
            open.join(", ")
        )),
        (false, false) => Judgement::fail_as(
            Severity::Low,
            format!(
                "Service control policies keep all but named principals from undoing {}, but not {}.",
                denied.join(", "),
                open.join(", ")
            ),
        ),
    })
}

/// What is said of an account that no policy of a type binds: nobody can attach one to the management account or to an account
/// outside, and a type that is not enabled is a choice.
pub(super) fn nothing_binds(why: Never, kind: Guardrail) -> Judgement {
    let (label, words) = (kind.label(), why.words());
    match why {
        Never::NotEnabled => Judgement::fail(format!("No {label} binds the account: {words}.")),
        Never::Management | Never::NoMember | Never::NoOrganization => {
            Judgement::not_applicable(format!("No {label} can bind the account: {words}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Case, Scene, denied, expect};
    use crate::guardrails::tests::{attach, attach_to};

    const KIND: Guardrail = Guardrail::ServiceControl;
    const BLOCKS: &str = r#""s3:PutAccountPublicAccessBlock","s3:PutBucketPublicAccessBlock""#;
    const TRAILS: &str = r#""cloudtrail:StopLogging","cloudtrail:DeleteTrail""#;

    fn denial(actions: &str) -> String {
        format!(
            r#"{{"Effect":"Deny","Action":[{actions}],"Resource":"*",
            "Condition":{{"ArnNotLike":{{"aws:PrincipalArn":"arn:aws:iam::*:role/platform-*"}}}}}}"#
        )
    }

    fn all() -> String {
        denial(&format!(r#"{BLOCKS},{TRAILS},"s3:DeleteBucketPolicy""#))
    }

    #[test]
    fn blocks_policies_and_trails_have_to_be_protected() {
        let cases: Vec<Case> = vec![
            (
                "all",
                Scene::with(|scene| attach(scene, KIND, "guard", &all())),
                Verdict::Pass,
                "public access blocks (guard), bucket policies (guard), trails (guard)",
            ),
            (
                "all, by two",
                Scene::with(|scene| {
                    attach(scene, KIND, "blocks", &denial(&format!(r#"{BLOCKS},"s3:Delete*""#)));
                    attach(scene, KIND, "trails", &denial(TRAILS));
                }),
                Verdict::Pass,
                "trails (trails)",
            ),
            (
                "a part",
                Scene::with(|scene| attach(scene, KIND, "blocks", &denial(BLOCKS))),
                Verdict::Fail,
                "but not bucket policies (s3:DeleteBucketPolicy), trails",
            ),
            (
                "nothing of it",
                Scene::with(|scene| attach(scene, KIND, "other", &denial(r#""ec2:RunInstances""#))),
                Verdict::Fail,
                "No service control policy that binds the account",
            ),
            (
                "for one region",
                Scene::with(|scene| {
                    let statement = all().replace(
                        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/platform-*"}"#,
                        r#""StringEquals":{"aws:RequestedRegion":"eu-west-1"}"#,
                    );
                    attach(scene, KIND, "guard", &statement);
                }),
                Verdict::Fail,
                "No service control policy",
            ),
            (
                "a policy of another type",
                Scene::with(|scene| attach(scene, Guardrail::ResourceControl, "guard", &all())),
                Verdict::Fail,
                "not enabled",
            ),
        ];
        expect(&CHECK, cases);
        let part = Scene::with(|scene| attach(scene, KIND, "blocks", &denial(BLOCKS)));
        assert_eq!(part.judge(&CHECK).severity, Severity::Low);
        assert_eq!(Scene::new().judge(&CHECK).severity, Severity::Medium);
    }

    #[test]
    fn what_is_not_known_and_whom_nothing_binds() {
        let root = || Observed::Present(vec![("r-root", "ROOT")]);
        let unread = |scene: &mut Scene| attach_to(scene, KIND, "hidden", Observed::Gap(denied()), root());
        let cases: Vec<Case> = vec![
            (
                "the management account",
                Scene::with(|scene| {
                    attach(scene, KIND, "guard", &all());
                    let mut organization = scene
                        .organization
                        .organization
                        .known()
                        .expect("known")
                        .expect("one")
                        .clone();
                    organization.management_account = scene.facts.account.clone();
                    scene.organization.organization.observed = Observed::Present(organization);
                }),
                Verdict::NotApplicable,
                "management account",
            ),
            (
                "no organization",
                Scene::with(|scene| scene.organization.organization.observed = Observed::Absent),
                Verdict::NotApplicable,
                "no organization",
            ),
            ("not enabled", Scene::new(), Verdict::Fail, "not enabled"),
            (
                "one that could not be read",
                Scene::with(unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one that could not be read beside one that does it all",
                Scene::with(|scene| {
                    unread(scene);
                    attach(scene, KIND, "guard", &all());
                }),
                Verdict::Pass,
                "guard",
            ),
            (
                "lists that were not read",
                Scene::with(|scene| scene.organization.policies = None),
                Verdict::NotAssessed,
                "holds no list",
            ),
        ];
        expect(&CHECK, cases);
    }
}
