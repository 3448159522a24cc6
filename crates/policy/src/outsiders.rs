//! Whom a resource's policy lets in from elsewhere, and to what. Holds for any resource: a bucket, a key, a topic.
//!
//! Denials count. Who may also need a permission of its own account is not looked at.

use std::collections::BTreeSet;

use s3attest_model::identifiers::AccountId;

use crate::caller::{Caller, Membership, Surroundings};
use crate::document::Document;
use crate::named::{Named, Names};
use crate::reach::{Ask, Gate, Outcome, Target};

/// Actions with which another account can take a bucket over or lay it open (AWS Security Hub User Guide, control S3.6).
pub const ADMINISTRATIVE_ACTIONS: [&str; 5] = [
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
];

/// Actions that give the use of a KMS key, or power over it (AWS KMS Developer Guide, "AWS KMS permissions").
pub const KEY_ACTIONS: [&str; 9] = [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DisableKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:ScheduleKeyDeletion",
];

/// Actions that give the use of an SNS topic, or power over it (Amazon SNS Developer Guide, "Amazon SNS API permissions").
pub const TOPIC_ACTIONS: [&str; 6] = [
    "sns:AddPermission",
    "sns:DeleteTopic",
    "sns:Publish",
    "sns:RemovePermission",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
];

/// Who is no outsider.
#[derive(Debug, Clone, Copy)]
pub struct Insiders<'a> {
    /// The resource's account.
    pub account: &'a str,
    /// The organization whose members are no outsiders; `None` when they are, or when there is none.
    pub organization: Option<&'a str>,
    /// Other accounts that are no outsiders, such as those of the organization.
    pub accounts: &'a BTreeSet<AccountId>,
    /// Why that set may lack accounts; `None` when it is complete.
    pub incomplete: Option<&'a str>,
    /// The canonical user id of the resource's account, where it is known.
    pub canonical_user: Option<&'a str>,
}

/// Somebody from elsewhere whom a policy lets in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outsider {
    /// Who, for a reader.
    pub who: String,
    /// The account, where it is one.
    pub account: Option<String>,
    /// Whether it stands for everyone, or for everyone with an AWS account.
    pub is_everyone: bool,
    /// The statement that lets it in, for a reader.
    pub statement: String,
    /// Which of the actions in question it may use, in the order in which they were asked.
    pub actions: Vec<String>,
}

/// Who from elsewhere is let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outsiders {
    /// Those who certainly are.
    pub admitted: Vec<Outsider>,
    /// What nobody can tell.
    pub unclear: Vec<String>,
    /// What keeps somebody out whom a statement would let in.
    pub stopped: Vec<String>,
}

impl Outsiders {
    /// Whether everyone, or everyone with an AWS account, is certainly let in.
    #[must_use]
    pub fn has_everyone(&self) -> bool {
        self.admitted.iter().any(|outsider| outsider.is_everyone)
    }
}

/// Whom from elsewhere a policy lets in to any of these actions. `Resource` in the policy of a bucket means the bucket or
/// its objects; `on_parts` tells for an action whether it is done to what the resource holds.
#[must_use]
pub fn outsiders(document: &Document, arn: &str, actions: &[&str], insiders: &Insiders<'_>) -> Outsiders {
    let mut found = Outsiders::default();
    let surroundings = Surroundings {
        account: Some(insiders.account.to_owned()),
        organization: insiders.organization.map(str::to_owned),
        ..Surroundings::default()
    };
    let gates = [Gate::of(document, arn)];
    for (caller, doubt, strange_networks) in callers(document, insiders) {
        let surroundings = Surroundings {
            strange_networks,
            ..surroundings.clone()
        };
        let mut outsider: Option<Outsider> = None;
        for action in actions {
            let ask = Ask {
                caller: &caller,
                surroundings: &surroundings,
                action,
                target: target_of(action),
                grants: &gates,
                guards: &[],
            };
            match (ask.outcome(), &doubt) {
                (Outcome::Allowed(_), Some(doubt)) => push_new(&mut found.unclear, doubt.clone()),
                (Outcome::Allowed(statements), None) => {
                    let fresh = || Outsider {
                        who: caller.label(),
                        account: match &caller {
                            Caller::Account { id, .. } => Some(id.clone()),
                            _ => None,
                        },
                        is_everyone: matches!(caller, Caller::Anonymous | Caller::Stranger),
                        statement: statements[0].label(),
                        actions: Vec::new(),
                    };
                    outsider.get_or_insert_with(fresh).actions.push((*action).to_owned());
                }
                (
                    Outcome::Denied {
                        allowed_by, statement, ..
                    },
                    _,
                ) => {
                    let text = format!(
                        "{} would let {} use {action}; {} denies it",
                        allowed_by.label(),
                        caller.label(),
                        statement.label()
                    );
                    push_new(&mut found.stopped, text);
                }
                (Outcome::NotAllowed(limits), _) => {
                    for text in limits {
                        push_new(&mut found.stopped, text);
                    }
                }
                (Outcome::Unclear { text, .. }, _) => push_new(&mut found.unclear, text),
            }
        }
        found.admitted.extend(outsider);
    }
    found
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

fn target_of(action: &str) -> Target {
    if action.starts_with("s3:") {
        crate::access::target_of(action)
    } else {
        Target::Whole
    }
}

/// Everybody from elsewhere of whom the document may speak, with the reason why nobody knows whether they are outsiders.
fn callers(document: &Document, insiders: &Insiders<'_>) -> Vec<(Caller, Option<String>, bool)> {
    let mut names = Names::default();
    names.add(document);
    let mut callers = vec![(Caller::Anonymous, None, false), (Caller::Stranger, None, false)];
    for (name, only_denied) in names.all() {
        let mut push = |caller, doubt| callers.push((caller, doubt, only_denied));
        match name.clone() {
            Named::Account(id) => {
                if let Some((caller, doubt)) = account(insiders, id, None) {
                    push(caller, doubt);
                }
            }
            Named::Principal { account: id, arn } => {
                if let Some((caller, doubt)) = account(insiders, id, Some(arn)) {
                    push(caller, doubt);
                }
            }
            Named::Organization(id) if insiders.organization != Some(id.as_str()) => {
                // Without a known organization, a gap may hide that it is this one.
                let gap = insiders.incomplete.filter(|_| insiders.organization.is_none());
                let doubt = gap.map(|text| format!("whether organization {id} is an outsider is not known: {text}"));
                push(Caller::Member(Membership::Of(id)), doubt);
            }
            Named::CanonicalUser(id) if insiders.canonical_user != Some(id.as_str()) => {
                let doubt = format!("to which account canonical user {id} belongs is not known");
                push(Caller::CanonicalUser(id), Some(doubt));
            }
            Named::UniqueId(id) => {
                let doubt = format!("to which account the principal with the unique id {id} belongs is not known");
                push(Caller::UniqueId(id), Some(doubt));
            }
            Named::Organization(_) | Named::CanonicalUser(_) | Named::Service(_) | Named::CloudFrontIdentity(_) => {}
        }
    }
    callers
}

fn account(insiders: &Insiders<'_>, id: String, principal: Option<String>) -> Option<(Caller, Option<String>)> {
    let is_inside = insiders.account == id || AccountId::new(&*id).is_ok_and(|id| insiders.accounts.contains(&id));
    if is_inside {
        return None;
    }
    let doubt = insiders
        .incomplete
        .map(|text| format!("whether account {id} is an outsider is not known: {text}"));
    let membership = match (insiders.organization, &doubt) {
        (Some(organization), None) => Membership::NotOf(organization.to_owned()),
        _ => Membership::Unknown(format!("to which organization account {id} belongs is not known")),
    };
    let caller = Caller::Account {
        id,
        principal,
        membership,
    };
    Some((caller, doubt))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k";
    const BUCKET: &str = "arn:aws:s3:::data";

    fn ask(statement: &str, arn: &str, actions: &[&str]) -> Outsiders {
        let document =
            Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)).expect(statement);
        let accounts = ["222222222222"].map(|id| AccountId::new(id).expect(id)).into();
        let insiders = Insiders {
            account: "111111111111",
            organization: Some("o-own"),
            accounts: &accounts,
            incomplete: None,
            canonical_user: Some("owner"),
        };
        outsiders(&document, arn, actions, &insiders)
    }

    #[test]
    fn a_gap_may_hide_that_an_organization_is_the_own_one() {
        let text = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
            "Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}}]}"#;
        let document = Document::parse(text).expect(text);
        let accounts = BTreeSet::new();
        let found = |incomplete| {
            let insiders = Insiders {
                account: "111111111111",
                organization: None,
                accounts: &accounts,
                incomplete,
                canonical_user: None,
            };
            outsiders(&document, KEY, &KEY_ACTIONS, &insiders)
        };
        assert_eq!(names(&found(None)), ["every account of organization o-own"]);
        let hidden = found(Some("access was denied"));
        assert!(hidden.admitted.is_empty(), "{hidden:?}");
        assert!(hidden.unclear[0].contains("access was denied"), "{hidden:?}");
    }

    fn names(found: &Outsiders) -> Vec<&str> {
        found.admitted.iter().map(|outsider| outsider.who.as_str()).collect()
    }

    #[test]
    fn whether_a_strangers_account_is_in_some_organization_is_not_known() {
        let allow = |conditions: &str| {
            let principal = r#""Principal":{"AWS":"arn:aws:iam::999999999999:role/r"}"#;
            let statement = format!(
                r#"{{"Effect":"Allow",{principal},"Action":"s3:*","Resource":"{BUCKET}","Condition":{{{conditions}}}}}"#
            );
            ask(&statement, BUCKET, &["s3:PutBucketPolicy"])
        };
        for open in [
            r#""Null":{"aws:PrincipalOrgID":"true"}"#,
            r#""StringEquals":{"aws:PrincipalOrgID":"o-other"}"#,
        ] {
            let found = allow(open);
            assert!(!found.unclear.is_empty(), "{open}: {found:?}");
            let is_named = names(&found).iter().any(|who| who.contains("role/r"));
            assert!(!is_named, "{open}: {found:?}");
        }
        let found = allow(r#""StringNotEquals":{"aws:PrincipalOrgID":"o-own"}"#);
        assert_eq!(names(&found), ["arn:aws:iam::999999999999:role/r"]);
    }

    #[test]
    fn a_denial_that_a_request_can_avoid_stops_nothing_whatever_else_it_asks() {
        let allow = format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"999999999999"}},"Action":"s3:*","Resource":"{BUCKET}"}}"#
        );
        let deny = |conditions: &str| {
            let deny = format!(
                r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{{{conditions}}}}}"#
            );
            ask(&format!("{allow},{deny}"), BUCKET, &["s3:PutBucketPolicy"])
        };
        let unknown = r#""StringEquals":{"aws:SomethingNew":"x"}"#;
        let without_tls = r#""Bool":{"aws:SecureTransport":"false"}"#;
        let found = deny(&format!("{unknown},{without_tls}"));
        assert_eq!(names(&found), ["account 999999999999"], "with TLS it does not hold");
        let found = deny(unknown);
        assert!(found.admitted.is_empty() && !found.unclear.is_empty(), "{found:?}");
    }

    #[test]
    fn other_accounts_and_the_administrative_actions_that_they_get_are_named() {
        let allow = |principal: &str, action: &str| {
            format!(
                r#"{{"Effect":"Allow","Principal":{principal},"Action":{action},"Resource":["{BUCKET}","{BUCKET}/*"]}}"#
            )
        };
        for (principal, action, who, actions) in [
            (
                r#"{"AWS":"999999999999"}"#,
                r#""s3:PutBucketPolicy""#,
                "account 999999999999",
                1,
            ),
            (r#"{"AWS":"999999999999"}"#, r#""s3:Put*""#, "account 999999999999", 4),
            (r#"{"AWS":"999999999999"}"#, r#""s3:*""#, "account 999999999999", 5),
            (
                r#"{"AWS":"arn:aws:iam::999999999999:role/r"}"#,
                r#""s3:PutObjectAcl""#,
                "arn:aws:iam::999999999999:role/r",
                1,
            ),
        ] {
            let found = ask(&allow(principal, action), BUCKET, &ADMINISTRATIVE_ACTIONS);
            assert_eq!(names(&found), [who], "{principal} {action}");
            assert_eq!(found.admitted[0].actions.len(), actions, "{principal} {action}");
        }
        for principal in [
            r#"{"AWS":"111111111111"}"#,
            r#"{"AWS":"222222222222"}"#,
            r#"{"Service":"x.amazonaws.com"}"#,
            r#"{"CanonicalUser":"owner"}"#,
        ] {
            assert_eq!(
                ask(&allow(principal, r#""s3:*""#), BUCKET, &ADMINISTRATIVE_ACTIONS),
                Outsiders::default()
            );
        }
        let found = ask(
            &allow(r#"{"AWS":"999999999999"}"#, r#""s3:GetObject""#),
            BUCKET,
            &ADMINISTRATIVE_ACTIONS,
        );
        assert_eq!(found, Outsiders::default());
        let canonical = ask(
            &allow(r#"{"CanonicalUser":"x"}"#, r#""s3:*""#),
            BUCKET,
            &ADMINISTRATIVE_ACTIONS,
        );
        assert!(canonical.admitted.is_empty() && !canonical.unclear.is_empty());
    }

    #[test]
    fn a_key_is_open_to_whom_its_policy_lets_in() {
        let allow = |principal: &str, condition: &str| {
            format!(
                r#"{{"Effect":"Allow","Principal":{principal},"Action":"kms:*","Resource":"*","Condition":{condition}}}"#
            )
        };
        for (statement, expected) in [
            (allow(r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "{}"), &[][..]),
            (
                allow(r#"{"AWS":"*"}"#, "{}"),
                &["anyone, without credentials", "anyone with an AWS account"],
            ),
            (
                allow(
                    r#"{"AWS":"*"}"#,
                    r#"{"StringEquals":{"kms:CallerAccount":"111111111111","kms:ViaService":"s3.eu-west-1.amazonaws.com"}}"#,
                ),
                &[],
            ),
            (
                allow(
                    r#"{"AWS":"*"}"#,
                    r#"{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}"#,
                ),
                &["anyone, without credentials", "anyone with an AWS account"],
            ),
            (allow(r#"{"AWS":"999999999999"}"#, "{}"), &["account 999999999999"]),
            (
                allow(r#"{"AWS":"*"}"#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}"#),
                &[],
            ),
            (
                allow(r#"{"AWS":"*"}"#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-other"}}"#),
                &["every account of organization o-other"],
            ),
        ] {
            assert_eq!(names(&ask(&statement, KEY, &KEY_ACTIONS)), expected, "{statement}");
        }
    }

    #[test]
    fn a_topic_with_the_policy_that_sns_makes_is_open_to_nobody() {
        let topic = "arn:aws:sns:eu-west-1:111111111111:t";
        let statement = format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["SNS:Publish","SNS:Subscribe"],"Resource":"{topic}",
            "Condition":{{"StringEquals":{{"AWS:SourceOwner":"111111111111"}}}}}}"#
        );
        assert!(ask(&statement, topic, &TOPIC_ACTIONS).admitted.is_empty());
        let open = statement.replace("StringEquals", "StringEqualsIfExists");
        assert!(ask(&open, topic, &TOPIC_ACTIONS).has_everyone());
    }
}
