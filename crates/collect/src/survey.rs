//! A survey: what there is to read in each account, as far as it takes to say what reading it will cost.
//!
//! It makes the calls with which a collection begins, and no others.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures::stream::{self, StreamExt};
use s3attest_gateway::Gateway;
use s3attest_model::account::{Access, BucketListing, Region};
use s3attest_model::evidence::Evidence;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::organization::{Account, Selection};

use crate::event::{Event, Events};
use crate::opening::{enabled_regions, look_around, refused};
use crate::orchestrator::Context;

/// What there is to read in one account.
#[derive(Debug, Clone)]
pub struct SurveyedAccount {
    /// The account.
    pub account: AccountId,
    /// How it was spoken to; a gap means that nothing else could be asked.
    pub access: Evidence<Access>,
    /// Its regions with their status.
    pub regions: Evidence<Vec<Region>>,
    /// The regions that a scan will read.
    pub enabled_regions: Vec<RegionName>,
    /// Whether the list of buckets is complete.
    pub bucket_listing: Evidence<BucketListing>,
    /// How many buckets the list gave in each region; those without a region are asked for it one by one.
    pub buckets: BTreeMap<Option<RegionName>, u64>,
}

/// Looks at every selected account, in the order of their ids.
pub async fn survey(
    gateway: &Arc<Gateway>,
    accounts: &[Account],
    at_once: NonZeroUsize,
    events: &Events,
) -> Vec<SurveyedAccount> {
    let context = &Context::new(Arc::clone(gateway));
    let selected: Vec<AccountId> = accounts
        .iter()
        .filter(|account| account.selection == Selection::Selected)
        .map(|account| account.id.clone())
        .collect();
    events(Event::AccountsSelected {
        to_read: selected.len() as u64,
        finished_before: 0,
    });
    let mut surveyed: Vec<SurveyedAccount> = stream::iter(selected)
        .map(|account| look_at(context, account, events))
        .buffer_unordered(at_once.get())
        .collect()
        .await;
    surveyed.sort_by(|left, right| left.account.cmp(&right.account));
    surveyed
}

async fn look_at(context: &Context, account: AccountId, events: &Events) -> SurveyedAccount {
    let (access, session) = context.gateway.session(&account).await;
    let surveyed = match session {
        None => {
            let facts = refused(&context.gateway, account.clone(), access, events);
            SurveyedAccount {
                account: facts.account,
                access: facts.access,
                regions: facts.regions,
                enabled_regions: Vec::new(),
                bucket_listing: facts.bucket_listing,
                buckets: BTreeMap::new(),
            }
        }
        Some(session) => {
            let around = Box::pin(look_around(context, &session)).await;
            let mut buckets = BTreeMap::new();
            for bucket in around.list.buckets {
                *buckets.entry(bucket.region).or_default() += 1;
            }
            SurveyedAccount {
                account: account.clone(),
                access,
                enabled_regions: enabled_regions(&around.regions, &around.assumed_regions),
                regions: around.regions,
                bucket_listing: around.list.listing,
                buckets,
            }
        }
    };
    events(Event::AccountFinished { account });
    surveyed
}
