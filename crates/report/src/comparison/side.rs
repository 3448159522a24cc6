//! One of the two runs, opened: its findings and its coverage with the next record of each in view.

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::{Finding, Resource};
use s3attest_model::identifiers::{AccountId, BucketName};

use super::absence::{Horizon, Sight};
use super::omission::Omission;
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::organization;

type Stream<'run, T, E> = Ahead<Box<dyn Iterator<Item = Result<T, E>> + 'run>>;

/// A run that is being walked, account by account.
pub(super) struct Side<'run, R: AssessedRun> {
    findings: Stream<'run, Finding, R::Error>,
    coverage: Stream<'run, CoverageRecord, R::Error>,
    pub(super) horizon: Horizon,
    /// What the run could see of the account at hand.
    pub(super) sight: Sight,
}

impl<'run, R: AssessedRun> Side<'run, R> {
    /// Opens a run; `is_foreign` says whether the other one is of another organization.
    pub(super) fn open(run: &'run R, is_foreign: bool) -> Result<Self, ReportError<R::Error>> {
        let findings = run.findings().map_err(ReportError::Run)?;
        let mut coverage: Stream<'run, _, _> = Ahead::new(Box::new(run.coverage().map_err(ReportError::Run)?));
        while coverage
            .next_if(|record| record.account().is_none())
            .map_err(ReportError::Run)?
            .is_some()
        {}
        Ok(Self {
            findings: Ahead::new(Box::new(findings)),
            coverage,
            horizon: Horizon::of(run, is_foreign),
            sight: Sight::default(),
        })
    }

    /// The account that comes next.
    pub(super) fn next_account(&mut self) -> Result<Option<AccountId>, ReportError<R::Error>> {
        let covered = match self.coverage.peek().map_err(ReportError::Run)? {
            // A line about the organization that comes later than the first account would hide everything behind it.
            Some(record) => match record.account() {
                Some(account) => Some(account.clone()),
                None => {
                    return Err(ReportError::OutOfOrder {
                        stream: "coverage",
                        at: "the organization".to_owned(),
                    });
                }
            },
            None => None,
        };
        let found = self.findings.peek().map_err(ReportError::Run)?;
        let found = found.map(|finding| finding.resource.account().clone());
        Ok([covered, found].into_iter().flatten().min())
    }

    /// Takes what the run could see of an account, and the findings on the account itself.
    pub(super) fn enter(&mut self, account: &AccountId) -> Result<Vec<Finding>, ReportError<R::Error>> {
        self.sight = Sight::default();
        while let Some(record) = self
            .coverage
            .next_if(|record| record.account() == Some(account) && !matches!(record, CoverageRecord::Bucket(_)))
            .map_err(ReportError::Run)?
        {
            self.sight.take(record);
        }
        self.findings_while(|resource| resource.is_of_account() && resource.account() == account)
    }

    /// The bucket that comes next in an account.
    pub(super) fn next_bucket(&mut self, account: &AccountId) -> Result<Option<BucketName>, ReportError<R::Error>> {
        let covered = match self.coverage.peek().map_err(ReportError::Run)? {
            Some(CoverageRecord::Bucket(bucket)) if bucket.account == *account => Some(bucket.bucket.clone()),
            Some(_) | None => None,
        };
        let found = match self.findings.peek().map_err(ReportError::Run)? {
            Some(finding) => bucket_of(&finding.resource, account).cloned(),
            None => None,
        };
        Ok([covered, found].into_iter().flatten().min())
    }

    /// Takes the findings on a bucket, and whether the run lists the bucket.
    pub(super) fn bucket(
        &mut self,
        account: &AccountId,
        name: &BucketName,
    ) -> Result<(Vec<Finding>, bool), ReportError<R::Error>> {
        let covered = self
            .coverage
            .next_if(|record| {
                matches!(record, CoverageRecord::Bucket(bucket) if bucket.account == *account && bucket.bucket == *name)
            })
            .map_err(ReportError::Run)?;
        let findings = self.findings_while(|resource| bucket_of(resource, account) == Some(name))?;
        let is_listed = covered.is_some() || !findings.is_empty();
        Ok((findings, is_listed))
    }

    /// What the run was told to leave out, where it entered the account at hand.
    pub(super) fn omission(&self) -> Option<&Omission> {
        self.sight.is_reached().then_some(&self.horizon.omission)
    }

    fn findings_while(&mut self, wanted: impl Fn(&Resource) -> bool) -> Result<Vec<Finding>, ReportError<R::Error>> {
        let mut taken = Vec::new();
        while let Some(finding) = self
            .findings
            .next_if(|finding| wanted(&finding.resource))
            .map_err(ReportError::Run)?
        {
            taken.push(finding);
        }
        Ok(taken)
    }
}

fn bucket_of<'resource>(resource: &'resource Resource, account: &AccountId) -> Option<&'resource BucketName> {
    match resource {
        Resource::Bucket { account: of, name, .. } if of == account => Some(name),
        _ => None,
    }
}

/// The id of the organization that a run is of, where it is known.
pub(super) fn organization_of<R: AssessedRun>(run: &R) -> Result<Option<String>, ReportError<R::Error>> {
    Ok(organization::known(run)?.map(|organization| organization.id))
}

/// Whether two runs are certainly of different organizations: both say of which one they are, and it is not the same.
pub(super) fn are_foreign(earlier: Option<&str>, later: Option<&str>) -> bool {
    matches!((earlier, later), (Some(earlier), Some(later)) if earlier != later)
}
