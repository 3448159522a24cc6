//! Which accounts a short list shows: those of which nothing, or not every bucket, is known, then the worst of all.
//!
//! An account that was not read has no fails to be ranked by, and would drop off a list of the worst as if it were the best.
//! It does not know what a row shows.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::foremost::Foremost;
use crate::unread::Unread;

/// The list in the making. `B` says how bad an account is; the greatest is the worst.
pub(super) struct Ranked<B, T> {
    limit: usize,
    number: u64,
    unknown: Foremost<(Unread, Reverse<B>), (u64, T)>,
    worst: Foremost<Reverse<B>, (u64, T)>,
}

/// The list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leading<T> {
    pub(super) rows: Vec<T>,
    /// How many of the rows, the first ones, are of accounts that hide buckets, and how many such accounts there are.
    pub(super) unknown: u64,
    pub(super) unknown_total: u64,
}

impl<B: Ord + Copy, T: Clone> Ranked<B, T> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            number: 0,
            unknown: Foremost::new(limit),
            worst: Foremost::new(limit),
        }
    }

    /// Takes an account. Those that are equal stay in the order in which they come.
    pub(super) fn add(&mut self, unread: Option<Unread>, badness: B, row: &T) {
        let number = self.number;
        self.number += 1;
        if let Some(unread) = unread.filter(|unread| unread.hides_buckets()) {
            self.unknown.offer((unread, Reverse(badness)), || (number, row.clone()));
        }
        self.worst.offer(Reverse(badness), || (number, row.clone()));
    }

    /// The rows. Accounts that hide buckets take half of the places, and more where nobody else wants them.
    pub(super) fn finish(self) -> Leading<T> {
        let unknown_total = self.unknown.total();
        let (mut unknown, worst) = (self.unknown.into_rows(), self.worst.into_rows());
        let hiding: BTreeSet<u64> = unknown.iter().map(|(number, _)| *number).collect();
        let others = worst.iter().filter(|(number, _)| !hiding.contains(number)).count();
        unknown.truncate((self.limit / 2).max(self.limit.saturating_sub(others)));
        let shown: BTreeSet<u64> = unknown.iter().map(|(number, _)| *number).collect();
        let worst = worst.into_iter().filter(|(number, _)| !shown.contains(number));
        Leading {
            unknown: unknown.len() as u64,
            unknown_total,
            rows: unknown
                .into_iter()
                .chain(worst)
                .take(self.limit)
                .map(|(_, row)| row)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(limit: usize, accounts: &[(Option<Unread>, u64)]) -> (Vec<usize>, u64, u64) {
        let mut ranked = Ranked::new(limit);
        for (index, (unread, badness)) in accounts.iter().enumerate() {
            ranked.add(*unread, *badness, &index);
        }
        let leading = ranked.finish();
        (leading.rows, leading.unknown, leading.unknown_total)
    }

    #[test]
    fn what_was_not_read_comes_before_the_worst_and_crowds_them_out_of_no_more_than_half() {
        let (all, list) = (Some(Unread::Everything), Some(Unread::Buckets));
        assert_eq!(
            led(4, &[(None, 9), (None, 8), (None, 7), (None, 6), (all, 0)]),
            (vec![4, 0, 1, 2], 1, 1)
        );
        assert_eq!(
            led(4, &[(all, 0), (list, 3), (all, 0), (None, 1), (None, 2), (None, 0)]),
            (vec![0, 2, 1, 4], 2, 3),
            "the third that is not known stands among the worst"
        );
        assert_eq!(
            led(4, &[(all, 0), (all, 0), (all, 0), (None, 1)]),
            (vec![0, 1, 2, 3], 3, 3)
        );
        assert_eq!(led(4, &[(None, 1), (Some(Unread::Part), 2)]), (vec![1, 0], 0, 0));
    }
}
