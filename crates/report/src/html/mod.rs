//! Pages for a browser: complete without scripts, offline, and one file for each thing that a reader may ask about.
//!
//! One module per kind of page. Views are built here and templates only lay them out, so nothing is decided in a
//! template. It does not know where a run is kept.

mod access;
mod account;
mod account_row;
mod accounts;
mod bar;
mod book;
mod bucket;
mod change;
mod changes;
mod checks;
mod controls;
mod coverage;
mod diagram;
mod evidence;
mod exceptions;
mod finding;
mod findings;
mod fixes;
mod heat;
mod index;
mod markdown;
mod method;
mod pager;
mod places;
mod ranked;
mod regions;
mod remedy;
mod score;
mod search;
mod services;
mod single;
mod sources;
mod standing;
mod templates;
mod walk;
mod words;

use s3attest_model::evidence::Evidence;
use s3attest_model::organization::Organization;

use crate::assessed::AssessedRun;
use crate::comparison::Comparison;
use crate::error::ReportError;
use crate::organization;
use crate::settings::Settings;
use crate::staging::Staging;

pub(crate) use single::Single;
pub use templates::Templates;

/// The pages and directories, under their final names.
pub(crate) const ENTRIES: &[&str] = &[
    "index.html",
    "accounts",
    "accounts.html",
    "assets",
    "buckets",
    "checks",
    "checks.html",
    "controls",
    "controls.html",
    "exceptions",
    "exceptions.html",
    "findings",
    "findings.html",
    "map",
    "map.html",
    "method.html",
    "sources.html",
];

/// Writes every page.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let engine = templates::Engine::new(&settings.templates)?;
    let organization = organization::evidence(run)?;
    let book = book::Book::new(run, engine, staging, subject(run, organization.as_ref()))?;
    let summary = run.summary();
    let (walked, front) = walk::walk(run, &book)?;
    let severities = bar::Bar::of_severities(&summary.failed_by_severity);
    let comparison = settings
        .previous
        .map(|previous| Comparison::of(previous, run, changes::FAILING_ANEW));
    let comparison = comparison.transpose()?;
    index::write(
        run,
        &book,
        organization.as_ref(),
        (&walked, &front),
        comparison.as_ref(),
    )?;
    walked.search.finish(&book)?;
    walked.findings.write(&book, summary.counts, &severities)?;
    checks::write(&book, &summary.checks, &walked.open_of_check)?;
    controls::write(&book, &walked.standings, &walked.open_of_check, &walked.beside)?;
    exceptions::write(
        &book,
        summary.exceptions.as_ref(),
        summary.counts.accepted,
        &walked.excepted,
    )?;
    walked.sources.write(run, &book)?;
    method::write(run, &book, organization.as_ref())?;
    Ok(book.assets()?)
}

/// Whose buckets the report is about.
fn subject<R: AssessedRun>(run: &R, organization: Option<&Evidence<Organization>>) -> String {
    match organization.and_then(|organization| organization.known().ok().flatten()) {
        Some(organization) => format!("Organization {}", organization.id),
        None => format!("Account {}", run.run().caller.account),
    }
}
