//! The trails that an account is shown, each once, which the checks on CloudTrail start from.
//!
//! These are the account's own and those of its organization. A trail is shown in several regions, and its details stand in
//! one of them: its home, or the first region that was read where the home was not.

use s3attest_model::evidence::{Evidence, Gap, GapCause, Source};
use s3attest_model::services::{
    CloudTrail, EventSelectors, ServiceSource, Trail as CloudTrailTrail, TrailDetails, TrailStatus,
};

use crate::judgement::Judgement;
use crate::services::ServicesView;
use crate::trail::{Trail, Unknown};
use crate::views::{AccountView, OrganizationView};

/// What every check on trails reads.
pub(super) const SOURCES: &[ServiceSource] = &[ServiceSource::CloudTrail];

/// The trails that an account is shown.
#[derive(Debug, Default)]
pub(super) struct ShownTrails<'a> {
    /// Those whose details are known to stand somewhere, by their ARNs.
    pub(super) trails: Vec<&'a CloudTrailTrail>,
    /// Those that a region was shown whose details stand in another region.
    shadows: Vec<&'a CloudTrailTrail>,
    /// Whether any region could be asked.
    is_listed: bool,
    /// Why some region could not be.
    missing: Option<Unknown<'a>>,
}

impl<'a> ShownTrails<'a> {
    /// The trails of all regions that could be asked.
    pub(super) fn of(services: &ServicesView<'a>, trail: &mut Trail<'a>) -> Self {
        let mut shown = Self::default();
        match services.regions(trail) {
            Ok(regions) => {
                for region in regions {
                    shown.note(services.in_region(region), trail);
                }
            }
            Err(unknown) => {
                shown.missing = Some(unknown);
                for (_, reading) in services.in_some_regions() {
                    shown.note(Ok(reading), trail);
                }
            }
        }
        shown.trails.sort_by(|left, right| left.arn.cmp(&right.arn));
        shown.trails.dedup_by(|left, right| left.arn == right.arn);
        shown
    }

    fn note(&mut self, reading: Result<&'a CloudTrail, Unknown<'a>>, trail: &mut Trail<'a>) {
        let listed = reading.and_then(|reading| trail.read(&reading.trails));
        match listed {
            Ok(listed) => {
                self.is_listed = true;
                for each in listed.into_iter().flatten() {
                    match each.details {
                        TrailDetails::Shadow => self.shadows.push(each),
                        TrailDetails::Home { .. } | TrailDetails::Organization { .. } => self.trails.push(each),
                    }
                }
            }
            Err(unknown) => {
                self.missing.get_or_insert(unknown);
            }
        }
    }

    /// Why it is not certain that every multi-Region trail was seen with its details. Each region is shown all of them, so one
    /// region that was asked tells which there are.
    pub(super) fn unseen_multi_region(&self) -> Option<Unknown<'a>> {
        match self.without_details() {
            Some(shadow) => Some(self.missing.clone().unwrap_or_else(|| elsewhere(shadow))),
            None if self.is_listed => None,
            None => self.missing.clone(),
        }
    }

    /// Why it is not certain that every trail was seen with its details.
    pub(super) fn unseen(&self) -> Option<Unknown<'a>> {
        self.missing.clone().or_else(|| self.without_details().map(elsewhere))
    }

    fn without_details(&self) -> Option<&'a CloudTrailTrail> {
        let is_seen = |shadow: &&CloudTrailTrail| self.trails.iter().any(|each| each.arn == shadow.arn);
        self.shadows.iter().copied().find(|shadow| !is_seen(shadow))
    }
}

/// Why nothing is known of a trail but that it is there.
fn elsewhere<'a>(shadow: &CloudTrailTrail) -> Unknown<'a> {
    let detail = format!(
        "the details of the trail {} stand in {}, which was not read",
        shadow.arn, shadow.home_region
    );
    Unknown::because(Gap::new(GapCause::NotCollected, detail))
}

/// A trail of which one region shows that it is there, with its details, wherever these were read.
pub(super) fn with_details<'a>(
    services: &ServicesView<'a>,
    trail: &mut Trail<'a>,
    shown: &'a CloudTrailTrail,
) -> Result<&'a CloudTrailTrail, Unknown<'a>> {
    let has_details = |each: &&CloudTrailTrail| each.arn == shown.arn && each.details != TrailDetails::Shadow;
    if has_details(&shown) {
        return Ok(shown);
    }
    for (_, reading) in services.in_some_regions::<CloudTrail>() {
        if let Some(found) = reading.listed().iter().find(has_details) {
            trail.read(&reading.trails)?;
            return Ok(found);
        }
    }
    Err(elsewhere(shown))
}

/// How a trail is called in a sentence.
pub(super) fn name(each: &CloudTrailTrail) -> String {
    if each.is_organization_trail == Some(true) {
        format!("the organization's trail {}", each.arn)
    } else {
        format!("the trail {}", each.arn)
    }
}

/// The status of a trail, with its source.
pub(super) fn status<'a>(
    trail: &mut Trail<'a>,
    each: &'a CloudTrailTrail,
) -> Result<(&'a TrailStatus, &'a Source), Unknown<'a>> {
    let evidence: &'a Evidence<TrailStatus> = match &each.details {
        TrailDetails::Home { status, .. } | TrailDetails::Organization { status, .. } => status,
        TrailDetails::Shadow => return Err(elsewhere(each)),
    };
    match trail.read_of(each.arn.clone(), evidence)? {
        Some(status) => Ok((status, &evidence.source)),
        None => Err(Unknown::not_understood(format!(
            "CloudTrail tells no status of {}",
            each.arn
        ))),
    }
}

/// Which events a trail logs: as the account itself is told, or for a trail of the organization, as anybody is.
pub(super) fn event_selectors<'a>(
    organization: &OrganizationView<'a>,
    trail: &mut Trail<'a>,
    each: &'a CloudTrailTrail,
) -> Result<&'a EventSelectors, Unknown<'a>> {
    match &each.details {
        TrailDetails::Home { event_selectors, .. } if each.is_organization_trail != Some(true) => trail
            .read_of(each.arn.clone(), event_selectors)?
            .ok_or_else(|| Unknown::not_understood(format!("CloudTrail tells no event selectors of {}", each.arn))),
        TrailDetails::Home { .. } | TrailDetails::Organization { .. } => {
            organization.across.event_selectors(trail, &each.arn)
        }
        TrailDetails::Shadow => Err(elsewhere(each)),
    }
}

/// A sentence of what is wrong with trails.
pub(super) fn sentence(faults: &[String]) -> String {
    let mut text = faults.join("; ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}

/// Judges an account by each trail that it is shown: `fault` says what is wrong with one, in words that follow its name, and
/// `passed` what all have in common when nothing is.
pub(super) fn judge_each<'a>(
    view: &AccountView<'a>,
    trail: &mut Trail<'a>,
    passed: &str,
    fault: impl Fn(&'a CloudTrailTrail, &mut Trail<'a>) -> Result<Option<String>, Unknown<'a>>,
) -> Result<Judgement, Unknown<'a>> {
    let shown = ShownTrails::of(&view.services, trail);
    let mut unknown = shown.unseen();
    let mut faults = Vec::new();
    for each in &shown.trails {
        match fault(each, trail) {
            Ok(None) => {}
            Ok(Some(fault)) => faults.push(format!("{} {fault}", name(each))),
            Err(gap) => {
                unknown.get_or_insert(gap);
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Judgement::fail(sentence(&faults)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    Ok(if shown.trails.is_empty() {
        Judgement::not_applicable("No region shows a trail, which is judged by trail-multi-region.")
    } else {
        let names: Vec<String> = shown.trails.iter().map(|each| name(each)).collect();
        Judgement::pass(format!("{passed}: {}.", names.join("; ")))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use s3attest_model::evidence::{Observed, Operation};
    use s3attest_model::finding::Verdict;
    use s3attest_model::identifiers::BucketName;
    use s3attest_model::services::{BasicEventSelector, InsightSelector, ServiceRecord};

    use super::*;
    use crate::check::Check;
    use crate::checks::scene::{ACCOUNT, Case, Scene, account_id, denied, expect, facts, region};

    /// The time of every answer.
    pub(in crate::checks) fn answered_at() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().expect("a time")
    }

    fn source(operation: &'static str) -> Source {
        Source {
            observed_at: Some(answered_at()),
            ..Source::not_called(Operation::named(operation))
        }
    }

    /// What a trail answers that logs all management events and delivers.
    pub(in crate::checks) fn logging() -> TrailStatus {
        TrailStatus {
            is_logging: true,
            started_logging_at: None,
            stopped_logging_at: None,
            delivered_at: "2026-03-01T11:55:00Z".parse().ok(),
            delivery_error: None,
            digest_delivered_at: None,
            digest_delivery_error: None,
            log_group_delivered_at: "2026-03-01T11:56:00Z".parse().ok(),
            log_group_delivery_error: None,
            notified_at: None,
            notification_error: None,
        }
    }

    /// All management events, as a trail logs them that nobody told otherwise.
    pub(in crate::checks) fn management_events() -> EventSelectors {
        EventSelectors {
            basic: vec![BasicEventSelector {
                read_write_type: Some("All".to_owned()),
                includes_management_events: Some(true),
                ..BasicEventSelector::default()
            }],
            advanced: Vec::new(),
        }
    }

    /// A multi-Region trail of the scene's account that is well in every respect.
    pub(in crate::checks) fn own(name: &str) -> CloudTrailTrail {
        CloudTrailTrail {
            arn: format!("arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/{name}"),
            name: name.to_owned(),
            home_region: region("eu-central-1"),
            is_multi_region: true,
            is_organization_trail: Some(false),
            bucket: BucketName::new("trails").expect("a bucket"),
            prefix: None,
            validates_log_files: Some(true),
            kms_key: Some("arn:aws:kms:eu-central-1:111111111111:key/1234".to_owned()),
            log_group_arn: Some("arn:aws:logs:eu-central-1:111111111111:log-group:trails:*".to_owned()),
            log_group_role_arn: None,
            topic_arn: None,
            logs_global_services: Some(true),
            has_custom_event_selectors: Some(false),
            has_insight_selectors: Some(true),
            details: TrailDetails::Home {
                status: Evidence::present(logging(), source("cloudtrail.GetTrailStatus")),
                event_selectors: Evidence::present(management_events(), source("cloudtrail.GetEventSelectors")),
                insight_selectors: Evidence::present(
                    vec![InsightSelector {
                        insight_type: "ApiCallRateInsight".to_owned(),
                        event_categories: Vec::new(),
                    }],
                    source("cloudtrail.GetInsightSelectors"),
                ),
            },
        }
    }

    /// The account that organization's trails belong to.
    pub(in crate::checks) const OWNER: &str = "999999999999";

    /// The organization's trail as its owner is shown it.
    pub(in crate::checks) fn of_organization() -> CloudTrailTrail {
        CloudTrailTrail {
            arn: format!("arn:aws:cloudtrail:eu-central-1:{OWNER}:trail/all"),
            is_organization_trail: Some(true),
            ..own("all")
        }
    }

    /// The same as a member is shown it.
    pub(in crate::checks) fn as_member(mut each: CloudTrailTrail) -> CloudTrailTrail {
        if let TrailDetails::Home { status, .. } = each.details {
            each.details = TrailDetails::Organization {
                owner: Some(account_id(OWNER)),
                status,
                event_selectors: None,
            };
        }
        each
    }

    /// A trail with another status.
    pub(in crate::checks) fn with_status(
        mut each: CloudTrailTrail,
        change: impl FnOnce(&mut TrailStatus),
    ) -> CloudTrailTrail {
        if let TrailDetails::Home { status, .. } | TrailDetails::Organization { status, .. } = &mut each.details
            && let Observed::Present(status) = &mut status.observed
        {
            change(status);
        }
        each
    }

    /// A trail whose status was refused.
    pub(in crate::checks) fn without_status(mut each: CloudTrailTrail) -> CloudTrailTrail {
        if let TrailDetails::Home { status, .. } | TrailDetails::Organization { status, .. } = &mut each.details {
            status.observed = Observed::Gap(denied());
        }
        each
    }

    /// A trail that its owner was told these events of, or refused.
    pub(in crate::checks) fn with_selectors(
        mut each: CloudTrailTrail,
        selectors: Option<EventSelectors>,
    ) -> CloudTrailTrail {
        if let TrailDetails::Home { event_selectors, .. } = &mut each.details {
            event_selectors.observed = selectors.map_or_else(|| Observed::Gap(denied()), Observed::Present);
        }
        each
    }

    /// What a region shows.
    pub(in crate::checks) fn listing(trails: Vec<CloudTrailTrail>) -> CloudTrail {
        CloudTrail {
            trails: Evidence::present(trails, source("cloudtrail.DescribeTrails")),
        }
    }

    /// A region that refused to list its trails.
    pub(in crate::checks) fn refused() -> CloudTrail {
        CloudTrail {
            trails: Evidence::gap(denied(), source("cloudtrail.DescribeTrails")),
        }
    }

    /// A scene whose account is shown these trails in its one region.
    pub(in crate::checks) fn showing(trails: Vec<CloudTrailTrail>) -> Scene {
        Scene::with(|scene| scene.say(listing(trails)))
    }

    /// The same beside what the owner of the organization's trail is shown.
    pub(in crate::checks) fn told_by_owner(mut scene: Scene, trails: Vec<CloudTrailTrail>) -> Scene {
        scene.services_elsewhere.push(ServiceRecord {
            account: account_id(OWNER),
            region: Some(region("eu-central-1")),
            reading: listing(trails).into(),
        });
        scene
    }

    /// The same with a second region, `us-east-1`, which shows this.
    pub(in crate::checks) fn beside(mut scene: Scene, second: Option<CloudTrail>) -> Scene {
        scene.facts = facts(ACCOUNT);
        if let Observed::Present(regions) = &mut scene.facts.regions.observed {
            regions.push(s3attest_model::account::Region {
                name: region("us-east-1"),
                opt_status: "ENABLED_BY_DEFAULT".to_owned(),
            });
        }
        if let Some(second) = second {
            scene.services.push(ServiceRecord {
                account: account_id(ACCOUNT),
                region: Some(region("us-east-1")),
                reading: second.into(),
            });
        }
        scene
    }

    /// What every check does that looks at each trail: `bad` is a trail that fails, and `words` stand in what is said of it.
    pub(in crate::checks) fn expect_of_each(check: &Check, bad: &dyn Fn(&str) -> CloudTrailTrail, words: &'static str) {
        let organizations = || as_member(of_organization());
        let mut unknown_regions = showing(vec![own("a")]);
        unknown_regions.facts.regions = Evidence::gap(denied(), source("account.ListRegions"));
        let mut bad_in_unknown_regions = showing(vec![bad("b")]);
        bad_in_unknown_regions.facts.regions = Evidence::gap(denied(), source("account.ListRegions"));
        let cases: Vec<Case> = vec![
            (
                "all are well",
                showing(vec![own("a"), organizations()]),
                Verdict::Pass,
                "trail/a; the organization's trail",
            ),
            ("one is not", showing(vec![own("a"), bad("b")]), Verdict::Fail, words),
            (
                "none is shown",
                showing(vec![]),
                Verdict::NotApplicable,
                "No region shows a trail",
            ),
            (
                "refused",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS CloudTrail in eu-central-1",
            ),
            (
                "well, and another region refused",
                beside(showing(vec![own("a")]), Some(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "well, and another region not read",
                beside(showing(vec![own("a")]), None),
                Verdict::NotAssessed,
                "us-east-1",
            ),
            (
                "bad, and another region refused",
                beside(showing(vec![bad("b")]), Some(refused())),
                Verdict::Fail,
                words,
            ),
            (
                "shown in two regions",
                beside(
                    showing(vec![own("a")]),
                    Some(listing(vec![CloudTrailTrail {
                        details: TrailDetails::Shadow,
                        ..own("a")
                    }])),
                ),
                Verdict::Pass,
                "trail/a.",
            ),
            (
                "regions not known",
                unknown_regions,
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "bad, and regions not known",
                bad_in_unknown_regions,
                Verdict::Fail,
                words,
            ),
        ];
        expect(check, cases);
    }
}
