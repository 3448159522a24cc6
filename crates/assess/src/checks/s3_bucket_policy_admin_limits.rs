//! `s3-bucket-policy-admin-limits`: whether only named principals may change who has access to the bucket.
//!
//! It does not know who these principals are, nor what identity policies of the account allow.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::{Answer, denies_to_all_but_named, organization_policy_denies_on};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::guardrails::{Guardrail, Guardrails};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-admin-limits",
    title: "Only named principals may change the bucket policy",
    severity: Severity::Medium,
    question: "Is every principal but those that are named denied changing the bucket's policy and access control list?",
    reads: Reads {
        sources: &[ServiceSource::OrganizationPolicies],
        account: &[AccountFact::Organization, AccountFact::OrganizationAccounts],
        settings: &[BucketSetting::OwnershipControls, BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-policy-admin-limits.md"),
    judge: Judge::Bucket(judge),
};

const POLICY_ACTIONS: [&str; 2] = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
const LIST_ACTION: &str = "s3:PutBucketAcl";

/// Where a denial stands, for a reader; or what its absence comes to.
type Carried = Result<String, String>;

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let mut asked = Asked::default();
    let mut carriers: Vec<(String, Vec<&str>)> = Vec::new();
    let mut note = |carrier: String, action| match carriers.iter_mut().find(|(known, _)| *known == carrier) {
        Some((_, actions)) => actions.push(action),
        None => carriers.push((carrier, vec![action])),
    };
    for action in POLICY_ACTIONS {
        match asked.carried(view, trail, action)? {
            Ok(carrier) => note(carrier, action),
            Err(lacks) => return Ok(fail(action, &lacks)),
        }
    }
    match asked.carried(view, trail, LIST_ACTION) {
        Ok(Ok(carrier)) => note(carrier, LIST_ACTION),
        // An access control list that has no effect needs no protection.
        shortfall => {
            let ownership = trail.read(&view.settings.ownership_controls)?;
            if ownership.is_none_or(|controls| controls.object_ownership != "BucketOwnerEnforced") {
                return Ok(fail(LIST_ACTION, &shortfall?.err().unwrap_or_default()));
            }
        }
    }
    let carried = carriers
        .iter()
        .map(|(carrier, actions)| format!("{carrier} denies {}", actions.join(", ")));
    let carried: Vec<String> = carried.collect();
    Ok(Judgement::pass(format!(
        "All but named principals are kept from changing who has access: {}.",
        carried.join("; ")
    )))
}

fn fail(action: &str, lacks: &str) -> Judgement {
    Judgement::fail(format!("Nothing denies {action} to all but named principals: {lacks}."))
}

/// The organization's policies, looked up when the bucket policy does not settle it.
#[derive(Default)]
struct Asked<'a> {
    guardrails: Option<[(Guardrail, Guardrails<'a>); 2]>,
}

impl<'a> Asked<'a> {
    /// What denies an action on the bucket to all but named principals, or what the bucket policy lacks.
    fn carried(
        &mut self,
        view: &BucketView<'a>,
        trail: &mut Trail<'a>,
        action: &'static str,
    ) -> Result<Carried, Unknown<'a>> {
        let own = by_bucket_policy(view, trail, action);
        if matches!(own, Ok(Ok(_))) {
            return own;
        }
        let resources = view.resources();
        let kinds = [Guardrail::ServiceControl, Guardrail::ResourceControl];
        let account = &view.bucket.account;
        let guardrails = self
            .guardrails
            .get_or_insert_with(|| kinds.map(|kind| (kind, view.organization.guardrails(trail, account, kind))));
        let mut unknown = None;
        for (kind, guardrails) in guardrails {
            match guardrails.first(|document| organization_policy_denies_on(document, &resources, action)) {
                Ok(Some(policy)) => return Ok(Ok(format!("the {} {}", kind.label(), policy.name))),
                Ok(None) => {}
                Err(gap) => unknown = unknown.or(Some(gap)),
            }
        }
        let lacks = own?;
        match unknown {
            Some(unknown) => Err(unknown),
            None => Ok(lacks.map_err(|text| format!("{text}, and no policy of the organization does"))),
        }
    }
}

fn by_bucket_policy<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>, action: &str) -> Result<Carried, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Err("the bucket has no policy".to_owned()));
    };
    match denies_to_all_but_named(document, &view.resources(), action) {
        Answer::Yes => Ok(Ok("the bucket policy".to_owned())),
        Answer::No(lacks) if lacks.is_empty() => Ok(Err("no statement of the bucket policy does".to_owned())),
        Answer::No(lacks) => Ok(Err(format!("{} in the bucket policy", lacks.join("; ")))),
        Answer::Unclear(text) => Err(Unknown::not_understood(text)),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{known, with_policy};
    use crate::checks::scene::{Case, Scene, denied, expect};
    use crate::guardrails::tests::{attach, attach_to};

    const ADMIN: &str = r#"{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/admin"}}"#;

    fn denial(actions: &str, condition: &str) -> String {
        format!(
            r#"{{"Sid":"L","Effect":"Deny","Principal":"*","Action":{actions},"Resource":"*","Condition":{condition}}}"#
        )
    }

    const ALL: &str = r#"["s3:PutBucketPolicy","s3:DeleteBucketPolicy","s3:PutBucketAcl"]"#;
    const OF_POLICY: &str = r#"["s3:PutBucketPolicy","s3:DeleteBucketPolicy"]"#;

    /// A scene whose access control list may have effect.
    fn with_lists(change: impl FnOnce(&mut Scene)) -> Scene {
        known(|scene| {
            scene.bucket.settings.ownership_controls.observed = Observed::Absent;
            change(scene);
        })
    }

    #[test]
    fn a_bucket_policy_may_limit_its_own_change() {
        let cases: Vec<Case> = vec![
            (
                "all three",
                with_lists(|scene| with_policy(scene, &denial(ALL, ADMIN))),
                Verdict::Pass,
                "the bucket policy denies s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:PutBucketAcl",
            ),
            (
                "two, where lists have no effect",
                known(|scene| with_policy(scene, &denial(OF_POLICY, ADMIN))),
                Verdict::Pass,
                "the bucket policy denies s3:PutBucketPolicy, s3:DeleteBucketPolicy.",
            ),
            (
                "two, where lists have effect",
                with_lists(|scene| with_policy(scene, &denial(OF_POLICY, ADMIN))),
                Verdict::Fail,
                "Nothing denies s3:PutBucketAcl",
            ),
            (
                "two, where nobody knows whether lists have effect",
                known(|scene| {
                    with_policy(scene, &denial(OF_POLICY, ADMIN));
                    scene.withhold(BucketSetting::OwnershipControls);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "all but a whole account",
                known(|scene| {
                    let condition = r#"{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}"#;
                    with_policy(scene, &denial(ALL, condition));
                }),
                Verdict::Fail,
                "statement 1 (\"L\") holds only where",
            ),
            (
                "another policy",
                known(|scene| {
                    with_policy(
                        scene,
                        r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#,
                    );
                }),
                Verdict::Fail,
                "no statement of the bucket policy does",
            ),
            (
                "no policy",
                known(|_| {}),
                Verdict::Fail,
                "the bucket has no policy, and no policy of the organization",
            ),
            (
                "an operator of unknown effect",
                known(|scene| with_policy(scene, &denial(ALL, r#"{"Strange":{"aws:PrincipalArn":"x"}}"#))),
                Verdict::NotAssessed,
                "Strange",
            ),
            (
                "a policy that could not be read",
                known(|scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_policy_of_the_organization_carries_it_too() {
        let open = r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/platform-*"}}"#;
        let denial_of_scp = || denial(ALL, open).replace(r#""Principal":"*","#, "");
        let unread = |scene: &mut Scene, kind| {
            let root = Observed::Present(vec![("r-root", "ROOT")]);
            attach_to(scene, kind, "hidden", Observed::Gap(denied()), root);
        };
        let cases: Vec<Case> = vec![
            (
                "a service control policy",
                with_lists(|scene| attach(scene, Guardrail::ServiceControl, "guard", &denial_of_scp())),
                Verdict::Pass,
                "the service control policy guard denies s3:PutBucketPolicy",
            ),
            (
                "a resource control policy, whatever another one says",
                with_lists(|scene| {
                    attach(scene, Guardrail::ResourceControl, "guard", &denial(ALL, open));
                    unread(scene, Guardrail::ServiceControl);
                    scene.withhold(BucketSetting::Policy);
                }),
                Verdict::Pass,
                "the resource control policy guard denies",
            ),
            (
                "each a part",
                with_lists(|scene| {
                    with_policy(scene, &denial(OF_POLICY, ADMIN));
                    attach(scene, Guardrail::ServiceControl, "guard", &denial_of_scp());
                }),
                Verdict::Pass,
                "the bucket policy denies s3:PutBucketPolicy, s3:DeleteBucketPolicy; the service control policy guard denies \
                 s3:PutBucketAcl",
            ),
            (
                "one that could not be read",
                known(|scene| unread(scene, Guardrail::ServiceControl)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one that could not be read, and the bucket policy is enough",
                known(|scene| {
                    with_policy(scene, &denial(ALL, ADMIN));
                    unread(scene, Guardrail::ServiceControl);
                }),
                Verdict::Pass,
                "the bucket policy denies",
            ),
            (
                "one about something else",
                known(|scene| {
                    let statement =
                        r#"{"Effect":"Deny","Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::other"}"#;
                    attach(scene, Guardrail::ServiceControl, "guard", statement);
                }),
                Verdict::Fail,
                "no policy of the organization does",
            ),
        ];
        expect(&CHECK, cases);
    }
}
