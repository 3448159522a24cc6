//! Whether denials keep every stranger out of a statement that is public by itself.

use crate::caller::{Caller, FRESH, Surroundings};
use crate::document::{Document, Effect, Listed, Statement};
use crate::matching::{arn_matches, instance};
use crate::reach::{Ask, Gate, Outcome, Target, names_action};
use crate::truth::Truth;
use crate::variables::with_wildcards;

/// A denial that keeps, or may keep, every stranger from what a statement allows.
pub(super) fn denial_of_strangers(document: &Document, statement: &Statement) -> Option<String> {
    let denials: Vec<&Statement> = document
        .statements
        .iter()
        .filter(|each| each.effect == Effect::Deny)
        .collect();
    if denials.is_empty() {
        return None;
    }
    // Whether denials reach all that the statement allows is asked for what it is mostly written for.
    let alone = Document {
        version: document.version.clone(),
        id: None,
        statements: denials.into_iter().chain([statement]).cloned().collect(),
        unknown_members: Vec::new(),
    };
    let surroundings = Surroundings::default();
    let mut stopped = None;
    for action in sample_actions(statement) {
        for (target, gate) in gates(&alone, statement) {
            for caller in [Caller::Anonymous, Caller::Stranger] {
                let ask = Ask {
                    caller: &caller,
                    surroundings: &surroundings,
                    action: &action,
                    target,
                    grants: std::slice::from_ref(&gate),
                    guards: &[],
                };
                match ask.outcome() {
                    Outcome::Allowed(_) => return None,
                    Outcome::Denied { statement: denial, .. } => {
                        stopped.get_or_insert(format!(
                            "{} is public by itself, {} keeps strangers out of it, and AWS does not say whether its label \
                             takes denials into account",
                            statement.label(),
                            denial.label()
                        ));
                    }
                    Outcome::Unclear { text, .. } => {
                        stopped.get_or_insert(format!("{} is public by itself, but {text}", statement.label()));
                    }
                    Outcome::NotAllowed(_) => {}
                }
            }
        }
    }
    stopped
}

/// Actions that the statement allows: of each pattern the usual ones that it matches, or an instance of it.
fn sample_actions(statement: &Statement) -> Vec<String> {
    const USUAL: [&str; 6] = [
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "s3:DeleteObject",
        "s3:PutBucketPolicy",
        "s3:GetBucketLocation",
    ];
    let usual = USUAL
        .iter()
        .filter(|action| names_action(statement.action.as_ref(), action) == Truth::Yes);
    let mut actions: Vec<String> = usual.map(|action| (*action).to_owned()).collect();
    if let Some(Listed::Is(patterns)) = &statement.action {
        actions.extend(patterns.iter().map(|pattern| instance(pattern, "x")));
    }
    actions
}

/// The statement's own resources, each as the thing that is asked about.
fn gates<'a>(document: &'a Document, statement: &Statement) -> Vec<(Target, Gate<'a>)> {
    let variables = document.has_variables();
    let patterns = |statement: &Statement| match &statement.resource {
        Some(Listed::Is(patterns)) if !patterns.iter().any(|pattern| pattern == "*") => patterns.clone(),
        _ => Vec::new(),
    };
    let mut asked = patterns(statement);
    if asked.is_empty() {
        // "Everything" means what the other statements speak of: the one resource that has the policy.
        asked = document.statements.iter().flat_map(patterns).collect();
    }
    if asked.is_empty() {
        asked.push(format!("arn:aws:s3:::{FRESH}/{FRESH}"));
    }
    let arn = |pattern: &String| instance(&with_wildcards(pattern, variables), FRESH);
    let mut arns: Vec<String> = asked.iter().map(arn).collect();
    // What denials leave out is where strangers may still get in.
    for other in &document.statements {
        let Some(Listed::Is(patterns) | Listed::IsNot(patterns)) = &other.resource else {
            continue;
        };
        let arns_of_other = patterns.iter().map(arn);
        arns.extend(arns_of_other.filter(|arn| asked.iter().any(|pattern| arn_matches(pattern, arn))));
    }
    arns.sort();
    arns.dedup();
    let gate = |arn: String| (Target::Whole, Gate::of(document, &arn));
    arns.into_iter().map(gate).collect()
}
