//! Judging a run on disk: streams its records through the passes of an assessment, and the outcome back into the run.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use s3attest_assess::coverage::OrganizationReads;
use s3attest_assess::frameworks::Framework;
use s3attest_assess::units::UnitPaths;
use s3attest_assess::{Assessor, Basis, CHECKS, IndexBuilder, Provenance, Sink, Survey};
use s3attest_model::bucket::BucketSetting;
use s3attest_model::control::ControlMatrixRecord;
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::finding::Finding;
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, AccountListing, OrganizationRecord};
use s3attest_model::services::ServiceSource;
use s3attest_snapshot::{AccountEntry, AssessmentWriter, Run, SnapshotError};

use crate::configuration::Configuration;
use crate::criteria::Criteria;

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
}

/// The accounts of a run, and whether their list is complete.
struct Organization {
    accounts: BTreeMap<AccountId, Account>,
    listing: Evidence<AccountListing>,
    /// The paths of its units by id.
    units: UnitPaths,
    /// What came of the sources that are read once for the run.
    reads: OrganizationReads,
}

/// Judges a run and writes the assessment into it.
pub(crate) fn judge(run: &Run, configuration: &Configuration) -> Result<()> {
    let criteria = Criteria::read(configuration)?;
    let organization = organization(run)?;

    let mut survey = Survey::default();
    for account in organization.accounts.keys() {
        let Some(reader) = run.account(account)? else { continue };
        survey.account(reader.facts());
        for entry in reader {
            match entry? {
                AccountEntry::Service(record) => survey.service(&record),
                AccountEntry::Bucket(bucket) => survey.bucket(&bucket),
            }
        }
    }
    let (references, reads) = survey.finish();

    let mut index = IndexBuilder::new(references);
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
    let accounts: BTreeSet<AccountId> = organization.accounts.keys().cloned().collect();
    let frameworks: Vec<&Framework> = criteria.frameworks().collect();
    let mut assessor = Assessor::new(Basis {
        checks: CHECKS,
        parameters: &parameters,
        frameworks: &frameworks,
        baseline: criteria.baseline,
        notes: &criteria.notes,
        units: &organization.units,
        index: &index,
        reads: &reads,
        accounts: &accounts,
        account_listing: &organization.listing,
    });
    let mut sink = IntoRun(run.begin_assessment()?);
    assessor.organization_coverage(&organization.reads, &mut sink)?;
    for account in organization.accounts.values() {
        let Some(reader) = run.account(&account.id)? else {
            assessor.account(account, None, &mut sink)?;
            continue;
        };
        let facts = reader.facts().clone();
        assessor.account(account, Some(&facts), &mut sink)?;
        for entry in reader {
            if let AccountEntry::Bucket(bucket) = entry? {
                assessor.bucket(&facts, &bucket, &mut sink)?;
            }
        }
    }
    let provenance = Provenance {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        configuration_digest: configuration.judging_digest(&criteria.texts),
    };
    let (summary, controls) = assessor.finish(provenance, &mut sink)?;
    sink.0.finish(&summary, &controls)?;
    Ok(())
}

fn organization(run: &Run) -> Result<Organization> {
    let mut accounts = BTreeMap::new();
    let mut listing = None;
    let mut units = UnitPaths::default();
    let mut reads = OrganizationReads::default();
    for record in run.organization()?.into_iter().flatten() {
        match record? {
            OrganizationRecord::Organization(_) => {}
            OrganizationRecord::Roots(roots) => reads.roots(&roots),
            OrganizationRecord::Branch(branch) => {
                units.branch(&branch);
                reads.branch(&branch);
            }
            OrganizationRecord::Reading(reading) => reads.reading(&reading),
            OrganizationRecord::Policy(policy) => reads.policy(&policy),
            OrganizationRecord::AccountListing(evidence) => listing = Some(evidence),
            OrganizationRecord::Account(account) => {
                reads.account(&account);
                accounts.insert(account.id.clone(), *account);
            }
        }
    }
    // A run that broke off before its accounts were written covers nothing that anybody could count.
    let listing = listing.unwrap_or_else(|| {
        Evidence::gap(
            Gap::new(
                GapCause::Interrupted,
                "the run broke off before its accounts were written",
            ),
            Source::not_called(Operation::named("organizations.ListAccounts")),
        )
    });
    Ok(Organization {
        accounts,
        listing,
        units,
        reads,
    })
}

/// The settings of buckets that some check reads.
pub(crate) fn needed_settings() -> BTreeSet<BucketSetting> {
    CHECKS.iter().flat_map(|check| check.reads.settings).copied().collect()
}

/// The sources that some check reads: none does yet.
pub(crate) fn needed_sources() -> BTreeSet<ServiceSource> {
    BTreeSet::new()
}
