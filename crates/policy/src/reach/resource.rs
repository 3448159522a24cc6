//! How much of a resource, or of what it holds, a statement's resources cover.

use crate::caller::{Extent, KeyState};
use crate::document::{Document, Listed, Statement};
use crate::matching::{arn_covers_all_under, arn_includes, arn_matches, arn_touches_any_under};
use crate::variables::{holds_variable, keys_without_default, with_wildcards};

/// What an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The resource itself: a bucket, a key, a topic.
    Whole,
    /// What it holds: a bucket's objects.
    Parts,
}

/// A document on a request's way, and how it writes the resource.
#[derive(Debug, Clone)]
pub(crate) struct Gate<'a> {
    /// The document.
    pub(crate) document: &'a Document,
    /// The resource's ARN.
    pub(crate) whole: String,
    /// What the ARNs of its parts begin with.
    pub(crate) parts: String,
    /// Whether its statements may do without a principal and then mean everyone, as organization policies do.
    pub(crate) names_no_principals: bool,
}

impl<'a> Gate<'a> {
    /// A document about a bucket with this ARN, or another resource whose parts follow a slash.
    pub(crate) fn of(document: &'a Document, arn: &str) -> Self {
        Self {
            document,
            whole: arn.to_owned(),
            parts: format!("{arn}/"),
            names_no_principals: false,
        }
    }
}

/// How much of the target a list of resources covers, for a caller whose keys are in these states.
pub(super) fn reach_of(
    listed: Option<&Listed>,
    gate: &Gate<'_>,
    target: Target,
    variables: bool,
    state: &dyn Fn(&str) -> KeyState,
) -> Extent {
    let patterns = match listed {
        None => return Extent::Unclear("it names no resource".to_owned()),
        Some(Listed::Is(patterns) | Listed::IsNot(patterns)) => patterns,
    };
    let mut unclear = None;
    let mut usable = |pattern: &String| {
        keys_without_default(pattern, variables)
            .iter()
            .all(|key| match state(key) {
                // A variable without a value makes the pattern match nothing.
                KeyState::Absent => false,
                KeyState::Chosen | KeyState::Foreign { .. } | KeyState::OneOf(_) | KeyState::Like(_) => true,
                _ => {
                    unclear.get_or_insert(format!("what `{key}` in `{pattern}` becomes is not known"));
                    true
                }
            })
    };
    let kept: Vec<String> = patterns.iter().filter(|pattern| usable(pattern)).cloned().collect();
    let extent = match listed {
        Some(Listed::IsNot(_)) => left_out(&kept, gate, target, variables),
        _ => covered(&kept, gate, target, variables),
    };
    match (extent, unclear) {
        (Extent::None, _) => Extent::None,
        (_, Some(text)) => Extent::Unclear(text),
        (extent, None) => extent,
    }
}

/// How much of what these statements allow a denial's resources cover.
pub(super) fn reach_within(
    listed: Option<&Listed>,
    gate: &Gate<'_>,
    target: Target,
    variables: bool,
    allowed: &[(&Gate<'_>, &Statement)],
) -> Extent {
    match listed {
        None => Extent::Unclear("it names no resource".to_owned()),
        Some(Listed::IsNot(patterns)) => left_out(patterns, gate, target, variables),
        Some(Listed::Is(patterns)) => match covered(patterns, gate, target, variables) {
            Extent::Some if target == Target::Parts && include_all_of_one(patterns, gate, variables, allowed) => {
                Extent::All
            }
            extent => extent,
        },
    }
}

/// Whether the patterns include everything that one of the statements allows.
fn include_all_of_one(
    patterns: &[String],
    gate: &Gate<'_>,
    variables: bool,
    allowed: &[(&Gate<'_>, &Statement)],
) -> bool {
    allowed.iter().any(|(grant, statement)| {
        let Some(Listed::Is(resources)) = &statement.resource else {
            return false;
        };
        let suffixes = |resource: &String| {
            let resource = with_wildcards(resource, grant.document.has_variables());
            if arn_touches_any_under(&resource, &grant.parts) {
                Some(resource.strip_prefix(&grant.parts).unwrap_or("*").to_owned())
            } else {
                None
            }
        };
        resources.iter().filter_map(suffixes).all(|suffix| {
            let inner = format!("{}{suffix}", gate.parts);
            patterns
                .iter()
                .any(|outer| !holds_variable(outer, variables) && arn_includes(outer, &inner))
        })
    })
}

fn covered(patterns: &[String], gate: &Gate<'_>, target: Target, variables: bool) -> Extent {
    let is_sure = |pattern: &&String| !holds_variable(pattern, variables);
    let wide = |pattern: &String| with_wildcards(pattern, variables);
    let (all, some) = match target {
        Target::Whole => (
            patterns
                .iter()
                .filter(is_sure)
                .any(|pattern| arn_matches(&wide(pattern), &gate.whole)),
            patterns.iter().any(|pattern| arn_matches(&wide(pattern), &gate.whole)),
        ),
        Target::Parts => (
            patterns
                .iter()
                .filter(is_sure)
                .any(|pattern| arn_covers_all_under(&wide(pattern), &gate.parts)),
            patterns
                .iter()
                .any(|pattern| arn_touches_any_under(&wide(pattern), &gate.parts)),
        ),
    };
    match (all, some) {
        (true, _) => Extent::All,
        (false, true) => Extent::Some,
        (false, false) => Extent::None,
    }
}

fn left_out(patterns: &[String], gate: &Gate<'_>, target: Target, variables: bool) -> Extent {
    match covered(patterns, gate, target, variables) {
        Extent::All => Extent::None,
        Extent::None => Extent::All,
        other => other,
    }
}

/// Whether a list holds an ARN; a variable makes it uncertain, which is `None`.
pub(super) fn holds(listed: Option<&Listed>, arn: &str, variables: bool) -> Option<bool> {
    let (patterns, wanted) = match listed? {
        Listed::Is(patterns) => (patterns, true),
        Listed::IsNot(patterns) => (patterns, false),
    };
    let mut uncertain = false;
    for pattern in patterns {
        if arn_matches(&with_wildcards(pattern, variables), arn) {
            if holds_variable(pattern, variables) {
                uncertain = true;
            } else {
                return Some(wanted);
            }
        }
    }
    (!uncertain).then_some(!wanted)
}
