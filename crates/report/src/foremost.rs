//! The first rows of a list that may be of any length, by a key. It holds no more than it will show.

/// The first rows by a key, in the order in which they came where keys are equal, and how many there were.
#[derive(Debug, Clone)]
pub(crate) struct Foremost<K, T> {
    limit: usize,
    rows: Vec<(K, T)>,
    total: u64,
}

impl<K: Ord, T> Foremost<K, T> {
    /// An empty list of at most `limit` rows.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            rows: Vec::new(),
            total: 0,
        }
    }

    /// Counts a row, and makes and keeps it where it is among the first.
    pub(crate) fn offer(&mut self, key: K, row: impl FnOnce() -> T) {
        self.total += 1;
        let place = self.rows.partition_point(|(other, _)| *other <= key);
        if place < self.limit {
            self.rows.insert(place, (key, row()));
            self.rows.truncate(self.limit);
        }
    }

    /// How many rows were offered.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The rows that were kept, in order.
    pub(crate) fn into_rows(self) -> Vec<T> {
        self.rows.into_iter().map(|(_, row)| row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_by_key_and_then_by_arrival_and_all_are_counted() {
        let mut list = Foremost::new(3);
        for (key, row) in [(2, "a"), (1, "b"), (2, "c"), (0, "d"), (1, "e")] {
            list.offer(key, || row);
        }
        assert_eq!(list.total(), 5);
        assert_eq!(list.into_rows(), ["d", "b", "e"]);
    }
}
