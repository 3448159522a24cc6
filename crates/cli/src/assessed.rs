//! A run on disk as the reports read it.

use s3attest_model::access::BucketAccess;
use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::check::CheckDescription;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Finding;
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::run::{CollectionSession, RunInformation};
use s3attest_model::services::ServiceRecord;
use s3attest_report::AssessedRun;
use s3attest_snapshot::{AccountEntry, Assessment, Run, SnapshotError};

/// An assessed run, opened.
pub(crate) struct OpenedRun<'run> {
    run: &'run Run,
    sessions: Vec<CollectionSession>,
    assessment: Assessment,
    checks: Vec<CheckDescription>,
}

impl<'run> OpenedRun<'run> {
    /// Opens the assessment of a run; `None` when it was not judged yet.
    pub(crate) fn open(run: &'run Run) -> Result<Option<Self>, SnapshotError> {
        let Some(assessment) = run.assessment()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            run,
            sessions: run.sessions()?,
            assessment,
            checks: s3attest_assess::descriptions(),
        }))
    }

    /// The assessment in numbers.
    pub(crate) fn summary_of_run(&self) -> &AssessmentSummary {
        &self.assessment.summary
    }
}

impl AssessedRun for OpenedRun<'_> {
    type Error = SnapshotError;

    fn run(&self) -> &RunInformation {
        self.run.information()
    }

    fn sessions(&self) -> &[CollectionSession] {
        &self.sessions
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.assessment.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.assessment.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        &self.checks
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, SnapshotError>>, SnapshotError> {
        Ok(self.run.organization()?.into_iter().flatten())
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, SnapshotError>>, SnapshotError> {
        self.assessment.coverage()
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, SnapshotError>>, SnapshotError> {
        self.assessment.findings()
    }

    fn control_matrix(
        &self,
    ) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, SnapshotError>>, SnapshotError> {
        Ok(self.assessment.control_matrix()?.into_iter().flatten())
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, SnapshotError>>, SnapshotError> {
        Ok(self.assessment.effective_access()?.into_iter().flatten())
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, SnapshotError> {
        Ok(self.run.account(account)?.map(|reader| reader.facts().clone()))
    }

    fn buckets(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<Bucket, SnapshotError>>, SnapshotError> {
        let entries = self.run.account(account)?.into_iter().flatten();
        Ok(entries.filter_map(|entry| match entry {
            Ok(AccountEntry::Bucket(bucket)) => Some(Ok(*bucket)),
            Ok(AccountEntry::Service(_)) => None,
            Err(error) => Some(Err(error)),
        }))
    }

    fn services(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<ServiceRecord, SnapshotError>>, SnapshotError> {
        Ok(self.run.services(account)?.into_iter().flatten())
    }
}
