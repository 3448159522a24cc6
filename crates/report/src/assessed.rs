//! What a format needs of an assessed run: a few small values and several streams.
//!
//! This page does not know where they come from; the program implements it over the run directory, and the samples
//! over values in memory.

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

/// An assessed run, read as streams.
///
/// Every stream may be opened more than once and gives the same records in the same order each time. Renderers check the
/// stated orders, since they join the streams by them.
pub trait AssessedRun {
    /// Why a record could not be read.
    type Error: std::error::Error + Send + Sync + 'static;

    /// What is known of the run from its start.
    fn run(&self) -> &RunInformation;

    /// The stretches in which it was collected, oldest first.
    fn sessions(&self) -> &[CollectionSession];

    /// The assessment in numbers.
    fn summary(&self) -> &AssessmentSummary;

    /// Every control of the frameworks, each in its framework's order.
    fn controls(&self) -> &[ControlAssessment];

    /// Every check that was judged, by id.
    fn checks(&self) -> &[CheckDescription];

    /// The organization first; the accounts by id.
    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Self::Error>>, Self::Error>;

    /// The sources that are read once for the run; then for each account, by id: the account, its regions, its sources, its
    /// buckets by name.
    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Self::Error>>, Self::Error>;

    /// For each account, by id: the findings on the account itself, then those on its buckets by name; by check where
    /// the resource is the same.
    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Self::Error>>, Self::Error>;

    /// What controls come to in each part of the organization: for each account in scope, by id, then for each
    /// organizational unit; nothing for an assessment of before this was written.
    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Self::Error>>, Self::Error>;

    /// Who reaches each bucket, in the order of the findings on buckets; nothing for an assessment of before this was written.
    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Self::Error>>, Self::Error>;

    /// What was read once of an account; `None` when the account was never spoken to.
    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Self::Error>;

    /// An account's buckets with what was read of them, by name; none when the account was never spoken to.
    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Self::Error>>, Self::Error>;

    /// What the sources said of an account, by source and region; none when the account was never entered.
    fn services(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<ServiceRecord, Self::Error>>, Self::Error>;

    /// Whether tokens stand in the place of names, so that a report can say so.
    fn is_redacted(&self) -> bool {
        false
    }
}
