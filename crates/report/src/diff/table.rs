//! `changes.csv`: a row for each finding that changed, RFC 4180, every field quoted, schema version 1.
//!
//! docs/comparing.md documents every column. Unchanged findings have no rows; `changes.json` counts them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use s3attest_model::finding::Finding;

use super::Titles;
use crate::assessed::AssessedRun;
use crate::comparison::{Kind, changes};
use crate::error::{ReportError, WriteError};
use crate::neutralise::neutralise;
use crate::staging::{StagedFile, Staging};
use crate::text::legible;

const HEADER: [&str; 20] = [
    "kind",
    "failing_anew",
    "account_id",
    "account_name",
    "resource_type",
    "resource_name",
    "resource_arn",
    "region",
    "check_id",
    "check_title",
    "before",
    "after",
    "severity_before",
    "severity_after",
    "message_before",
    "message_after",
    "exception_before",
    "exception_after",
    "why_no_finding",
    "explanation",
];

/// Writes the table.
pub(super) fn write<R: AssessedRun>(earlier: &R, later: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let (mut writer, path) = begin("changes.csv", staging)?;
    row(&mut writer, &path, &HEADER.map(Cow::Borrowed))?;
    let (known, older) = (Titles::of(later), Titles::of(earlier));
    for change in changes(earlier, later)? {
        let change = change?;
        if change.kind == Kind::Unchanged {
            continue;
        }
        let of = |finding: &Option<Finding>, cell: fn(&Finding) -> String| finding.as_ref().map_or(String::new(), cell);
        let severity = |finding: &Finding| finding.severity.to_string();
        let message = |finding: &Finding| finding.message.clone();
        let exception = |finding: &Finding| finding.exception.as_ref().map_or(String::new(), |one| one.id.clone());
        let (resource, check) = (change.resource(), change.check());
        let title = match known.title(check) {
            id if id == check.as_str() => older.title(check),
            title => title,
        };
        let cells: [Cow<'_, str>; 20] = [
            change.kind.as_str().into(),
            if change.is_failing_anew() { "true" } else { "false" }.into(),
            resource.account().as_str().into(),
            (&*change.account_name).into(),
            resource.kind().into(),
            resource.name().into(),
            resource.arn().into(),
            resource.region().map_or("", |region| region.as_str()).into(),
            check.as_str().into(),
            title.into(),
            change.before.as_str().into(),
            change.after.as_str().into(),
            of(&change.earlier, severity).into(),
            of(&change.later, severity).into(),
            of(&change.earlier, message).into(),
            of(&change.later, message).into(),
            of(&change.earlier, exception).into(),
            of(&change.later, exception).into(),
            change.absence.map_or("", |absence| absence.as_str()).into(),
            change.explanation().into(),
        ];
        row(&mut writer, &path, &cells)?;
    }
    Ok(end(writer, &path)?)
}

/// Begins a table; its path is for errors.
pub(super) fn begin(name: &str, staging: &Staging) -> Result<(csv::Writer<StagedFile>, PathBuf), WriteError> {
    let file = staging.file(name)?;
    let path = file.path().to_owned();
    let writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(file);
    Ok((writer, path))
}

/// Completes a table.
pub(super) fn end(writer: csv::Writer<StagedFile>, path: &Path) -> Result<(), WriteError> {
    let file = writer
        .into_inner()
        .map_err(|error| StagedFile::failed(path, error.into_error()))?;
    file.finish().map(drop)
}

/// Writes a row. Characters that a reader cannot see become visible, and what a spreadsheet would execute becomes text.
pub(super) fn row(writer: &mut csv::Writer<StagedFile>, path: &Path, cells: &[Cow<'_, str>]) -> Result<(), WriteError> {
    let failed = |error: csv::Error| {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => std::io::Error::other(format!("{other:?}")),
        };
        StagedFile::failed(path, source)
    };
    for cell in cells {
        writer
            .write_field(neutralise(&legible(cell)).as_bytes())
            .map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)
}
