//! In which regions accounts have buckets, for the checks that ask something of a region because of the buckets in it.
//!
//! Memory grows with accounts and regions, not with buckets. A region without buckets is certain only where the list of the
//! account's buckets is complete and the region of each is known.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::{Gap, Observed};
use s3attest_model::identifiers::{AccountId, RegionName};

use crate::trail::{Trail, Unknown};

/// The regions of the buckets of a run, by account.
#[derive(Debug, Default)]
pub struct BucketRegions {
    accounts: BTreeMap<AccountId, OfAccount>,
}

#[derive(Debug, Default)]
struct OfAccount {
    regions: BTreeSet<RegionName>,
    /// Why the region of a bucket is not known, for the first such bucket.
    unknown: Option<Gap>,
}

impl BucketRegions {
    /// Notes a bucket.
    pub fn note(&mut self, bucket: &Bucket) {
        if !self.accounts.contains_key(&bucket.account) {
            self.accounts.insert(bucket.account.clone(), OfAccount::default());
        }
        let Some(account) = self.accounts.get_mut(&bucket.account) else {
            return;
        };
        match &bucket.region.observed {
            Observed::Present(region) if !account.regions.contains(region) => {
                account.regions.insert(region.clone());
            }
            Observed::Present(_) | Observed::Absent => {}
            Observed::Gap(gap) => account.unknown = account.unknown.take().or_else(|| Some(gap.clone())),
        }
    }

    /// Whether an account has a bucket in a region. Unknown when none is known to be there, and the list of the account's
    /// buckets is incomplete or the region of one of them could not be found out.
    pub fn has<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        facts: &'a AccountFacts,
        region: &RegionName,
    ) -> Result<bool, Unknown<'a>> {
        let account = self.accounts.get(&facts.account);
        if account.is_some_and(|account| account.regions.contains(region)) {
            return Ok(true);
        }
        trail.read(&facts.bucket_listing)?;
        match account.and_then(|account| account.unknown.as_ref()) {
            Some(gap) => Err(Unknown::of(gap)),
            None => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;

    use super::*;
    use crate::checks::scene::{ACCOUNT, bucket, denied, facts, region, source};

    #[test]
    fn a_region_is_without_buckets_only_where_the_region_of_every_bucket_is_known() {
        let account = facts(ACCOUNT);
        let mut unlisted = facts(ACCOUNT);
        unlisted.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut regions = BucketRegions::default();
        let here = region("eu-central-1");
        let there = region("eu-west-1");
        assert_eq!(regions.has(&mut Trail::new(), &account, &here), Ok(false));
        regions.note(&bucket("known"));
        assert_eq!(regions.has(&mut Trail::new(), &account, &here), Ok(true));
        assert_eq!(regions.has(&mut Trail::new(), &account, &there), Ok(false));
        assert_eq!(regions.has(&mut Trail::new(), &unlisted, &here), Ok(true));
        assert!(regions.has(&mut Trail::new(), &unlisted, &there).is_err());
        let mut somewhere = bucket("somewhere");
        somewhere.region = Evidence::gap(denied(), source("s3.HeadBucket"));
        regions.note(&somewhere);
        assert_eq!(regions.has(&mut Trail::new(), &account, &here), Ok(true));
        assert!(regions.has(&mut Trail::new(), &account, &there).is_err());
    }
}
