//! Findings with the account that holds their resource, as every machine-readable format wants them.
//!
//! It joins two streams by account and knows no format.

use std::rc::Rc;

use s3attest_model::coverage::{AccountCoverage, CoverageRecord};
use s3attest_model::finding::Finding;
use s3attest_model::identifiers::AccountId;

use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// A finding and the account that holds its resource.
#[derive(Debug)]
pub(crate) struct JoinedFinding {
    pub(crate) finding: Finding,
    /// The account's place in the coverage; `None` when the coverage does not name the account.
    pub(crate) account: Option<Rc<AccountCoverage>>,
}

impl JoinedFinding {
    /// The account's name; empty when it is not known.
    pub(crate) fn account_name(&self) -> &str {
        self.account.as_deref().map_or("", |account| account.name.as_str())
    }
}

/// Something that is read of a run.
type Read<T, R> = Result<T, ReportError<<R as AssessedRun>::Error>>;

/// The findings of a run in their order, each with its account. It holds one account.
pub(crate) fn findings<R: AssessedRun>(run: &R) -> Read<impl Iterator<Item = Read<JoinedFinding, R>>, R> {
    let mut coverage = Ahead::new(run.coverage().map_err(ReportError::Run)?);
    let mut current: Option<(AccountId, Option<Rc<AccountCoverage>>)> = None;
    let findings = run.findings().map_err(ReportError::Run)?;
    Ok(findings.map(move |finding| {
        let finding = finding.map_err(ReportError::Run)?;
        let account = finding.resource.account();
        let known = match &current {
            Some((of, known)) if of == account => known.clone(),
            Some(_) | None => {
                let known = find(&mut coverage, account).map_err(ReportError::Run)?;
                current = Some((account.clone(), known.clone()));
                known
            }
        };
        Ok(JoinedFinding {
            finding,
            account: known,
        })
    }))
}

/// The account's line, from a stream that is ordered by account; lines before it are passed over.
pub(crate) fn find<E>(
    coverage: &mut Ahead<impl Iterator<Item = Result<CoverageRecord, E>>>,
    account: &AccountId,
) -> Result<Option<Rc<AccountCoverage>>, E> {
    let mut found = None;
    while let Some(record) = coverage.next_if(|record| record.account() <= Some(account))? {
        if let CoverageRecord::Account(covered) = record
            && covered.account == *account
        {
            found = Some(Rc::new(*covered));
        }
    }
    Ok(found)
}
