//! `exceptions`: a row for each exception that the judgement was given, with what became of it.

use s3attest_model::exception::{AssessedExceptions, ExceptionTally, Wanted};

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

pub(super) struct Exceptions;

const COLUMNS: &[Column] = &[
    Column::text("exception_id", "The exception."),
    Column::grade(
        "state",
        "How it stands on the day of the assessment: in-force, expires-soon or expired.",
    ),
    Column::text(
        "use",
        "Whether something fails that it is about: used, unused, or not-known where nothing does and something that was not assessed or not seen may.",
    ),
    Column::list(
        "over_broad",
        "Why it is broader than an exception should be; empty when it is not.",
    ),
    Column::text(
        "check",
        "The check, or the pattern of checks, that it is about; empty for every check.",
    ),
    Column::text(
        "account",
        "The account, or the pattern of accounts, that it is about; empty for every account.",
    ),
    Column::text(
        "bucket",
        "The bucket, or the pattern of buckets, that it is about; empty when it does not go by buckets.",
    ),
    Column::text(
        "resource",
        "The resource, or the pattern of resources, that it is about; empty when it does not go by ARN.",
    ),
    Column::text(
        "tag",
        "The bucket's tag that it goes by, as key=value; empty when it does not go by a tag.",
    ),
    Column::list("patterns", "Which of those are patterns."),
    Column::text("owner", "Who answers for it."),
    Column::text("reason", "Why the fail is accepted."),
    Column::text("ticket", "Where it was decided."),
    Column::date("expires", "The last day on which it is in force, in UTC."),
    Column::text("note", "Anything else that was written down."),
    Column::number("findings_accepted", "Failed findings that it accepts."),
    Column::number(
        "findings_fail",
        "Failed findings that it is about, those that another exception accepts included.",
    ),
    Column::number(
        "findings_not_assessed",
        "Findings without a verdict for lack of evidence that it is about.",
    ),
    Column::number("findings_pass", "Passed findings that it is about."),
    Column::number(
        "findings_not_applicable",
        "Findings that do not apply and that it is about.",
    ),
    Column::number(
        "findings_tags_unknown",
        "Failed findings that it may be about: it goes by a tag and the bucket's tags are not known.",
    ),
    Column::number("resources", "How many resources it is about that were judged."),
    Column::text("file", "The file in which it is written."),
    Column::number("line", "The line of that file on which it begins."),
    Column::date("as_of", "The day by which it was taken as expired or not, in UTC."),
];

impl Definition for Exceptions {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each exception that the judgement was given, in the order in which they were given, with what became of it.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        if let Some(assessed) = &run.summary().exceptions {
            for tally in &assessed.tallies {
                rows.row(&cells(assessed, tally))?;
            }
        }
        Ok(())
    }
}

fn cells<'run>(assessed: &'run AssessedExceptions, tally: &'run ExceptionTally) -> [Cell<'run>; COLUMNS.len()] {
    let exception = &tally.exception;
    let selectors = &exception.selectors;
    let wanted = |wanted: &'run Option<Wanted>| Cell::from(wanted.as_ref().map(Wanted::text));
    let counts = &tally.counts;
    [
        exception.id.as_str().into(),
        tally.standing.as_str().into(),
        tally.usage().as_str().into(),
        Cell::list(tally.breadth(assessed.most_resources)),
        wanted(&selectors.check),
        wanted(&selectors.account),
        wanted(&selectors.bucket),
        wanted(&selectors.resource),
        wanted(&selectors.tag),
        Cell::list(
            selectors
                .named()
                .into_iter()
                .filter(|(_, wanted)| wanted.is_pattern())
                .map(|(key, _)| key),
        ),
        exception.owner.as_str().into(),
        exception.reason.as_str().into(),
        exception.ticket.as_str().into(),
        exception.expires.into(),
        exception.note.as_deref().into(),
        counts.accepted.into(),
        counts.fail.into(),
        counts.not_assessed.into(),
        counts.pass.into(),
        counts.not_applicable.into(),
        tally.tags_unknown.into(),
        tally.resources.into(),
        assessed.file.as_str().into(),
        u64::from(exception.line).into(),
        assessed.as_of.into(),
    ]
}
