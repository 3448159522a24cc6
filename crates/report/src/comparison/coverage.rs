//! What changed in what the two runs could see: sources of the organization, accounts, their regions and sources, buckets.
//!
//! It holds a line for each account whose place changed; numbers for the rest, and the first regions and buckets by name.

use std::collections::BTreeMap;

use s3attest_model::coverage::{AccountStatus, BucketStatus, RegionStatus, SourceStatus};
use s3attest_model::identifiers::{AccountId, BucketName, RegionName};
use s3attest_model::services::ServiceSource;

use super::absence::Absence;
use super::seen::{CoverageChange, Moved, coverage_changes};
use super::sighting::Sighting;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::text::counted;

/// An account whose place in the coverage changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCoverageChange {
    /// The account.
    pub account: AccountId,
    /// Its name; empty when neither run knows it.
    pub name: String,
    /// In which direction.
    pub sighting: Sighting,
    /// How far it was read before; `None` when the earlier run does not name it.
    pub before: Option<AccountStatus>,
    /// How far it was read; `None` when the later run does not name it.
    pub after: Option<AccountStatus>,
    /// How many buckets were listed before; `None` when they could not be listed to the end.
    pub buckets_before: Option<u64>,
    /// How many buckets are listed.
    pub buckets_after: Option<u64>,
    /// Why one of the runs does not name it; `None` when both do.
    pub absence: Option<Absence>,
    /// Why it was not read in full, or was not listed; empty when it was, or when it was not to be.
    pub reason: String,
    /// What a person can do about it.
    pub remedy: String,
}

impl AccountCoverageChange {
    /// Why its place is what it is: the reason, or why one of the runs does not name it; empty when there is nothing to say.
    #[must_use]
    pub fn explanation(&self) -> String {
        match self.absence {
            _ if !self.reason.is_empty() => self.reason.clone(),
            Some(absence) if self.before.is_none() => format!("It was not named: {}.", absence.phrase()),
            Some(absence) => format!("It is not named any more: {}.", absence.phrase()),
            None => String::new(),
        }
    }
}

/// In how many accounts that are in both runs what is read of a source changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceChange {
    /// The source.
    pub source: ServiceSource,
    /// Accounts in which less of it is read.
    pub lost: u64,
    /// Accounts in which more of it is read.
    pub regained: u64,
    /// Accounts in which there is something to read and was not, or the other way round, and nothing is hidden.
    pub changed: u64,
    /// Accounts in which the earlier run looked and the later one was told not to.
    pub left_scope: u64,
    /// Accounts in which the earlier run was told not to look and the later one was not.
    pub entered_scope: u64,
}

impl SourceChange {
    fn new(source: ServiceSource) -> Self {
        Self {
            source,
            lost: 0,
            regained: 0,
            changed: 0,
            left_scope: 0,
            entered_scope: 0,
        }
    }

    fn add(&mut self, sighting: Sighting) {
        let count = match sighting {
            Sighting::Lost => &mut self.lost,
            Sighting::Regained => &mut self.regained,
            Sighting::Changed => &mut self.changed,
            Sighting::LeftScope => &mut self.left_scope,
            Sighting::EnteredScope | Sighting::EnteredUnread => &mut self.entered_scope,
        };
        *count += 1;
    }
}

/// A source of the organization of which another part is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSourceChange {
    /// The source.
    pub source: ServiceSource,
    /// In which direction.
    pub sighting: Sighting,
    /// How far it was read before; `None` when the earlier run does not name it.
    pub before: Option<SourceStatus>,
    /// How far it was read; `None` when the later run does not name it.
    pub after: Option<SourceStatus>,
}

/// The word for how far something was read; a run that does not name it says so.
pub(crate) fn named<S>(status: Option<S>, word: fn(S) -> &'static str) -> &'static str {
    status.map_or("not named", word)
}

/// Regions, or buckets, whose place in the coverage changed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike<T, S> {
    /// In which direction.
    pub sighting: Sighting,
    /// How far they were read before; `None` when the earlier run does not name them.
    pub before: Option<S>,
    /// How far they were read; `None` when the later run does not name them.
    pub after: Option<S>,
    /// Why one of the runs does not name them.
    pub absence: Option<Absence>,
    /// How many there are.
    pub count: u64,
    /// The first of them, by account and name.
    pub first: Vec<Moved<T, S>>,
}

impl<T, S: Copy> Alike<T, S> {
    /// How they stood and stand, in words: `read before, assumed now`. `word` is the word of a status.
    #[must_use]
    pub fn in_words(&self, word: fn(S) -> &'static str) -> String {
        let status = |status| named(status, word).replace('-', " ");
        let mut words = format!("{} before, {} now", status(self.before), status(self.after));
        if let Some(absence) = self.absence {
            words.push_str(": ");
            words.push_str(absence.phrase());
        }
        words
    }
}

/// What changed in what could be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageChanges {
    /// Sources of the organization that are read less or more, in their usual order.
    pub organization: Vec<OrganizationSourceChange>,
    /// Accounts whose place changed, what was lost first; by id in each direction.
    pub accounts: Vec<AccountCoverageChange>,
    /// Sources of which another part is read in some account, in their usual order.
    pub sources: Vec<SourceChange>,
    /// Regions of accounts that stood otherwise before, with how they stood and stand; `None` for a run that does not name
    /// the region.
    pub regions: BTreeMap<(Option<RegionStatus>, Option<RegionStatus>), u64>,
    /// Buckets by how far they were read before and are read now, unchanged ones included; `None` for a run that does not
    /// list the bucket.
    pub buckets: BTreeMap<(Option<BucketStatus>, Option<BucketStatus>), u64>,
    /// The regions of accounts that stood otherwise before, what was lost first.
    pub regions_moved: Vec<Alike<RegionName, RegionStatus>>,
    /// The buckets that stood otherwise before, what was lost first.
    pub buckets_moved: Vec<Alike<BucketName, BucketStatus>>,
}

impl CoverageChanges {
    /// The accounts whose place changed in a direction.
    pub fn accounts_with(&self, sighting: Sighting) -> impl Iterator<Item = &AccountCoverageChange> {
        self.accounts.iter().filter(move |change| change.sighting == sighting)
    }

    /// Whether nothing changed in what could be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.organization.is_empty()
            && self.accounts.is_empty()
            && self.sources.is_empty()
            && self.regions_moved.is_empty()
            && self.buckets_moved.is_empty()
    }

    /// Joins the coverage of both runs, and keeps the names of at most `most` regions and buckets that changed alike.
    pub(super) fn of<R: AssessedRun>(earlier: &R, later: &R, most: usize) -> Result<Self, ReportError<R::Error>> {
        let mut changes = Self::default();
        let mut sources: BTreeMap<ServiceSource, SourceChange> = BTreeMap::new();
        let (mut regions, mut buckets) = (BTreeMap::new(), BTreeMap::new());
        for change in coverage_changes(earlier, later)? {
            match change? {
                CoverageChange::Organization(change) => changes.organization.push(change),
                CoverageChange::Account(change) => changes.accounts.push(change),
                CoverageChange::Region(region) => {
                    *changes.regions.entry((region.before, region.after)).or_default() += 1;
                    group(&mut regions, region, most);
                }
                CoverageChange::Source(change) => {
                    let source = change.what;
                    if let Some(sighting) = change.sighting {
                        let change = sources.entry(source).or_insert_with(|| SourceChange::new(source));
                        change.add(sighting);
                    }
                }
                CoverageChange::Bucket(bucket) => {
                    *changes.buckets.entry((bucket.before, bucket.after)).or_default() += 1;
                    group(&mut buckets, bucket, most);
                }
            }
        }
        changes.accounts.sort_by_key(|change| change.sighting);
        let order = ServiceSource::ALL.iter();
        changes.sources = order.filter_map(|source| sources.remove(source)).collect();
        changes.regions_moved = regions.into_values().collect();
        changes.buckets_moved = buckets.into_values().collect();
        Ok(changes)
    }
}

/// Regions or buckets that changed alike, as a reader is told of them.
#[derive(Debug)]
pub(crate) struct Group<'changes> {
    /// How many there are, and of what: `3 buckets`.
    pub(crate) number: String,
    /// In which direction.
    pub(crate) sighting: Sighting,
    /// How they stood and stand.
    pub(crate) words: String,
    /// How many there are.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) first: Vec<Part<'changes>>,
}

/// A region or a bucket of an account.
#[derive(Debug)]
pub(crate) struct Part<'changes> {
    pub(crate) name: &'changes str,
    pub(crate) account: &'changes AccountId,
    pub(crate) account_name: &'changes str,
}

impl CoverageChanges {
    /// The regions and the buckets that changed, those that changed alike together; at most `most` of each by name.
    pub(crate) fn groups(&self, most: usize) -> Vec<Group<'_>> {
        let regions = self.regions_moved.iter().map(|alike| Group {
            number: counted(alike.count, "region of an account", "regions of accounts"),
            sighting: alike.sighting,
            words: alike.in_words(RegionStatus::as_str),
            count: alike.count,
            first: parts(alike, most, RegionName::as_str),
        });
        let buckets = self.buckets_moved.iter().map(|alike| Group {
            number: counted(alike.count, "bucket", "buckets"),
            sighting: alike.sighting,
            words: alike.in_words(BucketStatus::as_str),
            count: alike.count,
            first: parts(alike, most, BucketName::as_str),
        });
        regions.chain(buckets).collect()
    }
}

fn parts<T, S>(alike: &Alike<T, S>, most: usize, name: fn(&T) -> &str) -> Vec<Part<'_>> {
    let first = alike.first.iter().take(most);
    first
        .map(|moved| Part {
            name: name(&moved.what),
            account: &moved.account,
            account_name: &moved.account_name,
        })
        .collect()
}

/// What has to be the same for things to have changed alike.
type Likeness<S> = (Sighting, Option<S>, Option<S>, Option<Absence>);

/// Puts something with what changed alike; what did not change is left out.
fn group<T, S: Copy + Ord>(groups: &mut BTreeMap<Likeness<S>, Alike<T, S>>, moved: Moved<T, S>, most: usize) {
    let Some(sighting) = moved.sighting else {
        return;
    };
    let Moved {
        before, after, absence, ..
    } = moved;
    let group = groups
        .entry((sighting, before, after, absence))
        .or_insert_with(|| Alike {
            sighting,
            before,
            after,
            absence,
            count: 0,
            first: Vec::new(),
        });
    group.count += 1;
    if group.first.len() < most {
        group.first.push(moved);
    }
}
