//! `trend.json`: every run in numbers, with its accounts, for a program; one line for each run.
//!
//! The document says its schema, which stands in docs/schemas. Within a schema members keep their names and meaning; new ones
//! may come.

use std::io::Write as _;

use serde_json::json;

use super::{Point, Series, Skipped};
use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};
use crate::text::rfc3339;
use crate::visible;

const SCHEMA: u32 = 1;

/// Writes the document.
pub(super) fn write(series: &[Series], skipped: &[Skipped], staging: &Staging) -> Result<(), WriteError> {
    let mut file = staging.file("trend.json")?;
    let path = file.path().to_owned();
    let failed = |error: std::io::Error| StagedFile::failed(&path, error);
    file.write_line(format!("{{\"schema\":{SCHEMA},\"document\":\"s3attest-trend\",\"runs\":[").as_bytes())?;
    let mut is_first = true;
    for point in series.iter().flat_map(|one| &one.points) {
        if !is_first {
            file.write_line(b",")?;
        }
        is_first = false;
        visible::write(&mut file, &line(point)).map_err(failed)?;
    }
    file.write_all(b"\n],\"skipped\":").map_err(failed)?;
    visible::write(&mut file, &json!(skipped)).map_err(failed)?;
    file.write_all(b"}\n").map_err(failed)?;
    file.finish().map(drop)
}

fn line(point: &Point) -> serde_json::Value {
    let percent = |share: u32| f64::from(share) / 100.0;
    json!({
        "subject": point.subject,
        "id": point.id,
        "started_at": rfc3339(point.started_at),
        "simulated": point.is_simulated,
        "seen_percent": percent(point.seen),
        "accounts_listed": point.accounts_are_listed,
        "passing_percent": point.passing().map(percent),
        "verdicts": point.counts,
        "unaccepted": point.failed.iter()
            .map(|(severity, count)| (severity.to_string(), json!(count))).collect::<serde_json::Map<_, _>>(),
        "controls": point.controls.iter().map(|counts| json!({
            "framework": counts.framework,
            "counts": counts.counts.iter()
                .map(|(status, count)| (status.to_string(), json!(count))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
        "accounts": point.accounts.iter().map(|account| json!({
            "account": account.account,
            "name": account.name,
            "status": account.status,
            "unaccepted": account.failed,
            "unaccepted_seen": account.failed_seen,
            "buckets_listed": account.buckets_listed,
        })).collect::<Vec<_>>(),
        "configuration_digest": point.configuration_digest,
    })
}
