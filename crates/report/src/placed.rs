//! What a format that other systems read says of the run as a whole, beside its findings: its organization and its times.
//!
//! It knows no format.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use s3attest_model::evidence::Observed;
use s3attest_model::finding::Finding;
use s3attest_model::organization::{Organization, OrganizationRecord};

use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// The organization of a run; `None` for an account without one, and where that could not be read.
pub(crate) fn organization<R: AssessedRun>(run: &R) -> Result<Option<Organization>, ReportError<R::Error>> {
    // It comes first, where there is one.
    let first = run.organization().map_err(ReportError::Run)?.next();
    Ok(match first.transpose().map_err(ReportError::Run)? {
        Some(OrganizationRecord::Organization(evidence)) => match evidence.observed {
            Observed::Present(organization) => Some(organization),
            Observed::Absent | Observed::Gap(_) => None,
        },
        Some(_) | None => None,
    })
}

/// When the last stretch of collecting ended.
pub(crate) fn collected<R: AssessedRun>(run: &R) -> Timestamp {
    let ends = run.sessions().iter().map(|session| session.finished_at);
    ends.max().unwrap_or(run.run().started_at)
}

/// When what the report says was last brought up to date: the end of collecting, or the day by which exceptions were
/// judged where that is later. An assessment has no moment of its own (the same evidence gives the same bytes), so a second
/// judgement of the same evidence is as old as the first, unless its exceptions were judged by a later day.
pub(crate) fn updated<R: AssessedRun>(run: &R) -> Timestamp {
    let collected = collected(run);
    let day = run.summary().exceptions.as_ref().map(|exceptions| exceptions.as_of);
    let judged = day.and_then(|day| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp()));
    judged.map_or(collected, |judged| judged.max(collected))
}

/// The earliest and the latest answer that a verdict was read from; nothing where no call was made.
pub(crate) fn observed(finding: &Finding) -> Option<(Timestamp, Timestamp)> {
    let times = || {
        finding
            .evidence
            .iter()
            .filter_map(|evidence| evidence.source.observed_at)
    };
    Some((times().min()?, times().max()?))
}
