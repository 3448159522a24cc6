//! Why collecting ended early, or could not begin. What AWS refuses of a single account is no error but a gap.

use s3attest_model::evidence::Operation;
use s3attest_snapshot::SnapshotError;

use crate::selection::SelectionError;

/// Why collecting ended early. What was finished until then is kept in the run.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The selection of accounts cannot be used.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// Whether there is an organization, or which accounts it has, could not be found out, though it is not forbidden.
    #[error(
        "the accounts of the organization could not be found out: {operation} was not answered ({detail}); nothing was read, so repeat the command later"
    )]
    NoAccounts {
        /// The operation.
        operation: Operation,
        /// What was said.
        detail: String,
    },
    /// The run could not be written or read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}
