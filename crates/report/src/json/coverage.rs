//! `coverage.jsonl`: a line for each source that is read once for the run, and for each account, region, source and bucket,
//! read or not.

use s3attest_model::coverage::CoverageRecord;
use serde::Serialize;

use super::{Lines, SCHEMA, Written};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

/// A line; what it says beside these two stands beside them, as the run's own `coverage.ndjson` has it.
#[derive(Serialize)]
struct Line<'line, T> {
    schema: u32,
    record: &'static str,
    #[serde(flatten)]
    of: &'line T,
}

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<Written, ReportError<R::Error>> {
    let mut lines = Lines::create(staging, "coverage.jsonl")?;
    for record in run.coverage().map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        match &record {
            CoverageRecord::Organization(source) => lines.line(&line("organization", source))?,
            CoverageRecord::Account(account) => lines.line(&line("account", account.as_ref()))?,
            CoverageRecord::Region(region) => lines.line(&line("region", region))?,
            CoverageRecord::Source(source) => lines.line(&line("source", source))?,
            CoverageRecord::Bucket(bucket) => lines.line(&line("bucket", bucket))?,
        }
    }
    Ok(lines.finish()?)
}

fn line<'line, T>(record: &'static str, of: &'line T) -> Line<'line, T> {
    Line {
        schema: SCHEMA,
        record,
        of,
    }
}
