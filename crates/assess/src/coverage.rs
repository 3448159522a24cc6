//! Coverage: how far each account, region and bucket was read, and why no further.
//!
//! Derived from the evidence alone. A read that the run was told to leave out was not asked for, so it lowers nothing;
//! every other gap does.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::{Bucket, SettingState};
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, BucketCoverage, BucketStatus, GapTally, ReadCounts, RegionCoverage,
    RegionStatus, SourceCoverage, SourceGap, SourceStatus,
};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Observed, Operation};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::{Facts, ServiceRecord, ServiceSource};

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
        // What the account does not have, no permission and no patience would bring: it stands in the coverage by its
        // cause, and is not counted as something that was to be read.
        Some(gap) if gap.cause.is_not_subscribed() => gaps.add(operation, gap),
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
    // S3 has been seen to deny a bucket's existence under load: one such answer among others is not believed.
    let status = if gone && reads.answered == 0 {
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

/// What the reads of one source in one account came to.
#[derive(Debug, Clone, Default)]
struct SourceReads {
    regions: u64,
    reads: ReadCounts,
    not_subscribed: bool,
    gaps: GapCounter,
    /// Where each kind of gap was met.
    places: BTreeMap<(Operation, GapCause, Option<BlockedBy>), BTreeSet<RegionName>>,
}

impl SourceReads {
    fn add(&mut self, record: &ServiceRecord) {
        self.regions += u64::from(record.region.is_some());
        for fact in record.reading.facts() {
            let (operation, gap) = (&fact.source.operation, fact.gap());
            count(&mut self.reads, &mut self.gaps, operation, gap);
            let Some(gap) = gap else { continue };
            self.not_subscribed |= gap.cause.is_not_subscribed();
            if let Some(region) = &record.region {
                let key = (operation.clone(), gap.cause, gap.blocked_by);
                self.places.entry(key).or_default().insert(region.clone());
            }
        }
    }

    fn status(&self) -> SourceStatus {
        match (self.reads.answered, self.reads.asked) {
            (0, 0) if self.not_subscribed => SourceStatus::NotSubscribed,
            // Nothing in it had to be asked, as when nothing refers to it.
            (0, 0) if self.gaps.gaps.is_empty() => SourceStatus::Read,
            (0, _) => SourceStatus::Unreadable,
            (answered, asked) if answered == asked => SourceStatus::Read,
            _ => SourceStatus::PartlyRead,
        }
    }

    fn gaps(&self) -> Vec<SourceGap> {
        let place = |tally: &GapTally| {
            self.places
                .get(&(tally.operation.clone(), tally.cause, tally.blocked_by))
                .map(|regions| regions.iter().cloned().collect())
                .unwrap_or_default()
        };
        let tallies = self.gaps.tallies().into_iter();
        tallies
            .map(|tally| SourceGap {
                regions: place(&tally),
                tally,
            })
            .collect()
    }
}

/// What one account's reads came to. Grows with the account's regions and kinds of gaps, not with its buckets.
#[derive(Debug, Clone, Default)]
pub struct AccountReads {
    reads: ReadCounts,
    gaps: GapCounter,
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
        note(&facts.bucket_listing.source.operation, facts.bucket_listing.as_gap());
        note(
            &facts.public_access_block.source.operation,
            facts.public_access_block.as_gap(),
        );
    }

    /// Counts the reads of one of its sources.
    pub fn service(&mut self, record: &ServiceRecord) {
        let mut reads = SourceReads::default();
        reads.add(record);
        self.reads.merge(reads.reads);
        self.gaps.merge(&reads.gaps.tallies());
        self.sources.entry(record.reading.source()).or_default().add(record);
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

/// The places of the sources in the coverage of an account that was entered: every source, also one that was left out.
#[must_use]
pub fn of_sources(account: &AccountId, reads: &AccountReads) -> Vec<SourceCoverage> {
    let covered = |source: &ServiceSource| match reads.sources.get(source) {
        Some(reads) => SourceCoverage {
            account: account.clone(),
            source: *source,
            status: reads.status(),
            regions: reads.regions,
            reads: reads.reads,
            gaps: reads.gaps(),
        },
        None => SourceCoverage {
            account: account.clone(),
            source: *source,
            status: SourceStatus::NotCollected,
            regions: 0,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        },
    };
    ServiceSource::ALL.iter().map(covered).collect()
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
    use s3attest_model::bucket::BucketSetting;

    use super::*;
    use crate::checks::scene;

    fn gap(cause: GapCause) -> Gap {
        Gap::new(cause, "said")
    }

    #[test]
    fn a_bucket_is_as_covered_as_its_settings_are_answered() {
        let all = BucketSetting::ALL;
        let asked = u64::try_from(all.len()).expect("few");
        for (withheld, cause, status, reads) in [
            (&all[..0], GapCause::Denied, BucketStatus::Assessed, (asked, asked)),
            (
                &all[..1],
                GapCause::Denied,
                BucketStatus::PartlyAssessed,
                (asked, asked - 1),
            ),
            (all, GapCause::Denied, BucketStatus::Unreadable, (asked, 0)),
            (all, GapCause::BucketGone, BucketStatus::Gone, (asked, 0)),
            (
                &all[5..],
                GapCause::BucketGone,
                BucketStatus::PartlyAssessed,
                (asked, 5),
            ),
            // What the run was told to leave out was not asked for.
            (
                &all[..2],
                GapCause::NotCollected,
                BucketStatus::Assessed,
                (asked - 2, asked - 2),
            ),
        ] {
            let mut bucket = scene::bucket("b");
            for setting in withheld {
                bucket.settings.withhold(*setting, gap(cause));
            }
            let covered = of_bucket(&bucket);
            assert_eq!(covered.status, status, "{} {cause}", withheld.len());
            assert_eq!(
                (covered.reads.asked, covered.reads.answered),
                reads,
                "{} {cause}",
                withheld.len()
            );
            let counted: u64 = covered.gaps.iter().map(|tally| tally.count).sum();
            assert_eq!(counted, reads.0 - reads.1);
        }
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
