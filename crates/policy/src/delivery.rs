//! Whether a policy lets an AWS service do something on behalf of one resource of one account.
//!
//! Unlike the questions about kinds of callers this is about one request, most of whose keys are known. Sources: IAM User Guide,
//! "AWS global condition context keys" (what is present when a service principal calls), "Policy evaluation logic". What other
//! documents say of the request is not known here.

use crate::caller::Caller;
use crate::document::{Document, Effect, Listed, Statement};
use crate::evaluate::KeyValue;
use crate::matching::{arn_covers_all_under, arn_matches, arn_touches_any_under};
use crate::reach::names_action;
use crate::truth::Truth;

/// What a service asks for, and on whose behalf.
#[derive(Debug, Clone, Copy)]
pub struct ServiceRequest<'a> {
    /// The service principal (`logging.s3.amazonaws.com`).
    pub service: &'a str,
    /// The action.
    pub action: &'a str,
    /// The ARN of the resource, or what the ARNs of all resources in question begin with.
    pub resource: &'a str,
    /// Whether every resource is meant whose ARN begins so.
    pub and_all_under: bool,
    /// The ARN of the resource on whose behalf the service acts, where it is known.
    pub source_arn: Option<&'a str>,
    /// The account of that resource.
    pub source_account: &'a str,
    /// The organization of that account, where it is known.
    pub source_organization: Option<&'a str>,
}

/// What a policy makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccess {
    /// Whether a statement allows it.
    pub allowed: Truth,
    /// Whether a statement denies it, whatever allows it.
    pub denied: Truth,
}

/// Whether the policy lets the service do it.
#[must_use]
pub fn service_access(document: &Document, request: &ServiceRequest<'_>) -> ServiceAccess {
    let variables = document.has_variables();
    let of = |effect: Effect| {
        let statements = document.statements.iter();
        let statements = statements.filter(move |statement| statement.effect == effect);
        Truth::any(statements.map(|statement| request.is_meant(statement, variables)))
    };
    let mut access = ServiceAccess {
        allowed: of(Effect::Allow),
        denied: of(Effect::Deny),
    };
    if let Some(member) = document.unknown_members.first() {
        let doubt = || Truth::Unclear(format!("the document holds `{member}`, which is not known"));
        access.allowed = access.allowed.or(doubt());
        access.denied = access.denied.or(doubt());
    }
    access
}

impl ServiceRequest<'_> {
    fn is_meant(&self, statement: &Statement, variables: bool) -> Truth {
        let caller = Caller::Service(Some(self.service.to_owned()));
        let understood = match statement.not_understood() {
            Some(text) => Truth::Unclear(text),
            None => Truth::Yes,
        };
        let named = names_action(statement.action.as_ref(), self.action)
            .and(caller.is_meant(&statement.principal))
            .and(self.reaches(statement, variables));
        let conditions = statement
            .conditions
            .iter()
            .map(|condition| condition.holds(variables, &|key| self.value_of(key)));
        let told = named.and(Truth::all(conditions)).and(understood);
        match told {
            Truth::Unclear(text) => Truth::Unclear(format!("{}: {text}", statement.label())),
            told => told,
        }
    }

    /// Whether the statement's resources hold all that are in question. A denial of some of them is unclear: which ones the
    /// service will ask for, nobody knows.
    fn reaches(&self, statement: &Statement, variables: bool) -> Truth {
        let covers = |pattern: &String| {
            if self.and_all_under {
                arn_covers_all_under(pattern, self.resource)
            } else {
                arn_matches(pattern, self.resource)
            }
        };
        let touches = |pattern: &String| {
            if self.and_all_under {
                arn_touches_any_under(pattern, self.resource)
            } else {
                arn_matches(pattern, self.resource) || (variables && pattern.contains("${"))
            }
        };
        let part = || Truth::Unclear("it holds for a part of the resources only".to_owned());
        match &statement.resource {
            None => Truth::Unclear("it names no resource".to_owned()),
            Some(Listed::Is(patterns)) if patterns.iter().any(covers) => Truth::Yes,
            Some(Listed::Is(patterns)) if !patterns.iter().any(touches) => Truth::No,
            Some(Listed::IsNot(patterns)) if patterns.iter().any(covers) => Truth::No,
            Some(Listed::IsNot(patterns)) if !patterns.iter().any(touches) => Truth::Yes,
            Some(_) if statement.effect == Effect::Allow => Truth::No,
            Some(_) => part(),
        }
    }

    fn value_of(&self, key: &str) -> KeyValue {
        let name = key.to_ascii_lowercase();
        match name.as_str() {
            "aws:sourcearn" => match self.source_arn {
                Some(arn) => KeyValue::of(arn),
                None => KeyValue::Unknown("on behalf of which resource the service calls is not known".to_owned()),
            },
            "aws:sourceaccount" => KeyValue::of(self.source_account),
            "aws:sourceorgid" => match self.source_organization {
                Some(organization) => KeyValue::of(organization),
                None => KeyValue::Unknown("the organization of the account is not known".to_owned()),
            },
            "aws:principalservicename" => KeyValue::of(self.service),
            "aws:principalisawsservice" | "aws:securetransport" => KeyValue::of("true"),
            "aws:viaawsservice" => KeyValue::of("false"),
            // A service principal has no account, belongs to no organization and comes from no customer's network.
            "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:sourcevpc"
            | "aws:sourcevpce"
            | "aws:sourcevpcarn"
            | "aws:vpceaccount"
            | "aws:vpceorgid"
            | "aws:vpceorgpaths"
            | "aws:username" => KeyValue::Absent,
            _ => KeyValue::Unknown(format!("what `{key}` is when {} calls is not known", self.service)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn ask(statements: &str) -> (Truth, Truth) {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = Document::parse(&text).expect(statements);
        let access = service_access(&document, &request(Some("arn:aws:s3:::data"), None));
        (access.allowed, access.denied)
    }

    fn statement(effect: &str, principal: &str, resource: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect":"{effect}","Principal":{principal},"Action":"s3:Put*","Resource":"{resource}","Condition":{condition}}}"#
        )
    }

    const SERVICE: &str = r#"{"Service":"logging.s3.amazonaws.com"}"#;
    const LOGS: &str = "arn:aws:s3:::logs/*";

    /// Yes, no, or nobody can tell.
    fn told(truth: &Truth) -> Option<bool> {
        match truth {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unclear(_) => None,
        }
    }

    #[test]
    fn a_service_is_let_in_for_the_source_that_a_statement_names() {
        for (principal, resource, condition, expected) in [
            (SERVICE, LOGS, "{}", Some(true)),
            (SERVICE, "arn:aws:s3:::logs/data/*", "{}", Some(true)),
            (r#""*""#, LOGS, "{}", Some(true)),
            (
                SERVICE,
                LOGS,
                r#"{"StringEquals":{"aws:SourceAccount":"111111111111"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::data"}}"#,
                Some(true),
            ),
            (
                SERVICE,
                LOGS,
                r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::other"}}"#,
                Some(false),
            ),
            (
                SERVICE,
                LOGS,
                r#"{"StringEquals":{"aws:SourceAccount":"222222222222"}}"#,
                Some(false),
            ),
            (SERVICE, LOGS, r#"{"StringEquals":{"aws:SourceOrgID":"o-own"}}"#, None),
            (
                SERVICE,
                LOGS,
                r#"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#,
                None,
            ),
            (SERVICE, "arn:aws:s3:::logs/data/2026/*", "{}", Some(false)),
            (SERVICE, "arn:aws:s3:::logs", "{}", Some(false)),
            (r#"{"Service":"delivery.logs.amazonaws.com"}"#, LOGS, "{}", Some(false)),
            (r#"{"AWS":"111111111111"}"#, LOGS, "{}", Some(false)),
        ] {
            let (allowed, denied) = ask(&statement("Allow", principal, resource, condition));
            assert_eq!(
                told(&allowed),
                expected,
                "{principal} {resource} {condition}: {allowed:?}"
            );
            assert_eq!(denied, Truth::No);
        }
    }

    #[test]
    fn a_denial_holds_for_the_service_too_unless_it_leaves_services_out() {
        for (resource, condition, expected) in [
            (LOGS, r#"{"Bool":{"aws:SecureTransport":"false"}}"#, Some(false)),
            (
                LOGS,
                r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"}}"#,
                Some(true),
            ),
            (
                LOGS,
                r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-own"},"Bool":{"aws:PrincipalIsAWSService":"false"}}"#,
                Some(false),
            ),
            (LOGS, r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#, Some(true)),
            (LOGS, r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, None),
            ("arn:aws:s3:::logs/data/2026/*", "{}", None),
            ("arn:aws:s3:::logs/other/*", "{}", Some(false)),
        ] {
            let (_, denied) = ask(&statement("Deny", r#""*""#, resource, condition));
            assert_eq!(told(&denied), expected, "{resource} {condition}: {denied:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_unclear() {
        let (allowed, _) = ask(&statement(
            "Allow",
            SERVICE,
            LOGS,
            r#"{"Strange":{"aws:SourceArn":"x"}}"#,
        ));
        assert!(matches!(allowed, Truth::Unclear(_)), "{allowed:?}");
        let odd = statement("Allow", SERVICE, LOGS, "{}").replace("\"Effect\"", "\"Odd\":1,\"Effect\"");
        assert!(matches!(ask(&odd).0, Truth::Unclear(_)));
    }

    fn request(source_arn: Option<&'static str>, source_organization: Option<&'static str>) -> ServiceRequest<'static> {
        ServiceRequest {
            service: "logging.s3.amazonaws.com",
            action: "s3:PutObject",
            resource: "arn:aws:s3:::logs/data/",
            and_all_under: true,
            source_arn,
            source_account: "111111111111",
            source_organization,
        }
    }

    fn statements() -> impl Strategy<Value = Vec<String>> {
        let effects = select(vec!["Allow", "Deny"]);
        let principals = select(vec![
            r#""*""#,
            SERVICE,
            r#"{"Service":"delivery.logs.amazonaws.com"}"#,
            r#"{"AWS":"111111111111"}"#,
        ]);
        let resources = select(vec![
            "*",
            LOGS,
            "arn:aws:s3:::logs/data/*",
            "arn:aws:s3:::logs/data/2026/*",
        ]);
        let conditions = select(vec![
            "{}",
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::data"}}"#,
            r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:s3:::data*"}}"#,
            r#"{"StringEquals":{"aws:SourceOrgID":"o-own","aws:SourceAccount":"111111111111"}}"#,
            r#"{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-own"}}"#,
            r#"{"Null":{"aws:SourceArn":"true"}}"#,
            r#"{"StringEquals":{"aws:SourceAccount":"222222222222"}}"#,
            r#"{"StringEquals":{"s3:x-amz-acl":"private"}}"#,
            r#"{"Strange":{"aws:SourceArn":"x"}}"#,
        ]);
        let one = (effects, principals, resources, conditions)
            .prop_map(|(effect, principal, resource, condition)| statement(effect, principal, resource, condition));
        proptest::collection::vec(one, 0..5)
    }

    fn access_of(statements: &[String], request: &ServiceRequest<'_>) -> ServiceAccess {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        service_access(&Document::parse(&text).expect("a document"), request)
    }

    /// Whether the request gets through.
    fn through(access: &ServiceAccess) -> Option<bool> {
        told(&access.allowed.clone().and(access.denied.clone().negated()))
    }

    proptest! {
        #[test]
        fn what_becomes_known_contradicts_nothing(statements in statements()) {
            let before = access_of(&statements, &request(None, None));
            for arn in ["arn:aws:s3:::data", "arn:aws:s3:::other"] {
                for organization in ["o-own", "o-other"] {
                    let after = access_of(&statements, &request(Some(arn), Some(organization)));
                    for (before, after) in [(&before.allowed, &after.allowed), (&before.denied, &after.denied)] {
                        let (before, after) = (told(before), told(after));
                        prop_assert!(before.is_none() || before == after, "{:?}, then {:?}", before, after);
                    }
                }
            }
        }

        #[test]
        fn a_denial_never_lets_in_and_the_order_never_matters(statements in statements(), more in statements()) {
            let request = request(Some("arn:aws:s3:::data"), None);
            let before = access_of(&statements, &request);
            let denials = more.into_iter().filter(|statement| statement.contains(r#""Deny""#));
            let mut longer: Vec<String> = statements.clone();
            longer.extend(denials);
            let after = access_of(&longer, &request);
            if through(&after) == Some(true) {
                prop_assert_eq!(through(&before), Some(true));
            }
            longer.reverse();
            prop_assert_eq!(through(&access_of(&longer, &request)), through(&after));
        }
    }
}
