//! What changed since an earlier run, for the front page: in what could be seen, in the findings, in the controls.
//!
//! It shows a comparison and does not know how it came about.

use s3attest_model::control::ControlStatus;
use serde::Serialize;

use super::book::Book;
use super::finding::FindingRow;
use super::words::{self, Mark};
use crate::comparison::{Change, Comparison, Kind, Sighting};
use crate::text::{clip, moment, share};

/// How many findings that fail anew the front page lists.
pub(super) const FAILING_ANEW: usize = 10;

/// How many controls with another status it lists.
const CONTROLS: usize = 20;

/// A difference is cut here.
const DIFFERENCE: usize = 200;

/// What became of findings.
#[derive(Serialize)]
struct KindRow {
    mark: Mark,
    title: &'static str,
    meaning: &'static str,
    changes: u64,
    failing_now: u64,
}

/// In what the runs differ besides their findings.
#[derive(Serialize)]
struct DifferenceRow {
    title: &'static str,
    earlier: String,
    later: String,
    is_grave: bool,
}

/// How many accounts are seen otherwise than before.
#[derive(Serialize)]
struct SightingRow {
    title: &'static str,
    accounts: usize,
}

/// A control with another status.
#[derive(Serialize)]
struct ControlRow {
    id: String,
    title: String,
    framework: Option<String>,
    page: Option<String>,
    before: Option<Mark>,
    after: Option<Mark>,
}

/// What changed.
#[derive(Serialize)]
pub(super) struct ChangesView {
    earlier: String,
    started: String,
    seen_before: String,
    seen_now: String,
    is_less_seen: bool,
    differences: Vec<DifferenceRow>,
    sightings: Vec<SightingRow>,
    kinds: Vec<KindRow>,
    unchanged: u64,
    failing_anew: u64,
    fixed: u64,
    anew: Vec<FindingRow>,
    controls: Vec<ControlRow>,
    controls_total: usize,
}

impl ChangesView {
    pub(super) fn new(book: &Book<'_>, comparison: &Comparison) -> Self {
        let (earlier, later) = (&comparison.earlier, &comparison.later);
        let changed = comparison.kinds.iter().filter(|(_, tally)| tally.changes > 0);
        let status = |status: Option<ControlStatus>| status.map(words::control_status);
        Self {
            earlier: earlier.id.clone(),
            started: moment(earlier.started_at),
            seen_before: share(earlier.seen),
            seen_now: share(later.seen),
            is_less_seen: later.seen < earlier.seen,
            differences: comparison
                .differences
                .iter()
                .map(|difference| DifferenceRow {
                    title: difference.aspect.title(),
                    earlier: clip(&difference.earlier, DIFFERENCE).into_owned(),
                    later: clip(&difference.later, DIFFERENCE).into_owned(),
                    is_grave: difference.aspect.is_grave(),
                })
                .collect(),
            sightings: Sighting::ALL
                .into_iter()
                .map(|sighting| SightingRow {
                    title: sighting.title(),
                    accounts: comparison.coverage.accounts_with(sighting).count(),
                })
                .filter(|row| row.accounts > 0)
                .collect(),
            kinds: changed
                .filter(|(kind, _)| *kind != Kind::Unchanged)
                .map(|(kind, tally)| KindRow {
                    mark: mark(*kind),
                    title: kind.title(),
                    meaning: kind.meaning(),
                    changes: tally.changes,
                    failing_now: tally.failing_now,
                })
                .collect(),
            unchanged: comparison.of_kind(Kind::Unchanged).changes,
            failing_anew: comparison.failing_anew.values().sum(),
            fixed: comparison.of_kind(Kind::Fixed).changes,
            anew: anew(book, comparison),
            controls_total: comparison.controls.len(),
            controls: comparison
                .controls
                .iter()
                .take(CONTROLS)
                .map(|change| ControlRow {
                    id: change.control.to_string(),
                    title: change.title.clone(),
                    framework: book.other(&change.framework).map(str::to_owned),
                    page: book
                        .control(&change.framework, &change.control)
                        .and_then(|control| book.control_page(control)),
                    before: status(change.before),
                    after: status(change.after),
                })
                .collect(),
        }
    }
}

/// The worst findings that fail anew, each with what became of it.
fn anew(book: &Book<'_>, comparison: &Comparison) -> Vec<FindingRow> {
    let kinds = Kind::ALL.into_iter();
    let mut changes: Vec<&Change> = kinds
        .flat_map(|kind| comparison.worst_of(kind))
        .filter(|change| change.is_failing_anew() && change.later.is_some())
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.severity()));
    changes.truncate(FAILING_ANEW);
    changes
        .into_iter()
        .map(|change| FindingRow::new(book, change.finding(), &change.account_name).became(became(change)))
        .collect()
}

/// What became of a finding, with its severities where they differ.
fn became(change: &Change) -> String {
    let title = change.kind.title();
    match change.severities() {
        Some((before, after)) => format!("{title}: {before} before, {after} now"),
        None => title.to_owned(),
    }
}

/// The shape of a kind: what needs somebody, what is not known any more, what got better, and the rest.
fn mark(kind: Kind) -> Mark {
    let class = match kind {
        Kind::Regressed | Kind::New | Kind::NoLongerAccepted => "bad",
        Kind::NoLongerVisible | Kind::LeftScope => "unknown",
        Kind::Accepted => "accepted",
        Kind::Fixed => "good",
        Kind::SeverityChanged
        | Kind::VisibleAgain
        | Kind::EnteredScope
        | Kind::Appeared
        | Kind::ApplicabilityChanged => "there",
        Kind::Gone | Kind::Unchanged => "none",
    };
    Mark {
        class,
        key: kind.as_str(),
        word: kind.title(),
    }
}
