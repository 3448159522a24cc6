//! Runs that a trend lacks: it says of each that it is missing, and why.

use std::fmt::Write as _;

use serde::Serialize;

use crate::text::{count, counted, legible};

/// Why a run is not in a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// It is damaged, or another version wrote it.
    Unreadable,
    /// It was collected and not judged.
    NotJudged,
    /// It is the same run as another one of the trend.
    Duplicate,
}

impl SkipReason {
    /// Every reason, what needs somebody first.
    pub const ALL: [Self; 3] = [Self::Unreadable, Self::NotJudged, Self::Duplicate];

    /// The reason in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotJudged => "not-judged",
            Self::Duplicate => "duplicate",
        }
    }

    /// The reason as the end of "… is not in the trend:".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Unreadable => "could not be read",
            Self::NotJudged => "not judged yet",
            Self::Duplicate => "the same run as another one",
        }
    }
}

/// A run that is not in a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The name of its directory; empty in a trend that hides names.
    pub directory: String,
    /// Why.
    pub reason: SkipReason,
}

/// How many runs are missing and why, in a sentence; `None` when none is.
pub(super) fn sentence(skipped: &[Skipped]) -> Option<String> {
    if skipped.is_empty() {
        return None;
    }
    let reasons: Vec<_> = SkipReason::ALL
        .into_iter()
        .filter_map(|reason| {
            let number = skipped.iter().filter(|one| one.reason == reason).count();
            (number > 0).then(|| format!("{number} {}", reason.phrase()))
        })
        .collect();
    let missing = counted(skipped.len() as u64, "run", "runs");
    Some(format!("Not in this trend: {missing} ({}).", reasons.join(", ")))
}

/// The directories of the missing runs in lines, no more than so many, and how many more there are. A run whose directory is
/// not to be named stands in the sentence alone.
pub(super) fn lines(skipped: &[Skipped], most: usize) -> String {
    let named: Vec<&Skipped> = skipped.iter().filter(|one| !one.directory.is_empty()).collect();
    let mut lines = String::new();
    for one in named.iter().take(most) {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "  {}: {}", legible(&one.directory), one.reason.phrase());
    }
    if let Some(more @ 1..) = named.len().checked_sub(most) {
        let _ = writeln!(lines, "  … {} more", count(more as u64));
    }
    lines
}
