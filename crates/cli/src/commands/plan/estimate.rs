//! How many calls a scan makes, by source and operation.
//!
//! Calls that the plan has made itself are taken from its own ledger: the scan makes them again. The others follow from how
//! often each operation says that it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use s3attest_collect::{Plan, SurveyedAccount, account_operations};
use s3attest_gateway::{AllowedOperation, OWN_OPERATIONS, Per, RateLimits, Unit};
use s3attest_model::bucket::BucketSetting;
use s3attest_model::identifiers::RegionName;
use s3attest_model::ledger::Ledger;
use serde::Serialize;

use crate::permissions::operations_with_wishes;

use super::time::{Place, Time, Work};

/// What is known before the estimate.
pub(super) struct Known<'plan> {
    /// What there is in each account.
    pub(super) accounts: &'plan [SurveyedAccount],
    /// Accounts of the organization.
    pub(super) listed: u64,
    pub(super) plan: &'plan Plan,
    /// What the plan called.
    pub(super) made: &'plan Ledger,
    pub(super) rates: &'plan RateLimits,
    pub(super) open_requests: NonZeroU32,
    pub(super) home: &'plan RegionName,
}

/// How sure a number of calls is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Certainty {
    /// The plan has made the same calls.
    Made,
    /// So many for each of something that was counted.
    Exact,
    /// By an assumption.
    Assumed,
}

/// The calls of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct OperationEstimate {
    pub(super) operation: &'static str,
    pub(super) calls: u64,
    pub(super) certainty: Certainty,
    /// What the number, or its being nothing, rests on.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) assumption: &'static str,
}

/// The calls of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SourceEstimate {
    /// The source's key, or the name of what is always read.
    pub(super) source: &'static str,
    pub(super) operations: Vec<OperationEstimate>,
}

impl SourceEstimate {
    pub(super) fn calls(&self) -> u64 {
        self.operations.iter().map(|each| each.calls).sum()
    }

    /// Those that rest on an assumption.
    pub(super) fn assumed(&self) -> u64 {
        let assumed = self
            .operations
            .iter()
            .filter(|each| each.certainty == Certainty::Assumed);
        assumed.map(|each| each.calls).sum()
    }
}

/// Calls and time of a scan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Estimate {
    pub(super) sources: Vec<SourceEstimate>,
    pub(super) time: Time,
}

/// The two headings of what is read whatever the sources are.
pub(super) const ACCOUNTS: &str = "accounts";
pub(super) const BUCKET_SETTINGS: &str = "bucket-settings";

/// Asked once for each bucket whose region the list does not say, which the survey has counted.
const REGION_OF_BUCKET: &str = "s3.HeadBucket";

impl Estimate {
    pub(super) fn of(known: &Known<'_>) -> Self {
        let mut work = Work::default();
        let left_out: BTreeSet<&'static str> = account_operations()
            .iter()
            .map(|operation| operation.label)
            .filter(|label| {
                let mut settings = BucketSetting::ALL.iter();
                settings.any(|setting| setting.operation().as_str() == *label && !known.plan.settings.contains(setting))
            })
            .collect();
        let of_account: Vec<AllowedOperation> = OWN_OPERATIONS.into_iter().chain(account_operations()).collect();
        let (of_buckets, of_accounts): (Vec<_>, Vec<_>) = of_account
            .into_iter()
            .filter(|operation| !left_out.contains(operation.label))
            .partition(|operation| operation.times.per == Unit::Bucket);
        let mut sources = vec![
            known.source(ACCOUNTS, &of_accounts, true, &mut work),
            known.source(BUCKET_SETTINGS, &of_buckets, false, &mut work),
        ];
        for source in &known.plan.sources {
            let operations = operations_with_wishes(*source, known.plan.wishes);
            sources.push(known.source(source.key(), &operations, false, &mut work));
        }
        let time = Time::of(&work, known.rates, known.plan.limits, known.open_requests);
        Self { sources, time }
    }
}

impl Known<'_> {
    fn source(
        &self,
        source: &'static str,
        operations: &[AllowedOperation],
        may_be_made: bool,
        work: &mut Work,
    ) -> SourceEstimate {
        let operations = operations.iter().map(|operation| {
            let made = self.made.entries.iter().find(|entry| {
                may_be_made && entry.operation.as_str() == operation.label && operation.label != REGION_OF_BUCKET
            });
            let of_run = self.rates.of(operation.class).is_some_and(|rate| rate.per == Per::Run);
            let mut calls = 0;
            for (place, count) in self.places(operation) {
                calls += count;
                if made.is_none() || !of_run {
                    work.add(operation, place, count);
                }
            }
            let (calls, certainty) = match made {
                Some(entry) => {
                    if of_run {
                        work.add(operation, Place::default(), entry.calls);
                    }
                    (entry.calls, Certainty::Made)
                }
                None if operation.label == REGION_OF_BUCKET || operation.times.assumption.is_empty() => {
                    (calls, Certainty::Exact)
                }
                None => (calls, Certainty::Assumed),
            };
            OperationEstimate {
                operation: operation.label,
                calls,
                certainty,
                assumption: if certainty == Certainty::Made {
                    ""
                } else {
                    operation.times.assumption
                },
            }
        });
        SourceEstimate {
            source,
            operations: operations.collect(),
        }
    }

    /// Where an operation is called, and how often there.
    fn places(&self, operation: &AllowedOperation) -> Vec<(Place, u64)> {
        let count = u64::from(operation.times.count);
        let home = || Some(self.home.to_string());
        let entered = || self.accounts.iter().filter(|account| account.access.as_gap().is_none());
        let place = |account: &SurveyedAccount, region: Option<String>| Place {
            account: account.account.to_string(),
            region,
        };
        if operation.label == REGION_OF_BUCKET {
            return entered()
                .map(|account| {
                    let unlisted = account.buckets.get(&None).copied().unwrap_or(0);
                    (place(account, home()), unlisted)
                })
                .collect();
        }
        match operation.times.per {
            Unit::Run => vec![(Place::default(), count)],
            Unit::ListedAccount => vec![(Place::default(), count * self.listed)],
            Unit::Account => entered().map(|account| (place(account, home()), count)).collect(),
            Unit::Region => entered()
                .flat_map(|account| {
                    let regions = account.enabled_regions.iter();
                    regions.map(move |region| (place(account, Some(region.to_string())), count))
                })
                .collect(),
            Unit::Bucket => entered()
                .flat_map(|account| {
                    readable_buckets(account)
                        .into_iter()
                        .map(move |(region, buckets)| (place(account, region), count * buckets))
                })
                .collect(),
        }
    }
}

/// The buckets that are asked, by region: not those in regions that the account has switched off.
fn readable_buckets(account: &SurveyedAccount) -> BTreeMap<Option<String>, u64> {
    let is_off = |name: &RegionName| {
        account.regions.known().ok().flatten().is_some_and(|regions| {
            regions
                .iter()
                .any(|region| region.name == *name && !region.is_enabled())
        })
    };
    account
        .buckets
        .iter()
        .filter(|(region, _)| !region.as_ref().is_some_and(is_off))
        .map(|(region, count)| (region.as_ref().map(ToString::to_string), *count))
        .collect()
}
