//! Regions of accounts that could not be read: why, and what to do about each.
//!
//! A region is one of these where it is not enabled and a bucket that was listed is there, where nothing of what was asked
//! there was answered, or where nobody knows whether it is enabled. One that is not enabled and holds no bucket that is
//! known is only counted. Regions in which some answers came stand with the sources that met the gaps.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::coverage::{BucketCoverage, BucketStatus, ReadCounts, RegionStatus, SourceCoverage, SourceStatus};
use s3attest_model::evidence::{BlockedBy, Gap, GapCause, Observed, Operation};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{Facts as _, ServiceRecord};
use serde::Serialize;

use super::account::AccountRecords;
use super::accounts::{ON_FRONT_PAGE, UNREAD_OPEN};
use super::finding::NAME;
use super::places;
use super::words::{self, Mark};
use crate::foremost::Foremost;
use crate::text::{clip, count, counted};

/// Why a region counts as not read, what is sure to be missing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    OffWithBuckets,
    Unanswered,
    Assumed,
}

/// Regions of one account that could not be read for one reason.
#[derive(Debug, Clone, Serialize)]
pub(super) struct UnreadRegions {
    #[serde(skip)]
    kind: Kind,
    account: String,
    name: String,
    page: String,
    regions: String,
    status: Mark,
    why: String,
    remedy: String,
}

/// What reading came to in one region.
#[derive(Debug, Default)]
struct Reads {
    counts: ReadCounts,
    /// Those of its buckets alone.
    of_buckets: ReadCounts,
    gaps: BTreeMap<(GapCause, Option<BlockedBy>), (u64, Operation)>,
}

impl Reads {
    fn gap(&mut self, operation: &Operation, cause: GapCause, blocked_by: Option<BlockedBy>, number: u64) {
        let (met, _) = self
            .gaps
            .entry((cause, blocked_by))
            .or_insert_with(|| (0, operation.clone()));
        *met += number;
    }
}

/// What reading came to in the regions of one account. Grows with its regions and the kinds of gaps there.
#[derive(Debug, Default)]
pub(super) struct RegionReads {
    regions: BTreeMap<RegionName, Reads>,
}

impl RegionReads {
    /// Counts what a source said of a region. Where the account lacks nothing of the source, its gaps are of what is not
    /// there to be read, and count nowhere.
    pub(super) fn service(&mut self, record: &ServiceRecord, sources: &[SourceCoverage]) {
        let Some(region) = &record.region else { return };
        let source = record.reading.source();
        let is_lacking = sources
            .iter()
            .find(|covered| covered.source == source)
            .is_none_or(|covered| matches!(covered.status, SourceStatus::PartlyRead | SourceStatus::Unreadable));
        let reads = self.regions.entry(region.clone()).or_default();
        for fact in record.reading.facts() {
            match fact.gap() {
                None => {
                    reads.counts.asked += 1;
                    reads.counts.answered += 1;
                }
                Some(gap) if !is_lacking || gap.cause == GapCause::NotCollected || gap.cause.is_not_subscribed() => {}
                Some(gap) => {
                    reads.counts.asked += 1;
                    reads.gap(&fact.source.operation, gap.cause, gap.blocked_by, 1);
                }
            }
        }
    }

    /// Counts the reads of a bucket where it is known to be.
    pub(super) fn bucket(&mut self, covered: &BucketCoverage) {
        let Some(region) = covered.region.as_ref().filter(|_| covered.status != BucketStatus::Gone) else {
            return;
        };
        let reads = self.regions.entry(region.clone()).or_default();
        reads.counts.merge(covered.reads);
        reads.of_buckets.merge(covered.reads);
        for gap in &covered.gaps {
            reads.gap(&gap.operation, gap.cause, gap.blocked_by, gap.count);
        }
    }

    /// The account's regions that could not be read.
    pub(super) fn unread(&self, id: &AccountId, records: &AccountRecords) -> OfAccount {
        let mut found = Found::default();
        let covered: BTreeMap<&RegionName, (RegionStatus, u64)> = records
            .regions
            .iter()
            .map(|region| (&region.region, (region.status, region.buckets)))
            .collect();
        for (region, (status, buckets)) in &covered {
            match status {
                RegionStatus::Read => {}
                RegionStatus::Off if *buckets == 0 => found.off_and_empty += 1,
                RegionStatus::Off => {
                    let reads = self
                        .regions
                        .get(*region)
                        .map_or(ReadCounts::default(), |reads| reads.of_buckets);
                    found.add(Kind::OffWithBuckets, region, off(*buckets, reads));
                }
                RegionStatus::Assumed => found.add(Kind::Assumed, region, assumed(records)),
            }
        }
        for (region, reads) in &self.regions {
            let is_off = matches!(covered.get(region), Some((RegionStatus::Off, _)));
            if !is_off && reads.counts.asked > 0 && reads.counts.answered == 0 {
                found.add(Kind::Unanswered, region, unanswered(reads, &records.sources));
            }
        }
        found.finish(id, &clip(&records.name(), NAME))
    }
}

/// Why, and what to do.
type Sentences = (String, String);

fn off(buckets: u64, reads: ReadCounts) -> Sentences {
    (
        format!(
            "The region is not enabled for the account, and {} there; {} of {} there were answered.",
            counted(buckets, "bucket that was listed is", "buckets that were listed are"),
            count(reads.answered),
            counted(reads.asked, "read of settings", "reads of settings"),
        ),
        "Enable the region for the account and scan again, or ask its owner what is there: a region that is not enabled keeps \
         its buckets."
            .to_owned(),
    )
}

fn assumed(records: &AccountRecords) -> Sentences {
    let Some(facts) = &records.facts else {
        return (
            "Nobody knows whether the account has enabled it, since its list of regions is not known.".to_owned(),
            "Look at the account's own page, and scan again once its list of regions can be read.".to_owned(),
        );
    };
    let operation = &facts.regions.source.operation;
    match &facts.regions.observed {
        Observed::Gap(gap) => (
            format!(
                "Nobody knows whether the account has enabled it, since its list of regions could not be read ({operation}: \
                 {}). It was taken as enabled.",
                caused(gap)
            ),
            match gap.cause {
                GapCause::Denied => format!(
                    "Allow the scanning role the permission for {operation}{}.",
                    match gap.blocked_by {
                        None | Some(BlockedBy::Unknown | BlockedBy::IdentityPolicy) => "",
                        Some(_) => ", and let what refused it permit that",
                    }
                ),
                _ => "Scan again, so that the list of regions is read.".to_owned(),
            },
        ),
        Observed::Present(_) | Observed::Absent => (
            "A bucket is there, and the account's list of regions does not name the region.".to_owned(),
            "Look in the account whether the region is enabled; a newer version of s3attest may know it.".to_owned(),
        ),
    }
}

fn unanswered(reads: &Reads, sources: &[SourceCoverage]) -> Sentences {
    let asked = counted(reads.counts.asked, "read", "reads");
    let most = reads
        .gaps
        .iter()
        .max_by_key(|(kind, (met, _))| (*met, std::cmp::Reverse(**kind)));
    let Some(((cause, blocked_by), (_, operation))) = most else {
        return (
            format!("Nothing of what was asked there was answered ({asked})."),
            "Look at the account's own page for what was said.".to_owned(),
        );
    };
    let gap = Gap {
        blocked_by: *blocked_by,
        ..Gap::new(*cause, "")
    };
    let of_sources = sources.iter().flat_map(|source| &source.gaps);
    let remedy = of_sources
        .filter(|gap| (gap.tally.cause, gap.tally.blocked_by) == (*cause, *blocked_by))
        .map(|gap| gap.remedy.as_str())
        .find(|remedy| !remedy.is_empty());
    (
        format!(
            "Nothing of what was asked there was answered ({asked}); most often {operation}: {}.",
            caused(&gap)
        ),
        remedy
            .unwrap_or("Look at the account's own page for what was said, and let the scanning role read there.")
            .to_owned(),
    )
}

/// The cause of a gap in words, with what refused.
fn caused(gap: &Gap) -> String {
    match gap.blocked_by {
        None => gap.cause.phrase().to_owned(),
        Some(blocked_by) => format!("{}; {}", gap.cause.phrase(), words::refused(blocked_by)),
    }
}

/// The regions of one account, in the making.
#[derive(Default)]
struct Found<'reads> {
    off_and_empty: u64,
    regions: BTreeSet<&'reads RegionName>,
    rows: BTreeMap<(Kind, Sentences), Vec<&'reads RegionName>>,
}

impl<'reads> Found<'reads> {
    fn add(&mut self, kind: Kind, region: &'reads RegionName, sentences: Sentences) {
        self.regions.insert(region);
        self.rows.entry((kind, sentences)).or_default().push(region);
    }

    fn finish(self, id: &AccountId, name: &str) -> OfAccount {
        let rows = self
            .rows
            .into_iter()
            .map(|((kind, (why, remedy)), regions)| UnreadRegions {
                kind,
                account: id.to_string(),
                name: name.to_owned(),
                page: places::account(id, 1),
                regions: regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                status: match kind {
                    Kind::OffWithBuckets => words::region_status(RegionStatus::Off),
                    Kind::Unanswered => words::REGION_UNREADABLE,
                    Kind::Assumed => words::region_status(RegionStatus::Assumed),
                },
                why,
                remedy,
            });
        OfAccount {
            rows: rows.collect(),
            regions: self.regions.len() as u64,
            off_and_empty: self.off_and_empty,
        }
    }
}

/// The regions of one account that could not be read.
#[derive(Debug, Clone)]
pub(super) struct OfAccount {
    pub(super) rows: Vec<UnreadRegions>,
    /// How many regions stand in the rows.
    regions: u64,
    /// Regions that are not enabled and in which no bucket that was listed is known to be.
    off_and_empty: u64,
}

/// The regions of all accounts that could not be read: as many rows as the front page shows, and their number.
pub(super) struct Regions {
    rows: Foremost<Kind, UnreadRegions>,
    total: u64,
    accounts: u64,
    off_and_empty: u64,
}

/// The same, as the front page shows it.
#[derive(Serialize)]
pub(super) struct RegionList {
    rows: Vec<UnreadRegions>,
    rows_total: u64,
    regions: u64,
    accounts: u64,
    off_and_empty: u64,
    /// Whether the list of them stands open.
    is_short: bool,
}

impl Regions {
    pub(super) fn new() -> Self {
        Self {
            rows: Foremost::new(ON_FRONT_PAGE),
            total: 0,
            accounts: 0,
            off_and_empty: 0,
        }
    }

    pub(super) fn add(&mut self, account: OfAccount) {
        self.total += account.regions;
        self.accounts += u64::from(account.regions > 0);
        self.off_and_empty += account.off_and_empty;
        for row in account.rows {
            self.rows.offer(row.kind, || row);
        }
    }

    pub(super) fn finish(self) -> RegionList {
        RegionList {
            rows_total: self.rows.total(),
            is_short: self.rows.total() <= UNREAD_OPEN,
            rows: self.rows.into_rows(),
            regions: self.total,
            accounts: self.accounts,
            off_and_empty: self.off_and_empty,
        }
    }
}
