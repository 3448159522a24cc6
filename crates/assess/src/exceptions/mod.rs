//! Exceptions: reading the file in which fails are accepted, and laying it over findings.
//!
//! An exception never changes a verdict. It stands beside a fail, says who accepts it and until when, and is counted
//! apart. Which day it is, and where the file stands, is the caller's business.

mod ledger;
mod reading;
mod selecting;

use jiff::civil::Date;
use s3attest_model::exception::{AssessedExceptions, Exception};
use s3attest_model::identifiers::CheckId;

pub(crate) use ledger::{Concerning, Ledger};
pub use reading::{ExceptionProblem, RefusedExceptions, read};

/// The exceptions that a judgement is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceptions {
    /// The name of the file, without its directory.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// The day of the judgement, in UTC.
    pub as_of: Date,
    /// An exception that is about more resources is named as over-broad.
    pub most_resources: u64,
    /// An exception is named as expiring soon when so many days, or fewer, are left.
    pub soon_days: u32,
    /// The exceptions, in the order of the file. The first that accepts a finding is the one that counts.
    pub entries: Vec<Exception>,
}

impl Exceptions {
    /// What the file alone says of its exceptions: how they stand, and which are broad on their face. Of what they accept
    /// it says nothing.
    #[must_use]
    pub fn without_findings(&self) -> AssessedExceptions {
        let checks: Vec<CheckId> = crate::CHECKS.iter().map(|check| check.check_id()).collect();
        let mut ledger = Ledger::new(Some(self), &checks);
        // Nothing was seen, so that nothing is called unused.
        ledger.accounts_are_missing();
        ledger
            .finish()
            .expect("a ledger that was given exceptions tells of them")
    }
}
