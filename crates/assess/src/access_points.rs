//! The access points of an account, place by place, for the checks that judge each of them.
//!
//! A list that could not be read is a place of which nothing is known, and says so as a finding of its own.

use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{AccessPoints, MultiRegionAccessPoints, ServiceSource};

use crate::services::judged_regions;
use crate::trail::{Trail, Unknown};
use crate::views::{AccountView, Point};

/// Where a list of access points is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// A region, which has a list of its own.
    Region(&'a RegionName),
    /// Those regions that nobody could name.
    UnknownRegions,
    /// The whole account.
    Account,
}

/// The places in which a source lists access points; none for a source that lists something else.
pub(crate) fn places<'a>(source: ServiceSource, account: &AccountView<'a>) -> Vec<Place<'a>> {
    match source {
        ServiceSource::AccessPoints => {
            let mut places: Vec<_> = judged_regions(account.facts).into_iter().map(Place::Region).collect();
            if account.facts.regions.as_gap().is_some() {
                places.push(Place::UnknownRegions);
            }
            places
        }
        ServiceSource::MultiRegionAccessPoints => vec![Place::Account],
        _ => Vec::new(),
    }
}

impl<'a> Place<'a> {
    /// The access points in it.
    pub(crate) fn points(
        self,
        account: &AccountView<'a>,
        trail: &mut Trail<'a>,
    ) -> Result<Vec<Point<'a>>, Unknown<'a>> {
        match self {
            Self::Region(region) => {
                let reading = account.services.in_region::<AccessPoints>(region)?;
                let listed = trail.read(&reading.access_points)?;
                Ok(listed.into_iter().flatten().map(Point::OfRegion).collect())
            }
            Self::UnknownRegions => trail.gap_of(&account.facts.regions).map(|()| Vec::new()),
            Self::Account => {
                let reading = account.services.of_account::<MultiRegionAccessPoints>()?;
                let listed = trail.read(&reading.access_points)?;
                Ok(listed.into_iter().flatten().map(Point::OfRegions).collect())
            }
        }
    }

    /// What a finding is about that says that the list could not be read.
    pub(crate) fn resource(self, account: &AccountId) -> Resource {
        match self {
            Self::Region(region) => Resource::Region {
                account: account.clone(),
                region: region.clone(),
            },
            Self::UnknownRegions | Self::Account => Resource::Account {
                account: account.clone(),
            },
        }
    }

    /// An access point as what a finding is about.
    pub(crate) fn resource_of(self, point: &Point<'_>, account: &AccountView<'_>) -> Resource {
        let id = &account.account.id;
        let partition = account.facts.partition;
        match point {
            Point::OfRegion(point) => {
                let region = match self {
                    Self::Region(region) => Some(region.clone()),
                    Self::UnknownRegions | Self::Account => None,
                };
                let place = region.as_ref().map_or("", RegionName::as_str);
                let made_up = || format!("arn:{partition}:s3:{place}:{id}:accesspoint/{}", point.name);
                Resource::AccessPoint {
                    account: id.clone(),
                    name: point.name.clone(),
                    arn: point.arn.clone().unwrap_or_else(made_up),
                    region,
                }
            }
            Point::OfRegions(point) => Resource::AccessPoint {
                account: id.clone(),
                name: point.name.clone(),
                arn: format!(
                    "arn:{partition}:s3::{id}:accesspoint/{}",
                    point.alias.as_deref().unwrap_or(&point.name)
                ),
                region: None,
            },
        }
    }
}
