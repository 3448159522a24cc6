//! `exceptions.csv`: a row for each exception that the judgement was given, with what became of it.

use std::borrow::Cow;

use s3attest_model::exception::{AssessedExceptions, ExceptionTally, Wanted};

use super::table::{Table, list, number};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

const HEADER: [&str; 25] = [
    "exception_id",
    "state",
    "use",
    "over_broad",
    "check",
    "account",
    "bucket",
    "resource",
    "tag",
    "patterns",
    "owner",
    "reason",
    "ticket",
    "expires",
    "note",
    "findings_accepted",
    "findings_fail",
    "findings_not_assessed",
    "findings_pass",
    "findings_not_applicable",
    "findings_tags_unknown",
    "resources",
    "file",
    "line",
    "as_of",
];

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mut table = Table::create(staging, "exceptions.csv", HEADER)?;
    if let Some(assessed) = &run.summary().exceptions {
        for tally in &assessed.tallies {
            table.row(&cells(assessed, tally))?;
        }
    }
    Ok(table.finish()?)
}

fn cells<'run>(assessed: &'run AssessedExceptions, tally: &'run ExceptionTally) -> [Cow<'run, str>; 25] {
    let exception = &tally.exception;
    let selectors = &exception.selectors;
    let wanted = |wanted: &'run Option<Wanted>| Cow::Borrowed(wanted.as_ref().map_or("", Wanted::text));
    let counts = &tally.counts;
    [
        exception.id.as_str().into(),
        tally.standing.as_str().into(),
        tally.usage().as_str().into(),
        list(tally.breadth(assessed.most_resources).into_iter()),
        wanted(&selectors.check),
        wanted(&selectors.account),
        wanted(&selectors.bucket),
        wanted(&selectors.resource),
        wanted(&selectors.tag),
        list(
            selectors
                .named()
                .into_iter()
                .filter(|(_, wanted)| wanted.is_pattern())
                .map(|(key, _)| key.to_owned()),
        ),
        exception.owner.as_str().into(),
        exception.reason.as_str().into(),
        exception.ticket.as_str().into(),
        exception.expires.to_string().into(),
        exception.note.as_deref().unwrap_or_default().into(),
        number(counts.accepted),
        number(counts.fail),
        number(counts.not_assessed),
        number(counts.pass),
        number(counts.not_applicable),
        number(tally.tags_unknown),
        number(tally.resources),
        assessed.file.as_str().into(),
        number(u64::from(exception.line)),
        assessed.as_of.to_string().into(),
    ]
}
