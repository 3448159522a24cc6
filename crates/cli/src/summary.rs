//! The end of a scan in a few lines: coverage first, then the worst findings, then where the report is.

use anyhow::Result;
use s3attest_model::assessment::{AssessmentSummary, FrameworkInformation};
use s3attest_model::control::{Baseline, ControlAssessment, ControlStatus};
use s3attest_model::coverage::{AccountStatus, CoverageRecord, SourceStatus, SourceTally};
use s3attest_model::exception::{AppliedException, ExceptionEffect};
use s3attest_model::finding::Finding;
use s3attest_model::run::{Mode, RunInformation};
use s3attest_report::AssessedRun as _;

use crate::assessed::OpenedRun;
use crate::exceptions;
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
    if let Some(assessed) = &opened.summary().exceptions {
        exceptions::print(assessed, opened.summary().counts.accepted)?;
    }
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
            "  - and {} more {}, which the report names",
            number(unnamed),
            if unnamed == 1 { "account" } else { "accounts" }
        ))?;
    }
    Ok(())
}

/// How far the sources were read in the accounts that were reached. The accounts that were not stand above.
fn sources(tallies: &[SourceTally]) -> Result<()> {
    let Some(first) = tallies.first() else {
        return Ok(());
    };
    let left_out: Vec<&str> = tallies
        .iter()
        .filter(|tally| tally.of(SourceStatus::NotCollected) > 0)
        .map(|tally| tally.source.title())
        .collect();
    let lacking: Vec<(&SourceTally, String)> = tallies
        .iter()
        .filter_map(|tally| Some((tally, shortfall(tally)?)))
        .collect();
    let unknown = match first.not_reached {
        0 => String::new(),
        1 => "; of the account that was not reached, none is known".to_owned(),
        more => format!(
            "; of the {} accounts that were not reached, none is known",
            number(more)
        ),
    };
    let read = if lacking.is_empty() && left_out.is_empty() {
        format!("all {} were read in every account that was reached", tallies.len())
    } else {
        let whole = tallies
            .iter()
            .filter(|tally| shortfall(tally).is_none() && tally.of(SourceStatus::NotCollected) == 0);
        format!(
            "{} of {} were read in every account that was reached",
            whole.count(),
            tallies.len()
        )
    };
    result(&format!("  sources  {read}{unknown}"))?;
    for (tally, shortfall) in lacking {
        result(&format!("  - {}: {shortfall}", tally.source.title()))?;
    }
    if !left_out.is_empty() {
        result(&format!("  - left out, or not collected: {}", left_out.join(", ")))?;
    }
    Ok(())
}

/// In how many accounts a source could not be read, or not in full; `None` when there is no such account.
fn shortfall(tally: &SourceTally) -> Option<String> {
    let (unreadable, partly) = (tally.of(SourceStatus::Unreadable), tally.of(SourceStatus::PartlyRead));
    let accounts = |count: u64| if count == 1 { "account" } else { "accounts" };
    match (unreadable, partly) {
        (0, 0) => None,
        (_, 0) => Some(format!("unreadable in {} {}", number(unreadable), accounts(unreadable))),
        (0, _) => Some(format!("read in part in {} {}", number(partly), accounts(partly))),
        _ => Some(format!(
            "unreadable in {} and read in part in {} {}",
            number(unreadable),
            number(partly),
            accounts(partly)
        )),
    }
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
    let accepted = if counts.accepted == 0 {
        String::new()
    } else {
        format!(", {} of them accepted by exceptions", number(counts.accepted))
    };
    result("")?;
    result(&format!(
        "Findings   {} failed{severities}{accepted}, {} not assessed, {} passed, {} not applicable",
        number(counts.fail),
        number(counts.not_assessed),
        number(counts.pass),
        number(counts.not_applicable)
    ))
}

fn controls(summary: &AssessmentSummary, controls: &[ControlAssessment]) -> Result<()> {
    for (index, framework) in summary.frameworks().enumerate() {
        let label = if index == 0 { "Controls  " } else { "          " };
        let numbers = controls_in_numbers(framework, summary.baseline, controls);
        result(&format!("{label} {numbers}"))?;
    }
    Ok(())
}

/// The controls of a framework by their status: those of the baseline that was selected, and how many are outside of it.
fn controls_in_numbers(
    framework: &FrameworkInformation,
    baseline: Option<Baseline>,
    controls: &[ControlAssessment],
) -> String {
    let controls: Vec<_> = controls
        .iter()
        .filter(|control| control.framework == framework.id)
        .collect();
    let baseline = baseline.filter(|_| framework.has_baselines);
    let within: Vec<_> = controls.iter().filter(|control| control.is_within(baseline)).collect();
    let of = |status: ControlStatus| within.iter().filter(|control| control.status == status).count() as u64;
    let counts: Vec<String> = ControlStatus::ALL
        .into_iter()
        .filter(|status| of(*status) > 0)
        .map(|status| format!("{} {}", number(of(status)), status.as_str().replace('-', " ")))
        .collect();
    let selection = baseline.map_or_else(String::new, |baseline| {
        let outside = number((controls.len() - within.len()) as u64);
        format!(
            ", {} baseline; {outside} more are outside of it",
            baseline.title().to_lowercase()
        )
    });
    format!("{} ({}{selection})", counts.join(", "), plain(&framework.title))
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
        if let Some(exception) = &finding.exception {
            result(&format!("           {}", plain(&beside(exception))))?;
        }
    }
    Ok(())
}

/// What an exception does to a finding, in a line.
fn beside(exception: &AppliedException) -> String {
    let (id, expires) = (&exception.id, exception.expires);
    match exception.effect {
        ExceptionEffect::Accepted => format!("accepted by exception {id} until {expires}"),
        ExceptionEffect::Expired => format!("exception {id} expired on {expires}"),
        ExceptionEffect::TagsUnknown => format!("exception {id} does not apply: the bucket's tags are not known"),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::services::ServiceSource;

    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_baseline_and_say_what_is_outside() {
        use s3attest_assess::frameworks::{Framework, RollUp};

        let framework = Framework::nist_800_53_r5();
        let (controls, _) = RollUp::new(framework, []).finish();
        let numbers = |baseline| controls_in_numbers(&framework.information(), baseline, &controls);
        let all = numbers(None);
        assert!(all.ends_with("(NIST SP 800-53 revision 5)"), "{all}");
        let low = numbers(Some(Baseline::Low));
        assert!(low.ends_with(", low baseline; 865 more are outside of it)"), "{low}");
        // A framework without baselines keeps all of its controls.
        let other = Framework::embedded("aws-fsbp-1.0.0").expect("the program comes with it");
        let (controls, _) = RollUp::new(other, []).finish();
        let fsbp = controls_in_numbers(&other.information(), Some(Baseline::Low), &controls);
        assert!(
            fsbp.ends_with("(AWS Foundational Security Best Practices 1.0.0)"),
            "{fsbp}"
        );
    }

    #[test]
    fn a_shortfall_counts_the_accounts_that_were_reached_and_not_read() {
        use SourceStatus::{NotCollected, NotSubscribed, PartlyRead, Read, Unreadable};
        for (accounts, words) in [
            (&[(Unreadable, 1), (Read, 7)][..], Some("unreadable in 1 account")),
            (&[(PartlyRead, 3)], Some("read in part in 3 accounts")),
            (
                &[(Unreadable, 2), (PartlyRead, 1_000), (NotSubscribed, 4)],
                Some("unreadable in 2 and read in part in 1,000 accounts"),
            ),
            (&[(NotCollected, 21), (NotSubscribed, 2), (Read, 4)], None),
        ] {
            let tally = SourceTally {
                source: ServiceSource::of_accounts().next().expect("there is a source"),
                accounts: accounts.to_vec(),
                not_reached: 1,
                out_of_scope: 3,
            };
            assert_eq!(shortfall(&tally).as_deref(), words);
        }
    }
}
