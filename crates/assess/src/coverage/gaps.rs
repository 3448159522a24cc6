//! Counting reads, and the gaps among them by operation, cause and what refused.
//!
//! A read that the run was told to leave out was not asked for, and what an account has not subscribed to, or AWS does not
//! offer in a region, or tells another account only, was nothing to read: neither lowers anything. Every other gap does.

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

/// What AWS offers in some regions only, by the beginning of its operations (AWS General Reference, "Amazon Macie endpoints
/// and quotas"; Amazon S3 User Guide, "Regional and Zonal endpoints for directory buckets", "S3 Tables AWS Regions, endpoints,
/// and service quotas", "S3 Vectors AWS Regions, endpoints, and service quotas" and "Multi-Region Access Point restrictions and
/// limitations"). Every other service that is asked is in every region that it is asked in: where one of those has no
/// address, something hides it.
const IN_SOME_REGIONS: [&str; 5] = [
    "macie2.",
    "s3express.",
    "s3tables.",
    "s3vectors.",
    "s3control.ListMultiRegionAccessPoints",
];

/// What AWS tells of a resource of another account to that account only, which an account that uses it may rest on all the
/// same (AWS KMS API Reference, `GetKeyPolicy`, "Cross-account use").
const TOLD_TO_THE_OWNER: [&str; 1] = ["kms.GetKeyPolicy"];

/// Why there was nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nothing {
    /// The account has not subscribed to a service that it may do without.
    NotSubscribed,
    /// AWS does not offer it there.
    NotOffered,
    /// It belongs to another account, and AWS tells it to that account only.
    Elsewhere,
}

/// Whether a gap says only that there was nothing to read; such a gap lowers no coverage. The cause alone does not say so:
/// where a service that is everywhere has no address, something hides it.
#[must_use]
pub fn nothing_to_read(operation: &Operation, cause: GapCause) -> Option<Nothing> {
    let is_of = |beginnings: &[&str]| beginnings.iter().any(|each| operation.as_str().starts_with(each));
    if cause.is_not_subscribed() && is_of(&BY_SUBSCRIPTION) {
        Some(Nothing::NotSubscribed)
    } else if cause == GapCause::NotOffered && is_of(&IN_SOME_REGIONS) {
        Some(Nothing::NotOffered)
    } else if cause == GapCause::OutsideScan && is_of(&TOLD_TO_THE_OWNER) {
        Some(Nothing::Elsewhere)
    } else {
        None
    }
}

/// Counts a read, and its gap where there is one.
pub(super) fn count(reads: &mut ReadCounts, gaps: &mut GapCounter, operation: &Operation, gap: Option<&Gap>) {
    match gap {
        Some(gap) if gap.cause == GapCause::NotCollected => {}
        // What is not there to be read, no permission and no patience would bring: it stands in the coverage by its
        // cause, and is not counted as something that was to be read.
        Some(gap) if nothing_to_read(operation, gap.cause).is_some() => gaps.add(operation, gap),
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
