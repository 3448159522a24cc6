//! Redacted reports on the command line: the salt, and where such a report may be written.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use s3attest_report::{Redaction, Salt};
use s3attest_snapshot::Run;

use crate::arguments::RedactionArguments;
use crate::assessed::OpenedRun;
use crate::exit::Unusable;
use crate::output::notice;

/// How many bytes a random salt has.
const SALT: usize = 32;

/// The tokens of a report, or of several runs in one; `None` when nothing is to be redacted.
pub(crate) fn wanted(arguments: &RedactionArguments, runs: &[&OpenedRun<'_>]) -> Result<Option<Redaction>> {
    if !arguments.redact {
        return Ok(None);
    }
    let salt = salt(arguments)?;
    let redaction = Redaction::of(&salt, runs).context("the run could not be redacted")?;
    Ok(Some(redaction))
}

fn salt(arguments: &RedactionArguments) -> Result<Salt> {
    let Some(path) = &arguments.redact_salt else {
        let mut bytes = vec![0; SALT];
        getrandom::fill(&mut bytes).context("the system gives no random bytes for a salt")?;
        notice(
            "the tokens of this report are made with a random salt that is kept nowhere: another report has other tokens; \
             give --redact-salt FILE for tokens that stay the same",
        );
        return Ok(Salt::new(bytes)?);
    };
    let unusable = |why: String| Unusable(format!("the salt in {} cannot be used: {why}", path.display()));
    let bytes = fs::read(path).map_err(|error| unusable(error.to_string()))?;
    // An editor ends the last line; that makes no other salt.
    let bytes = bytes.trim_ascii_end().to_vec();
    Ok(Salt::new(bytes).map_err(|error| unusable(error.to_string()))?)
}

/// Refuses a place where a redacted report would stand beside what it hides, or would replace it.
pub(crate) fn check_destination(run: &Run, destination: &Path) -> Result<()> {
    let place = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let (own, wanted) = (place(run.directory())?, place(destination)?);
    if wanted.starts_with(&own) {
        let text = format!(
            "a redacted report is not written into the run, where it would stand beside the originals: {}; name another \
             directory with --output",
            destination.display()
        );
        return Err(Unusable(text).into());
    }
    let is_empty = match fs::read_dir(destination) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !destination.exists(),
    };
    if !is_empty {
        let text = format!(
            "{} is not empty: a redacted report goes into a directory of its own, so that nothing else is passed on with it",
            destination.display()
        );
        return Err(Unusable(text).into());
    }
    Ok(())
}

/// Where the redacted report of a scan is written: beside the run.
pub(crate) fn beside(run: &Run) -> PathBuf {
    let directory = run.directory();
    let mut name = directory
        .file_name()
        .map_or_else(|| OsString::from("run"), OsString::from);
    name.push("-redacted");
    directory.with_file_name(name)
}
