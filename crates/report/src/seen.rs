//! How much of the scope was seen, in the words that every report uses, and whose evidence is missing since.

use std::collections::BTreeMap;

use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::identifiers::AccountId;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::text::share;

/// `92.5 %`, and `92.5 % of the known accounts` where the list of accounts is incomplete: of the others nobody knows how many
/// they are, so that no share can count them.
pub(crate) fn seen(summary: &AssessmentSummary) -> String {
    let seen = share(summary.coverage.seen);
    match &summary.account_listing_gap {
        Some(_) => format!("{seen} of the known accounts"),
        None => seen,
    }
}

/// The accounts that were read, as the coverage says, and of which the snapshot holds nothing any more, with their statuses.
///
/// Every account in scope is asked for once; the coverage is read only where one of them has nothing.
pub(crate) fn without_evidence<R: AssessedRun>(
    run: &R,
) -> Result<BTreeMap<AccountId, AccountStatus>, ReportError<R::Error>> {
    let mut missing = Vec::new();
    for tally in &run.summary().accounts {
        if run.account_facts(&tally.account).map_err(ReportError::Run)?.is_none() {
            missing.push(&tally.account);
        }
    }
    let mut read = BTreeMap::new();
    if missing.is_empty() {
        return Ok(read);
    }
    for record in run.coverage().map_err(ReportError::Run)? {
        if let CoverageRecord::Account(account) = record.map_err(ReportError::Run)?
            && missing.contains(&&account.account)
        {
            match account.status {
                AccountStatus::Assessed | AccountStatus::PartlyAssessed => {
                    read.insert(account.account, account.status);
                }
                AccountStatus::Denied
                | AccountStatus::NotCollected
                | AccountStatus::NotActive
                | AccountStatus::Excluded => {}
            }
        }
    }
    Ok(read)
}
