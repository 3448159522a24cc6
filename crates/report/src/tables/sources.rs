//! `sources`: a row for each piece of evidence that the sources of the entered accounts gave, also for each gap.

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::EvidenceState;
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Fact, Facts as _, ServiceRecord};

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

pub(super) struct Sources;

const COLUMNS: &[Column] = &[
    Column::text("account_id", "The account."),
    Column::text("account_name", "The account's name; empty when only the id is known."),
    Column::text("source", "The source, as the configuration writes it."),
    Column::text("source_title", "The source, as the pages write it."),
    Column::text(
        "region",
        "The region that was asked; empty for a source that is read once for the account.",
    ),
    Column::text(
        "subject",
        "What was asked about, such as a trail's ARN; empty for the source as a whole.",
    ),
    Column::text("aspect", "What was asked of it, in a few words."),
    Column::grade(
        "state",
        "What came of asking: present, absent (AWS said that there is none) or gap.",
    ),
    Column::text("cause", "For a gap: why, such as denied or not-subscribed."),
    Column::text("blocked_by", "For a denial: the kind of document that refused."),
    Column::text("detail", "For a gap: what AWS or the network said."),
    Column::text("operation", "The call, or the one that would have been made."),
    Column::text("error_code", "The error code of the answer, where it had one."),
    Column::moment("observed_at", "When the answer came; empty when no call was made."),
    Column::text(
        "request_id",
        "The request id of the call, for CloudTrail and AWS Support; empty when there was no answer.",
    ),
];

impl Definition for Sources {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each piece of evidence that a source gave of an account, whatever came of asking: by \
                                 account, then in the order in which the run keeps them.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        for record in run.coverage().map_err(ReportError::Run)? {
            let CoverageRecord::Account(account) = record.map_err(ReportError::Run)? else {
                continue;
            };
            for record in run.services(&account.account).map_err(ReportError::Run)? {
                let record = record.map_err(ReportError::Run)?;
                for fact in record.reading.facts() {
                    rows.row(&cells(&record, &fact, &account.name))?;
                }
            }
        }
        Ok(())
    }
}

fn cells<'row>(
    record: &'row ServiceRecord,
    fact: &'row Fact<'_>,
    account_name: &'row str,
) -> [Cell<'row>; COLUMNS.len()] {
    let (source, gap) = (record.reading.source(), fact.gap());
    [
        record.account.as_str().into(),
        account_name.into(),
        source.key().into(),
        source.title().into(),
        record.region.as_ref().map(RegionName::as_str).into(),
        fact.subject.as_ref().into(),
        fact.aspect.into(),
        EvidenceState::from(fact.state).as_str().into(),
        gap.map(|gap| gap.cause.as_str()).into(),
        gap.and_then(|gap| gap.blocked_by)
            .map(s3attest_model::evidence::BlockedBy::as_str)
            .into(),
        gap.map(|gap| gap.detail.as_str()).into(),
        fact.source.operation.as_str().into(),
        fact.source.code.as_deref().into(),
        fact.source.observed_at.into(),
        fact.source.request_id.as_deref().into(),
    ]
}
