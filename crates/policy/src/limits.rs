//! Denials for all but principals that are named: who may change a bucket's policy, and what an organization forbids.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: `NotPrincipal`" and "AWS global condition context keys"; AWS
//! Organizations User Guide, "SCP syntax" and "RCP syntax" (an organization's policy speaks of every resource, and a service
//! control policy names no principals).

use crate::answer::Answer;
use crate::caller::{Caller, FRESH, Surroundings, names_somebody};
use crate::condition::{Condition, OperatorKind};
use crate::denial::BucketResources;
use crate::document::{Document, Effect, Listed, PrincipalElement, Statement};
use crate::matching::arn_matches;
use crate::principal::Principal;
use crate::reach::{Ask, Gate, Outcome, Target, names_action};
use crate::tls::denies_requests_without_tls;
use crate::truth::Truth;
use crate::variables::holds_variable;

/// Actions that undo what protects S3, with which a service control policy is expected to begin.
pub const PROTECTING_ACTIONS: [&str; 7] = [
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutBucketAcl",
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
];

/// Whether the bucket policy keeps everyone but principals that it names from changing or deleting it; `acl_too` asks the
/// same of the bucket's access control list.
#[must_use]
pub fn limits_policy_changes(document: &Document, resources: &BucketResources, acl_too: bool) -> Answer {
    let mut actions = vec!["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
    if acl_too {
        actions.push("s3:PutBucketAcl");
    }
    let mut lacks = Vec::new();
    for action in actions {
        match denied_to_all_but_named(document, action, resources.bucket(), false) {
            Answer::Yes => {}
            Answer::No(texts) => {
                let new = texts
                    .into_iter()
                    .filter(|text| !lacks.contains(text))
                    .collect::<Vec<_>>();
                lacks.extend(new);
                lacks.push(format!("no statement denies {action} to all but named principals"));
            }
            unclear @ Answer::Unclear(_) => return unclear,
        }
    }
    if lacks.is_empty() {
        Answer::Yes
    } else {
        Answer::No(lacks)
    }
}

/// Whether the bucket policy denies an action on the bucket itself to all but principals that it names.
#[must_use]
pub fn denies_to_all_but_named(document: &Document, resources: &BucketResources, action: &str) -> Answer {
    denied_to_all_but_named(document, action, resources.bucket(), false)
}

/// Whether a policy of the organization denies an action, on whatever resource of the partition, to all but principals that
/// it names.
#[must_use]
pub fn organization_policy_denies(document: &Document, action: &str, partition: &str) -> Answer {
    denied_to_all_but_named(document, action, &some_resource(action, partition), true)
}

/// Whether a policy of the organization denies an action on this bucket to all but principals that it names.
#[must_use]
pub fn organization_policy_denies_on(document: &Document, resources: &BucketResources, action: &str) -> Answer {
    denied_to_all_but_named(document, action, resources.bucket(), true)
}

/// A resource of the kind that an action is done to, of which nobody has heard (Service Authorization Reference, "Actions,
/// resources, and condition keys for Amazon S3" and "… for AWS CloudTrail").
fn some_resource(action: &str, partition: &str) -> String {
    match action.split_once(':') {
        // Actions on an account's settings know no resource but all of them.
        Some(("s3", name)) if !name.contains("Account") => format!("arn:{partition}:s3:::{FRESH}"),
        Some(("cloudtrail", _)) => format!("arn:{partition}:cloudtrail:{FRESH}:000000000000:trail/{FRESH}"),
        Some((service, _)) => format!("arn:{partition}:{service}:{FRESH}:000000000000:{FRESH}"),
        None => FRESH.to_owned(),
    }
}

/// Whether a resource control policy keeps everyone out of S3 who does not belong to an organization that it names. AWS
/// services and principals that it names may be left out.
#[must_use]
pub fn organization_policy_keeps_strangers_out_of_s3(document: &Document, partition: &str) -> Answer {
    let grant = Document {
        version: None,
        id: None,
        statements: vec![Statement {
            position: 1,
            sid: None,
            effect: Effect::Allow,
            principal: PrincipalElement::Is(crate::Principals {
                everyone: true,
                ..crate::Principals::default()
            }),
            action: Some(Listed::Is(vec!["*".to_owned()])),
            resource: Some(Listed::Is(vec!["*".to_owned()])),
            conditions: Vec::new(),
            unknown_parts: Vec::new(),
        }],
        unknown_members: Vec::new(),
    };
    let arn = format!("arn:{partition}:s3:::{FRESH}");
    let grants = [Gate::of(&grant, &arn)];
    let mut guards = [Gate::of(document, &arn)];
    guards[0].names_no_principals = true;
    // Only a denial of all actions holds for one that nobody has heard of.
    let action = format!("s3:{FRESH}");
    let surroundings = Surroundings::default();
    for caller in [Caller::Stranger, Caller::Anonymous] {
        for target in [Target::Whole, Target::Parts] {
            let ask = Ask {
                caller: &caller,
                surroundings: &surroundings,
                action: &action,
                target,
                grants: &grants,
                guards: &guards,
            };
            match ask.outcome() {
                Outcome::Denied { .. } => {}
                Outcome::Unclear { text, .. } => return Answer::Unclear(text),
                Outcome::Allowed(_) | Outcome::NotAllowed(_) => {
                    let text = format!("no statement denies every S3 action to {}", caller.label());
                    return Answer::No(vec![text]);
                }
            }
        }
    }
    Answer::Yes
}

/// Whether a resource control policy denies every request to S3 that comes without TLS.
#[must_use]
pub fn organization_policy_denies_requests_without_tls(document: &Document, partition: &str) -> Answer {
    denies_requests_without_tls(document, &BucketResources::of(format!("arn:{partition}:s3:::{FRESH}")))
}

fn denied_to_all_but_named(document: &Document, action: &str, arn: &str, by_organization: bool) -> Answer {
    let variables = document.has_variables();
    let mut lacks = Vec::new();
    let mut unclear = None;
    for statement in document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Deny)
    {
        if names_action(statement.action.as_ref(), action) == Truth::No {
            continue;
        }
        let label = statement.label();
        if let Some(text) = statement.not_understood() {
            unclear.get_or_insert(text);
            continue;
        }
        let shortfall = if let Some(text) = spares(statement, by_organization) {
            Some(text)
        } else if !covers(statement, arn) {
            Some("does not cover the resource".to_owned())
        } else {
            // A service control policy binds principals of accounts, and they sign what they send.
            let unsigned_too = !(by_organization && statement.principal == PrincipalElement::Missing);
            statement.conditions.iter().find_map(|condition| {
                leaves_out_unsigned(condition)
                    .filter(|_| unsigned_too)
                    .or_else(|| leaves_out_more(condition, variables, by_organization))
            })
        };
        match shortfall {
            None => return Answer::Yes,
            Some(text) => lacks.push(format!("{label} {text}")),
        }
    }
    match unclear {
        Some(text) => Answer::Unclear(text),
        None => Answer::No(lacks),
    }
}

/// How a statement's principals leave out more than principals that it names.
fn spares(statement: &Statement, by_organization: bool) -> Option<String> {
    match &statement.principal {
        PrincipalElement::Missing if by_organization => None,
        principal if principal.is_everyone() => None,
        PrincipalElement::IsNot(principals) => {
            let named = |entry: Principal<'_>| {
                matches!(
                    entry,
                    Principal::User { .. } | Principal::Role { .. } | Principal::Session { .. } | Principal::Account(_)
                )
            };
            // An account beside a principal of it is how `NotPrincipal` has to be written; alone it names nobody.
            let names_one = principals
                .entries()
                .any(|entry| !matches!(entry, Principal::Account(_)));
            (!principals.entries().all(named) || !names_one)
                .then(|| "leaves out more than named principals in its `NotPrincipal`".to_owned())
        }
        _ => Some("holds for the principals that it lists only".to_owned()),
    }
}

fn covers(statement: &Statement, arn: &str) -> bool {
    match &statement.resource {
        Some(Listed::Is(patterns)) => patterns.iter().any(|pattern| arn_matches(pattern, arn)),
        Some(Listed::IsNot(patterns)) => !patterns.iter().any(|pattern| arn_matches(pattern, arn)),
        None => false,
    }
}

/// Whether a condition leaves out requests without a signature, which do not carry `aws:PrincipalIsAWSService`.
fn leaves_out_unsigned(condition: &Condition) -> Option<String> {
    let is_plain = condition.operator.kind == Some(OperatorKind::Bool) && !condition.operator.holds_without_key();
    (condition.is_about("aws:PrincipalIsAWSService") && is_plain)
        .then(|| "leaves out requests without a signature, which carry no `aws:PrincipalIsAWSService`".to_owned())
}

/// What a condition leaves out besides principals that it names.
fn leaves_out_more(condition: &Condition, variables: bool, by_organization: bool) -> Option<String> {
    let negated = condition
        .operator
        .kind
        .is_some_and(|kind| kind.positive() != kind && kind.positive() != OperatorKind::IpAddress);
    let is = |key: &str| condition.is_about(key);
    if is("aws:PrincipalIsAWSService") {
        let denies_others = condition.operator.kind == Some(OperatorKind::Bool)
            && condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"));
        return (!denies_others).then(|| format!("holds only where {}", condition.describe()));
    }
    // `aws:ViaAWSService` is true where a service, such as CloudFormation, uses the credentials of whoever asked it (IAM User
    // Guide, "AWS global condition context keys"): who leaves that out leaves out everyone.
    if !(is("aws:PrincipalArn") || is("aws:userid")) || !negated {
        return Some(format!("holds only where {}", condition.describe()));
    }
    let too_wide = |value: &&String| {
        // A policy of the organization names a role in each of its accounts by leaving the account open.
        let names_one = names_somebody(&condition.key, value)
            || (by_organization && names_somebody(&condition.key, &value.replacen("::*:", "::000000000000:", 1)));
        holds_variable(value, variables) || !names_one || is_whole_account(value)
    };
    let value = condition.values.iter().find(too_wide)?;
    Some(format!("leaves out `{value}`, which names no principal in particular"))
}

/// Whether an ARN pattern means every principal of an account.
fn is_whole_account(value: &str) -> bool {
    let rest = value.splitn(6, ':').nth(5).unwrap_or_default();
    let name = rest.split_once('/').map_or(rest, |(_, name)| name);
    !name.is_empty() && name.chars().all(|character| matches!(character, '*' | '?' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(statements: &str) -> Document {
        Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).expect(statements)
    }

    const ACTIONS: &str = r#"["s3:PutBucketPolicy","s3:DeleteBucketPolicy","s3:PutBucketAcl"]"#;

    fn deny(principal: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect":"Deny",{principal},"Action":{ACTIONS},"Resource":"arn:aws:s3:::data","Condition":{condition}}}"#
        )
    }

    #[test]
    fn changes_are_limited_by_a_denial_for_all_but_named_principals() {
        let role = "arn:aws:iam::111111111111:role/admin";
        let everyone = r#""Principal":"*""#;
        for (statement, expected) in [
            (
                deny(
                    everyone,
                    &format!(r#"{{"ArnNotEquals":{{"aws:PrincipalArn":"{role}"}}}}"#),
                ),
                true,
            ),
            (
                deny(
                    everyone,
                    &format!(r#"{{"StringNotLike":{{"aws:PrincipalArn":["{role}","{role}-*"]}}}}"#),
                ),
                true,
            ),
            (
                deny(
                    everyone,
                    r#"{"StringNotLike":{"aws:userid":"AROACKCEVSQ6C2EXAMPLE:*"}}"#,
                ),
                true,
            ),
            (deny(everyone, "{}"), true),
            (
                deny(
                    &format!(r#""NotPrincipal":{{"AWS":["{role}","arn:aws:iam::111111111111:root"]}}"#),
                    "{}",
                ),
                true,
            ),
            (
                deny(r#""NotPrincipal":{"AWS":"arn:aws:iam::111111111111:root"}"#, "{}"),
                false,
            ),
            (
                deny(
                    everyone,
                    r#"{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}"#,
                ),
                false,
            ),
            (
                deny(everyone, r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#),
                false,
            ),
            (
                deny(
                    everyone,
                    r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"}}"#,
                ),
                false,
            ),
            (
                deny(
                    everyone,
                    r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}"#,
                ),
                false,
            ),
            (
                deny(everyone, &format!(r#"{{"ArnEquals":{{"aws:PrincipalArn":"{role}"}}}}"#)),
                false,
            ),
            (deny(everyone, r#"{"Bool":{"aws:SecureTransport":"false"}}"#), false),
            (
                deny(everyone, r#"{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#),
                true,
            ),
            (
                deny(everyone, r#"{"Bool":{"aws:PrincipalIsAWSService":"false"}}"#),
                false,
            ),
            // Whoever makes CloudFormation do it is not stopped.
            (deny(everyone, r#"{"Bool":{"aws:ViaAWSService":"false"}}"#), false),
            // There is no such key, so that no request carries it.
            (deny(everyone, r#"{"Bool":{"aws:PrincipalIsRootUser":"false"}}"#), false),
            (deny(r#""Principal":{"AWS":"222222222222"}"#, "{}"), false),
        ] {
            let answer = limits_policy_changes(&document(&statement), &BucketResources::of("arn:aws:s3:::data"), true);
            assert_eq!(answer == Answer::Yes, expected, "{statement}: {answer:?}");
            assert!(!matches!(answer, Answer::Unclear(_)), "{statement}: {answer:?}");
        }
        let strange = deny(everyone, r#"{"Strange":{"aws:PrincipalArn":"x"}}"#);
        let answer = limits_policy_changes(&document(&strange), &BucketResources::of("arn:aws:s3:::data"), false);
        assert!(matches!(answer, Answer::Unclear(_)), "{answer:?}");
    }

    #[test]
    fn an_organization_forbids_what_its_policy_denies_everywhere() {
        for (statement, expected) in [
            (
                r#"{"Effect":"Deny","Action":["s3:PutAccountPublicAccessBlock"],"Resource":"*"}"#,
                true,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:Put*PublicAccessBlock","Resource":"*","Condition":{"ArnNotLike":{
                "aws:PrincipalArn":"arn:aws:iam::*:role/break-glass"}}}"#,
                true,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:Put*PublicAccessBlock","Resource":"*","Condition":{"ArnNotLike":{
                "aws:PrincipalArn":"arn:aws:iam::111111111111:role/break-glass"}}}"#,
                true,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:PrincipalIsAWSService":"false"}}}"#,
                true,
            ),
            (
                r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{
                "aws:PrincipalIsAWSService":"false"}}}"#,
                false,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"false"}}}"#,
                false,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"x"}}}"#,
                false,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:PutAccountPublicAccessBlock","Resource":"arn:aws:s3:::a"}"#,
                false,
            ),
            (r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, false),
        ] {
            let answer = organization_policy_denies(&document(statement), "s3:PutAccountPublicAccessBlock", "aws");
            assert_eq!(answer == Answer::Yes, expected, "{statement}: {answer:?}");
        }
    }

    #[test]
    fn the_kind_of_resource_counts_that_an_action_is_done_to() {
        let denies = |action: &str, resource: &str, partition: &str| {
            let statement = format!(r#"{{"Effect":"Deny","Action":"{action}","Resource":"{resource}"}}"#);
            organization_policy_denies(&document(&statement), action, partition) == Answer::Yes
        };
        let buckets = "arn:aws:s3:::*";
        assert!(denies("s3:DeleteBucketPolicy", buckets, "aws"));
        assert!(!denies("s3:DeleteBucketPolicy", buckets, "aws-us-gov"));
        assert!(denies("s3:DeleteBucketPolicy", "arn:*:s3:::*", "aws-us-gov"));
        assert!(!denies("s3:DeleteBucketPolicy", "arn:aws:s3:::data-*", "aws"));
        assert!(!denies("s3:PutAccountPublicAccessBlock", buckets, "aws"));
        assert!(denies("s3:PutAccountPublicAccessBlock", "*", "aws"));
        assert!(denies(
            "cloudtrail:DeleteTrail",
            "arn:aws:cloudtrail:*:*:trail/*",
            "aws"
        ));
        assert!(!denies(
            "cloudtrail:DeleteTrail",
            "arn:aws:cloudtrail:*:*:trail/audit",
            "aws"
        ));
        let one = r#"{"Effect":"Deny","Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::data"}"#;
        for (bucket, expected) in [("arn:aws:s3:::data", true), ("arn:aws:s3:::other", false)] {
            let resources = BucketResources::of(bucket);
            let answer = organization_policy_denies_on(&document(one), &resources, "s3:PutBucketPolicy");
            assert_eq!(answer == Answer::Yes, expected, "{bucket}");
            // A bucket policy has to say whom it denies.
            let answer = denies_to_all_but_named(&document(one), &resources, "s3:PutBucketPolicy");
            assert!(matches!(answer, Answer::No(_)), "{bucket}: {answer:?}");
        }
    }

    #[test]
    fn a_perimeter_keeps_strangers_out_whatever_it_makes_of_services() {
        let deny = |condition: &str| {
            format!(r#"{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{condition}}}"#)
        };
        for (condition, expected) in [
            (
                r#"{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-own"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#,
                true,
            ),
            (r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#, true),
            (
                r#"{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-own","aws:PrincipalAccount":"999999999999"},
                "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#,
                true,
            ),
            (
                r#"{"Bool":{"aws:PrincipalIsAWSService":"false"},"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#,
                false,
            ),
            (r#"{"Bool":{"aws:SecureTransport":"false"}}"#, false),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-own"}}"#, false),
        ] {
            let answer = organization_policy_keeps_strangers_out_of_s3(&document(&deny(condition)), "aws");
            assert_eq!(answer == Answer::Yes, expected, "{condition}: {answer:?}");
        }
        let some = r#"{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"}"#;
        assert!(matches!(
            organization_policy_keeps_strangers_out_of_s3(&document(some), "aws"),
            Answer::No(_)
        ));
        let tls = deny(r#"{"BoolIfExists":{"aws:SecureTransport":"false"}}"#);
        assert_eq!(
            organization_policy_denies_requests_without_tls(&document(&tls), "aws"),
            Answer::Yes
        );
    }
}
