//! `changes.json`: everything about a comparison for a program, written as a stream: one line for each change.
//!
//! The document says its schema, which stands in docs/schemas. Within a schema members keep their names and meaning; new ones
//! may come.

use std::io::Write as _;

use s3attest_model::check::Severity;
use s3attest_model::coverage::BucketStatus;
use s3attest_model::finding::{Finding, Resource, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use crate::assessed::AssessedRun;
use crate::comparison::{
    Absence, Change, Comparison, CoverageChange, Kind, Moved, RunInBrief, changes, coverage_changes,
};
use crate::error::ReportError;
use crate::staging::{StagedFile, Staging};
use crate::text::rfc3339;
use crate::visible;

const SCHEMA: u32 = 1;

/// What one of the runs said.
#[derive(Serialize)]
struct Said<'finding> {
    verdict: Verdict,
    severity: Severity,
    message: &'finding str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'finding str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<&'static str>,
}

impl<'finding> Said<'finding> {
    fn of(finding: &'finding Finding) -> Self {
        Self {
            verdict: finding.verdict,
            severity: finding.severity,
            message: &finding.message,
            exception: finding.exception.as_ref().map(|exception| exception.id.as_str()),
            gap: finding.gap.as_ref().map(|gap| gap.cause.as_str()),
        }
    }
}

#[derive(Serialize)]
struct Line<'change> {
    kind: &'static str,
    failing_anew: bool,
    check: &'change str,
    resource: &'change Resource,
    arn: String,
    account_name: &'change str,
    before: &'static str,
    after: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_no_finding: Option<&'static str>,
    earlier: Option<Said<'change>>,
    later: Option<Said<'change>>,
}

impl<'change> Line<'change> {
    fn of(change: &'change Change) -> Self {
        Self {
            kind: change.kind.as_str(),
            failing_anew: change.is_failing_anew(),
            check: change.check().as_str(),
            resource: change.resource(),
            arn: change.resource().arn(),
            account_name: &change.account_name,
            before: change.before.as_str(),
            after: change.after.as_str(),
            why_no_finding: change.absence.map(Absence::as_str),
            earlier: change.earlier.as_ref().map(Said::of),
            later: change.later.as_ref().map(Said::of),
        }
    }
}

/// Writes the document.
pub(super) fn write<R: AssessedRun>(
    earlier: &R,
    later: &R,
    comparison: &Comparison,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let mut file = staging.file("changes.json")?;
    let path = file.path().to_owned();
    let failed = |error: std::io::Error| StagedFile::failed(&path, error);
    let mut text = Vec::new();
    visible::write(&mut text, &head(comparison)).map_err(failed)?;
    // The object is left open for the changes, which follow one by one.
    text.pop();
    text.extend_from_slice(b",\"changes\":[");
    file.write_line(&text)?;
    let mut is_first = true;
    for change in changes(earlier, later)? {
        let change = change?;
        if change.kind == Kind::Unchanged {
            continue;
        }
        if !is_first {
            file.write_line(b",")?;
        }
        is_first = false;
        visible::write(&mut file, &Line::of(&change)).map_err(failed)?;
    }
    file.write_all(b"\n],\"coverage_changes\":[\n").map_err(failed)?;
    let mut is_first = true;
    for change in coverage_changes(earlier, later)? {
        let Some(line) = part(&change?) else {
            continue;
        };
        if !is_first {
            file.write_line(b",")?;
        }
        is_first = false;
        visible::write(&mut file, &line).map_err(failed)?;
    }
    file.write_all(b"\n]}\n").map_err(failed)?;
    Ok(file.finish().map(drop)?)
}

/// A region, a source or a bucket of an account that is seen otherwise than before; the rest stands in the head.
fn part(change: &CoverageChange) -> Option<Value> {
    match change {
        CoverageChange::Organization(_) | CoverageChange::Account(_) => None,
        CoverageChange::Region(region) => moved("region", region, region.what.as_str()),
        CoverageChange::Source(source) => moved("source", source, source.what.key()),
        CoverageChange::Bucket(bucket) => moved("bucket", bucket, bucket.what.as_str()),
    }
}

fn moved<T, S: Serialize>(record: &str, moved: &Moved<T, S>, name: &str) -> Option<Value> {
    let sighting = moved.sighting?;
    Some(json!({
        "record": record,
        "change": sighting.as_str(),
        "account": moved.account,
        "account_name": *moved.account_name,
        "name": name,
        "before": moved.before,
        "after": moved.after,
        "why_not_named": moved.absence.map(Absence::as_str),
    }))
}

fn head(comparison: &Comparison) -> Value {
    let kinds: serde_json::Map<_, _> = comparison
        .kinds
        .iter()
        .map(|(kind, tally)| {
            let severities: serde_json::Map<_, _> = comparison
                .severities
                .range((*kind, std::cmp::Reverse(Severity::Critical))..=(*kind, std::cmp::Reverse(Severity::Info)))
                .map(|((_, severity), count)| (severity.0.to_string(), json!(count)))
                .collect();
            let numbers = json!({
                "changes": tally.changes,
                "in_earlier": tally.in_earlier,
                "in_later": tally.in_later,
                "failed_before": tally.failed_before,
                "failing_now": tally.failing_now,
                "by_severity": severities,
            });
            (kind.as_str().to_owned(), numbers)
        })
        .collect();
    let named = |kinds: &std::collections::BTreeMap<Kind, u64>| -> Value {
        let named = kinds
            .iter()
            .map(|(kind, count)| (kind.as_str().to_owned(), json!(count)));
        Value::Object(named.collect())
    };
    let status = |status: &Option<BucketStatus>| status.map(BucketStatus::as_str);
    json!({
        "schema": SCHEMA,
        "document": "s3attest-comparison",
        "earlier": run(&comparison.earlier),
        "later": run(&comparison.later),
        "differences": comparison.differences.iter().map(|difference| json!({
            "aspect": difference.aspect.as_str(),
            "grave": difference.aspect.is_grave(),
            "earlier": difference.earlier,
            "later": difference.later,
        })).collect::<Vec<_>>(),
        "kinds": kinds,
        "failing_anew": comparison.failing_anew.iter().rev()
            .map(|(severity, count)| (severity.to_string(), json!(count))).collect::<serde_json::Map<_, _>>(),
        "accounts": comparison.accounts.iter().map(|account| json!({
            "account": account.account,
            "name": *account.name,
            "kinds": named(&account.kinds),
        })).collect::<Vec<_>>(),
        "checks": comparison.checks.iter().map(|(check, kinds)| json!({
            "check": check,
            "kinds": named(kinds),
        })).collect::<Vec<_>>(),
        "coverage": {
            "organization": comparison.coverage.organization.iter().map(|change| json!({
                "source": change.source.key(),
                "change": change.sighting.as_str(),
                "before": change.before,
                "after": change.after,
            })).collect::<Vec<_>>(),
            "accounts": comparison.coverage.accounts.iter().map(|change| json!({
                "account": change.account,
                "name": change.name,
                "change": change.sighting.as_str(),
                "before": change.before,
                "after": change.after,
                "buckets_listed_before": change.buckets_before,
                "buckets_listed_after": change.buckets_after,
                "why_not_named": change.absence.map(Absence::as_str),
                "reason": change.reason,
                "remedy": change.remedy,
            })).collect::<Vec<_>>(),
            "sources": comparison.coverage.sources.iter().map(|change| json!({
                "source": change.source.key(),
                "accounts_lost": change.lost,
                "accounts_regained": change.regained,
                "accounts_changed": change.changed,
                "accounts_left_scope": change.left_scope,
                "accounts_entered_scope": change.entered_scope,
            })).collect::<Vec<_>>(),
            "regions": comparison.coverage.regions.iter().map(|((before, after), count)| json!({
                "before": before,
                "after": after,
                "count": count,
            })).collect::<Vec<_>>(),
            "buckets": comparison.coverage.buckets.iter().map(|((before, after), count)| json!({
                "before": status(before),
                "after": status(after),
                "count": count,
            })).collect::<Vec<_>>(),
        },
        "controls": comparison.controls.iter().map(|change| json!({
            "framework": change.framework,
            "control": change.control,
            "title": change.title,
            "before": change.before,
            "after": change.after,
        })).collect::<Vec<_>>(),
    })
}

fn run(run: &RunInBrief) -> Value {
    json!({
        "id": run.id,
        "started_at": rfc3339(run.started_at),
        "organization": run.organization,
        "seen": f64::from(run.seen) / 100.0,
        "verdicts": run.counts,
    })
}
