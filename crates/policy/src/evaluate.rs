//! Whether a condition holds for one request, of which some keys may be unknown.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (missing keys, negated operators, `IfExists`)
//! and "Creating a condition that tests multiple key values". Which values a caller can bring is not known here.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::condition::{Condition, OperatorKind, Quantifier};
use crate::matching::Pattern;
use crate::truth::Truth;
use crate::variables::{Lookup, Resolved, resolve};

/// What a request carries under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// Nothing: the key is not part of the request.
    Absent,
    /// These values; most keys have one.
    Values(Vec<String>),
    /// Something that is not known, as the text says.
    Unknown(String),
}

impl KeyValue {
    /// A key with one value.
    #[must_use]
    pub fn of(value: impl Into<String>) -> Self {
        Self::Values(vec![value.into()])
    }
}

/// Keys that AWS documents as booleans (IAM User Guide, "AWS global condition context keys").
const BOOLEAN_KEYS: [&str; 4] = [
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalIsAWSService",
    "aws:SecureTransport",
    "aws:ViaAWSService",
];

impl Condition {
    /// Whether it holds for a request whose keys are looked up by name, in whatever letter case. `variables` says whether
    /// the document's version knows policy variables.
    #[must_use]
    pub fn holds(&self, variables: bool, request: &dyn Fn(&str) -> KeyValue) -> Truth {
        let Some(kind) = self.operator.kind else {
            return Truth::Unclear(format!("the condition operator `{}` is not known", self.operator.text));
        };
        let actual = request(&self.key);
        if kind == OperatorKind::Null {
            return self.is_missing(&actual);
        }
        let values = match actual {
            KeyValue::Absent => return Truth::of(self.operator.holds_without_key()),
            KeyValue::Unknown(text) => return self.decided_without_value(kind).unwrap_or(Truth::Unclear(text)),
            KeyValue::Values(values) if values.is_empty() => return Truth::of(self.operator.holds_without_key()),
            KeyValue::Values(values) => values,
        };
        if is_boolean(&self.key) && kind != OperatorKind::Bool {
            return Truth::Unclear(format!(
                "the effect of the operator `{}` on the boolean key `{}` is not documented",
                self.operator.text, self.key
            ));
        }
        let lookup = |key: &str| match request(key) {
            KeyValue::Absent => Lookup::Absent,
            KeyValue::Unknown(text) => Lookup::Unknown(text),
            KeyValue::Values(mut values) => match (values.pop(), values.is_empty()) {
                (Some(value), true) => Lookup::Value(value),
                (None, _) => Lookup::Absent,
                (Some(_), false) => Lookup::Unknown(format!("`{key}` has several values")),
            },
        };
        let positive = kind.positive();
        let each = |value: &String| {
            let matches = self
                .values
                .iter()
                .map(|expected| compare(positive, expected, value, variables, &lookup));
            let any = Truth::any(matches);
            if positive == kind { any } else { any.negated() }
        };
        match self.operator.quantifier {
            Some(Quantifier::ForAllValues) => Truth::all(values.iter().map(each)),
            Some(Quantifier::ForAnyValue) => Truth::any(values.iter().map(each)),
            None => match values.as_slice() {
                [value] => each(value),
                _ => Truth::Unclear(format!(
                    "`{}` has several values and `{}` does not say how to take them",
                    self.key, self.operator.text
                )),
            },
        }
    }

    /// What holds whatever the key's value is.
    fn decided_without_value(&self, kind: OperatorKind) -> Option<Truth> {
        // Without a value to compare with, a positive comparison matches nothing that is there.
        (self.values.is_empty() && kind.positive() == kind && !self.operator.holds_without_key()).then_some(Truth::No)
    }

    fn is_missing(&self, actual: &KeyValue) -> Truth {
        let asks = |text: &str| self.values.iter().any(|value| value.eq_ignore_ascii_case(text));
        match (asks("true"), asks("false")) {
            (true, true) => Truth::Yes,
            (false, false) => Truth::Unclear(format!("`Null` compares `{}` with neither true nor false", self.key)),
            (missing, _) => match actual {
                KeyValue::Absent => Truth::of(missing),
                KeyValue::Values(values) => Truth::of(values.is_empty() == missing),
                KeyValue::Unknown(text) => Truth::Unclear(text.clone()),
            },
        }
    }
}

/// Whether AWS documents the key as a boolean.
pub(crate) fn is_boolean(key: &str) -> bool {
    BOOLEAN_KEYS.iter().any(|each| each.eq_ignore_ascii_case(key))
}

fn compare(
    kind: OperatorKind,
    expected: &str,
    actual: &str,
    variables: bool,
    lookup: &dyn Fn(&str) -> Lookup,
) -> Truth {
    use OperatorKind as Kind;

    let text =
        |wildcards: bool, matches: &dyn Fn(&Pattern) -> bool| match resolve(expected, variables, wildcards, lookup) {
            Resolved::Pattern(pattern) => Truth::of(matches(&pattern)),
            Resolved::Nothing => Truth::No,
            Resolved::Unknown(text) => Truth::Unclear(text),
        };
    match kind {
        Kind::StringEquals | Kind::BinaryEquals => text(false, &|pattern| pattern.matches(actual)),
        Kind::StringEqualsIgnoreCase => text(false, &|pattern| pattern.matches_in_any_case(actual)),
        Kind::StringLike => text(true, &|pattern| pattern.matches(actual)),
        Kind::ArnEquals | Kind::ArnLike => text(true, &|pattern| pattern.matches_arn(actual)),
        Kind::Bool => boolean(expected, actual),
        Kind::IpAddress => both(network(expected), actual.parse::<IpAddr>().ok(), |network, address| {
            network.contains(&address)
        }),
        Kind::NumericEquals
        | Kind::NumericLessThan
        | Kind::NumericLessThanEquals
        | Kind::NumericGreaterThan
        | Kind::NumericGreaterThanEquals => both(number(expected), number(actual), |expected, actual| {
            actual.partial_cmp(&expected).is_some_and(|order| ordered(kind, order))
        }),
        Kind::DateEquals
        | Kind::DateLessThan
        | Kind::DateLessThanEquals
        | Kind::DateGreaterThan
        | Kind::DateGreaterThanEquals => both(time(expected), time(actual), |expected, actual| {
            ordered(kind, actual.cmp(&expected))
        }),
        _ => Truth::Unclear(format!("the operator `{}` is not evaluated", kind.as_str())),
    }
}

fn both<E, A>(expected: Option<E>, actual: Option<A>, test: impl Fn(E, A) -> bool) -> Truth {
    match (expected, actual) {
        (Some(expected), Some(actual)) => Truth::of(test(expected, actual)),
        _ => Truth::Unclear("a value does not have the form that the operator compares".to_owned()),
    }
}

fn boolean(expected: &str, actual: &str) -> Truth {
    let is = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if is(actual) {
        Truth::of(expected.eq_ignore_ascii_case(actual))
    } else {
        Truth::Unclear(format!("`{actual}` is not a boolean"))
    }
}

fn ordered(kind: OperatorKind, order: std::cmp::Ordering) -> bool {
    match kind {
        OperatorKind::NumericEquals | OperatorKind::DateEquals => order.is_eq(),
        OperatorKind::NumericLessThan | OperatorKind::DateLessThan => order.is_lt(),
        OperatorKind::NumericLessThanEquals | OperatorKind::DateLessThanEquals => order.is_le(),
        OperatorKind::NumericGreaterThan | OperatorKind::DateGreaterThan => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// A network, or a single address, which is a network of its own.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A time as ISO 8601 writes it, with or without a time of day, or as seconds since 1970.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).ok();
    }
    let date = text.parse::<civil::Date>().ok()?;
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Operator;

    fn ask(operator: &str, key: &str, values: &[&str], actual: impl Into<Option<KeyValue>>) -> Truth {
        let actual = actual.into().unwrap_or(KeyValue::Absent);
        let condition = Condition {
            operator: Operator::read(operator),
            key: key.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        condition.holds(true, &|asked| {
            if asked.eq_ignore_ascii_case(key) {
                actual.clone()
            } else if asked == "aws:username" {
                KeyValue::of("ann")
            } else {
                KeyValue::Absent
            }
        })
    }

    fn many(values: &[&str]) -> KeyValue {
        KeyValue::Values(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn every_operator_compares_as_documented() {
        for (operator, value, actual, expected) in [
            ("StringEquals", "a", "a", true),
            ("StringEquals", "a", "A", false),
            ("StringEquals", "a*", "ab", false),
            ("StringEquals", "a*", "a*", true),
            ("StringEquals", "${aws:username}", "ann", true),
            ("StringNotEquals", "a", "b", true),
            ("StringNotEquals", "a", "a", false),
            ("StringEqualsIgnoreCase", "a", "A", true),
            ("StringNotEqualsIgnoreCase", "a", "A", false),
            ("StringLike", "a*", "ab", true),
            ("StringLike", "a?", "a", false),
            ("StringNotLike", "a*", "ab", false),
            ("NumericEquals", "10", "10.0", true),
            ("NumericNotEquals", "10", "11", true),
            ("NumericLessThan", "1.2", "1.1", true),
            ("NumericLessThan", "1.2", "1.2", false),
            ("NumericLessThanEquals", "1.2", "1.2", true),
            ("NumericGreaterThan", "10", "11", true),
            ("NumericGreaterThanEquals", "10", "10", true),
            ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", true),
            ("DateNotEquals", "2026-01-01", "2026-01-01T00:00:01Z", true),
            ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", true),
            ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", true),
            ("DateGreaterThan", "1767225600", "2026-01-01T00:00:01Z", true),
            ("DateGreaterThanEquals", "2026-01-01", "2025-01-01T00:00:00Z", false),
            ("Bool", "TRUE", "true", true),
            ("Bool", "false", "true", false),
            ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
            ("IpAddress", "203.0.113.0/24", "203.0.113.9", true),
            ("IpAddress", "203.0.113.7", "203.0.113.7", true),
            ("IpAddress", "203.0.113.7/24", "203.0.113.9", true),
            ("IpAddress", "2001:db8::/32", "203.0.113.9", false),
            ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", true),
            ("ArnEquals", "arn:aws:s3:::a*", "arn:aws:s3:::ab", true),
            ("ArnLike", "arn:aws:*:::ab", "arn:aws:s3:::ab", true),
            ("ArnLike", "arn:aws:*", "arn:aws:s3:::ab", false),
            ("ArnNotEquals", "arn:aws:s3:::a", "arn:aws:s3:::a", false),
            ("ArnNotLike", "arn:aws:s3:::a*", "arn:aws:s3:::b", true),
            ("Null", "true", "x", false),
            ("Null", "false", "x", true),
        ] {
            assert_eq!(
                ask(operator, "k", &[value], KeyValue::of(actual)),
                Truth::of(expected),
                "{operator} {value} on {actual}"
            );
        }
    }

    #[test]
    fn a_key_that_names_a_network_is_compared_as_text() {
        for (operator, expected) in [("StringEquals", Truth::Yes), ("StringNotEquals", Truth::No)] {
            let own = KeyValue::of("vpc-1");
            assert_eq!(ask(operator, "aws:Ec2InstanceSourceVpc", &["vpc-1"], own), expected);
        }
    }

    #[test]
    fn a_missing_key_fails_what_compares_and_passes_what_negates() {
        for (operator, expected) in [
            ("StringEquals", false),
            ("StringEqualsIfExists", true),
            ("StringNotEquals", true),
            ("ArnNotLike", true),
            ("NotIpAddress", true),
            ("IpAddress", false),
            ("ForAllValues:StringEquals", true),
            ("ForAllValues:StringNotEquals", true),
            ("ForAnyValue:StringEquals", false),
            ("ForAnyValue:StringNotEquals", false),
            ("ForAnyValue:StringLikeIfExists", true),
            ("Bool", false),
        ] {
            assert_eq!(
                ask(operator, "k", &["203.0.113.0"], KeyValue::Absent),
                Truth::of(expected),
                "{operator}"
            );
        }
        assert_eq!(ask("Null", "k", &["true"], KeyValue::Absent), Truth::Yes);
        assert_eq!(ask("Null", "k", &["false"], KeyValue::Absent), Truth::No);
    }

    #[test]
    fn several_values_are_taken_as_the_quantifier_says() {
        for (operator, actual, expected) in [
            ("ForAllValues:StringEquals", &["a", "b"][..], true),
            ("ForAllValues:StringEquals", &["a", "c"], false),
            ("ForAnyValue:StringEquals", &["a", "c"], true),
            ("ForAnyValue:StringEquals", &["c"], false),
            ("ForAnyValue:StringNotEquals", &["a", "c"], true),
            ("ForAnyValue:StringNotEquals", &["a", "b"], false),
            ("ForAllValues:StringNotEquals", &["c", "d"], true),
            ("ForAllValues:StringNotEquals", &["a", "d"], false),
            ("ForAllValues:StringEquals", &[], true),
        ] {
            assert_eq!(
                ask(operator, "k", &["a", "b"], many(actual)),
                Truth::of(expected),
                "{operator} {actual:?}"
            );
        }
        assert!(matches!(
            ask("StringEquals", "k", &["a"], many(&["a", "b"])),
            Truth::Unclear(_)
        ));
    }

    #[test]
    fn what_cannot_be_known_is_unclear() {
        let unknown = || KeyValue::Unknown("not read".to_owned());
        for (operator, key, value, actual) in [
            ("StringEquals", "k", "a", unknown()),
            ("StringEqualsIfExists", "k", "a", unknown()),
            ("Null", "k", "true", unknown()),
            ("Null", "k", "maybe", KeyValue::Absent),
            ("Invented", "k", "a", KeyValue::of("a")),
            ("IpAddress", "k", "nowhere", KeyValue::of("203.0.113.1")),
            ("NumericLessThan", "k", "x", KeyValue::of("1")),
            ("DateLessThan", "k", "soon", KeyValue::of("2026-01-01T00:00:00Z")),
            ("StringEquals", "AWS:securetransport", "true", KeyValue::of("true")),
            ("Bool", "k", "true", KeyValue::of("x")),
        ] {
            assert!(
                matches!(ask(operator, key, &[value], actual), Truth::Unclear(_)),
                "{operator} {key} {value}"
            );
        }
        assert_eq!(ask("StringEquals", "k", &[], unknown()), Truth::No);
        assert_eq!(ask("StringEquals", "k", &[], KeyValue::of("a")), Truth::No);
    }
}
