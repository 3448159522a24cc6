//! The accounts of every run, those of which nobody knows how much fails there first.
//!
//! An account that a later run does not name any more is one of them: that nothing is said of it is not that nothing is wrong.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;
use s3attest_model::coverage::AccountStatus;
use s3attest_model::identifiers::AccountId;

use super::{AccountPoint, Point};
use crate::text::count;

/// An account over the runs.
pub(super) struct AccountOverTime<'points> {
    pub(super) account: &'points AccountId,
    /// Its name, as the latest run has it that knows one.
    pub(super) name: Option<&'points str>,
    /// Where it stands in the latest run.
    pub(super) latest: Standing,
    /// When it was last known how much fails there, and how much that was.
    pub(super) known: Option<(Timestamp, u64)>,
    /// Whether any run entered it.
    pub(super) is_entered: bool,
    /// Whether any run was to read it.
    pub(super) is_wanted: bool,
}

/// Where an account stands in a run: a number, or in its place that it is not known, and how far the account was read.
pub(super) struct Standing {
    pub(super) number: String,
    pub(super) status: String,
    /// Why the number is not known though the status does not say so; empty otherwise.
    pub(super) remark: &'static str,
    pub(super) class: &'static str,
    place: Place,
}

/// Who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// It was to be read, or may have been, and nobody knows how much fails there.
    Unknown,
    Known,
    Outside,
}

impl Standing {
    pub(super) fn of(point: &Point, account: &AccountId) -> Self {
        match point.account(account) {
            None if point.accounts_are_listed => Self {
                number: "–".to_owned(),
                status: "not named".to_owned(),
                remark: "",
                class: "off",
                place: Place::Outside,
            },
            None => Self {
                number: "not known".to_owned(),
                status: "not named".to_owned(),
                remark: "the list of accounts is incomplete",
                class: "unknown",
                place: Place::Unknown,
            },
            Some(named) => Self::named(named),
        }
    }

    fn named(named: &AccountPoint) -> Self {
        let status = named.status.as_str().replace('-', " ");
        let (number, place) = match (named.failed, named.failed_seen) {
            (Some(failed), _) => (count(failed), Place::Known),
            (None, Some(seen)) => (format!("not known, {} seen", count(seen)), Place::Unknown),
            (None, None) if named.status.is_in_scope() => ("not known".to_owned(), Place::Unknown),
            (None, None) => ("–".to_owned(), Place::Outside),
        };
        let is_unlisted = named.failed.is_none() && named.failed_seen.is_some();
        Self {
            number,
            status,
            remark: if is_unlisted {
                "buckets not listed to the end"
            } else {
                ""
            },
            class: match named.status {
                _ if is_unlisted => "unknown",
                AccountStatus::Denied => "bad",
                AccountStatus::NotCollected => "unknown",
                AccountStatus::PartlyAssessed => "part",
                AccountStatus::NotActive => "off",
                AccountStatus::Excluded => "none",
                AccountStatus::Assessed => "good",
            },
            place,
        }
    }

    /// How far the account was read, with the remark.
    pub(super) fn in_words(&self) -> String {
        if self.remark.is_empty() {
            self.status.clone()
        } else {
            format!("{}, {}", self.status, self.remark)
        }
    }

    /// The number with how far the account was read, where that is not in full.
    pub(super) fn in_brief(&self) -> String {
        if self.class == "good" {
            self.number.clone()
        } else {
            format!("{} ({})", self.number, self.in_words())
        }
    }

    /// Whether it was to be read, or may have been, and nobody knows how much fails there.
    pub(super) fn is_unknown(&self) -> bool {
        self.place == Place::Unknown
    }
}

/// Every account that any of the runs names. Those of which the latest run does not know how much fails there come first,
/// never entered ones before those that were known once; then those with most fails; then those that are out of its scope.
pub(super) fn accounts(points: &[Point]) -> Vec<AccountOverTime<'_>> {
    let Some(latest) = points.last() else {
        return Vec::new();
    };
    let each = points.iter().flat_map(|point| &point.accounts);
    let every: BTreeSet<&AccountId> = each.map(|named| &named.account).collect();
    let mut accounts: Vec<_> = every
        .into_iter()
        .map(|account| over_time(points, latest, account))
        .collect();
    accounts.sort_by_key(|account| {
        let known = account.known.map(|(_, failed)| failed);
        (account.latest.place, known.is_some(), Reverse(known))
    });
    accounts
}

fn over_time<'points>(
    points: &'points [Point],
    latest: &Point,
    account: &'points AccountId,
) -> AccountOverTime<'points> {
    let named = || {
        points
            .iter()
            .rev()
            .filter_map(move |point| Some((point, point.account(account)?)))
    };
    AccountOverTime {
        account,
        name: named().map(|(_, one)| one.name.as_str()).find(|name| !name.is_empty()),
        latest: Standing::of(latest, account),
        known: named().find_map(|(point, one)| Some((point.started_at, one.failed?))),
        is_entered: named().any(|(_, one)| one.failed_seen.is_some()),
        is_wanted: named().any(|(_, one)| one.status.is_in_scope()),
    }
}
