//! A trend in lines for a terminal: a table of runs for each organization.

use std::fmt::Write as _;

use s3attest_model::check::Severity;

use super::{Series, Skipped, skipped};
use crate::text::{count, legible, share};

/// Runs that are listed of each organization, the latest ones, and of those that are missing.
const RUNS: usize = 50;

/// A trend in lines, with the runs that it lacks and why. Foreign text in them is made legible.
#[must_use]
pub fn text(series: &[Series], missing: &[Skipped]) -> String {
    let mut text = String::new();
    for (number, one) in series.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", legible(&one.subject));
        let _ = writeln!(
            text,
            "  {:<16}  {:>8}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}  {:>12}  {:>9}  run",
            "begun (UTC)", "seen", "passes", "failed", "critical", "high", "medium", "not assessed", "accepted"
        );
        let skipped = one.points.len().saturating_sub(RUNS);
        if skipped > 0 {
            let _ = writeln!(text, "  … {} earlier runs", count(skipped as u64));
        }
        for point in &one.points[skipped..] {
            let _ = writeln!(
                text,
                "  {:<16}  {:>8}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}  {:>12}  {:>9}  {}{}",
                point.started_at.strftime("%Y-%m-%d %H:%M").to_string(),
                share(point.seen),
                point.passing().map_or("–".to_owned(), share),
                count(point.counts.unaccepted()),
                count(point.failed_of(Severity::Critical)),
                count(point.failed_of(Severity::High)),
                count(point.failed_of(Severity::Medium)),
                count(point.counts.not_assessed),
                count(point.counts.accepted),
                legible(&point.id),
                if point.accounts_are_listed {
                    ""
                } else {
                    " (accounts not all listed)"
                },
            );
        }
    }
    if let Some(sentence) = skipped::sentence(missing) {
        let _ = writeln!(text, "\n{sentence}");
        text.push_str(&skipped::lines(missing, RUNS));
    }
    text
}
