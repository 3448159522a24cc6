//! `coverage-changes.csv`: a row for each thing that is seen otherwise than before, RFC 4180, every field quoted, schema
//! version 1.
//!
//! docs/comparing.md documents every column.

use std::borrow::Cow;

use s3attest_model::coverage::{AccountStatus, BucketStatus, RegionStatus, SourceStatus};

use super::table::{begin, end, row};
use crate::assessed::AssessedRun;
use crate::comparison::{Absence, AccountCoverageChange, CoverageChange, Moved, coverage_changes};
use crate::error::ReportError;
use crate::staging::Staging;

const HEADER: [&str; 14] = [
    "record",
    "change",
    "account_id",
    "account_name",
    "region",
    "source",
    "bucket",
    "before",
    "after",
    "buckets_listed_before",
    "buckets_listed_after",
    "why_not_named",
    "reason",
    "remedy",
];

type Cells<'change> = [Cow<'change, str>; HEADER.len()];

/// Writes the table.
pub(super) fn write<R: AssessedRun>(earlier: &R, later: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let (mut writer, path) = begin("coverage-changes.csv", staging)?;
    row(&mut writer, &path, &HEADER.map(Cow::Borrowed))?;
    for change in coverage_changes(earlier, later)? {
        if let Some(cells) = cells(&change?) {
            row(&mut writer, &path, &cells)?;
        }
    }
    Ok(end(writer, &path)?)
}

/// The cells of a row; `None` for a bucket that stands as it stood.
fn cells(change: &CoverageChange) -> Option<Cells<'_>> {
    Some(match change {
        CoverageChange::Organization(change) => {
            let mut cells = Cells::default();
            cells[0] = "organization".into();
            cells[1] = change.sighting.as_str().into();
            cells[5] = change.source.key().into();
            cells[7] = change.before.map_or("", SourceStatus::as_str).into();
            cells[8] = change.after.map_or("", SourceStatus::as_str).into();
            cells
        }
        CoverageChange::Account(change) => of_account(change),
        CoverageChange::Region(moved) => {
            let mut cells = of_part("region", moved, RegionStatus::as_str)?;
            cells[4] = moved.what.as_str().into();
            cells
        }
        CoverageChange::Source(moved) => {
            let mut cells = of_part("source", moved, SourceStatus::as_str)?;
            cells[5] = moved.what.key().into();
            cells
        }
        CoverageChange::Bucket(moved) => {
            let mut cells = of_part("bucket", moved, BucketStatus::as_str)?;
            cells[6] = moved.what.as_str().into();
            cells
        }
    })
}

fn of_account(change: &AccountCoverageChange) -> Cells<'_> {
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    [
        "account".into(),
        change.sighting.as_str().into(),
        change.account.as_str().into(),
        change.name.as_str().into(),
        "".into(),
        "".into(),
        "".into(),
        change.before.map_or("", AccountStatus::as_str).into(),
        change.after.map_or("", AccountStatus::as_str).into(),
        number(change.buckets_before).into(),
        number(change.buckets_after).into(),
        change.absence.map_or("", Absence::as_str).into(),
        change.reason.as_str().into(),
        change.remedy.as_str().into(),
    ]
}

/// What the rows of the parts of an account have in common.
fn of_part<'change, T, S: Copy>(
    record: &'static str,
    moved: &'change Moved<T, S>,
    word: fn(S) -> &'static str,
) -> Option<Cells<'change>> {
    let mut cells = Cells::default();
    cells[0] = record.into();
    cells[1] = moved.sighting?.as_str().into();
    cells[2] = moved.account.as_str().into();
    cells[3] = (&*moved.account_name).into();
    cells[7] = moved.before.map_or("", word).into();
    cells[8] = moved.after.map_or("", word).into();
    cells[11] = moved.absence.map_or("", Absence::as_str).into();
    Some(cells)
}
