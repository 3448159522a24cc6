//! The end of a scan in a few lines: coverage first, then the worst findings, then where the report is.

use anyhow::Result;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::control::{ControlAssessment, ControlStatus};
use s3attest_model::coverage::{AccountStatus, CoverageRecord, SourceStatus, SourceTally};
use s3attest_model::finding::Finding;
use s3attest_model::run::{Mode, RunInformation};
use s3attest_report::AssessedRun as _;

use crate::assessed::OpenedRun;
use crate::output::{number, percentage, plain, result};

/// Accounts that are named one by one; the report names them all.
const ACCOUNTS_NAMED: usize = 10;
/// Findings that are named one by one.
const FINDINGS_NAMED: usize = 10;

/// Prints what came of a run.
pub(crate) fn print(opened: &OpenedRun<'_>) -> Result<()> {
    heading(opened.run())?;
    coverage(opened)?;
    sources(&opened.summary().coverage.sources)?;
    findings(opened.summary())?;
    controls(opened.summary(), opened.controls())?;
    worst(&opened.summary().worst)
}

fn heading(run: &RunInformation) -> Result<()> {
    match &run.mode {
        Mode::Organization => {}
        Mode::SingleAccount(why) => {
            result(&format!(
                "ONE ACCOUNT ONLY: {} was read alone, because {}.",
                run.caller.account,
                plain(why)
            ))?;
            result("")?;
        }
    }
    Ok(())
}

fn coverage(opened: &OpenedRun<'_>) -> Result<()> {
    let totals = &opened.summary().coverage;
    result(&format!("Coverage   {} of the scope was seen", percentage(totals.seen)))?;
    let accounts: Vec<String> = totals
        .accounts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{} {}", number(*count), status.as_str().replace('-', " ")))
        .collect();
    result(&format!("  accounts {}", accounts.join(", ")))?;
    let buckets = &totals.buckets;
    let buckets = [
        (buckets.assessed, "read in full"),
        (buckets.partly_assessed, "in part"),
        (buckets.unreadable, "not readable"),
        (buckets.gone, "deleted during the run"),
    ];
    let buckets: Vec<String> = buckets
        .into_iter()
        .filter(|(count, words)| *count > 0 || *words == "read in full")
        .map(|(count, words)| format!("{} {words}", number(count)))
        .collect();
    result(&format!("  buckets  {}", buckets.join(", ")))?;
    if let Some(gap) = &opened.summary().account_listing_gap {
        result(&format!(
            "  THE LIST OF ACCOUNTS IS INCOMPLETE: {} ({}). Accounts may be missing that nobody can count.",
            gap.cause.phrase(),
            plain(&gap.detail)
        ))?;
    }
    let mut named = 0;
    let mut unnamed = 0;
    for record in opened.coverage()? {
        let CoverageRecord::Account(account) = record? else {
            continue;
        };
        if matches!(account.status, AccountStatus::Assessed | AccountStatus::Excluded) {
            continue;
        }
        if named == ACCOUNTS_NAMED {
            unnamed += 1;
            continue;
        }
        named += 1;
        let name = if account.name.is_empty() {
            String::new()
        } else {
            format!(" {}", plain(&account.name))
        };
        result(&format!("  - {}{name}: {}", account.account, plain(&account.reason)))?;
        if !account.remedy.is_empty() {
            result(&format!("    {}", plain(&account.remedy)))?;
        }
    }
    if unnamed > 0 {
        result(&format!(
            "  - and {} more accounts, which the report names",
            number(unnamed)
        ))?;
    }
    Ok(())
}

/// The sources of which some account in scope may hold more than was read.
fn sources(tallies: &[SourceTally]) -> Result<()> {
    if tallies.is_empty() {
        return Ok(());
    }
    let incomplete: Vec<&SourceTally> = tallies.iter().filter(|tally| tally.is_incomplete()).collect();
    if incomplete.is_empty() {
        return result(&format!(
            "  sources  all {} read wherever they are in use",
            tallies.len()
        ));
    }
    result(&format!(
        "  sources  {} of {} not read everywhere; the report says where, why and what to do",
        incomplete.len(),
        tallies.len()
    ))?;
    for tally in incomplete {
        result(&format!("  - {}: {}", tally.source.title(), shortfall(tally)))?;
    }
    Ok(())
}

/// In how many accounts a source was not read, by how far.
fn shortfall(tally: &SourceTally) -> String {
    let parts = [
        (tally.of(SourceStatus::Unreadable), "unreadable in"),
        (tally.of(SourceStatus::PartlyRead), "read in part in"),
        (tally.of(SourceStatus::NotCollected), "left out in"),
        (tally.not_reached, "not reached in"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{words} {}", number(count)))
        .collect();
    let accounts = if parts.len() == 1 && parts[0].ends_with(" 1") {
        "account"
    } else {
        "accounts"
    };
    format!("{} {accounts}", parts.join(", "))
}

fn findings(summary: &AssessmentSummary) -> Result<()> {
    let counts = &summary.counts;
    let severities: Vec<String> = summary
        .failed_by_severity
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{} {severity}", number(*count)))
        .collect();
    let severities = if severities.is_empty() {
        String::new()
    } else {
        format!(" ({})", severities.join(", "))
    };
    result("")?;
    result(&format!(
        "Findings   {} failed{severities}, {} not assessed, {} passed, {} not applicable",
        number(counts.fail),
        number(counts.not_assessed),
        number(counts.pass),
        number(counts.not_applicable)
    ))
}

fn controls(summary: &AssessmentSummary, controls: &[ControlAssessment]) -> Result<()> {
    let of = |status: ControlStatus| controls.iter().filter(|control| control.status == status).count() as u64;
    let counts: Vec<String> = ControlStatus::ALL
        .into_iter()
        .filter(|status| of(*status) > 0)
        .map(|status| format!("{} {}", number(of(status)), status.as_str().replace('-', " ")))
        .collect();
    result(&format!(
        "Controls   {} ({})",
        counts.join(", "),
        plain(&summary.framework.title)
    ))
}

fn worst(findings: &[Finding]) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    result("")?;
    result("Worst findings")?;
    for finding in findings.iter().take(FINDINGS_NAMED) {
        let account = finding.resource.account();
        result(&format!(
            "  {:<8} {}  {}",
            finding.severity,
            account,
            plain(finding.resource.name())
        ))?;
        result(&format!("           {}: {}", finding.check, plain(&finding.message)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use s3attest_model::services::ServiceSource;

    use super::*;

    fn tally(accounts: &[(SourceStatus, u64)], not_reached: u64) -> SourceTally {
        SourceTally {
            source: *ServiceSource::ALL.first().expect("there is a source"),
            accounts: accounts.to_vec(),
            not_reached,
            out_of_scope: 3,
        }
    }

    #[test]
    fn a_shortfall_counts_accounts_by_how_far_they_were_read() {
        use SourceStatus::{NotCollected, NotSubscribed, PartlyRead, Read, Unreadable};
        for (accounts, not_reached, words) in [
            (&[(Unreadable, 1), (Read, 7)][..], 0, "unreadable in 1 account"),
            (
                &[(Unreadable, 2), (PartlyRead, 1_000), (NotSubscribed, 4)],
                1,
                "unreadable in 2, read in part in 1,000, not reached in 1 accounts",
            ),
            (&[(NotCollected, 21)], 0, "left out in 21 accounts"),
        ] {
            let tally = tally(accounts, not_reached);
            assert!(tally.is_incomplete());
            assert_eq!(shortfall(&tally), words);
        }
    }

    #[test]
    fn what_nobody_has_and_what_was_read_is_no_shortfall() {
        let complete = tally(&[(SourceStatus::Read, 4), (SourceStatus::NotSubscribed, 2)], 0);
        assert!(!complete.is_incomplete());
    }
}
