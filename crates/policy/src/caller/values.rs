//! Values that a key may have: which ones belong to somebody in particular, and which ones are worth trying.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::SignedDuration;

use super::breadth::is_broad;
use super::keys::KeyState;
use crate::condition::{Condition, OperatorKind};
use crate::evaluate::{KeyValue, is_boolean, network, time};
use crate::matching::{instance, text_matches};
use crate::principal::is_account_id;
use crate::variables::with_wildcards;

/// A text that no author of a policy is likely to have written.
pub(crate) const FRESH: &str = "s3attest-0f3c";

/// Whether every value that a pattern matches belongs to somebody in particular: an account, a network, an organization.
/// Without wildcards it does. With them it does where the part that says whose it is has none.
#[must_use]
pub(crate) fn names_somebody(key: &str, pattern: &str) -> bool {
    let blank = |text: &str| text.contains(['*', '?']);
    if !blank(pattern) {
        return true;
    }
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("aws:userid") {
        // A role's or user's unique id is the account's own; the session's name after it is anybody's choice.
        let id = pattern.split(':').next().unwrap_or_default();
        return id.len() >= 16 && !blank(id);
    }
    if is("aws:PrincipalOrgPaths") || is("aws:SourceOrgPaths") || is("aws:VpceOrgPaths") {
        let (organization, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
        return organization.starts_with("o-") && !blank(organization) && !rest.is_empty();
    }
    let segments: Vec<&str> = pattern.splitn(6, ':').collect();
    matches!(segments.as_slice(), ["arn", _, _, _, account, _] if is_account_id(account))
}

/// Values of a key that its state admits and that conditions may tell apart.
pub(crate) fn candidates(key: &str, state: &KeyState, conditions: &[&Condition], variables: bool) -> Vec<KeyValue> {
    let written = || {
        let mut texts: Vec<String> = conditions.iter().flat_map(|each| around(each, variables)).collect();
        texts.push(FRESH.to_owned());
        texts.push("999999999999".to_owned());
        texts.sort();
        texts.dedup();
        texts
    };
    let values = |texts: Vec<String>| texts.into_iter().map(KeyValue::of).collect::<Vec<_>>();
    match state {
        KeyState::Absent => vec![KeyValue::Absent],
        KeyState::Unknown(text) => vec![KeyValue::Unknown(text.clone())],
        KeyState::NotUnder(_) | KeyState::Internal => vec![KeyValue::Unknown(format!("what `{key}` is, is not known"))],
        KeyState::OneOf(texts) => values(texts.clone()),
        KeyState::Chosen if is_boolean(key) => {
            let mut all = values(vec!["true".to_owned(), "false".to_owned()]);
            all.push(KeyValue::Absent);
            all
        }
        KeyState::Chosen => {
            let mut all = values(written());
            all.push(KeyValue::Absent);
            all
        }
        KeyState::Foreign { or_absent } => {
            let named = |text: &String| {
                conditions.iter().any(|condition| {
                    let written = condition.values.iter().map(|value| with_wildcards(value, variables));
                    written
                        .filter(|value| names_somebody(key, value))
                        .any(|value| text_matches(&value, text))
                })
            };
            let mut all = values(written().into_iter().filter(|text| !named(text)).collect());
            if *or_absent {
                all.push(KeyValue::Absent);
            }
            all
        }
        KeyState::Like(pattern) => {
            let mut texts = written();
            texts.push(instance(pattern, "x"));
            texts.push(instance(pattern, FRESH));
            texts.retain(|text| text_matches(pattern, text));
            values(texts)
        }
        KeyState::Address => {
            let mut all = values(addresses(conditions));
            all.push(KeyValue::Absent);
            all
        }
    }
}

/// Values on both sides of what a condition compares with.
fn around(condition: &Condition, variables: bool) -> Vec<String> {
    let Some(kind) = condition.operator.kind else {
        return Vec::new();
    };
    let each = |value: &String| -> Vec<String> {
        match kind.positive() {
            OperatorKind::StringLike | OperatorKind::ArnEquals | OperatorKind::ArnLike => {
                let pattern = with_wildcards(value, variables);
                vec![
                    instance(&pattern, ""),
                    instance(&pattern, "x"),
                    instance(&pattern, FRESH),
                ]
            }
            OperatorKind::StringEquals | OperatorKind::StringEqualsIgnoreCase | OperatorKind::BinaryEquals => {
                vec![value.clone(), instance(&with_wildcards(value, variables), "x")]
            }
            OperatorKind::NumericEquals
            | OperatorKind::NumericLessThan
            | OperatorKind::NumericLessThanEquals
            | OperatorKind::NumericGreaterThan
            | OperatorKind::NumericGreaterThanEquals => match value.trim().parse::<f64>() {
                Ok(number) => [number - 0.1, number, number + 0.1]
                    .map(|number| number.to_string())
                    .to_vec(),
                Err(_) => Vec::new(),
            },
            OperatorKind::DateEquals
            | OperatorKind::DateLessThan
            | OperatorKind::DateLessThanEquals
            | OperatorKind::DateGreaterThan
            | OperatorKind::DateGreaterThanEquals => {
                let second = SignedDuration::from_secs(1);
                time(value).map_or_else(Vec::new, |time| {
                    let (before, after) = (time.checked_sub(second), time.checked_add(second));
                    [before.unwrap_or(time), time, after.unwrap_or(time)]
                        .map(|time| time.to_string())
                        .to_vec()
                })
            }
            OperatorKind::IpAddress => network(value).map_or_else(Vec::new, |network| {
                vec![network.addr().to_string(), "8.8.8.8".to_owned(), "2600::1".to_owned()]
            }),
            OperatorKind::Bool => vec!["true".to_owned(), "false".to_owned()],
            _ => Vec::new(),
        }
    };
    condition.values.iter().flat_map(each).collect()
}

/// Addresses on the internet that belong to none of the networks that stand for somewhere in particular.
fn addresses(conditions: &[&Condition]) -> Vec<String> {
    let networks: Vec<IpNet> = conditions
        .iter()
        .flat_map(|condition| condition.values.iter().filter_map(|value| network(value)))
        .collect();
    let (broad, narrow): (Vec<IpNet>, Vec<IpNet>) = networks.into_iter().partition(is_broad);
    let mut tried: Vec<IpAddr> = broad.iter().map(IpNet::broadcast).collect();
    tried.extend(broad.iter().filter_map(|network| network.hosts().nth(0x0808)));
    // Google's and Cloudflare's resolvers and an address of AWS: people who are somewhere else.
    tried.extend(
        ["8.8.8.8", "1.1.1.1", "54.239.17.6", "203.0.114.9", "2600:1f00::1"]
            .iter()
            .filter_map(|text| text.parse::<IpAddr>().ok()),
    );
    tried.retain(|address| !narrow.iter().any(|network| network.contains(address)));
    let public = |address: &IpAddr| match address {
        IpAddr::V4(address) => {
            !address.is_private() && !address.is_loopback() && !address.is_broadcast() && !address.is_multicast()
        }
        IpAddr::V6(address) => !address.is_multicast() && address.octets()[0] & 0xfe != 0xfc,
    };
    tried.retain(public);
    tried.into_iter().map(|address| address.to_string()).collect()
}
