//! Runs a whole assessment of a generated world and keeps what comes out.

use std::collections::BTreeMap;
use std::convert::Infallible;

use s3attest_model::access::BucketAccess;
use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::check::Scope;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::Evidence;
use s3attest_model::finding::Finding;
use s3attest_model::organization::{Account, AccountListing, Selection};
use s3attest_model::services::{ServiceRecord, ServiceSource};

use crate::assessor::{AccountRecords, Assessor, Basis, Provenance, Sink};
use crate::check::{Check, Judge};
use crate::checks::{CHECKS, scene};
use crate::exceptions::Exceptions;
use crate::frameworks::{Framework, Notes};
use crate::index::IndexBuilder;
use crate::organization::OrganizationEvidence;
use crate::parameters::Parameters;
use crate::services::judged_regions;
use crate::survey::Survey;
use crate::units::UnitPaths;

/// An account of a world: as the organization lists it, what was read of it and of its services, and its buckets.
#[derive(Debug, Clone)]
pub(super) struct WorldAccount {
    pub(super) account: Account,
    pub(super) facts: Option<AccountFacts>,
    pub(super) services: Vec<ServiceRecord>,
    pub(super) buckets: Vec<Bucket>,
}

/// An organization with all of its evidence.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) accounts: Vec<WorldAccount>,
    pub(super) listing: Evidence<AccountListing>,
    /// Whether the organization's policies were looked up; none is in force.
    pub(super) has_policies: bool,
    pub(super) parameters: Parameters,
}

/// Everything that an assessment says.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// Findings by check and ARN.
    pub(super) findings: BTreeMap<(String, String), Finding>,
    pub(super) coverage: Vec<CoverageRecord>,
    pub(super) controls: Vec<ControlAssessment>,
    /// The controls of each account and each organizational unit.
    pub(super) matrix: Vec<ControlMatrixRecord>,
    /// Who reaches each bucket, in the order in which it was said.
    pub(super) access: Vec<BucketAccess>,
    pub(super) summary: Option<AssessmentSummary>,
}

impl Sink for Judged {
    type Error = Infallible;

    fn finding(&mut self, finding: Finding) -> Result<(), Infallible> {
        let key = (finding.check.to_string(), finding.resource.arn());
        let earlier = self.findings.insert(key, finding);
        assert!(earlier.is_none(), "a check spoke twice of one resource");
        Ok(())
    }

    fn coverage(&mut self, record: CoverageRecord) -> Result<(), Infallible> {
        self.coverage.push(record);
        Ok(())
    }

    fn controls(&mut self, record: ControlMatrixRecord) -> Result<(), Infallible> {
        self.matrix.push(record);
        Ok(())
    }

    fn access(&mut self, record: BucketAccess) -> Result<(), Infallible> {
        self.access.push(record);
        Ok(())
    }
}

/// How many findings a world comes to: each check speaks of everything that it judges, or says of the account that it cannot.
pub(super) fn expected_findings(world: &World) -> usize {
    let is_judged =
        |entry: &&WorldAccount| matches!(entry.account.selection, Selection::Selected | Selection::Undecided(_));
    let of_check = |check: &Check, entry: &WorldAccount| {
        let entered = entry.facts.as_ref().filter(|facts| facts.access.as_gap().is_none());
        // Where nobody knows the regions, one finding says so beside those of the regions that were assumed.
        let regions =
            |facts: &AccountFacts| judged_regions(facts).len() + usize::from(facts.regions.as_gap().is_some());
        match check.judge {
            Judge::Organization(_) => 0,
            Judge::Bucket(_) => entry.buckets.len(),
            Judge::Account(_) => 1,
            Judge::Region(_) => entered.map_or(1, regions),
            // No access point is in the worlds, and no reading that could list one.
            Judge::AccessPoint(_) => entered.map_or(1, |facts| match check.reads.sources {
                [ServiceSource::MultiRegionAccessPoints] => 1,
                _ => regions(facts),
            }),
        }
    };
    let accounts = world.accounts.iter().filter(is_judged);
    let of_accounts: usize = accounts
        .flat_map(|entry| CHECKS.iter().map(move |check| of_check(check, entry)))
        .sum();
    of_accounts
        + CHECKS
            .iter()
            .filter(|check| check.scope() == Scope::Organization)
            .count()
}

/// Judges a world in the three passes, as a caller does.
pub(super) fn judge(world: &World) -> Judged {
    judge_with(world, None)
}

/// Judges a world with exceptions.
pub(super) fn judge_with(world: &World, exceptions: Option<&Exceptions>) -> Judged {
    let read = || {
        let accounts = world.accounts.iter();
        accounts.filter_map(|account| Some((account.facts.as_ref()?, &account.services, &account.buckets)))
    };
    let mut survey = Survey::default();
    for (facts, services, buckets) in read() {
        survey.account(facts);
        for record in services {
            survey.service(record);
        }
        for bucket in buckets {
            survey.bucket(bucket);
        }
    }
    for entry in world.accounts.iter().filter(|entry| entry.facts.is_none()) {
        survey.missing_account(&entry.account);
    }
    if let (Some(gap), Some(first)) = (world.listing.as_gap(), world.accounts.first()) {
        survey.unlisted(&first.account.id, gap);
    }
    let surveyed = survey.finish();
    let mut builder = IndexBuilder::new(surveyed.references);
    for (facts, _, buckets) in read() {
        builder.account(facts);
        for bucket in buckets {
            builder.bucket(facts, bucket);
        }
    }
    let index = builder.finish();
    let accounts = world.accounts.iter().map(|entry| entry.account.clone());
    let known = scene::organization(accounts);
    let organization = OrganizationEvidence {
        listing: world.listing.clone(),
        policies: known.policies.clone().filter(|_| world.has_policies),
        ..known
    };
    let frameworks = [Framework::nist_800_53_r5()];
    let (notes, units) = (Notes::default(), UnitPaths::default());
    let mut assessor = Assessor::new(Basis {
        checks: CHECKS,
        parameters: &world.parameters,
        frameworks: &frameworks,
        baseline: None,
        notes: &notes,
        units: &units,
        index: &index,
        reads: &surveyed.reads,
        across: &surveyed.across,
        organization: &organization,
        exceptions,
    });
    let mut judged = Judged::default();
    for entry in &world.accounts {
        let records = entry.facts.as_ref().map(|facts| AccountRecords {
            facts,
            services: &entry.services,
        });
        let Ok(()) = assessor.account(&entry.account, records, &mut judged);
        if let Some(records) = records {
            for bucket in &entry.buckets {
                let Ok(()) = assessor.bucket(records, bucket, &mut judged);
            }
        }
    }
    let provenance = Provenance {
        tool_version: "0.0.0".to_owned(),
        configuration_digest: String::new(),
    };
    let Ok((summary, controls)) = assessor.finish(provenance, &mut judged);
    judged.summary = Some(summary);
    judged.controls = controls;
    judged
}
