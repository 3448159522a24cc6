//! What changed since an earlier run, and nothing else.

use s3attest_model::check::CheckDescription;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountStatus, SourceStatus};

use super::escape::{code, words};
use super::{NAME, Page, ROWS, SENTENCE};
use crate::comparison::{Change, Comparison, Kind, named};
use crate::text::{count, moment, share};

/// Kinds whose findings are named one by one; the others are counted.
const NAMED: [Kind; 9] = [
    Kind::Regressed,
    Kind::New,
    Kind::NoLongerAccepted,
    Kind::SeverityChanged,
    Kind::NoLongerVisible,
    Kind::VisibleAgain,
    Kind::EnteredScope,
    Kind::LeftScope,
    Kind::Fixed,
];

/// Regions and buckets of each kind of change that are named one by one.
const PARTS: usize = 3;

/// Writes what changed.
pub(super) fn write(comparison: &Comparison, checks: &[CheckDescription], page: &mut Page) {
    let earlier = &comparison.earlier;
    page.line(&format!(
        "### Changed since {}, begun {}",
        code(&earlier.id, NAME),
        moment(earlier.started_at)
    ));
    for difference in comparison.grave_differences() {
        page.line(&format!(
            "**Attention:** {}: {} before, {} now.",
            difference.aspect.title(),
            code(&difference.earlier, NAME),
            code(&difference.later, NAME)
        ));
    }
    if earlier.seen != comparison.later.seen {
        page.line(&format!(
            "Coverage was {} and is {}.",
            share(earlier.seen),
            share(comparison.later.seen)
        ));
    }
    coverage(comparison, page);
    if comparison.changed() == 0 {
        page.line("No finding changed.");
    } else {
        let rows: Vec<_> = comparison
            .kinds
            .iter()
            .filter(|(kind, tally)| *kind != Kind::Unchanged && tally.changes > 0)
            .map(|(kind, tally)| vec![kind.title().to_owned(), count(tally.changes), kind.meaning().to_owned()])
            .collect();
        page.table(&["Change", "Findings", "Means"], &rows);
    }
    for kind in NAMED {
        let worst: Vec<&Change> = comparison
            .worst_of(kind)
            .iter()
            .filter(|change| change.concerns_a_fail())
            .take(ROWS / 2)
            .collect();
        if worst.is_empty() {
            continue;
        }
        page.line(&format!("#### {}", kind.title()));
        let rows: Vec<_> = worst.iter().map(|change| row(change, checks)).collect();
        page.table(&["Severity", "Account", "Resource", "Check", "Before", "Now"], &rows);
        page.more(comparison.of_kind(kind).changes, rows.len(), "in the comparison");
    }
    controls(comparison, page);
    let others: Vec<_> = comparison
        .differences
        .iter()
        .filter(|difference| !difference.aspect.is_grave())
        .map(|difference| difference.aspect.title().to_lowercase())
        .collect();
    if !others.is_empty() {
        page.line(&format!(
            "Not the same question in both runs: {}. A finding may have changed because of that.",
            others.join("; ")
        ));
    }
}

fn row(change: &Change, checks: &[CheckDescription]) -> Vec<String> {
    let described = checks.iter().find(|description| description.id == *change.check());
    let title = described.map_or(change.check().as_str(), |description| description.title.as_str());
    vec![
        change.severity().to_string(),
        code(change.resource().account().as_str(), NAME),
        code(change.resource().name(), NAME),
        words(title, NAME * 2).into_owned(),
        change.before_in_words(),
        change.after_in_words(),
    ]
}

fn coverage(comparison: &Comparison, page: &mut Page) {
    for change in &comparison.coverage.organization {
        let status = |status| named(status, SourceStatus::as_str).replace('-', " ");
        page.line(&format!(
            "{}: {} ({} before, {} now).",
            change.source.title(),
            change.sighting.title(),
            status(change.before),
            status(change.after)
        ));
    }
    let status = |status| named(status, AccountStatus::as_str).replace('-', " ");
    let accounts = &comparison.coverage.accounts;
    let rows: Vec<_> = accounts
        .iter()
        .take(ROWS)
        .map(|change| {
            vec![
                code(change.account.as_str(), NAME),
                code(&change.name, NAME),
                change.sighting.title().to_owned(),
                status(change.before),
                status(change.after),
                code(&change.explanation(), SENTENCE),
            ]
        })
        .collect();
    page.table(&["Account", "Name", "Coverage", "Before", "Now", "Why"], &rows);
    page.more(accounts.len() as u64, rows.len(), "accounts whose coverage changed");
    let groups = comparison.coverage.groups(PARTS);
    let rows: Vec<_> = groups
        .iter()
        .take(ROWS)
        .map(|group| {
            let first = group.first.iter();
            let mut which: Vec<String> = first
                .map(|part| format!("{} of {}", code(part.name, NAME), code(part.account.as_str(), NAME)))
                .collect();
            let more = group.count.saturating_sub(which.len() as u64);
            if more > 0 {
                which.push(format!("… and {} more", count(more)));
            }
            vec![
                group.number.clone(),
                group.sighting.title().to_owned(),
                group.words.clone(),
                which.join(", "),
            ]
        })
        .collect();
    page.table(&["Seen otherwise", "Coverage", "Before and now", "Which"], &rows);
    page.more(
        groups.len() as u64,
        rows.len(),
        "ways in which regions and buckets are seen otherwise",
    );
}

fn controls(comparison: &Comparison, page: &mut Page) {
    if comparison.controls.is_empty() {
        return;
    }
    let status = |status: Option<ControlStatus>| status.map_or("not known", ControlStatus::as_str).replace('-', " ");
    page.line("#### Controls");
    let rows: Vec<_> = comparison
        .controls
        .iter()
        .take(ROWS)
        .map(|change| {
            vec![
                words(change.control.as_str(), NAME).into_owned(),
                words(&change.title, NAME).into_owned(),
                status(change.before),
                status(change.after),
            ]
        })
        .collect();
    page.table(&["Control", "Title", "Before", "Now"], &rows);
    page.more(
        comparison.controls.len() as u64,
        rows.len(),
        "controls whose status changed",
    );
}
