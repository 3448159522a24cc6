//! `kms-key-policy-public`: whether the key of the bucket's default encryption is closed to everybody outside.
//!
//! It judges the key's policy and grants. That a stranger also needs a permission of its own account is not looked at.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::evidence::Gap;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{Key, KeyGrant, ServiceSource};
use s3attest_policy::{Document, Insiders, KEY_ACTIONS, outsiders};

use super::bucket_key::{DefaultKey, default_key};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "kms-key-policy-public",
    title: "The default encryption key is closed to everybody outside",
    severity: Severity::Critical,
    question: "Do policy and grants of the default encryption key keep out the public and accounts outside the organization?",
    reads: Reads {
        sources: &[ServiceSource::Keys],
        account: &[
            AccountFact::BucketListing,
            AccountFact::Organization,
            AccountFact::OrganizationAccounts,
        ],
        settings: &[BucketSetting::Encryption],
    },
    page: include_str!("../../../../docs/checks/kms-key-policy-public.md"),
    judge: Judge::Bucket(judge),
};

/// Who certainly gets in, and what nobody can tell.
#[derive(Default)]
struct Found<'a> {
    public: Vec<String>,
    outside: Vec<String>,
    unknown: Option<Unknown<'a>>,
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let key = match default_key(view, trail)? {
        DefaultKey::NoneOfCustomer(judgement) => return Ok(judgement),
        DefaultKey::Gone(name) => {
            return Ok(Judgement::not_applicable(format!(
                "KMS knows no key {name} (kms-key-state), so there is none to judge."
            )));
        }
        DefaultKey::Key(key) => key,
    };
    let members = Members::of(view, trail);
    let mut found = Found::default();
    by_policy(view, trail, key, &members, &mut found);
    by_grants(view, trail, key, &members, &mut found);
    let arn = &key.arn;
    if !found.public.is_empty() {
        return Ok(Judgement::fail(format!(
            "The public may use the key {arn}: {}.",
            found.public.join("; ")
        )));
    }
    if !found.outside.is_empty() {
        return Ok(Judgement::fail_as(
            Severity::High,
            format!(
                "Somebody outside the organization may use the key {arn}: {}.",
                found.outside.join("; ")
            ),
        ));
    }
    match found.unknown {
        Some(unknown) => Err(unknown),
        None => Ok(Judgement::pass(format!(
            "Neither the policy nor a grant of the key {arn} lets in the public or an account outside the organization."
        ))),
    }
}

/// Which accounts are inside.
struct Members<'a> {
    organization: Option<&'a str>,
    /// Why the list of accounts may lack some.
    incomplete: Option<Unknown<'a>>,
}

impl<'a> Members<'a> {
    fn of(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Self {
        let evidence = view.organization.evidence;
        let organization = trail.read(&evidence.organization);
        let listing = trail.read(&evidence.listing);
        Self {
            organization: evidence.id(),
            incomplete: organization.err().or(listing.err()),
        }
    }
}

fn by_policy<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    key: &'a Key,
    members: &Members<'a>,
    found: &mut Found<'a>,
) {
    let arn = &key.arn;
    let document = match trail.read_of(arn.clone(), &key.policy) {
        Err(unknown) => {
            found.unknown.get_or_insert(unknown);
            return;
        }
        Ok(text) => text.map(|text| Document::parse(&text.0)),
    };
    let document = match document {
        Some(Ok(document)) => document,
        Some(Err(error)) => {
            let unknown =
                Unknown::not_understood(format!("the policy of the key {arn} is no policy document: {error}"));
            found.unknown.get_or_insert(unknown);
            return;
        }
        None => {
            let unknown = Unknown::not_understood(format!("KMS gives no policy of the key {arn}"));
            found.unknown.get_or_insert(unknown);
            return;
        }
    };
    let incomplete = members.incomplete.as_ref().map(|unknown| words(unknown.gap()));
    let insiders = Insiders {
        account: &key.description.account,
        organization: members.organization,
        accounts: &view.organization.evidence.ids,
        incomplete: incomplete.as_deref(),
        canonical_user: None,
    };
    let all = outsiders(&document, arn, &KEY_ACTIONS, &insiders);
    for outsider in all.admitted {
        let approved = |id: &String| AccountId::new(id.as_str()).is_ok_and(|id| view.parameters.allows_external(&id));
        if outsider.account.as_ref().is_some_and(approved) {
            continue;
        }
        let said = format!(
            "{} may use {} by {} of its policy",
            outsider.who,
            outsider.actions.join(", "),
            outsider.statement
        );
        if outsider.is_everyone {
            found.public.push(said);
        } else {
            found.outside.push(said);
        }
    }
    if let Some(text) = all.unclear.into_iter().next() {
        // A gap in the list of accounts keeps its own cause.
        let unknown = members.incomplete.clone();
        found.unknown.get_or_insert_with(|| {
            unknown.unwrap_or_else(|| Unknown::not_understood(format!("the policy of {arn}: {text}")))
        });
    }
}

fn by_grants<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    key: &'a Key,
    members: &Members<'a>,
    found: &mut Found<'a>,
) {
    let grants = match trail.read_of(key.arn.clone(), &key.grants) {
        Ok(grants) => grants,
        Err(unknown) => {
            found.unknown.get_or_insert(unknown);
            return;
        }
    };
    for grant in grants.iter().flat_map(|grants| &grants.others) {
        let Some(owner) = account_of(grant) else {
            let text = format!(
                "to which account the grantee of the grant {} of the key {} belongs is not known",
                grant.id, key.arn
            );
            found.unknown.get_or_insert(Unknown::not_understood(text));
            continue;
        };
        let is_inside = owner.as_str() == key.description.account
            || view.organization.evidence.ids.contains(&owner)
            || view.parameters.allows_external(&owner);
        if is_inside {
            continue;
        }
        match &members.incomplete {
            Some(unknown) => {
                found.unknown.get_or_insert(unknown.clone());
            }
            None => found.outside.push(format!(
                "{} by the grant {} ({})",
                grant.grantee.as_deref().unwrap_or_default(),
                grant.id,
                grant.operations.join(", ")
            )),
        }
    }
}

/// The account of a grant's grantee, where its name tells it: an ARN does.
fn account_of(grant: &KeyGrant) -> Option<AccountId> {
    let mut segments = grant.grantee.as_deref()?.splitn(6, ':');
    if segments.next()? != "arn" {
        return None;
    }
    AccountId::new(segments.nth(3)?).ok()
}

fn words(gap: &Gap) -> String {
    format!("{} ({})", gap.cause.phrase(), gap.detail)
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PolicyDocument;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::KeyGrants;

    use super::*;
    use crate::checks::bucket_key::tests::{KEY, key, using, using_key};
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{ACCOUNT, Case, Scene, account, account_id, denied, expect, organization, source};

    const ROOT: &str =
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}"#;

    fn allow(principal: &str, condition: &str) -> String {
        format!(
            r#"{ROOT},{{"Sid":"S","Effect":"Allow","Principal":{principal},"Action":["kms:Decrypt","kms:GenerateDataKey"],
            "Resource":"*","Condition":{condition}}}"#
        )
    }

    fn grantee(name: &str) -> KeyGrant {
        KeyGrant {
            id: "g-1".to_owned(),
            name: None,
            grantee: Some(name.to_owned()),
            retiring_principal: None,
            issuing_account: None,
            operations: vec!["Decrypt".to_owned()],
            constrained: false,
        }
    }

    fn with(statements: &str, others: Vec<KeyGrant>) -> Scene {
        let mut key = key(Evidence::gap(denied(), source("kms.GetKeyRotationStatus")));
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        key.policy = Evidence::present(PolicyDocument(text), source("kms.GetKeyPolicy"));
        let grants = KeyGrants {
            total: others.len(),
            own_account: 0,
            services: 0,
            others,
        };
        key.grants = Evidence::present(grants, source("kms.ListGrants"));
        using_key(key)
    }

    fn changed(mut scene: Scene, change: impl FnOnce(&mut Scene)) -> Scene {
        change(&mut scene);
        scene
    }

    const OTHER: &str = r#"{"AWS":"arn:aws:iam::222222222222:root"}"#;
    const STRANGER: &str = "arn:aws:iam::222222222222:role/reader";

    #[test]
    fn a_key_is_closed_to_the_public_and_to_strangers() {
        let cases: Vec<Case> = vec![
            (
                "the usual policy",
                with(ROOT, vec![]),
                Verdict::Pass,
                "Neither the policy nor a grant",
            ),
            (
                "everyone",
                with(&allow(r#"{"AWS":"*"}"#, "{}"), vec![]),
                Verdict::Fail,
                "The public may use",
            ),
            (
                "everyone of the account",
                with(
                    &allow(
                        r#"{"AWS":"*"}"#,
                        r#"{"StringEquals":{"kms:CallerAccount":"111111111111"}}"#,
                    ),
                    vec![],
                ),
                Verdict::Pass,
                "Neither",
            ),
            (
                "everyone who comes by S3",
                with(
                    &allow(
                        r#"{"AWS":"*"}"#,
                        r#"{"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}}"#,
                    ),
                    vec![],
                ),
                Verdict::Fail,
                "The public may use",
            ),
            (
                "a stranger",
                with(&allow(OTHER, "{}"), vec![]),
                Verdict::Fail,
                "account 222222222222 may use",
            ),
            (
                "a member",
                changed(with(&allow(OTHER, "{}"), vec![]), |scene| {
                    scene.organization = organization([account(ACCOUNT), account("222222222222")]);
                }),
                Verdict::Pass,
                "Neither",
            ),
            (
                "an approved stranger",
                changed(with(&allow(OTHER, "{}"), vec![grantee(STRANGER)]), |scene| {
                    scene.parameters.allowed_external_accounts = vec![account_id("222222222222")];
                }),
                Verdict::Pass,
                "Neither",
            ),
            (
                "perhaps a member",
                changed(with(&allow(OTHER, "{}"), vec![]), |scene| {
                    scene.organization.listing.observed = Observed::Gap(denied());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a stranger's grant",
                with(ROOT, vec![grantee(STRANGER)]),
                Verdict::Fail,
                "by the grant g-1 (Decrypt)",
            ),
            (
                "a grant to nobody knows whom",
                with(ROOT, vec![grantee("AROAEXAMPLE")]),
                Verdict::NotAssessed,
                "the grantee of the grant g-1",
            ),
            (
                "an operator of unknown effect",
                with(
                    &allow(r#"{"AWS":"*"}"#, r#"{"Strange":{"kms:CallerAccount":"x"}}"#),
                    vec![],
                ),
                Verdict::NotAssessed,
                "Strange",
            ),
        ];
        expect(&CHECK, cases);
        let severity = |scene: Scene| scene.judge(&CHECK).severity;
        assert_eq!(severity(with(&allow(r#""*""#, "{}"), vec![])), Severity::Critical);
        assert_eq!(severity(with(&allow(OTHER, "{}"), vec![])), Severity::High);
    }

    #[test]
    fn an_organization_that_may_be_the_own_one_is_no_stranger() {
        let own = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}"#;
        let scene = changed(with(&allow(r#"{"AWS":"*"}"#, own), vec![]), |scene| {
            scene.organization.organization.observed = Observed::Gap(denied());
        });
        let text = "access was denied";
        expect(&CHECK, vec![("unread", scene, Verdict::NotAssessed, text)]);
    }

    #[test]
    fn a_part_that_is_not_known_leaves_open_what_the_other_does_not_settle() {
        let unread = |statements: &str, grants: bool| {
            let mut key = key(Evidence::gap(denied(), source("kms.GetKeyRotationStatus")));
            if !statements.is_empty() {
                let text = format!(r#"{{"Statement":[{statements}]}}"#);
                key.policy = Evidence::present(PolicyDocument(text), source("kms.GetKeyPolicy"));
            }
            if grants {
                let grants = KeyGrants {
                    total: 1,
                    own_account: 0,
                    services: 0,
                    others: vec![grantee(STRANGER)],
                };
                key.grants = Evidence::present(grants, source("kms.ListGrants"));
            }
            using_key(key)
        };
        let mut managed = key(Evidence::gap(denied(), source("kms.GetKeyRotationStatus")));
        managed.description.manager = "AWS".to_owned();
        let cases: Vec<Case> = vec![
            (
                "no grants",
                unread(ROOT, false),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("no policy", unread("", true), Verdict::Fail, "by the grant"),
            (
                "open whatever the grants",
                unread(&allow(r#""*""#, "{}"), false),
                Verdict::Fail,
                "The public",
            ),
            ("no policy document", unread("7", true), Verdict::Fail, "by the grant"),
            (
                "a key of AWS",
                using_key(managed),
                Verdict::NotApplicable,
                "AWS manages",
            ),
            (
                "SSE-S3",
                encrypted(Some("AES256"), None, None),
                Verdict::NotApplicable,
                "no key",
            ),
            (
                "gone",
                using(KEY, Observed::Absent, vec![]),
                Verdict::NotApplicable,
                "kms-key-state",
            ),
            (
                "a key that could not be described",
                using(KEY, Observed::Gap(denied()), vec![]),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
