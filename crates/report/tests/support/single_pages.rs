//! What comparing writes: the two pages that stand alone, `changes.html` and `trend.html`, with their tables and documents.

use std::path::Path;

use s3attest_report::Templates;
use s3attest_report::comparison::Comparison;
use s3attest_report::diff::{self, DiffFormat};
use s3attest_report::sample::{Sample, later_assessment};
use s3attest_report::trend::{self, SkipReason, Skipped};

use crate::past_runs::past_runs;

/// Writes a run compared with a later one, and the trend of some such runs, which lacks a run in a directory of that name.
pub(crate) fn write_comparing(earlier: &Sample, missing: &str, destination: &Path) -> Comparison {
    let later = later_assessment(earlier);
    let comparison = Comparison::of(earlier, &later, 20).expect("the runs are in order");
    diff::render(
        earlier,
        &later,
        &comparison,
        &DiffFormat::ALL,
        &Templates::Embedded,
        destination,
    )
    .expect("a comparison renders");
    let skipped = SkipReason::ALL.map(|reason| Skipped {
        directory: missing.to_owned(),
        reason,
    });
    let series = trend::series(past_runs(earlier));
    trend::render(&series, &skipped, &DiffFormat::ALL, &Templates::Embedded, destination).expect("a trend renders");
    comparison
}
