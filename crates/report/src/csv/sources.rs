//! `sources.csv`: a row for each piece of evidence that the sources of the entered accounts gave, also for each gap.

use std::borrow::Cow;

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::EvidenceState;
use s3attest_model::services::{Fact, Facts as _, ServiceRecord};

use super::table::Table;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;
use crate::text::rfc3339;

const COLUMNS: usize = 15;

const HEADER: [&str; COLUMNS] = [
    "account_id",
    "account_name",
    "source",
    "source_title",
    "region",
    "subject",
    "aspect",
    "state",
    "cause",
    "blocked_by",
    "detail",
    "operation",
    "error_code",
    "observed_at",
    "request_id",
];

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mut table = Table::create(staging, "sources.csv", HEADER)?;
    for record in run.coverage().map_err(ReportError::Run)? {
        let CoverageRecord::Account(account) = record.map_err(ReportError::Run)? else {
            continue;
        };
        for record in run.services(&account.account).map_err(ReportError::Run)? {
            let record = record.map_err(ReportError::Run)?;
            for fact in record.reading.facts() {
                table.row(&cells(&record, &fact, &account.name))?;
            }
        }
    }
    Ok(table.finish()?)
}

fn cells<'cells>(
    record: &'cells ServiceRecord,
    fact: &'cells Fact<'_>,
    account_name: &'cells str,
) -> [Cow<'cells, str>; COLUMNS] {
    let (source, gap) = (record.reading.source(), fact.gap());
    [
        record.account.as_str().into(),
        account_name.into(),
        source.key().into(),
        source.title().into(),
        record.region.as_ref().map_or("", |region| region.as_str()).into(),
        fact.subject.as_ref().into(),
        fact.aspect.into(),
        EvidenceState::from(fact.state).as_str().into(),
        gap.map_or("", |gap| gap.cause.as_str()).into(),
        gap.and_then(|gap| gap.blocked_by)
            .map_or("", |blocker| blocker.as_str())
            .into(),
        gap.map_or("", |gap| gap.detail.as_str()).into(),
        fact.source.operation.as_str().into(),
        fact.source.code.as_deref().unwrap_or("").into(),
        fact.source.observed_at.map(rfc3339).unwrap_or_default().into(),
        fact.source.request_id.as_deref().unwrap_or("").into(),
    ]
}
