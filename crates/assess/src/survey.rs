//! The first pass over a snapshot: what each account's reads came to, and which buckets are referred to.
//!
//! An account's place in the coverage stands before its buckets and counts them, so it has to be known before they
//! stream by. Memory grows with accounts and references, not with buckets.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::ServiceRecord;

use crate::coverage::AccountReads;
use crate::index::References;

/// Collects what has to be known of all accounts before the first of them is judged.
#[derive(Debug, Default)]
pub struct Survey {
    references: References,
    accounts: BTreeMap<AccountId, AccountReads>,
}

impl Survey {
    /// Notes an account that was read.
    pub fn account(&mut self, facts: &AccountFacts) {
        self.accounts.entry(facts.account.clone()).or_default().account(facts);
    }

    /// Notes what one source said of it.
    pub fn service(&mut self, record: &ServiceRecord) {
        self.accounts.entry(record.account.clone()).or_default().service(record);
    }

    /// Notes one of its buckets.
    pub fn bucket(&mut self, bucket: &Bucket) {
        self.references.note(bucket);
        match self.accounts.get_mut(&bucket.account) {
            Some(reads) => reads.bucket(bucket),
            None => self.accounts.entry(bucket.account.clone()).or_default().bucket(bucket),
        }
    }

    /// The names for the second pass ([`crate::index::IndexBuilder`]), and the reads for the third
    /// ([`crate::assessor::Assessor`]).
    #[must_use]
    pub fn finish(self) -> (References, BTreeMap<AccountId, AccountReads>) {
        (self.references, self.accounts)
    }
}
