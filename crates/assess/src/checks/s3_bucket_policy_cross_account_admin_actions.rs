//! `s3-bucket-policy-cross-account-admin-actions`: whether the bucket policy hands power over the bucket to other accounts.
//!
//! It judges the bucket policy alone; that a public access block or another policy may stop such a request is not its matter.

use std::collections::BTreeSet;

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_policy::{ADMINISTRATIVE_ACTIONS, Document, Insiders, Outsider, Outsiders, outsiders};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-policy-cross-account-admin-actions",
    title: "No other account may change policy, access control lists or encryption",
    severity: Severity::High,
    question: "Does the bucket policy keep changes of policy, access control lists and encryption from other accounts?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Acl, BucketSetting::Policy],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-policy-cross-account-admin-actions.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(document) = view.policy(trail)? else {
        return Ok(Judgement::not_applicable(
            "The bucket has no policy, which is what gives other accounts such actions.",
        ));
    };
    let mut found = admitted(view, document, None);
    if found.admitted.is_empty() && !found.unclear.is_empty() {
        // A canonical user id may be the owner's, whom the access control list names.
        let owner = trail.read(&view.settings.acl)?.and_then(|list| list.owner.as_deref());
        found = admitted(view, document, owner);
    }
    if !found.admitted.is_empty() {
        let said: Vec<String> = found.admitted.iter().map(said).collect();
        return Ok(Judgement::fail(format!(
            "The bucket policy lets other accounts administer the bucket: {}.",
            said.join("; ")
        )));
    }
    if let Some(text) = found.unclear.into_iter().next() {
        return Err(Unknown::not_understood(text));
    }
    Ok(Judgement::pass(match found.stopped.first() {
        None => "The bucket policy gives no other account an action on policy, access control lists or encryption."
            .to_owned(),
        Some(stopped) => format!(
            "The bucket policy gives no other account an action on policy, access control lists or encryption; {stopped}."
        ),
    }))
}

/// Everybody of another account whom the policy lets administer the bucket, members of the organization among them.
fn admitted(view: &BucketView<'_>, document: &Document, canonical_user: Option<&str>) -> Outsiders {
    let insiders = Insiders {
        account: view.bucket.account.as_str(),
        organization: None,
        accounts: &BTreeSet::new(),
        incomplete: None,
        canonical_user,
    };
    let arn = view.arn_of(view.bucket.name.as_str());
    outsiders(document, &arn, &ADMINISTRATIVE_ACTIONS, &insiders)
}

fn said(outsider: &Outsider) -> String {
    format!(
        "{} may use {} by {}",
        outsider.who,
        outsider.actions.join(", "),
        outsider.statement
    )
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{known, with_policy};
    use crate::checks::scene::{Case, Scene, expect};

    fn allowing(principal: &str, actions: &str) -> Scene {
        known(|scene| with_policy(scene, &statement(principal, actions)))
    }

    fn statement(principal: &str, actions: &str) -> String {
        format!(
            r#"{{"Sid":"P","Effect":"Allow","Principal":{principal},"Action":{actions},
            "Resource":["arn:aws:s3:::subject","arn:aws:s3:::subject/*"]}}"#
        )
    }

    const OTHER: &str = r#"{"AWS":"arn:aws:iam::222222222222:root"}"#;

    #[test]
    fn no_other_account_may_administer_the_bucket() {
        let denied_again = format!(
            r#"{},{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
            statement(OTHER, r#""s3:PutBucketPolicy""#)
        );
        let cases: Vec<Case> = vec![
            ("no policy", known(|_| {}), Verdict::NotApplicable, "no policy"),
            (
                "reading",
                allowing(OTHER, r#""s3:GetObject""#),
                Verdict::Pass,
                "no other account",
            ),
            (
                "one action",
                allowing(OTHER, r#""s3:PutBucketAcl""#),
                Verdict::Fail,
                "account 222222222222 may use s3:PutBucketAcl by statement 1 (\"P\")",
            ),
            (
                "a member of the organization is another account too",
                {
                    let mut scene = allowing(OTHER, r#""s3:*""#);
                    let member = crate::checks::scene::account("222222222222");
                    scene.organization.ids.insert(member.id.clone());
                    scene.organization.accounts.insert(member.id.clone(), member);
                    scene
                },
                Verdict::Fail,
                "s3:DeleteBucketPolicy, s3:PutBucketAcl, s3:PutBucketPolicy",
            ),
            (
                "everything to everyone",
                allowing(r#""*""#, r#""s3:*""#),
                Verdict::Fail,
                "anyone",
            ),
            (
                "the own account",
                allowing(r#"{"AWS":"111111111111"}"#, r#""s3:*""#),
                Verdict::Pass,
                "no other account",
            ),
            (
                "allowed and denied",
                known(|scene| with_policy(scene, &denied_again)),
                Verdict::Pass,
                "denies it",
            ),
            (
                "the owner by its canonical user id",
                allowing(r#"{"CanonicalUser":"owner"}"#, r#""s3:*""#),
                Verdict::Pass,
                "no other account",
            ),
            (
                "somebody by a canonical user id",
                allowing(r#"{"CanonicalUser":"stranger"}"#, r#""s3:*""#),
                Verdict::NotAssessed,
                "canonical user stranger",
            ),
            (
                "a canonical user id, and nobody knows the owner's",
                {
                    let mut scene = allowing(r#"{"CanonicalUser":"owner"}"#, r#""s3:*""#);
                    scene.withhold(BucketSetting::Acl);
                    scene
                },
                Verdict::NotAssessed,
                "access was denied",
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
}
