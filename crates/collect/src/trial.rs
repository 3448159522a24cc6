//! A trial: everything that a scan would read of an account, asked once and kept nowhere, to see what is refused.
//!
//! The settings of buckets are read of one bucket: what a role may do seldom differs between buckets, and a scan finds out where
//! it does. Sources that are read in every region are asked in one, unless somebody wants to know of all: service control
//! policies that close regions are common, and where they are not, one region says what the others do.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use s3attest_gateway::Gateway;
use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::ServiceRecord;
use tokio::sync::Semaphore;

use crate::event::{Event, Events};
use crate::opening::{look_around, refused};
use crate::orchestrator::{BucketReader, Context, Plan};
use crate::references::References;
use crate::sources::account_public_access_block;
use crate::sources::bucket_list::ListedBucket;
use crate::sources::service::ServicePlan;

/// What came of asking one account.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The account as a whole.
    pub facts: AccountFacts,
    /// One bucket with its settings; `None` when the list gave none.
    pub bucket: Option<Bucket>,
    /// A reading of each source.
    pub services: Vec<ServiceRecord>,
}

/// Where the sources of regions are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriedRegions {
    /// In the region that the run begins in.
    One,
    /// In every region that the account has enabled.
    Every,
}

/// What the trials of all accounts share.
struct Work<'run> {
    regions: TriedRegions,
    context: Context,
    plan: &'run Plan,
    places: Semaphore,
    reading_places: Semaphore,
    events: &'run Events,
}

/// Tries every selected account and hands each trial over as it ends, so that nothing is held of the accounts that are done.
/// What is made of them comes back in the order of the accounts' ids.
pub async fn try_out<T>(
    gateway: &Arc<Gateway>,
    accounts: &[Account],
    plan: &Plan,
    regions: TriedRegions,
    events: &Events,
    look: impl Fn(Trial) -> T,
) -> Vec<T> {
    let selected: Vec<AccountId> = accounts
        .iter()
        .filter(|account| account.selection == Selection::Selected)
        .map(|account| account.id.clone())
        .collect();
    events(Event::AccountsSelected {
        to_read: selected.len() as u64,
        finished_before: 0,
    });
    let work = Work {
        regions,
        context: Context::new(Arc::clone(gateway)),
        plan,
        places: Semaphore::new(plan.limits.buckets.get()),
        reading_places: Semaphore::new(plan.limits.readings.get()),
        events,
    };
    let mut trials: Vec<(AccountId, T)> = stream::iter(selected)
        .map(|account| Box::pin(try_account(&work, account)))
        .buffer_unordered(plan.limits.accounts.get())
        .map(|trial| (trial.facts.account.clone(), look(trial)))
        .collect()
        .await;
    trials.sort_by(|left, right| left.0.cmp(&right.0));
    trials.into_iter().map(|(_, made)| made).collect()
}

async fn try_account(work: &Work<'_>, account: AccountId) -> Trial {
    let gateway = &work.context.gateway;
    let home = gateway.home_region();
    let (access, session) = gateway.session(&account).await;
    let finished = Event::AccountFinished {
        account: account.clone(),
    };
    let Some(session) = session else {
        let facts = refused(gateway, account, access, work.events);
        (work.events)(finished);
        return Trial {
            facts,
            bucket: None,
            services: Vec::new(),
        };
    };
    let (around, public_access_block) = futures::join!(
        look_around(&work.context, &session),
        account_public_access_block::read(&work.context, &session, home),
    );
    let facts = AccountFacts {
        account,
        partition: gateway.partition(),
        access,
        regions: around.regions,
        assumed_regions: around.assumed_regions,
        bucket_listing: around.list.listing,
        public_access_block,
    };
    let services = ServicePlan {
        context: &work.context,
        session: &session,
        facts: &facts,
        wanted: &work.plan.sources,
        wishes: work.plan.wishes,
        only_region: match work.regions {
            TriedRegions::One => Some(home),
            TriedRegions::Every => None,
        },
        places: &work.reading_places,
    };
    let of_account = (&session, &facts);
    let limits = work.plan.limits;
    let reader = BucketReader::new(&work.context, of_account, &work.places, limits, &work.plan.settings);
    let bucket = async {
        match one_of(around.list.buckets, home) {
            Some(listed) => Some(reader.read(listed).await),
            None => None,
        }
    };
    let (mut records, bucket) = futures::join!(services.read_account(), bucket);
    let mut references = References::new(&facts.bucket_listing);
    for record in &records {
        references.note_reading(&record.reading);
    }
    if let Some(bucket) = &bucket {
        references.note_bucket(bucket);
    }
    records.extend(services.read_referenced(&mut references).await);
    (work.events)(finished);
    Trial {
        services: records,
        facts,
        bucket,
    }
}

/// The bucket that is read: the first in the region that is asked, or else the first of all.
fn one_of(buckets: Vec<ListedBucket>, home: &RegionName) -> Option<ListedBucket> {
    let at = buckets.iter().position(|bucket| bucket.region.as_ref() == Some(home));
    buckets.into_iter().nth(at.unwrap_or(0))
}
