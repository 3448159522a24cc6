//! A comparison of two runs as a person or a program reads it: as text, as a page, as a table, as JSON.
//!
//! One module per form. What changed is decided in [`crate::comparison`]; nothing here judges.

mod coverage_table;
mod html;
mod json;
mod table;
mod text;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use s3attest_model::check::CheckDescription;
use s3attest_model::identifiers::CheckId;

use crate::assessed::AssessedRun;
use crate::comparison::{Comparison, Difference};
use crate::error::ReportError;
use crate::html::Templates;
use crate::render::{self, Rendered};
use crate::staging::Staging;

pub use text::text;

/// A form in which a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffFormat {
    /// Lines for a terminal; this one is no file.
    Text,
    /// `changes.html`: one page for a browser, complete in itself.
    Html,
    /// `changes.csv`: a row for each change; `coverage-changes.csv`: a row for each thing that is seen otherwise.
    Csv,
    /// `changes.json`: everything, for a program.
    Json,
}

impl DiffFormat {
    /// Every form, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Text, Self::Html, Self::Csv, Self::Json];

    /// The form's name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The files that a comparison becomes in this form; none for lines of a terminal.
    pub fn files(self) -> impl Iterator<Item = &'static str> {
        let seen = (self == Self::Csv).then_some("coverage-changes.csv");
        self.file().into_iter().chain(seen)
    }

    /// The file that holds every change in this form; `None` for lines of a terminal.
    #[must_use]
    pub fn file(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Html => Some("changes.html"),
            Self::Csv => Some("changes.csv"),
            Self::Json => Some("changes.json"),
        }
    }
}

impl FromStr for DiffFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| format!("`{text}` is not a form of it; the forms are: text, html, csv, json"))
    }
}

impl fmt::Display for DiffFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Writes a comparison of two runs into a directory, which is created where it is missing. Everything is written aside
/// first and moved to its final name when all of it is complete; the same runs give the same bytes.
pub fn render<R: AssessedRun>(
    earlier: &R,
    later: &R,
    comparison: &Comparison,
    formats: &[DiffFormat],
    templates: &Templates,
    destination: &Path,
) -> Result<Rendered, ReportError<R::Error>> {
    let write = |format: DiffFormat, staging: &Staging| match format {
        DiffFormat::Text => Ok(()),
        DiffFormat::Html => html::write(later, comparison, templates, staging),
        DiffFormat::Csv => {
            table::write(earlier, later, staging)?;
            coverage_table::write(earlier, later, staging)
        }
        DiffFormat::Json => json::write(earlier, later, comparison, staging),
    };
    render::whole(formats, destination, "changes.html", write, DiffFormat::files)
}

/// The titles of the checks of a run, by id.
struct Titles<'run>(&'run [CheckDescription]);

impl<'run> Titles<'run> {
    fn of<R: AssessedRun>(run: &'run R) -> Self {
        Self(run.checks())
    }

    /// A check's title; its id where the run does not describe it.
    fn title<'check>(&self, check: &'check CheckId) -> &'check str
    where
        'run: 'check,
    {
        let found = self.0.iter().find(|description| description.id == *check);
        found.map_or(check.as_str(), |description| description.title.as_str())
    }
}

/// How a side of a difference is shown: nothing in a word, and a digest by its beginning.
fn side(text: &str) -> String {
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text {
        "" => "none".to_owned(),
        _ if is_digest => format!("{}…", &text[..12]),
        _ => text.to_owned(),
    }
}

/// A difference in a sentence without its end.
fn sentence(difference: &Difference) -> String {
    use crate::comparison::Aspect;
    let (aspect, earlier, later) = (difference.aspect, &difference.earlier, &difference.later);
    match aspect {
        Aspect::ChecksRemoved => format!("{}: {earlier}", aspect.title()),
        Aspect::SameRun | Aspect::ChecksAdded => format!("{}: {later}", aspect.title()),
        _ => format!("{}: {} before, {} now", aspect.title(), side(earlier), side(later)),
    }
}
