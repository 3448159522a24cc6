//! The sources that are read for an account as a whole: one file a source, one line in the registry below.
//!
//! A source's file lists its operations and reads its part of the account. A refusal inside it becomes a gap in its own
//! reading and touches no other source.

mod access_analyzer;
#[cfg(feature = "change-alarms")]
mod change_alarms;
#[cfg(feature = "cloudfront")]
mod cloudfront;
mod cloudtrail;
#[cfg(feature = "config")]
mod config;
mod directory_buckets;
mod effective_s3_policy;
#[cfg(feature = "guardduty")]
mod guardduty;
#[cfg(feature = "iam")]
mod iam;
mod keys;
#[cfg(feature = "macie")]
mod macie;
mod s3_control;
mod shield;
mod table_buckets;
mod topics;
mod trusted_advisor;
mod vector_buckets;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AccountSession, AllowedOperation, Gateway};
use s3attest_model::account::AccountFacts;
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Reach, Reading, ServiceRecord, ServiceSource};

use tokio::sync::Semaphore;

use self::s3_control::{
    access_grants, access_points, multi_region_access_points, object_lambda_access_points, storage_lens,
};
pub use self::trusted_advisor::RefreshPace;

use crate::opening::enabled_regions;
use crate::orchestrator::Context;
use crate::references::References;

/// How many readings of one account are under way at the same time.
const READINGS_AT_ONCE: usize = 32;

/// Everything that a source needs.
pub(crate) struct ServiceRead<'run> {
    pub(crate) context: &'run Context,
    pub(crate) session: &'run AccountSession,
    /// What was found out about the account before: its regions among others.
    pub(crate) facts: &'run AccountFacts,
    /// The region to ask: the one of the reading, or the partition's own for a source that is read once.
    pub(crate) region: &'run RegionName,
    /// What the account's buckets and earlier readings refer to; empty for a source that does not wait for them.
    pub(crate) references: &'run References,
    /// What only somebody's wish allows.
    pub(crate) wishes: Wishes,
}

impl ServiceRead<'_> {
    pub(crate) fn gateway(&self) -> &Arc<Gateway> {
        &self.context.gateway
    }
}

/// What a source does only when it was asked to, because it is not a read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Trusted Advisor is asked to look again before its answers are read.
    pub refresh_trusted_advisor: bool,
    /// How such a refresh is waited for.
    pub refresh_pace: RefreshPace,
}

impl Wishes {
    /// Everything that can be asked for, at the default pace.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            refresh_trusted_advisor: true,
            ..Self::default()
        }
    }
}

/// One line a source: its module and its name, and `, by wish` where the module has operations in `WISHED` that are called
/// only when somebody asked for it. Behind them, with `@run`, the sources that are read once for the run, whose modules
/// stand beside this one.
macro_rules! registry {
    (@wished $module:ident) => { &[] };
    (@wished $module:ident by wish) => { $module::WISHED };
    (
        $($(#[$built:meta])* $module:ident = $source:ident $(, $by:ident $wish:ident)?;)*
        $(@run $of_run:ident = $run_source:ident;)*
    ) => {
        /// The sources that this build can read: all of them, unless features of the crate were switched off.
        #[must_use]
        pub fn built_sources() -> BTreeSet<ServiceSource> {
            let mut built = BTreeSet::new();
            $($(#[$built])* { built.insert(ServiceSource::$source); })*
            $(built.insert(ServiceSource::$run_source);)*
            built
        }

        /// The operations of one source; none for a source that is not built.
        #[must_use]
        pub fn operations_of(source: ServiceSource) -> &'static [AllowedOperation] {
            $($(#[$built])* {
                if source == ServiceSource::$source {
                    return $module::OPERATIONS;
                }
            })*
            $(if source == ServiceSource::$run_source {
                return crate::sources::$of_run::OPERATIONS;
            })*
            &[]
        }

        /// The operations that a source calls only when somebody asked for it.
        pub(crate) fn operations_by_wish(source: ServiceSource) -> &'static [AllowedOperation] {
            $($(#[$built])* {
                if source == ServiceSource::$source {
                    return registry!(@wished $module $($by $wish)?);
                }
            })*
            &[]
        }

        async fn read(source: ServiceSource, reader: &ServiceRead<'_>) -> Reading {
            $($(#[$built])* {
                // Boxed: otherwise every reading's future would be as large as that of the largest source.
                if source == ServiceSource::$source {
                    return Box::pin($module::read(reader)).await.into();
                }
            })*
            unreachable!("{source} has no reach into accounts, or is not built and so not wanted")
        }
    };
}

registry! {
    #[cfg(feature = "cloudfront")]
    cloudfront = CloudFront;
    effective_s3_policy = EffectiveS3Policy;
    #[cfg(feature = "iam")]
    iam = Iam;
    cloudtrail = CloudTrail;
    #[cfg(feature = "change-alarms")]
    change_alarms = ChangeAlarms;
    shield = Shield;
    trusted_advisor = TrustedAdvisor, by wish;
    topics = Topics;
    #[cfg(feature = "config")]
    config = Config;
    keys = Keys;
    access_points = AccessPoints;
    object_lambda_access_points = ObjectLambdaAccessPoints;
    multi_region_access_points = MultiRegionAccessPoints;
    access_grants = AccessGrants;
    storage_lens = StorageLens;
    directory_buckets = DirectoryBuckets;
    table_buckets = TableBuckets;
    vector_buckets = VectorBuckets;
    access_analyzer = AccessAnalyzer;
    #[cfg(feature = "macie")]
    macie = Macie;
    #[cfg(feature = "guardduty")]
    guardduty = GuardDuty;

    @run organization_policies = OrganizationPolicies;
}

/// What is read of an account's services.
pub(crate) struct ServicePlan<'run> {
    pub(crate) context: &'run Context,
    pub(crate) session: &'run AccountSession,
    pub(crate) facts: &'run AccountFacts,
    pub(crate) wanted: &'run BTreeSet<ServiceSource>,
    pub(crate) wishes: Wishes,
    /// The one region to read; all that are enabled when missing.
    pub(crate) only_region: Option<&'run RegionName>,
    /// Readings that may be made at the same time over the whole run.
    pub(crate) places: &'run Semaphore,
}

impl ServicePlan<'_> {
    /// The readings that need nothing but the account: all sources at the same time, in the order of sources and regions.
    pub(crate) async fn read_account(&self) -> Vec<ServiceRecord> {
        let none = References::new(&self.facts.bucket_listing);
        let of_region = self.wanted_with(Reach::Region);
        let of_account = self.wanted_with(Reach::Account);
        let home = self.context.gateway.partition_region();
        let regions = self.regions();
        let once = of_account.iter().map(|source| (*source, None));
        let in_regions = of_region
            .iter()
            .flat_map(|source| regions.iter().map(|region| (*source, Some(region.clone()))));
        let readings: Vec<_> = once.chain(in_regions).collect();
        let mut records: Vec<ServiceRecord> = stream::iter(readings)
            .map(|(source, region)| self.read_one(source, region, &home, &none))
            .buffered(READINGS_AT_ONCE)
            .collect()
            .await;
        records.sort_by(|left, right| {
            let by_source = left.reading.source().cmp(&right.reading.source());
            by_source.then_with(|| left.region.cmp(&right.region))
        });
        records
    }

    fn read_one<'read>(
        &'read self,
        source: ServiceSource,
        region: Option<RegionName>,
        home: &'read RegionName,
        none: &'read References,
    ) -> BoxFuture<'read, ServiceRecord> {
        async move {
            let _place = self.places.acquire().await.expect("the places are never closed");
            let reading = read(source, &self.reader(region.as_ref().unwrap_or(home), none)).await;
            self.record(region, reading)
        }
        .boxed()
    }

    /// The readings of what the account's buckets and other readings refer to, one source after the other, since a later one
    /// may be referred to by an earlier one.
    pub(crate) async fn read_referenced(&self, references: &mut References) -> Vec<ServiceRecord> {
        let mut records = Vec::new();
        let home = self.context.gateway.partition_region();
        for source in self.wanted_with(Reach::Referenced) {
            let reading = read(source, &self.reader(&home, references)).await;
            references.note_reading(&reading);
            records.push(self.record(None, reading));
        }
        records
    }

    fn reader<'read>(&'read self, region: &'read RegionName, references: &'read References) -> ServiceRead<'read> {
        ServiceRead {
            context: self.context,
            session: self.session,
            facts: self.facts,
            region,
            references,
            wishes: self.wishes,
        }
    }

    fn record(&self, region: Option<RegionName>, reading: Reading) -> ServiceRecord {
        ServiceRecord {
            account: self.facts.account.clone(),
            region,
            reading,
        }
    }

    fn wanted_with(&self, reach: Reach) -> Vec<ServiceSource> {
        self.wanted
            .iter()
            .copied()
            .filter(|source| source.reach() == reach)
            .collect()
    }

    /// The account's enabled regions, or those that were assumed where the list could not be read; or the only one.
    fn regions(&self) -> Vec<RegionName> {
        match self.only_region {
            Some(region) => vec![region.clone()],
            None => enabled_regions(&self.facts.regions, &self.facts.assumed_regions),
        }
    }
}
