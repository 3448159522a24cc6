//! Whether the Deny statements of a bucket policy, taken together, refuse every request of some kind.
//!
//! A denial is complete when it holds for everyone, for all actions in question, for the bucket and its objects, and
//! under no condition but the one in question. This module does not know which condition that is.

use crate::answer::Answer;
use crate::condition::Condition;
use crate::document::{Document, Effect, Listed, PrincipalElement, Statement};
use crate::matching::{arn_covers_all_under, arn_matches, arn_touches_any_under};

/// A bucket and its objects, as resources of a policy.
#[derive(Debug, Clone)]
pub struct BucketResources {
    bucket: String,
    objects: String,
}

impl BucketResources {
    /// The resources of the bucket with this ARN.
    #[must_use]
    pub fn of(arn: impl Into<String>) -> Self {
        let bucket = arn.into();
        let objects = format!("{bucket}/");
        Self { bucket, objects }
    }

    /// The bucket's own ARN.
    pub(crate) fn bucket(&self) -> &str {
        &self.bucket
    }
}

/// What one condition means for the requests in question.
pub(crate) enum Bearing {
    /// It is about something else.
    None,
    /// It holds for every request in question.
    Holds,
    /// It is about the matter, and some of the requests escape it, as the text says.
    Escapes(String),
    /// Nobody can tell, as the text says.
    Unclear(String),
}

/// The kind of request that is to be refused.
pub(crate) struct Question<'a> {
    /// The bucket.
    pub(crate) resources: &'a BucketResources,
    /// Whether requests on the bucket itself are meant too, besides those on objects.
    pub(crate) bucket_too: bool,
    /// Whether a statement's actions hold all that are meant; `Err` says what is missing.
    pub(crate) actions: fn(&Listed) -> Result<(), String>,
    /// What a condition means for the requests in question.
    pub(crate) bearing: &'a dyn Fn(&Condition) -> Bearing,
}

enum Reading {
    Elsewhere,
    Reaches { bucket: bool, objects: bool },
    Lacks(String),
    Unclear(String),
}

/// Whether every request of the kind is refused.
pub(crate) fn denies(document: &Document, question: &Question<'_>) -> Answer {
    let (mut bucket, mut objects) = (!question.bucket_too, false);
    let mut shortfalls = Vec::new();
    let mut unclear = None;
    let mut partial = Vec::new();
    for statement in document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Deny)
    {
        match read(statement, question) {
            Reading::Elsewhere => {}
            Reading::Lacks(text) => shortfalls.push(format!("{} {text}", statement.label())),
            Reading::Unclear(text) => {
                unclear.get_or_insert(text);
            }
            Reading::Reaches {
                bucket: on_bucket,
                objects: on_objects,
            } => {
                bucket |= on_bucket;
                objects |= on_objects;
                partial.push(statement.label());
            }
        }
    }
    if bucket && objects {
        return Answer::Yes;
    }
    if let Some(text) = unclear {
        return Answer::Unclear(text);
    }
    if !partial.is_empty() {
        let missing = match (bucket, objects) {
            (false, false) => "neither the bucket nor all of its objects",
            (false, true) => "the objects but not the bucket itself",
            _ if question.bucket_too => "the bucket but not all of its objects",
            _ => "not all of the bucket's objects",
        };
        let verb = if partial.len() == 1 { "covers" } else { "together cover" };
        shortfalls.push(format!("{} {verb} {missing}", partial.join(" and ")));
    }
    Answer::No(shortfalls)
}

fn read(statement: &Statement, question: &Question<'_>) -> Reading {
    let mut holds = 0;
    let mut escape = None;
    let mut unclear = None;
    for condition in &statement.conditions {
        match (question.bearing)(condition) {
            Bearing::None => {}
            Bearing::Holds => holds += 1,
            Bearing::Escapes(text) => escape = escape.or(Some(text)),
            Bearing::Unclear(text) => unclear = unclear.or(Some(text)),
        }
    }
    let about_it = holds > 0 || escape.is_some() || unclear.is_some();
    if !about_it && !statement.conditions.is_empty() {
        return Reading::Elsewhere;
    }
    // A statement without any condition refuses these requests too, as far as it reaches; where it reaches only some
    // actions or principals it is about something else.
    let lacks = |text: String| {
        if about_it {
            Reading::Lacks(text)
        } else {
            Reading::Elsewhere
        }
    };
    if let Some(text) = escape {
        return Reading::Lacks(text);
    }
    let further = |condition: &&Condition| matches!((question.bearing)(condition), Bearing::None);
    if let Some(condition) = statement.conditions.iter().find(further) {
        return Reading::Lacks(format!("holds only under a further condition on `{}`", condition.key));
    }
    if let Some(part) = statement.not_understood() {
        return Reading::Unclear(part);
    }
    match &statement.principal {
        principal if principal.is_everyone() => {}
        PrincipalElement::Missing => return Reading::Unclear(format!("{} names no principal", statement.label())),
        PrincipalElement::IsNot(_) => return lacks("exempts the principals in its `NotPrincipal`".to_owned()),
        PrincipalElement::Is(_) => return lacks("holds for the principals that it lists, not for everyone".to_owned()),
    }
    match &statement.action {
        None => return Reading::Unclear(format!("{} names no action", statement.label())),
        Some(listed) => {
            if let Err(text) = (question.actions)(listed) {
                return lacks(text);
            }
        }
    }
    let Some(resource) = &statement.resource else {
        return Reading::Unclear(format!("{} names no resource", statement.label()));
    };
    if let Some(text) = unclear {
        return Reading::Unclear(format!("{} {text}", statement.label()));
    }
    let (bucket, objects) = reach(resource, question.resources);
    if bucket || objects || about_it {
        Reading::Reaches { bucket, objects }
    } else {
        Reading::Elsewhere
    }
}

/// Whether a list of resources holds the bucket, and all of its objects.
fn reach(listed: &Listed, resources: &BucketResources) -> (bool, bool) {
    match listed {
        Listed::Is(patterns) => (
            patterns.iter().any(|pattern| arn_matches(pattern, &resources.bucket)),
            patterns
                .iter()
                .any(|pattern| arn_covers_all_under(pattern, &resources.objects)),
        ),
        Listed::IsNot(patterns) => (
            // A policy variable may stand for the bucket's name.
            !patterns
                .iter()
                .any(|pattern| pattern.contains("${") || arn_matches(pattern, &resources.bucket)),
            !patterns
                .iter()
                .any(|pattern| arn_touches_any_under(pattern, &resources.objects)),
        ),
    }
}
