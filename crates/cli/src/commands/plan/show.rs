//! The plan for a reader.

use anyhow::Result;

use crate::output::{number, plain, result};

use super::Answer;
use super::estimate::{Certainty, SourceEstimate};
use super::time::Time;

/// Accounts that are named one by one; `--json` names them all.
const ACCOUNTS_NAMED: usize = 20;
/// Regions that are named one by one.
const REGIONS_NAMED: usize = 12;

pub(super) fn print(answer: &Answer) -> Result<()> {
    accounts(answer)?;
    places(answer)?;
    calls(&answer.estimate.sources)?;
    time(&answer.estimate.time, !answer.unknown.is_empty())?;
    made(answer)
}

fn accounts(answer: &Answer) -> Result<()> {
    if let Some(why) = &answer.single_account {
        result(&format!("ONE ACCOUNT ONLY, because {why}"))?;
    }
    if let Some(why) = &answer.listing_gap {
        result(&format!("THE LIST OF ACCOUNTS IS INCOMPLETE: {why}"))?;
    }
    result(&format!(
        "Accounts   {} listed, {} selected, {} can be entered",
        number(answer.accounts_listed),
        number(answer.accounts_selected),
        number(answer.accounts_entered)
    ))?;
    for unknown in answer.unknown.iter().take(ACCOUNTS_NAMED) {
        result(&format!(
            "  - {} {}: not known: {}",
            unknown.account, unknown.name, unknown.what
        ))?;
        result(&format!("    {}", unknown.why))?;
    }
    if answer.unknown.len() > ACCOUNTS_NAMED {
        let more = answer.unknown.len() - ACCOUNTS_NAMED;
        result(&format!("  - and {} more, which --json names", number(more as u64)))?;
    }
    if !answer.unknown.is_empty() {
        result("  What is not known stands in none of the numbers below: a scan will take more than they say.")?;
    }
    Ok(())
}

fn places(answer: &Answer) -> Result<()> {
    result(&format!(
        "Regions    {} enabled, in all accounts",
        number(answer.regions)
    ))?;
    result(&format!("Buckets    {}", number(answer.buckets)))?;
    let mut regions: Vec<(&String, &u64)> = answer.buckets_by_region.iter().collect();
    regions.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    for (region, count) in regions.iter().take(REGIONS_NAMED) {
        let region = if region.is_empty() {
            "(the list names no region)".to_owned()
        } else {
            plain(region)
        };
        result(&format!("  {region:<26} {:>10}", number(**count)))?;
    }
    if regions.len() > REGIONS_NAMED {
        let rest: u64 = regions[REGIONS_NAMED..].iter().map(|(_, count)| **count).sum();
        result(&format!("  {:<26} {:>10}", "in other regions", number(rest)))?;
    }
    Ok(())
}

fn calls(sources: &[SourceEstimate]) -> Result<()> {
    result("")?;
    result(&format!("{:<28} {:>12} {:>12}", "Calls of a scan", "in all", "assumed"))?;
    let row = |name: &str, all: u64, assumed: u64| {
        let assumed = if assumed == 0 { "-".to_owned() } else { number(assumed) };
        result(&format!("  {name:<26} {:>12} {assumed:>12}", number(all)))
    };
    for source in sources {
        row(source.source, source.calls(), source.assumed())?;
    }
    row(
        "together",
        sources.iter().map(SourceEstimate::calls).sum(),
        sources.iter().map(SourceEstimate::assumed).sum(),
    )?;
    let assumed: Vec<_> = sources
        .iter()
        .flat_map(|source| &source.operations)
        .filter(|each| each.certainty == Certainty::Assumed)
        .collect();
    if assumed.is_empty() {
        return Ok(());
    }
    result("")?;
    result("Assumed, since only the scan itself can find it out")?;
    for each in assumed {
        result(&format!(
            "  {} ({}): {}",
            each.operation,
            number(each.calls),
            each.assumption
        ))?;
    }
    Ok(())
}

fn time(time: &Time, is_partly_unknown: bool) -> Result<()> {
    result("")?;
    let at_least = if is_partly_unknown { "at least " } else { "" };
    result(&format!(
        "Time       about {at_least}{} at the configured rates, of which {} to find and enter the accounts",
        duration(time.seconds),
        duration(time.beginning_seconds)
    ))?;
    for (at, bound) in time.bounds.iter().enumerate() {
        let words = if at == 0 { "decided by" } else { "and not by" };
        result(&format!("  {words} {}: {}", bound.what, duration(bound.seconds)))?;
    }
    Ok(())
}

/// Seconds as a person says them, never rounded down to nothing.
fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{} s", seconds.ceil())
    } else if seconds < 7_200.0 {
        format!("{} min", (seconds / 60.0).ceil())
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}

fn made(answer: &Answer) -> Result<()> {
    result("")?;
    result("The calls that made this estimate")?;
    for entry in &answer.made.entries {
        let errors = match entry.errors {
            0 => String::new(),
            errors => format!(", {} refused or failed", number(errors)),
        };
        result(&format!("  {:<46} {:>8}{errors}", entry.operation, number(entry.calls)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_a_person_says_them() {
        assert_eq!(duration(0.0), "0 s");
        assert_eq!(duration(0.2), "1 s");
        assert_eq!(duration(61.0), "2 min");
        assert_eq!(duration(9_000.0), "2.5 h");
    }
}
