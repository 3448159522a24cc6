//! How far an account and its regions were read.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, ReadCounts, RegionCoverage, RegionStatus,
};
use s3attest_model::evidence::{Gap, GapCause, Observed, Operation};
use s3attest_model::identifiers::RegionName;
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::{Fact, Facts as _, Reach, ServiceRecord, ServiceSource};

use super::bucket::of_bucket;
use super::gaps::{GapCounter, count};
use super::source::SourceReads;
use crate::remedy;

/// What one account's reads came to. Grows with the account's regions and kinds of gaps, not with its buckets.
#[derive(Debug, Clone, Default)]
pub struct AccountReads {
    reads: ReadCounts,
    gaps: GapCounter,
    /// Why nobody knows which regions the account has enabled, and what was asked for it.
    unknown_regions: Option<(Operation, Gap)>,
    sources: BTreeMap<ServiceSource, SourceReads>,
    buckets: BucketCounts,
    buckets_of_region: BTreeMap<RegionName, u64>,
}

impl AccountReads {
    /// Counts the reads of the account itself.
    pub fn account(&mut self, facts: &AccountFacts) {
        let mut note = |operation: &Operation, gap| count(&mut self.reads, &mut self.gaps, operation, gap);
        if facts.access.as_gap().is_some() {
            // Nothing was asked of the account, and the one thing that was refused says why.
            note(&facts.access.source.operation, facts.access.as_gap());
            return;
        }
        note(&facts.regions.source.operation, facts.regions.as_gap());
        let unknown = facts.regions.as_gap();
        self.unknown_regions = unknown.map(|gap| (facts.regions.source.operation.clone(), gap.clone()));
        note(&facts.bucket_listing.source.operation, facts.bucket_listing.as_gap());
        note(
            &facts.public_access_block.source.operation,
            facts.public_access_block.as_gap(),
        );
    }

    /// Counts the reads of one of its sources.
    pub fn service(&mut self, record: &ServiceRecord) {
        self.reading(record.reading.source(), record.region.as_ref(), &record.reading.facts());
    }

    /// Counts the facts of one reading of a source.
    pub(super) fn reading(&mut self, source: ServiceSource, region: Option<&RegionName>, facts: &[Fact<'_>]) {
        for fact in facts {
            count(&mut self.reads, &mut self.gaps, &fact.source.operation, fact.gap());
        }
        let reads = self.sources.entry(source).or_insert_with(|| {
            let unknown = self.unknown_regions.as_ref();
            SourceReads::new(unknown.filter(|_| source.reach() == Reach::Region))
        });
        reads.add(region, facts);
    }

    /// What the reads of one source came to; `None` when there is no reading of it.
    pub(super) fn of_source(&self, source: ServiceSource) -> Option<&SourceReads> {
        self.sources.get(&source)
    }

    /// Counts the reads of one of its buckets.
    pub fn bucket(&mut self, bucket: &Bucket) {
        let coverage = of_bucket(bucket);
        self.reads.merge(coverage.reads);
        self.gaps.merge(&coverage.gaps);
        self.buckets.add(coverage.status);
        if let Some(region) = coverage.region {
            *self.buckets_of_region.entry(region).or_default() += 1;
        }
    }
}

/// How far an account was read, by what the run was to do and what came of it.
fn status_of(account: &Account, facts: Option<&AccountFacts>, reads: ReadCounts) -> AccountStatus {
    match (&account.selection, facts) {
        (Selection::Excluded(_), _) => AccountStatus::Excluded,
        (Selection::NotActive, _) => AccountStatus::NotActive,
        (Selection::Undecided(_), _) | (Selection::Selected, None) => AccountStatus::NotCollected,
        (Selection::Selected, Some(facts)) => match facts.access.as_gap() {
            Some(gap) if matches!(gap.cause, GapCause::Interrupted | GapCause::NotCollected) => {
                AccountStatus::NotCollected
            }
            Some(_) => AccountStatus::Denied,
            None if reads.answered == reads.asked => AccountStatus::Assessed,
            None => AccountStatus::PartlyAssessed,
        },
    }
}

/// An account's place in the coverage.
#[must_use]
pub fn of_account(account: &Account, facts: Option<&AccountFacts>, reads: &AccountReads) -> AccountCoverage {
    let status = status_of(account, facts, reads.reads);
    let gaps = reads.gaps.tallies();
    let sources: Vec<_> = reads
        .sources
        .iter()
        .map(|(source, reads)| (*source, reads.status()))
        .collect();
    let (reason, remedy) = remedy::of_account(account, facts, status, reads.reads, &gaps, &sources);
    AccountCoverage {
        account: account.id.clone(),
        name: account.name.clone(),
        organizational_unit: match &account.organizational_unit.observed {
            Observed::Present(unit) => Some(unit.clone()),
            Observed::Absent | Observed::Gap(_) => None,
        },
        state: account.state.clone(),
        status,
        reason,
        remedy,
        buckets_listed: facts.and_then(|facts| match &facts.bucket_listing.observed {
            Observed::Present(listing) => Some(listing.count),
            Observed::Absent => Some(0),
            Observed::Gap(_) => None,
        }),
        buckets: reads.buckets,
        reads: reads.reads,
        gaps,
    }
}

/// The places of an account's regions in the coverage, by name: those that the account lists, or those that were assumed
/// where the list could not be read, and every other region in which one of its buckets sits.
#[must_use]
pub fn of_regions(facts: &AccountFacts, reads: &AccountReads) -> Vec<RegionCoverage> {
    let mut regions = BTreeMap::new();
    for name in reads.buckets_of_region.keys().chain(&facts.assumed_regions) {
        regions.insert(name, RegionStatus::Assumed);
    }
    if let Observed::Present(listed) = &facts.regions.observed {
        for region in listed {
            let status = if region.is_enabled() {
                RegionStatus::Read
            } else {
                RegionStatus::Off
            };
            regions.insert(&region.name, status);
        }
    }
    regions
        .into_iter()
        .map(|(region, status)| RegionCoverage {
            account: facts.account.clone(),
            region: region.clone(),
            status,
            buckets: reads.buckets_of_region.get(region).copied().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use s3attest_model::account::{BucketListing, Region};
    use s3attest_model::evidence::BlockedBy;

    use super::*;
    use crate::checks::scene;

    fn gap(cause: GapCause) -> Gap {
        Gap::new(cause, "said")
    }

    #[test]
    fn an_account_says_how_far_it_was_read_why_no_further_and_what_to_do() {
        let refused = Gap {
            blocked_by: Some(BlockedBy::ServiceControlPolicy),
            ..gap(GapCause::NoSession)
        };
        let with_access = |gap: Gap| {
            let mut facts = scene::facts(scene::ACCOUNT);
            facts.access.observed = Observed::Gap(gap);
            Some(facts)
        };
        let mut partly = scene::facts(scene::ACCOUNT);
        partly.public_access_block.observed = Observed::Gap(gap(GapCause::Denied));
        let whole = || Some(scene::facts(scene::ACCOUNT));
        let selected = || Selection::Selected;
        for (selection, facts, status, reason, remedy) in [
            (selected(), whole(), AccountStatus::Assessed, "", ""),
            (
                selected(),
                Some(partly),
                AccountStatus::PartlyAssessed,
                "1 of 3 reads were not answered; most often s3control.GetPublicAccessBlock (access was denied, once).",
                "Allow the scanning role the permission for s3control.GetPublicAccessBlock.",
            ),
            (
                selected(),
                with_access(gap(GapCause::NoSession)),
                AccountStatus::Denied,
                "The account was not reached: the role could not be assumed (said).",
                "trust policy",
            ),
            (
                selected(),
                with_access(refused),
                AccountStatus::Denied,
                "not reached",
                "Let the organization's service control policies permit assuming the scanning role",
            ),
            (
                selected(),
                with_access(gap(GapCause::Interrupted)),
                AccountStatus::NotCollected,
                "The run ended",
                "--resume",
            ),
            (
                selected(),
                None,
                AccountStatus::NotCollected,
                "The run ended",
                "--resume",
            ),
            (
                Selection::Undecided("tags".to_owned()),
                None,
                AccountStatus::NotCollected,
                "belongs to the scope (tags)",
                "by its id",
            ),
            (
                Selection::Excluded("exclude.accounts".to_owned()),
                None,
                AccountStatus::Excluded,
                "leaves the account out (exclude.accounts)",
                "",
            ),
            (
                Selection::NotActive,
                None,
                AccountStatus::NotActive,
                "state is ACTIVE",
                "",
            ),
        ] {
            let account = Account {
                selection,
                ..scene::account(scene::ACCOUNT)
            };
            let mut reads = AccountReads::default();
            if let Some(facts) = &facts {
                reads.account(facts);
            }
            let covered = of_account(&account, facts.as_ref(), &reads);
            assert_eq!(covered.status, status, "{reason}");
            assert!(covered.reason.contains(reason), "{}", covered.reason);
            assert!(covered.remedy.contains(remedy), "{}", covered.remedy);
            assert_eq!(covered.reason.is_empty(), reason.is_empty());
            assert_eq!(covered.remedy.is_empty(), remedy.is_empty());
        }
    }

    #[test]
    fn a_list_that_broke_off_counts_no_buckets_and_leaves_the_account_partly_read() {
        let mut facts = scene::facts(scene::ACCOUNT);
        let account = scene::account(scene::ACCOUNT);
        facts.bucket_listing.observed = Observed::Present(BucketListing { count: 7 });
        let covered = of_account(&account, Some(&facts), &AccountReads::default());
        assert_eq!(covered.buckets_listed, Some(7));
        facts.bucket_listing.observed = Observed::Gap(gap(GapCause::Throttled));
        let mut reads = AccountReads::default();
        reads.account(&facts);
        let covered = of_account(&account, Some(&facts), &reads);
        assert_eq!(
            (covered.buckets_listed, covered.status),
            (None, AccountStatus::PartlyAssessed)
        );
    }

    #[test]
    fn every_region_with_a_bucket_stands_in_the_coverage_whatever_the_list_says() {
        let mut facts = scene::facts(scene::ACCOUNT);
        let region = |name: &str, opt_status: &str| Region {
            name: scene::region(name),
            opt_status: opt_status.to_owned(),
        };
        let mut reads = AccountReads::default();
        for name in ["eu-central-1", "me-south-1", "mars-1", "mars-1"] {
            let mut bucket = scene::bucket("b");
            bucket.region.observed = Observed::Present(scene::region(name));
            reads.bucket(&bucket);
        }
        let regions = |facts: &AccountFacts| -> Vec<_> {
            let regions = of_regions(facts, &reads);
            regions
                .iter()
                .map(|line| (line.region.to_string(), line.status, line.buckets))
                .collect()
        };
        facts.regions.observed = Observed::Present(vec![
            region("us-east-1", "ENABLED_BY_DEFAULT"),
            region("me-south-1", "DISABLED"),
            region("eu-central-1", "ENABLED"),
        ]);
        assert_eq!(
            regions(&facts),
            [
                ("eu-central-1".to_owned(), RegionStatus::Read, 1),
                ("mars-1".to_owned(), RegionStatus::Assumed, 2),
                ("me-south-1".to_owned(), RegionStatus::Off, 1),
                ("us-east-1".to_owned(), RegionStatus::Read, 0),
            ]
        );
        facts.regions.observed = Observed::Gap(gap(GapCause::Denied));
        facts.assumed_regions = vec![scene::region("us-east-1")];
        assert!(
            regions(&facts)
                .iter()
                .all(|(_, status, _)| *status == RegionStatus::Assumed)
        );
        assert_eq!(regions(&facts).len(), 4);
    }
}
