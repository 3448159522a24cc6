//! Opening an account: its regions and its list of buckets, or what is left to say when it cannot be entered.

use std::collections::BTreeSet;

use s3attest_gateway::{AccountSession, Gateway, enabled_by_default};
use s3attest_model::account::{Access, AccountFacts, Region};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::identifiers::{AccountId, RegionName};

use crate::event::{Event, Events};
use crate::orchestrator::Context;
use crate::sources::bucket_list::{self, BucketList};
use crate::sources::regions;

/// What there is to read in an account.
pub(crate) struct Surroundings {
    pub(crate) regions: Evidence<Vec<Region>>,
    /// The regions that are taken as enabled where `regions` is a gap.
    pub(crate) assumed_regions: Vec<RegionName>,
    pub(crate) list: BucketList,
}

/// Lists the regions and the buckets of an account.
pub(crate) async fn look_around(context: &Context, session: &AccountSession) -> Surroundings {
    let home = context.gateway.home_region();
    let (regions, list) = futures::join!(
        regions::read(context, session, home),
        bucket_list::list(context, session, home),
    );
    let assumed_regions = if regions.as_gap().is_some() {
        // A bucket that lies in a region shows that the account has, or had, it enabled.
        let of_buckets = list.buckets.iter().filter_map(|bucket| bucket.region.clone());
        let assumed: BTreeSet<RegionName> = enabled_by_default(context.gateway.partition())
            .into_iter()
            .chain(of_buckets)
            .collect();
        assumed.into_iter().collect()
    } else {
        Vec::new()
    };
    Surroundings {
        regions,
        assumed_regions,
        list,
    }
}

/// The regions to read: those that the account has enabled, or those that are assumed where nobody could say.
pub(crate) fn enabled_regions(regions: &Evidence<Vec<Region>>, assumed: &[RegionName]) -> Vec<RegionName> {
    match &regions.observed {
        Observed::Present(listed) => listed
            .iter()
            .filter(|region| region.is_enabled())
            .map(|region| region.name.clone())
            .collect(),
        Observed::Absent | Observed::Gap(_) => assumed.to_vec(),
    }
}

/// The facts of an account that could not be entered: gaps that say why.
pub(crate) fn refused(
    gateway: &Gateway,
    account: AccountId,
    access: Evidence<Access>,
    events: &Events,
) -> AccountFacts {
    let gap = access
        .as_gap()
        .cloned()
        .unwrap_or_else(|| Gap::new(GapCause::NoSession, ""));
    events(Event::AccountRefused {
        account: account.clone(),
        cause: gap.cause,
        detail: gap.detail.clone(),
    });
    AccountFacts {
        account,
        partition: gateway.partition(),
        access,
        regions: not_asked("account.ListRegions", &gap),
        assumed_regions: Vec::new(),
        bucket_listing: not_asked("s3.ListBuckets", &gap),
        public_access_block: not_asked("s3control.GetPublicAccessBlock", &gap),
    }
}

/// What could not be asked for want of a session.
fn not_asked<T>(operation: &'static str, refusal: &Gap) -> Evidence<T> {
    let gap = Gap {
        cause: GapCause::NoSession,
        ..refusal.clone()
    };
    Evidence::gap(gap, Source::not_called(Operation::named(operation)))
}
