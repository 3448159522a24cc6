//! How little is known of an account: the order in which reports list the accounts that were not read in full, so that a
//! list that is cut names first those of which least is known.
//!
//! It does not say why an account was not read; its place in the coverage does.

use s3attest_model::coverage::{AccountCoverage, AccountStatus};

/// What is not known of an account, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unread {
    /// Anything: it was to be read and was not.
    Everything,
    /// It was read, and the snapshot no longer holds what was said.
    Evidence,
    /// Which buckets it has: the list of them broke off.
    Buckets,
    /// Some of the answers.
    Part,
    /// Anything, and nothing was to be read: it is out of scope.
    OutOfScope,
}

impl Unread {
    /// What is not known of an account, by its place in the coverage; `None` when it was read in full.
    pub(crate) fn of(account: &AccountCoverage) -> Option<Self> {
        match account.status {
            AccountStatus::Denied | AccountStatus::NotCollected => Some(Self::Everything),
            AccountStatus::NotActive | AccountStatus::Excluded => Some(Self::OutOfScope),
            AccountStatus::Assessed | AccountStatus::PartlyAssessed if account.buckets_listed.is_none() => {
                Some(Self::Buckets)
            }
            AccountStatus::PartlyAssessed => Some(Self::Part),
            AccountStatus::Assessed => None,
        }
    }

    /// Whether an account that was to be read may have buckets, and fails, that nobody knows of: numbers about it say too
    /// little.
    pub(crate) fn hides_buckets(self) -> bool {
        match self {
            Self::Everything | Self::Buckets => true,
            Self::Evidence | Self::Part | Self::OutOfScope => false,
        }
    }
}
