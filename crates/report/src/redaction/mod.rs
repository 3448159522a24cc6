//! Redaction: a run that says everything it said, with tokens in the place of everything by which somebody could be known.
//!
//! [`Redacted`] is a run like any other, so no format knows of it. Before it can be read, [`Redaction::of`] reads the runs
//! once and keeps what is to be replaced: a few bytes for each account, bucket and name, and no record. Tokens of accounts
//! and buckets keep the order of their originals, since the streams are joined by it; so the rank of an id in the run, and
//! of a name in its account, can be read from them.

mod arn;
mod fields;
mod gather;
mod json;
mod originals;
mod policy;
mod records;
mod redactor;
mod terms;
mod text;
mod tokens;
mod words;

use std::collections::BTreeMap;

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

use self::redactor::Redactor;
pub use self::tokens::{Salt, ShortSalt};
use crate::assessed::AssessedRun;

/// Why a run could not be redacted.
#[derive(Debug, thiserror::Error)]
pub enum RedactionError<E: std::error::Error + 'static> {
    /// A record of the run could not be read.
    #[error(transparent)]
    Run(#[from] E),
    /// A record is no record any more once its originals are replaced.
    #[error("a record of {what} could not be redacted: {source}")]
    Record {
        /// What the record is about.
        what: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The tokens of one run, or of several that are shown beside each other.
pub struct Redaction {
    redactor: Redactor,
}

impl Redaction {
    /// Reads runs for everything that is to be replaced.
    ///
    /// Runs that are compared have to be given together: the order of their accounts and buckets is then one, so the same
    /// original has the same token in each.
    pub fn of<R: AssessedRun>(salt: &Salt, runs: &[&R]) -> Result<Self, RedactionError<R::Error>> {
        gather::redactor(salt, runs).map(|redactor| Self { redactor })
    }

    /// The id that stands for an account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> AccountId {
        self.redactor.account(id)
    }

    /// The name that stands for a bucket of an account.
    #[must_use]
    pub fn bucket(&self, account: &AccountId, name: &str) -> String {
        self.redactor.bucket(Some(account), name)
    }
}

/// A run with tokens in the place of originals.
pub struct Redacted<'run, R> {
    run: &'run R,
    redactor: &'run Redactor,
    information: RunInformation,
    summary: AssessmentSummary,
    controls: Vec<ControlAssessment>,
    /// The accounts by their tokens.
    accounts: BTreeMap<AccountId, AccountId>,
}

impl<'run, R: AssessedRun> Redacted<'run, R> {
    /// One of the runs that the redaction was made of.
    #[must_use]
    pub fn new(run: &'run R, redaction: &'run Redaction) -> Self {
        let redactor = &redaction.redactor;
        // Assessments of before there were several frameworks do not name the one.
        let is_overlaid = |id: &str| {
            let mut frameworks = run.summary().frameworks();
            frameworks.any(|framework| !framework.overlays.is_empty() && (id.is_empty() || framework.id == id))
        };
        let controls = run.controls().iter().cloned();
        Self {
            information: redactor.information(run.run().clone()),
            summary: redactor.summary(run.summary().clone()),
            controls: controls
                .map(|control| {
                    let is_overlaid = is_overlaid(&control.framework);
                    redactor.control(control, is_overlaid)
                })
                .collect(),
            accounts: redactor
                .originals()
                .accounts()
                .map(|account| (redactor.account(account), account.clone()))
                .collect(),
            run,
            redactor,
        }
    }

    fn original(&self, token: &AccountId) -> Option<&AccountId> {
        self.accounts.get(token)
    }
}

/// Names what a record was about that could not be written or read again.
fn about<E: std::error::Error + 'static>(what: &'static str) -> impl FnOnce(serde_json::Error) -> RedactionError<E> {
    move |source| RedactionError::Record { what, source }
}

impl<R: AssessedRun> AssessedRun for Redacted<'_, R> {
    type Error = RedactionError<R::Error>;

    fn run(&self) -> &RunInformation {
        &self.information
    }

    fn sessions(&self) -> &[CollectionSession] {
        self.run.sessions()
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        self.run.checks()
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Self::Error>>, Self::Error> {
        let records = self.run.organization()?;
        Ok(records.map(|record| self.redactor.record(&record?).map_err(about("the organization"))))
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Self::Error>>, Self::Error> {
        let records = self.run.coverage()?;
        Ok(records.map(|record| Ok(self.redactor.coverage(record?))))
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Self::Error>>, Self::Error> {
        let findings = self.run.findings()?;
        Ok(findings.map(|finding| Ok(self.redactor.finding(finding?))))
    }

    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Self::Error>>, Self::Error> {
        let records = self.run.control_matrix()?;
        Ok(records.map(|record| Ok(self.redactor.matrix(record?))))
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Self::Error>>, Self::Error> {
        let records = self.run.access()?;
        Ok(records.map(|record| Ok(self.redactor.access(record?))))
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Self::Error> {
        let Some(original) = self.original(account) else {
            return Ok(None);
        };
        let facts = self.run.account_facts(original)?;
        facts
            .map(|facts| self.redactor.record(&facts).map_err(about("an account")))
            .transpose()
    }

    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Self::Error>>, Self::Error> {
        let records = self
            .original(account)
            .map(|account| self.run.buckets(account))
            .transpose()?;
        let records = records.into_iter().flatten();
        Ok(records.map(|record| self.redactor.record(&record?).map_err(about("a bucket"))))
    }

    fn services(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<ServiceRecord, Self::Error>>, Self::Error> {
        let records = self
            .original(account)
            .map(|account| self.run.services(account))
            .transpose()?;
        let records = records.into_iter().flatten();
        Ok(records.map(|record| self.redactor.record(&record?).map_err(about("a source"))))
    }

    fn is_redacted(&self) -> bool {
        true
    }
}
