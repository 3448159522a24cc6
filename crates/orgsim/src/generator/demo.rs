//! The organization of a demonstration: small enough for a minute, with something wrong in many ways.
//!
//! It is a generated organization with troubles laid over it, each at a fixed account.

use super::GeneratorOptions;
use crate::scenario::{
    Account, AccountState, Bucket, Fault, FaultKind, Latency, RateLimit, RateLimits, Refuser, Region, RegionStatus,
    Scenario,
};

/// The troubles, by the position of the account that has them.
const DENIED_ROLE: usize = 13;
const SUSPENDED: usize = 8;
const ACL_DENIED: usize = 6;
const BUCKET_DELETED: usize = 5;
const THROTTLED: usize = 9;
const REGION_OFF: usize = 10;
/// An opt-in region in which an account has buckets and which it has switched off.
const OFF: &str = "eu-south-1";

impl Scenario {
    /// A company with fourteen accounts and a few hundred buckets: one account whose role refuses, one suspended, one where
    /// a service control policy keeps `GetBucketAcl` from being read, one with a bucket that is deleted between list and
    /// read, one that is throttled, and one with a bucket in a region that is off.
    #[must_use]
    pub fn demo() -> Self {
        let mut scenario = GeneratorOptions {
            accounts: 14,
            buckets_per_account: 24,
            regions: 4,
            seed: 20_261_120,
            company: "meridian".to_owned(),
            ..GeneratorOptions::default()
        }
        .generate();
        scenario.latency = Latency {
            fixed_milliseconds: 2,
            jitter_milliseconds: 6,
        };
        let suspended = scenario
            .organization
            .iter()
            .flat_map(|organization| &organization.units);
        let suspended = suspended
            .filter(|unit| unit.name == "suspended")
            .map(|unit| unit.id.clone())
            .next();
        let account = &mut scenario.accounts[SUSPENDED];
        account.state = AccountState::Suspended;
        account.unit = suspended;
        let throttled = &mut scenario.accounts[THROTTLED];
        throttled.rate_limits = Some(RateLimits {
            s3: Some(RateLimit {
                per_second: 60.0,
                burst: 20,
            }),
            ..RateLimits::default()
        });
        switch_off(&mut scenario.accounts[REGION_OFF]);
        let id = |at: usize| Some(scenario.accounts[at].id.clone());
        let deleted = scenario.accounts[BUCKET_DELETED]
            .buckets
            .last()
            .map(|bucket| bucket.name.clone());
        let faults = vec![
            Fault {
                account: id(DENIED_ROLE),
                ..Fault::everywhere(FaultKind::RoleDenied)
            },
            Fault {
                account: id(ACL_DENIED),
                operation: Some("GetBucketAcl".to_owned()),
                ..Fault::everywhere(FaultKind::Denied(Refuser::ServiceControlPolicy))
            },
            Fault {
                account: id(BUCKET_DELETED),
                bucket: deleted,
                ..Fault::everywhere(FaultKind::BucketDeleted)
            },
        ];
        scenario.faults = faults;
        scenario
    }
}

/// Gives an account a bucket in a region that it has switched off since.
fn switch_off(account: &mut Account) {
    account.regions.push(Region {
        name: OFF.to_owned(),
        status: RegionStatus::Disabled,
    });
    if let Some(first) = account.buckets.first() {
        let bucket = Bucket {
            name: format!("{}-milan", first.name),
            region: OFF.to_owned(),
            ..first.clone()
        };
        account.buckets.push(bucket);
    }
}
