//! Coverage: how far each account, region and bucket was read, and why no further.
//!
//! Derived from the evidence alone. A read that the run was told to leave out was not asked for, so it lowers nothing;
//! every other gap does.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::{Bucket, SettingState};
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, BucketCoverage, BucketStatus, GapTally, ReadCounts, RegionCoverage,
    RegionStatus,
};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Observed, Operation};
use s3attest_model::identifiers::RegionName;
use s3attest_model::organization::{Account, Selection};

use crate::remedy;

/// How often each operation met each kind of gap.
#[derive(Debug, Clone, Default)]
pub(crate) struct GapCounter {
    gaps: BTreeMap<(Operation, GapCause, Option<BlockedBy>), (u64, String)>,
}

impl GapCounter {
    fn add(&mut self, operation: &Operation, gap: &Gap) {
        let key = (operation.clone(), gap.cause, gap.blocked_by);
        let (count, _) = self.gaps.entry(key).or_insert_with(|| (0, gap.detail.clone()));
        *count += 1;
    }

    fn merge(&mut self, tallies: &[GapTally]) {
        for tally in tallies {
            let key = (tally.operation.clone(), tally.cause, tally.blocked_by);
            let (count, _) = self.gaps.entry(key).or_insert_with(|| (0, tally.example.clone()));
            *count += tally.count;
        }
    }

    /// The tallies, the most frequent first.
    fn tallies(&self) -> Vec<GapTally> {
        let mut tallies: Vec<_> = self
            .gaps
            .iter()
            .map(|((operation, cause, blocked_by), (count, example))| GapTally {
                operation: operation.clone(),
                cause: *cause,
                blocked_by: *blocked_by,
                count: *count,
                example: example.clone(),
            })
            .collect();
        // Stable, so that equal counts stay in the order of operations.
        tallies.sort_by_key(|tally| std::cmp::Reverse(tally.count));
        tallies
    }
}

fn count(reads: &mut ReadCounts, gaps: &mut GapCounter, operation: &Operation, gap: Option<&Gap>) {
    match gap {
        Some(gap) if gap.cause == GapCause::NotCollected => {}
        Some(gap) => {
            reads.asked += 1;
            gaps.add(operation, gap);
        }
        None => {
            reads.asked += 1;
            reads.answered += 1;
        }
    }
}

/// A bucket's place in the coverage.
#[must_use]
pub fn of_bucket(bucket: &Bucket) -> BucketCoverage {
    let (mut reads, mut gaps) = (ReadCounts::default(), GapCounter::default());
    let mut gone = false;
    for view in bucket.settings.views() {
        let gap = match view.state {
            SettingState::Gap(gap) => Some(gap),
            SettingState::Present | SettingState::Absent => None,
        };
        gone |= gap.is_some_and(|gap| gap.cause == GapCause::BucketGone);
        count(&mut reads, &mut gaps, &view.source.operation, gap);
    }
    let status = if gone {
        BucketStatus::Gone
    } else if reads.answered == reads.asked {
        BucketStatus::Assessed
    } else if reads.answered == 0 {
        BucketStatus::Unreadable
    } else {
        BucketStatus::PartlyAssessed
    };
    BucketCoverage {
        account: bucket.account.clone(),
        bucket: bucket.name.clone(),
        region: region_of(&bucket.region).cloned(),
        status,
        reads,
        gaps: gaps.tallies(),
    }
}

/// The region in a piece of evidence, for showing it.
pub(crate) fn region_of(region: &Evidence<RegionName>) -> Option<&RegionName> {
    match &region.observed {
        Observed::Present(region) => Some(region),
        Observed::Absent | Observed::Gap(_) => None,
    }
}

/// What one account's reads came to. Grows with the account's regions and kinds of gaps, not with its buckets.
#[derive(Debug, Clone, Default)]
pub struct AccountReads {
    reads: ReadCounts,
    gaps: GapCounter,
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
        note(&facts.bucket_listing.source.operation, facts.bucket_listing.as_gap());
        note(
            &facts.public_access_block.source.operation,
            facts.public_access_block.as_gap(),
        );
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
    let (reason, remedy) = remedy::of_account(account, facts, status, reads.reads, &gaps);
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
