//! Why a run holds no finding of a check on a resource of which the other run holds one.
//!
//! Only a list that was read to its end shows that a resource is not there. Everything else is not known, or was not to be
//! looked at; in doubt it is not known.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, CoverageRecord, RegionStatus, SourceCoverage, SourceStatus,
};
use s3attest_model::evidence::Gap;
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{CheckId, RegionName};
use s3attest_model::run::Mode;
use s3attest_model::services::ServiceSource;

use super::Standing;
use super::omission::Omission;
use crate::assessed::AssessedRun;

/// Why a run holds no finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Absence {
    /// The list of buckets, access points or regions was read to its end, and the resource is not in it.
    NotListed,
    /// The account could not be read.
    AccountNotRead,
    /// The account is not in the list of accounts, and that list is incomplete.
    AccountsNotListed,
    /// The account's buckets could not be listed to the end.
    BucketsNotListed,
    /// The account's access points, or its regions, could not be listed to the end.
    PlaceNotListed,
    /// The resource is there, and nothing says why there is no finding.
    Unexplained,
    /// The configuration leaves the account out.
    AccountExcluded,
    /// The account is suspended, closed or not yet active.
    AccountNotActive,
    /// The account is not in the organization.
    NotInOrganization,
    /// The run looked at one account only.
    OneAccountOnly,
    /// The run is of another organization.
    OtherOrganization,
    /// The region is not enabled for the account.
    RegionOff,
    /// The run was told to leave the source out.
    SourceLeftOut,
    /// The run judged by other checks.
    NotJudged,
    /// What could not be listed in the other run was listed in this one.
    Resolved,
}

impl Absence {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::NotListed,
        Self::AccountNotRead,
        Self::AccountsNotListed,
        Self::BucketsNotListed,
        Self::PlaceNotListed,
        Self::Unexplained,
        Self::AccountExcluded,
        Self::AccountNotActive,
        Self::NotInOrganization,
        Self::OneAccountOnly,
        Self::OtherOrganization,
        Self::RegionOff,
        Self::SourceLeftOut,
        Self::NotJudged,
        Self::Resolved,
    ];

    /// Where this leaves the check on the resource.
    #[must_use]
    pub fn standing(self) -> Standing {
        match self {
            Self::NotListed => Standing::NotThere,
            Self::AccountNotRead
            | Self::AccountsNotListed
            | Self::BucketsNotListed
            | Self::PlaceNotListed
            | Self::Unexplained => Standing::NotKnown,
            Self::AccountExcluded
            | Self::AccountNotActive
            | Self::NotInOrganization
            | Self::OneAccountOnly
            | Self::OtherOrganization
            | Self::RegionOff
            | Self::SourceLeftOut => Standing::LeftOut,
            Self::NotJudged => Standing::NotJudged,
            Self::Resolved => Standing::Resolved,
        }
    }

    /// The reason in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotListed => "not-listed",
            Self::AccountNotRead => "account-not-read",
            Self::AccountsNotListed => "accounts-not-listed",
            Self::BucketsNotListed => "buckets-not-listed",
            Self::PlaceNotListed => "place-not-listed",
            Self::Unexplained => "unexplained",
            Self::AccountExcluded => "account-excluded",
            Self::AccountNotActive => "account-not-active",
            Self::NotInOrganization => "not-in-organization",
            Self::OneAccountOnly => "one-account-only",
            Self::OtherOrganization => "other-organization",
            Self::RegionOff => "region-off",
            Self::SourceLeftOut => "source-left-out",
            Self::NotJudged => "not-judged",
            Self::Resolved => "resolved",
        }
    }

    /// The reason as the end of "there is no finding because …".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NotListed => "a complete list does not hold the resource",
            Self::AccountNotRead => "the account could not be read",
            Self::AccountsNotListed => "the list of accounts is incomplete and does not hold the account",
            Self::BucketsNotListed => "the account's buckets could not be listed to the end",
            Self::PlaceNotListed => "the account's regions or access points could not be listed to the end",
            Self::Unexplained => "the run does not say",
            Self::AccountExcluded => "the configuration leaves the account out",
            Self::AccountNotActive => "the account is not active",
            Self::NotInOrganization => "the account is not in the organization",
            Self::OneAccountOnly => "the run looked at one account only",
            Self::OtherOrganization => "the run is of another organization",
            Self::RegionOff => "the region is not enabled for the account",
            Self::SourceLeftOut => "the run was told to leave the source out",
            Self::NotJudged => "the run did not judge by this check",
            Self::Resolved => "what could not be listed in the other run was listed in this one",
        }
    }
}

/// What holds for every account of a run.
#[derive(Debug)]
pub(super) struct Horizon {
    judged: BTreeSet<CheckId>,
    is_one_account: bool,
    /// Why the list of accounts is incomplete; `None` when it is complete.
    pub(super) listing_gap: Option<Gap>,
    /// What the run was told to leave out.
    pub(super) omission: Omission,
    /// Whether the other run is of another organization.
    pub(super) is_foreign: bool,
}

impl Horizon {
    pub(super) fn of<R: AssessedRun>(run: &R, is_foreign: bool) -> Self {
        Self {
            judged: run.summary().checks.iter().map(|tally| tally.check.clone()).collect(),
            is_one_account: matches!(run.run().mode, Mode::SingleAccount(_)),
            omission: Omission::of(run.run()),
            listing_gap: run.summary().account_listing_gap.clone(),
            is_foreign,
        }
    }

    /// Why the run does not name an account.
    pub(super) fn of_account(&self) -> Absence {
        if self.is_foreign {
            Absence::OtherOrganization
        } else if self.listing_gap.is_some() {
            Absence::AccountsNotListed
        } else if self.is_one_account {
            Absence::OneAccountOnly
        } else {
            Absence::NotInOrganization
        }
    }

    /// Why there is no finding on an organization.
    pub(super) fn of_organization(&self, check: &CheckId) -> Absence {
        if self.is_foreign {
            Absence::OtherOrganization
        } else if self.judged.contains(check) {
            Absence::Unexplained
        } else {
            Absence::NotJudged
        }
    }
}

/// What a run could see of one account.
#[derive(Debug, Default)]
pub(super) struct Sight {
    pub(super) account: Option<AccountCoverage>,
    pub(super) regions: BTreeMap<RegionName, RegionStatus>,
    pub(super) sources: BTreeMap<ServiceSource, SourceCoverage>,
}

impl Sight {
    pub(super) fn take(&mut self, record: CoverageRecord) {
        match record {
            CoverageRecord::Account(account) => self.account = Some(*account),
            CoverageRecord::Region(region) => {
                self.regions.insert(region.region, region.status);
            }
            CoverageRecord::Source(source) => {
                self.sources.insert(source.source, source);
            }
            CoverageRecord::Organization(_) | CoverageRecord::Bucket(_) => {}
        }
    }

    /// Whether the account was entered.
    pub(super) fn is_reached(&self) -> bool {
        let status = self.account.as_ref().map(|account| account.status);
        matches!(status, Some(AccountStatus::Assessed | AccountStatus::PartlyAssessed))
    }

    /// The account, where it was entered, and otherwise why it was not.
    fn entered(&self, horizon: &Horizon) -> Result<&AccountCoverage, Absence> {
        let Some(account) = &self.account else {
            return Err(horizon.of_account());
        };
        match account.status {
            AccountStatus::Excluded => Err(Absence::AccountExcluded),
            AccountStatus::NotActive => Err(Absence::AccountNotActive),
            AccountStatus::Denied | AccountStatus::NotCollected => Err(Absence::AccountNotRead),
            AccountStatus::Assessed | AccountStatus::PartlyAssessed => Ok(account),
        }
    }

    /// Why the coverage does not name a region of the account.
    pub(super) fn of_region(&self, horizon: &Horizon) -> Absence {
        self.entered(horizon)
            .map_or_else(|absence| absence, |_| self.unlisted_region())
    }

    /// Why the coverage does not name a bucket of the account.
    pub(super) fn of_bucket(&self, horizon: &Horizon) -> Absence {
        self.entered(horizon).map_or_else(|absence| absence, unlisted_bucket)
    }

    fn unlisted_region(&self) -> Absence {
        if self.regions_are_listed() {
            Absence::NotListed
        } else {
            Absence::PlaceNotListed
        }
    }

    /// Why there is no finding of a check on a resource; `is_listed` says of a bucket whether the run lists it.
    pub(super) fn absence(&self, horizon: &Horizon, resource: &Resource, check: &CheckId, is_listed: bool) -> Absence {
        let account = match self.entered(horizon) {
            Ok(account) => account,
            Err(absence) => return absence,
        };
        if !horizon.judged.contains(check) {
            return Absence::NotJudged;
        }
        match resource {
            // A check that judges accounts says something of every account that was entered, so this stood for regions or
            // access points that could not be listed.
            Resource::Account { .. } => Absence::Resolved,
            Resource::Region { region, .. } => match self.regions.get(region) {
                Some(RegionStatus::Off) => Absence::RegionOff,
                Some(RegionStatus::Read) => Absence::Resolved,
                Some(RegionStatus::Assumed) => Absence::Unexplained,
                None => self.unlisted_region(),
            },
            Resource::AccessPoint { arn, region, .. } => self.access_point(horizon, arn, region.as_ref()),
            Resource::Bucket { .. } if is_listed => Absence::Unexplained,
            Resource::Bucket { .. } => unlisted_bucket(account),
            Resource::Organization { .. } => Absence::Unexplained,
        }
    }

    /// Whether the account's list of regions was read: what is merely assumed says nothing of the others.
    fn regions_are_listed(&self) -> bool {
        let mut listed = self.regions.values();
        listed.any(|status| matches!(status, RegionStatus::Read | RegionStatus::Off))
    }

    /// Why there is no finding on an access point, told by how far the source was read that lists it.
    fn access_point(&self, horizon: &Horizon, arn: &str, region: Option<&RegionName>) -> Absence {
        if region.and_then(|region| self.regions.get(region)) == Some(&RegionStatus::Off) {
            return Absence::RegionOff;
        }
        let source = match region {
            None => ServiceSource::MultiRegionAccessPoints,
            Some(_) if arn.contains(":s3-object-lambda:") => ServiceSource::ObjectLambdaAccessPoints,
            Some(_) => ServiceSource::AccessPoints,
        };
        let Some(covered) = self.sources.get(&source) else {
            return Absence::PlaceNotListed;
        };
        match covered.status {
            // What AWS does not offer in a region counts as no miss of the source, and is no list of that region either.
            SourceStatus::Read | SourceStatus::PartlyRead if is_elsewhere(covered, region) => Absence::NotListed,
            SourceStatus::NotCollected if horizon.omission.holds(source) => Absence::SourceLeftOut,
            SourceStatus::Read
            | SourceStatus::PartlyRead
            | SourceStatus::Unreadable
            | SourceStatus::NotSubscribed
            | SourceStatus::NotOffered
            | SourceStatus::NotCollected => Absence::PlaceNotListed,
        }
    }
}

/// Whether every gap that a source met was met in other regions; so it is where it met none and every answer is in.
fn is_elsewhere(covered: &SourceCoverage, region: Option<&RegionName>) -> bool {
    let is_elsewhere = |regions: &[RegionName]| match region {
        Some(region) => !regions.is_empty() && !regions.contains(region),
        None => false,
    };
    (covered.status == SourceStatus::Read || !covered.gaps.is_empty())
        && covered.gaps.iter().all(|gap| is_elsewhere(&gap.regions))
}

fn unlisted_bucket(account: &AccountCoverage) -> Absence {
    if has_every_bucket(account) {
        Absence::NotListed
    } else {
        Absence::BucketsNotListed
    }
}

/// Whether the account's buckets were listed to the end, and the run holds all of them.
pub(crate) fn has_every_bucket(account: &AccountCoverage) -> bool {
    account
        .buckets_listed
        .is_some_and(|listed| account.buckets.total() >= listed)
}
