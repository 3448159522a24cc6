//! AWS CloudTrail: the trails that one region shows, and what each of them does.
//!
//! Every region shows the trails that were created in it, a shadow of each multi-region trail that was created elsewhere,
//! and the organization's trails (CloudTrail API Reference, `DescribeTrails`). A trail's details are asked once, in its home
//! region; everywhere else the reading names that region and says no more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts, KeyReference};
use crate::evidence::{Evidence, Gap};
use crate::identifiers::{AccountId, BucketName, RegionName};

/// A trail as one region shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Its ARN, which names its home region and the account that it belongs to.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The region in which it was created, and the only one in which its details are asked.
    pub home_region: RegionName,
    /// Whether it logs the events of every region that is on, or those of its home region only.
    pub is_multi_region: bool,
    /// Whether it logs the events of every account of the organization.
    pub is_organization_trail: Option<bool>,
    /// The bucket to which it delivers.
    pub bucket: BucketName,
    /// What the keys of the delivered objects begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Whether digests are delivered by which changed and deleted log files are found out.
    pub validates_log_files: Option<bool>,
    /// The key of KMS that the log files are encrypted with; without one, the bucket's own encryption applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// The ARN of the log group of CloudWatch Logs to which it delivers as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_arn: Option<String>,
    /// The role with which it writes to the log group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_role_arn: Option<String>,
    /// The topic of SNS that is told of each delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// Whether it logs the events of global services such as IAM.
    pub logs_global_services: Option<bool>,
    /// Whether somebody changed what it logs.
    pub has_custom_event_selectors: Option<bool>,
    /// Whether it looks for unusual activity.
    pub has_insight_selectors: Option<bool>,
    /// What more was asked about it here.
    pub details: TrailDetails,
}

/// What was asked about a trail in the region and account that showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "view")]
pub enum TrailDetails {
    /// The region is the trail's home and the account its owner. Where the trail's home is none of the regions that are read
    /// for the account, this stands in the first of those instead, with gaps.
    Home {
        /// Whether it is logging, and how its deliveries go.
        status: Evidence<TrailStatus>,
        /// Which events it logs.
        event_selectors: Evidence<EventSelectors>,
        /// Which unusual activity it looks for; absent when it looks for none.
        insight_selectors: Evidence<Vec<InsightSelector>>,
    },
    /// The region is the home of a trail of the organization that belongs to another account, or the first that is read
    /// where the home is not.
    Organization {
        /// The account that the trail belongs to, which is where all of its details are asked; `None` when the trail's ARN
        /// does not say.
        owner: Option<AccountId>,
        /// Its status as this account is told it.
        status: Evidence<TrailStatus>,
        /// Which events it logs; `None` where CloudTrail tells them to the trail's own account only, as it does to every
        /// member that is not a delegated administrator.
        ///
        /// That is no fact about the trail, and no gap of this account either: the owner is asked, if the run reads the
        /// owner. Whoever judges what the trail logs has to use [`organization_selectors`] and never this member alone.
        event_selectors: Option<Evidence<EventSelectors>>,
    },
    /// The trail's home is another region, and its details are asked there, or told to be missing elsewhere.
    Shadow,
}

/// What a trail did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailStatus {
    /// Whether it is logging.
    pub is_logging: bool,
    /// When logging was last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_logging_at: Option<Timestamp>,
    /// When logging was last stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_logging_at: Option<Timestamp>,
    /// When log files were last delivered to the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// The error of S3 that the last delivery ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_error: Option<String>,
    /// When a digest was last delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_delivered_at: Option<Timestamp>,
    /// The error of S3 that the last delivery of a digest ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_delivery_error: Option<String>,
    /// When events were last delivered to CloudWatch Logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_delivered_at: Option<Timestamp>,
    /// The error of CloudWatch Logs that the last delivery to it ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_delivery_error: Option<String>,
    /// When the topic was last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_at: Option<Timestamp>,
    /// The error of SNS that telling the topic last ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_error: Option<String>,
}

/// Which events a trail logs: it has selectors of one form or of the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSelectors {
    /// The basic ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basic: Vec<BasicEventSelector>,
    /// The advanced ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advanced: Vec<AdvancedEventSelector>,
}

/// A basic event selector.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicEventSelector {
    /// `ReadOnly`, `WriteOnly` or `All`; CloudTrail takes `All` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_write_type: Option<String>,
    /// Whether it selects management events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub includes_management_events: Option<bool>,
    /// The services whose management events are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_management_event_sources: Vec<String>,
    /// The resources whose data events are selected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_resources: Vec<DataResource>,
}

/// Resources of one type in a basic event selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataResource {
    /// The type, such as `AWS::S3::Object`.
    pub resource_type: String,
    /// ARNs and beginnings of ARNs.
    pub values: Vec<String>,
}

/// An advanced event selector: it selects the events that satisfy all of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvancedEventSelector {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What each field of an event must hold.
    pub fields: Vec<FieldSelector>,
}

/// What one field of an event must hold: one of the values of the first three, and none of those of the last three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSelector {
    /// The field, such as `resources.ARN`.
    pub field: String,
    /// Values that it may be equal to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// Values that it may begin with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// Values that it may end with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// Values that it must not be equal to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_equals: Vec<String>,
    /// Values that it must not begin with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_starts_with: Vec<String>,
    /// Values that it must not end with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_ends_with: Vec<String>,
}

/// Unusual activity that a trail looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightSelector {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`.
    pub insight_type: String,
    /// `Management` and `Data`; CloudTrail takes management events where nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_categories: Vec<String>,
}

/// What CloudTrail says of one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudTrail {
    /// The trails that the region shows.
    pub trails: Evidence<Vec<Trail>>,
}

impl CloudTrail {
    /// The trails; none when they could not be listed, which the evidence itself says.
    #[must_use]
    pub fn listed(&self) -> &[Trail] {
        self.trails.known().ok().flatten().map_or(&[], Vec::as_slice)
    }
}

/// What a run knows of the events that an organization's trail logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationSelectors<'readings> {
    /// An account that is told them was asked, and this was the answer.
    Known(&'readings EventSelectors),
    /// An account that is told them was asked, and there was no usable answer.
    Unread(&'readings Gap),
    /// No reading says anything of them: the owner lies outside the run, or its trails could not be listed.
    NotAsked,
}

/// The event selectors of an organization's trail, by its ARN, from all readings of a run: from its owner's, or else from one
/// of a delegated administrator, who is told the same.
pub fn organization_selectors<'readings>(
    readings: impl IntoIterator<Item = &'readings CloudTrail>,
    arn: &str,
) -> OrganizationSelectors<'readings> {
    let mut found = OrganizationSelectors::NotAsked;
    for trail in readings.into_iter().flat_map(CloudTrail::listed) {
        let selectors = match &trail.details {
            TrailDetails::Home { event_selectors, .. }
            | TrailDetails::Organization {
                event_selectors: Some(event_selectors),
                ..
            } if trail.arn == arn => event_selectors,
            _ => continue,
        };
        match selectors.known() {
            Ok(Some(selectors)) => return OrganizationSelectors::Known(selectors),
            // CloudTrail always answers with selectors; an absence would say nothing.
            Ok(None) => {}
            Err(unknown) => found = OrganizationSelectors::Unread(unknown.gap),
        }
    }
    found
}

impl Facts for CloudTrail {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "trails", &self.trails)];
        for trail in self.listed() {
            let arn = trail.arn.as_str();
            match &trail.details {
                TrailDetails::Home {
                    status,
                    event_selectors,
                    insight_selectors,
                } => {
                    facts.push(Fact::new(arn, "status", status));
                    facts.push(Fact::new(arn, "event selectors", event_selectors));
                    facts.push(Fact::new(arn, "insight selectors", insight_selectors));
                }
                TrailDetails::Organization {
                    status,
                    event_selectors,
                    ..
                } => {
                    facts.push(Fact::new(arn, "status", status));
                    if let Some(event_selectors) = event_selectors {
                        facts.push(Fact::new(arn, "event selectors", event_selectors));
                    }
                }
                TrailDetails::Shadow => {}
            }
        }
        facts
    }

    /// The keys of the account's own trails; the key of an organization's trail is told where the trail belongs.
    fn keys(&self) -> Vec<KeyReference> {
        self.listed()
            .iter()
            .filter(|trail| matches!(trail.details, TrailDetails::Home { .. }))
            .filter_map(|trail| {
                Some(KeyReference {
                    region: trail.home_region.clone(),
                    key: trail.kms_key.clone()?,
                })
            })
            .collect()
    }

    fn key_aspects(&self) -> &'static [&'static str] {
        &["trails"]
    }

    /// The topics of the account's own trails.
    fn topics(&self) -> Vec<String> {
        let own = self.listed().iter();
        own.filter(|trail| matches!(trail.details, TrailDetails::Home { .. }))
            .filter_map(|trail| trail.topic_arn.clone())
            .collect()
    }

    fn topic_aspects(&self) -> &'static [&'static str] {
        &["trails"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{GapCause, Operation, Source};

    const ARN: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all";

    fn source() -> Source {
        Source::not_called(Operation::named("cloudtrail.GetEventSelectors"))
    }

    fn refused<T>() -> Evidence<T> {
        Evidence::gap(Gap::new(GapCause::Denied, ""), source())
    }

    fn showing(details: TrailDetails) -> CloudTrail {
        let region = || RegionName::new("eu-west-1").expect("a region");
        let trail = Trail {
            arn: ARN.to_owned(),
            name: "all".to_owned(),
            home_region: region(),
            is_multi_region: true,
            is_organization_trail: Some(true),
            bucket: BucketName::new("trails").expect("a bucket"),
            prefix: None,
            validates_log_files: None,
            kms_key: None,
            log_group_arn: None,
            log_group_role_arn: None,
            topic_arn: None,
            logs_global_services: None,
            has_custom_event_selectors: None,
            has_insight_selectors: None,
            details,
        };
        CloudTrail {
            trails: Evidence::present(vec![trail], source()),
        }
    }

    fn home(event_selectors: Evidence<EventSelectors>) -> CloudTrail {
        showing(TrailDetails::Home {
            status: refused(),
            event_selectors,
            insight_selectors: refused(),
        })
    }

    fn member(event_selectors: Option<Evidence<EventSelectors>>) -> CloudTrail {
        showing(TrailDetails::Organization {
            owner: None,
            status: refused(),
            event_selectors,
        })
    }

    #[test]
    fn what_an_organizations_trail_logs_is_known_from_whoever_is_told() {
        let selectors = EventSelectors::default();
        let told = || Evidence::present(selectors.clone(), source());
        let gap = Gap::new(GapCause::Denied, "");
        let unlisted = CloudTrail { trails: refused() };
        let (known, unread) = (
            OrganizationSelectors::Known(&selectors),
            OrganizationSelectors::Unread(&gap),
        );
        for (readings, expected) in [
            (vec![], OrganizationSelectors::NotAsked),
            (vec![unlisted], OrganizationSelectors::NotAsked),
            (
                vec![member(None), showing(TrailDetails::Shadow)],
                OrganizationSelectors::NotAsked,
            ),
            (vec![member(None), home(refused())], unread),
            (vec![home(refused()), member(None)], unread),
            (vec![member(None), home(told())], known),
            (vec![home(refused()), member(Some(told()))], known),
        ] {
            assert_eq!(organization_selectors(&readings, ARN), expected, "{readings:?}");
        }
        let readings = [home(told())];
        assert_eq!(
            organization_selectors(&readings, "another"),
            OrganizationSelectors::NotAsked
        );
    }
}
