//! `s3attest verify`: are the files of a run those that were sealed?

use anyhow::{Result, bail};
use s3attest_snapshot::Run;

use crate::arguments::VerifyArguments;
use crate::exit;
use crate::output::{number, plain, result};

pub(crate) fn run(arguments: &VerifyArguments) -> Result<u8> {
    let run = Run::open(&arguments.run)?;
    let verification = run.verify()?;
    for (paths, words) in [
        (&verification.changed, "changed"),
        (&verification.missing, "missing"),
        (&verification.extra, "added"),
    ] {
        for path in paths {
            result(&format!("{words:<8} {}", plain(path)))?;
        }
    }
    if !verification.is_intact() {
        bail!(
            "{} is not as it was sealed: {} files changed, {} missing, {} added",
            arguments.run.display(),
            number(verification.changed.len() as u64),
            number(verification.missing.len() as u64),
            number(verification.extra.len() as u64)
        );
    }
    result(&format!(
        "{} files are as they were sealed",
        number(verification.intact.len() as u64)
    ))?;
    Ok(exit::DONE)
}
