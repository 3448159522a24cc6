//! Whether a kind of caller gets an action through: what allows it, what denies it, and what nobody can tell.
//!
//! "Yes" needs a request that some statement allows and none denies; "no" needs a proof that none exists: nothing that
//! allows it, or one denial that holds for every request that is allowed. Everything else is unclear. Identity policies
//! are not looked at: what a resource's side lets in is meant.

mod resource;
mod witness;

pub(crate) use resource::{Gate, Target};

use crate::caller::{Caller, Extent, KeyState, Surroundings, extent_in};
use crate::condition::{Condition, OperatorKind};
use crate::document::{Document, Effect, Listed, PrincipalElement, Statement};
use crate::matching::action_matches;
use crate::truth::Truth;
use resource::{reach_of, reach_within};

/// What becomes of the requests of a kind of caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome<'a> {
    /// Some get through, by these statements: one of each gate.
    Allowed(Vec<&'a Statement>),
    /// A statement would allow them, and a denial stops them all.
    Denied {
        /// The statement that would allow them.
        allowed_by: &'a Statement,
        /// The place of the gate that denies, grants first, guards after them.
        gate: usize,
        /// The denial.
        statement: &'a Statement,
    },
    /// Nothing allows them; where a statement would but for a condition, the text says which.
    NotAllowed(Vec<String>),
    /// Nobody can tell; the gate on whose document it depends, and why.
    Unclear {
        /// The place of the gate.
        gate: usize,
        /// Why.
        text: String,
    },
}

/// An Allow statement that may hold for the caller.
struct Candidate<'a> {
    gate: usize,
    statement: &'a Statement,
    variables: bool,
    open: Vec<&'a Condition>,
    unclear: Option<String>,
}

/// What is asked.
pub(crate) struct Ask<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// Where.
    pub(crate) surroundings: &'a Surroundings,
    /// The action.
    pub(crate) action: &'a str,
    /// On the resource itself, or on what it holds.
    pub(crate) target: Target,
    /// The documents each of which has to allow it.
    pub(crate) grants: &'a [Gate<'a>],
    /// The documents that can only deny it.
    pub(crate) guards: &'a [Gate<'a>],
}

impl<'a> Ask<'a> {
    /// Whether any statement of the first gate may allow a caller anything at all.
    pub(crate) fn may_concern(caller: &Caller, grants: &[Gate<'_>]) -> bool {
        let mut statements = grants.iter().take(1).flat_map(|gate| allows(gate.document));
        statements.any(|statement| meant(caller, statement) != Truth::No)
    }

    /// What becomes of the requests.
    pub(crate) fn outcome(&self) -> Outcome<'a> {
        let mut by_gate = Vec::new();
        let mut limits = Vec::new();
        for (index, gate) in self.grants.iter().enumerate() {
            let candidates = self.candidates(index, gate, &mut limits);
            if candidates.is_empty() {
                return Outcome::NotAllowed(limits);
            }
            by_gate.push(candidates);
        }
        let mut best: Option<Outcome<'a>> = None;
        for combination in combinations(&by_gate) {
            let outcome = self.judge(&combination);
            if matches!(outcome, Outcome::Allowed(_)) {
                return outcome;
            }
            let is_unclear = |outcome: &Outcome<'_>| matches!(outcome, Outcome::Unclear { .. });
            if best
                .as_ref()
                .is_none_or(|best| is_unclear(&outcome) && !is_unclear(best))
            {
                best = Some(outcome);
            }
        }
        best.unwrap_or(Outcome::NotAllowed(limits))
    }

    fn candidates(&self, index: usize, gate: &Gate<'a>, limits: &mut Vec<String>) -> Vec<Candidate<'a>> {
        let document: &'a Document = gate.document;
        let variables = document.has_variables();
        let mut found = Vec::new();
        for statement in allows(document) {
            // What is cheap to find out comes first: most statements are about other actions.
            let action = names_action(statement.action.as_ref(), self.action);
            if action == Truth::No {
                continue;
            }
            let mut unclear = statement.not_understood();
            let mut note = |text: String| {
                unclear.get_or_insert(format!("{}: {text}", statement.label()));
            };
            if let Truth::Unclear(text) = action {
                note(text);
            }
            match meant(self.caller, statement) {
                Truth::No => continue,
                Truth::Yes => {}
                Truth::Unclear(text) => note(text),
            }
            match reach_of(statement.resource.as_ref(), gate, self.target, variables, &|key| {
                self.state(key)
            }) {
                Extent::None => continue,
                Extent::Unclear(text) => note(text),
                Extent::All | Extent::Some => {}
            }
            let mut open = Vec::new();
            let mut closed = None;
            for condition in &statement.conditions {
                match self.caller.extent_of(condition, variables, self.surroundings) {
                    Extent::None => closed = closed.or(Some(condition)),
                    Extent::Some => open.push(condition),
                    Extent::All => {}
                    Extent::Unclear(text) => note(text),
                }
            }
            if let Some(condition) = closed {
                let text = format!("{} holds only where {}", statement.label(), condition.describe());
                if !limits.contains(&text) {
                    limits.push(text);
                }
                continue;
            }
            found.push(Candidate {
                gate: index,
                statement,
                variables,
                open,
                unclear,
            });
        }
        found
    }

    fn state(&self, key: &str) -> KeyState {
        self.caller.state(key, self.surroundings)
    }

    /// The state of a key in the requests that these statements allow.
    fn state_within(&self, key: &str, allowed: &[&Candidate<'a>]) -> KeyState {
        let mut state = self.state(key);
        for candidate in allowed {
            for condition in candidate.open.iter().filter(|condition| condition.is_about(key)) {
                state = narrowed(state, condition, candidate.variables);
            }
        }
        state
    }

    fn judge(&self, allowed: &[&Candidate<'a>]) -> Outcome<'a> {
        let statements: Vec<(&Gate<'a>, &'a Statement)> = allowed
            .iter()
            .map(|candidate| (&self.grants[candidate.gate], candidate.statement))
            .collect();
        let mut partial = Vec::new();
        let mut uncertain = None;
        let mut avoidable = Vec::new();
        for (index, gate) in self.grants.iter().chain(self.guards).enumerate() {
            for denial in denials(gate.document) {
                match self.read(denial, gate, allowed, &statements) {
                    Denial::Elsewhere => {}
                    Denial::Complete => {
                        return Outcome::Denied {
                            allowed_by: allowed[0].statement,
                            gate: index,
                            statement: denial,
                        };
                    }
                    Denial::Unclear(text, open) => {
                        uncertain.get_or_insert((index, text));
                        avoidable.push(witness::Partial::of(index, gate, denial, open));
                    }
                    Denial::Partial(open) => partial.push(witness::Partial::of(index, gate, denial, open)),
                }
            }
        }
        let unclear = |candidate: &&Candidate<'a>| Some((candidate.gate, candidate.unclear.clone()?));
        if let Some((gate, text)) = allowed.iter().find_map(unclear) {
            return Outcome::Unclear { gate, text };
        }
        if !self.has_witness(allowed, &partial) {
            return without_witness(allowed[0], partial.first());
        }
        if let Some((gate, text)) = uncertain {
            // A request that fails one condition of a denial escapes it, whatever the others are.
            partial.extend(avoidable);
            if !self.has_witness(allowed, &partial) {
                return Outcome::Unclear { gate, text };
            }
        }
        Outcome::Allowed(allowed.iter().map(|candidate| candidate.statement).collect())
    }

    /// How much of what is allowed a denial holds for.
    fn read(
        &self,
        denial: &'a Statement,
        gate: &Gate<'a>,
        allowed: &[&Candidate<'a>],
        statements: &[(&Gate<'a>, &'a Statement)],
    ) -> Denial<'a> {
        let variables = gate.document.has_variables();
        let action = names_action(denial.action.as_ref(), self.action);
        if action == Truth::No {
            return Denial::Elsewhere;
        }
        let mut unclear = denial.not_understood();
        let mut note = |text: String| {
            unclear.get_or_insert(format!("{}: {text}", denial.label()));
        };
        let principal = if gate.names_no_principals && denial.principal == PrincipalElement::Missing {
            Truth::Yes
        } else {
            meant(self.caller, denial)
        };
        for truth in [principal, action] {
            match truth {
                Truth::No => return Denial::Elsewhere,
                Truth::Yes => {}
                Truth::Unclear(text) => note(text),
            }
        }
        let reach = reach_within(denial.resource.as_ref(), gate, self.target, variables, statements);
        match &reach {
            Extent::None => return Denial::Elsewhere,
            Extent::Unclear(text) => note(text.clone()),
            Extent::All | Extent::Some => {}
        }
        let state = |key: &str| self.state_within(key, allowed);
        let mut open = Vec::new();
        for condition in &denial.conditions {
            match extent_in(condition, variables, &state) {
                Extent::None => return Denial::Elsewhere,
                Extent::Some => open.push(condition),
                Extent::All => {}
                Extent::Unclear(text) => note(text),
            }
        }
        match unclear {
            // What a part that is not known does to the conditions beside it, nobody says.
            Some(text) if denial.not_understood().is_some() => Denial::Unclear(text, Vec::new()),
            Some(text) => Denial::Unclear(text, open),
            None if open.is_empty() && reach == Extent::All => Denial::Complete,
            None => Denial::Partial(open),
        }
    }
}

/// How much of what is allowed a denial holds for.
enum Denial<'a> {
    /// For nothing of it.
    Elsewhere,
    /// For all of it.
    Complete,
    /// For a part of it, or perhaps for all: these conditions hold for some requests.
    Partial(Vec<&'a Condition>),
    /// Nobody can tell, as the text says; it holds for nothing outside of these conditions.
    Unclear(String, Vec<&'a Condition>),
}

/// What is to be said when no request was found that gets through.
fn without_witness<'a>(allowed: &Candidate<'a>, partial: Option<&witness::Partial<'a>>) -> Outcome<'a> {
    let about = |gate: usize, text: String| Outcome::Unclear { gate, text };
    if let Some(denial) = partial {
        let label = denial.statement.label();
        let text = format!("{label} denies part of it, and whether anything is left is not known");
        return about(denial.gate, text);
    }
    let label = allowed.statement.label();
    let text = format!("whether any request meets all conditions of {label} is not known");
    about(allowed.gate, text)
}

/// Whether a statement means the caller. A kind of principal that is not known may mean anybody.
fn meant(caller: &Caller, statement: &Statement) -> Truth {
    let unknown = statement
        .unknown_parts
        .iter()
        .find(|part| part.starts_with("Principal."));
    match (caller.is_meant(&statement.principal), unknown) {
        (Truth::No, Some(part)) => Truth::Unclear(format!("it holds `{part}`, which is not known")),
        (truth, _) => truth,
    }
}

fn combinations<'c, 'a>(by_gate: &'c [Vec<Candidate<'a>>]) -> Vec<Vec<&'c Candidate<'a>>> {
    by_gate.iter().fold(vec![Vec::new()], |all, candidates| {
        all.iter()
            .flat_map(|head: &Vec<&'c Candidate<'a>>| {
                candidates.iter().map(move |candidate| {
                    let mut longer = head.clone();
                    longer.push(candidate);
                    longer
                })
            })
            .collect()
    })
}

fn allows(document: &Document) -> impl Iterator<Item = &Statement> {
    document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
}

fn denials(document: &Document) -> impl Iterator<Item = &Statement> {
    document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Deny)
}

/// Whether a statement's actions hold this one.
pub(crate) fn names_action(listed: Option<&Listed>, action: &str) -> Truth {
    match listed {
        None => Truth::Unclear("it names no action".to_owned()),
        Some(Listed::Is(patterns)) => Truth::of(patterns.iter().any(|pattern| action_matches(pattern, action))),
        Some(Listed::IsNot(patterns)) => Truth::of(!patterns.iter().any(|pattern| action_matches(pattern, action))),
    }
}

/// The state of a key in the requests that meet a condition of which it is known that some do.
fn narrowed(state: KeyState, condition: &Condition, variables: bool) -> KeyState {
    // Of a key with several values `ForAnyValue` says something of one, and `ForAllValues` holds without any.
    let plain = condition.operator.quantifier.is_none() && !condition.operator.if_exists;
    let fixed = !condition.values.iter().any(|value| variables && value.contains("${"));
    if !plain || !fixed {
        return state;
    }
    let exact = matches!(
        condition.operator.kind,
        Some(OperatorKind::StringEquals | OperatorKind::Bool)
    );
    match (state, condition.operator.kind) {
        (KeyState::Chosen, _) if exact => KeyState::OneOf(condition.values.clone()),
        (KeyState::OneOf(values), _) if exact => {
            let kept = |value: &String| condition.values.iter().any(|wanted| wanted.eq_ignore_ascii_case(value));
            KeyState::OneOf(values.into_iter().filter(kept).collect())
        }
        (KeyState::Chosen, Some(OperatorKind::StringLike)) => match condition.values.as_slice() {
            [pattern] => KeyState::Like(pattern.clone()),
            _ => KeyState::Chosen,
        },
        (state, _) => state,
    }
}

impl Condition {
    /// The condition for a reader.
    #[must_use]
    pub fn describe(&self) -> String {
        const SHOWN: usize = 3;
        let mut values = self.values.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        if self.values.len() > SHOWN {
            values.push_str(", …");
        }
        format!("`{}` {} {values}", self.key, self.operator.text)
    }
}
