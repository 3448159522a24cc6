//! AWS CloudTrail: the trails that a region shows, and the details of those whose home it is.
//!
//! A multi-region trail is shown in every region and an organization's trail in every account. Details are asked only in a
//! trail's home region. For the trail of another account, what the CloudTrail API Reference says a member may ask is asked
//! (`GetTrailStatus`, with the whole ARN), and the event selectors, which a delegated administrator is told.

use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::identifiers::{AccountId, BucketName, RegionName};
use s3attest_model::services::{
    AdvancedEventSelector, BasicEventSelector, CloudTrail, DataResource, EventSelectors, FieldSelector,
    InsightSelector, Trail, TrailDetails, TrailStatus,
};

use super::ServiceRead;
use crate::opening::enabled_regions;
use crate::sources::bucket_list::timestamp;

/// How many trails are asked about at the same time; few accounts have more than five in a region.
const TRAILS_AT_ONCE: usize = 8;

const fn cloudtrail_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "CloudTrail",
        name,
        label,
        actions,
        class: "cloudtrail",
        in_session: true,
        times,
    }
}

const TRAILS: AllowedOperation = cloudtrail_read(
    "DescribeTrails",
    "cloudtrail.DescribeTrails",
    &["cloudtrail:DescribeTrails"],
    Times::each(Unit::Region),
);
const STATUS: AllowedOperation = cloudtrail_read(
    "GetTrailStatus",
    "cloudtrail.GetTrailStatus",
    &["cloudtrail:GetTrailStatus"],
    Times::about(
        2,
        Unit::Account,
        "a trail of its own and one of the organization in each account",
    ),
);
const EVENT_SELECTORS: AllowedOperation = cloudtrail_read(
    "GetEventSelectors",
    "cloudtrail.GetEventSelectors",
    &["cloudtrail:GetEventSelectors"],
    Times::about(
        2,
        Unit::Account,
        "a trail of its own and one of the organization in each account",
    ),
);
const INSIGHT_SELECTORS: AllowedOperation = cloudtrail_read(
    "GetInsightSelectors",
    "cloudtrail.GetInsightSelectors",
    &["cloudtrail:GetInsightSelectors"],
    Times::seldom("once for each trail that looks for unusual activity"),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[TRAILS, STATUS, EVENT_SELECTORS, INSIGHT_SELECTORS];

/// With this code CloudTrail says that a trail looks for no unusual activity (CloudTrail API Reference,
/// `GetInsightSelectors`).
const NO_INSIGHTS: [&str; 1] = ["InsightNotEnabledException"];

/// With these codes CloudTrail answers a member that asks for the event selectors of the organization's trail: it does not
/// know the trail in the member, or takes the ARN for a wrong one.
const TOLD_TO_THE_OWNER_ONLY: [&str; 2] = ["TrailNotFoundException", "CloudTrailARNInvalidException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> CloudTrail {
    let client = &reader.session.cloudtrail(reader.region);
    let Evidence { observed, source } = observe(
        TRAILS.operation(),
        &[],
        client.describe_trails().include_shadow_trails(true).send().await,
        reader.context.now(),
        |output| {
            let listed = output
                .trail_list
                .ok_or(Malformed("the answer holds no list of trails"))?;
            listed.into_iter().map(shown).collect::<Result<Vec<_>, _>>().map(Some)
        },
    );
    let asking = Asking {
        reader,
        client,
        source: &source,
    };
    let observed = match observed {
        Observed::Present(trails) => {
            let asked = stream::iter(trails).map(|trail| asking.details(trail).boxed());
            let mut trails: Vec<Trail> = asked.buffered(TRAILS_AT_ONCE).collect().await;
            trails.sort_by(|left, right| left.arn.cmp(&right.arn));
            Observed::Present(trails)
        }
        Observed::Absent => Observed::Absent,
        Observed::Gap(gap) => Observed::Gap(gap),
    };
    CloudTrail {
        trails: Evidence { observed, source },
    }
}

/// A trail as `DescribeTrails` shows it, before anything more is asked about it.
fn shown(trail: aws_sdk_cloudtrail::types::Trail) -> Result<Trail, Malformed> {
    let home_region = trail.home_region.ok_or(Malformed("a trail has no home region"))?;
    let bucket = trail.s3_bucket_name.ok_or(Malformed("a trail has no bucket"))?;
    Ok(Trail {
        arn: trail.trail_arn.ok_or(Malformed("a trail has no ARN"))?,
        name: trail.name.ok_or(Malformed("a trail has no name"))?,
        home_region: RegionName::new(home_region).map_err(|_| Malformed("a trail's home is not a region"))?,
        is_multi_region: trail
            .is_multi_region_trail
            .ok_or(Malformed("it is not said whether a trail covers every region"))?,
        is_organization_trail: trail.is_organization_trail,
        bucket: BucketName::new(bucket).map_err(|_| Malformed("a trail's bucket has no bucket's name"))?,
        prefix: trail.s3_key_prefix,
        validates_log_files: trail.log_file_validation_enabled,
        kms_key: trail.kms_key_id,
        log_group_arn: trail.cloud_watch_logs_log_group_arn,
        log_group_role_arn: trail.cloud_watch_logs_role_arn,
        topic_arn: trail.sns_topic_arn,
        logs_global_services: trail.include_global_service_events,
        has_custom_event_selectors: trail.has_custom_event_selectors,
        has_insight_selectors: trail.has_insight_selectors,
        details: TrailDetails::Shadow,
    })
}

/// The account in a trail's ARN.
fn owner(arn: &str) -> Option<AccountId> {
    AccountId::new(arn.split(':').nth(4)?).ok()
}

/// What asking about one trail needs.
struct Asking<'read> {
    reader: &'read ServiceRead<'read>,
    client: &'read aws_sdk_cloudtrail::Client,
    /// The call that listed the trails.
    source: &'read Source,
}

impl Asking<'_> {
    /// Asks what may be asked about a trail here.
    async fn details(&self, mut trail: Trail) -> Trail {
        let owner = owner(&trail.arn);
        if trail.home_region != *self.reader.region {
            if let Some(gap) = self.unasked(&trail.home_region) {
                trail.details = self.untold(&trail, owner, &gap);
            }
            return trail;
        }
        trail.details = if owner.as_ref() == Some(self.reader.session.account()) {
            TrailDetails::Home {
                status: self.status(&trail.arn).await,
                event_selectors: self.event_selectors(&trail.arn).await,
                insight_selectors: if trail.has_insight_selectors == Some(false) {
                    // The list said so already.
                    Evidence::absent(self.source.clone())
                } else {
                    self.insight_selectors(&trail.arn).await
                },
            }
        } else {
            let selectors = self.event_selectors(&trail.arn).await;
            let code = selectors.source.code.as_deref();
            let is_told = !code.is_some_and(|code| TOLD_TO_THE_OWNER_ONLY.contains(&code));
            TrailDetails::Organization {
                owner,
                status: self.status(&trail.arn).await,
                event_selectors: is_told.then_some(selectors),
            }
        };
        trail
    }

    /// Why a trail's home is asked nowhere, where that is so; told in the first of the account's regions only, so that it
    /// counts once.
    fn unasked(&self, home: &RegionName) -> Option<Gap> {
        let facts = self.reader.facts;
        let asked = enabled_regions(&facts.regions, &facts.assumed_regions);
        if asked.first() != Some(self.reader.region) || asked.contains(home) {
            return None;
        }
        Some(match &facts.regions.observed {
            Observed::Present(listed) if listed.iter().any(|region| region.name == *home) => Gap::new(
                GapCause::RegionOff,
                format!("the trail's home region {home} is off for the account"),
            ),
            _ => Gap::new(
                GapCause::RegionUnknown,
                format!("the trail's home region {home} is not among the regions that are known of the account"),
            ),
        })
    }

    /// The details of a trail that is asked about nowhere.
    fn untold(&self, trail: &Trail, owner: Option<AccountId>, gap: &Gap) -> TrailDetails {
        fn missing<T>(gap: &Gap, operation: &AllowedOperation) -> Evidence<T> {
            Evidence::gap(gap.clone(), Source::not_called(operation.operation()))
        }
        if owner.as_ref() == Some(self.reader.session.account()) {
            TrailDetails::Home {
                status: missing(gap, &STATUS),
                event_selectors: missing(gap, &EVENT_SELECTORS),
                insight_selectors: if trail.has_insight_selectors == Some(false) {
                    Evidence::absent(self.source.clone())
                } else {
                    missing(gap, &INSIGHT_SELECTORS)
                },
            }
        } else {
            TrailDetails::Organization {
                owner,
                status: missing(gap, &STATUS),
                event_selectors: None,
            }
        }
    }

    async fn status(&self, arn: &str) -> Evidence<TrailStatus> {
        observe(
            STATUS.operation(),
            &[],
            self.client.get_trail_status().name(arn).send().await,
            self.reader.context.now(),
            |output| {
                Ok(Some(TrailStatus {
                    is_logging: output
                        .is_logging
                        .ok_or(Malformed("it is not said whether the trail is logging"))?,
                    started_logging_at: moment(output.start_logging_time)?,
                    stopped_logging_at: moment(output.stop_logging_time)?,
                    delivered_at: moment(output.latest_delivery_time)?,
                    delivery_error: said(output.latest_delivery_error),
                    digest_delivered_at: moment(output.latest_digest_delivery_time)?,
                    digest_delivery_error: said(output.latest_digest_delivery_error),
                    log_group_delivered_at: moment(output.latest_cloud_watch_logs_delivery_time)?,
                    log_group_delivery_error: said(output.latest_cloud_watch_logs_delivery_error),
                    notified_at: moment(output.latest_notification_time)?,
                    notification_error: said(output.latest_notification_error),
                }))
            },
        )
    }

    async fn event_selectors(&self, arn: &str) -> Evidence<EventSelectors> {
        observe(
            EVENT_SELECTORS.operation(),
            &[],
            self.client.get_event_selectors().trail_name(arn).send().await,
            self.reader.context.now(),
            |output| {
                // A trail has selectors of one form or of the other, and CloudTrail leaves out the other.
                let (basic, advanced) = match (output.event_selectors, output.advanced_event_selectors) {
                    (None, None) => return Err(Malformed("the answer holds no event selectors of either form")),
                    (basic, advanced) => (basic.unwrap_or_default(), advanced.unwrap_or_default()),
                };
                Ok(Some(EventSelectors {
                    basic: basic.into_iter().map(basic_selector).collect::<Result<_, _>>()?,
                    advanced: advanced.into_iter().map(advanced_selector).collect(),
                }))
            },
        )
    }

    async fn insight_selectors(&self, arn: &str) -> Evidence<Vec<InsightSelector>> {
        observe(
            INSIGHT_SELECTORS.operation(),
            &NO_INSIGHTS,
            self.client.get_insight_selectors().trail_name(arn).send().await,
            self.reader.context.now(),
            |output| {
                let selectors = output
                    .insight_selectors
                    .ok_or(Malformed("the answer holds no list of insight selectors"))?;
                let read = selectors.into_iter().map(|each| {
                    let insight_type = each.insight_type.ok_or(Malformed("an insight selector has no type"))?;
                    let categories = each.event_categories.unwrap_or_default();
                    Ok(InsightSelector {
                        insight_type: insight_type.as_str().to_owned(),
                        event_categories: categories.iter().map(|each| each.as_str().to_owned()).collect(),
                    })
                });
                read.collect::<Result<_, _>>().map(Some)
            },
        )
    }
}

fn basic_selector(selector: aws_sdk_cloudtrail::types::EventSelector) -> Result<BasicEventSelector, Malformed> {
    let resources = selector.data_resources.unwrap_or_default().into_iter();
    let resources = resources.map(|each| {
        Ok(DataResource {
            resource_type: each.r#type.ok_or(Malformed("a data resource has no type"))?,
            values: each.values.unwrap_or_default(),
        })
    });
    Ok(BasicEventSelector {
        read_write_type: selector.read_write_type.map(|each| each.as_str().to_owned()),
        includes_management_events: selector.include_management_events,
        excluded_management_event_sources: selector.exclude_management_event_sources.unwrap_or_default(),
        data_resources: resources.collect::<Result<_, _>>()?,
    })
}

fn advanced_selector(selector: aws_sdk_cloudtrail::types::AdvancedEventSelector) -> AdvancedEventSelector {
    let fields = selector.field_selectors.into_iter().map(|each| FieldSelector {
        field: each.field,
        equals: each.equals.unwrap_or_default(),
        starts_with: each.starts_with.unwrap_or_default(),
        ends_with: each.ends_with.unwrap_or_default(),
        not_equals: each.not_equals.unwrap_or_default(),
        not_starts_with: each.not_starts_with.unwrap_or_default(),
        not_ends_with: each.not_ends_with.unwrap_or_default(),
    });
    AdvancedEventSelector {
        name: said(selector.name),
        fields: fields.collect(),
    }
}

/// An error or a name, unless it is empty, which says that there is none.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn moment(date: Option<aws_sdk_cloudtrail::primitives::DateTime>) -> Result<Option<jiff::Timestamp>, Malformed> {
    match date {
        None => Ok(None),
        Some(date) => timestamp(&date)
            .map(Some)
            .ok_or(Malformed("a time lies outside the calendar")),
    }
}
