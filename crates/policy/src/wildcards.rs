//! Statements that allow more than their author can have listed.
//!
//! Whom such a statement lets in is another question; this module looks at its breadth alone.

use crate::document::{Document, Effect, Listed, PrincipalElement, Statement};
use crate::matching::action_covers_service;

/// How a statement allows too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WildcardAllow {
    /// Every S3 action (`*` or `s3:*`).
    EveryAction,
    /// Every action but those in `NotAction`.
    NotAction,
    /// Everyone but those in `NotPrincipal`.
    NotPrincipal,
}

/// The Allow statements that name every S3 action, or say what they leave out instead of what they allow.
#[must_use]
pub fn wildcard_allows(document: &Document) -> Vec<(&Statement, WildcardAllow)> {
    let allows = document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow);
    allows
        .filter_map(|statement| Some((statement, wildcard(statement)?)))
        .collect()
}

fn wildcard(statement: &Statement) -> Option<WildcardAllow> {
    if matches!(statement.principal, PrincipalElement::IsNot(_)) {
        return Some(WildcardAllow::NotPrincipal);
    }
    match statement.action.as_ref()? {
        Listed::IsNot(_) => Some(WildcardAllow::NotAction),
        Listed::Is(patterns) => {
            let every = patterns.iter().any(|pattern| action_covers_service(pattern, "s3"));
            every.then_some(WildcardAllow::EveryAction)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allow_statements_of_that_breadth_are_named() {
        for (statement, expected) in [
            (
                r#""Effect":"Allow","Principal":"*","Action":"s3:*""#,
                Some(WildcardAllow::EveryAction),
            ),
            (
                r#""Effect":"Allow","Principal":"*","Action":["S3:*"]"#,
                Some(WildcardAllow::EveryAction),
            ),
            (
                r#""Effect":"Allow","Principal":"*","Action":"*""#,
                Some(WildcardAllow::EveryAction),
            ),
            (
                r#""Effect":"Allow","Principal":"*","NotAction":"s3:Get*""#,
                Some(WildcardAllow::NotAction),
            ),
            (
                r#""Effect":"Allow","NotPrincipal":{"AWS":"1"},"Action":"s3:GetObject""#,
                Some(WildcardAllow::NotPrincipal),
            ),
            (r#""Effect":"Allow","Principal":"*","Action":"s3:Get*""#, None),
            (r#""Effect":"Deny","Principal":"*","Action":"s3:*""#, None),
        ] {
            let text = format!(r#"{{"Statement":{{{statement},"Resource":"*"}}}}"#);
            let document = Document::parse(&text).expect(&text);
            let found = wildcard_allows(&document).first().map(|(_, wildcard)| *wildcard);
            assert_eq!(found, expected, "{statement}");
        }
    }
}
