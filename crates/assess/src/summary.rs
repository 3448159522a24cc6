//! An assessment in numbers, counted while findings stream by.
//!
//! Memory grows with accounts and checks; of the findings themselves at most the fifty worst are kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use s3attest_model::assessment::{AccountTally, AssessmentSummary, CheckTally, FrameworkInformation};
use s3attest_model::check::Severity;
use s3attest_model::control::Baseline;
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, CoverageTotals, ReadCounts, RegionCoverage, RegionStatus,
    SourceCoverage, SourceStatus, SourceTally,
};
use s3attest_model::evidence::Gap;
use s3attest_model::finding::{Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};
use s3attest_model::run::SNAPSHOT_SCHEMA;
use s3attest_model::services::ServiceSource;

use crate::assessor::Provenance;

/// How many of the worst findings a summary holds.
const WORST: usize = 50;

/// One whole account seen, in the unit in which accounts are added up.
const WHOLE: u128 = 1_000_000_000_000;

/// The order of the worst findings: by severity, then account, resource and check.
type Rank = (Reverse<Severity>, AccountId, Resource, CheckId);

/// The counters.
#[derive(Debug)]
pub(crate) struct Totals {
    checks: Vec<CheckTally>,
    counts: VerdictCounts,
    accounts: BTreeMap<AccountId, VerdictCounts>,
    failed: BTreeMap<Severity, u64>,
    worst: BTreeMap<Rank, Finding>,
    statuses: BTreeMap<AccountStatus, u64>,
    buckets: BucketCounts,
    regions_off: u64,
    sources: BTreeMap<(ServiceSource, SourceStatus), u64>,
    /// Accounts in scope that were not entered, and those out of scope: none of them has sources to speak of.
    not_reached: u64,
    out_of_scope: u64,
    reads: ReadCounts,
    in_scope: u128,
    seen: u128,
}

impl Totals {
    /// Nothing counted yet, for these checks in this order.
    pub(crate) fn new(checks: Vec<CheckId>) -> Self {
        let tally = |check| CheckTally {
            check,
            counts: VerdictCounts::default(),
        };
        Self {
            checks: checks.into_iter().map(tally).collect(),
            counts: VerdictCounts::default(),
            accounts: BTreeMap::new(),
            failed: BTreeMap::new(),
            worst: BTreeMap::new(),
            statuses: BTreeMap::new(),
            buckets: BucketCounts::default(),
            regions_off: 0,
            sources: BTreeMap::new(),
            not_reached: 0,
            out_of_scope: 0,
            reads: ReadCounts::default(),
            in_scope: 0,
            seen: 0,
        }
    }

    /// Counts an account.
    pub(crate) fn account(&mut self, account: &AccountCoverage) {
        *self.statuses.entry(account.status).or_default() += 1;
        self.buckets.merge(account.buckets);
        if !account.status.is_in_scope() {
            return;
        }
        self.accounts.entry(account.account.clone()).or_default();
        self.in_scope += 1;
        let reached = matches!(account.status, AccountStatus::Assessed | AccountStatus::PartlyAssessed);
        if reached {
            self.reads.merge(account.reads);
            // An account of which nothing was asked was not seen, and of one whose buckets could not be listed nobody knows
            // what share the answers are.
            if account.buckets_listed.is_some() {
                let answered = u128::from(account.reads.answered) * WHOLE;
                self.seen += answered.checked_div(u128::from(account.reads.asked)).unwrap_or(0);
            }
        }
    }

    /// Counts a region.
    pub(crate) fn region(&mut self, region: &RegionCoverage) {
        if region.status == RegionStatus::Off {
            self.regions_off += 1;
        }
    }

    /// Counts a source of an account that was entered.
    pub(crate) fn source(&mut self, source: &SourceCoverage) {
        *self.sources.entry((source.source, source.status)).or_default() += 1;
    }

    /// Counts an account that was not entered, so that none of its sources could be asked.
    pub(crate) fn without_sources(&mut self, account: AccountStatus) {
        if account.is_in_scope() {
            self.not_reached += 1;
        } else {
            self.out_of_scope += 1;
        }
    }

    fn source_tallies(&self) -> Vec<SourceTally> {
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
            not_reached: self.not_reached,
            out_of_scope: self.out_of_scope,
        };
        ServiceSource::of_accounts().map(|source| tally(&source)).collect()
    }

    /// Counts a finding of the check at this position.
    pub(crate) fn finding(&mut self, position: usize, finding: &Finding) {
        self.counts.add(finding.verdict);
        self.checks[position].counts.add(finding.verdict);
        match self.accounts.get_mut(finding.resource.account()) {
            Some(counts) => counts.add(finding.verdict),
            None => self
                .accounts
                .entry(finding.resource.account().clone())
                .or_default()
                .add(finding.verdict),
        }
        if finding.verdict == Verdict::Fail {
            *self.failed.entry(finding.severity).or_default() += 1;
            self.rank(finding);
        }
    }

    fn rank(&mut self, finding: &Finding) {
        let full = self.worst.len() == WORST;
        let last = self.worst.last_key_value();
        if full && last.is_some_and(|((Reverse(severity), ..), _)| *severity > finding.severity) {
            return;
        }
        let rank = (
            Reverse(finding.severity),
            finding.resource.account().clone(),
            finding.resource.clone(),
            finding.check.clone(),
        );
        if full && last.is_some_and(|(least, _)| *least < rank) {
            return;
        }
        self.worst.insert(rank, finding.clone());
        if self.worst.len() > WORST {
            self.worst.pop_last();
        }
    }

    /// The numbers.
    pub(crate) fn summary(
        self,
        provenance: Provenance,
        frameworks: Vec<FrameworkInformation>,
        baseline: Option<Baseline>,
        account_listing_gap: Option<Gap>,
    ) -> AssessmentSummary {
        let seen = self.seen.checked_div(self.in_scope).unwrap_or(0) * 10_000 / WHOLE;
        let mut frameworks = frameworks.into_iter();
        let status = |status: &AccountStatus| (*status, self.statuses.get(status).copied().unwrap_or_default());
        let severity = |severity: &Severity| (*severity, self.failed.get(severity).copied().unwrap_or_default());
        AssessmentSummary {
            schema: SNAPSHOT_SCHEMA,
            tool_version: provenance.tool_version,
            configuration_digest: provenance.configuration_digest,
            framework: frameworks.next().expect("a basis has at least one framework"),
            other_frameworks: frameworks.collect(),
            baseline,
            coverage: CoverageTotals {
                accounts: AccountStatus::ALL.iter().map(status).collect(),
                buckets: self.buckets,
                regions_off: self.regions_off,
                sources: self.source_tallies(),
                reads: self.reads,
                seen: u32::try_from(seen).expect("at most all of an account is seen"),
            },
            account_listing_gap,
            counts: self.counts,
            failed_by_severity: Severity::WORST_FIRST.iter().map(severity).collect(),
            checks: self.checks,
            accounts: self
                .accounts
                .into_iter()
                .map(|(account, counts)| AccountTally { account, counts })
                .collect(),
            worst: self.worst.into_values().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::coverage::BucketCounts;
    use s3attest_model::identifiers::{BucketName, Partition};
    use s3attest_model::organization::AccountState;

    use super::*;
    use crate::checks::scene::{ACCOUNT, account_id};

    fn check() -> CheckId {
        CheckId::new("s3-x").expect("an id")
    }

    fn fail(severity: Severity, bucket: &str) -> Finding {
        Finding {
            check: check(),
            resource: Resource::Bucket {
                account: account_id(ACCOUNT),
                name: BucketName::new(bucket).expect("a name"),
                partition: Partition::Aws,
                region: None,
            },
            verdict: Verdict::Fail,
            severity,
            message: String::new(),
            evidence: Vec::new(),
            gap: None,
        }
    }

    fn account(id: &str, status: AccountStatus, asked: u64, answered: u64) -> AccountCoverage {
        AccountCoverage {
            account: account_id(id),
            name: String::new(),
            organizational_unit: None,
            state: AccountState::Active,
            status,
            reason: String::new(),
            remedy: String::new(),
            buckets_listed: Some(0),
            buckets: BucketCounts::default(),
            reads: ReadCounts { asked, answered },
            gaps: Vec::new(),
        }
    }

    fn summary(totals: Totals) -> AssessmentSummary {
        let provenance = Provenance {
            tool_version: String::new(),
            configuration_digest: String::new(),
        };
        let framework = FrameworkInformation {
            id: String::new(),
            title: String::new(),
            extent: None,
            has_baselines: true,
            overlays: Vec::new(),
            catalogue_version: String::new(),
        };
        totals.summary(provenance, vec![framework], None, None)
    }

    #[test]
    fn the_fifty_worst_are_kept_in_order_whatever_order_they_come_in() {
        let mut all = Vec::new();
        for number in 0..60 {
            for severity in [Severity::Low, Severity::Critical, Severity::Medium] {
                all.push(fail(severity, &format!("b{:03}-{severity}", (number * 37) % 60)));
            }
        }
        let mut totals = Totals::new(vec![check()]);
        for finding in &all {
            totals.finding(0, finding);
        }
        let summary = summary(totals);
        all.sort_by(|left, right| (right.severity, &left.resource).cmp(&(left.severity, &right.resource)));
        assert_eq!(summary.worst, all[..50]);
        assert_eq!(summary.counts.fail, 180);
        assert_eq!(
            summary.failed_by_severity,
            [
                (Severity::Critical, 60),
                (Severity::High, 0),
                (Severity::Medium, 60),
                (Severity::Low, 60),
                (Severity::Info, 0)
            ]
        );
    }

    #[test]
    fn seen_is_the_mean_over_accounts_in_scope_rounded_down() {
        use AccountStatus::{Assessed, Denied, Excluded, NotCollected, PartlyAssessed};
        for (accounts, seen, reads) in [
            (vec![], 0, (0, 0)),
            (vec![(Excluded, 0, 0)], 0, (0, 0)),
            (vec![(Assessed, 3, 3), (Excluded, 0, 0)], 10_000, (3, 3)),
            (
                vec![(Assessed, 3, 3), (Assessed, 7, 7), (Assessed, 11, 11)],
                10_000,
                (21, 21),
            ),
            (vec![(Assessed, 3, 3), (Denied, 1, 0)], 5_000, (3, 3)),
            (
                vec![(Assessed, 3, 3), (NotCollected, 0, 0), (Assessed, 3, 3)],
                6_666,
                (6, 6),
            ),
            // A small account counts as much as a large one.
            (
                vec![(PartlyAssessed, 2, 1), (Assessed, 1_000_000, 1_000_000)],
                7_500,
                (1_000_002, 1_000_001),
            ),
            (
                vec![(PartlyAssessed, 1_000_000_000, 999_999_999)],
                9_999,
                (1_000_000_000, 999_999_999),
            ),
        ] {
            let mut totals = Totals::new(Vec::new());
            for (number, (status, asked, answered)) in accounts.iter().enumerate() {
                totals.account(&account(&format!("{number:012}"), *status, *asked, *answered));
            }
            let summary = summary(totals);
            assert_eq!(summary.coverage.seen, seen, "{accounts:?}");
            let counted = (summary.coverage.reads.asked, summary.coverage.reads.answered);
            assert_eq!(counted, reads, "{accounts:?}");
            assert_eq!(summary.coverage.accounts.len(), AccountStatus::ALL.len());
        }
    }

    #[test]
    fn an_account_whose_buckets_could_not_be_listed_counts_as_not_seen() {
        let mut totals = Totals::new(Vec::new());
        let mut unlisted = account("000000000001", AccountStatus::PartlyAssessed, 3, 2);
        unlisted.buckets_listed = None;
        totals.account(&unlisted);
        totals.account(&account("000000000002", AccountStatus::Assessed, 3, 3));
        assert_eq!(summary(totals).coverage.seen, 5_000);
    }
}
