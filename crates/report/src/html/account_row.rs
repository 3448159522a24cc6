//! An account in a list of accounts: how far it was read, why no further, and its findings in numbers.
//!
//! A number about an account of which not every bucket is known says so. It does not know where the numbers come from.

use s3attest_model::coverage::{AccountCoverage, AccountStatus};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::AccountId;
use serde::Serialize;

use super::account::{AccountRecords, Failed};
use super::finding::NAME;
use super::places;
use super::words::{self, Mark};
use crate::text::{clip, count, share};
use crate::unread::Unread;

/// A reason in a list is cut here; the account's page has the whole of it.
const SENTENCE: usize = 400;

/// What to do about an account whose evidence the snapshot no longer holds.
pub(super) const RESTORE: &str =
    "Put the file back from a copy of the run, or scan again; s3attest verify names every file that is missing.";

/// An account in a list of accounts.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AccountRow {
    pub(super) id: String,
    page: String,
    pub(super) name: String,
    organizational_unit: Option<String>,
    state: String,
    pub(super) status: Option<Mark>,
    reason: String,
    remedy: String,
    reads: String,
    pub(super) seen: String,
    /// Whether the account was entered, and whether all of its buckets are known besides. Where they are not, the numbers say
    /// too little, and nothing where they are 0.
    pub(super) is_entered: bool,
    is_whole: bool,
    buckets: u64,
    counts: VerdictCounts,
    failed: Vec<u64>,
}

impl AccountRow {
    pub(super) fn new(
        id: &AccountId,
        records: &AccountRecords,
        buckets: u64,
        counts: VerdictCounts,
        failed: Failed,
    ) -> Self {
        let coverage = records.coverage.as_ref();
        let member = records.member.as_ref();
        let is_entered = coverage
            .is_some_and(|coverage| matches!(coverage.status, AccountStatus::Assessed | AccountStatus::PartlyAssessed));
        Self {
            id: id.to_string(),
            page: places::account(id, 1),
            name: clip(&records.name(), NAME).into_owned(),
            organizational_unit: coverage
                .and_then(|coverage| coverage.organizational_unit.as_deref())
                .map(|unit| clip(unit, NAME).into_owned()),
            state: coverage
                .map(|coverage| coverage.state.to_string())
                .or_else(|| member.map(|member| member.state.to_string()))
                .unwrap_or_default(),
            status: status(records),
            reason: clip(&reason(id, records), SENTENCE).into_owned(),
            remedy: clip(&remedy(records), SENTENCE).into_owned(),
            reads: coverage.map_or_else(String::new, |coverage| {
                format!("{} of {}", count(coverage.reads.answered), count(coverage.reads.asked))
            }),
            seen: seen(coverage),
            is_entered,
            is_whole: is_entered && coverage.is_some_and(|coverage| coverage.buckets_listed.is_some()),
            buckets,
            counts,
            failed: failed.to_vec(),
        }
    }
}

/// What is not known of an account; everything where the coverage does not name it.
pub(super) fn unread(records: &AccountRecords) -> Option<Unread> {
    let by_coverage = match &records.coverage {
        None => Some(Unread::Everything),
        Some(coverage) => Unread::of(coverage),
    };
    let missing = records.is_without_evidence.then_some(Unread::Evidence);
    // The one that comes first says most.
    missing.into_iter().chain(by_coverage).min()
}

fn status(records: &AccountRecords) -> Option<Mark> {
    let coverage = records.coverage.as_ref()?;
    Some(if records.is_without_evidence {
        words::EVIDENCE_MISSING
    } else {
        words::account_status(coverage.status)
    })
}

/// Why the account was not read in full, or can be shown no more; empty where there is nothing to say.
pub(super) fn reason(id: &AccountId, records: &AccountRecords) -> String {
    let said = records
        .coverage
        .as_ref()
        .map_or("", |coverage| coverage.reason.as_str());
    if !records.is_without_evidence {
        return said.to_owned();
    }
    let missing = format!(
        "The snapshot no longer holds accounts/{id}.ndjson.zst, so nothing of what was said of the account can be shown. \
         Its findings were judged while the file was there."
    );
    format!("{missing} {said}").trim_end().to_owned()
}

/// What to do about it; empty where there is nothing to do.
pub(super) fn remedy(records: &AccountRecords) -> String {
    let said = records
        .coverage
        .as_ref()
        .map_or("", |coverage| coverage.remedy.as_str());
    if records.is_without_evidence {
        format!("{RESTORE} {said}").trim_end().to_owned()
    } else {
        said.to_owned()
    }
}

/// The share of answered reads, rounded down; nothing for an account of which nothing was to be read.
fn seen(coverage: Option<&AccountCoverage>) -> String {
    let Some(coverage) = coverage.filter(|coverage| coverage.status.is_in_scope()) else {
        return String::new();
    };
    match coverage.reads.asked {
        0 => share(0),
        asked => share(u32::try_from(coverage.reads.answered * 10_000 / asked).unwrap_or(0)),
    }
}
