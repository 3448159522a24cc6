//! A single request as the proof that something gets through: allowed by the statements, and outside every denial.

use std::collections::BTreeMap;

use super::resource::{Gate, Target, holds};
use super::{Ask, Candidate};
use crate::caller::{FRESH, KeyState, candidates};
use crate::condition::Condition;
use crate::document::{Listed, Statement};
use crate::evaluate::KeyValue;
use crate::matching::instance;
use crate::truth::Truth;
use crate::variables::with_wildcards;

/// How many requests are tried before the search gives up.
const MOST_REQUESTS: usize = 4000;

/// A denial that holds for a part of what is allowed, or may.
pub(super) struct Partial<'a> {
    pub(super) gate: usize,
    pub(super) statement: &'a Statement,
    pub(super) variables: bool,
    pub(super) open: Vec<&'a Condition>,
}

impl<'a> Partial<'a> {
    pub(super) fn of(index: usize, gate: &Gate<'a>, statement: &'a Statement, open: Vec<&'a Condition>) -> Self {
        Self {
            gate: index,
            statement,
            variables: gate.document.has_variables(),
            open,
        }
    }
}

impl<'a> Ask<'a> {
    /// Whether a request is found that the statements allow and no denial stops.
    pub(super) fn has_witness(&self, allowed: &[&Candidate<'a>], partial: &[Partial<'a>]) -> bool {
        let open = allowed.iter().flat_map(|candidate| &candidate.open);
        let all: Vec<(&Condition, bool)> = open
            .map(|condition| (*condition, true))
            .chain(
                partial
                    .iter()
                    .flat_map(|denial| denial.open.iter().map(|condition| (*condition, false))),
            )
            .collect();
        // A single condition that holds for some requests holds for one. That is not certain of a key that follows a pattern, nor
        // of one that has the same value in all requests, which nobody knows.
        let is_sure = |condition: &Condition| {
            let state = self.state(&condition.key);
            !matches!(state, KeyState::Like(_) | KeyState::NotUnder(_))
        };
        if partial.is_empty() && all.len() < 2 && all.iter().all(|(condition, _)| is_sure(condition)) {
            return true;
        }
        let mut by_key: BTreeMap<String, Vec<&Condition>> = BTreeMap::new();
        for (condition, _) in &all {
            by_key
                .entry(condition.key.to_ascii_lowercase())
                .or_default()
                .push(condition);
        }
        let mut choices: Vec<(String, Vec<KeyValue>)> = Vec::new();
        let mut count = 1_usize;
        for (key, conditions) in by_key {
            let state = self.state(&key);
            let values = candidates(&key, &state, &conditions, true);
            count = count.saturating_mul(values.len().max(1));
            choices.push((key, values));
        }
        let suffixes = match self.target {
            Target::Whole => vec![String::new()],
            Target::Parts => self.suffixes(allowed, partial),
        };
        if count.saturating_mul(suffixes.len()) > MOST_REQUESTS {
            return false;
        }
        suffixes.iter().any(|suffix| {
            let within = |candidate: &&Candidate<'a>| {
                let arn = self.arn(&self.grants[candidate.gate], suffix);
                // A variable in the resource takes a value that the caller chose.
                holds(candidate.statement.resource.as_ref(), &arn, candidate.variables).unwrap_or(true)
            };
            allowed.iter().all(within) && self.any_choice(&choices, allowed, partial, suffix)
        })
    }

    fn any_choice(
        &self,
        choices: &[(String, Vec<KeyValue>)],
        allowed: &[&Candidate<'a>],
        partial: &[Partial<'a>],
        suffix: &str,
    ) -> bool {
        let mut index = vec![0; choices.len()];
        loop {
            let request = |key: &str| {
                let at = choices.iter().position(|(name, _)| name.eq_ignore_ascii_case(key));
                match at {
                    Some(at) => choices[at].1[index[at]].clone(),
                    None => match self.state(key) {
                        KeyState::Absent => KeyValue::Absent,
                        KeyState::OneOf(mut values) if values.len() == 1 => KeyValue::Values(vec![values.remove(0)]),
                        _ => KeyValue::Unknown("it depends on the caller".to_owned()),
                    },
                }
            };
            if choices.iter().all(|(_, values)| !values.is_empty()) && self.passes(&request, allowed, partial, suffix) {
                return true;
            }
            let Some(at) = (0..choices.len()).find(|at| index[*at] + 1 < choices[*at].1.len()) else {
                return false;
            };
            index[at] += 1;
            index[..at].fill(0);
        }
    }

    fn passes(
        &self,
        request: &dyn Fn(&str) -> KeyValue,
        allowed: &[&Candidate<'a>],
        partial: &[Partial<'a>],
        suffix: &str,
    ) -> bool {
        let meets = |candidate: &&Candidate<'a>| {
            let mut open = candidate.open.iter();
            open.all(|condition| condition.holds(candidate.variables, request) == Truth::Yes)
        };
        let escapes = |denial: &Partial<'a>| {
            let gate = self.grants.iter().chain(self.guards).nth(denial.gate);
            let outside = gate.is_some_and(|gate| {
                holds(
                    denial.statement.resource.as_ref(),
                    &self.arn(gate, suffix),
                    denial.variables,
                ) == Some(false)
            });
            let mut open = denial.open.iter();
            outside || open.any(|condition| condition.holds(denial.variables, request) == Truth::No)
        };
        allowed.iter().all(meets) && partial.iter().all(escapes)
    }

    fn arn(&self, gate: &Gate<'_>, suffix: &str) -> String {
        match self.target {
            Target::Whole => gate.whole.clone(),
            Target::Parts => format!("{}{suffix}", gate.parts),
        }
    }

    /// Names of parts that the statements may tell apart.
    fn suffixes(&self, allowed: &[&Candidate<'a>], partial: &[Partial<'a>]) -> Vec<String> {
        let mut found = vec![FRESH.to_owned()];
        let mut take = |gate: &Gate<'_>, statement: &Statement| {
            let Some(Listed::Is(patterns) | Listed::IsNot(patterns)) = &statement.resource else {
                return;
            };
            for pattern in patterns {
                let pattern = with_wildcards(pattern, gate.document.has_variables());
                if let Some(suffix) = pattern.strip_prefix(&gate.parts) {
                    found.extend(["", "x", FRESH].map(|filling| instance(suffix, filling)));
                }
            }
        };
        for candidate in allowed {
            take(&self.grants[candidate.gate], candidate.statement);
        }
        for denial in partial {
            if let Some(gate) = self.grants.iter().chain(self.guards).nth(denial.gate) {
                take(gate, denial.statement);
            }
        }
        found.retain(|suffix| !suffix.is_empty());
        found.sort();
        found.dedup();
        found
    }
}
