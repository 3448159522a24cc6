//! Coverage in pictures and rows, for the front page and the accounts' pages.
//!
//! It does not work out coverage; the totals come with the assessment.

use std::collections::BTreeMap;

use s3attest_model::coverage::{AccountStatus, BucketCounts, BucketStatus, CoverageTotals, SourceStatus, SourceTally};
use s3attest_model::identifiers::AccountId;
use serde::Serialize;

use super::bar::Bar;
use super::places;
use super::words::{self, Mark};

/// A status of accounts and how many have it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StatusRow {
    status: Mark,
    meaning: &'static str,
    is_in_scope: bool,
    count: u64,
}

/// A number of accounts under a word.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Place {
    mark: Mark,
    count: u64,
}

/// A source, and the accounts by how far it was read in them.
#[derive(Debug, Clone, Serialize)]
struct SourceRow {
    title: &'static str,
    page: String,
    places: Vec<Place>,
}

impl SourceRow {
    fn new(tally: &SourceTally) -> Self {
        Self {
            title: tally.source.title(),
            page: places::source(tally.source),
            places: source_places(tally),
        }
    }
}

/// The statuses of a source, best first.
pub(super) const SOURCE_STATUSES: [SourceStatus; 6] = [
    SourceStatus::Read,
    SourceStatus::PartlyRead,
    SourceStatus::Unreadable,
    SourceStatus::NotSubscribed,
    SourceStatus::NotOffered,
    SourceStatus::NotCollected,
];

/// The sources with the accounts by how far each was read in them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SourceTable {
    columns: Vec<Mark>,
    rows: Vec<SourceRow>,
}

impl SourceTable {
    pub(super) fn new(totals: &CoverageTotals) -> Self {
        let statuses = SOURCE_STATUSES.map(words::source_status).into_iter();
        Self {
            columns: statuses.chain([words::NOT_REACHED, words::OUT_OF_SCOPE]).collect(),
            rows: totals.sources.iter().map(SourceRow::new).collect(),
        }
    }
}

/// The accounts by how far a source was read in them. Every account stands in one place.
pub(super) fn source_places(tally: &SourceTally) -> Vec<Place> {
    let of_status = |status| Place {
        mark: words::source_status(status),
        count: tally.of(status),
    };
    let rest = [
        (words::NOT_REACHED, tally.not_reached),
        (words::OUT_OF_SCOPE, tally.out_of_scope),
    ];
    let rest = rest.map(|(mark, count)| Place { mark, count });
    SOURCE_STATUSES.map(of_status).into_iter().chain(rest).collect()
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

/// Accounts by id with the status that they had when they were judged.
type Statuses = BTreeMap<AccountId, AccountStatus>;

/// How many accounts have a status and evidence.
fn with_evidence(status: AccountStatus, count: u64, missing: &Statuses) -> u64 {
    let without = missing.values().filter(|other| **other == status).count() as u64;
    count.saturating_sub(without)
}

/// The accounts by status; those without evidence stand apart.
pub(super) fn account_bar(totals: &CoverageTotals, missing: &Statuses) -> Bar {
    let mut parts: Vec<_> = totals
        .accounts
        .iter()
        .map(|(status, count)| {
            let mark = words::account_status(*status);
            (mark.class, mark.word, with_evidence(*status, *count, missing))
        })
        .collect();
    if !missing.is_empty() {
        let mark = words::EVIDENCE_MISSING;
        parts.insert(0, (mark.class, mark.word, missing.len() as u64));
    }
    Bar::new(&parts)
}

/// The accounts by status, with what each status means; those without evidence stand apart.
pub(super) fn account_rows(totals: &CoverageTotals, missing: &Statuses) -> Vec<StatusRow> {
    let apart = (!missing.is_empty()).then_some(StatusRow {
        status: words::EVIDENCE_MISSING,
        meaning: "in scope; was read, and the snapshot no longer holds what was said",
        is_in_scope: true,
        count: missing.len() as u64,
    });
    let by_status = totals.accounts.iter().map(|(status, count)| StatusRow {
        status: words::account_status(*status),
        meaning: words::account_meaning(*status),
        is_in_scope: status.is_in_scope(),
        count: with_evidence(*status, *count, missing),
    });
    apart.into_iter().chain(by_status).collect()
}
