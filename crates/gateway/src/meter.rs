//! The meter: every call and every attempt, counted by operation.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use s3attest_model::ledger::{Ledger, LedgerEntry};

use crate::operations::OperationTable;

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    attempts: AtomicU64,
    throttles: AtomicU64,
    errors: AtomicU64,
    bytes: AtomicU64,
    paced_microseconds: AtomicU64,
}

/// Counters of every operation of the table.
#[derive(Debug)]
pub(crate) struct Meter {
    counters: Vec<Counters>,
}

impl Meter {
    pub(crate) fn new(table: &OperationTable) -> Self {
        Self {
            counters: table.all().iter().map(|_| Counters::default()).collect(),
        }
    }

    pub(crate) fn call(&self, at: usize) {
        self.counters[at].calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn attempt(&self, at: usize, paced: Duration) {
        self.counters[at].attempts.fetch_add(1, Ordering::Relaxed);
        let paced = u64::try_from(paced.as_micros()).unwrap_or(u64::MAX);
        self.counters[at].paced_microseconds.fetch_add(paced, Ordering::Relaxed);
    }

    pub(crate) fn throttle(&self, at: usize) {
        self.counters[at].throttles.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn error(&self, at: usize) {
        self.counters[at].errors.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self, at: usize, length: u64) {
        self.counters[at].bytes.fetch_add(length, Ordering::Relaxed);
    }

    /// Throttling answers so far, over all operations.
    pub(crate) fn throttles(&self) -> u64 {
        self.counters
            .iter()
            .map(|each| each.throttles.load(Ordering::Relaxed))
            .sum()
    }

    /// Requests that left so far, over all operations.
    pub(crate) fn attempts(&self) -> u64 {
        self.counters
            .iter()
            .map(|each| each.attempts.load(Ordering::Relaxed))
            .sum()
    }

    /// What was counted so far, by the operation's name.
    pub(crate) fn ledger(&self, table: &OperationTable) -> Ledger {
        let mut entries: Vec<LedgerEntry> = table
            .all()
            .iter()
            .zip(&self.counters)
            .filter(|(_, counters)| counters.calls.load(Ordering::Relaxed) > 0)
            .map(|(operation, counters)| LedgerEntry {
                operation: operation.operation(),
                calls: counters.calls.load(Ordering::Relaxed),
                attempts: counters.attempts.load(Ordering::Relaxed),
                throttles: counters.throttles.load(Ordering::Relaxed),
                errors: counters.errors.load(Ordering::Relaxed),
                bytes: counters.bytes.load(Ordering::Relaxed),
                paced_milliseconds: counters.paced_microseconds.load(Ordering::Relaxed) / 1000,
            })
            .collect();
        entries.sort_by(|left, right| left.operation.cmp(&right.operation));
        Ledger { entries }
    }
}
