//! What changed in what the two runs could see: sources of the organization, accounts, their regions and sources, buckets.
//!
//! It holds a line for each account whose place changed, and numbers for the rest.

use std::collections::BTreeMap;

use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketStatus, CoverageRecord, RegionStatus, SourceStatus,
};
use s3attest_model::identifiers::{AccountId, BucketName};
use s3attest_model::services::ServiceSource;

use super::omission::Omission;
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
}

impl CoverageChanges {
    /// The accounts whose place changed in a direction.
    pub fn accounts_with(&self, sighting: Sighting) -> impl Iterator<Item = &AccountCoverageChange> {
        self.accounts.iter().filter(move |change| change.sighting == sighting)
    }

    /// Whether anything changed but the number of buckets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.organization.is_empty() && self.accounts.is_empty() && self.sources.is_empty() && self.regions.is_empty()
    }

    /// Joins the coverage of both runs.
    pub(super) fn of<R: AssessedRun>(earlier: &R, later: &R) -> Result<Self, ReportError<R::Error>> {
        let omissions = (Omission::of(earlier.run()), Omission::of(later.run()));
        let mut earlier = Ahead::new(earlier.coverage().map_err(ReportError::Run)?);
        let mut later = Ahead::new(later.coverage().map_err(ReportError::Run)?);
        let mut changes = Self::default();
        let mut sources: BTreeMap<ServiceSource, SourceChange> = BTreeMap::new();
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
            changes.take(before, after, &omissions, &mut sources);
        }
        changes.accounts.sort_by_key(|change| change.sighting);
        let order = ServiceSource::ALL.iter();
        changes.sources = order.filter_map(|source| sources.remove(source)).collect();
        Ok(changes)
    }

    fn take(
        &mut self,
        before: Option<CoverageRecord>,
        after: Option<CoverageRecord>,
        omissions: &(Omission, Omission),
        sources: &mut BTreeMap<ServiceSource, SourceChange>,
    ) {
        match (before, after) {
            (Some(CoverageRecord::Account(before)), Some(CoverageRecord::Account(after))) => {
                self.accounts.extend(account_change(Some(&before), Some(&after)));
            }
            (Some(CoverageRecord::Account(before)), None) => self.accounts.extend(account_change(Some(&before), None)),
            (None, Some(CoverageRecord::Account(after))) => self.accounts.extend(account_change(None, Some(&after))),
            (Some(CoverageRecord::Source(before)), Some(CoverageRecord::Source(after))) => {
                let source = after.source;
                if let Some(sighting) = sighting(source, Some(before.status), Some(after.status), omissions) {
                    let change = sources.entry(source).or_insert_with(|| SourceChange::new(source));
                    change.add(sighting);
                }
            }
            (before @ Some(CoverageRecord::Organization(_)), after)
            | (before, after @ Some(CoverageRecord::Organization(_))) => {
                self.organization
                    .extend(organization_change(before.as_ref(), after.as_ref(), omissions));
            }
            (before @ Some(CoverageRecord::Region(_)), after) | (before, after @ Some(CoverageRecord::Region(_))) => {
                let status = |record: Option<CoverageRecord>| match record {
                    Some(CoverageRecord::Region(region)) => Some(region.status),
                    _ => None,
                };
                let statuses = (status(before), status(after));
                if statuses.0 != statuses.1 {
                    *self.regions.entry(statuses).or_default() += 1;
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

fn organization_change(
    before: Option<&CoverageRecord>,
    after: Option<&CoverageRecord>,
    omissions: &(Omission, Omission),
) -> Option<OrganizationSourceChange> {
    let of = |record: Option<&CoverageRecord>| match record {
        Some(CoverageRecord::Organization(covered)) => Some((covered.source, covered.status)),
        _ => None,
    };
    let (before, after) = (of(before), of(after));
    let (source, _) = after.or(before)?;
    let (before, after) = (before.map(|(_, status)| status), after.map(|(_, status)| status));
    Some(OrganizationSourceChange {
        source,
        sighting: sighting(source, before, after, omissions)?,
        before,
        after,
    })
}

/// How much of a source could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The run was told to leave it out.
    LeftOut,
    /// AWS says that there is nothing to read.
    Nothing,
    /// It was to be read; the more was, the higher.
    Read(u8),
}

impl Reach {
    fn of(status: Option<SourceStatus>, is_left_out: bool) -> Self {
        match status {
            None | Some(SourceStatus::NotCollected) if is_left_out => Self::LeftOut,
            None | Some(SourceStatus::NotCollected) => Self::Read(0),
            Some(SourceStatus::Unreadable) => Self::Read(1),
            Some(SourceStatus::PartlyRead) => Self::Read(2),
            Some(SourceStatus::Read) => Self::Read(3),
            Some(SourceStatus::NotSubscribed | SourceStatus::NotOffered) => Self::Nothing,
        }
    }

    /// Whether something is known of it.
    fn is_known(self) -> bool {
        matches!(self, Self::Nothing | Self::Read(2..))
    }
}

/// In which direction sight of a source changed; `None` when it did not.
fn sighting(
    source: ServiceSource,
    before: Option<SourceStatus>,
    after: Option<SourceStatus>,
    omissions: &(Omission, Omission),
) -> Option<Sighting> {
    let was = Reach::of(before, omissions.0.holds(source));
    let is = Reach::of(after, omissions.1.holds(source));
    match (was, is) {
        (Reach::Nothing, Reach::Nothing) => (before != after).then_some(Sighting::Changed),
        _ if was == is => None,
        (_, Reach::LeftOut) => Some(Sighting::LeftScope),
        (Reach::LeftOut, _) if is.is_known() => Some(Sighting::EnteredScope),
        (Reach::LeftOut, _) => Some(Sighting::EnteredUnread),
        (Reach::Read(was), Reach::Read(is)) if is < was => Some(Sighting::Lost),
        (Reach::Read(_), Reach::Read(_)) => Some(Sighting::Regained),
        _ if was.is_known() && is.is_known() => Some(Sighting::Changed),
        _ if was.is_known() => Some(Sighting::Lost),
        _ => Some(Sighting::Regained),
    }
}
