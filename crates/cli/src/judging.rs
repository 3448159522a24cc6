//! Judging a run on disk: streams its records through the passes of an assessment, and the outcome back into the run.

use std::collections::BTreeSet;

use anyhow::Result;
use s3attest_assess::coverage::OrganizationReads;
use s3attest_assess::frameworks::Framework;
use s3attest_assess::{
    AccountRecords, Assessor, Basis, CHECKS, Exceptions, IndexBuilder, OrganizationEvidence, Provenance, Sink, Survey,
};
use s3attest_model::access::BucketAccess;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::BucketSetting;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Finding;
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::services::ServiceSource;
use s3attest_snapshot::{AccountEntry, AssessmentWriter, Run, SnapshotError};

use crate::configuration::Configuration;
use crate::criteria::Criteria;
use crate::output::notice;

/// The run's assessment takes findings and coverage as they are made.
struct IntoRun(AssessmentWriter);

impl Sink for IntoRun {
    type Error = SnapshotError;

    fn finding(&mut self, finding: Finding) -> Result<(), SnapshotError> {
        self.0.finding(&finding)
    }

    fn coverage(&mut self, record: CoverageRecord) -> Result<(), SnapshotError> {
        self.0.coverage(&record)
    }

    fn controls(&mut self, record: ControlMatrixRecord) -> Result<(), SnapshotError> {
        self.0.controls(&record)
    }

    fn access(&mut self, record: BucketAccess) -> Result<(), SnapshotError> {
        self.0.access(&record)
    }
}

/// Judges a run and writes the assessment into it.
pub(crate) fn judge(run: &Run, configuration: &Configuration, exceptions: Option<&Exceptions>) -> Result<()> {
    let mut sink = IntoRun(run.begin_assessment()?);
    let (summary, controls) = judge_into(run, configuration, exceptions, &mut sink)?;
    sink.0.finish(&summary, &controls)?;
    Ok(())
}

/// Judges a run and hands on findings and coverage as they are made.
pub(crate) fn judge_into<S>(
    run: &Run,
    configuration: &Configuration,
    exceptions: Option<&Exceptions>,
    sink: &mut S,
) -> Result<(AssessmentSummary, Vec<ControlAssessment>)>
where
    S: Sink,
    S::Error: std::error::Error + Send + Sync + 'static,
{
    let criteria = Criteria::read(configuration)?;
    if let Some(aside) = criteria.notes_left_aside() {
        notice(&aside);
    }
    let (organization, reads_of_organization) = organization(run)?;

    let mut survey = Survey::default();
    survey.organization(&organization);
    for account in organization.accounts.values() {
        let Some(reader) = run.account(&account.id)? else {
            survey.missing_account(account);
            continue;
        };
        survey.account(reader.facts());
        for entry in reader {
            match entry? {
                AccountEntry::Service(record) => survey.service(&record),
                AccountEntry::Bucket(bucket) => survey.bucket(&bucket),
            }
        }
    }
    let surveyed = survey.finish();

    let mut index = IndexBuilder::new(surveyed.references);
    for account in organization.accounts.keys() {
        let Some(reader) = run.account(account)? else { continue };
        let facts = reader.facts().clone();
        index.account(&facts);
        for entry in reader {
            if let AccountEntry::Bucket(bucket) = entry? {
                index.bucket(&facts, &bucket);
            }
        }
    }
    let index = index.finish();

    let parameters = configuration.parameters();
    let frameworks: Vec<&Framework> = criteria.frameworks().collect();
    let mut assessor = Assessor::new(Basis {
        checks: CHECKS,
        parameters: &parameters,
        frameworks: &frameworks,
        baseline: criteria.baseline,
        notes: &criteria.notes,
        units: &organization.units,
        index: &index,
        reads: &surveyed.reads,
        across: &surveyed.across,
        organization: &organization,
        exceptions,
    });
    assessor.organization_coverage(&reads_of_organization, sink)?;
    for account in organization.accounts.values() {
        let Some(reader) = run.account(&account.id)? else {
            assessor.account(account, None, sink)?;
            continue;
        };
        let facts = reader.facts().clone();
        // What buckets refer to stands behind them in the file, and they are judged by it.
        let services = run.services(&account.id)?.into_iter().flatten();
        let services = services.collect::<Result<Vec<_>, _>>()?;
        let records = AccountRecords {
            facts: &facts,
            services: &services,
        };
        assessor.account(account, Some(records), sink)?;
        for entry in reader {
            if let AccountEntry::Bucket(bucket) = entry? {
                assessor.bucket(records, &bucket, sink)?;
            }
        }
    }
    let provenance = Provenance {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        configuration_digest: configuration.judging_digest(&criteria.texts),
    };
    Ok(assessor.finish(provenance, sink)?)
}

fn organization(run: &Run) -> Result<(OrganizationEvidence, OrganizationReads)> {
    let mut organization = OrganizationEvidence::default();
    let mut reads = OrganizationReads::default();
    for record in run.organization()?.into_iter().flatten() {
        let record = record?;
        match &record {
            OrganizationRecord::Organization(_) | OrganizationRecord::AccountListing(_) => {}
            OrganizationRecord::Roots(roots) => reads.roots(roots),
            OrganizationRecord::Branch(branch) => reads.branch(branch),
            OrganizationRecord::Reading(reading) => reads.reading(reading),
            OrganizationRecord::Policy(policy) => reads.policy(policy),
            OrganizationRecord::Account(account) => reads.account(account),
        }
        organization.note(record);
    }
    Ok((organization, reads))
}

/// The settings of buckets that some check reads.
pub(crate) fn needed_settings() -> BTreeSet<BucketSetting> {
    CHECKS.iter().flat_map(|check| check.reads.settings).copied().collect()
}

/// The sources that some check reads.
pub(crate) fn needed_sources() -> BTreeSet<ServiceSource> {
    CHECKS.iter().flat_map(|check| check.reads.sources).copied().collect()
}
