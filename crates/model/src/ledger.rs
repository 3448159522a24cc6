//! The ledger: every call that a run made, counted by operation.

use serde::{Deserialize, Serialize};

use crate::evidence::Operation;

/// What one operation cost over a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The operation.
    pub operation: Operation,
    /// Calls as the program made them.
    pub calls: u64,
    /// Requests that left, retries included.
    pub attempts: u64,
    /// Answers that asked to slow down.
    pub throttles: u64,
    /// Calls that ended in an error of any kind, answers that say "there is no such setting" included.
    pub errors: u64,
    /// Bytes of the answers' bodies, as far as their length was announced.
    pub bytes: u64,
    /// Milliseconds that requests waited for their turn under the configured rates.
    pub paced_milliseconds: u64,
}

/// The calls of a run, by operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// One entry for each operation that was called, by name.
    pub entries: Vec<LedgerEntry>,
}
