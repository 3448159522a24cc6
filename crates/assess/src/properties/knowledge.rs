//! Less evidence never turns a verdict into another one: it stays, or nobody knows.

use proptest::prelude::*;
use s3attest_model::access::{BucketAccess, Reach};
use s3attest_model::check::Scope;
use s3attest_model::control::{ControlMatrixRecord, ControlScope, ControlStatus};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Verdict;
use s3attest_model::identifiers::CheckId;
use s3attest_model::services::ServiceSource;

use super::judged::{Judged, expected_findings, judge};
use super::worlds::{holes, withhold, withhold_everything, world};
use crate::checks::CHECKS;

/// The lines of coverage by kind: accounts, buckets.
fn lines(judged: &Judged) -> (usize, usize) {
    let count = |test: fn(&CoverageRecord) -> bool| judged.coverage.iter().filter(|record| test(record)).count();
    (
        count(|record| matches!(record, CoverageRecord::Account(_))),
        count(|record| matches!(record, CoverageRecord::Bucket(_))),
    )
}

/// A part of the organization, however it is known.
fn place(record: &ControlMatrixRecord) -> (&str, &str) {
    match &record.scope {
        ControlScope::Account { account } => ("account", account.as_str()),
        ControlScope::OrganizationalUnit { path, .. } => ("unit", path),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_set_of_gaps_turns_a_verdict_or_a_control_into_another(world in world(), holes in holes()) {
        let (full, part) = (judge(&world), judge(&withhold(&world, &holes)));
        for (key, finding) in &part.findings {
            let Some(before) = full.findings.get(key) else {
                // That a list could not be read, or who knows how many regions there are, is said in place of more.
                prop_assert_eq!(finding.verdict, Verdict::NotAssessed, "{:?}", key);
                continue;
            };
            prop_assert!(
                finding.verdict == Verdict::NotAssessed || finding.verdict == before.verdict,
                "{key:?}: {} ({}) became {} ({})",
                before.verdict, before.message, finding.verdict, finding.message
            );
            prop_assert_eq!(finding.gap.is_some(), finding.verdict == Verdict::NotAssessed);
        }
        for after in &part.access {
            let same = |before: &&BucketAccess| (&before.account, &before.name) == (&after.account, &after.name);
            let Some(before) = full.access.iter().find(same) else {
                return Err(TestCaseError::fail(format!("{} came into being by a gap", after.arn())));
            };
            for (before, after) in before.answers.iter().zip(&after.answers) {
                prop_assert!(
                    after.reach == before.reach || after.reach == Reach::Unclear,
                    "{:?}, {:?}: {:?} became {:?}", after.audience, after.access, before.reach, after.reach
                );
            }
        }
        for (before, after) in full.controls.iter().zip(&part.controls) {
            prop_assert_eq!(&before.control, &after.control);
            prop_assert!(
                after.status == before.status || after.status == ControlStatus::Undetermined,
                "{}: {} became {}", before.control, before.status, after.status
            );
            let is_settled = matches!(after.status, ControlStatus::Satisfied | ControlStatus::NotApplicable);
            // What is asked of the organization alone is known without the list of anybody's buckets.
            let of_organization = |id: &CheckId| {
                let mut checks = CHECKS.iter();
                checks.any(|check| check.id == id.as_str() && check.scope() == Scope::Organization)
            };
            let rests_on_accounts = !after.checks.iter().all(|check| of_organization(&check.check));
            prop_assert!(
                !(is_settled && rests_on_accounts && holes.hide_resources()),
                "{} is {}", after.control, after.status
            );
        }
        for after in &part.matrix {
            let same = |before: &&ControlMatrixRecord| place(before) == place(after);
            let Some(before) = full.matrix.iter().find(same) else {
                return Err(TestCaseError::fail(format!("{:?} came into being by a gap", after.scope)));
            };
            for (before, after) in before.controls.iter().zip(&after.controls) {
                prop_assert_eq!(&before.control, &after.control);
                prop_assert!(
                    after.status == before.status || after.status == ControlStatus::Undetermined,
                    "{}: {} became {}", before.control, before.status, after.status
                );
            }
        }
    }

    #[test]
    fn nothing_vanishes(world in world(), holes in holes()) {
        let part = withhold(&world, &holes);
        let judged = judge(&part);
        let buckets: usize = part.accounts.iter().map(|account| account.buckets.len()).sum();
        prop_assert_eq!(lines(&judged), (part.accounts.len(), buckets));
        prop_assert_eq!(judged.access.len(), buckets);
        let expected = expected_findings(&part);
        prop_assert_eq!(judged.findings.len(), expected);
        let accounts_in_matrix = judged.matrix.iter().filter(|record| place(record).0 == "account").count();
        let in_scope = judged.coverage.iter().filter(|record| match record {
            CoverageRecord::Account(account) => account.status.is_in_scope(),
            _ => false,
        });
        prop_assert_eq!(accounts_in_matrix, in_scope.count());
        let summary = judged.summary.expect("an assessment ends with a summary");
        prop_assert_eq!(summary.counts.total(), u64::try_from(expected).expect("few"));
        let accounts = part.accounts.len() as u64;
        prop_assert!(!summary.coverage.sources.is_empty());
        for tally in &summary.coverage.sources {
            let counted: u64 = tally.accounts.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(counted + tally.not_reached + tally.out_of_scope, accounts, "{}", tally.source);
            let lines = judged.coverage.iter().filter(
                |record| matches!(record, CoverageRecord::Source(line) if line.source == tally.source),
            );
            prop_assert_eq!(counted, lines.count() as u64, "{}", tally.source);
        }
        let seen_whole = summary.coverage.seen == 10_000;
        let missing = judged.coverage.iter().any(|record| match record {
            CoverageRecord::Account(account) => !account.gaps.is_empty() || account.reads.asked == 0,
            CoverageRecord::Organization(_)
            | CoverageRecord::Region(_)
            | CoverageRecord::Source(_)
            | CoverageRecord::Bucket(_) => false,
        });
        prop_assert_eq!(seen_whole, !missing);
    }

    #[test]
    fn with_nothing_known_nothing_is_said(world in world()) {
        let judged = judge(&withhold_everything(&world));
        for (key, finding) in &judged.findings {
            // An account that is judged stands on the organization's list, and nothing else is asked here.
            if key.0 == "org-account-in-organization" {
                prop_assert_eq!(finding.verdict, Verdict::Pass, "{:?}: {}", key, finding.message);
                continue;
            }
            prop_assert_eq!(finding.verdict, Verdict::NotAssessed, "{:?}: {}", key, finding.message);
        }
        for answer in judged.access.iter().flat_map(|record| &record.answers) {
            prop_assert_eq!(answer.reach, Reach::Unclear, "{:?}, {:?}", answer.audience, answer.access);
        }
        for control in &judged.controls {
            prop_assert!(
                matches!(control.status, ControlStatus::Undetermined | ControlStatus::NotAutomated),
                "{} is {}", control.control, control.status
            );
        }
    }

    #[test]
    fn checks_read_what_they_declare_and_nothing_else(world in world(), holes in holes()) {
        for judged in [judge(&world), judge(&withhold(&world, &holes))] {
            for ((id, _), finding) in &judged.findings {
                let check = crate::find(id).expect("findings come from checks");
                let declared = check.operations();
                for reference in &finding.evidence {
                    let operation = &reference.source.operation;
                    // Whoever reads a source of regions has to know the regions; whose account one is, and which of its
                    // policies bind it, the organization says.
                    let of_places = [
                        "sts.AssumeRole",
                        "account.ListRegions",
                        "organizations.ListAccounts",
                        "organizations.DescribeOrganization",
                        "organizations.ListParents",
                        "organizations.ListPolicies",
                    ];
                    // What is put together of all accounts names the list that is missing.
                    let mut of_sources = check.reads.sources.iter().filter_map(|source| match source {
                        ServiceSource::CloudTrail => Some("cloudtrail.DescribeTrails"),
                        ServiceSource::CloudFront => Some("cloudfront.ListDistributions"),
                        _ => None,
                    });
                    prop_assert!(
                        declared.contains(operation)
                            || of_places.contains(&operation.as_str())
                            || of_sources.any(|each| each == operation.as_str()),
                        "{id} reads {operation} and does not declare it"
                    );
                }
            }
        }
    }
}
