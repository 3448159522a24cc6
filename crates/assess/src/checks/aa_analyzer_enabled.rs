//! `aa-analyzer-enabled`: whether somebody looks, in a region, at who reaches resources from outside.
//!
//! It does not know what was found.

use s3attest_model::check::Severity;
use s3attest_model::services::access_analyzer::exposures::Watch;
use s3attest_model::services::{AccessAnalyzer, ServiceSource};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "aa-analyzer-enabled",
    title: "An analyzer of external access is active in the region",
    severity: Severity::High,
    question: "Does an active analyzer look at who reaches the account's resources in the region from outside?",
    reads: Reads {
        sources: &[ServiceSource::AccessAnalyzer],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/aa-analyzer-enabled.md"),
    judge: Judge::Region(judge),
};

/// The types that look at access from outside their zone of trust (Access Analyzer API Reference, `Type`).
pub(super) fn is_external(analyzer_type: &str) -> bool {
    matches!(analyzer_type, "ACCOUNT" | "ORGANIZATION")
}

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let region = view.region;
    let reading = view.reading::<AccessAnalyzer>();
    let own = reading.and_then(|reading| trail.read(&reading.analyzers));
    let listed = || own.iter().flatten().copied().flatten();
    let mut external = listed().filter(|analyzer| is_external(&analyzer.analyzer_type));
    if let Some(active) = external.clone().find(|analyzer| analyzer.is_active()) {
        return Ok(Judgement::pass(format!(
            "The analyzer {} of the account is active in {region}.",
            active.name
        )));
    }
    // The organization's analyzer lives in another account, of which the members are told nothing.
    let of_organization = view.account.organization.across.exposures.watch_of_organization(region);
    if of_organization == Some(&Watch::Read) {
        return Ok(Judgement::pass(format!(
            "An analyzer of the organization is active in {region}; the account has none of its own there."
        )));
    }
    let stopped: Vec<String> = external
        .by_ref()
        .map(|analyzer| format!("{} is {}", analyzer.name, analyzer.status))
        .collect();
    own?;
    if let Some(Watch::Unknown(gap)) = of_organization {
        return Err(Unknown::of(gap));
    }
    Ok(Judgement::fail(if stopped.is_empty() {
        format!("No analyzer of external access is in {region}, neither the account's nor the organization's.")
    } else {
        format!(
            "No analyzer of external access is active in {region}, neither the account's nor the organization's: {}.",
            stopped.join(", ")
        )
    }))
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Gap, GapCause};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::access_analyzer::{Analyzer, Monitoring};

    use super::*;
    use crate::checks::analyzer_findings::tests::{analyzer, elsewhere, reading};
    use crate::checks::scene::{Scene, denied, expect, source};

    fn of(analyzers: Vec<Analyzer>) -> Scene {
        Scene::with(|scene| scene.say(reading(analyzers)))
    }

    fn stopped(analyzer_type: &str) -> Analyzer {
        Analyzer {
            status: "FAILED".to_owned(),
            monitoring: Monitoring::Stopped,
            ..analyzer(analyzer_type, vec![])
        }
    }

    fn unread() -> AccessAnalyzer {
        AccessAnalyzer {
            analyzers: Evidence::gap(denied(), source("accessanalyzer.ListAnalyzers")),
        }
    }

    #[test]
    fn an_active_analyzer_of_the_account_or_of_the_organization_is_enough() {
        let mut of_findings = analyzer("ACCOUNT", vec![]);
        of_findings.monitoring = Monitoring::External {
            findings: Evidence::gap(denied(), source("accessanalyzer.ListFindings")),
            archive_rules: Evidence::present(vec![], source("accessanalyzer.ListArchiveRules")),
        };
        let unused = Analyzer {
            monitoring: Monitoring::UnusedAccess,
            ..analyzer("ACCOUNT_UNUSED_ACCESS", vec![])
        };
        let mut not_offered = unread();
        not_offered.analyzers = Evidence::gap(
            Gap::new(GapCause::NotOffered, "no endpoint"),
            source("accessanalyzer.ListAnalyzers"),
        );
        let beside = |mut scene: Scene, there: AccessAnalyzer| {
            elsewhere(&mut scene, there);
            scene
        };
        let cases = vec![
            (
                "the account's own",
                of(vec![analyzer("ACCOUNT", vec![])]),
                Verdict::Pass,
                "analyzer-account of the account is active in eu-central-1",
            ),
            (
                "its findings unread",
                of(vec![of_findings]),
                Verdict::Pass,
                "of the account is active",
            ),
            (
                "the organization's, in another account",
                beside(of(vec![]), reading(vec![analyzer("ORGANIZATION", vec![])])),
                Verdict::Pass,
                "of the organization is active",
            ),
            (
                "the organization's, the own list denied",
                beside(
                    Scene::with(|scene| scene.say(unread())),
                    reading(vec![analyzer("ORGANIZATION", vec![])]),
                ),
                Verdict::Pass,
                "of the organization is active",
            ),
            (
                "none",
                of(vec![]),
                Verdict::Fail,
                "No analyzer of external access is in eu-central-1",
            ),
            (
                "a neighbour's own",
                beside(of(vec![]), reading(vec![analyzer("ACCOUNT", vec![])])),
                Verdict::Fail,
                "No analyzer",
            ),
            (
                "a stopped one",
                of(vec![stopped("ACCOUNT")]),
                Verdict::Fail,
                "analyzer-account is FAILED",
            ),
            ("one of unused access", of(vec![unused]), Verdict::Fail, "No analyzer"),
            (
                "perhaps the organization's",
                beside(of(vec![]), unread()),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "denied",
                Scene::with(|scene| scene.say(unread())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not offered there",
                Scene::with(|scene| scene.say(not_offered)),
                Verdict::NotAssessed,
                "does not offer",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of IAM Access Analyzer",
            ),
        ];
        expect(&CHECK, cases);
    }
}
