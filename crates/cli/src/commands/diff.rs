//! `s3attest diff`: what changed between two runs.

use anyhow::{Context as _, Result};
use s3attest_report::comparison::{Aspect, Comparison};
use s3attest_report::diff::{DiffFormat, render, text};
use s3attest_report::{AssessedRun, Redacted};
use s3attest_snapshot::Run;

use super::report::judged;
use super::shown::{Files, files};
use crate::arguments::DiffArguments;
use crate::exit;
use crate::output::{notice, result};
use crate::{gate, redaction};

/// How many changes of each kind are named one by one.
const NAMED: usize = 100;

pub(crate) fn run(arguments: &DiffArguments, is_quiet: bool) -> Result<u8> {
    let files = files(&arguments.shown)?;
    let runs = [&arguments.earlier, &arguments.later].map(|directory| {
        Run::open(directory).with_context(|| format!("the run {} cannot be compared", directory.display()))
    });
    let [earlier, later] = runs;
    let (earlier_run, later_run) = (earlier?, later?);
    let (earlier, later) = (judged(&earlier_run)?, judged(&later_run)?);
    if let (Some(destination), true) = (&arguments.shown.output, arguments.shown.redaction.redact) {
        for directory in [&arguments.earlier, &arguments.later] {
            redaction::check_destination(directory, destination)?;
        }
    }
    let Some(redaction) = redaction::wanted(&arguments.shown.redaction, &[&earlier, &later])? else {
        return show(&earlier, &later, arguments, files.as_ref(), is_quiet);
    };
    let (earlier, later) = (Redacted::new(&earlier, &redaction), Redacted::new(&later, &redaction));
    show(&earlier, &later, arguments, files.as_ref(), is_quiet)
}

/// Compares the runs and writes what was asked for.
fn show<R: AssessedRun>(
    earlier: &R,
    later: &R,
    arguments: &DiffArguments,
    files: Option<&Files<'_>>,
    is_quiet: bool,
) -> Result<u8> {
    let comparison = Comparison::of(earlier, later, NAMED).context("the runs could not be compared")?;
    if !is_quiet {
        for difference in comparison.grave_differences() {
            let remark = match difference.aspect {
                Aspect::Order => "; they are compared as they were given",
                Aspect::Organization => {
                    "; what they have in common is compared, and the rest left or entered the scope"
                }
                _ => "",
            };
            notice(&format!("attention: {}{remark}", difference.aspect.title()));
        }
    }
    if arguments.shown.formats.contains(&DiffFormat::Text) {
        let directories = if arguments.shown.redaction.redact {
            "EARLIER LATER --redact".to_owned()
        } else {
            format!("{} {}", arguments.earlier.display(), arguments.later.display())
        };
        let more = format!("`s3attest diff {directories} --format csv --output DIRECTORY`");
        result(text(&comparison, &more).trim_end())?;
    }
    if let Some(files) = files {
        files.write("comparison", |formats, templates, destination| {
            render(earlier, later, &comparison, formats, templates, destination)
        })?;
    }
    Ok(match arguments.fail_on_new {
        Some(least) => gate::exit_code_of_comparison(least, comparison.failing_anew_from(least)),
        None => exit::DONE,
    })
}
