//! The file of one account: its facts, then what its services said and its buckets.

use std::path::Path;
use std::sync::Arc;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::ServiceRecord;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::error::SnapshotError;
use crate::layout::{self, Part};
use crate::records::{RecordWriter, Records};
use crate::run::Place;

/// A line of an account's file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AccountRecord<Facts, Service, OneBucket> {
    Facts(Facts),
    Service(Service),
    Bucket(OneBucket),
}

type Written<'record> = AccountRecord<&'record AccountFacts, &'record ServiceRecord, &'record Bucket>;
type Read = AccountRecord<Box<AccountFacts>, Box<ServiceRecord>, Box<Bucket>>;
type ReadServices = AccountRecord<IgnoredAny, Box<ServiceRecord>, IgnoredAny>;

/// Something in an account's file behind its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountEntry {
    /// What one source said of the account or of one of its regions.
    Service(Box<ServiceRecord>),
    /// One of its buckets.
    Bucket(Box<Bucket>),
}

/// Writes the file of one account: its facts first, then what its services said and its buckets.
///
/// The file counts only after [`finish`](Self::finish). A writer that is dropped before leaves an incomplete file aside,
/// which nobody reads and which the next writer of the account replaces.
pub struct AccountWriter {
    place: Arc<Place>,
    account: AccountId,
    records: RecordWriter,
}

impl std::fmt::Debug for AccountWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AccountWriter")
            .field("account", &self.account)
            .field("records", &self.records.records())
            .finish_non_exhaustive()
    }
}

impl AccountWriter {
    pub(crate) fn begin(place: Arc<Place>, account: &AccountId) -> Result<Self, SnapshotError> {
        let path = place.directory().join(layout::account_file(account));
        let records = RecordWriter::create(path, place.directory(), Part::Collected)?;
        Ok(Self {
            place,
            account: account.clone(),
            records,
        })
    }

    /// Writes the account's facts. They come first and once.
    pub fn facts(&mut self, facts: &AccountFacts) -> Result<(), SnapshotError> {
        self.require(self.records.records() == 0, "the account's facts come first and once")?;
        self.require(facts.account == self.account, "the facts are another account's")?;
        self.records.write(&Written::Facts(facts))
    }

    /// Writes one bucket.
    pub fn bucket(&mut self, bucket: &Bucket) -> Result<(), SnapshotError> {
        self.require(
            self.records.records() > 0,
            "the account's facts come before its buckets",
        )?;
        self.require(bucket.account == self.account, "the bucket is another account's")?;
        self.records.write(&Written::Bucket(bucket))
    }

    /// Writes what one source said. What needs nothing but the account stands before the buckets, so that a reader knows it
    /// when it comes to them; what the buckets refer to stands behind them.
    pub fn service(&mut self, record: &ServiceRecord) -> Result<(), SnapshotError> {
        self.require(
            self.records.records() > 0,
            "the account's facts come before what its services say",
        )?;
        self.require(record.account == self.account, "the reading is another account's")?;
        self.records.write(&Written::Service(record))
    }

    /// Completes the file, flushes it to the disk and gives it its name.
    pub fn finish(self) -> Result<(), SnapshotError> {
        self.require(self.records.records() > 0, "an account's file holds at least its facts")?;
        let complete = self.records.complete()?;
        self.place
            .replace_collected(&layout::account_file(&self.account), || complete.publish())
    }

    fn require(&self, is_so: bool, reason: &'static str) -> Result<(), SnapshotError> {
        if is_so {
            return Ok(());
        }
        Err(SnapshotError::OutOfOrder {
            path: self.records.path().to_path_buf(),
            reason,
        })
    }
}

/// Reads the file of one account: its facts at once, everything else one at a time by iterating.
///
/// The iteration ends after the first error.
#[derive(Debug)]
pub struct AccountReader {
    facts: AccountFacts,
    records: Records<Read>,
    is_over: bool,
}

impl AccountReader {
    pub(crate) fn open(run: &Path, account: &AccountId) -> Result<Option<Self>, SnapshotError> {
        let path = run.join(layout::account_file(account));
        let Some(mut records) = Records::<Read>::open(path, run, Part::Collected)? else {
            return Ok(None);
        };
        let facts = match records.next().transpose()? {
            Some(AccountRecord::Facts(facts)) if facts.account == *account => *facts,
            Some(AccountRecord::Facts(_)) => return Err(records.refuse_last("the facts are another account's")),
            Some(AccountRecord::Bucket(_)) => {
                return Err(records.refuse_last("a bucket stands before the account's facts"));
            }
            Some(AccountRecord::Service(_)) => {
                return Err(records.refuse_last("a reading stands before the account's facts"));
            }
            // An end record without facts: the program never writes such a file.
            None => return Err(records.truncated()),
        };
        Ok(Some(Self {
            facts,
            records,
            is_over: false,
        }))
    }

    /// The account's facts.
    #[must_use]
    pub fn facts(&self) -> &AccountFacts {
        &self.facts
    }

    fn entry_of(&self, record: Read) -> Result<AccountEntry, SnapshotError> {
        match record {
            AccountRecord::Bucket(bucket) if bucket.account == self.facts.account => Ok(AccountEntry::Bucket(bucket)),
            AccountRecord::Bucket(_) => Err(self.records.refuse_last("the bucket is another account's")),
            AccountRecord::Service(record) if record.account == self.facts.account => Ok(AccountEntry::Service(record)),
            AccountRecord::Service(_) => Err(self.records.refuse_last("the reading is another account's")),
            AccountRecord::Facts(_) => Err(self.records.refuse_last("the account's facts stand twice")),
        }
    }
}

impl Iterator for AccountReader {
    type Item = Result<AccountEntry, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let entry = self.records.next()?.and_then(|record| self.entry_of(record));
        self.is_over = entry.is_err();
        Some(entry)
    }
}

impl std::iter::FusedIterator for AccountReader {}

/// Reads what the services of one account said, one reading at a time, and passes over everything else without making
/// anything of it: an account can have very many buckets.
///
/// The iteration ends after the first error.
#[derive(Debug)]
pub struct ServiceReader {
    account: AccountId,
    records: Records<ReadServices>,
    is_over: bool,
}

impl ServiceReader {
    pub(crate) fn open(run: &Path, account: &AccountId) -> Result<Option<Self>, SnapshotError> {
        let path = run.join(layout::account_file(account));
        let records = Records::open(path, run, Part::Collected)?;
        Ok(records.map(|records| Self {
            account: account.clone(),
            records,
            is_over: false,
        }))
    }
}

impl Iterator for ServiceReader {
    type Item = Result<ServiceRecord, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            let service = match self.records.next()? {
                Ok(AccountRecord::Facts(_) | AccountRecord::Bucket(_)) => continue,
                Ok(AccountRecord::Service(record)) if record.account == self.account => Ok(*record),
                Ok(AccountRecord::Service(_)) => Err(self.records.refuse_last("the reading is another account's")),
                Err(error) => Err(error),
            };
            self.is_over = service.is_err();
            return Some(service);
        }
        None
    }
}

impl std::iter::FusedIterator for ServiceReader {}
