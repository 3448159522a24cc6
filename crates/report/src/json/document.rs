//! `report.json`: the run, the assessment in numbers, the checks, the controls and the exceptions.
//!
//! Its size depends on the number of accounts and controls, never on findings or buckets.

use std::collections::BTreeMap;
use std::io::Write as _;

use jiff::Timestamp;
use s3attest_model::assessment::{AccountTally, AssessmentSummary, CheckTally, FrameworkInformation};
use s3attest_model::check::CheckDescription;
use s3attest_model::coverage::{BucketCounts, CoverageTotals, ReadCounts, SourceTally};
use s3attest_model::evidence::Gap;
use s3attest_model::exception::AssessedExceptions;
use s3attest_model::finding::VerdictCounts;
use s3attest_model::run::{Caller, CollectionSession, Mode, RunInformation, ScopeSelection};
use serde::Serialize;

use super::control::{self, Control};
use super::{SCHEMA, Written};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::{StagedFile, Staging};
use crate::visible;

#[derive(Serialize)]
struct Document<'run> {
    format: &'static str,
    schema: u32,
    run: Run<'run>,
    assessment: Assessment<'run>,
    coverage: Coverage<'run>,
    checks: &'run [CheckDescription],
    controls: Vec<Control<'run>>,
    exceptions: Option<&'run AssessedExceptions>,
    /// The files of lines beside this one.
    files: [Written; 3],
}

#[derive(Serialize)]
struct Run<'run> {
    id: &'run str,
    snapshot_schema: u32,
    tool_version: &'run str,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    partition: &'run str,
    caller: &'run Caller,
    mode: &'static str,
    /// Why only one account was read, where that is so.
    mode_reason: Option<&'run str>,
    role_template: &'run str,
    scope: &'run ScopeSelection,
    settings_left_out: &'run [String],
    sources_left_out: &'run [String],
    configuration_digest: &'run str,
    is_simulated: bool,
    sessions: &'run [CollectionSession],
}

#[derive(Serialize)]
struct Assessment<'run> {
    summary_schema: u32,
    tool_version: &'run str,
    configuration_digest: &'run str,
    frameworks: Vec<&'run FrameworkInformation>,
    baseline: Option<&'static str>,
    counts: VerdictCounts,
    /// Fails by severity, each with how many of them are accepted.
    failed: BTreeMap<&'static str, Failed>,
    checks: &'run [CheckTally],
    accounts: &'run [AccountTally],
}

#[derive(Default, Serialize)]
struct Failed {
    fail: u64,
    accepted: u64,
}

#[derive(Serialize)]
struct Coverage<'run> {
    /// How much of the scope was seen, in ten-thousandths.
    seen: u32,
    /// Why the list of accounts is incomplete, where it is.
    account_listing_gap: Option<&'run Gap>,
    accounts: BTreeMap<&'static str, u64>,
    buckets: BucketCounts,
    reads: ReadCounts,
    regions_off: u64,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct Source {
    #[serde(rename = "source")]
    key: &'static str,
    accounts: BTreeMap<&'static str, u64>,
    not_reached: u64,
    out_of_scope: u64,
}

pub(super) fn write<R: AssessedRun>(
    run: &R,
    files: [Written; 3],
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let summary = run.summary();
    let document = Document {
        format: "s3attest-report",
        schema: SCHEMA,
        run: information(run.run(), run.sessions()),
        assessment: assessment(summary),
        coverage: coverage(summary),
        checks: run.checks(),
        controls: control::controls(run),
        exceptions: summary.exceptions.as_ref(),
        files,
    };
    let mut file = staging.file("json/report.json")?;
    visible::write(&mut file, &document)
        .and_then(|()| file.write_all(b"\n"))
        .map_err(|error| StagedFile::failed(file.path(), error))?;
    file.finish()?;
    Ok(())
}

fn information<'run>(run: &'run RunInformation, sessions: &'run [CollectionSession]) -> Run<'run> {
    let (mode, mode_reason) = match &run.mode {
        Mode::Organization => ("organization", None),
        Mode::SingleAccount(reason) => ("single-account", Some(reason.as_str())),
    };
    Run {
        id: &run.id,
        snapshot_schema: run.schema,
        tool_version: &run.tool_version,
        started_at: run.started_at,
        finished_at: sessions.iter().map(|session| session.finished_at).max(),
        partition: run.partition.as_str(),
        caller: &run.caller,
        mode,
        mode_reason,
        role_template: &run.role_template,
        scope: &run.scope,
        settings_left_out: &run.settings_left_out,
        sources_left_out: &run.sources_left_out,
        configuration_digest: &run.configuration_digest,
        is_simulated: run.is_simulated,
        sessions,
    }
}

fn assessment(summary: &AssessmentSummary) -> Assessment<'_> {
    let mut failed: BTreeMap<&str, Failed> = BTreeMap::new();
    for (severity, count) in &summary.failed_by_severity {
        failed.entry(severity.as_str()).or_default().fail += count;
    }
    for (severity, count) in &summary.accepted_by_severity {
        failed.entry(severity.as_str()).or_default().accepted += count;
    }
    Assessment {
        summary_schema: summary.schema,
        tool_version: &summary.tool_version,
        configuration_digest: &summary.configuration_digest,
        frameworks: summary.frameworks().collect(),
        baseline: summary.baseline.map(s3attest_model::control::Baseline::as_str),
        counts: summary.counts,
        failed,
        checks: &summary.checks,
        accounts: &summary.accounts,
    }
}

fn coverage(summary: &AssessmentSummary) -> Coverage<'_> {
    let totals: &CoverageTotals = &summary.coverage;
    let by_status = totals.accounts.iter().map(|(status, count)| (status.as_str(), *count));
    Coverage {
        seen: totals.seen,
        account_listing_gap: summary.account_listing_gap.as_ref(),
        accounts: by_status.collect(),
        buckets: totals.buckets,
        reads: totals.reads,
        regions_off: totals.regions_off,
        sources: totals.sources.iter().map(source).collect(),
    }
}

fn source(tally: &SourceTally) -> Source {
    let by_status = tally.accounts.iter().map(|(status, count)| (status.as_str(), *count));
    Source {
        key: tally.source.key(),
        accounts: by_status.collect(),
        not_reached: tally.not_reached,
        out_of_scope: tally.out_of_scope,
    }
}
