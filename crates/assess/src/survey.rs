//! The first pass over a snapshot: what each account's reads came to, and which buckets are referred to.
//!
//! An account's place in the coverage stands before its buckets and counts them, so it has to be known before they
//! stream by. Memory grows with accounts and references, not with buckets.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, AccountState};
use s3attest_model::services::ServiceRecord;

use crate::coverage::AccountReads;
use crate::index::References;
use crate::organization::OrganizationEvidence;
use crate::services::AcrossAccounts;

/// Collects what has to be known of all accounts before the first of them is judged.
#[derive(Debug, Default)]
pub struct Survey {
    references: References,
    accounts: BTreeMap<AccountId, AccountReads>,
    across: AcrossAccounts,
}

/// What the first pass found out.
#[derive(Debug)]
pub struct Surveyed {
    /// The names for the second pass ([`crate::index::IndexBuilder`]).
    pub references: References,
    /// What each account's reads came to, for the third ([`crate::assessor::Assessor`]).
    pub reads: BTreeMap<AccountId, AccountReads>,
    /// What services said that reaches across accounts, for the third.
    pub across: AcrossAccounts,
}

impl Survey {
    /// Notes an account that was read.
    pub fn account(&mut self, facts: &AccountFacts) {
        self.accounts.entry(facts.account.clone()).or_default().account(facts);
        self.across.deliveries.account(facts);
        self.across.origins.account(facts);
        if let Some(gap) = facts.access.as_gap() {
            self.across.not_read(&facts.account, gap);
        }
        // In a region of which nobody knows, an analyzer may look at the whole organization.
        if let Some(gap) = facts.regions.as_gap() {
            self.across.exposures.not_read(&facts.account, gap);
        }
    }

    /// Notes what was told of the organization as a whole: accounts that its list does not hold are not read either.
    pub fn organization(&mut self, organization: &OrganizationEvidence) {
        let first = || organization.accounts.keys().next();
        if let Some(gap) = organization.listing.as_gap()
            && let Some(asked) = organization.speaker().or_else(first)
        {
            self.unlisted(asked, gap);
        }
    }

    /// Notes that there may be accounts that no list holds, as the account was told that asked for it.
    pub fn unlisted(&mut self, asked: &AccountId, gap: &Gap) {
        self.across.not_read(asked, gap);
    }

    /// Notes an account of which the snapshot holds nothing. Nothing looks at others any more from an account that is closed: its
    /// resources are not available until it is opened again (AWS Organizations API Reference, `CloseAccount`). Its trails may go on
    /// delivering, though (AWS CloudTrail User Guide, "AWS account closure and trails").
    pub fn missing_account(&mut self, account: &Account) {
        let gap = Gap::new(GapCause::NotCollected, "the snapshot holds nothing of the account");
        if matches!(account.state, AccountState::Suspended | AccountState::Closed) {
            self.across.deliveries.lacks(&account.id, &gap);
        } else {
            self.across.not_read(&account.id, &gap);
        }
    }

    /// Notes what one source said of it.
    pub fn service(&mut self, record: &ServiceRecord) {
        self.accounts.entry(record.account.clone()).or_default().service(record);
        self.references.note_reading(&record.reading);
        self.across.note(record);
    }

    /// Notes one of its buckets.
    pub fn bucket(&mut self, bucket: &Bucket) {
        self.references.note(bucket);
        self.across.bucket_regions.note(bucket);
        match self.accounts.get_mut(&bucket.account) {
            Some(reads) => reads.bucket(bucket),
            None => self.accounts.entry(bucket.account.clone()).or_default().bucket(bucket),
        }
    }

    /// What was found out.
    #[must_use]
    pub fn finish(mut self) -> Surveyed {
        self.across.deliveries.settle();
        self.across.origins.settle();
        Surveyed {
            references: self.references,
            reads: self.accounts,
            across: self.across,
        }
    }
}
