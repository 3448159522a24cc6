//! The orchestrator: accounts side by side, buckets side by side, each account's file complete or not there.
//!
//! First every account is opened and its buckets are listed; then the buckets are read, beginning with the accounts that
//! have most of them, because the largest account decides when the run ends. A bucket waits for a place of its region and
//! one of its account before it takes one of the whole run, so that a slow region or account holds few of those.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures::future::{self, BoxFuture, Either, FutureExt, TryFutureExt};
use futures::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;
use s3attest_gateway::{AccountSession, Clock, Gateway};
use s3attest_model::account::{AccountFacts, Region};
use s3attest_model::bucket::{Bucket, BucketSetting, BucketSettings, SettingState};
use s3attest_model::evidence::{Gap, GapCause, Observed};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::{Facts, ServiceRecord, ServiceSource};
use s3attest_snapshot::{AccountEntry, Run, SnapshotError};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::error::CollectError;
use crate::event::{Event, Events};
use crate::once;
use crate::opening::{self, Surroundings};
use crate::references::References;
use crate::sources::account_public_access_block;
use crate::sources::bucket::{BucketRead, read_settings};
use crate::sources::bucket_list::{self, BucketList, ListedBucket};
use crate::sources::service::{ServicePlan, Wishes};

/// What every source needs.
pub(crate) struct Context {
    pub(crate) gateway: Arc<Gateway>,
    clock: Clock,
}

impl Context {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        let clock = Arc::clone(&gateway);
        Self {
            gateway,
            clock: Arc::new(move || clock.now()),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// How much happens at the same time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Accounts that are read at the same time.
    pub accounts: NonZeroUsize,
    /// Buckets that are read at the same time over the whole run.
    pub buckets: NonZeroUsize,
    /// Readings of account services that are made at the same time over the whole run.
    pub readings: NonZeroUsize,
    /// Buckets that are read at the same time in one account.
    pub buckets_in_account: NonZeroUsize,
    /// Buckets that are read at the same time in one region of one account.
    pub buckets_in_region: NonZeroUsize,
}

/// What is collected.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The settings that are read of each bucket.
    pub settings: BTreeSet<BucketSetting>,
    /// The sources that are read of each account.
    pub sources: BTreeSet<ServiceSource>,
    /// What a source does only when it was asked to.
    pub wishes: Wishes,
    /// How much happens at the same time.
    pub limits: Limits,
}

/// How many finished buckets of an account may wait for one that stands before them in the file.
const WAITING_BUCKETS: usize = 64;
/// How many finished buckets of an account may wait for the readings of its services, which stand before them.
const HELD_BUCKETS: usize = 64;

/// An account that was opened, with everything about it that is not about one bucket.
struct Opened {
    facts: AccountFacts,
    session: AccountSession,
    buckets: Vec<ListedBucket>,
}

/// What the tasks of all accounts share.
struct Work {
    context: Context,
    run: Arc<Run>,
    plan: Plan,
    /// Buckets that may be read at the same time over the whole run.
    places: Semaphore,
    /// Readings of account services that may be made at the same time over the whole run.
    reading_places: Semaphore,
    events: Events,
}

/// Reads every selected account that the run does not hold yet, and writes it into the run.
///
/// An account that could not be entered or listed in an earlier session counts as not held: the reason may be mended.
/// Each account is read in a task of its own, so that all processors have something to do; the tasks end with this future.
pub async fn collect(
    gateway: &Arc<Gateway>,
    run: &Arc<Run>,
    accounts: &[Account],
    plan: &Plan,
    events: &Events,
) -> Result<(), CollectError> {
    let work = Arc::new(Work {
        context: Context::new(Arc::clone(gateway)),
        run: Arc::clone(run),
        plan: plan.clone(),
        places: Semaphore::new(plan.limits.buckets.get()),
        reading_places: Semaphore::new(plan.limits.readings.get()),
        events: Arc::clone(events),
    });
    let beside = once::read(&work.context, run, &plan.sources).map_err(CollectError::from);
    future::try_join(collect_accounts(&work, accounts).boxed(), beside.boxed()).await?;
    Ok(())
}

async fn collect_accounts(work: &Arc<Work>, accounts: &[Account]) -> Result<(), CollectError> {
    let Work { run, plan, events, .. } = &**work;
    let mut to_read = Vec::new();
    let mut finished_before = 0;
    for account in accounts
        .iter()
        .filter(|account| account.selection == Selection::Selected)
    {
        if is_finished(run, &account.id)? {
            finished_before += 1;
        } else {
            to_read.push(account.id.clone());
        }
    }
    events(Event::AccountsSelected {
        to_read: to_read.len() as u64,
        finished_before,
    });

    let accounts_at_once = plan.limits.accounts.get();
    let mut opened: Vec<Opened> = Vec::with_capacity(to_read.len());
    let mut opening = Tasks::new(accounts_at_once);
    for account in to_read {
        let work = Arc::clone(work);
        // Boxed, since a task's future is moved several times before it runs.
        let finished = opening.begin(async move { Box::pin(open(&work, account)).await }).await;
        opened.extend(finished.transpose()?.flatten());
    }
    while let Some(account) = opening.next().await {
        opened.extend(account?);
    }

    opened.sort_by(|left, right| {
        let by_size = right.buckets.len().cmp(&left.buckets.len());
        by_size.then_with(|| left.facts.account.cmp(&right.facts.account))
    });
    // Only writing can fail, and a disk that is full stays full: nothing new is begun, and what is complete is kept.
    let mut reading = Tasks::new(accounts_at_once);
    for account in opened {
        let work = Arc::clone(work);
        reading
            .begin(async move { Box::pin(read_account(&work, account)).await })
            .await
            .transpose()?;
    }
    while let Some(outcome) = reading.next().await {
        outcome?;
    }
    Ok(())
}

/// Tasks of which so many run at the same time. Those that still run end when this goes.
struct Tasks<T> {
    running: JoinSet<T>,
    at_once: usize,
}

impl<T: Send + 'static> Tasks<T> {
    fn new(at_once: usize) -> Self {
        Self {
            running: JoinSet::new(),
            at_once,
        }
    }

    /// Begins a task; when as many run as may, one of them is waited for first and handed back.
    async fn begin(&mut self, task: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let finished = if self.running.len() < self.at_once {
            None
        } else {
            self.next().await
        };
        self.running.spawn(task);
        finished
    }

    /// The next task that ends.
    async fn next(&mut self) -> Option<T> {
        let ended = self.running.join_next().await?;
        // Nobody ends a task but this program by a panic of its own, which goes on here.
        Some(ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())))
    }
}

/// Whether the run holds the account, so that another session has nothing to add: it was entered, its buckets were listed,
/// and nothing was left unread because the credentials had come to their end.
fn is_finished(run: &Run, account: &AccountId) -> Result<bool, SnapshotError> {
    let Some(mut reader) = run.account(account)? else {
        return Ok(false);
    };
    let facts = reader.facts();
    if facts.access.as_gap().is_some() || facts.bucket_listing.as_gap().is_some() {
        return Ok(false);
    }
    let expired = |gap: &Gap| gap.cause == GapCause::CredentialsExpired;
    reader.try_fold(true, |finished, entry| {
        let broke_off = match entry? {
            AccountEntry::Bucket(bucket) => bucket
                .settings
                .views()
                .iter()
                .any(|view| matches!(view.state, SettingState::Gap(gap) if expired(gap))),
            AccountEntry::Service(record) => record
                .reading
                .facts()
                .iter()
                .any(|fact| fact.gap().is_some_and(expired)),
        };
        Ok(finished && !broke_off)
    })
}

/// Opens an account; one that cannot be entered is written at once, so that a run that breaks off later has its reason.
async fn open(work: &Work, account: AccountId) -> Result<Option<Opened>, SnapshotError> {
    let Work {
        context, run, events, ..
    } = work;
    let gateway = &context.gateway;
    let home = gateway.home_region();
    let (access, session) = gateway.session(&account).await;
    let Some(session) = session else {
        let facts = opening::refused(gateway, account, access, events);
        write_without_buckets(run, &facts, events)?;
        return Ok(None);
    };
    let (around, public_access_block) = futures::join!(
        opening::look_around(context, &session),
        account_public_access_block::read(context, &session, home),
    );
    session.rest();
    let Surroundings {
        regions,
        assumed_regions,
        list: BucketList { buckets, listing },
    } = around;
    events(Event::BucketsListed {
        account: account.clone(),
        count: buckets.len() as u64,
    });
    let facts = AccountFacts {
        account,
        partition: gateway.partition(),
        access,
        regions,
        assumed_regions,
        bucket_listing: listing,
        public_access_block,
    };
    Ok(Some(Opened {
        facts,
        session,
        buckets,
    }))
}

fn write_without_buckets(run: &Run, facts: &AccountFacts, events: &Events) -> Result<(), SnapshotError> {
    let mut writer = run.account_writer(&facts.account)?;
    writer.facts(facts)?;
    writer.finish()?;
    events(Event::AccountFinished {
        account: facts.account.clone(),
    });
    Ok(())
}

async fn read_account(work: &Work, account: Opened) -> Result<(), SnapshotError> {
    let Opened {
        facts,
        session,
        buckets,
    } = account;
    let mut writer = work.run.account_writer(&facts.account)?;
    writer.facts(&facts)?;
    let limits = work.plan.limits;
    let of_account = (&session, &facts);
    let reader = BucketReader::new(&work.context, of_account, &work.places, limits, &work.plan.settings);
    let services = ServicePlan {
        context: &work.context,
        session: &session,
        facts: &facts,
        wanted: &work.plan.sources,
        wishes: work.plan.wishes,
        only_region: None,
        places: &work.reading_places,
    };
    // In order of the list, so that the file is sorted by name however the answers come in.
    let mut reading = stream::iter(buckets)
        .map(|bucket| reader.read(bucket))
        .buffered(WAITING_BUCKETS)
        .boxed();
    let (records, held) = while_services_are_read(services.read_account().boxed(), &mut reading).await;
    let mut references = References::new(&facts.bucket_listing);
    for record in records {
        references.note_reading(&record.reading);
        writer.service(&record)?;
    }
    let mut held = stream::iter(held).chain(reading);
    while let Some(bucket) = held.next().await {
        references.note_bucket(&bucket);
        writer.bucket(&bucket)?;
        (work.events)(Event::BucketRead);
    }
    drop(held);
    for record in services.read_referenced(&mut references).await {
        writer.service(&record)?;
    }
    writer.finish()?;
    (work.events)(Event::AccountFinished {
        account: facts.account.clone(),
    });
    Ok(())
}

/// Reads services and buckets at the same time, and hands over the buckets that were finished first: no more than may wait.
async fn while_services_are_read(
    mut services: BoxFuture<'_, Vec<ServiceRecord>>,
    buckets: &mut BoxStream<'_, Bucket>,
) -> (Vec<ServiceRecord>, Vec<Bucket>) {
    let mut held = Vec::new();
    while held.len() < HELD_BUCKETS {
        match future::select(&mut services, buckets.next()).await {
            Either::Left((records, _)) => return (records, held),
            Either::Right((Some(bucket), _)) => held.push(bucket),
            Either::Right((None, _)) => break,
        }
    }
    (services.await, held)
}

/// The places of each region of an account.
struct RegionPlaces {
    each: NonZeroUsize,
    places: std::sync::Mutex<BTreeMap<Option<RegionName>, Arc<Semaphore>>>,
}

impl RegionPlaces {
    fn new(each: NonZeroUsize) -> Self {
        Self {
            each,
            places: std::sync::Mutex::default(),
        }
    }

    fn of(&self, region: Option<&RegionName>) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(
            places
                .entry(region.cloned())
                .or_insert_with(|| Arc::new(Semaphore::new(self.each.get()))),
        )
    }
}

/// Reads the buckets of one account.
pub(crate) struct BucketReader<'run> {
    context: &'run Context,
    session: &'run AccountSession,
    facts: &'run AccountFacts,
    places: &'run Semaphore,
    account_places: Semaphore,
    region_places: RegionPlaces,
    settings: &'run BTreeSet<BucketSetting>,
}

impl<'run> BucketReader<'run> {
    pub(crate) fn new(
        context: &'run Context,
        (session, facts): (&'run AccountSession, &'run AccountFacts),
        places: &'run Semaphore,
        limits: Limits,
        settings: &'run BTreeSet<BucketSetting>,
    ) -> Self {
        Self {
            context,
            session,
            facts,
            places,
            account_places: Semaphore::new(limits.buckets_in_account.get()),
            region_places: RegionPlaces::new(limits.buckets_in_region),
            settings,
        }
    }

    pub(crate) async fn read(&self, listed: ListedBucket) -> Bucket {
        let region_place = self.region_places.of(listed.region.as_ref());
        let _region_place = region_place.acquire().await.expect("the places are never closed");
        let _account_place = self
            .account_places
            .acquire()
            .await
            .expect("the places are never closed");
        let _place = self.places.acquire().await.expect("the places are never closed");
        let home = self.context.gateway.home_region();
        let listed_by = &self.facts.bucket_listing.source;
        let region = bucket_list::region(self.context, self.session, home, &listed, listed_by).await;
        let mut settings = match &region.observed {
            Observed::Present(name) if self.is_off(name) => {
                let detail = format!("the region {name} is not enabled for the account");
                BucketSettings::all_gaps(&Gap::new(GapCause::RegionOff, detail))
            }
            Observed::Present(name) => {
                let clock = Arc::clone(&self.context.clock);
                let bucket = BucketRead {
                    client: self.session.s3(name),
                    name: listed.name.to_string(),
                    owner: self.session.account().to_string(),
                    clock,
                };
                read_settings(&bucket, self.settings).await
            }
            Observed::Gap(gap) => BucketSettings::all_gaps(&unknown_region(gap)),
            Observed::Absent => {
                BucketSettings::all_gaps(&Gap::new(GapCause::RegionUnknown, "AWS names no region for the bucket"))
            }
        };
        // What the run was told to leave out is no gap of the region.
        for setting in BucketSetting::ALL
            .iter()
            .filter(|setting| !self.settings.contains(setting))
        {
            settings.withhold(*setting, Gap::new(GapCause::NotCollected, ""));
        }
        Bucket {
            account: self.facts.account.clone(),
            name: listed.name,
            region,
            created_at: listed.created_at,
            settings,
        }
    }

    /// Whether the account's own list says that a region is not enabled. A list that could not be read says nothing.
    fn is_off(&self, name: &RegionName) -> bool {
        match &self.facts.regions.observed {
            Observed::Present(regions) => regions
                .iter()
                .any(|region: &Region| region.name == *name && !region.is_enabled()),
            Observed::Absent | Observed::Gap(_) => false,
        }
    }
}

/// Why nothing could be asked of a bucket whose region is unknown: a bucket that is gone says so itself.
fn unknown_region(gap: &Gap) -> Gap {
    if gap.cause == GapCause::BucketGone {
        return gap.clone();
    }
    let detail = if gap.detail.is_empty() {
        gap.cause.phrase().to_owned()
    } else {
        gap.detail.clone()
    };
    Gap {
        cause: GapCause::RegionUnknown,
        detail,
        blocked_by: gap.blocked_by,
    }
}
