//! `macie-enabled`: whether Macie watches the buckets of a region and looks into them by itself.
//!
//! It does not know what Macie found.

use s3attest_model::check::Severity;
use s3attest_model::services::{Macie, ServiceSource};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "macie-enabled",
    title: "Macie looks into the buckets of the region",
    severity: Severity::Medium,
    question: "Is Macie on, with automated sensitive data discovery, in the region where the account has buckets?",
    reads: Reads {
        sources: &[ServiceSource::Macie],
        account: &[AccountFact::BucketListing],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/macie-enabled.md"),
    judge: Judge::Region(judge),
};

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let region = view.region;
    let regions = &view.account.organization.across.bucket_regions;
    let buckets = regions.has(trail, view.account.facts, region);
    if buckets == Ok(false) {
        return Ok(Judgement::not_applicable(format!(
            "The account has no bucket in {region} that Macie could look into."
        )));
    }
    let macie = view.reading::<Macie>()?;
    let fault = match trail.read(&macie.session)? {
        None => Judgement::fail(format!("Macie is not enabled in {region}.")),
        Some(session) => match session.status.as_str() {
            "PAUSED" => Judgement::fail(format!("Macie is enabled in {region}, and paused.")),
            "ENABLED" => match trail
                .read(&macie.automated_discovery)?
                .map(|found| found.status.as_str())
            {
                Some("ENABLED") => {
                    return Ok(Judgement::pass(format!(
                        "Macie is enabled in {region}, with automated sensitive data discovery."
                    )));
                }
                Some("DISABLED") => Judgement::fail_as(
                    Severity::Low,
                    format!("Macie is enabled in {region}, without automated sensitive data discovery."),
                ),
                other => {
                    return Err(Unknown::not_understood(format!(
                        "automated sensitive data discovery in {region} is {}",
                        other.unwrap_or("absent")
                    )));
                }
            },
            other => {
                return Err(Unknown::not_understood(format!(
                    "Macie's session in {region} is {other}"
                )));
            }
        },
    };
    // Where nobody knows whether there is a bucket, nobody knows whether Macie is missing.
    buckets.map(|_| fault)
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{AutomatedDiscovery, MacieSession};

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, region, source};

    fn macie(session: Option<&str>, discovery: Option<&str>) -> Macie {
        let session = session.map(|status| MacieSession {
            status: status.to_owned(),
            finding_publishing_frequency: None,
            created_at: None,
            updated_at: None,
        });
        let discovery = discovery.map(|status| AutomatedDiscovery {
            status: status.to_owned(),
            auto_enable_organization_members: None,
            first_enabled_at: None,
            disabled_at: None,
            last_updated_at: None,
        });
        let mut made = Macie {
            session: Evidence::absent(source("macie2.GetMacieSession")),
            administrator: Evidence::absent(source("macie2.GetAdministratorAccount")),
            automated_discovery: Evidence::absent(source("macie2.GetAutomatedDiscoveryConfiguration")),
        };
        made.session.observed = session.map_or(Observed::Absent, Observed::Present);
        made.automated_discovery.observed = discovery.map_or(Observed::Absent, Observed::Present);
        made
    }

    fn of(said: Macie) -> Scene {
        Scene::with(|scene| scene.say(said))
    }

    fn without_list(mut scene: Scene) -> Scene {
        scene.region = region("eu-west-1");
        let records = scene.services.iter_mut();
        records.for_each(|record| record.region = Some(region("eu-west-1")));
        scene.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        scene
    }

    #[test]
    fn macie_has_to_be_on_and_to_look_by_itself_where_there_are_buckets() {
        let mut unread = macie(None, None);
        unread.session.observed = Observed::Gap(denied());
        let mut discovery_unread = macie(Some("ENABLED"), None);
        discovery_unread.automated_discovery.observed = Observed::Gap(denied());
        let mut not_offered = macie(None, None);
        not_offered.session.observed = Observed::Gap(Gap::new(GapCause::NotOffered, "no endpoint"));
        let elsewhere = Scene::with(|scene| scene.region = region("eu-west-1"));
        let cases = vec![
            (
                "on",
                of(macie(Some("ENABLED"), Some("ENABLED"))),
                Verdict::Pass,
                "enabled in eu-central-1, with automated",
            ),
            (
                "without discovery",
                of(macie(Some("ENABLED"), Some("DISABLED"))),
                Verdict::Fail,
                "without automated",
            ),
            (
                "paused",
                of(macie(Some("PAUSED"), Some("ENABLED"))),
                Verdict::Fail,
                "and paused",
            ),
            (
                "off",
                of(macie(None, None)),
                Verdict::Fail,
                "Macie is not enabled in eu-central-1.",
            ),
            (
                "a new word",
                of(macie(Some("RESTING"), None)),
                Verdict::NotAssessed,
                "is RESTING",
            ),
            (
                "a new word of discovery",
                of(macie(Some("ENABLED"), Some("PERHAPS"))),
                Verdict::NotAssessed,
                "is PERHAPS",
            ),
            (
                "no bucket there",
                elsewhere,
                Verdict::NotApplicable,
                "no bucket in eu-west-1",
            ),
            (
                "off, and nobody knows the buckets",
                without_list(of(macie(None, None))),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "on, and nobody knows the buckets",
                without_list(of(macie(Some("ENABLED"), Some("ENABLED")))),
                Verdict::Pass,
                "enabled in eu-west-1",
            ),
            ("denied", of(unread), Verdict::NotAssessed, "access was denied"),
            (
                "discovery denied",
                of(discovery_unread),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not offered there",
                of(not_offered),
                Verdict::NotAssessed,
                "does not offer",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of Amazon Macie",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn macie_without_discovery_is_less_severe_than_none() {
        let finding = of(macie(Some("ENABLED"), Some("DISABLED"))).judge(&CHECK);
        assert_eq!(finding.severity, Severity::Low);
        assert_eq!(of(macie(None, None)).judge(&CHECK).severity, Severity::Medium);
    }
}
