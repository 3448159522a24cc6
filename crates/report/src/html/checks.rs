//! The checks' pages: what each asks, how it judges, what it found and on which controls it bears.
//!
//! It shows how a check describes itself and does not know how it judges.

use std::collections::BTreeMap;

use s3attest_model::assessment::CheckTally;
use s3attest_model::check::{CheckDescription, Scope};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::CheckId;
use serde::Serialize;

use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::finding::{FindingRow, Worst};
use super::markdown::to_html;
use super::places;
use super::words::{self, Mark};

#[derive(Serialize)]
struct Part {
    title: &'static str,
    /// The name by which a link finds it.
    anchor: String,
    /// HTML that [`to_html`] made.
    html: String,
}

#[derive(Serialize)]
struct ControlRow<'page> {
    id: &'page str,
    title: &'page str,
    page: String,
    /// The framework, where it is not the first one.
    framework: Option<&'page str>,
    status: Mark,
    strength: &'static str,
    rationale: &'page str,
}

#[derive(Serialize)]
struct CheckPage<'page> {
    id: &'page str,
    title: &'page str,
    question: &'page str,
    severity: Mark,
    scope: &'static str,
    operations: &'page [String],
    sources: &'page [String],
    counts: VerdictCounts,
    bar: Bar,
    parts: Vec<Part>,
    controls: Vec<ControlRow<'page>>,
    open: Vec<FindingRow>,
    open_total: u64,
}

#[derive(Serialize)]
struct ChecksRow<'page> {
    id: &'page str,
    title: &'page str,
    page: String,
    severity: Mark,
    scope: &'static str,
    counts: VerdictCounts,
    controls: usize,
}

/// Writes the list of checks and the page of each.
pub(super) fn write(book: &Book<'_>, tallies: &[CheckTally], open: &BTreeMap<CheckId, Worst>) -> Result<(), PageError> {
    let tallies: BTreeMap<&CheckId, VerdictCounts> = tallies.iter().map(|tally| (&tally.check, tally.counts)).collect();
    let mut rows = Vec::new();
    for check in book.checks {
        let counts = tallies.get(&check.id).copied().unwrap_or_default();
        let controls = controls(book, &check.id);
        rows.push(ChecksRow {
            id: check.id.as_str(),
            title: &check.title,
            page: places::check(&check.id),
            severity: words::severity(check.severity),
            scope: scope(check.scope),
            counts,
            controls: controls.len(),
        });
        let page = CheckPage {
            id: check.id.as_str(),
            title: &check.title,
            question: &check.question,
            severity: words::severity(check.severity),
            scope: scope(check.scope),
            operations: &check.operations,
            sources: &check.sources,
            counts,
            bar: Bar::of_verdicts(counts),
            parts: parts(check),
            controls,
            open: open.get(&check.id).map(Worst::rows).unwrap_or_default(),
            open_total: counts.fail + counts.not_assessed,
        };
        book.page(
            Sheet {
                template: "pages/check.hbs",
                path: &places::check(&check.id),
                title: &check.title,
                section: "checks",
            },
            &page,
        )?;
    }
    book.page(
        Sheet {
            template: "pages/checks.hbs",
            path: places::CHECKS,
            title: "Checks",
            section: "checks",
        },
        &serde_json::json!({ "rows": rows }),
    )
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "the organization",
        Scope::Account => "each account",
        Scope::Region => "each enabled region of each account",
        Scope::AccessPoint => "each access point",
        Scope::Bucket => "each bucket",
    }
}

fn parts(check: &CheckDescription) -> Vec<Part> {
    let page = &check.page;
    [
        ("What it checks", &page.what_it_checks),
        ("Why it matters", &page.why_it_matters),
        ("How it is judged", &page.how_it_is_judged),
        ("Remediation", &page.remediation),
        ("References", &page.references),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
    .map(|(title, text)| Part {
        title,
        anchor: title.to_lowercase().replace(' ', "-"),
        html: to_html(text),
    })
    .collect()
}

fn controls<'run>(book: &Book<'run>, check: &CheckId) -> Vec<ControlRow<'run>> {
    book.controls()
        .flat_map(|control| control.checks.iter().map(move |bearing| (control, bearing)))
        .filter(|(_, bearing)| bearing.check == *check)
        .map(|(control, bearing)| ControlRow {
            id: control.control.as_str(),
            title: &control.title,
            page: book.control_page(control).unwrap_or_default(),
            framework: book
                .other(&control.framework)
                .and_then(|framework| book.framework_title(framework)),
            status: words::control_status(control.status),
            strength: words::strength(bearing.strength),
            rationale: &bearing.rationale,
        })
        .collect()
}
