//! What changed in what the two runs could see: accounts, sources of accounts, buckets.
//!
//! It holds a line for each account whose place changed, and numbers for the rest.

use std::collections::BTreeMap;

use s3attest_model::coverage::{AccountCoverage, AccountStatus, BucketStatus, CoverageRecord, SourceStatus};
use s3attest_model::identifiers::{AccountId, BucketName};
use s3attest_model::services::ServiceSource;

use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// In which direction sight of something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sighting {
    /// It was read, in full or in part, and less of it is read now.
    Lost,
    /// It is in scope now and was not before, and it could not be read.
    EnteredUnread,
    /// It was in scope and is not now.
    LeftScope,
    /// It is in scope now and was not before, and it was read.
    EnteredScope,
    /// More of it is read now.
    Regained,
    /// Its place changed, and no more and no less of it is read.
    Changed,
}

impl Sighting {
    /// Every direction, in the order in which reports list them.
    pub const ALL: [Self; 6] = [
        Self::Lost,
        Self::EnteredUnread,
        Self::LeftScope,
        Self::EnteredScope,
        Self::Regained,
        Self::Changed,
    ];

    /// The direction in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::EnteredUnread => "entered-unread",
            Self::LeftScope => "left-scope",
            Self::EnteredScope => "entered-scope",
            Self::Regained => "regained",
            Self::Changed => "changed",
        }
    }

    /// The direction as a reader knows it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Lost => "Seen less",
            Self::EnteredUnread => "New and not read",
            Self::LeftScope => "Left the scope",
            Self::EnteredScope => "New in scope",
            Self::Regained => "Seen more",
            Self::Changed => "Changed",
        }
    }
}

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
    /// Why it was not read in full; empty when it was, or when the later run does not name it.
    pub reason: String,
    /// What a person can do about it.
    pub remedy: String,
}

/// In how many accounts a source is read less or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceChange {
    /// The source.
    pub source: ServiceSource,
    /// Accounts read both times in which less of it is read.
    pub lost: u64,
    /// Accounts read both times in which more of it is read.
    pub regained: u64,
}

/// What changed in what could be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageChanges {
    /// Accounts whose place changed, what was lost first; by id in each direction.
    pub accounts: Vec<AccountCoverageChange>,
    /// Sources that are read less or more in some account, in their usual order.
    pub sources: Vec<SourceChange>,
    /// Buckets by how far they were read before and are read now, unchanged ones included; `None` for a run that does not
    /// list the bucket.
    pub buckets: BTreeMap<(Option<BucketStatus>, Option<BucketStatus>), u64>,
}

impl CoverageChanges {
    /// The accounts whose place changed in a direction.
    pub fn accounts_with(&self, sighting: Sighting) -> impl Iterator<Item = &AccountCoverageChange> {
        self.accounts.iter().filter(move |change| change.sighting == sighting)
    }

    /// Whether anything changed but the number of buckets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.sources.is_empty()
    }

    /// Joins the coverage of both runs.
    pub(super) fn of<R: AssessedRun>(earlier: &R, later: &R) -> Result<Self, ReportError<R::Error>> {
        let mut earlier = Ahead::new(earlier.coverage().map_err(ReportError::Run)?);
        let mut later = Ahead::new(later.coverage().map_err(ReportError::Run)?);
        let mut changes = Self::default();
        let mut sources: BTreeMap<ServiceSource, (u64, u64)> = BTreeMap::new();
        loop {
            let key = |record: &CoverageRecord| Place::of(record);
            let before = earlier.peek().map_err(ReportError::Run)?.map(key);
            let after = later.peek().map_err(ReportError::Run)?.map(key);
            let Some(place) = before.into_iter().chain(after).min() else {
                break;
            };
            let is_here = |record: &CoverageRecord| Place::of(record) == place;
            let before = earlier.next_if(is_here).map_err(ReportError::Run)?;
            let after = later.next_if(is_here).map_err(ReportError::Run)?;
            changes.take(before, after, &mut sources);
        }
        changes.accounts.sort_by_key(|change| change.sighting);
        let order = ServiceSource::ALL.iter();
        changes.sources = order
            .filter_map(|source| {
                let (lost, regained) = *sources.get(source)?;
                Some(SourceChange {
                    source: *source,
                    lost,
                    regained,
                })
            })
            .collect();
        Ok(changes)
    }

    fn take(
        &mut self,
        before: Option<CoverageRecord>,
        after: Option<CoverageRecord>,
        sources: &mut BTreeMap<ServiceSource, (u64, u64)>,
    ) {
        match (before, after) {
            (Some(CoverageRecord::Account(before)), Some(CoverageRecord::Account(after))) => {
                self.accounts.extend(account_change(Some(&before), Some(&after)));
            }
            (Some(CoverageRecord::Account(before)), None) => self.accounts.extend(account_change(Some(&before), None)),
            (None, Some(CoverageRecord::Account(after))) => self.accounts.extend(account_change(None, Some(&after))),
            (Some(CoverageRecord::Source(before)), Some(CoverageRecord::Source(after))) => {
                let (rank_before, rank_after) = (rank_of_source(before.status), rank_of_source(after.status));
                if rank_before != rank_after {
                    let (lost, regained) = sources.entry(after.source).or_default();
                    *if rank_after < rank_before { lost } else { regained } += 1;
                }
            }
            (before, after) => {
                let status = |record: Option<CoverageRecord>| match record {
                    Some(CoverageRecord::Bucket(bucket)) => Some(bucket.status),
                    _ => None,
                };
                let statuses = (status(before), status(after));
                if statuses != (None, None) {
                    *self.buckets.entry(statuses).or_default() += 1;
                }
            }
        }
    }
}

/// Where a line stands in the coverage; lines of both runs with the same place are about the same thing.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Organization(ServiceSource),
    Account(AccountId, WithinAccount),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum WithinAccount {
    Itself,
    Region(String),
    Source(usize),
    Bucket(BucketName),
}

impl Place {
    fn of(record: &CoverageRecord) -> Self {
        match record {
            CoverageRecord::Organization(covered) => Self::Organization(covered.source),
            CoverageRecord::Account(covered) => Self::Account(covered.account.clone(), WithinAccount::Itself),
            CoverageRecord::Region(covered) => Self::Account(
                covered.account.clone(),
                WithinAccount::Region(covered.region.to_string()),
            ),
            CoverageRecord::Source(covered) => {
                let order = ServiceSource::ALL.iter().position(|source| *source == covered.source);
                Self::Account(
                    covered.account.clone(),
                    WithinAccount::Source(order.unwrap_or(usize::MAX)),
                )
            }
            CoverageRecord::Bucket(covered) => {
                Self::Account(covered.account.clone(), WithinAccount::Bucket(covered.bucket.clone()))
            }
        }
    }
}

fn account_change(before: Option<&AccountCoverage>, after: Option<&AccountCoverage>) -> Option<AccountCoverageChange> {
    let (was, is) = (
        before.map_or(Sight::Outside, Sight::of),
        after.map_or(Sight::Outside, Sight::of),
    );
    let statuses = (
        before.map(|account| account.status),
        after.map(|account| account.status),
    );
    let sighting = match (was, is) {
        _ if was == is && statuses.0 == statuses.1 => return None,
        (Sight::Outside, Sight::Outside) => Sighting::Changed,
        (Sight::Outside, Sight::Unread | Sight::Unlisted) => Sighting::EnteredUnread,
        (Sight::Outside, Sight::Partly | Sight::Whole) => Sighting::EnteredScope,
        (_, Sight::Outside) => Sighting::LeftScope,
        _ if is < was => Sighting::Lost,
        _ if is > was => Sighting::Regained,
        _ => Sighting::Changed,
    };
    let mut names = after.iter().chain(&before).map(|account| account.name.as_str());
    let name = names.find(|name| !name.is_empty()).unwrap_or_default().to_owned();
    let known = after.or(before)?;
    Some(AccountCoverageChange {
        account: known.account.clone(),
        name,
        sighting,
        before: statuses.0,
        after: statuses.1,
        buckets_before: before.and_then(|account| account.buckets_listed),
        buckets_after: after.and_then(|account| account.buckets_listed),
        reason: after.map(|account| account.reason.clone()).unwrap_or_default(),
        remedy: after.map(|account| account.remedy.clone()).unwrap_or_default(),
    })
}

/// How much of an account could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    /// It is out of scope, or the run does not name it.
    Outside,
    /// It could not be read.
    Unread,
    /// It was entered, and its buckets could not be listed to the end.
    Unlisted,
    /// Some of it could not be read.
    Partly,
    /// All of it was read.
    Whole,
}

impl Sight {
    fn of(account: &AccountCoverage) -> Self {
        match account.status {
            AccountStatus::Excluded | AccountStatus::NotActive => Self::Outside,
            AccountStatus::Denied | AccountStatus::NotCollected => Self::Unread,
            AccountStatus::Assessed | AccountStatus::PartlyAssessed if account.buckets_listed.is_none() => {
                Self::Unlisted
            }
            AccountStatus::PartlyAssessed => Self::Partly,
            AccountStatus::Assessed => Self::Whole,
        }
    }
}

/// How much of a source could be seen; where there is nothing to read, nothing is missing.
fn rank_of_source(status: SourceStatus) -> u8 {
    match status {
        SourceStatus::NotCollected => 0,
        SourceStatus::Unreadable => 1,
        SourceStatus::PartlyRead => 2,
        SourceStatus::Read | SourceStatus::NotSubscribed | SourceStatus::NotOffered => 3,
    }
}
