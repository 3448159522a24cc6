//! What the roll-up has to hold: gaps never settle anything, and the parts of the organization add up.

use std::sync::LazyLock;

use proptest::prelude::*;
use s3attest_model::identifiers::ControlId;

use super::*;

/// Two checks bear on SC-8, one of them on SC-13 too; a third, which no test runs unless it says so, on AC-3. The second
/// judges accounts, the others buckets.
const MAPPING: &str = "
    id = 'sample'
    title = 'A sample'
    version = '1'
    extent = 'Four controls.'
    [families]
    AC = 'Access Control'
    SC = 'System and Communications Protection'
    [controls]
    'AC-3' = { family = 'AC', title = 'Access Enforcement' }
    'AC-4' = { family = 'AC', title = 'Information Flow Enforcement' }
    'SC-8' = { family = 'SC', title = 'Transmission Confidentiality and Integrity' }
    'SC-13' = { family = 'SC', title = 'Cryptographic Protection' }
    [checks.first]
    'SC-8' = { strength = 'satisfies-part', rationale = 'First.' }
    'SC-13' = { strength = 'supports', rationale = 'Second.' }
    [checks.second]
    'SC-8' = { strength = 'supports', rationale = 'Third.' }
    [checks.third]
    'AC-3' = { strength = 'supports', rationale = 'Fourth.' }
";

fn check(id: &str) -> CheckId {
    CheckId::new(id).expect("a test's id")
}

/// The sample, with a catalogue of its three controls and one without a check, so that thousands of roll-ups take no time.
static FRAMEWORK: LazyLock<Framework> = LazyLock::new(|| {
    let known = ["first", "second", "third"].map(check);
    Framework::from_toml(MAPPING, &known).expect("the sample is valid")
});

fn of<'a>(assessments: &'a [ControlAssessment], control: &str) -> &'a ControlAssessment {
    let control = ControlId::new(control).expect("a test's id");
    assessments
        .iter()
        .find(|assessment| assessment.control == control)
        .expect("every active control is assessed")
}

/// A finding of the first or the second check, accepted or not.
type Said = (bool, Verdict, bool);

/// An account of a test: what was said of each of its resources.
#[derive(Debug, Clone)]
struct TestAccount {
    units: Option<Vec<&'static str>>,
    is_seen_whole: bool,
    resources: Vec<Vec<Said>>,
}

/// Everything that comes of a roll-up.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    controls: Vec<ControlAssessment>,
    accounts: Vec<ControlMatrixRecord>,
    units: Vec<ControlMatrixRecord>,
}

impl Outcome {
    fn status(&self, control: &str) -> ControlStatus {
        of(&self.controls, control).status
    }
}

fn cell<'a>(record: &'a ControlMatrixRecord, control: &str) -> &'a ControlCell {
    let is_it = |cell: &&ControlCell| cell.control.as_str() == control;
    record.controls.iter().find(is_it).expect("a check bears on it")
}

fn roll_up(accounts: &[TestAccount], is_withheld: bool) -> Outcome {
    let checks = [check("first"), check("second")];
    let scopes = [Scope::Bucket, Scope::Account];
    let mut roll_up = RollUp::new(&FRAMEWORK, checks.iter().zip(scopes));
    if is_withheld {
        roll_up.withhold();
    }
    let mut records = Vec::new();
    for (number, account) in accounts.iter().enumerate() {
        let unit = |path: &&str| OrganizationalUnit {
            path: (*path).to_owned(),
            id: None,
        };
        roll_up.begin_account(AccountInScope {
            account: AccountId::new(format!("{number:012}")).expect("twelve digits"),
            units: account.units.as_ref().map(|units| units.iter().map(unit).collect()),
            is_seen_whole: account.is_seen_whole,
            has_certainly_no_bucket: account.is_seen_whole && account.resources.is_empty(),
        });
        for resource in &account.resources {
            for (is_second, verdict, is_accepted) in resource {
                let slot = roll_up.slot_of(&checks[usize::from(*is_second)]);
                roll_up.add_at(slot, *verdict, *is_accepted);
            }
            roll_up.end_resource();
        }
        records.extend(roll_up.end_account());
    }
    let (controls, units) = roll_up.finish();
    Outcome {
        controls,
        accounts: records,
        units,
    }
}

fn whole(resources: Vec<Vec<Said>>) -> TestAccount {
    TestAccount {
        units: Some(vec!["/workloads"]),
        is_seen_whole: true,
        resources,
    }
}

/// The status of SC-8 after these verdicts of the two checks that bear on it, each on a resource of its own.
fn status_after(first: &[Verdict], second: &[Verdict], is_whole: bool) -> ControlStatus {
    let said = |is_second, verdicts: &[Verdict]| -> Vec<Vec<Said>> {
        let one = |verdict: &Verdict| vec![(is_second, *verdict, false)];
        verdicts.iter().map(one).collect()
    };
    let account = TestAccount {
        is_seen_whole: is_whole,
        ..whole([said(false, first), said(true, second)].concat())
    };
    roll_up(&[account], false).status("SC-8")
}

#[test]
fn the_status_follows_from_the_worst_of_what_is_known() {
    use ControlStatus as Status;
    use Verdict::{Fail, NotApplicable, NotAssessed, Pass};
    let cases: [(&[Verdict], &[Verdict], Status, Status); 9] = [
        (&[Pass, Pass], &[Pass], Status::Satisfied, Status::Undetermined),
        (&[Pass], &[NotApplicable], Status::Satisfied, Status::Undetermined),
        (&[Pass], &[], Status::Satisfied, Status::Undetermined),
        (&[Pass], &[Pass, Fail], Status::NotSatisfied, Status::NotSatisfied),
        (&[NotAssessed], &[Fail], Status::NotSatisfied, Status::NotSatisfied),
        (
            &[Pass],
            &[NotAssessed, Pass],
            Status::Undetermined,
            Status::Undetermined,
        ),
        (
            &[NotApplicable],
            &[NotAssessed],
            Status::Undetermined,
            Status::Undetermined,
        ),
        (
            &[NotApplicable],
            &[NotApplicable],
            Status::NotApplicable,
            Status::Undetermined,
        ),
        (&[], &[], Status::Undetermined, Status::Undetermined),
    ];
    for (first, second, seen, unseen) in cases {
        assert_eq!(status_after(first, second, true), seen, "{first:?} {second:?}");
        assert_eq!(
            status_after(first, second, false),
            unseen,
            "{first:?} {second:?} not seen whole"
        );
    }
}

#[test]
fn an_account_without_buckets_is_not_applicable_where_buckets_alone_are_judged() {
    let outcome = roll_up(&[whole(Vec::new())], false);
    assert_eq!(outcome.status("SC-13"), ControlStatus::NotApplicable);
    // The second check judges accounts, and said nothing of this one.
    assert_eq!(outcome.status("SC-8"), ControlStatus::Undetermined);
    let unseen = TestAccount {
        is_seen_whole: false,
        ..whole(Vec::new())
    };
    assert_eq!(roll_up(&[unseen], false).status("SC-13"), ControlStatus::Undetermined);
    assert_eq!(roll_up(&[], false).status("SC-13"), ControlStatus::Undetermined);
}

/// What SC-8 and SC-13 come to where the first check judges the organization and the second accounts (SC-13 rests on the
/// first alone), in three accounts of two units, of which the last one speaks for the organization and none was seen whole.
fn of_the_organization(said: Option<(Verdict, bool)>) -> Outcome {
    let checks = [check("first"), check("second")];
    let scopes = [Scope::Organization, Scope::Account];
    let mut roll_up = RollUp::new(&FRAMEWORK, checks.iter().zip(scopes));
    let mut accounts = Vec::new();
    for (number, path) in ["/first", "/first", "/second"].into_iter().enumerate() {
        roll_up.begin_account(AccountInScope {
            account: AccountId::new(format!("{number:012}")).expect("twelve digits"),
            units: Some(vec![OrganizationalUnit {
                path: path.to_owned(),
                id: None,
            }]),
            is_seen_whole: false,
            has_certainly_no_bucket: false,
        });
        if let (2, Some((verdict, is_accepted))) = (number, said) {
            roll_up.add_at(roll_up.slot_of(&checks[0]), verdict, is_accepted);
            roll_up.end_resource();
        }
        accounts.extend(roll_up.end_account());
    }
    let (controls, units) = roll_up.finish();
    Outcome {
        controls,
        accounts,
        units,
    }
}

#[test]
fn a_control_on_which_only_checks_of_the_organization_bear_has_their_outcome_everywhere_but_in_other_accounts() {
    for (said, expected) in [
        (Some((Verdict::Pass, false)), ControlStatus::Satisfied),
        (Some((Verdict::Fail, false)), ControlStatus::NotSatisfied),
        (Some((Verdict::Fail, true)), ControlStatus::Accepted),
        (Some((Verdict::NotAssessed, false)), ControlStatus::Undetermined),
        (Some((Verdict::NotApplicable, false)), ControlStatus::NotApplicable),
        // Without a verdict nothing is settled.
        (None, ControlStatus::Undetermined),
    ] {
        let outcome = of_the_organization(said);
        assert_eq!(outcome.status("SC-13"), expected, "{said:?}");
        assert_eq!(outcome.units.len(), 2);
        for unit in &outcome.units {
            assert_eq!(cell(unit, "SC-13").status, expected, "{said:?} {unit:?}");
        }
        for other in &outcome.accounts[..2] {
            assert_eq!(cell(other, "SC-13").status, ControlStatus::NotApplicable, "{said:?}");
        }
        let speaking = said.map_or(ControlStatus::NotApplicable, |_| expected);
        assert_eq!(cell(&outcome.accounts[2], "SC-13").status, speaking, "{said:?}");
        // Where another check bears too, what it did not say stays open.
        assert_ne!(outcome.status("SC-8"), ControlStatus::Satisfied);
        assert_eq!(cell(&outcome.accounts[0], "SC-8").status, ControlStatus::Undetermined);
    }
}

#[test]
fn switching_off_the_check_that_fails_does_not_satisfy_the_control() {
    let first = check("first");
    let mut roll_up = RollUp::new(&FRAMEWORK, [(&first, Scope::Bucket)]);
    roll_up.begin_account(AccountInScope {
        account: AccountId::new("000000000001").expect("twelve digits"),
        units: Some(Vec::new()),
        is_seen_whole: true,
        has_certainly_no_bucket: false,
    });
    roll_up.add_at(roll_up.slot_of(&first), Verdict::Pass, false);
    let _ = roll_up.end_account();
    let (assessments, _) = roll_up.finish();
    assert_eq!(of(&assessments, "SC-8").status, ControlStatus::Undetermined);
    assert_eq!(of(&assessments, "SC-13").status, ControlStatus::Satisfied);
    assert_eq!(of(&assessments, "AC-3").status, ControlStatus::Undetermined);
}

#[test]
fn every_active_control_is_assessed_in_natural_order_and_those_without_a_check_say_so() {
    let Outcome { controls, .. } = roll_up(&[], true);
    assert_eq!(controls.len(), 4);
    assert!(controls.is_sorted_by(|left, right| super::super::by_control(&left.control, &right.control).is_lt()));
    let automated: Vec<&str> = controls
        .iter()
        .filter(|assessment| assessment.is_automated())
        .map(|assessment| assessment.control.as_str())
        .collect();
    assert_eq!(automated, ["AC-3", "SC-8", "SC-13"]);
}

#[test]
fn a_control_lists_its_checks_with_their_own_counts_and_counts_each_resource_once() {
    use Verdict::{Fail, NotApplicable, Pass};
    let outcome = roll_up(
        &[whole(vec![
            vec![(false, Pass, false), (true, NotApplicable, false)],
            vec![(false, Fail, false)],
        ])],
        false,
    );
    let control = of(&outcome.controls, "SC-8");
    assert_eq!(
        (control.counts.pass, control.counts.fail, control.counts.not_applicable),
        (1, 1, 1)
    );
    assert_eq!((control.resources.passed, control.resources.failed), (1, 1));
    assert_eq!(control.resources.total(), 2);
    let listed: Vec<(&str, u64, &str)> = control
        .checks
        .iter()
        .map(|part| (part.check.as_str(), part.counts.total(), part.rationale.as_str()))
        .collect();
    assert_eq!(listed, [("first", 2, "First."), ("second", 1, "Third.")]);
    assert_eq!(control.family_title, "System and Communications Protection");
}

#[test]
fn an_accepted_fail_is_neither_satisfied_nor_not_satisfied() {
    use Verdict::{Fail, Pass};
    let accepted = vec![(false, Fail, true)];
    let outcome = roll_up(&[whole(vec![accepted.clone(), vec![(false, Pass, false)]])], false);
    let control = of(&outcome.controls, "SC-13");
    assert_eq!(control.status, ControlStatus::Accepted);
    assert_eq!((control.resources.accepted, control.resources.passed), (1, 1));
    let outcome = roll_up(&[whole(vec![accepted, vec![(false, Fail, false)]])], false);
    assert_eq!(outcome.status("SC-13"), ControlStatus::NotSatisfied);
}

#[test]
fn an_account_of_unknown_place_leaves_every_unit_in_doubt_and_a_unit_holds_what_is_below_it() {
    let pass = || vec![vec![(false, Verdict::Pass, false)]];
    let nested = TestAccount {
        units: Some(vec!["/workloads", "/workloads/production"]),
        ..whole(pass())
    };
    let failing = TestAccount {
        units: Some(vec!["/workloads", "/workloads/test"]),
        ..whole(vec![vec![(false, Verdict::Fail, false)]])
    };
    let statuses = |outcome: &Outcome| -> Vec<(String, ControlStatus, u64)> {
        outcome
            .units
            .iter()
            .map(|record| {
                let ControlScope::OrganizationalUnit { path, .. } = &record.scope else {
                    panic!("a unit is expected");
                };
                let cell = cell(record, "SC-13");
                (path.clone(), cell.status, cell.accounts.total())
            })
            .collect()
    };
    let known = roll_up(&[nested.clone(), failing.clone()], false);
    let path = |text: &str| text.to_owned();
    assert_eq!(
        statuses(&known),
        [
            (path("/workloads"), ControlStatus::NotSatisfied, 2),
            (path("/workloads/production"), ControlStatus::Satisfied, 1),
            (path("/workloads/test"), ControlStatus::NotSatisfied, 1),
        ]
    );
    let lost = TestAccount {
        units: None,
        ..whole(pass())
    };
    let in_doubt = roll_up(&[nested, failing, lost], false);
    assert_eq!(
        statuses(&in_doubt)[1],
        (path("/workloads/production"), ControlStatus::Undetermined, 1)
    );
    assert_eq!(in_doubt.status("SC-13"), ControlStatus::NotSatisfied);
}

fn said() -> impl Strategy<Value = Said> {
    let verdict = prop_oneof![
        4 => Just(Verdict::Pass),
        1 => Just(Verdict::Fail),
        2 => Just(Verdict::NotApplicable),
        1 => Just(Verdict::NotAssessed),
    ];
    (any::<bool>(), verdict, prop::bool::weighted(0.2))
}

fn accounts() -> impl Strategy<Value = Vec<TestAccount>> {
    let units = prop_oneof![
        Just(Some(vec!["/a"])),
        Just(Some(vec!["/a", "/a/b"])),
        Just(Some(vec!["/c"])),
        Just(Some(Vec::new())),
        Just(None),
    ];
    let resources = prop::collection::vec(prop::collection::vec(said(), 1..4), 0..4);
    let account =
        (units, prop::bool::weighted(0.8), resources).prop_map(|(units, is_seen_whole, resources)| TestAccount {
            units,
            is_seen_whole,
            resources,
        });
    prop::collection::vec(account, 0..5)
}

fn is_settled(status: ControlStatus) -> bool {
    matches!(
        status,
        ControlStatus::Satisfied | ControlStatus::NotApplicable | ControlStatus::Accepted
    )
}

/// Every status of a control anywhere, the organization's first.
fn statuses(outcome: &Outcome, control: &str) -> Vec<ControlStatus> {
    let records = outcome.accounts.iter().chain(&outcome.units);
    std::iter::once(outcome.status(control))
        .chain(records.map(|record| cell(record, control).status))
        .collect()
}

proptest! {
    #[test]
    fn no_set_of_gaps_settles_a_control_anywhere(
        accounts in accounts(),
        gaps in prop::collection::vec(any::<bool>(), 64),
        unseen in prop::collection::vec(any::<bool>(), 8),
        is_withheld in any::<bool>(),
    ) {
        let mut with_gaps = accounts.clone();
        let findings = with_gaps.iter_mut().flat_map(|account| account.resources.iter_mut().flatten());
        for (finding, is_gap) in findings.zip(gaps) {
            if is_gap {
                finding.1 = Verdict::NotAssessed;
            }
        }
        for (account, is_unseen) in with_gaps.iter_mut().zip(unseen) {
            account.is_seen_whole &= !is_unseen;
        }
        let before = roll_up(&accounts, false);
        let after = roll_up(&with_gaps, is_withheld);
        for control in ["SC-8", "SC-13"] {
            for (before, after) in statuses(&before, control).into_iter().zip(statuses(&after, control)) {
                prop_assert!(!is_settled(after) || before == after, "{control}: {before} became {after}");
            }
        }
    }

    #[test]
    fn a_settled_control_rests_on_nothing_that_is_unknown(accounts in accounts(), is_withheld in any::<bool>()) {
        let outcome = roll_up(&accounts, is_withheld);
        let is_known = |account: &TestAccount, second_bears: bool| {
            let mut findings = account.resources.iter().flatten();
            account.is_seen_whole
                && findings.all(|(is_second, verdict, _)| {
                    (*is_second && !second_bears) || *verdict != Verdict::NotAssessed
                })
        };
        for (control, second_bears) in [("SC-8", true), ("SC-13", false)] {
            if is_settled(outcome.status(control)) {
                prop_assert!(!is_withheld && accounts.iter().all(|account| is_known(account, second_bears)));
            }
            for record in &outcome.units {
                let ControlScope::OrganizationalUnit { path, .. } = &record.scope else { continue };
                if is_settled(cell(record, control).status) {
                    prop_assert!(!is_withheld);
                    for account in &accounts {
                        let Some(units) = &account.units else {
                            return Err(TestCaseError::fail("an account may belong to the unit"));
                        };
                        prop_assert!(!units.contains(&path.as_str()) || is_known(account, second_bears));
                    }
                }
            }
        }
        // Nobody ran the third check.
        prop_assert_eq!(outcome.status("AC-3"), ControlStatus::Undetermined);
    }

    #[test]
    fn one_unaccepted_fail_is_enough_whatever_else_is_known(
        mut accounts in accounts(),
        place in any::<prop::sample::Index>(),
        is_second in any::<bool>(),
        is_withheld in any::<bool>(),
    ) {
        prop_assume!(!accounts.is_empty());
        let index = place.index(accounts.len());
        accounts[index].resources.push(vec![(is_second, Verdict::Fail, false)]);
        let outcome = roll_up(&accounts, is_withheld);
        prop_assert_eq!(outcome.status("SC-8"), ControlStatus::NotSatisfied);
        prop_assert_eq!(cell(&outcome.accounts[index], "SC-8").status, ControlStatus::NotSatisfied);
    }

    #[test]
    fn accounts_add_up_to_the_organization(accounts in accounts(), is_withheld in any::<bool>()) {
        let outcome = roll_up(&accounts, is_withheld);
        for control in ["SC-8", "SC-13", "AC-3"] {
            let mut sum = Sum::default();
            for record in &outcome.accounts {
                let cell = cell(record, control);
                sum.add(cell.status, cell.resources);
            }
            let whole = of(&outcome.controls, control);
            prop_assert_eq!((sum.resources, sum.accounts), (whole.resources, whole.accounts));
            prop_assert_eq!(whole.accounts.total(), accounts.len() as u64);
        }
    }

    #[test]
    fn the_order_of_accounts_and_of_findings_does_not_matter(
        (accounts, mut shuffled) in accounts()
            .prop_flat_map(|accounts| (Just(accounts.clone()), Just(accounts).prop_shuffle())),
    ) {
        for resource in shuffled.iter_mut().flat_map(|account| &mut account.resources) {
            resource.reverse();
        }
        let (one, other) = (roll_up(&accounts, false), roll_up(&shuffled, false));
        prop_assert_eq!(one.controls, other.controls);
        prop_assert_eq!(one.units, other.units);
    }
}
