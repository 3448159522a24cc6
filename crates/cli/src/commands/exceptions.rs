//! `s3attest exceptions lint`: whether a file of exceptions can be used, and, over a run, what each exception accepts.
//!
//! Over a run everything is judged in memory; nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::Result;
use jiff::civil::Date;
use s3attest_assess::{Exceptions, Sink};
use s3attest_model::access::BucketAccess;
use s3attest_model::control::ControlMatrixRecord;
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::exception::{AssessedExceptions, ExceptionStanding, ExceptionTally, ExceptionUse};
use s3attest_model::finding::Finding;
use s3attest_snapshot::Run;

use crate::arguments::{ExceptionsCommand, LintArguments};
use crate::configuration::Configuration;
use crate::exceptions::{self, today};
use crate::exit::{self, Unusable};
use crate::judging;
use crate::output::{number, plain, result};

/// Findings that are named under each exception.
const FINDINGS_NAMED: usize = 10;

pub(crate) fn run(command: &ExceptionsCommand) -> Result<u8> {
    match command {
        ExceptionsCommand::Lint(arguments) => lint(arguments),
    }
}

fn lint(arguments: &LintArguments) -> Result<u8> {
    let configuration = match &arguments.config {
        Some(path) => Configuration::read(path)?,
        None => Configuration::default(),
    };
    let Some(file) = arguments.file.as_deref().or_else(|| configuration.exceptions_file()) else {
        return Err(anyhow::Error::new(Unusable(
            "no file of exceptions is named: give it as an argument, or name it in the configuration \
             (exceptions.file) and that with --config"
                .to_owned(),
        )));
    };
    let as_of = arguments.as_of.unwrap_or_else(today);
    let exceptions = exceptions::read(file, &configuration, as_of)?;
    result(&format!(
        "{}: {} can be used, held against {as_of} (UTC)",
        plain(&file.display().to_string()),
        counted(exceptions.entries.len() as u64, "exception", "exceptions")
    ))?;
    match &arguments.run {
        Some(directory) => over_a_run(&Run::open(directory)?, &configuration, &exceptions)?,
        None => alone(&exceptions, as_of)?,
    }
    Ok(exit::DONE)
}

/// What the file alone says.
fn alone(exceptions: &Exceptions, as_of: Date) -> Result<()> {
    let assessed = exceptions.without_findings();
    section("Expired", &assessed, |tally| {
        (tally.standing == ExceptionStanding::Expired).then(|| format!("ended on {}", tally.exception.expires))
    })?;
    soon(&assessed)?;
    section("Over-broad", &assessed, |tally| breadth(tally, &assessed))?;
    if assessed.tallies.iter().all(|tally| tally.exception.expires >= as_of) {
        result("\nNo exception is expired.")?;
    }
    result("\nWhich findings each accepts, and which exceptions are unused, shows over a run: --run RUN")
}

fn over_a_run(run: &Run, configuration: &Configuration, exceptions: &Exceptions) -> Result<()> {
    let mut accepted = Accepted::default();
    let (summary, _) = judging::judge_into(run, configuration, Some(exceptions), &mut accepted)?;
    let Some(assessed) = summary.exceptions else {
        return Ok(());
    };
    result(&format!(
        "{} of {} failed findings of the run are accepted; {}, {} unused, {} perhaps unused, {} over-broad",
        number(summary.counts.accepted),
        number(summary.counts.fail),
        counted(
            assessed.expired().count() as u64,
            "exception expired",
            "exceptions expired"
        ),
        number(assessed.of_use(ExceptionUse::Unused).count() as u64),
        number(assessed.of_use(ExceptionUse::NotKnown).count() as u64),
        number(assessed.over_broad().count() as u64),
    ))?;
    section("Expired", &assessed, |tally| {
        (tally.standing == ExceptionStanding::Expired).then(|| {
            format!(
                "ended on {}; {} that it is about",
                tally.exception.expires,
                counted(tally.counts.fail, "finding fails", "findings fail")
            )
        })
    })?;
    soon(&assessed)?;
    section("Unused", &assessed, |tally| {
        (tally.usage() == ExceptionUse::Unused).then(|| {
            format!(
                "nothing fails that it is about: {} passed, {} not applicable",
                number(tally.counts.pass),
                number(tally.counts.not_applicable)
            )
        })
    })?;
    section("Perhaps unused", &assessed, |tally| {
        (tally.usage() == ExceptionUse::NotKnown).then(|| in_the_dark(tally))
    })?;
    section("Over-broad", &assessed, |tally| breadth(tally, &assessed))?;
    result("\nWhat each accepts")?;
    for tally in &assessed.tallies {
        accepted.print(tally)?;
    }
    Ok(())
}

/// Why nobody knows whether anything fails that an exception is about.
fn in_the_dark(tally: &ExceptionTally) -> String {
    let mut reasons = Vec::new();
    if tally.counts.not_assessed > 0 {
        reasons.push(format!("{} could not be assessed", number(tally.counts.not_assessed)));
    }
    if tally.tags_unknown > 0 {
        let fails = number(tally.tags_unknown);
        reasons.push(format!("{fails} fail on buckets whose tags are not known"));
    }
    if tally.is_partly_out_of_sight {
        reasons.push("not everything in its scope was seen".to_owned());
    }
    format!("nothing fails on what is known; {}", reasons.join(", "))
}

fn breadth(tally: &ExceptionTally, assessed: &AssessedExceptions) -> Option<String> {
    let breadth = tally.breadth(assessed.most_resources);
    (!breadth.is_empty()).then(|| breadth.join(", "))
}

fn soon(assessed: &AssessedExceptions) -> Result<()> {
    let title = format!("Expires within {} days", assessed.soon_days);
    section(&title, assessed, |tally| {
        (tally.standing == ExceptionStanding::ExpiresSoon)
            .then(|| format!("in force until {}", tally.exception.expires))
    })
}

/// Prints the exceptions of which there is something to say, under a title; nothing when there is none.
fn section(title: &str, assessed: &AssessedExceptions, say: impl Fn(&ExceptionTally) -> Option<String>) -> Result<()> {
    let mut is_first = true;
    for tally in &assessed.tallies {
        let Some(words) = say(tally) else { continue };
        if is_first {
            result(&format!("\n{title}"))?;
            is_first = false;
        }
        let exception = &tally.exception;
        result(&format!(
            "  {} (line {}): {words}; owner {}, ticket {}",
            plain(&exception.id),
            exception.line,
            plain(&exception.owner),
            plain(&exception.ticket)
        ))?;
    }
    Ok(())
}

fn counted(count: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", number(count), if count == 1 { singular } else { plural })
}

/// The first accepted findings of each exception, and the accounts in which there are any.
#[derive(Default)]
struct Accepted {
    findings: BTreeMap<String, Vec<String>>,
    accounts: BTreeMap<String, BTreeSet<String>>,
}

impl Sink for Accepted {
    type Error = Infallible;

    fn finding(&mut self, finding: Finding) -> Result<(), Infallible> {
        if !finding.is_accepted() {
            return Ok(());
        }
        let Some(exception) = finding.exception else {
            return Ok(());
        };
        let account = finding.resource.account().to_string();
        let named = self.findings.entry(exception.id.clone()).or_default();
        if named.len() < FINDINGS_NAMED {
            named.push(format!("{account} {} {}", finding.resource.name(), finding.check));
        }
        self.accounts.entry(exception.id).or_default().insert(account);
        Ok(())
    }

    fn coverage(&mut self, _: CoverageRecord) -> Result<(), Infallible> {
        Ok(())
    }

    fn controls(&mut self, _: ControlMatrixRecord) -> Result<(), Infallible> {
        Ok(())
    }

    fn access(&mut self, _: BucketAccess) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Accepted {
    fn print(&self, tally: &ExceptionTally) -> Result<()> {
        let id = &tally.exception.id;
        let accounts = self.accounts.get(id).map_or(0, BTreeSet::len) as u64;
        result(&format!(
            "  {} accepts {} in {}",
            plain(id),
            counted(tally.counts.accepted, "finding", "findings"),
            counted(accounts, "account", "accounts")
        ))?;
        let named = self.findings.get(id).map_or(&[][..], Vec::as_slice);
        for finding in named {
            result(&format!("    {}", plain(finding)))?;
        }
        let more = tally.counts.accepted.saturating_sub(named.len() as u64);
        if more > 0 {
            result(&format!("    and {} more", number(more)))?;
        }
        Ok(())
    }
}
