//! What a check is: what it says of itself, what it reads, and the function that judges.
//!
//! A check knows neither how evidence was read nor how a finding is shown. Its function cannot fail: what it cannot know
//! comes back as [`Unknown`], which only the runner turns into a finding.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::{Scope, Severity};
use s3attest_model::evidence::Operation;
use s3attest_model::identifiers::CheckId;
use s3attest_model::services::ServiceSource;

use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, AccountView, BucketView, OrganizationView, RegionView};

/// A fact about an account that a check reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountFact {
    /// The account's effective public access block.
    PublicAccessBlock,
    /// The list of the account's buckets, read to tell whether a bucket belongs to it.
    BucketListing,
    /// The organization itself, read to tell whether the account belongs to it.
    Organization,
    /// The organization's list of accounts, read to tell whether an account belongs to it.
    OrganizationAccounts,
}

impl AccountFact {
    /// The operation that reads it.
    #[must_use]
    pub const fn operation(self) -> Operation {
        match self {
            Self::PublicAccessBlock => Operation::named("s3control.GetPublicAccessBlock"),
            Self::BucketListing => Operation::named("s3.ListBuckets"),
            Self::Organization => Operation::named("organizations.DescribeOrganization"),
            Self::OrganizationAccounts => Operation::named("organizations.ListAccounts"),
        }
    }
}

/// Everything that a check may read. Settings count for the bucket itself and for the buckets that it refers to, sources for
/// the account itself and for others where the organization's trails and analyzers are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reads {
    /// Facts of the account.
    pub account: &'static [AccountFact],
    /// Settings of buckets.
    pub settings: &'static [BucketSetting],
    /// What is read of accounts, and of the organization, as a whole.
    pub sources: &'static [ServiceSource],
}

/// The function of a check on accounts.
pub type JudgeAccount = for<'a> fn(&AccountView<'a>, &mut Trail<'a>) -> Result<Judgement, Unknown<'a>>;

/// The function of a check on the organization.
pub type JudgeOrganization = for<'a> fn(&OrganizationView<'a>, &mut Trail<'a>) -> Result<Judgement, Unknown<'a>>;

/// The function of a check on regions of accounts.
pub type JudgeRegion = for<'a> fn(&RegionView<'a>, &mut Trail<'a>) -> Result<Judgement, Unknown<'a>>;

/// The function of a check on access points.
pub type JudgeAccessPoint = for<'a> fn(&AccessPointView<'a>, &mut Trail<'a>) -> Result<Judgement, Unknown<'a>>;

/// The function of a check on buckets.
pub type JudgeBucket = for<'a> fn(&BucketView<'a>, &mut Trail<'a>) -> Result<Judgement, Unknown<'a>>;

/// The function of a check, by what it judges.
#[derive(Debug, Clone, Copy)]
pub enum Judge {
    /// Judges the organization once.
    Organization(JudgeOrganization),
    /// Judges each account once.
    Account(JudgeAccount),
    /// Judges each enabled region of each account once.
    Region(JudgeRegion),
    /// Judges each access point of the sources that the check reads.
    AccessPoint(JudgeAccessPoint),
    /// Judges each bucket once.
    Bucket(JudgeBucket),
}

/// One question that is asked of every account or of every bucket.
#[derive(Debug)]
pub struct Check {
    /// The id: the wanted property. Never reused, never given another meaning.
    pub id: &'static str,
    /// The wanted property as a short statement.
    pub title: &'static str,
    /// The severity of a fail, unless the judgement states another one.
    pub severity: Severity,
    /// The question that it answers, with a question mark.
    pub question: &'static str,
    /// What it may read; what is read in a run that collects only what is needed.
    pub reads: Reads,
    /// Its page in CommonMark, under the fixed headings.
    pub page: &'static str,
    /// How it judges.
    pub judge: Judge,
}

impl Check {
    /// The id as the model writes it.
    #[must_use]
    pub fn check_id(&self) -> CheckId {
        CheckId::new(self.id).expect("ids of checks are lower-case words joined by hyphens")
    }

    /// What it judges.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self.judge {
            Judge::Organization(_) => Scope::Organization,
            Judge::Account(_) => Scope::Account,
            Judge::Region(_) => Scope::Region,
            Judge::AccessPoint(_) => Scope::AccessPoint,
            Judge::Bucket(_) => Scope::Bucket,
        }
    }

    /// The operations whose answers it may read, those of the account first.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let of_account = self.reads.account.iter().map(|fact| fact.operation());
        of_account
            .chain(self.reads.settings.iter().map(|setting| setting.operation()))
            .collect()
    }
}
