//! What may be called: the table from which the read-only guard, the session policy and the ledger are made.

use std::collections::HashMap;

use s3attest_model::evidence::Operation;

/// An operation that the run may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedOperation {
    /// The service's name in the SDK's metadata (`S3`, `S3 Control`, `Organizations`); `S3 Express` for the directory buckets
    /// of S3, whose operations have the names of those of other buckets and need other permissions.
    pub service: &'static str,
    /// The operation's name in the SDK's metadata (`GetBucketAcl`).
    pub name: &'static str,
    /// The operation as evidence names it (`s3.GetBucketAcl`).
    pub label: &'static str,
    /// The IAM actions that a role needs for it; IAM calls some of the reads by other names. Empty when every identity
    /// may call it.
    pub actions: &'static [&'static str],
    /// The limiter class, a table of the rate limits (`s3`).
    pub class: &'static str,
    /// Whether the call is made with the role that is assumed in each account, and so belongs into its session policy.
    pub in_session: bool,
    /// How often a scan makes the call.
    pub times: Times,
}

/// How often a scan makes a call, from which a plan estimates the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// For each of what.
    pub per: Unit,
    /// How many calls.
    pub count: u32,
    /// What the number stands for where only the scan itself can find it out (`one trail in each region`); empty for a
    /// number that is certain.
    pub assumption: &'static str,
}

/// What calls are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// The run.
    Run,
    /// Each account of the organization, whether it is read or not.
    ListedAccount,
    /// Each account that is read.
    Account,
    /// Each enabled region of each account that is read.
    Region,
    /// Each bucket.
    Bucket,
}

impl Times {
    /// Exactly once for each of something.
    #[must_use]
    pub const fn each(per: Unit) -> Self {
        Self {
            per,
            count: 1,
            assumption: "",
        }
    }

    /// So many times for each of something, by an assumption that the plan prints.
    #[must_use]
    pub const fn about(count: u32, per: Unit, assumption: &'static str) -> Self {
        Self { per, count, assumption }
    }

    /// Only in cases that the assumption names, and too seldom to count.
    #[must_use]
    pub const fn seldom(assumption: &'static str) -> Self {
        Self {
            per: Unit::Run,
            count: 0,
            assumption,
        }
    }
}

impl AllowedOperation {
    /// The operation as evidence names it.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        Operation::named(self.label)
    }
}

/// The name of a service of the table in the SDK's metadata: the same, except for what is our own name for a part of one.
pub(crate) fn name_in_sdk(service: &str) -> &str {
    match service {
        "S3 Express" => "S3",
        service => service,
    }
}

/// The table with an index by service and name.
#[derive(Debug)]
pub(crate) struct OperationTable {
    operations: Vec<AllowedOperation>,
    index: HashMap<(&'static str, &'static str), usize>,
}

impl OperationTable {
    pub(crate) fn new(operations: &[AllowedOperation]) -> Self {
        let index = operations
            .iter()
            .enumerate()
            .map(|(at, each)| ((each.service, each.name), at))
            .collect();
        Self {
            operations: operations.to_vec(),
            index,
        }
    }

    /// The place of an operation in the table; `None` for one that may not be called.
    pub(crate) fn find(&self, service: &str, name: &str) -> Option<usize> {
        self.index.get(&(service, name)).copied()
    }

    pub(crate) fn all(&self) -> &[AllowedOperation] {
        &self.operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: AllowedOperation = AllowedOperation {
        service: "S3",
        name: "GetBucketEncryption",
        label: "s3.GetBucketEncryption",
        actions: &["s3:GetEncryptionConfiguration"],
        class: "s3",
        in_session: true,
        times: Times::each(Unit::Bucket),
    };
    #[test]
    fn an_operation_outside_the_table_is_not_found() {
        let table = OperationTable::new(&[READ]);
        assert_eq!(table.find("S3", "GetBucketEncryption"), Some(0));
        assert_eq!(table.find("S3", "GetObject"), None);
        assert_eq!(table.find("S3 Control", "GetBucketEncryption"), None);
    }
}
