//! In which direction sight of an account, a region, a source or a bucket changed between two runs.

use s3attest_model::coverage::{AccountCoverage, AccountStatus, BucketStatus, RegionStatus, SourceStatus};
use s3attest_model::services::ServiceSource;

use super::Standing;
use super::absence::{Absence, Horizon};
use super::omission::Omission;

/// In which direction sight of something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sighting {
    /// It was read, in full or in part, and less of it is read now.
    Lost,
    /// It is in scope now and was not before, or is new, and it could not be read.
    EnteredUnread,
    /// It was in scope and is not now, or a list that was read to its end does not hold it any more.
    LeftScope,
    /// It is in scope now and was not before, or is new, and it was read.
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

/// In which direction sight of an account changed; `None` when it did not. The horizons say what it means that a run does not
/// name the account.
pub(super) fn of_account(
    before: Option<&AccountCoverage>,
    after: Option<&AccountCoverage>,
    horizons: (&Horizon, &Horizon),
) -> Option<Sighting> {
    let (was, is) = (Sight::of(before, horizons.0), Sight::of(after, horizons.1));
    let status = |account: Option<&AccountCoverage>| account.map(|account| account.status);
    Some(match (was, is) {
        _ if was == is && status(before) == status(after) => return None,
        // Nothing of it was read in either run.
        (Sight::Outside | Sight::Unnamed, Sight::Outside | Sight::Unnamed)
        | (Sight::Unnamed, Sight::Unread)
        | (Sight::Unread, Sight::Unnamed) => Sighting::Changed,
        (Sight::Outside, Sight::Unread | Sight::Unlisted) => Sighting::EnteredUnread,
        (Sight::Outside, Sight::Partly | Sight::Whole) => Sighting::EnteredScope,
        (_, Sight::Outside) => Sighting::LeftScope,
        _ if is < was => Sighting::Lost,
        _ if is > was => Sighting::Regained,
        _ => Sighting::Changed,
    })
}

/// How much of an account could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    /// It is out of scope, or a complete list of accounts does not hold it.
    Outside,
    /// The run does not name it, and its list of accounts is incomplete: nobody knows whether it is still there.
    Unnamed,
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
    fn of(account: Option<&AccountCoverage>, horizon: &Horizon) -> Self {
        let Some(account) = account else {
            return match horizon.of_account().standing() {
                Standing::NotKnown => Self::Unnamed,
                _ => Self::Outside,
            };
        };
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

/// How much of a region or of a bucket could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// It is not there, or nobody was to look.
    Outside,
    /// The more is known of it, the higher; 0 where not even that is known whether it is there.
    Seen(u8),
}

impl Depth {
    fn of_region(status: Option<RegionStatus>, absence: Option<Absence>) -> Self {
        match status {
            Some(RegionStatus::Read) => Self::Seen(2),
            Some(RegionStatus::Assumed) => Self::Seen(1),
            Some(RegionStatus::Off) => Self::Outside,
            None => Self::of_absence(absence),
        }
    }

    fn of_bucket(status: Option<BucketStatus>, absence: Option<Absence>) -> Self {
        match status {
            Some(BucketStatus::Assessed) => Self::Seen(3),
            Some(BucketStatus::PartlyAssessed) => Self::Seen(2),
            Some(BucketStatus::Unreadable | BucketStatus::Gone) => Self::Seen(1),
            None => Self::of_absence(absence),
        }
    }

    fn of_absence(absence: Option<Absence>) -> Self {
        match absence.map(Absence::standing) {
            Some(Standing::NotKnown) | None => Self::Seen(0),
            Some(_) => Self::Outside,
        }
    }

    fn to(self, is: Self) -> Sighting {
        match (self, is) {
            (Self::Outside, Self::Seen(0)) => Sighting::Lost,
            (Self::Outside, Self::Seen(1)) => Sighting::EnteredUnread,
            (Self::Outside, Self::Seen(_)) => Sighting::EnteredScope,
            (Self::Seen(0), Self::Outside) => Sighting::Regained,
            (Self::Seen(_), Self::Outside) => Sighting::LeftScope,
            (Self::Seen(was), Self::Seen(is)) if is < was => Sighting::Lost,
            (Self::Seen(was), Self::Seen(is)) if is > was => Sighting::Regained,
            (Self::Outside, Self::Outside) | (Self::Seen(_), Self::Seen(_)) => Sighting::Changed,
        }
    }
}

/// In which direction sight of a region changed; `None` when it did not. `absence` says why one of the runs does not name it.
pub(super) fn of_region(
    before: Option<RegionStatus>,
    after: Option<RegionStatus>,
    absence: Option<Absence>,
) -> Option<Sighting> {
    let was = Depth::of_region(before, absence);
    (before != after).then(|| was.to(Depth::of_region(after, absence)))
}

/// In which direction sight of a bucket changed; `None` when it did not. `absence` says why one of the runs does not list it.
pub(super) fn of_bucket(
    before: Option<BucketStatus>,
    after: Option<BucketStatus>,
    absence: Option<Absence>,
) -> Option<Sighting> {
    let was = Depth::of_bucket(before, absence);
    (before != after).then(|| was.to(Depth::of_bucket(after, absence)))
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
pub(super) fn of_source(
    source: ServiceSource,
    before: Option<SourceStatus>,
    after: Option<SourceStatus>,
    omissions: (&Omission, &Omission),
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
