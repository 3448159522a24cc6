//! The ledger: what was asked of the simulated organization, by whom, and what came of it.
//!
//! Counts are always kept and cost one atomic addition. The full log is for tests and is bounded.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How much the ledger keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerMode {
    /// Counts by account, service and operation.
    Counts,
    /// Counts, and every request up to a number; requests past it are counted in [`Ledger::entries_left_out`].
    Full {
        /// How many requests at most.
        at_most: usize,
    },
}

impl LedgerMode {
    /// The full log with room for a million requests.
    #[must_use]
    pub const fn full() -> Self {
        Self::Full { at_most: 1_000_000 }
    }
}

/// One request of the full log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The request's number, from 1.
    pub number: u64,
    /// When it came, since the start.
    pub at: Duration,
    /// The calling account; `None` when the credentials belong to none.
    pub account: Option<String>,
    /// The caller's ARN, where the credentials are known.
    pub principal: Option<String>,
    /// The service by its name in the registry.
    pub service: &'static str,
    /// The operation by its AWS name.
    pub operation: &'static str,
    /// The region that the request was signed for.
    pub region: String,
    /// The bucket, for the S3 operations that have one.
    pub bucket: Option<String>,
    /// A hash of what was asked, path, query and body: two requests of one caller with the same one ask the same twice.
    pub question: u64,
    /// The HTTP status of the answer; `None` when none was given (stall, reset).
    pub status: Option<u16>,
    /// The error code of the answer.
    pub code: Option<String>,
}

/// How often one account called one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerCount {
    /// The calling account; `None` for callers without one.
    pub account: Option<String>,
    /// The service by its name in the registry.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// All requests.
    pub requests: u64,
    /// Those answered with an error, or not at all.
    pub failures: u64,
    /// Those answered with the service's throttling error.
    pub throttles: u64,
}

#[derive(Debug, Default)]
struct Cell {
    requests: AtomicU64,
    failures: AtomicU64,
    throttles: AtomicU64,
}

/// What came of a request, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failure,
    Throttle,
}

const SHARDS: u64 = 16;
const UNKNOWN_KINDS: usize = 10_000;

/// Everything that was asked.
#[derive(Debug)]
pub struct Ledger {
    mode: LedgerMode,
    /// Account ids in the order of the world; the row after the last is for callers without an account.
    accounts: Vec<String>,
    operations: Vec<(&'static str, &'static str)>,
    cells: Vec<Cell>,
    next: AtomicU64,
    left_out: AtomicU64,
    unknown: Mutex<BTreeMap<String, u64>>,
    log: Vec<Mutex<Vec<LedgerEntry>>>,
}

impl Ledger {
    pub(crate) fn new(mode: LedgerMode, accounts: Vec<String>, operations: Vec<(&'static str, &'static str)>) -> Self {
        let cells = (0..(accounts.len() + 1) * operations.len())
            .map(|_| Cell::default())
            .collect();
        Self {
            mode,
            accounts,
            operations,
            cells,
            next: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
            unknown: Mutex::new(BTreeMap::new()),
            log: (0..SHARDS).map(|_| Mutex::new(Vec::new())).collect(),
        }
    }

    /// The number of the next request, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn count(&self, account: Option<usize>, operation: usize, outcome: Outcome) {
        let row = account.unwrap_or(self.accounts.len());
        let cell = &self.cells[row * self.operations.len() + operation];
        cell.requests.fetch_add(1, Ordering::Relaxed);
        match outcome {
            Outcome::Success => {}
            Outcome::Failure => {
                cell.failures.fetch_add(1, Ordering::Relaxed);
            }
            Outcome::Throttle => {
                cell.failures.fetch_add(1, Ordering::Relaxed);
                cell.throttles.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Counts a request for something that is not offered. The kinds are bounded: past the bound they count as one.
    pub(crate) fn count_unknown(&self, what: String) {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        if unknown.len() < UNKNOWN_KINDS || unknown.contains_key(&what) {
            *unknown.entry(what).or_default() += 1;
        } else {
            *unknown.entry("(further kinds)".to_owned()).or_default() += 1;
        }
    }

    /// Whether entries are wanted, so that nothing is put together in vain.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.mode, LedgerMode::Full { .. })
    }

    pub(crate) fn record(&self, entry: LedgerEntry) {
        let LedgerMode::Full { at_most } = self.mode else {
            return;
        };
        if entry.number > at_most as u64 {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let shard = &self.log[usize::try_from(entry.number % SHARDS).unwrap_or(0)];
        shard.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// How many requests came in all.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// The counts that are not zero, by account, service and operation.
    #[must_use]
    pub fn counts(&self) -> Vec<LedgerCount> {
        let mut counts = Vec::new();
        for (position, cell) in self.cells.iter().enumerate() {
            let requests = cell.requests.load(Ordering::Relaxed);
            if requests > 0 {
                let (service, operation) = self.operations[position % self.operations.len()];
                counts.push(LedgerCount {
                    account: self.accounts.get(position / self.operations.len()).cloned(),
                    service,
                    operation,
                    requests,
                    failures: cell.failures.load(Ordering::Relaxed),
                    throttles: cell.throttles.load(Ordering::Relaxed),
                });
            }
        }
        counts.sort_by(|left, right| {
            (&left.account, left.service, left.operation).cmp(&(&right.account, right.service, right.operation))
        });
        counts
    }

    /// How often an operation was called by anyone.
    #[must_use]
    pub fn calls(&self, service: &str, operation: &str) -> u64 {
        let wanted = |count: &&LedgerCount| count.service == service && count.operation == operation;
        self.counts().iter().filter(wanted).map(|count| count.requests).sum()
    }

    /// The full log in the order of the requests; empty with [`LedgerMode::Counts`].
    #[must_use]
    pub fn entries(&self) -> Vec<LedgerEntry> {
        let mut entries: Vec<LedgerEntry> = Vec::new();
        for shard in &self.log {
            entries.extend_from_slice(&shard.lock().unwrap_or_else(PoisonError::into_inner));
        }
        entries.sort_by_key(|entry| entry.number);
        entries
    }

    /// How many requests the full log had no room for.
    #[must_use]
    pub fn entries_left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    /// Requests for services and operations that the simulation does not offer, with how often each came.
    #[must_use]
    pub fn unknown_operations(&self) -> BTreeMap<String, u64> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(mode: LedgerMode) -> Ledger {
        Ledger::new(
            mode,
            vec!["111122223333".to_owned()],
            vec![("s3", "ListBuckets"), ("sts", "AssumeRole")],
        )
    }

    #[test]
    fn counts_hold_requests_failures_and_throttles_apart() {
        let ledger = ledger(LedgerMode::Counts);
        ledger.count(Some(0), 1, Outcome::Success);
        ledger.count(Some(0), 1, Outcome::Throttle);
        ledger.count(None, 0, Outcome::Failure);
        let counts = ledger.counts();
        assert_eq!(counts.len(), 2);
        assert_eq!(
            (counts[0].account.as_deref(), counts[0].operation, counts[0].failures),
            (None, "ListBuckets", 1)
        );
        assert_eq!((counts[1].requests, counts[1].failures, counts[1].throttles), (2, 1, 1));
        assert_eq!(ledger.calls("sts", "AssumeRole"), 2);
    }

    #[test]
    fn the_full_log_is_ordered_and_bounded() {
        let ledger = ledger(LedgerMode::Full { at_most: 20 });
        for _ in 0..30 {
            let number = ledger.number();
            ledger.record(LedgerEntry {
                number,
                at: Duration::ZERO,
                account: None,
                principal: None,
                service: "s3",
                operation: "ListBuckets",
                region: String::new(),
                bucket: None,
                question: 0,
                status: None,
                code: None,
            });
        }
        let numbers: Vec<u64> = ledger.entries().iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
        assert_eq!((ledger.entries_left_out(), ledger.requests()), (10, 30));
    }
}
