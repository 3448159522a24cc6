//! `guardduty-s3-protection`: whether GuardDuty looks at what is done with objects.
//!
//! Malware protection of single buckets is another thing and not looked at.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::guardduty_enabled::working;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "guardduty-s3-protection",
    title: "GuardDuty looks at what is done with objects",
    severity: Severity::High,
    question: "Is S3 Protection on for the GuardDuty detector of the region?",
    reads: Reads {
        sources: &[ServiceSource::GuardDuty],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/guardduty-s3-protection.md"),
    judge: Judge::Region(judge),
};

/// The feature that is S3 Protection (GuardDuty API Reference, `DetectorFeatureConfigurationResult`).
const FEATURE: &str = "S3_DATA_EVENTS";

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let region = view.region;
    let Ok((detector, configuration)) = working(view, trail)? else {
        return Ok(Judgement::not_applicable(format!(
            "GuardDuty is not enabled in {region} (guardduty-enabled)."
        )));
    };
    let feature = configuration.features.iter().find(|feature| feature.name == FEATURE);
    // The older form of the answer counts only where the newer one says nothing.
    let status = feature
        .map(|feature| feature.status.as_str())
        .or(configuration.s3_logs.as_deref());
    match status {
        Some("ENABLED") => Ok(Judgement::pass(format!(
            "S3 Protection is on for the detector {} in {region}.",
            detector.id
        ))),
        Some("DISABLED") => Ok(Judgement::fail(format!(
            "S3 Protection is off for the detector {} in {region}.",
            detector.id
        ))),
        other => Err(Unknown::not_understood(format!(
            "S3 Protection of the detector {} in {region} is {}",
            detector.id,
            other.unwrap_or("not mentioned")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{Detector, DetectorFeature};

    use super::*;
    use crate::checks::guardduty_enabled::tests::{detector, gaps, of};
    use crate::checks::scene::expect;

    fn with(feature: Option<&str>, older: Option<&str>) -> Detector {
        detector("ENABLED", |configuration| {
            configuration.s3_logs = older.map(str::to_owned);
            configuration.features = feature
                .into_iter()
                .map(|status| DetectorFeature {
                    name: FEATURE.to_owned(),
                    status: status.to_owned(),
                    updated_at: None,
                    managed_by: None,
                })
                .collect();
        })
    }

    #[test]
    fn the_newer_form_of_the_answer_counts_before_the_older() {
        let mut cases = vec![
            (
                "on",
                of(vec![with(Some("ENABLED"), None)]),
                Verdict::Pass,
                "on for the detector d1 in eu-central-1",
            ),
            (
                "off",
                of(vec![with(Some("DISABLED"), Some("ENABLED"))]),
                Verdict::Fail,
                "off for the detector d1",
            ),
            (
                "on, in the older form",
                of(vec![with(None, Some("ENABLED"))]),
                Verdict::Pass,
                "is on",
            ),
            (
                "off, in the older form",
                of(vec![with(None, Some("DISABLED"))]),
                Verdict::Fail,
                "is off",
            ),
            (
                "not mentioned",
                of(vec![with(None, None)]),
                Verdict::NotAssessed,
                "not mentioned",
            ),
            (
                "a new word",
                of(vec![with(Some("PARTLY"), None)]),
                Verdict::NotAssessed,
                "is PARTLY",
            ),
            (
                "no detector",
                of(vec![]),
                Verdict::NotApplicable,
                "not enabled in eu-central-1",
            ),
            (
                "a detector that stands still",
                of(vec![detector("DISABLED", |_| {})]),
                Verdict::NotApplicable,
                "not enabled",
            ),
        ];
        cases.extend(gaps());
        expect(&CHECK, cases);
    }
}
