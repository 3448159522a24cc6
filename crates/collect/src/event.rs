//! What the orchestrator tells while it works. Displays consume it; nothing prints from inside.

use std::sync::Arc;

use s3attest_model::evidence::GapCause;
use s3attest_model::identifiers::AccountId;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The accounts that are going to be read, those that an earlier session of the run finished aside.
    AccountsSelected {
        /// How many are to be read now.
        to_read: u64,
        /// How many were finished before.
        finished_before: u64,
    },
    /// The role of an account could not be assumed.
    AccountRefused {
        /// The account.
        account: AccountId,
        /// Why.
        cause: GapCause,
        /// What was said.
        detail: String,
    },
    /// The buckets of an account were listed.
    BucketsListed {
        /// The account.
        account: AccountId,
        /// How many there are.
        count: u64,
    },
    /// A bucket was read.
    BucketRead,
    /// An account is complete.
    AccountFinished {
        /// The account.
        account: AccountId,
    },
}

/// Where events go. It must not block; whoever shows them takes them up elsewhere.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;
