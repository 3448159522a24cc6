//! Scope and method: what was read, as whom, by which calls, and how verdicts come about.
//!
//! It tells what the run recorded and the promises of the tool; it measures nothing itself.

use std::collections::BTreeMap;

use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::control::Baseline;
use s3attest_model::evidence::{Evidence, GapCause};
use s3attest_model::ledger::LedgerEntry;
use s3attest_model::organization::Organization;
use s3attest_model::run::{CollectionSession, Mode, RunInformation, ScopeSelection};
use s3attest_model::services::ServiceSource;
use serde::Serialize;

use super::book::{Book, PageError, Sheet};
use super::controls::{StatusCount, selected, statuses};
use super::evidence::AnswerView;
use super::places;
use crate::assessed::AssessedRun;
use crate::text::{counted, moment};

#[derive(Serialize)]
struct MethodPage<'page> {
    organization: Option<AnswerView>,
    single_account: Option<&'page str>,
    caller: &'page str,
    role: &'page str,
    partition: &'static str,
    run: &'page str,
    snapshot_schema: u32,
    collection_digest: &'page str,
    judgement_digest: &'page str,
    collected_by: &'page str,
    judged_by: &'page str,
    framework: &'page str,
    framework_id: &'page str,
    catalogue: &'page str,
    scope: Vec<String>,
    settings_left_out: &'page [String],
    sources_left_out: Vec<String>,
    sessions: Vec<SessionRow>,
    ledger: Vec<LedgerRow>,
    total: LedgerRow,
    statuses: Vec<StatusCount>,
    baseline: Option<&'static str>,
    frameworks: Vec<FrameworkRow<'page>>,
    causes: Vec<CauseRow>,
    exceptions: Option<Given<'page>>,
}

/// The exceptions that the judgement was given.
#[derive(Serialize)]
struct Given<'page> {
    as_of: String,
    digest: &'page str,
}

/// A framework by which was judged.
#[derive(Serialize)]
struct FrameworkRow<'page> {
    framework: &'page FrameworkInformation,
    page: String,
    extent: Option<&'page str>,
    overlays: &'page [String],
}

#[derive(Serialize)]
struct SessionRow {
    started: String,
    finished: String,
    lasted: String,
    calls: u64,
}

#[derive(Serialize)]
struct LedgerRow {
    operation: String,
    calls: u64,
    attempts: u64,
    throttles: u64,
    errors: u64,
    kilobytes: u64,
    paced: String,
}

#[derive(Serialize)]
struct CauseRow {
    key: &'static str,
    phrase: &'static str,
}

/// Writes the page.
pub(super) fn write<R: AssessedRun>(
    run: &R,
    book: &Book<'_>,
    organization: Option<&Evidence<Organization>>,
) -> Result<(), PageError> {
    let (information, summary) = (run.run(), run.summary());
    let ledger = sum(run.sessions());
    let page = MethodPage {
        organization: organization.map(|evidence| AnswerView::of_evidence("Organization", "organization", evidence)),
        single_account: match &information.mode {
            Mode::Organization => None,
            Mode::SingleAccount(reason) => Some(reason),
        },
        caller: &information.caller.arn,
        role: &information.role_template,
        partition: information.partition.as_str(),
        run: &information.id,
        snapshot_schema: information.schema,
        collection_digest: &information.configuration_digest,
        judgement_digest: &summary.configuration_digest,
        collected_by: &information.tool_version,
        judged_by: &summary.tool_version,
        framework: &summary.framework.title,
        framework_id: &summary.framework.id,
        catalogue: &summary.framework.catalogue_version,
        scope: scope(&information.scope),
        settings_left_out: &information.settings_left_out,
        sources_left_out: sources_left_out(information),
        sessions: run.sessions().iter().map(session).collect(),
        total: total(&ledger),
        ledger: ledger.values().map(row).collect(),
        statuses: statuses(&selected(book, &summary.framework)),
        exceptions: summary.exceptions.as_ref().map(|assessed| Given {
            as_of: assessed.as_of.to_string(),
            digest: &assessed.digest,
        }),
        baseline: book.selection.baseline.map(Baseline::title),
        frameworks: book
            .frameworks
            .iter()
            .map(|framework| FrameworkRow {
                framework,
                page: places::controls(book.other(&framework.id)),
                extent: framework.extent.as_deref(),
                overlays: &framework.overlays,
            })
            .collect(),
        causes: GapCause::ALL
            .into_iter()
            .map(|cause| CauseRow {
                key: cause.as_str(),
                phrase: cause.phrase(),
            })
            .collect(),
    };
    book.page(
        Sheet {
            template: "pages/method.hbs",
            path: places::METHOD,
            title: "Scope and method",
            section: "method",
        },
        &page,
    )
}

/// What the configuration selects, in sentences; empty when it selects everything.
pub(super) fn scope(scope: &ScopeSelection) -> Vec<String> {
    [
        ("Only these accounts", &scope.include_accounts),
        ("Without these accounts", &scope.exclude_accounts),
        ("Only these organizational units", &scope.include_organizational_units),
        (
            "Without these organizational units",
            &scope.exclude_organizational_units,
        ),
        ("Only accounts with these tags", &scope.include_tags),
        ("Without accounts with these tags", &scope.exclude_tags),
    ]
    .into_iter()
    .filter(|(_, values)| !values.is_empty())
    .map(|(what, values)| format!("{what}: {}", values.join(", ")))
    .collect()
}

/// The sources that the run was told to leave out, by their titles; by their keys where this program knows none.
pub(super) fn sources_left_out(run: &RunInformation) -> Vec<String> {
    let title =
        |key: &str| ServiceSource::of_key(key).map_or_else(|| key.to_owned(), |source| source.title().to_owned());
    run.sources_left_out.iter().map(|key| title(key)).collect()
}

fn sum(sessions: &[CollectionSession]) -> BTreeMap<String, LedgerEntry> {
    let mut entries: BTreeMap<String, LedgerEntry> = BTreeMap::new();
    for entry in sessions.iter().flat_map(|session| &session.ledger.entries) {
        match entries.get_mut(entry.operation.as_str()) {
            Some(sum) => add(sum, entry),
            None => {
                entries.insert(entry.operation.to_string(), entry.clone());
            }
        }
    }
    entries
}

fn add(sum: &mut LedgerEntry, entry: &LedgerEntry) {
    sum.calls += entry.calls;
    sum.attempts += entry.attempts;
    sum.throttles += entry.throttles;
    sum.errors += entry.errors;
    sum.bytes += entry.bytes;
    sum.paced_milliseconds += entry.paced_milliseconds;
}

fn row(entry: &LedgerEntry) -> LedgerRow {
    LedgerRow {
        operation: entry.operation.to_string(),
        calls: entry.calls,
        attempts: entry.attempts,
        throttles: entry.throttles,
        errors: entry.errors,
        kilobytes: entry.bytes.div_ceil(1_000),
        paced: seconds(entry.paced_milliseconds),
    }
}

fn total(entries: &BTreeMap<String, LedgerEntry>) -> LedgerRow {
    let mut total = LedgerEntry {
        operation: s3attest_model::evidence::Operation::named("All operations"),
        calls: 0,
        attempts: 0,
        throttles: 0,
        errors: 0,
        bytes: 0,
        paced_milliseconds: 0,
    };
    for entry in entries.values() {
        add(&mut total, entry);
    }
    row(&total)
}

fn session(session: &CollectionSession) -> SessionRow {
    let lasted = session.finished_at.as_second() - session.started_at.as_second();
    SessionRow {
        started: moment(session.started_at),
        finished: moment(session.finished_at),
        lasted: counted(u64::try_from(lasted).unwrap_or(0), "second", "seconds"),
        calls: session.ledger.entries.iter().map(|entry| entry.calls).sum(),
    }
}

fn seconds(milliseconds: u64) -> String {
    format!(
        "{}.{} s",
        crate::text::count(milliseconds / 1_000),
        milliseconds % 1_000 / 100
    )
}
