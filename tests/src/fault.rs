//! Fault plans in a few words.

use s3attest_orgsim::scenario::{Fault, FaultKind};

/// A fault that strikes every call of one operation that concerns an account.
#[must_use]
pub fn strike(kind: FaultKind, account: &str, operation: &str) -> Fault {
    Fault {
        account: Some(account.to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    }
}

/// A fault that strikes every call of one operation on one bucket.
#[must_use]
pub fn strike_bucket(kind: FaultKind, bucket: &str, operation: &str) -> Fault {
    Fault {
        bucket: Some(bucket.to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    }
}
