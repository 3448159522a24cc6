//! Runs a whole assessment of a generated world and keeps what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::Evidence;
use s3attest_model::finding::Finding;
use s3attest_model::organization::{Account, AccountListing};

use crate::assessor::{Assessor, Basis, Provenance, Sink};
use crate::checks::CHECKS;
use crate::frameworks::{Framework, Notes};
use crate::index::IndexBuilder;
use crate::parameters::Parameters;
use crate::survey::Survey;
use crate::units::UnitPaths;

/// An account of a world: as the organization lists it, what was read of it, and its buckets.
#[derive(Debug, Clone)]
pub(super) struct WorldAccount {
    pub(super) account: Account,
    pub(super) facts: Option<AccountFacts>,
    pub(super) buckets: Vec<Bucket>,
}

/// An organization with all of its evidence.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) accounts: Vec<WorldAccount>,
    pub(super) listing: Evidence<AccountListing>,
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
}

/// Judges a world in the three passes, as a caller does.
pub(super) fn judge(world: &World) -> Judged {
    let read = || {
        let accounts = world.accounts.iter();
        accounts.filter_map(|account| Some((account.facts.as_ref()?, &account.buckets)))
    };
    let mut survey = Survey::default();
    for (facts, buckets) in read() {
        survey.account(facts);
        for bucket in buckets {
            survey.bucket(bucket);
        }
    }
    let (references, reads) = survey.finish();
    let mut builder = IndexBuilder::new(references);
    for (facts, buckets) in read() {
        builder.account(facts);
        for bucket in buckets {
            builder.bucket(facts, bucket);
        }
    }
    let index = builder.finish();
    let accounts: BTreeSet<_> = world.accounts.iter().map(|entry| entry.account.id.clone()).collect();
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
        reads: &reads,
        accounts: &accounts,
        account_listing: &world.listing,
    });
    let mut judged = Judged::default();
    for entry in &world.accounts {
        let Ok(()) = assessor.account(&entry.account, entry.facts.as_ref(), &mut judged);
        if let Some(facts) = &entry.facts {
            for bucket in &entry.buckets {
                let Ok(()) = assessor.bucket(facts, bucket, &mut judged);
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
