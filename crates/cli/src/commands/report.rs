//! `s3attest report`: writes the report of a run again.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use s3attest_report::{Redacted, Rendered, Settings, Templates};
use s3attest_snapshot::{Run, SnapshotError, Verification};

use crate::arguments::{RenderArguments, ReportArguments};
use crate::assessed::OpenedRun;
use crate::exit;
use crate::output::{notice, plain, result};
use crate::redaction;

pub(crate) fn run(arguments: &ReportArguments) -> Result<u8> {
    let run = Run::open(&arguments.run)?;
    let opened = judged(&run)?;
    let own = run.report_directory();
    let destination = arguments.output.as_deref().unwrap_or(&own);
    if arguments.render.redaction.redact {
        for directory in std::iter::once(&arguments.run).chain(&arguments.render.previous) {
            redaction::check_destination(directory, destination)?;
        }
    }
    let before = run.verify();
    if let Ok(verification) = &before {
        say_missing(&run, verification);
    }
    let rendered = render(&opened, &arguments.render, destination)?;
    if arguments.output.is_none() {
        seal(&run, &before)?;
    }
    result(&where_to_start(&rendered, destination))?;
    Ok(exit::DONE)
}

/// Opens the assessment of a run, which has to be there.
pub(crate) fn judged(run: &Run) -> Result<OpenedRun<'_>> {
    match OpenedRun::open(run)? {
        Some(opened) => Ok(opened),
        None => bail!(
            "{} was not judged yet; run `s3attest assess {}` first",
            run.directory().display(),
            run.directory().display()
        ),
    }
}

/// Says that a part of the run is missing, which a report renders without.
fn say_missing(run: &Run, verification: &Verification) {
    if let Some(path) = verification.missing.iter().find(|path| !path.starts_with("report/")) {
        notice(&format!(
            "{} is missing, so the report cannot show everything that was read; `s3attest verify {}` says more",
            plain(path),
            run.directory().display()
        ));
    }
}

/// Takes the digests of the new report, unless that would give a file that was changed by other hands a new digest too.
fn seal(run: &Run, before: &Result<Verification, SnapshotError>) -> Result<()> {
    match before {
        Ok(verification) => {
            let foreign = |path: &&String| !path.starts_with("report/");
            if let Some(path) = verification.changed.iter().chain(&verification.missing).find(foreign) {
                notice(&format!(
                    "{} is not as it was sealed, so the run is not sealed again; `s3attest verify {}` says more",
                    plain(path),
                    run.directory().display()
                ));
                return Ok(());
            }
            Ok(run.seal()?)
        }
        // A run whose collecting did not end has no digests yet.
        Err(_) => Ok(()),
    }
}

/// Writes the report.
pub(crate) fn render(opened: &OpenedRun<'_>, arguments: &RenderArguments, destination: &Path) -> Result<Rendered> {
    let templates = arguments
        .templates
        .clone()
        .map_or(Templates::Embedded, Templates::Directory);
    let problem = || format!("the report in {} could not be written", destination.display());
    let earlier = match &arguments.previous {
        Some(directory) => Some(
            Run::open(directory).with_context(|| format!("the earlier run {} cannot be used", directory.display()))?,
        ),
        None => None,
    };
    let previous = earlier.as_ref().map(judged).transpose()?;
    let runs: Vec<&OpenedRun<'_>> = std::iter::once(opened).chain(&previous).collect();
    if let Some(redaction) = redaction::wanted(&arguments.redaction, &runs)? {
        let previous = previous.as_ref().map(|previous| Redacted::new(previous, &redaction));
        let settings = Settings {
            templates,
            byte_order_mark: arguments.excel,
            previous: previous.as_ref(),
        };
        let redacted = Redacted::new(opened, &redaction);
        return s3attest_report::render(&redacted, &arguments.formats, &settings, destination).with_context(problem);
    }
    let settings = Settings {
        templates,
        byte_order_mark: arguments.excel,
        previous: previous.as_ref(),
    };
    s3attest_report::render(opened, &arguments.formats, &settings, destination).with_context(problem)
}

/// The line that says where a person starts to read.
pub(crate) fn where_to_start(rendered: &Rendered, destination: &Path) -> String {
    let start = rendered.start.as_deref().unwrap_or(destination);
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
    format!("Report     {}", start.display())
}
