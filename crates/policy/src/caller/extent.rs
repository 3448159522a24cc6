//! For how many of a kind of caller's requests a condition holds: all, some as the caller likes, none, or nobody can tell.

use std::borrow::Cow;

use ipnet::IpNet;

use super::breadth::hold_a_broad_network;
use super::keys::KeyState;
use super::values::names_somebody;
use crate::condition::{Condition, OperatorKind};
use crate::evaluate::{KeyValue, is_boolean, network, time};
use crate::matching::{arn_includes, arn_patterns_overlap, includes, patterns_overlap, protected, text_matches};
use crate::truth::Truth;
use crate::variables::{Substituted, holds_variable, holds_wildcard, substitute, with_wildcards};

/// For how many requests something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Extent {
    /// For all of them.
    All,
    /// For some of them; the caller can choose.
    Some,
    /// For none.
    None,
    /// Nobody can tell, as the text says.
    Unclear(String),
}

impl Extent {
    fn negated_if(self, negated: bool) -> Self {
        match (self, negated) {
            (Self::All, true) => Self::None,
            (Self::None, true) => Self::All,
            (same, _) => same,
        }
    }

    /// What holds for these requests, and for those that lack the key too.
    fn or_absent(self, holds_without_key: bool) -> Self {
        match (self, holds_without_key) {
            (Self::Unclear(text), _) => Self::Unclear(text),
            (Self::All, true) => Self::All,
            (Self::None, false) => Self::None,
            _ => Self::Some,
        }
    }
}

/// For how many requests a condition holds, given what its key can be.
pub(crate) fn extent(condition: &Condition, variables: bool, state: &dyn Fn(&str) -> KeyState) -> Extent {
    let Some(kind) = condition.operator.kind else {
        return Extent::Unclear(format!(
            "the condition operator `{}` is not known",
            condition.operator.text
        ));
    };
    let own = state(&condition.key);
    let exact = |value: KeyValue| {
        condition.holds(variables, &|key| {
            if key.eq_ignore_ascii_case(&condition.key) {
                value.clone()
            } else {
                value_of(state(key))
            }
        })
    };
    let is_address = condition.is_about("aws:SourceIp") || condition.is_about("aws:VpcSourceIp");
    if is_address && kind.positive() != OperatorKind::IpAddress && kind != OperatorKind::Null {
        return not_evaluated(condition);
    }
    let (filled, depends) = filled(condition, variables, state);
    let condition = filled.as_ref();
    match &own {
        KeyState::Absent => of_truths([exact(KeyValue::Absent)]),
        KeyState::Unknown(text) => of_truths([exact(KeyValue::Unknown(text.clone()))]),
        KeyState::OneOf(values) => of_truths(values.iter().map(|value| exact(KeyValue::of(value)))),
        _ if kind == OperatorKind::Null => match exact(KeyValue::Absent) {
            Truth::Unclear(text) => Extent::Unclear(text),
            without => {
                let with = exact(KeyValue::of("x"));
                let can_be_absent = !matches!(own, KeyState::Like(_) | KeyState::Foreign { or_absent: false });
                let first = if can_be_absent { without } else { with.clone() };
                of_truths([first, with])
            }
        },
        _ if is_boolean(&condition.key) && kind != OperatorKind::Bool => of_truths([exact(KeyValue::of("true"))]),
        KeyState::Chosen => chosen(condition, kind),
        KeyState::Foreign { .. } | KeyState::Internal | KeyState::Like(_) if depends => Extent::Unclear(format!(
            "what `{}` is compared with depends on the caller",
            condition.key
        )),
        KeyState::Internal => match foreign(condition, kind, variables, true) {
            Extent::Some if condition.values.iter().any(|value| holds_wildcard(value, variables)) => {
                not_evaluated(condition)
            }
            extent => extent,
        },
        KeyState::Foreign { or_absent } => foreign(condition, kind, variables, *or_absent),
        KeyState::Like(pattern) => like(condition, kind, variables, pattern),
        KeyState::Address => address(condition, kind),
        KeyState::NotUnder(start) => not_under(condition, kind, start),
    }
}

/// The condition with the policy variables in its values filled in as far as they are the same in all requests, and whether
/// any is left. A value with a variable that no request has matches nothing and is left out.
fn filled<'c>(
    condition: &'c Condition,
    variables: bool,
    state: &dyn Fn(&str) -> KeyState,
) -> (Cow<'c, Condition>, bool) {
    if !variables || !condition.values.iter().any(|value| holds_variable(value, variables)) {
        return (Cow::Borrowed(condition), false);
    }
    let mut depends = false;
    let mut filled = Condition {
        operator: condition.operator.clone(),
        key: condition.key.clone(),
        values: Vec::new(),
    };
    for value in &condition.values {
        match substitute(value, &|key| value_of(state(key))) {
            Substituted::Text(text) => filled.values.push(text),
            Substituted::Nothing => {}
            Substituted::Depends => {
                depends = true;
                filled.values.push(value.clone());
            }
        }
    }
    (Cow::Owned(filled), depends)
}

fn value_of(state: KeyState) -> KeyValue {
    match state {
        KeyState::Absent => KeyValue::Absent,
        KeyState::OneOf(mut values) if values.len() == 1 => KeyValue::Values(vec![values.remove(0)]),
        _ => KeyValue::Unknown("a policy variable depends on the caller".to_owned()),
    }
}

fn of_truths(truths: impl IntoIterator<Item = Truth>) -> Extent {
    let (mut yes, mut no) = (false, false);
    for truth in truths {
        match truth {
            Truth::Yes => yes = true,
            Truth::No => no = true,
            Truth::Unclear(text) => return Extent::Unclear(text),
        }
    }
    match (yes, no) {
        (true, true) => Extent::Some,
        (true, false) => Extent::All,
        (false, _) => Extent::None,
    }
}

/// Whether the values have the form that the operator compares.
fn malformed(condition: &Condition, kind: OperatorKind) -> Option<Extent> {
    let wrong = |value: &&String| match kind.positive() {
        OperatorKind::IpAddress => network(value).is_none(),
        OperatorKind::NumericEquals
        | OperatorKind::NumericLessThan
        | OperatorKind::NumericLessThanEquals
        | OperatorKind::NumericGreaterThan
        | OperatorKind::NumericGreaterThanEquals => value.trim().parse::<f64>().is_err(),
        OperatorKind::DateEquals
        | OperatorKind::DateLessThan
        | OperatorKind::DateLessThanEquals
        | OperatorKind::DateGreaterThan
        | OperatorKind::DateGreaterThanEquals => time(value).is_none(),
        OperatorKind::Bool => !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false"),
        _ => false,
    };
    let value = condition.values.iter().find(wrong)?;
    let operator = &condition.operator.text;
    Some(Extent::Unclear(format!(
        "`{value}` is nothing that `{operator}` compares"
    )))
}

fn is_text(kind: OperatorKind) -> bool {
    matches!(
        kind.positive(),
        OperatorKind::StringEquals
            | OperatorKind::StringEqualsIgnoreCase
            | OperatorKind::StringLike
            | OperatorKind::ArnEquals
            | OperatorKind::ArnLike
    )
}

fn not_evaluated(condition: &Condition) -> Extent {
    Extent::Unclear(format!(
        "what the operator `{}` makes of `{}` is not known",
        condition.operator.text, condition.key
    ))
}

fn is_negated(kind: OperatorKind) -> bool {
    kind.positive() != kind
}

fn has_wildcards(kind: OperatorKind) -> bool {
    matches!(
        kind.positive(),
        OperatorKind::StringLike | OperatorKind::ArnEquals | OperatorKind::ArnLike
    )
}

/// The pattern that a value is for the operator; variables as wildcards, so that it matches at least what the value can.
fn pattern_of(value: &str, kind: OperatorKind, variables: bool) -> String {
    if has_wildcards(kind) || (variables && value.contains("${")) {
        with_wildcards(value, variables)
    } else {
        protected(value)
    }
}

fn chosen(condition: &Condition, kind: OperatorKind) -> Extent {
    if let Some(unclear) = malformed(condition, kind) {
        return unclear;
    }
    let without = condition.operator.holds_without_key();
    if condition.values.is_empty() {
        return Extent::None.negated_if(is_negated(kind)).or_absent(without);
    }
    let everything = has_wildcards(kind) && condition.values.iter().any(|value| value == "*");
    let present = if everything { Extent::All } else { Extent::Some };
    present.negated_if(is_negated(kind)).or_absent(without)
}

fn foreign(condition: &Condition, kind: OperatorKind, variables: bool, or_absent: bool) -> Extent {
    if !is_text(kind) {
        return not_evaluated(condition);
    }
    let mut present = Extent::None;
    for value in &condition.values {
        let pattern = pattern_of(value, kind, variables);
        if pattern == "*" {
            present = Extent::All;
        } else if holds_wildcard(value, variables)
            && !names_somebody(&condition.key, &pattern)
            && present == Extent::None
        {
            present = Extent::Some;
        }
    }
    let present = present.negated_if(is_negated(kind));
    if or_absent {
        present.or_absent(condition.operator.holds_without_key())
    } else {
        present
    }
}

fn like(condition: &Condition, kind: OperatorKind, variables: bool, range: &str) -> Extent {
    if !is_text(kind) {
        return not_evaluated(condition);
    }
    let fold = |text: &str| {
        if kind.positive() == OperatorKind::StringEqualsIgnoreCase {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    let range = fold(range);
    let is_arn = matches!(kind.positive(), OperatorKind::ArnEquals | OperatorKind::ArnLike);
    let overlaps = if range.starts_with("arn:") {
        arn_patterns_overlap
    } else {
        patterns_overlap
    };
    let mut present = Extent::None;
    for value in &condition.values {
        let certain = !variables || !value.contains("${");
        let pattern = fold(&pattern_of(value, kind, variables));
        let all = certain
            && if is_arn {
                arn_includes(&pattern, &range)
            } else {
                includes(&pattern, &range)
            };
        let some = if has_wildcards(kind) || !certain {
            overlaps(&pattern, &range)
        } else {
            text_matches(&range, &fold(value))
        };
        if all {
            present = Extent::All;
        } else if some && present == Extent::None {
            present = Extent::Some;
        }
    }
    present.negated_if(is_negated(kind))
}

fn address(condition: &Condition, kind: OperatorKind) -> Extent {
    if kind.positive() != OperatorKind::IpAddress {
        return not_evaluated(condition);
    }
    if let Some(unclear) = malformed(condition, kind) {
        return unclear;
    }
    let networks: Vec<IpNet> = condition.values.iter().filter_map(|value| network(value)).collect();
    let present = if hold_a_broad_network(&networks) {
        Extent::Some
    } else {
        Extent::None
    };
    present
        .negated_if(is_negated(kind))
        .or_absent(condition.operator.holds_without_key())
}

fn not_under(condition: &Condition, kind: OperatorKind, start: &str) -> Extent {
    let own = |value: &String| value.starts_with(start);
    if !is_text(kind) || condition.values.is_empty() || !condition.values.iter().all(own) {
        return Extent::Unclear(format!(
            "whether `{}` has the value that the condition names is not known",
            condition.key
        ));
    }
    let without = condition.operator.holds_without_key();
    let present = Extent::None.negated_if(is_negated(kind));
    // Whether the key is present at all is not known either, so only what is the same both ways is certain.
    if without == (present == Extent::All) {
        present
    } else {
        Extent::Unclear(format!("whether `{}` is present is not known", condition.key))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Caller, Membership, Surroundings};
    use super::*;
    use crate::condition::Operator;

    fn ask(caller: &Caller, operator: &str, key: &str, values: &[&str]) -> &'static str {
        let condition = Condition {
            operator: Operator::read(operator),
            key: key.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        match caller.extent_of(&condition, true, &Surroundings::default()) {
            Extent::All => "all",
            Extent::Some => "some",
            Extent::None => "none",
            Extent::Unclear(_) => "unclear",
        }
    }

    #[test]
    fn a_stranger_never_has_what_belongs_to_somebody() {
        for (operator, key, values, expected) in [
            ("StringEquals", "aws:SourceVpce", &["vpce-1"][..], "none"),
            ("StringNotEquals", "aws:SourceVpce", &["vpce-1"], "all"),
            ("StringLike", "aws:SourceVpce", &["vpce-*"], "some"),
            ("StringEqualsIfExists", "aws:SourceVpce", &["vpce-1"], "some"),
            ("StringEquals", "aws:PrincipalOrgID", &["o-a"], "none"),
            ("StringNotEquals", "aws:PrincipalOrgID", &["o-a"], "all"),
            ("StringNotEqualsIfExists", "aws:PrincipalOrgID", &["o-a"], "all"),
            ("StringEqualsIfExists", "aws:PrincipalOrgID", &["o-a"], "some"),
            (
                "ForAllValues:StringEquals",
                "aws:PrincipalOrgPaths",
                &["o-a/r-1/"],
                "some",
            ),
            (
                "ForAnyValue:StringLike",
                "aws:PrincipalOrgPaths",
                &["o-a/r-1/*"],
                "none",
            ),
            ("StringEquals", "aws:PrincipalAccount", &["111111111111"], "none"),
            (
                "StringEqualsIfExists",
                "aws:PrincipalAccount",
                &["111111111111"],
                "none",
            ),
            ("StringLike", "aws:PrincipalAccount", &["1*"], "some"),
            (
                "ArnLike",
                "aws:PrincipalArn",
                &["arn:aws:iam::111111111111:role/*"],
                "none",
            ),
            ("ArnLike", "aws:PrincipalArn", &["arn:aws:iam::*:role/x"], "some"),
            ("StringLike", "aws:userid", &["AROACKCEVSQ6C2EXAMPLE:*"], "none"),
            ("StringLike", "aws:userid", &["*:session"], "some"),
            ("StringEquals", "aws:username", &["ann"], "some"),
            ("StringEquals", "aws:PrincipalTag/team", &["a"], "some"),
            ("StringEquals", "aws:SourceAccount", &["111111111111"], "none"),
            ("Bool", "aws:SecureTransport", &["true"], "some"),
            ("Bool", "aws:PrincipalIsAWSService", &["false"], "all"),
            ("IpAddress", "aws:SourceIp", &["0.0.0.0/0"], "some"),
            ("IpAddress", "aws:SourceIp", &["0.0.0.0/1", "128.0.0.0/1"], "some"),
            ("IpAddress", "aws:SourceIp", &["203.0.113.0/24"], "none"),
            ("IpAddress", "aws:SourceIp", &["10.0.0.0/8", "192.168.0.0/16"], "none"),
            ("NotIpAddress", "aws:SourceIp", &["203.0.113.0/24"], "all"),
            ("NotIpAddress", "aws:SourceIp", &["0.0.0.0/0"], "some"),
            ("IpAddress", "aws:SourceIp", &["2000::/3"], "some"),
            ("IpAddress", "aws:SourceIp", &["2001:db8::/32"], "none"),
            ("IpAddress", "aws:SourceIp", &["x"], "unclear"),
            ("StringEquals", "aws:SourceIp", &["203.0.113.7"], "unclear"),
            ("StringEquals", "aws:Invented", &["x"], "unclear"),
            ("Null", "aws:PrincipalOrgID", &["true"], "some"),
            ("Null", "aws:PrincipalArn", &["true"], "none"),
            ("StringLike", "aws:Referer", &["*"], "some"),
            ("StringLikeIfExists", "aws:Referer", &["*"], "all"),
            ("StringEquals", "s3:ExistingObjectTag/public", &["yes"], "unclear"),
            ("DateLessThan", "aws:CurrentTime", &["2026-01-01"], "unclear"),
            ("StringEquals", "aws:SecureTransport", &["true"], "unclear"),
        ] {
            assert_eq!(
                ask(&Caller::Stranger, operator, key, values),
                expected,
                "{operator} {key} {values:?}"
            );
        }
    }

    #[test]
    fn of_an_account_only_what_is_written_is_known() {
        let own = Caller::Account {
            id: "222222222222".to_owned(),
            principal: None,
            membership: Membership::Of("o-a".to_owned()),
        };
        let other = Caller::Account {
            id: "333333333333".to_owned(),
            principal: None,
            membership: Membership::NotOf("o-a".to_owned()),
        };
        for (caller, operator, key, value, expected) in [
            (&own, "StringEquals", "aws:PrincipalOrgID", "o-a", "all"),
            (&own, "StringNotEquals", "aws:PrincipalOrgID", "o-a", "none"),
            (&own, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a/*", "all"),
            (
                &own,
                "ForAnyValue:StringLike",
                "aws:PrincipalOrgPaths",
                "o-a/r-1/ou-1/*",
                "some",
            ),
            (&own, "StringEquals", "aws:PrincipalAccount", "222222222222", "all"),
            (&own, "StringEquals", "aws:PrincipalAccount", "222222222223", "none"),
            (
                &own,
                "ArnLike",
                "aws:PrincipalArn",
                "arn:aws:iam::222222222222:role/*",
                "some",
            ),
            (&own, "ArnLike", "aws:PrincipalArn", "arn:*:*::222222222222:*", "all"),
            (
                &own,
                "ArnEquals",
                "aws:PrincipalArn",
                "arn:aws:iam::333333333333:role/x",
                "none",
            ),
            (
                &own,
                "StringEquals",
                "aws:PrincipalArn",
                "arn:aws:iam::222222222222:role/x",
                "some",
            ),
            (&own, "IpAddress", "aws:SourceIp", "203.0.113.0/24", "some"),
            (&other, "StringEquals", "aws:PrincipalOrgID", "o-a", "none"),
            (&other, "StringNotEquals", "aws:PrincipalOrgID", "o-a", "all"),
            (&other, "StringEquals", "aws:PrincipalOrgID", "o-b", "unclear"),
            (&other, "StringEqualsIfExists", "aws:PrincipalOrgID", "o-a", "unclear"),
            (&other, "StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-a", "all"),
        ] {
            assert_eq!(
                ask(caller, operator, key, &[value]),
                expected,
                "{operator} {key} {value}"
            );
        }
        assert_eq!(
            ask(
                &Caller::Anonymous,
                "StringEquals",
                "aws:PrincipalAccount",
                &["anonymous"]
            ),
            "all"
        );
        assert_eq!(ask(&Caller::Anonymous, "Null", "aws:PrincipalArn", &["true"]), "all");
        assert_eq!(
            ask(&Caller::Service(None), "Bool", "aws:PrincipalIsAWSService", &["true"]),
            "all"
        );
    }
}
