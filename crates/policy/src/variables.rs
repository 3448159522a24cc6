//! Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}` for the characters.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags". A document whose `Version` is not `2012-10-17` has
//! none: there `${` stands for itself.

use crate::document::Document;
use crate::evaluate::KeyValue;
use crate::matching::{Pattern, protected};

/// A part of a text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Text whose wildcards count where the operator knows any.
    Text(String),
    /// A character that stands for itself.
    Character(char),
    /// A key of the request, and what stands in for it when it is missing.
    Variable { key: String, default: Option<String> },
}

/// What a text becomes for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// Every variable has a value.
    Pattern(Pattern),
    /// A variable has no value, so the text matches nothing.
    Nothing,
    /// A variable's value is not known, as the text says.
    Unknown(String),
}

/// What a request carries under a variable's key.
pub(crate) enum Lookup {
    Absent,
    Value(String),
    Unknown(String),
}

impl Document {
    /// Whether `${…}` means a variable: only from version `2012-10-17` of the language on.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        self.version.as_deref() == Some("2012-10-17")
    }
}

/// Whether a text holds a variable that a request has to fill in.
#[must_use]
pub(crate) fn holds_variable(text: &str, variables: bool) -> bool {
    variables && text.contains("${") && parts(text).iter().any(|part| matches!(part, Part::Variable { .. }))
}

/// Whether a text holds a wildcard, and not just the character as `${*}`.
pub(crate) fn holds_wildcard(text: &str, variables: bool) -> bool {
    let wild = |text: &str| text.contains(['*', '?']);
    if !variables || !text.contains("${") {
        return wild(text);
    }
    parts(text)
        .iter()
        .any(|part| matches!(part, Part::Text(text) if wild(text)))
}

/// The key of each variable that has no default.
pub(crate) fn keys_without_default(text: &str, variables: bool) -> Vec<String> {
    if !variables || !text.contains("${") {
        return Vec::new();
    }
    let key = |part| match part {
        Part::Variable { key, default: None } => Some(key),
        _ => None,
    };
    parts(text).into_iter().filter_map(key).collect()
}

/// The text with a `*` in the place of each variable: every text that it can become matches that.
pub(crate) fn with_wildcards(text: &str, variables: bool) -> String {
    if !variables || !text.contains("${") {
        return text.to_owned();
    }
    parts(text)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text,
            // `?` matches the character, and others too.
            Part::Character('*' | '?') => "?".to_owned(),
            Part::Character(character) => character.to_string(),
            Part::Variable { .. } => "*".to_owned(),
        })
        .collect()
}

/// The text with its variables filled in. Wildcards in a variable's value stand for themselves.
pub(crate) fn resolve(text: &str, variables: bool, wildcards: bool, lookup: &dyn Fn(&str) -> Lookup) -> Resolved {
    let read = |text: &str| if wildcards { text.to_owned() } else { protected(text) };
    if !variables || !text.contains("${") {
        return Resolved::Pattern(Pattern::new(&read(text)));
    }
    let mut pattern = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => pattern.push_str(&read(&text)),
            Part::Character(character) => pattern.push_str(&protected(&character.to_string())),
            Part::Variable { key, default } => match (lookup(&key), default) {
                (Lookup::Value(value), _) => pattern.push_str(&protected(&value)),
                (Lookup::Absent, Some(default)) => pattern.push_str(&protected(&default)),
                (Lookup::Absent, None) => return Resolved::Nothing,
                (Lookup::Unknown(text), _) => return Resolved::Unknown(text),
            },
        }
    }
    Resolved::Pattern(Pattern::new(&pattern))
}

/// What a text becomes when its variables are filled in as text.
pub(crate) enum Substituted {
    Text(String),
    /// A variable has no value.
    Nothing,
    /// A variable's value is not the same in all requests, or a character that stands for itself would become a wildcard.
    Depends,
}

/// The text with its variables filled in, where that can be written as a text again.
pub(crate) fn substitute(text: &str, lookup: &dyn Fn(&str) -> KeyValue) -> Substituted {
    let mut filled = String::new();
    for part in parts(text) {
        let value = match part {
            Part::Text(text) => {
                filled.push_str(&text);
                continue;
            }
            Part::Character(character) => character.to_string(),
            Part::Variable { key, default } => match (lookup(&key), default) {
                (KeyValue::Values(mut values), _) if values.len() == 1 => values.remove(0),
                (KeyValue::Absent, Some(default)) => default,
                (KeyValue::Absent, None) => return Substituted::Nothing,
                _ => return Substituted::Depends,
            },
        };
        if value.contains(['*', '?', '$']) {
            return Substituted::Depends;
        }
        filled.push_str(&value);
    }
    Substituted::Text(filled)
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        if start > 0 {
            parts.push(Part::Text(rest[..start].to_owned()));
        }
        parts.push(variable(&rest[start + 2..start + length]));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

fn variable(inside: &str) -> Part {
    let mut characters = inside.chars();
    if let (Some(character @ ('*' | '?' | '$')), None) = (characters.next(), characters.next()) {
        return Part::Character(character);
    }
    match inside.split_once(',') {
        Some((key, default)) => Part::Variable {
            key: key.trim().to_owned(),
            default: Some(default.trim().trim_matches('\'').to_owned()),
        },
        None => Part::Variable {
            key: inside.trim().to_owned(),
            default: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, variables: bool, actual: &str) -> Option<bool> {
        let lookup = |key: &str| match key {
            "aws:username" => Lookup::Value("ann*".to_owned()),
            "aws:userid" => Lookup::Unknown("no".to_owned()),
            _ => Lookup::Absent,
        };
        match resolve(text, variables, true, &lookup) {
            Resolved::Pattern(pattern) => Some(pattern.matches(actual)),
            Resolved::Nothing => Some(false),
            Resolved::Unknown(_) => None,
        }
    }

    #[test]
    fn variables_take_their_value_from_the_request() {
        for (text, variables, actual, expected) in [
            ("home/${aws:username}/*", true, "home/ann*/x", Some(true)),
            ("home/${aws:username}/*", true, "home/anna/x", Some(false)),
            ("home/${aws:username}/*", false, "home/${aws:username}/x", Some(true)),
            ("${aws:PrincipalTag/team, 'none'}", true, "none", Some(true)),
            ("${aws:PrincipalTag/team,none}-*", true, "none-x", Some(true)),
            ("${aws:PrincipalTag/team}", true, "", Some(false)),
            ("${aws:userid}", true, "x", None),
            ("${*}", true, "*", Some(true)),
            ("${*}", true, "x", Some(false)),
            ("a${?}", true, "ab", Some(false)),
            ("${$}{x}", true, "${x}", Some(true)),
            ("${aws:username", true, "${aws:username", Some(true)),
        ] {
            assert_eq!(ask(text, variables, actual), expected, "{text} on {actual}");
        }
        assert!(holds_variable("${aws:username}", true));
        assert!(!holds_variable("${*}", true));
        assert!(!holds_variable("${aws:username}", false));
        assert_eq!(with_wildcards("a/${aws:username}/${*}", true), "a/*/?");
        assert_eq!(keys_without_default("${a}${b,'c'}", true), ["a"]);
    }
}
