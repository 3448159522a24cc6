//! `guardduty-enabled`: whether GuardDuty works in a region.
//!
//! It does not know what GuardDuty looks at there, nor what it found.

use s3attest_model::check::Severity;
use s3attest_model::services::{Detector, DetectorConfiguration, GuardDuty, ServiceSource};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "guardduty-enabled",
    title: "GuardDuty is enabled in the region",
    severity: Severity::High,
    question: "Does the account have an enabled detector of GuardDuty in the region?",
    reads: Reads {
        sources: &[ServiceSource::GuardDuty],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/guardduty-enabled.md"),
    judge: Judge::Region(judge),
};

/// A detector that works, with what it looks at.
pub(super) type Working<'a> = (&'a Detector, &'a DetectorConfiguration);

/// The detector of the region that works, or those that do not.
pub(super) fn working<'a>(
    view: &RegionView<'a>,
    trail: &mut Trail<'a>,
) -> Result<Result<Working<'a>, Vec<&'a str>>, Unknown<'a>> {
    let reading = view.reading::<GuardDuty>()?;
    let detectors = trail.read(&reading.detectors)?;
    let (mut stopped, mut undecided) = (Vec::new(), None);
    for detector in detectors.into_iter().flatten() {
        match trail.read_of(detector.id.clone(), &detector.configuration) {
            Ok(Some(configuration)) if configuration.status == "ENABLED" => return Ok(Ok((detector, configuration))),
            Ok(_) => stopped.push(detector.id.as_str()),
            Err(unknown) => undecided = undecided.or(Some(unknown)),
        }
    }
    match undecided {
        Some(unknown) => Err(unknown),
        None => Ok(Err(stopped)),
    }
}

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let region = view.region;
    Ok(match working(view, trail)? {
        Ok((detector, _)) => Judgement::pass(format!("The detector {} is enabled in {region}.", detector.id)),
        Err(stopped) if stopped.is_empty() => Judgement::fail(format!(
            "GuardDuty was never enabled in {region}: it has no detector there."
        )),
        Err(stopped) => Judgement::fail(format!("GuardDuty stands still in {region}: {}.", stopped.join(", "))),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};

    /// A detector in a state, with this configuration beside it.
    pub(in crate::checks) fn detector(status: &str, change: impl FnOnce(&mut DetectorConfiguration)) -> Detector {
        let mut configuration = DetectorConfiguration {
            status: status.to_owned(),
            finding_publishing_frequency: None,
            created_at: None,
            updated_at: None,
            s3_logs: None,
            features: vec![],
        };
        change(&mut configuration);
        Detector {
            id: "d1".to_owned(),
            configuration: Evidence::present(configuration, source("guardduty.GetDetector")),
            administrator: Evidence::absent(source("guardduty.GetAdministratorAccount")),
        }
    }

    /// The scene of a region with these detectors.
    pub(in crate::checks) fn of(detectors: Vec<Detector>) -> Scene {
        listing(Evidence::present(detectors, source("guardduty.ListDetectors")))
    }

    /// The scene of a region whose list of detectors is this.
    pub(in crate::checks) fn listing(detectors: Evidence<Vec<Detector>>) -> Scene {
        Scene::with(|scene| {
            scene.say(GuardDuty {
                detectors,
                malware_protection_plans: Evidence::present(vec![], source("guardduty.ListMalwareProtectionPlans")),
            });
        })
    }

    /// What both checks on detectors say where something is missing.
    pub(in crate::checks) fn gaps() -> Vec<(&'static str, Scene, Verdict, &'static str)> {
        let mut unread = detector("ENABLED", |_| {});
        unread.configuration.observed = Observed::Gap(denied());
        let list = || source("guardduty.ListDetectors");
        let not_offered = Gap::new(GapCause::NotOffered, "no endpoint");
        vec![
            (
                "detector denied",
                of(vec![unread]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "list denied",
                listing(Evidence::gap(denied(), list())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not offered there",
                listing(Evidence::gap(not_offered, list())),
                Verdict::NotAssessed,
                "does not offer",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of Amazon GuardDuty",
            ),
        ]
    }

    #[test]
    fn an_enabled_detector_is_asked_for() {
        let mut unread = detector("ENABLED", |_| {});
        unread.configuration.observed = Observed::Gap(denied());
        let mut cases = vec![
            (
                "enabled",
                of(vec![detector("ENABLED", |_| {})]),
                Verdict::Pass,
                "d1 is enabled in eu-central-1",
            ),
            (
                "one enabled beside one unread",
                of(vec![unread, detector("ENABLED", |_| {})]),
                Verdict::Pass,
                "is enabled",
            ),
            ("none", of(vec![]), Verdict::Fail, "never enabled in eu-central-1"),
            (
                "standing still",
                of(vec![detector("DISABLED", |_| {})]),
                Verdict::Fail,
                "stands still in eu-central-1: d1",
            ),
        ];
        cases.extend(gaps());
        expect(&CHECK, cases);
    }
}
