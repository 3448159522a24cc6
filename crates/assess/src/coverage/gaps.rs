//! Counting reads, and the gaps among them by operation, cause and what refused.
//!
//! A read that the run was told to leave out was not asked for, and what an account has not subscribed to was nothing to read:
//! neither lowers anything. Every other gap does.

use std::collections::BTreeMap;

use s3attest_model::coverage::{GapTally, ReadCounts};
use s3attest_model::evidence::{BlockedBy, Gap, GapCause, Operation};

/// A kind of gap: the operation that met it, why, and what refused.
pub(super) type Kind = (Operation, GapCause, Option<BlockedBy>);

/// The kind of a gap.
pub(super) fn kind(operation: &Operation, gap: &Gap) -> Kind {
    (operation.clone(), gap.cause, gap.blocked_by)
}

/// How often each operation met each kind of gap.
#[derive(Debug, Clone, Default)]
pub(super) struct GapCounter {
    gaps: BTreeMap<Kind, (u64, String)>,
}

impl GapCounter {
    pub(super) fn add(&mut self, operation: &Operation, gap: &Gap) {
        let entry = self.gaps.entry(kind(operation, gap));
        let (count, _) = entry.or_insert_with(|| (0, gap.detail.clone()));
        *count += 1;
    }

    pub(super) fn merge(&mut self, tallies: &[GapTally]) {
        for tally in tallies {
            let key = (tally.operation.clone(), tally.cause, tally.blocked_by);
            let (count, _) = self.gaps.entry(key).or_insert_with(|| (0, tally.example.clone()));
            *count += tally.count;
        }
    }

    /// The tallies, the most frequent first.
    pub(super) fn tallies(&self) -> Vec<GapTally> {
        let mut tallies: Vec<_> = self
            .gaps
            .iter()
            .map(|((operation, cause, blocked_by), (count, example))| GapTally {
                operation: operation.clone(),
                cause: *cause,
                blocked_by: *blocked_by,
                count: *count,
                example: example.clone(),
            })
            .collect();
        // Stable, so that equal counts stay in the order of operations.
        tallies.sort_by_key(|tally| std::cmp::Reverse(tally.count));
        tallies
    }
}

/// Services that an account may well do without, by the beginning of their operations. Every account has the others: one that
/// says that it is not signed up for S3 or IAM, as a new account may until AWS has activated it, has not been read.
const BY_SUBSCRIPTION: [&str; 4] = ["guardduty.", "macie2.", "shield.", "support."];

/// Whether a gap says only that the account has not subscribed to a service that it may do without.
pub(super) fn is_not_subscribed(operation: &Operation, gap: &Gap) -> bool {
    let by_subscription = BY_SUBSCRIPTION
        .iter()
        .any(|service| operation.as_str().starts_with(service));
    by_subscription && gap.cause.is_not_subscribed()
}

/// Counts a read, and its gap where there is one.
pub(super) fn count(reads: &mut ReadCounts, gaps: &mut GapCounter, operation: &Operation, gap: Option<&Gap>) {
    match gap {
        Some(gap) if gap.cause == GapCause::NotCollected => {}
        // What the account does not have, no permission and no patience would bring: it stands in the coverage by its
        // cause, and is not counted as something that was to be read.
        Some(gap) if is_not_subscribed(operation, gap) => gaps.add(operation, gap),
        Some(gap) => {
            reads.asked += 1;
            gaps.add(operation, gap);
        }
        None => {
            reads.asked += 1;
            reads.answered += 1;
        }
    }
}
