//! Coverage in pictures and rows, for the front page and the accounts' pages.
//!
//! It does not work out coverage; the totals come with the assessment.

use s3attest_model::coverage::{BucketCounts, BucketStatus, CoverageTotals};
use serde::Serialize;

use super::bar::Bar;
use super::words::{self, Mark};

/// A status of accounts and how many have it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StatusRow {
    status: Mark,
    meaning: &'static str,
    is_in_scope: bool,
    count: u64,
}

/// The buckets by how far they were read.
pub(super) fn bucket_bar(counts: &BucketCounts) -> Bar {
    let part = |status: BucketStatus, count: u64| {
        let mark = words::bucket_status(status);
        (mark.class, mark.word, count)
    };
    Bar::new(&[
        part(BucketStatus::Unreadable, counts.unreadable),
        part(BucketStatus::PartlyAssessed, counts.partly_assessed),
        part(BucketStatus::Gone, counts.gone),
        part(BucketStatus::Assessed, counts.assessed),
    ])
}

/// The accounts by status.
pub(super) fn account_bar(totals: &CoverageTotals) -> Bar {
    let parts: Vec<_> = totals
        .accounts
        .iter()
        .map(|(status, count)| {
            let mark = words::account_status(*status);
            (mark.class, mark.word, *count)
        })
        .collect();
    Bar::new(&parts)
}

/// The accounts by status, with what each status means.
pub(super) fn account_rows(totals: &CoverageTotals) -> Vec<StatusRow> {
    totals
        .accounts
        .iter()
        .map(|(status, count)| StatusRow {
            status: words::account_status(*status),
            meaning: words::account_meaning(*status),
            is_in_scope: status.is_in_scope(),
            count: *count,
        })
        .collect()
}
