//! `s3attest trend`: how the runs in a directory developed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use s3attest_report::Templates;
use s3attest_report::diff::DiffFormat;
use s3attest_report::trend::{Point, render, series, text};
use s3attest_snapshot::Run;

use super::diff::files;
use super::report::{judged, where_to_start};
use crate::arguments::TrendArguments;
use crate::exit;
use crate::output::{notice, plain, result};

pub(crate) fn run(arguments: &TrendArguments, is_quiet: bool) -> Result<u8> {
    let files = files(&arguments.formats, arguments.output.is_some())?;
    let points = points(&arguments.directory, is_quiet)?;
    if points.is_empty() {
        bail!("{} holds no run that was judged", arguments.directory.display());
    }
    let series = series(points);
    if arguments.formats.contains(&DiffFormat::Text) {
        result(text(&series).trim_end())?;
    }
    if let (Some(destination), true) = (&arguments.output, files) {
        let templates = arguments.templates.clone();
        let templates = templates.map_or(Templates::Embedded, Templates::Directory);
        let rendered = render(&series, &arguments.formats, &templates, destination)
            .with_context(|| format!("the trend in {} could not be written", destination.display()))?;
        result(&where_to_start(&rendered, destination))?;
    }
    Ok(exit::DONE)
}

/// What a trend keeps of each run in a directory, by the names of their directories. What is no run that was judged is named
/// on standard error with the reason.
fn points(directory: &Path, is_quiet: bool) -> Result<Vec<Point>> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("cannot look into the directory {}", directory.display()))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot look into the directory {}", directory.display()))?;
        paths.push(entry.path());
    }
    paths.sort();
    let mut points = Vec::new();
    let mut known: BTreeMap<(String, jiff::Timestamp), PathBuf> = BTreeMap::new();
    for path in paths {
        let point = match read(&path) {
            Ok(point) => point,
            Err(error) => {
                skip(&path, &format!("{error:#}"), is_quiet);
                continue;
            }
        };
        if let Some(first) = known.insert((point.id.clone(), point.started_at), path.clone()) {
            skip(&path, &format!("it is the same run as {}", first.display()), is_quiet);
            continue;
        }
        points.push(point);
    }
    Ok(points)
}

fn read(path: &Path) -> Result<Point> {
    if !path.is_dir() {
        bail!("it is no directory");
    }
    let run = Run::open(path)?;
    let opened = judged(&run)?;
    Ok(Point::of(&opened)?)
}

fn skip(path: &Path, why: &str, is_quiet: bool) {
    if !is_quiet {
        notice(&format!(
            "skipped {}: {}",
            plain(&path.display().to_string()),
            plain(why)
        ));
    }
}
