//! Redacted reports on the command line: the salt, and where such a report may be written.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use s3attest_report::{Redaction, Salt};

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

/// Refuses a salt that cannot be used, before anything is done for which it will be needed.
pub(crate) fn check_salt(arguments: &RedactionArguments) -> Result<()> {
    if let Some(path) = &arguments.redact_salt {
        salt_in(path)?;
    }
    Ok(())
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
    salt_in(path)
}

fn salt_in(path: &Path) -> Result<Salt> {
    let unusable = |why: String| Unusable(format!("the salt in {} cannot be used: {why}", path.display()));
    let bytes = fs::read(path).map_err(|error| unusable(error.to_string()))?;
    // An editor ends the last line; that makes no other salt.
    let bytes = bytes.trim_ascii_end().to_vec();
    Ok(Salt::new(bytes).map_err(|error| unusable(error.to_string()))?)
}

/// Refuses a place where a redacted report would stand beside what it hides, or would replace it. The run, given by its
/// directory, and the place need not be there yet.
pub(crate) fn check_destination(run: &Path, destination: &Path) -> Result<()> {
    let (own, wanted) = (place(run)?, place(destination)?);
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

/// Where a path leads, links resolved as far as there is something.
fn place(path: &Path) -> io::Result<PathBuf> {
    let mut place = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        if component == Component::ParentDir {
            place.pop();
        } else {
            place.push(component);
        }
        // What is not there yet becomes a directory where it is named.
        if let Ok(there) = fs::canonicalize(&place) {
            place = there;
        }
    }
    Ok(place)
}

/// Where the redacted report of a scan is written: beside the run, which is given by its directory.
pub(crate) fn beside(directory: &Path) -> PathBuf {
    let mut name = directory
        .file_name()
        .map_or_else(|| OsString::from("run"), OsString::from);
    name.push("-redacted");
    directory.with_file_name(name)
}
