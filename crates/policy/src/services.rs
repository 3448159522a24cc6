//! Statements that trust an AWS service, and whether they say on whose behalf it may act.
//!
//! A service acts for all of its customers, so a statement that names the service alone trusts every account that can
//! make it act (IAM User Guide, "The confused deputy problem").

use crate::condition::{Condition, OperatorKind};
use crate::document::{Document, Effect, PrincipalElement, Statement};

/// The keys that say for whom a service acts.
const KEYS: [&str; 4] = [
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// A service that a statement trusts whoever it acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlimitedService<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// The services that it names.
    pub services: &'a [String],
}

/// Whether any Allow statement names a service.
#[must_use]
pub fn trusts_services(document: &Document) -> bool {
    document
        .statements
        .iter()
        .any(|statement| services_of(statement).is_some())
}

/// The Allow statements that name a service and do not limit for whom it acts.
#[must_use]
pub fn services_without_source(document: &Document) -> Vec<UnlimitedService<'_>> {
    let unlimited = |statement| {
        let services = services_of(statement)?;
        let limited = statement.conditions.iter().any(limits_source);
        (!limited).then_some(UnlimitedService { statement, services })
    };
    document.statements.iter().filter_map(unlimited).collect()
}

fn services_of(statement: &Statement) -> Option<&[String]> {
    match &statement.principal {
        PrincipalElement::Is(principals) if statement.effect == Effect::Allow && !principals.services.is_empty() => {
            Some(&principals.services)
        }
        _ => None,
    }
}

/// Whether a condition narrows the accounts for which a service may act.
fn limits_source(condition: &Condition) -> bool {
    let compares = matches!(
        condition.operator.kind,
        Some(
            OperatorKind::StringEquals
                | OperatorKind::StringEqualsIgnoreCase
                | OperatorKind::StringLike
                | OperatorKind::ArnEquals
                | OperatorKind::ArnLike
        )
    );
    KEYS.iter().any(|key| condition.is_about(key))
        && compares
        && !condition.operator.holds_without_key()
        && !condition.values.iter().any(|value| is_open(value))
}

/// Whether a value names nobody in particular: wildcards alone, or an ARN whose account and resource are wildcards.
fn is_open(value: &str) -> bool {
    let blank = |text: &str| text.chars().all(|character| matches!(character, '*' | '?'));
    let mut segments = value.splitn(6, ':');
    match (segments.next(), segments.nth(3), segments.next()) {
        (Some("arn"), Some(account), Some(resource)) => {
            // `bucket/*` and `distribution/*` name a kind of resource, not one of them.
            let name = resource.rsplit(['/', ':']).next().unwrap_or(resource);
            blank(account) && (blank(resource) || (resource.contains(['/', ':']) && blank(name) && !account.is_empty()))
        }
        _ => blank(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_limited_by_a_condition_on_its_source_that_names_somebody() {
        for (condition, limited) in [
            (r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#, true),
            (
                r#"{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::111111111111:distribution/E1"}}"#,
                true,
            ),
            (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::data"}}"#, true),
            (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::data-*"}}"#, true),
            (
                r#"{"ArnLike":{"aws:SourceArn":"arn:aws:logs:eu-west-1:111111111111:*"}}"#,
                true,
            ),
            (r#"{"StringEquals":{"aws:SourceOrgID":"o-abc"}}"#, true),
            (
                r#"{"ForAnyValue:StringLike":{"aws:SourceOrgPaths":"o-abc/r-1/*"}}"#,
                true,
            ),
            ("{}", false),
            (
                r#"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#,
                false,
            ),
            (r#"{"StringLike":{"aws:SourceAccount":"*"}}"#, false),
            (r#"{"StringEquals":{"aws:SourceAccount":["111111111111","*"]}}"#, false),
            (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}"#, false),
            (
                r#"{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::*:distribution/*"}}"#,
                false,
            ),
            (
                r#"{"StringEqualsIfExists":{"aws:SourceAccount":"111111111111"}}"#,
                false,
            ),
            (r#"{"ForAllValues:StringLike":{"aws:SourceOrgPaths":"o-abc/*"}}"#, false),
            (r#"{"StringNotEquals":{"aws:SourceAccount":"111111111111"}}"#, false),
            (r#"{"Null":{"aws:SourceAccount":"false"}}"#, false),
        ] {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Service":"logging.s3.amazonaws.com"}},
                "Action":"s3:PutObject","Resource":"*","Condition":{condition}}}}}"#
            );
            let document = Document::parse(&text).expect(&text);
            assert!(trusts_services(&document));
            assert_eq!(services_without_source(&document).is_empty(), limited, "{condition}");
        }
    }

    #[test]
    fn accounts_and_denials_are_no_trust_in_a_service() {
        for statement in [
            r#"{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Deny","Principal":{"Service":"x.amazonaws.com"},"Action":"s3:*","Resource":"*"}"#,
        ] {
            let document = Document::parse(&format!(r#"{{"Statement":{statement}}}"#)).expect(statement);
            assert!(!trusts_services(&document));
            assert!(services_without_source(&document).is_empty());
        }
    }
}
