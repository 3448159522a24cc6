//! A trend in lines for a terminal: a table of runs for each organization.

use std::fmt::Write as _;

use s3attest_model::check::Severity;

use super::{Point, Series, Skipped, skipped};
use crate::text::{count, counted, legible, share};

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
            "  {:<16}  {:>8}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>12}  run",
            "begun (UTC)", "seen", "passes", "failed", "accepted", "critical", "high", "medium", "not assessed"
        );
        let skipped = one.points.len().saturating_sub(RUNS);
        if skipped > 0 {
            let _ = writeln!(text, "  … {} earlier runs", count(skipped as u64));
        }
        for point in &one.points[skipped..] {
            let _ = writeln!(
                text,
                "  {:<16}  {:>8}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>12}  {}{}",
                point.started_at.strftime("%Y-%m-%d %H:%M").to_string(),
                share(point.seen),
                point.passing().map_or("–".to_owned(), share),
                count(point.counts.fail),
                count(point.counts.accepted),
                count(point.failed_of(Severity::Critical)),
                count(point.failed_of(Severity::High)),
                count(point.failed_of(Severity::Medium)),
                count(point.counts.not_assessed),
                legible(&point.id),
                remark(point),
            );
        }
    }
    if !series.is_empty() {
        let _ = writeln!(
            text,
            "\nFailed findings include the accepted ones; critical, high and medium do not. What was not seen is in no number."
        );
    }
    if let Some(sentence) = skipped::sentence(missing) {
        let _ = writeln!(text, "\n{sentence}");
        text.push_str(&skipped::lines(missing, RUNS));
    }
    text
}

/// What a run's numbers cannot hold, in brackets behind its id.
fn remark(point: &Point) -> String {
    let mut remarks = Vec::new();
    if !point.accounts_are_listed {
        remarks.push("accounts not all listed".to_owned());
    }
    let unknown = point.unknown_accounts();
    if unknown > 0 {
        remarks.push(format!("{} not known", counted(unknown, "account", "accounts")));
    }
    if remarks.is_empty() {
        return String::new();
    }
    format!(" ({})", remarks.join(", "))
}
