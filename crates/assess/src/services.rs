//! What account services said: of one account, and of those things that reach across accounts.
//!
//! A reading that is not there is unknown, whatever the reason. The readings of one account are in memory while the account is
//! judged; of all accounts only the organization's trails, what analyzers found, where trails deliver to and distributions fetch
//! from, the metric filters that may notice changes and the regions of buckets are kept.

use std::collections::BTreeMap;

use s3attest_model::account::{AccountFacts, Region};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::access_analyzer::exposures::Exposures;
use s3attest_model::services::{
    CloudTrail, EventSelectors, Lacking, MetricFilters, OfSource, Reading, ServiceRecord, TrailDetails,
};

use crate::bucket_regions::BucketRegions;
use crate::deliveries::Deliveries;
use crate::origins::Origins;
use crate::trail::{Trail, Unknown};

/// What the services of one account said.
#[derive(Debug, Clone, Copy)]
pub struct ServicesView<'a> {
    facts: &'a AccountFacts,
    records: &'a [ServiceRecord],
}

impl<'a> ServicesView<'a> {
    /// The readings of an account.
    #[must_use]
    pub const fn new(facts: &'a AccountFacts, records: &'a [ServiceRecord]) -> Self {
        Self { facts, records }
    }

    /// What a source said that is read once for the account.
    pub fn of_account<S: OfSource>(&self) -> Result<&'a S, Unknown<'a>> {
        self.find(None)
    }

    /// What a source said in one region.
    pub fn in_region<S: OfSource>(&self, region: &RegionName) -> Result<&'a S, Unknown<'a>> {
        self.find(Some(region))
    }

    /// What a source said in every region that the account has enabled. Unknown where one of them was not read, or where
    /// nobody knows which they are.
    pub fn in_every_region<S: OfSource>(
        &self,
        trail: &mut Trail<'a>,
    ) -> Result<Vec<(&'a RegionName, &'a S)>, Unknown<'a>> {
        let regions = self.regions(trail)?;
        let read = regions.into_iter().map(|region| Ok((region, self.in_region(region)?)));
        read.collect()
    }

    /// What a source said in each region that was read: some of them at least. For a check that one region can settle.
    pub fn in_some_regions<S: OfSource + 'a>(&self) -> impl Iterator<Item = (&'a RegionName, &'a S)> {
        let records = self.records.iter();
        records.filter_map(|record| Some((record.region.as_ref()?, S::of(&record.reading)?)))
    }

    /// The regions that the account has enabled.
    pub fn regions(&self, trail: &mut Trail<'a>) -> Result<Vec<&'a RegionName>, Unknown<'a>> {
        let listed = trail.read(&self.facts.regions)?.map_or(&[][..], Vec::as_slice);
        let enabled = listed.iter().filter(|region| region.is_enabled());
        Ok(enabled.map(|region| &region.name).collect())
    }

    fn find<S: OfSource>(&self, region: Option<&RegionName>) -> Result<&'a S, Unknown<'a>> {
        let records = self.records.iter();
        let mut found = records.filter(|record| record.region.as_ref() == region);
        found
            .find_map(|record| S::of(&record.reading))
            .ok_or_else(|| Unknown::because(Lacking::Reading(S::SOURCE, region).gap()))
    }
}

/// The regions in which something of an account is judged: those that it has enabled, or those that were assumed where nobody
/// could say.
pub(crate) fn judged_regions(facts: &AccountFacts) -> Vec<&RegionName> {
    match &facts.regions.observed {
        Observed::Present(listed) => {
            let enabled = listed.iter().filter(|region: &&Region| region.is_enabled());
            enabled.map(|region| &region.name).collect()
        }
        Observed::Absent | Observed::Gap(_) => facts.assumed_regions.iter().collect(),
    }
}

/// What services said that reaches across accounts.
#[derive(Debug, Default)]
pub struct AcrossAccounts {
    /// Readings of CloudTrail that tell what an organization's trail logs, with the accounts that they are of.
    pub trails: Vec<(AccountId, CloudTrail)>,
    /// The first reading that showed each trail of the organization where its details are asked, whoever was asked: its status
    /// is told to every account.
    pub shown: Vec<(AccountId, CloudTrail)>,
    /// The first reading that showed no trail of the organization which logs every region. Each account is shown those.
    pub without: Option<(AccountId, CloudTrail)>,
    /// What analyzers found, by bucket.
    pub exposures: Exposures,
    /// In which regions accounts have buckets.
    pub bucket_regions: BucketRegions,
    /// To which buckets trails deliver.
    pub deliveries: Deliveries,
    /// From which buckets distributions fetch.
    pub origins: Origins,
    /// The metric filters of each account and region, among which those of the log group of the organization's trail are.
    pub metric_filters: BTreeMap<(AccountId, RegionName), Evidence<MetricFilters>>,
}

impl AcrossAccounts {
    /// Keeps of a reading what other accounts are judged by.
    pub fn note(&mut self, record: &ServiceRecord) {
        self.exposures.note(record);
        self.deliveries.note(record);
        self.origins.note(record);
        if let (Reading::ChangeAlarms(alarms), Some(region)) = (&record.reading, &record.region) {
            let place = (record.account.clone(), region.clone());
            self.metric_filters.insert(place, alarms.metric_filters.clone());
        }
        let Reading::CloudTrail(trails) = &record.reading else {
            return;
        };
        if tells_of_the_organization(trails) {
            self.trails.push((record.account.clone(), (**trails).clone()));
        }
        let of_organization = |trails: &CloudTrail| -> Vec<String> {
            let listed = trails.listed().iter();
            let asked = listed
                .filter(|trail| trail.is_organization_trail == Some(true) && trail.details != TrailDetails::Shadow);
            asked.map(|trail| trail.arn.clone()).collect()
        };
        let known: Vec<String> = self
            .shown
            .iter()
            .flat_map(|(_, trails)| of_organization(trails))
            .collect();
        if of_organization(trails).iter().any(|arn| !known.contains(arn)) {
            self.shown.push((record.account.clone(), (**trails).clone()));
        }
        if self.without.is_none() && matches!(trails.trails.observed, Observed::Present(_)) {
            let mut listed = trails.listed().iter();
            // Where it is not said whether a trail is the organization's, nothing follows.
            let may_be = listed.any(|trail| trail.is_multi_region && trail.is_organization_trail != Some(false));
            if !may_be {
                self.without = Some((record.account.clone(), (**trails).clone()));
            }
        }
    }

    /// Which events an organization's trail logs, by its ARN, as an account was told that is told it: its owner or a delegated
    /// administrator. Unknown when no such account was read, or none of them got an answer.
    pub fn event_selectors<'a>(&'a self, trail: &mut Trail<'a>, arn: &str) -> Result<&'a EventSelectors, Unknown<'a>> {
        let mut unread = None;
        for details in self.details_of(arn) {
            let (TrailDetails::Home { event_selectors, .. }
            | TrailDetails::Organization {
                event_selectors: Some(event_selectors),
                ..
            }) = details
            else {
                continue;
            };
            // An account that got no answer counts only where no other got one.
            if event_selectors.as_gap().is_some() {
                unread = unread.or(Some(event_selectors));
            } else if let Some(selectors) = trail.read_of(arn.to_owned(), event_selectors)? {
                return Ok(selectors);
            }
        }
        if let Some(unread) = unread {
            trail.read_of(arn.to_owned(), unread)?;
        }
        let detail = format!(
            "which events the trail {arn} of the organization logs is told to its owner and to delegated administrators, and \
             none of them was read"
        );
        Err(Unknown::because(Gap::new(GapCause::OutsideScan, detail)))
    }

    /// What was asked about an organization's trail in the accounts that are told more than every member.
    pub fn details_of(&self, arn: &str) -> impl Iterator<Item = &TrailDetails> {
        let trails = self.trails.iter().flat_map(|(_, trails)| trails.listed());
        trails.filter(move |trail| trail.arn == arn).map(|trail| &trail.details)
    }

    /// Notes an account that could not be read: what its analyzers, trails and distributions would have said is not
    /// known.
    pub fn not_read(&mut self, account: &AccountId, gap: &Gap) {
        self.exposures.not_read(account, gap);
        self.deliveries.lacks(account, gap);
        self.origins.lacks(account, gap);
    }
}

/// Whether a reading tells more of an organization's trail than every member account is told.
fn tells_of_the_organization(reading: &CloudTrail) -> bool {
    let Observed::Present(trails) = &reading.trails.observed else {
        return false;
    };
    trails.iter().any(|trail| {
        trail.is_organization_trail == Some(true)
            && match &trail.details {
                TrailDetails::Home { .. } => true,
                TrailDetails::Organization { event_selectors, .. } => event_selectors.is_some(),
                TrailDetails::Shadow => false,
            }
    })
}
