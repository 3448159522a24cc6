//! `aa-external-access-public`: whether an analyzer finds that everybody reaches the bucket.
//!
//! It takes AWS's own word for what is public and does not evaluate policies.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::analyzer_findings::{Looked, in_words, may_be_held_back, of_bucket, who};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "aa-external-access-public",
    title: "No analyzer finds public access to the bucket",
    severity: Severity::Critical,
    question: "Is the bucket free of active findings of public access?",
    reads: Reads {
        sources: &[ServiceSource::AccessAnalyzer],
        account: &[AccountFact::BucketListing],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/aa-external-access-public.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let said = of_bucket(view, trail)?;
    let exposures = said.exposures.iter();
    let public: Vec<_> = exposures.filter(|each| each.is_public() == Some(true)).collect();
    if !public.is_empty() {
        let words = in_words(&public);
        return Ok(if may_be_held_back(&public) {
            Judgement::fail_as(
                Severity::High,
                format!(
                    "Access Analyzer finds public access: {words}; a resource control policy that the finding does not \
                     take into account may hold it back."
                ),
            )
        } else {
            Judgement::fail(format!("Access Analyzer finds public access: {words}."))
        });
    }
    if let Some(unsaid) = said.exposures.iter().find(|each| each.is_public().is_none()) {
        let detail = format!(
            "an active finding does not say whether access by {} is public",
            who(unsaid)
        );
        return Err(Unknown::not_understood(detail));
    }
    let archived = said.archived();
    Ok(match said.looked? {
        Looked::Nobody => Judgement::not_applicable(
            "No analyzer of external access is active in the bucket's region, so nobody looked (aa-analyzer-enabled).",
        ),
        looked => Judgement::pass(format!(
            "{} found no public access to the bucket{archived}.",
            looked.subject()
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::identifiers::AccountId;
    use s3attest_model::services::AccessAnalyzer;
    use s3attest_model::services::access_analyzer::ExternalFinding;

    use super::*;
    use crate::checks::analyzer_findings::tests::{analyzer, elsewhere, failed, found, reading};
    use crate::checks::scene::{Scene, denied, expect, source};

    fn by_account(findings: Vec<ExternalFinding>) -> Scene {
        Scene::with(|scene| scene.say(reading(vec![analyzer("ACCOUNT", findings)])))
    }

    fn by_organization(findings: Vec<ExternalFinding>) -> Scene {
        Scene::with(|scene| {
            scene.say(reading(vec![]));
            elsewhere(scene, reading(vec![analyzer("ORGANIZATION", findings)]));
        })
    }

    fn changed(mut finding: ExternalFinding, change: impl FnOnce(&mut ExternalFinding)) -> ExternalFinding {
        change(&mut finding);
        finding
    }

    #[test]
    fn a_public_finding_of_any_analyzer_fails() {
        let public = || found("*", Some(true));
        let with_status = |status: &str| changed(public(), |finding| status.clone_into(&mut finding.subject.status));
        let strangers = changed(public(), |finding| {
            finding.subject.resource_owner_account = AccountId::new("333333333333").expect("twelve digits");
        });
        let cases = vec![
            (
                "public, by the account's analyzer",
                by_account(vec![public()]),
                Verdict::Fail,
                "everyone may s3:GetObject by the bucket policy",
            ),
            (
                "public, by the organization's analyzer alone",
                by_organization(vec![public()]),
                Verdict::Fail,
                "everyone may s3:GetObject",
            ),
            (
                "nothing found",
                by_account(vec![]),
                Verdict::Pass,
                "The analyzer of the account found no",
            ),
            (
                "nothing found by the organization",
                by_organization(vec![]),
                Verdict::Pass,
                "The analyzer of the organization found no",
            ),
            (
                "an account",
                by_account(vec![found("222222222222", Some(false))]),
                Verdict::Pass,
                "found no public access",
            ),
            (
                "resolved",
                by_account(vec![with_status("RESOLVED")]),
                Verdict::Pass,
                "found no public",
            ),
            (
                "archived",
                by_account(vec![with_status("ARCHIVED")]),
                Verdict::Pass,
                "1 finding on it is archived",
            ),
            (
                "an unknown status counts as standing",
                by_account(vec![with_status("NEW")]),
                Verdict::Fail,
                "everyone",
            ),
            (
                "a stranger's bucket of that name",
                by_account(vec![strangers]),
                Verdict::Pass,
                "found no",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn silence_counts_only_where_an_analyzer_looked_and_could() {
        let unread = || AccessAnalyzer {
            analyzers: Evidence::gap(denied(), source("accessanalyzer.ListAnalyzers")),
        };
        let nameless = changed(found("*", Some(true)), |finding| finding.subject.resource = None);
        let failed_at_home = Scene::with(|scene| {
            scene.say(reading(vec![analyzer("ACCOUNT", vec![failed()])]));
            elsewhere(scene, reading(vec![analyzer("ORGANIZATION", vec![])]));
        });
        let cases = vec![
            (
                "AWS does not say whether it is public",
                by_account(vec![found("*", None)]),
                Verdict::NotAssessed,
                "does not say whether access by everyone is public",
            ),
            (
                "the bucket could not be analyzed",
                by_account(vec![failed()]),
                Verdict::NotAssessed,
                "could not analyze the bucket: ACCESS_DENIED",
            ),
            (
                "not by one, but by the other",
                failed_at_home,
                Verdict::Pass,
                "The analyzer of the organization",
            ),
            (
                "a finding without its bucket",
                by_account(vec![nameless]),
                Verdict::NotAssessed,
                "do not say which bucket",
            ),
            (
                "no analyzer",
                Scene::with(|scene| scene.say(reading(vec![]))),
                Verdict::NotApplicable,
                "nobody looked",
            ),
            (
                "denied list",
                Scene::with(|scene| scene.say(unread())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "perhaps the organization's",
                Scene::with(|scene| {
                    scene.say(reading(vec![]));
                    elsewhere(scene, unread());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of IAM Access Analyzer",
            ),
            (
                "region not known",
                Scene::with(|scene| {
                    scene.say(reading(vec![analyzer("ACCOUNT", vec![])]));
                    scene.bucket.region = Evidence::gap(denied(), source("s3.HeadBucket"));
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn findings_that_could_not_be_read_leave_it_open() {
        let mut unread = analyzer("ACCOUNT", vec![]);
        unread.monitoring = s3attest_model::services::access_analyzer::Monitoring::External {
            findings: Evidence::gap(denied(), source("accessanalyzer.ListFindings")),
            archive_rules: Evidence::present(vec![], source("accessanalyzer.ListArchiveRules")),
        };
        let scene = Scene::with(|scene| scene.say(reading(vec![unread])));
        let finding = scene.judge(&CHECK);
        assert_eq!(finding.verdict, Verdict::NotAssessed);
        let operations: Vec<_> = finding
            .evidence
            .iter()
            .map(|reference| reference.source.operation.as_str())
            .collect();
        assert!(operations.contains(&"accessanalyzer.ListFindings"), "{operations:?}");
    }

    #[test]
    fn a_resource_control_policy_that_was_left_out_of_account_makes_it_less_severe() {
        for (restriction, severity) in [
            (Some("APPLICABLE"), Severity::High),
            (Some("NOT_APPLICABLE"), Severity::Critical),
            (None, Severity::Critical),
        ] {
            let public = changed(found("*", Some(true)), |finding| {
                finding.access.resource_control_policy_restriction = restriction.map(str::to_owned);
            });
            assert_eq!(
                by_account(vec![public]).judge(&CHECK).severity,
                severity,
                "{restriction:?}"
            );
        }
    }
}
