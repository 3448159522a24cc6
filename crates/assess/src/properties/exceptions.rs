//! Exceptions over any organization: they stand beside fails and change nothing else.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use s3attest_model::control::ControlStatus;
use s3attest_model::exception::{Exception, ExceptionEffect, ExceptionStanding, ExceptionUse, Selectors, Wanted};
use s3attest_model::finding::{Finding, Verdict};

use super::judged::{Judged, World, judge, judge_with};
use super::worlds::{holes, withhold, world};
use crate::checks::CHECKS;
use crate::exceptions::Exceptions;

const TODAY: Date = date(2026, 11, 21);

fn wanted(exact: &'static [&'static str], like: &'static [&'static str]) -> BoxedStrategy<Option<Wanted>> {
    prop_oneof![
        3 => Just(None),
        1 => select(exact).prop_map(|text| Some(Wanted::Exactly(text.to_owned()))),
        1 => select(like).prop_map(|text| Some(Wanted::Like(text.to_owned()))),
    ]
    .boxed()
}

fn check() -> BoxedStrategy<Option<Wanted>> {
    let ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    prop_oneof![
        2 => Just(None),
        2 => select(ids).prop_map(|id| Some(Wanted::Exactly(id.to_owned()))),
        1 => select(vec!["*", "s3-bucket-*", "s3-account-*", "*-retention"])
            .prop_map(|text| Some(Wanted::Like(text.to_owned()))),
    ]
    .boxed()
}

fn selectors() -> impl Strategy<Value = Selectors> {
    (
        check(),
        wanted(&["111111111111", "222222222222", "333333333333"], &["1*", "*"]),
        wanted(&["aa", "bb", "dd", "zz"], &["?a", "*"]),
        wanted(
            &["arn:aws:s3:::cc", "ee", "AWS::::Account:111111111111"],
            &["arn:*:?d", "*"],
        ),
        wanted(&["classification=secret", "owner=you"], &["*=*", "cl*=s*"]),
    )
        .prop_map(|(check, account, bucket, resource, tag)| Selectors {
            check,
            account,
            bucket,
            resource,
            tag,
        })
}

/// Up to five exceptions, expired or not.
fn exceptions() -> impl Strategy<Value = Exceptions> {
    let day = select(vec![date(2026, 11, 20), TODAY, date(2026, 12, 1), date(2028, 1, 1)]);
    prop::collection::vec((selectors(), day), 0..5).prop_map(|entries| Exceptions {
        file: "exceptions.toml".to_owned(),
        digest: String::new(),
        as_of: TODAY,
        most_resources: 2,
        soon_days: 30,
        entries: entries
            .into_iter()
            .enumerate()
            .map(|(number, (selectors, expires))| Exception {
                id: format!("e{number}"),
                line: 1,
                selectors,
                owner: "owner".to_owned(),
                reason: "reason".to_owned(),
                ticket: "ticket".to_owned(),
                expires,
                note: None,
            })
            .collect(),
    })
}

fn without_exceptions(judged: &Judged) -> BTreeMap<(String, String), Finding> {
    let mut findings = judged.findings.clone();
    for finding in findings.values_mut() {
        finding.exception = None;
    }
    findings
}

/// Two assessments of one world: without exceptions, and with them.
fn both(world: &World, exceptions: &Exceptions) -> (Judged, Judged) {
    (judge(world), judge_with(world, Some(exceptions)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn exceptions_stand_beside_fails_and_change_no_finding(
        world in world(), holes in holes(), exceptions in exceptions(),
    ) {
        let (plain, with) = both(&withhold(&world, &holes), &exceptions);
        prop_assert_eq!(&plain.findings, &without_exceptions(&with));
        prop_assert_eq!(&plain.coverage, &with.coverage);
        for finding in with.findings.values() {
            prop_assert!(finding.exception.is_none() || finding.verdict == Verdict::Fail, "{finding:?}");
        }
        let (plain, with) = (plain.summary.expect("a summary"), with.summary.expect("a summary"));
        prop_assert_eq!(plain.failed_by_severity, with.failed_by_severity);
        prop_assert_eq!(plain.counts.fail, with.counts.fail);
        prop_assert_eq!(plain.counts.accepted, 0);
        prop_assert!(with.counts.accepted <= with.counts.fail);
    }

    #[test]
    fn no_exception_satisfies_a_control_or_makes_it_known(
        world in world(), holes in holes(), exceptions in exceptions(),
    ) {
        let (plain, with) = both(&withhold(&world, &holes), &exceptions);
        for (before, after) in plain.controls.iter().zip(&with.controls) {
            let is_as_it_was = after.status == before.status;
            let is_accepted = before.status == ControlStatus::NotSatisfied
                && matches!(after.status, ControlStatus::Accepted | ControlStatus::Undetermined)
                && after.counts.accepted == after.counts.fail;
            prop_assert!(is_as_it_was || is_accepted, "{}: {} became {}", before.control, before.status, after.status);
            prop_assert!(after.status != ControlStatus::Satisfied || after.counts.fail == 0);
            prop_assert!(after.status != ControlStatus::Accepted || after.counts.not_assessed == 0);
        }
    }

    #[test]
    fn an_expired_exception_changes_nothing_but_words(world in world(), holes in holes(), exceptions in exceptions()) {
        let mut exceptions = exceptions;
        for exception in &mut exceptions.entries {
            exception.expires = date(2026, 11, 20);
        }
        let (plain, with) = both(&withhold(&world, &holes), &exceptions);
        prop_assert_eq!(&plain.findings, &without_exceptions(&with));
        for finding in with.findings.values() {
            let effect = finding.exception.as_ref().map(|exception| exception.effect);
            prop_assert!(effect.is_none_or(|effect| effect == ExceptionEffect::Expired));
        }
        prop_assert_eq!(&plain.controls, &with.controls);
        let (plain, with) = (plain.summary.expect("a summary"), with.summary.expect("a summary"));
        prop_assert_eq!(plain.counts, with.counts);
        prop_assert_eq!(plain.accepted_by_severity, with.accepted_by_severity);
    }

    #[test]
    fn taking_an_exception_away_never_accepts_more(
        world in world(), exceptions in exceptions(), place in any::<prop::sample::Index>(),
    ) {
        let mut fewer = exceptions.clone();
        if !fewer.entries.is_empty() {
            fewer.entries.remove(place.index(fewer.entries.len()));
        }
        let (more, fewer) = (judge_with(&world, Some(&exceptions)), judge_with(&world, Some(&fewer)));
        for (key, finding) in &fewer.findings {
            prop_assert!(!finding.is_accepted() || more.findings[key].is_accepted(), "{key:?}");
        }
    }

    #[test]
    fn what_is_counted_is_what_stands_beside_the_findings(
        world in world(), holes in holes(), exceptions in exceptions(),
    ) {
        let judged = judge_with(&withhold(&world, &holes), Some(&exceptions));
        let summary = judged.summary.expect("a summary");
        let assessed = summary.exceptions.expect("exceptions were given");
        prop_assert_eq!(assessed.tallies.len(), exceptions.entries.len());
        let mut accepted = 0;
        for tally in &assessed.tallies {
            let beside = |effect| judged.findings.values().filter(|finding| {
                finding.exception.as_ref().is_some_and(|beside| beside.id == tally.exception.id && beside.effect == effect)
            }).count() as u64;
            prop_assert_eq!(tally.counts.accepted, beside(ExceptionEffect::Accepted));
            prop_assert!(beside(ExceptionEffect::Expired) <= tally.counts.fail);
            prop_assert!(beside(ExceptionEffect::TagsUnknown) <= tally.tags_unknown);
            prop_assert!(tally.standing != ExceptionStanding::Expired || tally.counts.accepted == 0);
            prop_assert!(tally.usage() != ExceptionUse::Unused || !holes.hide_resources() || tally.exception.selectors.account.is_some());
            prop_assert_eq!(tally.resources == 0, tally.counts.total() == 0);
            accepted += tally.counts.accepted;
        }
        prop_assert_eq!(summary.counts.accepted, accepted);
        let of_checks: u64 = summary.checks.iter().map(|check| check.counts.accepted).sum();
        let of_accounts: u64 = summary.accounts.iter().map(|account| account.counts.accepted).sum();
        let by_severity: u64 = summary.accepted_by_severity.iter().map(|(_, count)| count).sum();
        prop_assert_eq!((of_checks, of_accounts, by_severity), (accepted, accepted, accepted));
    }
}
