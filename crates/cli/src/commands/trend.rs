//! `s3attest trend`: how the runs in a directory developed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use s3attest_report::Redacted;
use s3attest_report::diff::DiffFormat;
use s3attest_report::trend::{Point, SkipReason, Skipped, render, series, text};
use s3attest_snapshot::Run;

use super::report::judged;
use super::shown::files;
use crate::arguments::TrendArguments;
use crate::assessed::OpenedRun;
use crate::exit;
use crate::output::{notice, plain, result};
use crate::redaction;

/// The file that every run has.
const RUN_FILE: &str = "run.json";

pub(crate) fn run(arguments: &TrendArguments, is_quiet: bool) -> Result<u8> {
    let files = files(&arguments.shown)?;
    let (runs, mut skipped) = runs(&arguments.directory, is_quiet)?;
    if runs.is_empty() {
        bail!("{} holds no run that was judged", arguments.directory.display());
    }
    let points = if arguments.shown.redaction.redact {
        // The names of directories are people's own words.
        for one in &mut skipped {
            one.directory.clear();
        }
        redacted(&runs, arguments)?
    } else {
        runs.into_iter().map(|(_, point)| point).collect()
    };
    let series = series(points);
    if arguments.shown.formats.contains(&DiffFormat::Text) {
        result(text(&series, &skipped).trim_end())?;
    }
    if let Some(files) = files {
        files.write("trend", |formats, templates, destination| {
            render(&series, &skipped, formats, templates, destination)
        })?;
    }
    Ok(exit::DONE)
}

/// The same runs with tokens in the place of names, which are the same in all of them.
fn redacted(runs: &[(Run, Point)], arguments: &TrendArguments) -> Result<Vec<Point>> {
    let mut opened = Vec::new();
    for (run, _) in runs {
        if let Some(destination) = &arguments.shown.output {
            redaction::check_destination(run.directory(), destination)?;
        }
        opened.push(judged(run)?);
    }
    let each: Vec<&OpenedRun<'_>> = opened.iter().collect();
    let Some(redaction) = redaction::wanted(&arguments.shown.redaction, &each)? else {
        bail!("nothing is to be redacted");
    };
    let mut points = Vec::new();
    for run in &opened {
        points.push(Point::of(&Redacted::new(run, &redaction))?);
    }
    Ok(points)
}

/// Runs, each with what stands of it in the charts.
type Dated = Vec<(Run, Point)>;

/// The runs in a directory with what a trend keeps of each, by the names of their directories, and the runs that cannot be in
/// it. What is no run that was judged is named on standard error with the reason; a run is named even when all else is quiet.
fn runs(directory: &Path, is_quiet: bool) -> Result<(Dated, Vec<Skipped>)> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("cannot look into the directory {}", directory.display()))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot look into the directory {}", directory.display()))?;
        paths.push(entry.path());
    }
    paths.sort();
    let (mut runs, mut skipped) = (Vec::new(), Vec::new());
    let mut known: BTreeMap<(String, jiff::Timestamp), PathBuf> = BTreeMap::new();
    for path in paths {
        let (reason, why) = match read(&path) {
            Ok((run, point)) => {
                let key = (point.id.clone(), point.started_at);
                let Some(first) = known.get(&key) else {
                    known.insert(key, path);
                    runs.push((run, point));
                    continue;
                };
                (
                    SkipReason::Duplicate,
                    format!("it is the same run as {}", first.display()),
                )
            }
            Err((reason, error)) => (reason, format!("{error:#}")),
        };
        let is_run = path.join(RUN_FILE).exists();
        if is_run || !is_quiet {
            let place = plain(&path.display().to_string());
            notice(&format!("skipped {place}: {}", plain(&why)));
        }
        if is_run {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            skipped.push(Skipped {
                directory: name.unwrap_or_default(),
                reason,
            });
        }
    }
    Ok((runs, skipped))
}

fn read(path: &Path) -> Result<(Run, Point), (SkipReason, anyhow::Error)> {
    let unreadable = |error: anyhow::Error| (SkipReason::Unreadable, error);
    if !path.is_dir() {
        return Err(unreadable(anyhow!("it is no directory")));
    }
    let run = Run::open(path).map_err(|error| unreadable(error.into()))?;
    let point = {
        let opened = OpenedRun::open(&run).map_err(|error| unreadable(error.into()))?;
        let Some(opened) = opened else {
            let error = anyhow!("it was not judged yet; run `s3attest assess {}` first", path.display());
            return Err((SkipReason::NotJudged, error));
        };
        Point::of(&opened).map_err(|error| unreadable(error.into()))?
    };
    Ok((run, point))
}
