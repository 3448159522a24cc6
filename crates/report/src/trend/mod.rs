//! How the runs of an organization developed: coverage beside what passes, fails, what was not assessed, controls, accounts.
//!
//! Of each run a [`Point`] is kept, which grows with its accounts and not with its findings. Runs of different organizations
//! stand apart. A line is broken where a run says nothing, and where much more time passed than usual.

mod accounts;
mod chart;
mod html;
mod json;
mod point;
mod skipped;
mod table;
mod text;

use std::fmt;
use std::path::Path;

use crate::diff::DiffFormat;
use crate::error::{TemplateError, WriteError};
use crate::html::Templates;
use crate::render::{self, Rendered};
use crate::staging::Staging;

pub use point::{AccountPoint, ControlCounts, Point};
pub use skipped::{SkipReason, Skipped};
pub use text::text;

/// The runs of one organization, oldest first.
#[derive(Debug, Clone)]
pub struct Series {
    /// Whose runs they are: `Organization o-…`, or `Account …` where there is none or nobody could say which.
    pub subject: String,
    /// The runs.
    pub points: Vec<Point>,
}

/// Why a trend could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TrendError {
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A template is missing, wrong, or asks for what the page does not hold.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Runs by organization, each series oldest first; the series by their subjects.
#[must_use]
pub fn series(points: Vec<Point>) -> Vec<Series> {
    let mut found: Vec<Series> = Vec::new();
    for point in points {
        match found.iter_mut().find(|series| series.subject == point.subject) {
            Some(series) => series.points.push(point),
            None => found.push(Series {
                subject: point.subject.clone(),
                points: vec![point],
            }),
        }
    }
    for series in &mut found {
        series
            .points
            .sort_by(|one, other| (one.started_at, &one.id).cmp(&(other.started_at, &other.id)));
    }
    found.sort_by(|one, other| one.subject.cmp(&other.subject));
    found
}

/// The file that a trend becomes in a form; `None` for lines of a terminal.
fn file(format: DiffFormat) -> Option<&'static str> {
    match format {
        DiffFormat::Text => None,
        DiffFormat::Html => Some("trend.html"),
        DiffFormat::Csv => Some("trend.csv"),
        DiffFormat::Json => Some("trend.json"),
    }
}

/// Writes the trend into a directory, which is created where it is missing. Everything is written aside first and moved to
/// its final name when all of it is complete; the same runs give the same bytes. `skipped` are the runs that the trend lacks.
pub fn render(
    series: &[Series],
    skipped: &[Skipped],
    formats: &[DiffFormat],
    templates: &Templates,
    destination: &Path,
) -> Result<Rendered, TrendError> {
    let write = |format: DiffFormat, staging: &Staging| match format {
        DiffFormat::Text => Ok(()),
        DiffFormat::Html => html::write(series, skipped, templates, staging),
        DiffFormat::Csv => Ok(table::write(series, skipped, staging)?),
        DiffFormat::Json => Ok(json::write(series, skipped, staging)?),
    };
    render::whole(formats, destination, "trend.html", write, file)
}

impl fmt::Display for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.subject)
    }
}
