//! How old what a report says is.
//!
//! No time is that of writing: the same evidence gives the same bytes. It knows no format.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use s3attest_model::finding::Finding;

use crate::assessed::AssessedRun;

/// When the last stretch of collecting ended.
pub(crate) fn collected<R: AssessedRun>(run: &R) -> Timestamp {
    let ends = run.sessions().iter().map(|session| session.finished_at);
    ends.max().unwrap_or(run.run().started_at)
}

/// When what the report says was last brought up to date: the end of collecting, or the day by which exceptions were
/// judged where that is later. An assessment has no moment of its own, so a second judgement of the same evidence is as old
/// as the first, unless its exceptions were judged by a later day.
pub(crate) fn updated<R: AssessedRun>(run: &R) -> Timestamp {
    let collected = collected(run);
    let day = run.summary().exceptions.as_ref().map(|exceptions| exceptions.as_of);
    let judged = day.and_then(|day| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp()));
    judged.map_or(collected, |judged| judged.max(collected))
}

/// The earliest and the latest answer that a verdict was read from; nothing where no call was made.
pub(crate) fn observed(finding: &Finding) -> Option<(Timestamp, Timestamp)> {
    let evidence = finding.evidence.iter();
    let times = evidence.filter_map(|evidence| evidence.source.observed_at);
    Some((times.clone().min()?, times.max()?))
}
