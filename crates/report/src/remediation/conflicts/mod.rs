//! What of a bucket speaks against a remedy at once: each a small question to the bucket's evidence, with the page of AWS
//! that the fact is from.
//!
//! A question whose evidence is missing is answered by "not known", never by silence. Whether the remedy is right is not
//! asked here.

mod encryption;
mod lists;
mod openness;
mod policy;
mod replaced;
mod standing;
mod versions;

use std::fmt::Display;

use s3attest_model::access::{AccessKind, Audience, BucketAccess, BucketRole, Reach};
use s3attest_model::bucket::{Bucket, BucketSetting};
use s3attest_model::evidence::Evidence;
use s3attest_model::finding::Finding;

use super::changes::Change;
use crate::text::clip;
pub(super) use standing::accepted;

/// A text from outside is cut here; it stands in full elsewhere on the bucket's page.
const FOREIGN: usize = 160;

/// What is known around a finding: its bucket as it was read, who reaches it, and the other findings on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'run> {
    /// The bucket; `None` where the run holds no record of it.
    pub(crate) bucket: Option<&'run Bucket>,
    /// Who reaches it; `None` where the assessment holds no answer.
    pub(crate) access: Option<&'run BucketAccess>,
    /// The findings on the bucket.
    pub(crate) findings: &'run [Finding],
}

/// How certain a warning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// The evidence shows it.
    Shown,
    /// The evidence that would tell is missing.
    NotKnown,
}

/// Something to look at before the remedy is carried out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Warning {
    pub(crate) certainty: Certainty,
    /// One or more sentences.
    pub(crate) text: String,
    /// The page that the fact is from; `None` for a fact of this assessment.
    pub(crate) source: Option<&'static str>,
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Concern {
    /// Nothing of the kind stands in the way.
    None,
    /// It does, in these sentences.
    Shown(String),
    /// Nobody can tell, because of this, as a clause.
    NotKnown(String),
}

/// A question that one kind of change raises.
struct Conflict {
    /// The changes that raise it.
    raised_by: &'static [Change],
    /// What it is about, as the end of "whether it conflicts with …".
    about: &'static str,
    ask: fn(&Known<'_>) -> Concern,
    /// The page of AWS that the fact is from.
    source: &'static str,
}

/// Every question, those with the widest consequences first.
const CONFLICTS: &[&[Conflict]] = &[
    openness::CONFLICTS,
    policy::CONFLICTS,
    lists::CONFLICTS,
    encryption::CONFLICTS,
    versions::CONFLICTS,
    replaced::CONFLICTS,
];

/// A bucket of which there is a record.
struct Known<'run> {
    bucket: &'run Bucket,
    access: Option<&'run BucketAccess>,
}

impl Known<'_> {
    /// Whether the bucket has a role: `Ok(None)` when not, the reason of the answer when it has.
    fn role(&self, role: BucketRole) -> Result<Option<String>, String> {
        let access = self
            .access
            .ok_or("the assessment holds no answer about what the bucket serves for")?;
        match access.roles.iter().find(|held| held.role == role) {
            None => Ok(None),
            Some(held) => match &held.unclear {
                Some(why) => Err(format!(
                    "whether it serves as {} is not known ({})",
                    role.label(),
                    clip(why, FOREIGN)
                )),
                None => Ok(Some(
                    clip(held.because.as_deref().unwrap_or(role.label()), FOREIGN).into_owned(),
                )),
            },
        }
    }

    /// What an audience gets of some kinds of access: whether any, or why nobody can tell.
    fn reaches(&self, audience: Audience, kinds: &[AccessKind]) -> Result<bool, String> {
        let access = self
            .access
            .ok_or("the assessment holds no answer about who reaches the bucket")?;
        let of_kinds = |reach: Reach| kinds.iter().any(|kind| access.reach(audience, *kind) == reach);
        if of_kinds(Reach::Yes) {
            Ok(true)
        } else if of_kinds(Reach::Unclear) {
            Err(format!("whether {} get in cannot be told", audience.label()))
        } else {
            Ok(false)
        }
    }
}

/// The value of a setting, or why it is not known, as a clause.
fn value<T>(setting: BucketSetting, evidence: &Evidence<T>) -> Result<Option<&T>, String> {
    evidence.known().map_err(|unknown| {
        let (name, gap) = (setting.title().to_lowercase(), unknown.gap);
        format!("{name} is not known ({}, {})", setting.operation(), gap.cause.phrase())
    })
}

/// A concern where something is there.
fn when<T>(found: Result<Option<T>, String>, text: impl FnOnce(T) -> String) -> Concern {
    match found {
        Ok(None) => Concern::None,
        Ok(Some(found)) => Concern::Shown(text(found)),
        Err(why) => Concern::NotKnown(why),
    }
}

/// What speaks against some changes of a bucket.
pub(super) fn of(changes: &[Change], around: &Around<'_>) -> Vec<Warning> {
    let Some(bucket) = around.bucket else {
        return vec![Warning {
            certainty: Certainty::NotKnown,
            text:
                "The run holds no record of this bucket’s settings, so nobody can tell from it what this would break."
                    .to_owned(),
            source: None,
        }];
    };
    if changes.is_empty() {
        return Vec::new();
    }
    let known = Known {
        bucket,
        access: around.access,
    };
    let is_raised = |conflict: &&Conflict| conflict.raised_by.iter().any(|change| changes.contains(change));
    let mut warnings: Vec<Warning> = CONFLICTS
        .iter()
        .copied()
        .flatten()
        .filter(is_raised)
        .filter_map(|conflict| warning(conflict, (conflict.ask)(&known)))
        .collect();
    warnings.extend(standing::refused(changes, bucket));
    // What is shown comes first; the order of the table stays otherwise.
    warnings.sort_by_key(|warning| warning.certainty);
    warnings
}

fn warning(conflict: &Conflict, concern: Concern) -> Option<Warning> {
    match concern {
        Concern::None => None,
        Concern::Shown(text) => Some(Warning {
            certainty: Certainty::Shown,
            text,
            source: Some(conflict.source),
        }),
        Concern::NotKnown(why) => Some(Warning {
            certainty: Certainty::NotKnown,
            text: not_known(conflict.about, why),
            source: Some(conflict.source),
        }),
    }
}

fn not_known(about: &str, why: impl Display) -> String {
    format!("It is not known whether this conflicts with {about}: {why}.")
}

#[cfg(test)]
mod tests;
