//! Accounts in and out of scope: who is judged, who only stands in the coverage.

use s3attest_model::check::Scope;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::evidence::{Evidence, GapCause};
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::organization::{Account, AccountListing, Selection};

use super::judged::{Judged, World, WorldAccount, expected_findings, judge};
use crate::checks::{CHECKS, scene};
use crate::parameters::Parameters;

fn account(id: &str, selection: Selection, is_read: bool) -> WorldAccount {
    let mut bucket = scene::bucket("leftover");
    bucket.account = scene::account_id(id);
    WorldAccount {
        account: Account {
            selection,
            ..scene::account(id)
        },
        facts: is_read.then(|| scene::facts(id)),
        services: Vec::new(),
        buckets: if is_read { vec![bucket] } else { Vec::new() },
    }
}

fn world_of(account: WorldAccount) -> World {
    World {
        accounts: vec![account],
        listing: Evidence::present(AccountListing { count: 1 }, scene::source("organizations.ListAccounts")),
        has_policies: true,
        parameters: Parameters::default(),
    }
}

fn of_one(account: WorldAccount) -> Judged {
    judge(&world_of(account))
}

/// Whether a finding is about an account or what is in it, and not about the organization.
fn is_of_account(finding: &Finding) -> bool {
    !matches!(finding.resource, Resource::Organization { .. })
}

#[test]
fn accounts_out_of_scope_stand_in_the_coverage_alone_even_when_a_snapshot_holds_them() {
    for (selection, status) in [
        (Selection::Excluded("exclude".to_owned()), AccountStatus::Excluded),
        (Selection::NotActive, AccountStatus::NotActive),
    ] {
        for is_read in [false, true] {
            let judged = of_one(account(scene::ACCOUNT, selection.clone(), is_read));
            assert!(!judged.findings.values().any(is_of_account), "{status}");
            assert!(judged.matrix.is_empty(), "{status}");
            let [CoverageRecord::Account(covered)] = judged.coverage.as_slice() else {
                panic!("one line of coverage, for the account");
            };
            assert_eq!(covered.status, status);
            let totals = judged.summary.expect("an assessment ends with a summary").coverage;
            for tally in totals.sources {
                assert_eq!((tally.not_reached, tally.out_of_scope), (0, 1), "{}", tally.source);
                assert!(!tally.is_incomplete());
            }
        }
    }
}

#[test]
fn an_account_in_scope_that_was_not_read_is_not_assessed_and_leaves_no_control_satisfied() {
    let of_organization = CHECKS
        .iter()
        .filter(|check| check.scope() == Scope::Organization)
        .count();
    for (selection, cause) in [
        (Selection::Selected, GapCause::Interrupted),
        (Selection::Undecided("tags".to_owned()), GapCause::NotCollected),
    ] {
        let world = world_of(account(scene::ACCOUNT, selection, false));
        let judged = judge(&world);
        assert_eq!(judged.findings.len(), expected_findings(&world));
        let of_account: Vec<_> = judged
            .findings
            .values()
            .filter(|finding| is_of_account(finding))
            .collect();
        assert_eq!(of_account.len(), judged.findings.len() - of_organization);
        for finding in of_account {
            assert_eq!(finding.verdict, Verdict::NotAssessed);
            assert_eq!(finding.gap.as_ref().map(|gap| gap.cause), Some(cause));
        }
        let settled = |status| matches!(status, ControlStatus::Satisfied | ControlStatus::NotApplicable);
        assert!(!judged.controls.iter().any(|control| settled(control.status)));
        let cells = judged.matrix.iter().flat_map(|record| &record.controls);
        assert!(cells.clone().count() > 0);
        for cell in cells {
            assert_eq!(cell.status, ControlStatus::Undetermined, "{}", cell.control);
        }
        let summary = judged.summary.expect("an assessment ends with a summary");
        assert_eq!(summary.coverage.seen, 0);
        for tally in summary.coverage.sources {
            assert_eq!((tally.not_reached, tally.out_of_scope), (1, 0), "{}", tally.source);
            assert!(tally.is_incomplete());
        }
    }
}

#[test]
fn an_account_that_was_read_is_judged_with_its_buckets() {
    let judged = of_one(account(scene::ACCOUNT, Selection::Selected, true));
    assert_eq!(judged.findings.len(), CHECKS.len());
    let summary = judged.summary.expect("an assessment ends with a summary");
    assert_eq!(summary.coverage.seen, 10_000);
    assert_eq!(summary.accounts.len(), 1);
    assert_eq!(summary.checks.len(), CHECKS.len());
    assert_eq!(
        summary.counts.fail,
        u64::try_from(
            judged
                .findings
                .values()
                .filter(|finding| finding.verdict == Verdict::Fail)
                .count()
        )
        .expect("few")
    );
    assert!(summary.worst.iter().all(|finding| finding.verdict == Verdict::Fail));
}
