//! Renders a comparison of two made-up runs and a trend over several, to look at the pages:
//! `compare_samples DIRECTORY` small hostile ones, `compare_samples DIRECTORY ACCOUNTS BUCKETS` one of that size with one that
//! has a tenth more buckets. It prints nothing; look into the directory, and measure from outside.

use std::path::Path;

use anyhow::Context;
use s3attest_report::comparison::Comparison;
use s3attest_report::diff::{self, DiffFormat};
use s3attest_report::sample::{Generated, later_assessment, sample_assessment};
use s3attest_report::trend::{self, Point};
use s3attest_report::{AssessedRun, Templates};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let directory = Path::new(arguments.first().context("name the directory to render into")?);
    if let [_, accounts, buckets] = arguments.as_slice() {
        let (accounts, buckets): (u64, u64) = (accounts.parse()?, buckets.parse()?);
        let earlier = Generated::new(accounts, buckets, &[]);
        let later = Generated::new(accounts, buckets + buckets / 10, &[]);
        return compare(&earlier, &later, directory);
    }
    let earlier = sample_assessment();
    let mut later = later_assessment(&earlier);
    later.summary.coverage.seen = later.summary.coverage.seen * 3 / 4;
    compare(&earlier, &later, directory)?;
    let mut points = Vec::new();
    for (number, day) in [0_i64, 7, 14, 21, 28, 77, 84, 91].into_iter().enumerate() {
        let run = if number % 3 == 2 { &later } else { &earlier };
        let mut point = Point::of(run)?;
        point.id = format!("run-{number}");
        point.started_at = jiff::Timestamp::from_second(1_770_000_000 + day * 86_400)?;
        point.counts.fail = (point.counts.fail + 40).saturating_sub(number as u64 * 3);
        for (step, (_, count)) in point.failed.iter_mut().enumerate() {
            *count = (*count + 12).saturating_sub(number as u64) + step as u64 * 3;
        }
        points.push(point);
    }
    trend::render(
        &trend::series(points),
        &[],
        &DiffFormat::ALL,
        &Templates::Embedded,
        directory,
    )?;
    Ok(())
}

fn compare<R: AssessedRun>(earlier: &R, later: &R, directory: &Path) -> anyhow::Result<()> {
    let comparison = Comparison::of(earlier, later, 100)?;
    let templates = Templates::Embedded;
    diff::render(earlier, later, &comparison, &DiffFormat::ALL, &templates, directory)?;
    std::fs::write(directory.join("changes.txt"), diff::text(&comparison, "elsewhere"))?;
    Ok(())
}
