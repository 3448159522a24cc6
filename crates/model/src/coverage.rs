//! Coverage: what was reached, what was not, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::{BlockedBy, GapCause, Operation};
use crate::identifiers::{AccountId, BucketName, RegionName};
use crate::organization::AccountState;
use crate::services::ServiceSource;

/// How far an account was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStatus {
    /// Everything that was asked for was answered.
    Assessed,
    /// The account was reached, and some of it could not be read.
    PartlyAssessed,
    /// The account refused the role, or could not be reached.
    Denied,
    /// The account is suspended, closed or not yet active.
    NotActive,
    /// The configuration leaves it out.
    Excluded,
    /// The run ended before the account was read, or could not tell whether it belongs to the scope.
    NotCollected,
}

impl AccountStatus {
    /// Every status, in the order in which reports list them.
    pub const ALL: [Self; 6] = [
        Self::Denied,
        Self::NotCollected,
        Self::PartlyAssessed,
        Self::NotActive,
        Self::Excluded,
        Self::Assessed,
    ];

    /// The status in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::PartlyAssessed => "partly-assessed",
            Self::Denied => "denied",
            Self::NotActive => "not-active",
            Self::Excluded => "excluded",
            Self::NotCollected => "not-collected",
        }
    }

    /// Whether an account with this status belongs to what the run was asked to read.
    #[must_use]
    pub fn is_in_scope(self) -> bool {
        match self {
            Self::Assessed | Self::PartlyAssessed | Self::Denied | Self::NotCollected => true,
            Self::NotActive | Self::Excluded => false,
        }
    }
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How far a bucket was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BucketStatus {
    /// Every setting that was asked for was answered.
    Assessed,
    /// Some settings could not be read.
    PartlyAssessed,
    /// No setting could be read.
    Unreadable,
    /// The bucket was deleted during the run.
    Gone,
}

impl BucketStatus {
    /// The status in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::PartlyAssessed => "partly-assessed",
            Self::Unreadable => "unreadable",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for BucketStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How far a region of an account was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionStatus {
    /// The region is enabled; the buckets in it were read.
    Read,
    /// The region is not enabled for the account.
    Off,
    /// Whether the region is enabled could not be read; it was taken as enabled because the partition enables it by
    /// default.
    Assumed,
}

impl RegionStatus {
    /// The status in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Off => "off",
            Self::Assumed => "assumed",
        }
    }
}

/// How often one operation met one kind of gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapTally {
    /// The operation.
    pub operation: Operation,
    /// The cause.
    pub cause: GapCause,
    /// For a denial, what refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<BlockedBy>,
    /// How many reads.
    pub count: u64,
    /// What was said the first time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub example: String,
}

/// How many reads were asked for and how many were answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCounts {
    /// Reads that the run was to make; those that it was told to leave out do not count.
    pub asked: u64,
    /// Reads that AWS answered, with a value or with its certain absence.
    pub answered: u64,
}

impl ReadCounts {
    /// Adds other counts to these.
    pub fn merge(&mut self, other: Self) {
        self.asked += other.asked;
        self.answered += other.answered;
    }
}

/// An account's place in the coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCoverage {
    /// The account.
    pub account: AccountId,
    /// Its name; empty when only the id is known.
    pub name: String,
    /// Its place in the tree of organizational units; `None` when that could not be read.
    pub organizational_unit: Option<String>,
    /// Its state in the organization.
    pub state: AccountState,
    /// How far it was read.
    pub status: AccountStatus,
    /// Why it was not read in full, in a sentence; empty when it was.
    pub reason: String,
    /// What a person can do about it; empty when there is nothing to do.
    pub remedy: String,
    /// How many buckets its list gave; `None` when the list could not be read to its end.
    pub buckets_listed: Option<u64>,
    /// Buckets by how far they were read.
    pub buckets: BucketCounts,
    /// Reads, of the account and of its buckets.
    pub reads: ReadCounts,
    /// Every kind of gap that was met, the most frequent first.
    pub gaps: Vec<GapTally>,
}

/// Buckets by how far they were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketCounts {
    /// Read in full.
    pub assessed: u64,
    /// Read in part.
    pub partly_assessed: u64,
    /// Not readable.
    pub unreadable: u64,
    /// Deleted during the run.
    pub gone: u64,
}

impl BucketCounts {
    /// Counts one more bucket.
    pub fn add(&mut self, status: BucketStatus) {
        match status {
            BucketStatus::Assessed => self.assessed += 1,
            BucketStatus::PartlyAssessed => self.partly_assessed += 1,
            BucketStatus::Unreadable => self.unreadable += 1,
            BucketStatus::Gone => self.gone += 1,
        }
    }

    /// Adds other counts to these.
    pub fn merge(&mut self, other: Self) {
        self.assessed += other.assessed;
        self.partly_assessed += other.partly_assessed;
        self.unreadable += other.unreadable;
        self.gone += other.gone;
    }

    /// How many there are altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.assessed + self.partly_assessed + self.unreadable + self.gone
    }
}

/// A region's place in the coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionCoverage {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: RegionName,
    /// How far it was read.
    pub status: RegionStatus,
    /// How many buckets the account has there.
    pub buckets: u64,
}

/// How far a source was read in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceStatus {
    /// Everything that was asked was answered.
    Read,
    /// Some of it was.
    PartlyRead,
    /// Nothing was answered.
    Unreadable,
    /// The account is not subscribed to it, so that there is nothing to read.
    NotSubscribed,
    /// AWS offers it in none of the regions that were asked, so that there is nothing to read.
    NotOffered,
    /// The run was told to leave it out, or ended before it was read.
    NotCollected,
}

impl SourceStatus {
    /// Every status, in the order in which reports list them.
    pub const ALL: [Self; 6] = [
        Self::Unreadable,
        Self::PartlyRead,
        Self::NotSubscribed,
        Self::NotOffered,
        Self::NotCollected,
        Self::Read,
    ];

    /// The status in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PartlyRead => "partly-read",
            Self::Unreadable => "unreadable",
            Self::NotSubscribed => "not-subscribed",
            Self::NotOffered => "not-offered",
            Self::NotCollected => "not-collected",
        }
    }
}

impl fmt::Display for SourceStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One kind of gap that a source met, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceGap {
    /// The gap and how often it was met.
    pub tally: GapTally,
    /// The regions in which it was met; empty for a source that is read once for the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionName>,
    /// What a person can do about it, whatever the operation; empty in an older assessment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// A source's place in the coverage of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCoverage {
    /// The account.
    pub account: AccountId,
    /// The source.
    pub source: ServiceSource,
    /// How far it was read.
    pub status: SourceStatus,
    /// In how many regions it was asked; 0 for a source that is read once for the account.
    pub regions: u64,
    /// Reads; what the account is not subscribed to, and what was left out, does not count as asked.
    pub reads: ReadCounts,
    /// Every kind of gap that was met, the most frequent first, also of what does not count as asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<SourceGap>,
}

/// The accounts of the whole run by how far one source was read in them. Every account stands in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceTally {
    /// The source.
    pub source: ServiceSource,
    /// Accounts that were entered, by status, in the order of [`SourceStatus::ALL`]; statuses without accounts included.
    pub accounts: Vec<(SourceStatus, u64)>,
    /// Accounts in scope that were not entered, so that nothing of the source could be asked there.
    pub not_reached: u64,
    /// Accounts that are not in scope.
    pub out_of_scope: u64,
}

impl SourceTally {
    /// How many accounts have a status.
    #[must_use]
    pub fn of(&self, status: SourceStatus) -> u64 {
        let with_it = self.accounts.iter().filter(|(other, _)| *other == status);
        with_it.map(|(_, count)| count).sum()
    }

    /// Whether some account in scope may hold more of the source than was read: the source was refused, or read in part
    /// only, or left out, or the account was not reached.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        let missing = [
            SourceStatus::Unreadable,
            SourceStatus::PartlyRead,
            SourceStatus::NotCollected,
        ];
        self.not_reached > 0 || missing.into_iter().any(|status| self.of(status) > 0)
    }
}

/// The place in the coverage of a source that is read once for the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationCoverage {
    /// The source.
    pub source: ServiceSource,
    /// How far it was read.
    pub status: SourceStatus,
    /// Reads.
    pub reads: ReadCounts,
    /// Every kind of gap that was met, the most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<GapTally>,
}

/// A bucket's place in the coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketCoverage {
    /// The account.
    pub account: AccountId,
    /// The bucket.
    pub bucket: BucketName,
    /// Its region, where it is known.
    pub region: Option<RegionName>,
    /// How far it was read.
    pub status: BucketStatus,
    /// Reads of its settings.
    pub reads: ReadCounts,
    /// Every gap that was met, by operation.
    pub gaps: Vec<GapTally>,
}

/// A line of `coverage.ndjson`. First the sources that are read once for the run; then for each account, by id: the account, its regions, its sources, its buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageRecord {
    /// A source that is read once for the run.
    Organization(OrganizationCoverage),
    /// An account.
    Account(Box<AccountCoverage>),
    /// A region of an account.
    Region(RegionCoverage),
    /// A source in an account.
    Source(SourceCoverage),
    /// A bucket.
    Bucket(BucketCoverage),
}

impl CoverageRecord {
    /// The account that the line is about; `None` for a line about the organization.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Organization(_) => None,
            Self::Account(account) => Some(&account.account),
            Self::Region(region) => Some(&region.account),
            Self::Source(source) => Some(&source.account),
            Self::Bucket(bucket) => Some(&bucket.account),
        }
    }
}

/// The coverage of the whole run, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageTotals {
    /// Accounts by status, in the order of [`AccountStatus::ALL`]; statuses without accounts included.
    pub accounts: Vec<(AccountStatus, u64)>,
    /// Buckets by how far they were read.
    pub buckets: BucketCounts,
    /// Regions of accounts that are not enabled.
    pub regions_off: u64,
    /// Every source of accounts that was known when the run was judged, in the order of [`ServiceSource::ALL`]; empty in an
    /// assessment of the first schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceTally>,
    /// Reads over all accounts that were reached.
    pub reads: ReadCounts,
    /// How much of the scope was seen, in ten-thousandths (9,250 is 92.5 %): the mean over the accounts in scope of
    /// answered reads over asked reads, where an account that was not reached, or whose buckets could not be listed to the
    /// end, counts as zero. It is rounded down, so
    /// that 10,000 means everything. A scope without accounts is not seen at all.
    pub seen: u32,
}
