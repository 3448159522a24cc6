//! The file of exceptions: where it is, what stands in it, and which day it is held against.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use s3attest_assess::Exceptions;
use s3attest_model::exception::{AssessedExceptions, ExceptionStanding, ExceptionTally, ExceptionUse};
use s3attest_model::identifiers::CheckId;
use sha2::{Digest as _, Sha256};

use crate::configuration::Configuration;
use crate::exit::Unusable;
use crate::output::{number, plain, result};

/// Exceptions of a kind that are named one by one; the report names them all.
const NAMED: usize = 10;

/// Today, in UTC.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Reads the exceptions that the configuration names; `None` when it names no file.
pub(crate) fn configured(configuration: &Configuration, as_of: Date) -> Result<Option<Exceptions>> {
    match configuration.exceptions_file() {
        Some(path) => read(path, configuration, as_of).map(Some),
        None => Ok(None),
    }
}

/// Reads a file of exceptions.
pub(crate) fn read(path: &Path, configuration: &Configuration, as_of: Date) -> Result<Exceptions> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the exceptions in {}", path.display()))?;
    let unusable = |problem: &str| {
        anyhow::Error::new(Unusable(format!(
            "the exceptions in {} cannot be used:\n{problem}",
            path.display()
        )))
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| unusable(&format!("they are not UTF-8: {error}")))?;
    let checks: Vec<CheckId> = s3attest_assess::CHECKS.iter().map(|check| check.check_id()).collect();
    let entries = s3attest_assess::exceptions::read(text, &checks).map_err(|error| unusable(&error.to_string()))?;
    let settings = &configuration.exceptions;
    Ok(Exceptions {
        file: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        digest: Sha256::digest(&bytes)
            .iter()
            .fold(String::new(), |mut hexadecimal, byte| {
                let _ = write!(hexadecimal, "{byte:02x}");
                hexadecimal
            }),
        as_of,
        most_resources: u64::from(settings.most_resources),
        soon_days: settings.soon_days,
        entries,
    })
}

/// Prints how the exceptions of an assessment stand, and names those that somebody should look at.
pub(crate) fn print(assessed: &AssessedExceptions, accepted: u64) -> Result<()> {
    let standing = |standing| number(assessed.standing(standing));
    let in_force = assessed.standing(ExceptionStanding::InForce) + assessed.standing(ExceptionStanding::ExpiresSoon);
    result(&format!(
        "Exceptions {} in force on {} ({} of them not for long) accept {} failed findings; {} expired, {} unused, \
         {} perhaps unused, {} over-broad ({})",
        number(in_force),
        assessed.as_of,
        standing(ExceptionStanding::ExpiresSoon),
        number(accepted),
        standing(ExceptionStanding::Expired),
        number(assessed.of_use(ExceptionUse::Unused).count() as u64),
        number(assessed.of_use(ExceptionUse::NotKnown).count() as u64),
        number(assessed.over_broad().count() as u64),
        plain(&assessed.file)
    ))?;
    let named = attention(assessed);
    for line in named.iter().take(NAMED) {
        result(&format!("  - {}", plain(line)))?;
    }
    if named.len() > NAMED {
        let more = number((named.len() - NAMED) as u64);
        result(&format!("  - and {more} more, which the report names"))?;
    }
    Ok(())
}

/// What somebody should look at: a line for each exception that is expired, unused, over-broad, or expires soon, in this
/// order.
fn attention(assessed: &AssessedExceptions) -> Vec<String> {
    let mut lines = Vec::new();
    let owner = |tally: &ExceptionTally| format!("owner {}, ticket {}", tally.exception.owner, tally.exception.ticket);
    for tally in assessed.expired() {
        let fails = match tally.fails_again {
            0 if tally.counts.fail > 0 => "what fails has another exception".to_owned(),
            0 => "nothing fails by it".to_owned(),
            1 => "1 finding counts again".to_owned(),
            more => format!("{} findings count again", number(more)),
        };
        let exception = &tally.exception;
        lines.push(format!(
            "expired: {} ended on {}; {fails} ({})",
            exception.id,
            exception.expires,
            owner(tally)
        ));
    }
    for tally in assessed.of_use(ExceptionUse::Unused) {
        lines.push(format!(
            "unused: {}; nothing fails that it is about ({})",
            tally.exception.id,
            owner(tally)
        ));
    }
    for tally in assessed.over_broad() {
        lines.push(format!(
            "over-broad: {} {} ({})",
            tally.exception.id,
            tally.breadth(assessed.most_resources).join(", "),
            owner(tally)
        ));
    }
    for tally in &assessed.tallies {
        if tally.standing == ExceptionStanding::ExpiresSoon {
            lines.push(format!(
                "expires soon: {} is in force until {} ({})",
                tally.exception.id,
                tally.exception.expires,
                owner(tally)
            ));
        }
    }
    lines
}
