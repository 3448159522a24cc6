//! AWS's own definition of a public policy: whether S3 would call it public.
//!
//! Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", section "The meaning of public". A
//! policy is public unless every grant is to fixed values: a named principal, or one of a list of condition keys with
//! values that hold neither a wildcard nor a policy variable. This is a label, and it decides what `RestrictPublicBuckets`
//! does; who really gets in is another question.
//!
//! The page does not say what denials do to the label. Where they keep every stranger out of a statement that is public by
//! itself, the answer is therefore unclear.

mod strangers;

use ipnet::IpNet;

use crate::caller::{hold_a_broad_network, is_broad, names_somebody};
use crate::condition::{Condition, OperatorKind, Quantifier};
use crate::document::{Document, Effect, PrincipalElement, Statement};
use crate::evaluate::network;
use crate::principal::Principal;
use crate::variables::{holds_variable, holds_wildcard};
use strangers::denial_of_strangers;

/// What a policy is attached to, as far as the definition of "public" differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// A bucket.
    Bucket,
    /// An access point that can be used from the internet.
    AccessPoint,
    /// An access point that can be used from one VPC only. Its policy never counts as public.
    AccessPointInVpc,
    /// Another resource, such as a key or a topic; the same definition, of which AWS gives none for these.
    Other,
}

/// Whether a policy is public in AWS's sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publicness {
    /// It is.
    Public {
        /// The statement that makes it so, for a reader.
        statement: String,
        /// Why that statement does.
        reason: String,
    },
    /// It is not; each text says what limits a statement that might look so. Empty when all name their principals.
    NotPublic(Vec<String>),
    /// Nobody can tell, as the text says.
    Unclear(String),
}

impl Publicness {
    /// Whether it certainly is public.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Public { .. })
    }

    /// Whether it certainly is not.
    #[must_use]
    pub fn is_not_public(&self) -> bool {
        matches!(self, Self::NotPublic(_))
    }
}

/// How a statement, or one of its conditions, limits whom it lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Limit {
    /// To fixed values, as the text says; nothing to say of principals that are named.
    Fixed(Option<String>),
    /// To nobody in particular, as the text says.
    Open(String),
    /// Nobody can tell, as the text says.
    Unclear(String),
}

/// Keys with which a fixed value makes a statement not public.
const LISTED_KEYS: [&str; 15] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Keys that keep strangers out in effect and are not in AWS's list, so that nobody knows what S3 calls the statement.
const UNLISTED_KEYS: [&str; 11] = [
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceNamesList",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpcArn",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "kms:CallerAccount",
    "kms:ViaService",
    "s3:AccessGrantsInstanceArn",
];

/// Whether AWS calls the policy public.
#[must_use]
pub fn is_public(document: &Document, attached: Attached) -> Publicness {
    if attached == Attached::AccessPointInVpc {
        let text = "the access point can be used from one VPC only, which AWS never calls public";
        return Publicness::NotPublic(vec![text.to_owned()]);
    }
    let variables = document.has_variables();
    let mut unclear = None;
    let mut limits = Vec::new();
    let mut open = Vec::new();
    for statement in document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
    {
        match limit(statement, variables, attached) {
            Limit::Fixed(None) => {}
            Limit::Fixed(Some(text)) => limits.push(format!("{} {text}", statement.label())),
            Limit::Open(reason) => open.push((statement, reason)),
            Limit::Unclear(text) => {
                unclear.get_or_insert(format!("{} {text}", statement.label()));
            }
        }
    }
    let unknown_member = || {
        document
            .unknown_members
            .first()
            .map(|name| format!("the document holds `{name}`, which is not known"))
    };
    let mut kept_out = None;
    for (statement, reason) in open {
        match denial_of_strangers(document, statement) {
            None => {
                return Publicness::Public {
                    statement: statement.label(),
                    reason,
                };
            }
            Some(text) => {
                kept_out.get_or_insert(text);
            }
        }
    }
    match kept_out.or(unclear).or_else(unknown_member) {
        Some(text) => Publicness::Unclear(text),
        None => Publicness::NotPublic(limits),
    }
}

/// How a statement limits whom it lets in.
fn limit(statement: &Statement, variables: bool, attached: Attached) -> Limit {
    let limit = known_limit(statement, variables, attached);
    match (limit, statement.unknown_parts.first()) {
        // What is not known might let in more than the rest does.
        (Limit::Fixed(_), Some(part)) => Limit::Unclear(format!("holds `{part}`, which is not known")),
        (limit, _) => limit,
    }
}

fn known_limit(statement: &Statement, variables: bool, attached: Attached) -> Limit {
    let mut best = match principals(statement) {
        fixed @ Limit::Fixed(_) => return fixed,
        other => other,
    };
    for condition in &statement.conditions {
        match condition_limit(condition, variables, attached) {
            // Whom the principals stand for no longer matters.
            fixed @ Limit::Fixed(_) => return fixed,
            Limit::Unclear(text) => best = weaker(best, Limit::Unclear(text)),
            Limit::Open(_) => {}
        }
    }
    match best {
        Limit::Open(reason) if !statement.conditions.is_empty() => {
            let conditions: Vec<String> = statement.conditions.iter().map(Condition::describe).collect();
            Limit::Open(format!(
                "{reason}; its condition fixes nothing ({})",
                conditions.join(" and ")
            ))
        }
        other => other,
    }
}

/// What is left when something unclear stands beside a statement that would be public.
fn weaker(best: Limit, unclear: Limit) -> Limit {
    match best {
        Limit::Open(_) => unclear,
        other => other,
    }
}

fn principals(statement: &Statement) -> Limit {
    match &statement.principal {
        PrincipalElement::Missing => Limit::Unclear("names no principal".to_owned()),
        PrincipalElement::IsNot(principals) if principals.entries().any(|entry| entry == Principal::Everyone) => {
            // Nobody is left.
            Limit::Fixed(None)
        }
        PrincipalElement::IsNot(_) => Limit::Open("it allows everyone but those in `NotPrincipal`".to_owned()),
        PrincipalElement::Is(principals) => {
            let mut unclear = None;
            for entry in principals.entries() {
                match entry {
                    Principal::Everyone => return Limit::Open("it allows everyone".to_owned()),
                    Principal::Federated {
                        account: None,
                        provider,
                    } => {
                        return Limit::Open(format!(
                            "it allows the users of the identity provider `{provider}`, who can be anyone"
                        ));
                    }
                    Principal::Federated { provider, .. } => {
                        unclear = Some(format!(
                            "allows the users of the identity provider `{provider}`; AWS does not say whether it calls that \
                             a fixed principal"
                        ));
                    }
                    Principal::NotUnderstood(text) => {
                        unclear = Some(format!("allows the principal `{text}`, which is not known"));
                    }
                    _ => {}
                }
            }
            match unclear {
                Some(text) => Limit::Unclear(text),
                None => Limit::Fixed(None),
            }
        }
    }
}

/// Whether a condition limits a statement to fixed values.
fn condition_limit(condition: &Condition, variables: bool, attached: Attached) -> Limit {
    let open = || Limit::Open(String::new());
    let is = |key: &&str| condition.is_about(key);
    let listed = LISTED_KEYS.iter().any(is);
    let unlisted = UNLISTED_KEYS.iter().any(is);
    let Some(kind) = condition.operator.kind else {
        return Limit::Unclear(format!(
            "uses the condition operator `{}`, which is not known",
            condition.operator.text
        ));
    };
    if !listed && !unlisted {
        // A key of the caller's choosing, of the resource or of the time never makes a policy not public.
        return open();
    }
    if condition.operator.if_exists || condition.operator.quantifier == Some(Quantifier::ForAllValues) {
        // It holds for whoever leaves the key out.
        return open();
    }
    let compares = match kind {
        OperatorKind::StringEquals
        | OperatorKind::StringEqualsIgnoreCase
        | OperatorKind::StringLike
        | OperatorKind::ArnEquals
        | OperatorKind::ArnLike => !condition.is_about("aws:SourceIp"),
        OperatorKind::IpAddress => condition.is_about("aws:SourceIp"),
        OperatorKind::Bool => condition.is_about("aws:PrincipalIsAWSService"),
        kind if kind.positive() != kind || kind == OperatorKind::Null => return open(),
        _ => false,
    };
    if !compares {
        return Limit::Unclear(format!(
            "compares `{}` with the operator `{}`, of which AWS does not say what it makes of that key",
            condition.key, condition.operator.text
        ));
    }
    if unlisted {
        return Limit::Unclear(format!(
            "limits access by `{}`, which is not among the keys of AWS's definition",
            condition.key
        ));
    }
    if condition.values.is_empty() {
        return Limit::Unclear(format!("compares `{}` with no value at all", condition.key));
    }
    if kind == OperatorKind::IpAddress {
        return networks_limit(condition);
    }
    let mut unclear = None;
    for value in &condition.values {
        match value_limit(condition, kind, value, variables, attached) {
            Limit::Open(_) => return open(),
            Limit::Unclear(text) => unclear = Some(text),
            Limit::Fixed(_) => {}
        }
    }
    match unclear {
        Some(text) => Limit::Unclear(text),
        None => Limit::Fixed(Some(format!("holds only where {}", condition.describe()))),
    }
}

fn value_limit(condition: &Condition, kind: OperatorKind, value: &str, variables: bool, attached: Attached) -> Limit {
    if condition.is_about("s3:DataAccessPointArn") {
        if matches!(attached, Attached::AccessPoint) {
            // In an access point's policy this says where the request came in, which is the access point itself.
            return Limit::Open(String::new());
        }
        if !holds_variable(value, variables) && names_somebody(&condition.key, value) {
            return Limit::Fixed(None);
        }
    }
    let wildcards = kind != OperatorKind::StringEquals && kind != OperatorKind::StringEqualsIgnoreCase;
    if holds_variable(value, variables) {
        return Limit::Open(String::new());
    }
    if !wildcards || !holds_wildcard(value, variables) {
        return Limit::Fixed(None);
    }
    if condition.is_about("aws:userid") || !names_somebody(&condition.key, value) {
        return Limit::Open(String::new());
    }
    Limit::Unclear(format!(
        "limits `{}` to `{value}`: a wildcard, though one that stays with one owner",
        condition.key
    ))
}

fn networks_limit(condition: &Condition) -> Limit {
    let networks: Option<Vec<IpNet>> = condition.values.iter().map(|value| network(value)).collect();
    let Some(networks) = networks else {
        return Limit::Unclear(format!(
            "compares `{}` with something that is no network",
            condition.key
        ));
    };
    if networks.iter().any(is_broad) {
        return Limit::Open(String::new());
    }
    if hold_a_broad_network(&networks) {
        return Limit::Unclear(format!(
            "limits `{}` to networks none of which is broad, and which together are",
            condition.key
        ));
    }
    Limit::Fixed(Some(format!("holds only where {}", condition.describe())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(statements: &str, attached: Attached) -> Publicness {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        is_public(&Document::parse(&text).expect(statements), attached)
    }

    const EVERYONE: &str =
        r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}"#;

    #[test]
    fn the_answer_names_the_statement_and_says_why() {
        let answer = ask(EVERYONE, Attached::Bucket);
        let Publicness::Public { statement, reason } = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(
            (statement.as_str(), reason.as_str()),
            ("statement 1", "it allows everyone")
        );
        let limited = EVERYONE.replace(
            r#""Resource""#,
            r#""Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}},"Resource""#,
        );
        let answer = ask(&limited, Attached::Bucket);
        let Publicness::NotPublic(limits) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(
            limits,
            ["statement 1 holds only where `aws:SourceVpce` StringEquals vpce-1"]
        );
    }

    #[test]
    fn a_denial_changes_the_label_only_where_it_leaves_strangers_nothing() {
        let deny = |condition: &str| {
            format!(
                r#"{EVERYONE},{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{condition}}}"#
            )
        };
        let tls = deny(r#"{"Bool":{"aws:SecureTransport":"false"}}"#);
        assert!(ask(&tls, Attached::Bucket).is_public());
        let network = deny(r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#);
        assert!(matches!(ask(&network, Attached::Bucket), Publicness::Unclear(_)));
        assert!(ask(EVERYONE, Attached::AccessPointInVpc).is_not_public());
    }
}
