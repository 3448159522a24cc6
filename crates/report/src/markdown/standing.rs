//! How a run stands by itself: verdicts, the worst findings, accounts that were not read in full, controls.

use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::finding::{Finding, Verdict};

use super::escape::{code, words};
use super::{NAME, Page, ROWS, SENTENCE};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::foremost::Foremost;
use crate::mapping::Mapping;
use crate::selection::Selection;
use crate::text::{count, counted};
use crate::unread::Unread;

/// Writes what a run comes to.
pub(super) fn write<R: AssessedRun>(run: &R, page: &mut Page) -> Result<(), ReportError<R::Error>> {
    let summary = run.summary();
    let accounts: Vec<_> = summary
        .coverage
        .accounts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(status, number)| format!("{} {}", count(*number), status.as_str().replace('-', " ")))
        .collect();
    let buckets = summary.coverage.buckets;
    page.line(&format!(
        "Accounts: {}. Buckets: {} read in full, {} in part, {} not readable, {} deleted during the run.",
        if accounts.is_empty() {
            "none".to_owned()
        } else {
            accounts.join(", ")
        },
        count(buckets.assessed),
        count(buckets.partly_assessed),
        count(buckets.unreadable),
        count(buckets.gone),
    ));
    unread(run, page)?;
    let counts = summary.counts;
    page.line("### Verdicts");
    let rows: Vec<_> = Verdict::ALL
        .iter()
        .map(|verdict| {
            let note = match verdict {
                Verdict::Fail if counts.accepted > 0 => format!(" ({} accepted)", count(counts.accepted)),
                _ => String::new(),
            };
            vec![
                verdict.as_str().replace('-', " "),
                format!("{}{note}", count(counts.of(*verdict))),
            ]
        })
        .collect();
    page.table(&["Verdict", "Findings"], &rows);
    let severities: Vec<_> = summary
        .failed_by_severity
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{} {severity}", count(*number)))
        .collect();
    if !severities.is_empty() {
        page.line(&format!("Failed, accepted ones included: {}.", severities.join(", ")));
    }
    worst(run, page);
    controls(run, page);
    Ok(())
}

fn worst<R: AssessedRun>(run: &R, page: &mut Page) {
    let summary = run.summary();
    let open: Vec<&Finding> = summary.worst.iter().filter(|finding| !finding.is_accepted()).collect();
    if open.is_empty() {
        return;
    }
    let mapping = Mapping::new(run);
    page.line("### Worst findings");
    let row = |finding: &&Finding| {
        let check = mapping.of(&finding.check);
        let title = if check.title().is_empty() {
            finding.check.as_str()
        } else {
            check.title()
        };
        vec![
            finding.severity.to_string(),
            code(finding.resource.account().as_str(), NAME),
            code(finding.resource.name(), NAME),
            words(title, NAME * 2).into_owned(),
        ]
    };
    let rows: Vec<_> = open.iter().take(ROWS).map(row).collect();
    page.table(&["Severity", "Account", "Resource", "Failed check"], &rows);
    page.more(summary.counts.unaccepted(), rows.len(), "failed findings in the report");
}

/// The accounts of which something is not known, those of which least is known first, bounded.
fn unread<R: AssessedRun>(run: &R, page: &mut Page) -> Result<(), ReportError<R::Error>> {
    let mut rows = Foremost::new(ROWS);
    for record in run.coverage().map_err(ReportError::Run)? {
        let CoverageRecord::Account(account) = record.map_err(ReportError::Run)? else {
            continue;
        };
        let Some(unread) = Unread::of(&account).filter(|_| account.status != AccountStatus::Excluded) else {
            continue;
        };
        rows.offer(unread, || {
            vec![
                code(account.account.as_str(), NAME),
                code(&account.name, NAME),
                account.status.as_str().replace('-', " "),
                code(&account.reason, SENTENCE),
            ]
        });
    }
    let (total, rows) = (rows.total(), rows.into_rows());
    if total > 0 {
        page.line("### Accounts not read in full");
        page.table(&["Account", "Name", "Status", "Why"], &rows);
        page.more(total, rows.len(), "accounts in the report");
    }
    Ok(())
}

fn controls<R: AssessedRun>(run: &R, page: &mut Page) {
    use s3attest_model::control::ControlStatus;
    let summary = run.summary();
    let selection = Selection::of(run);
    let rows: Vec<_> = summary
        .frameworks()
        .take(ROWS)
        .map(|framework| {
            let of = |status: ControlStatus| {
                let controls = run.controls().iter();
                let controls = controls.filter(|control| control.framework == framework.id && selection.holds(control));
                count(controls.filter(|control| control.status == status).count() as u64)
            };
            let title = format!(
                "{}{}",
                words(&framework.title, NAME),
                selection
                    .baseline_of(&framework.id)
                    .map_or_else(String::new, |baseline| format!(", {} baseline", baseline.title()))
            );
            std::iter::once(title).chain(ControlStatus::ALL.map(of)).collect()
        })
        .collect();
    page.line("### Controls");
    page.table(
        &[
            "Framework",
            "Not satisfied",
            "Undetermined",
            "Accepted",
            "Satisfied",
            "Not applicable",
            "Not automated",
        ],
        &rows,
    );
    let exceptions = summary
        .exceptions
        .as_ref()
        .map_or(0, |given| given.expired().count() as u64);
    if exceptions > 0 {
        page.line(&format!(
            "{} expired.",
            counted(exceptions, "exception is", "exceptions are")
        ));
    }
}
