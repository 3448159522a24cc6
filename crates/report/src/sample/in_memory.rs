//! A small assessed run as values in memory, with its numbers counted from its records.

use std::collections::BTreeMap;
use std::convert::Infallible;

use s3attest_model::access::BucketAccess;
use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::{AccountTally, AssessmentSummary, CheckTally, FrameworkInformation};
use s3attest_model::bucket::Bucket;
use s3attest_model::check::{CheckDescription, Severity};
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, CoverageRecord, CoverageTotals, SourceStatus, SourceTally,
};
use s3attest_model::finding::{Finding, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::run::{CollectionSession, RunInformation};
use s3attest_model::services::{ServiceRecord, ServiceSource};

use super::{access, catalogue, matrix, parts, services};
use crate::assessed::AssessedRun;

/// An assessed run in memory. Tests change its parts to see what becomes of a report.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What is known of the run from its start.
    pub run: RunInformation,
    /// The stretches in which it was collected.
    pub sessions: Vec<CollectionSession>,
    /// The assessment in numbers.
    pub summary: AssessmentSummary,
    /// The controls.
    pub controls: Vec<ControlAssessment>,
    /// What the controls come to in each account and each organizational unit.
    pub matrix: Vec<ControlMatrixRecord>,
    /// The checks.
    pub checks: Vec<CheckDescription>,
    /// The organization and its accounts.
    pub organization: Vec<OrganizationRecord>,
    /// The coverage.
    pub coverage: Vec<CoverageRecord>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// Who reaches buckets.
    pub access: Vec<BucketAccess>,
    /// What was read of accounts.
    pub facts: BTreeMap<AccountId, AccountFacts>,
    /// What was read of buckets, by name for each account.
    pub buckets: BTreeMap<AccountId, Vec<Bucket>>,
    /// What the sources said of accounts, by source and region for each account.
    pub services: BTreeMap<AccountId, Vec<ServiceRecord>>,
}

impl Sample {
    /// A run of these records, with every number counted from them.
    pub(super) fn of(
        organization: Vec<OrganizationRecord>,
        coverage: Vec<CoverageRecord>,
        findings: Vec<Finding>,
        facts: BTreeMap<AccountId, AccountFacts>,
        buckets: BTreeMap<AccountId, Vec<Bucket>>,
        services: BTreeMap<AccountId, Vec<ServiceRecord>>,
    ) -> Self {
        let mut numbers = Numbers::default();
        for record in &coverage {
            numbers.cover(record);
        }
        for finding in &findings {
            numbers.find(finding);
        }
        let mut controls = catalogue::controls(|check| numbers.of_check(check));
        let accounts = coverage.iter().filter_map(|record| match record {
            CoverageRecord::Account(account) => Some((**account).clone()),
            _ => None,
        });
        let matrix = matrix::matrix(&mut controls, accounts, findings.iter().cloned());
        let count = buckets.values().map(|buckets| buckets.len() as u64).sum();
        Self {
            run: parts::run(),
            sessions: parts::sessions(count),
            summary: numbers.summary(),
            controls,
            matrix,
            checks: catalogue::checks(),
            organization,
            coverage,
            findings,
            access: buckets
                .values()
                .flatten()
                .map(|bucket| access::of_bucket(bucket, false))
                .collect(),
            facts,
            buckets,
            services,
        }
    }
}

impl AssessedRun for Sample {
    type Error = Infallible;

    fn run(&self) -> &RunInformation {
        &self.run
    }

    fn sessions(&self) -> &[CollectionSession] {
        &self.sessions
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        &self.checks
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Infallible>>, Infallible> {
        Ok(self.organization.iter().cloned().map(Ok))
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Infallible>>, Infallible> {
        Ok(self.coverage.iter().cloned().map(Ok))
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Infallible>>, Infallible> {
        Ok(self.findings.iter().cloned().map(Ok))
    }

    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Infallible>>, Infallible> {
        Ok(self.matrix.iter().cloned().map(Ok))
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Infallible>>, Infallible> {
        Ok(self.access.iter().cloned().map(Ok))
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Infallible> {
        Ok(self.facts.get(account).cloned())
    }

    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Infallible>>, Infallible> {
        Ok(self.buckets.get(account).into_iter().flatten().cloned().map(Ok))
    }

    fn services(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<ServiceRecord, Infallible>>, Infallible> {
        Ok(self.services.get(account).into_iter().flatten().cloned().map(Ok))
    }
}

/// The numbers of an assessment, counted record by record.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    totals: CoverageTotals,
    statuses: BTreeMap<AccountStatus, u64>,
    sources: BTreeMap<(ServiceSource, SourceStatus), u64>,
    seen: u64,
    in_scope: u64,
    counts: VerdictCounts,
    failed: BTreeMap<Severity, u64>,
    accepted: BTreeMap<Severity, u64>,
    checks: BTreeMap<CheckId, VerdictCounts>,
    accounts: BTreeMap<AccountId, VerdictCounts>,
    worst: Vec<Finding>,
}

impl Numbers {
    /// Counts a record of the coverage.
    pub(super) fn cover(&mut self, record: &CoverageRecord) {
        match record {
            CoverageRecord::Account(account) => self.cover_account(account),
            CoverageRecord::Region(region) => {
                self.totals.regions_off += u64::from(region.status == s3attest_model::coverage::RegionStatus::Off);
            }
            CoverageRecord::Source(source) => {
                *self.sources.entry((source.source, source.status)).or_default() += 1;
            }
            CoverageRecord::Organization(_) | CoverageRecord::Bucket(_) => {}
        }
    }

    fn cover_account(&mut self, account: &AccountCoverage) {
        *self.statuses.entry(account.status).or_default() += 1;
        self.totals.buckets.merge(account.buckets);
        self.totals.reads.merge(account.reads);
        if account.status.is_in_scope() {
            self.in_scope += 1;
            self.seen += (account.reads.answered * 10_000)
                .checked_div(account.reads.asked)
                .unwrap_or(0);
        }
    }

    /// Counts a finding.
    pub(super) fn find(&mut self, finding: &Finding) {
        self.counts.add_finding(finding);
        self.checks
            .entry(finding.check.clone())
            .or_default()
            .add_finding(finding);
        let account = finding.resource.account().clone();
        self.accounts.entry(account).or_default().add_finding(finding);
        if finding.verdict == Verdict::Fail {
            *self.failed.entry(finding.severity).or_default() += 1;
            *self.accepted.entry(finding.severity).or_default() += u64::from(finding.is_accepted());
            let rank = |finding: &Finding| (finding.is_accepted(), std::cmp::Reverse(finding.severity));
            let place = self.worst.partition_point(|other| rank(other) <= rank(finding));
            if place < 50 {
                self.worst.insert(place, finding.clone());
                self.worst.truncate(50);
            }
        }
    }

    /// The findings of a check.
    pub(super) fn of_check(&self, check: &CheckId) -> VerdictCounts {
        self.checks.get(check).copied().unwrap_or_default()
    }

    fn source_tallies(&self) -> Vec<SourceTally> {
        let of = |status: AccountStatus| self.statuses.get(&status).copied().unwrap_or_default();
        let tally = |source: &ServiceSource| SourceTally {
            source: *source,
            accounts: SourceStatus::ALL
                .map(|status| {
                    (
                        status,
                        self.sources.get(&(*source, status)).copied().unwrap_or_default(),
                    )
                })
                .into(),
            not_reached: of(AccountStatus::Denied) + of(AccountStatus::NotCollected),
            out_of_scope: of(AccountStatus::NotActive) + of(AccountStatus::Excluded),
        };
        services::SOURCES.iter().map(tally).collect()
    }

    /// The assessment in numbers.
    pub(super) fn summary(self) -> AssessmentSummary {
        let sources = self.source_tallies();
        let statuses = self.statuses;
        AssessmentSummary {
            schema: 1,
            tool_version: "0.1.0".to_owned(),
            configuration_digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            framework: FrameworkInformation {
                id: "nist-800-53-r5".to_owned(),
                title: "NIST SP 800-53 revision 5".to_owned(),
                catalogue_version: "5.2.0".to_owned(),
                extent: None,
                has_baselines: true,
                overlays: Vec::new(),
            },
            other_frameworks: vec![FrameworkInformation {
                id: matrix::OTHER_FRAMEWORK.to_owned(),
                title: "CIS AWS Foundations Benchmark 5.0.0".to_owned(),
                catalogue_version: "5.0.0".to_owned(),
                extent: Some("Only the recommendations on Amazon S3.".to_owned()),
                has_baselines: false,
                overlays: vec![
                    "ours.toml (pairs: 1 added, 0 changed, 0 removed; responsibilities changed: 0)".to_owned(),
                ],
            }],
            baseline: None,
            coverage: CoverageTotals {
                accounts: AccountStatus::ALL
                    .map(|status| (status, statuses.get(&status).copied().unwrap_or(0)))
                    .into(),
                sources,
                seen: u32::try_from(self.seen.checked_div(self.in_scope).unwrap_or(0)).unwrap_or(0),
                ..self.totals
            },
            account_listing_gap: None,
            counts: self.counts,
            failed_by_severity: Severity::WORST_FIRST
                .map(|severity| (severity, self.failed.get(&severity).copied().unwrap_or(0)))
                .into(),
            accepted_by_severity: Severity::WORST_FIRST
                .map(|severity| (severity, self.accepted.get(&severity).copied().unwrap_or(0)))
                .into(),
            checks: self
                .checks
                .into_iter()
                .map(|(check, counts)| CheckTally { check, counts })
                .collect(),
            accounts: self
                .accounts
                .into_iter()
                .map(|(account, counts)| AccountTally { account, counts })
                .collect(),
            worst: self.worst,
            exceptions: None,
        }
    }
}
