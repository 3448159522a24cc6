//! Runs that break off or are out of order: nothing is left behind, and nothing is lost.

use std::convert::Infallible;
use std::fs;

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
use s3attest_report::sample::{Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, ReportError, Settings, render};

/// A run whose streams are spoilt in one way.
struct Spoilt {
    sample: Sample,
    findings: Vec<Result<Finding, Broken>>,
}

#[derive(Debug, Clone, thiserror::Error)]
#[error("`findings.ndjson.zst` ends in the middle of a record")]
struct Broken;

impl AssessedRun for Spoilt {
    type Error = Broken;

    fn run(&self) -> &RunInformation {
        &self.sample.run
    }

    fn sessions(&self) -> &[CollectionSession] {
        &self.sample.sessions
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.sample.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.sample.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        &self.sample.checks
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Broken>>, Broken> {
        Ok(self.sample.organization.iter().cloned().map(Ok))
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Broken>>, Broken> {
        Ok(self.sample.coverage.iter().cloned().map(Ok))
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Broken>>, Broken> {
        Ok(self.findings.iter().cloned())
    }

    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Broken>>, Broken> {
        Ok(self.sample.matrix.iter().cloned().map(Ok))
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Broken>>, Broken> {
        Ok(self.sample.access.iter().cloned().map(Ok))
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Broken> {
        self.sample
            .account_facts(account)
            .map_err(|never: Infallible| match never {})
    }

    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Broken>>, Broken> {
        Ok(self.sample.buckets.get(account).into_iter().flatten().cloned().map(Ok))
    }

    fn services(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<ServiceRecord, Broken>>, Broken> {
        Ok(self.sample.services.get(account).into_iter().flatten().cloned().map(Ok))
    }
}

fn spoilt(change: impl FnOnce(&mut Vec<Result<Finding, Broken>>)) -> (ReportError<Broken>, bool) {
    let sample = sample_assessment();
    let mut findings: Vec<_> = sample.findings.iter().cloned().map(Ok).collect();
    change(&mut findings);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = Spoilt { sample, findings };
    let error = render(&run, Format::ALL, &Settings::default(), directory.path()).expect_err("a spoilt run");
    let is_empty = fs::read_dir(directory.path()).expect("the directory").next().is_none();
    (error, is_empty)
}

#[test]
fn a_run_that_breaks_off_leaves_nothing_behind_and_says_where() {
    let (error, is_empty) = spoilt(|findings| findings.push(Err(Broken)));
    assert!(is_empty);
    assert_eq!(
        error.to_string(),
        "the run could not be read for the report: `findings.ndjson.zst` ends in the middle of a record"
    );
}

#[test]
fn findings_out_of_order_are_refused_and_not_lost() {
    let (error, is_empty) = spoilt(|findings| findings.reverse());
    assert!(is_empty);
    assert!(matches!(error, ReportError::OutOfOrder { .. }), "{error}");
}
