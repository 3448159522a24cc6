//! Chance that can be repeated: one stream of numbers for each thing that is made, so that changing one account's buckets
//! leaves every other account as it was.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::hash;

/// A stream of numbers.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of one named thing.
    pub(super) fn of<'name>(seed: u64, names: impl IntoIterator<Item = &'name str>) -> Self {
        Self(ChaCha8Rng::seed_from_u64(hash::of(seed, names)))
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// One of several.
    pub(super) fn pick<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.0.random_range(0..list.len())]
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high)
    }

    /// So many lower-case letters and digits.
    pub(super) fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..count).map(|_| char::from(*self.pick(ALPHABET))).collect()
    }

    /// Twelve digits, the first not zero.
    pub(super) fn account_id(&mut self) -> String {
        self.0.random_range(100_000_000_000_u64..1_000_000_000_000).to_string()
    }
}
