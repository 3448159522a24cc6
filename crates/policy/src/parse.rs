//! Reads a policy document from JSON. What is not known is kept and named; what is malformed is refused, with its place.

use std::fmt::Write as _;

use crate::condition::{Condition, Operator};
use crate::document::{Document, Effect, Listed, PrincipalElement, Principals, Statement};
use crate::json::Json;

/// Why a text is not a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text is not JSON, or a member stands twice in one object.
    #[error("not valid JSON: {0}")]
    Json(String),
    /// A part is missing or has a form that the policy language does not know.
    #[error("{place}: {problem}")]
    Form {
        /// Where: the statement and the element.
        place: String,
        /// What is wrong there.
        problem: String,
    },
}

fn refuse<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T, ParseError> {
    Err(ParseError::Form {
        place: place.into(),
        problem: problem.into(),
    })
}

/// Reads a document.
pub(crate) fn parse(text: &str) -> Result<Document, ParseError> {
    let json: Json = serde_json::from_str(text).map_err(|error| ParseError::Json(error.to_string()))?;
    let Json::Object(members) = json else {
        return refuse("document", format!("an object was expected, not {}", json.kind()));
    };
    let mut document = Document {
        version: None,
        id: None,
        statements: Vec::new(),
        unknown_members: Vec::new(),
    };
    let mut has_statements = false;
    for (name, value) in members {
        match name.as_str() {
            "Version" => document.version = Some(text_of("Version", value)?),
            "Id" => document.id = Some(text_of("Id", value)?),
            "Statement" => {
                has_statements = true;
                let items = match value {
                    Json::List(items) => items,
                    single => vec![single],
                };
                for (index, item) in items.into_iter().enumerate() {
                    document.statements.push(statement(index + 1, item)?);
                }
            }
            _ => document.unknown_members.push(name),
        }
    }
    if has_statements {
        Ok(document)
    } else {
        refuse("document", "`Statement` is missing")
    }
}

fn statement(position: usize, value: Json) -> Result<Statement, ParseError> {
    let mut place = format!("statement {position}");
    let Json::Object(members) = value else {
        return refuse(place, format!("an object was expected, not {}", value.kind()));
    };
    let sid = match members.iter().find(|(name, _)| name == "Sid") {
        Some((_, Json::Text(sid))) => Some(sid.clone()),
        Some((_, other)) => return refuse(place, format!("`Sid` is {}, not a text", other.kind())),
        None => None,
    };
    if let Some(sid) = &sid {
        let _ = write!(place, " (\"{sid}\")");
    }
    let mut effect = None;
    let mut statement = Statement {
        position,
        sid,
        effect: Effect::Deny,
        principal: PrincipalElement::Missing,
        action: None,
        resource: None,
        conditions: Vec::new(),
        unknown_parts: Vec::new(),
    };
    for (name, value) in members {
        let here = || format!("{place}, `{name}`");
        match name.as_str() {
            "Sid" => {}
            "Effect" => match value {
                Json::Text(text) if text == "Allow" => effect = Some(Effect::Allow),
                Json::Text(text) if text == "Deny" => effect = Some(Effect::Deny),
                Json::Text(text) => return refuse(here(), format!("`{text}` is neither `Allow` nor `Deny`")),
                other => return refuse(here(), format!("a text was expected, not {}", other.kind())),
            },
            "Principal" | "NotPrincipal" => {
                if statement.principal != PrincipalElement::Missing {
                    return refuse(here(), "a statement has either `Principal` or `NotPrincipal`, not both");
                }
                let principals = principals(&here(), value, &mut statement.unknown_parts)?;
                statement.principal = if name == "Principal" {
                    PrincipalElement::Is(principals)
                } else {
                    PrincipalElement::IsNot(principals)
                };
            }
            "Action" | "NotAction" => listed(&here(), name == "Action", value, &mut statement.action)?,
            "Resource" | "NotResource" => listed(&here(), name == "Resource", value, &mut statement.resource)?,
            "Condition" => statement.conditions = conditions(&here(), value)?,
            _ => statement.unknown_parts.push(name),
        }
    }
    match effect {
        Some(effect) => Ok(Statement { effect, ..statement }),
        None => refuse(place, "`Effect` is missing"),
    }
}

fn listed(place: &str, is: bool, value: Json, into: &mut Option<Listed>) -> Result<(), ParseError> {
    if into.is_some() {
        return refuse(place, "a statement has either the element or its `Not` form, not both");
    }
    let values = texts_of(place, value)?;
    *into = Some(if is { Listed::Is(values) } else { Listed::IsNot(values) });
    Ok(())
}

fn principals(place: &str, value: Json, unknown_parts: &mut Vec<String>) -> Result<Principals, ParseError> {
    let mut principals = Principals::default();
    match value {
        Json::Text(text) if text == "*" => principals.everyone = true,
        Json::Text(text) => return refuse(place, format!("`{text}` stands without a kind of principal")),
        Json::Object(kinds) => {
            for (kind, value) in kinds {
                let names = texts_of(&format!("{place}.{kind}"), value)?;
                match kind.as_str() {
                    "AWS" => principals.aws = names,
                    "Service" => principals.services = names,
                    "Federated" => principals.federated = names,
                    "CanonicalUser" => principals.canonical_users = names,
                    _ => unknown_parts.push(format!("Principal.{kind}")),
                }
            }
        }
        other => return refuse(place, format!("`*` or an object was expected, not {}", other.kind())),
    }
    Ok(principals)
}

fn conditions(place: &str, value: Json) -> Result<Vec<Condition>, ParseError> {
    let Json::Object(operators) = value else {
        return refuse(place, format!("an object was expected, not {}", value.kind()));
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else {
            return refuse(
                format!("{place}.{operator}"),
                format!("an object was expected, not {}", keys.kind()),
            );
        };
        for (key, value) in keys {
            let place = format!("{place}.{operator}.{key}");
            let values = match value {
                Json::List(items) => items
                    .into_iter()
                    .map(|item| scalar(&place, item))
                    .collect::<Result<_, _>>()?,
                single => vec![scalar(&place, single)?],
            };
            conditions.push(Condition {
                operator: Operator::read(&operator),
                key,
                values,
            });
        }
    }
    Ok(conditions)
}

fn scalar(place: &str, value: Json) -> Result<String, ParseError> {
    match value {
        Json::Text(text) | Json::Number(text) => Ok(text),
        Json::Boolean(value) => Ok(value.to_string()),
        other => refuse(
            place,
            format!("a text, a number or a boolean was expected, not {}", other.kind()),
        ),
    }
}

fn text_of(place: &str, value: Json) -> Result<String, ParseError> {
    match value {
        Json::Text(text) => Ok(text),
        other => refuse(place, format!("a text was expected, not {}", other.kind())),
    }
}

fn texts_of(place: &str, value: Json) -> Result<Vec<String>, ParseError> {
    match value {
        Json::List(items) => items.into_iter().map(|item| text_of(place, item)).collect(),
        single => Ok(vec![text_of(place, single)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_every_element_is_read() {
        let document = parse(
            r#"{"Version":"2012-10-17","Id":"x","Novelty":1,"Statement":{
                "Sid":"A","Effect":"Deny","NotPrincipal":{"AWS":["111111111111","*"],"Service":"s3.amazonaws.com",
                "Federated":"f","CanonicalUser":"c","Martian":"m"},
                "NotAction":"s3:Get*","NotResource":["a","b"],"Shape":true,
                "Condition":{"foranyvalue:stringlikeifexists":{"K":["x",1,true]},"Invented":{"K":1.2}}}}"#,
        )
        .expect("the document is well formed");
        assert_eq!(document.unknown_members, ["Novelty"]);
        let statement = &document.statements[0];
        assert_eq!(statement.unknown_parts, ["Principal.Martian", "Shape"]);
        let PrincipalElement::IsNot(principals) = &statement.principal else {
            panic!("NotPrincipal is kept as such");
        };
        assert_eq!(principals.aws, ["111111111111", "*"]);
        assert_eq!(principals.services, ["s3.amazonaws.com"]);
        assert_eq!(statement.action, Some(Listed::IsNot(vec!["s3:Get*".to_owned()])));
        assert_eq!(
            statement.resource,
            Some(Listed::IsNot(vec!["a".to_owned(), "b".to_owned()]))
        );
        let [like, invented] = statement.conditions.as_slice() else {
            panic!("two conditions");
        };
        assert_eq!(like.operator.kind, Some(crate::OperatorKind::StringLike));
        assert_eq!(like.operator.quantifier, Some(crate::Quantifier::ForAnyValue));
        assert!(like.operator.if_exists);
        assert_eq!(like.values, ["x", "1", "true"]);
        assert!(!invented.operator.is_known());
        assert_eq!(invented.values, ["1.2"]);
        assert!(
            statement
                .not_understood()
                .is_some_and(|text| text.contains("Principal.Martian"))
        );
    }

    #[test]
    fn a_malformed_document_is_refused_and_the_error_says_where() {
        for (text, expected) in [
            ("", "not valid JSON"),
            ("{\"Statement\":[", "not valid JSON"),
            ("[]", "document: an object was expected, not a list"),
            ("{}", "document: `Statement` is missing"),
            (
                r#"{"Statement":["x"]}"#,
                "statement 1: an object was expected, not a text",
            ),
            (r#"{"Statement":{"Action":"s3:*"}}"#, "statement 1: `Effect` is missing"),
            (
                r#"{"Statement":[{"Effect":"Deny"},{"Sid":"B","Effect":"deny"}]}"#,
                "statement 2 (\"B\"), `Effect`: `deny` is neither `Allow` nor `Deny`",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Effect":"Allow"}}"#,
                "member `Effect` stands twice",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Principal":"x"}}"#,
                "statement 1, `Principal`: `x` stands without a kind of principal",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Principal":{"AWS":[1]}}}"#,
                "statement 1, `Principal`.AWS: a text was expected, not a number",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Action":"*","NotAction":"x"}}"#,
                "statement 1, `NotAction`: a statement has either the element or its `Not` form, not both",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Condition":{"Bool":{"k":{}}}}}"#,
                "statement 1, `Condition`.Bool.k: a text, a number or a boolean was expected, not an object",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Condition":[]}}"#,
                "an object was expected, not a list",
            ),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
