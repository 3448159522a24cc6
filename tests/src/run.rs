//! A run on disk as tests look at it.

use std::collections::BTreeMap;
use std::path::Path;

use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::control::ControlAssessment;
use s3attest_model::coverage::{AccountCoverage, BucketCoverage, CoverageRecord, SourceCoverage};
use s3attest_model::finding::{Finding, Verdict};
use s3attest_model::services::{ServiceRecord, ServiceSource};
use s3attest_snapshot::{AccountEntry, Run};

/// Everything that a small run holds, in memory.
#[derive(Debug)]
pub struct CollectedRun {
    /// Facts of every account that has a file, by id.
    pub accounts: BTreeMap<String, AccountFacts>,
    /// Every bucket, by account and name.
    pub buckets: BTreeMap<(String, String), Bucket>,
    /// Every reading of the accounts' services, in the order of the files.
    pub services: Vec<ServiceRecord>,
    /// Coverage of every account, by id.
    pub account_coverage: BTreeMap<String, AccountCoverage>,
    /// Coverage of every source, by account.
    pub source_coverage: BTreeMap<(String, ServiceSource), SourceCoverage>,
    /// Coverage of every bucket, by account and name.
    pub bucket_coverage: BTreeMap<(String, String), BucketCoverage>,
    /// Every finding, in order.
    pub findings: Vec<Finding>,
    /// Every control.
    pub controls: Vec<ControlAssessment>,
    /// The assessment in numbers.
    pub summary: AssessmentSummary,
}

impl CollectedRun {
    /// Reads an assessed run.
    #[must_use]
    pub fn open(directory: &Path) -> Self {
        let run = Run::open(directory).expect("the directory holds a run");
        let assessment = run
            .assessment()
            .expect("the assessment can be read")
            .expect("the run was judged");
        let mut accounts = BTreeMap::new();
        let mut buckets = BTreeMap::new();
        let mut services = Vec::new();
        for id in run.accounts().expect("the accounts can be listed") {
            let reader = run
                .account(&id)
                .expect("the account can be read")
                .expect("the account is complete");
            accounts.insert(id.to_string(), reader.facts().clone());
            for entry in reader {
                match entry.expect("the entry can be read") {
                    AccountEntry::Service(record) => services.push(*record),
                    AccountEntry::Bucket(bucket) => {
                        buckets.insert((id.to_string(), bucket.name.to_string()), *bucket);
                    }
                }
            }
        }
        let mut account_coverage = BTreeMap::new();
        let mut bucket_coverage = BTreeMap::new();
        let mut source_coverage = BTreeMap::new();
        for record in assessment.coverage().expect("the coverage can be read") {
            match record.expect("the coverage can be read") {
                CoverageRecord::Account(account) => {
                    account_coverage.insert(account.account.to_string(), *account);
                }
                CoverageRecord::Organization(_) | CoverageRecord::Region(_) => {}
                CoverageRecord::Source(source) => {
                    source_coverage.insert((source.account.to_string(), source.source), source);
                }
                CoverageRecord::Bucket(bucket) => {
                    bucket_coverage.insert((bucket.account.to_string(), bucket.bucket.to_string()), bucket);
                }
            }
        }
        let findings = assessment.findings().expect("the findings can be read");
        let findings = findings
            .map(|finding| finding.expect("the finding can be read"))
            .collect();
        Self {
            accounts,
            buckets,
            services,
            account_coverage,
            source_coverage,
            bucket_coverage,
            findings,
            controls: assessment.controls.clone(),
            summary: assessment.summary.clone(),
        }
    }
}

/// Verdicts by account, resource and check.
#[must_use]
pub fn finding_verdicts(findings: &[Finding]) -> BTreeMap<(String, String, String), Verdict> {
    findings
        .iter()
        .map(|finding| {
            let resource = &finding.resource;
            let key = (
                resource.account().to_string(),
                resource.name().to_owned(),
                finding.check.to_string(),
            );
            (key, finding.verdict)
        })
        .collect()
}
