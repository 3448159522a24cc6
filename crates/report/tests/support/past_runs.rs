//! Runs of one organization over some days, and one of another.

use jiff::Timestamp;
use s3attest_report::sample::Sample;
use s3attest_report::trend::Point;

/// A run five times, a day apart, newest first, and one of another organization.
pub(crate) fn past_runs(run: &Sample) -> Vec<Point> {
    let mut points: Vec<Point> = (0..5_i64)
        .rev()
        .map(|day| {
            let mut point = Point::of(run).expect("the sample is read");
            point.id = format!("<script>=run-{day}\u{1b}[31m");
            point.started_at = Timestamp::from_second(1_780_000_000 + day * 86_400).expect("a moment");
            point
        })
        .collect();
    let mut other = points[0].clone();
    "Organization o-other".clone_into(&mut other.subject);
    points.push(other);
    points
}
