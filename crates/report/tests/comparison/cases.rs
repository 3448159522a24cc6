//! What each combination of before and after comes to.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::coverage::{AccountStatus, RegionStatus, SourceStatus};
use s3attest_model::evidence::{Gap, GapCause, Observed, Operation, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Resource};
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::run::Mode;
use s3attest_report::comparison::{Absence, Aspect, Change, Comparison, Kind, Standing, changes};
use s3attest_report::sample::Sample;

use crate::runs::{Account, CHECK, ONE, OTHER, Plan, Said, TWO, access_point, of_account, of_organization, of_region};

pub(crate) fn all(earlier: &Sample, later: &Sample) -> Vec<Change> {
    let changes = changes(earlier, later).expect("the runs open");
    changes.map(|change| change.expect("the runs are in order")).collect()
}

/// The one change between two plans.
#[track_caller]
fn only(earlier: &Plan, later: &Plan) -> (Kind, Standing, Standing, Option<Absence>) {
    let found = all(&earlier.run(), &later.run());
    let [change] = found.as_slice() else {
        panic!("one change is expected: {found:?}");
    };
    (change.kind, change.before, change.after, change.absence)
}

pub(crate) fn one_bucket(said: Said) -> Plan {
    Plan {
        leaves_out: said == Said::LeftOut,
        ..Plan::of([(ONE, Account::read().bucket("a", &[(CHECK, said)]))])
    }
}

#[test]
fn two_verdicts_on_a_bucket_that_was_read_both_times() {
    use Kind::{
        Accepted, Appeared, ApplicabilityChanged, EnteredScope, Fixed, LeftScope, New, NoLongerAccepted,
        NoLongerVisible, Regressed, Unchanged, VisibleAgain,
    };
    // Before by line, after by column: pass, not applicable, fail, accepted, denied, left out, not asked.
    let table = [
        [
            Unchanged,
            ApplicabilityChanged,
            Regressed,
            Regressed,
            NoLongerVisible,
            LeftScope,
            LeftScope,
        ],
        [
            ApplicabilityChanged,
            Unchanged,
            Regressed,
            Regressed,
            NoLongerVisible,
            LeftScope,
            Unchanged,
        ],
        [Fixed, Fixed, Unchanged, Accepted, NoLongerVisible, LeftScope, LeftScope],
        [
            Fixed,
            Fixed,
            NoLongerAccepted,
            Unchanged,
            NoLongerVisible,
            LeftScope,
            LeftScope,
        ],
        [
            VisibleAgain,
            VisibleAgain,
            VisibleAgain,
            VisibleAgain,
            Unchanged,
            LeftScope,
            LeftScope,
        ],
        [
            EnteredScope,
            EnteredScope,
            EnteredScope,
            EnteredScope,
            EnteredScope,
            Unchanged,
            Unchanged,
        ],
        [Appeared, Unchanged, New, New, NoLongerVisible, Unchanged, Unchanged],
    ];
    for (before, line) in Said::ALL.into_iter().zip(table) {
        for (after, expected) in Said::ALL.into_iter().zip(line) {
            let (kind, ..) = only(&one_bucket(before), &one_bucket(after));
            assert_eq!(kind, expected, "{before:?} → {after:?}");
        }
    }
}

/// What the other run may hold instead of a finding, with the standing that this comes to.
fn absences() -> Vec<(&'static str, Plan, Absence)> {
    let other = || (TWO, Account::read());
    let mut unlisted = Account::read();
    unlisted.is_listed = false;
    let mut incomplete = Plan::of([other()]);
    incomplete.is_complete = false;
    let mut unjudged = Plan::of([(ONE, Account::read().bucket("a", &[(OTHER, Said::Pass)]))]);
    unjudged.checks = vec![OTHER];
    let mut unjudged_and_denied = Plan::of([(ONE, Account::with(AccountStatus::Denied))]);
    unjudged_and_denied.checks = vec![OTHER];
    let with = |status| Plan::of([(ONE, Account::with(status))]);
    vec![
        (
            "the list is complete",
            Plan::of([(ONE, Account::read())]),
            Absence::NotListed,
        ),
        (
            "the list broke off",
            Plan::of([(ONE, unlisted)]),
            Absence::BucketsNotListed,
        ),
        (
            "the account refused",
            with(AccountStatus::Denied),
            Absence::AccountNotRead,
        ),
        (
            "the run ended",
            with(AccountStatus::NotCollected),
            Absence::AccountNotRead,
        ),
        (
            "it is excluded",
            with(AccountStatus::Excluded),
            Absence::AccountExcluded,
        ),
        (
            "it is suspended",
            with(AccountStatus::NotActive),
            Absence::AccountNotActive,
        ),
        (
            "it left the organization",
            Plan::of([other()]),
            Absence::NotInOrganization,
        ),
        ("the accounts were not listed", incomplete, Absence::AccountsNotListed),
        ("the check was not judged", unjudged, Absence::NotJudged),
        (
            "denied, and the check was not judged",
            unjudged_and_denied,
            Absence::AccountNotRead,
        ),
        (
            "the bucket is listed and nothing is said of it",
            Plan::of([(ONE, Account::read().bucket("a", &[]))]),
            Absence::Unexplained,
        ),
    ]
}

#[track_caller]
fn of_check(earlier: &Plan, later: &Plan) -> Change {
    let mut found = all(&earlier.run(), &later.run());
    found.retain(|change| change.check().as_str() == CHECK);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_finding_without_a_successor_is_gone_only_on_evidence_and_never_fixed() {
    for said in Said::ALL {
        for (name, later, absence) in absences() {
            let change = of_check(&one_bucket(said), &later);
            let expected = match (absence.standing(), said) {
                (Standing::NotThere, _) => Kind::Gone,
                (Standing::NotKnown, Said::Denied) | (Standing::LeftOut, Said::NotAsked) => Kind::Unchanged,
                (Standing::NotKnown, Said::LeftOut) => Kind::EnteredScope,
                (Standing::NotKnown, _) => Kind::NoLongerVisible,
                (_, Said::LeftOut) => Kind::Unchanged,
                _ => Kind::LeftScope,
            };
            assert_eq!(
                (change.kind, change.absence),
                (expected, Some(absence)),
                "{said:?}, then {name}"
            );
            assert!(!change.is_failing_anew());
        }
    }
}

#[test]
fn a_finding_without_a_predecessor_says_why_there_was_none() {
    for said in Said::ALL {
        for (name, earlier, absence) in absences() {
            let change = of_check(&earlier, &one_bucket(said));
            let fails = matches!(said, Said::Fail | Said::Accepted);
            let expected = match (absence.standing(), said) {
                (Standing::NotThere | Standing::NotJudged, _) if fails => Kind::New,
                (Standing::NotThere | Standing::NotJudged, _) => Kind::Appeared,
                (Standing::NotKnown, Said::Denied) => Kind::Unchanged,
                (Standing::NotKnown, Said::LeftOut | Said::NotAsked) => Kind::LeftScope,
                (Standing::NotKnown, _) => Kind::VisibleAgain,
                (_, Said::LeftOut | Said::NotAsked) => Kind::Unchanged,
                _ => Kind::EnteredScope,
            };
            assert_eq!(
                (change.kind, change.absence),
                (expected, Some(absence)),
                "{name}, then {said:?}"
            );
            assert_eq!(change.is_failing_anew(), said == Said::Fail);
        }
    }
}

#[test]
fn what_is_not_collected_was_left_out_only_when_the_run_was_told_so() {
    let mut later = one_bucket(Said::LeftOut);
    later.leaves_out = false;
    assert_eq!(only(&one_bucket(Said::Fail), &later).0, Kind::NoLongerVisible);
}

#[test]
fn what_the_configuration_asks_no_longer_was_not_fixed_and_what_it_asks_anew_did_not_regress() {
    for said in [Said::Fail, Said::Accepted] {
        assert_eq!(only(&one_bucket(said), &one_bucket(Said::NotAsked)).0, Kind::LeftScope);
        let anew = only(&one_bucket(Said::NotAsked), &one_bucket(said));
        assert_eq!((anew.0, anew.1), (Kind::New, Standing::NotAsked));
    }
}

#[test]
fn only_what_was_left_out_explains_that_something_is_not_collected() {
    let told = |detail: &str, operation: Option<&'static str>, sources: &[&str], settings: &[&str]| {
        let mut later = one_bucket(Said::LeftOut).run();
        later.run.sources_left_out = sources.iter().map(|&key| key.to_owned()).collect();
        later.run.settings_left_out = settings.iter().map(|&key| key.to_owned()).collect();
        later.findings[0].gap = Some(Gap::new(GapCause::NotCollected, detail));
        later.findings[0].evidence = operation
            .map(|operation| EvidenceReference {
                state: EvidenceState::Gap,
                source: Source::not_called(Operation::named(operation)),
                of: None,
            })
            .into_iter()
            .collect();
        all(&one_bucket(Said::Fail).run(), &later)[0].kind
    };
    let (out, unseen) = (Kind::LeftScope, Kind::NoLongerVisible);
    assert_eq!(
        told(
            "the run holds no reading of Amazon Macie in eu-west-1",
            None,
            &["macie"],
            &[]
        ),
        out
    );
    assert_eq!(
        told("the run holds no reading of Amazon Macie", None, &["iam"], &[]),
        unseen
    );
    assert_eq!(told("IAM has made no credential report", None, &["macie"], &[]), unseen);
    assert_eq!(
        told("the run holds no list of the distributions", None, &["cloudfront"], &[]),
        out
    );
    assert_eq!(
        told("the run holds no list of the distributions", None, &["macie"], &[]),
        unseen
    );
    let setting = &BucketSetting::ALL[0];
    let operation = setting.operation();
    let operation: Option<&'static str> = Some(operation.as_str().to_owned().leak());
    assert_eq!(told("", operation, &[], &[setting.key()]), out);
    assert_eq!(told("", operation, &["macie"], &[]), unseen);
    assert_eq!(
        told("", Some("kms.GetKeyRotationStatus"), &[], &[setting.key()]),
        unseen
    );
}

#[test]
fn findings_on_the_organization_keep_the_name_of_their_account_and_count_there() {
    let plan = |said| {
        Plan::of([
            (
                ONE,
                Account::read()
                    .own(of_organization(ONE, "o-one"), CHECK, said)
                    .bucket("a", &[(CHECK, said)]),
            ),
            (TWO, Account::read().own(of_organization(TWO, "o-one"), OTHER, said)),
        ])
    };
    let (earlier, later) = (plan(Said::Fail).run(), plan(Said::Pass).run());
    for change in all(&earlier, &later) {
        assert_eq!(
            *change.account_name,
            *format!("account {}", change.resource().account())
        );
    }
    // An account of which nothing but a finding on the organization changed comes after those that follow it.
    let mut earlier = plan(Said::Pass);
    earlier.accounts.insert(
        ONE,
        Account::read().own(of_organization(ONE, "o-one"), CHECK, Said::Fail),
    );
    earlier.accounts.insert(
        TWO,
        Account::read()
            .own(of_organization(TWO, "o-one"), OTHER, Said::Fail)
            .bucket("b", &[(CHECK, Said::Fail)]),
    );
    let mut later = earlier.clone();
    for account in later.accounts.values_mut() {
        account.own.iter_mut().for_each(|(_, _, said)| *said = Said::Pass);
        account.buckets.clear();
    }
    let comparison = Comparison::of(&earlier.run(), &later.run(), 5).expect("the runs are in order");
    let accounts: Vec<_> = comparison
        .accounts
        .iter()
        .map(|account| (account.account.as_str(), account.name.to_string()))
        .collect();
    assert_eq!(accounts, [ONE, TWO].map(|id| (id, format!("account {id}"))));
}

#[test]
fn what_both_runs_leave_out_stays_out_when_the_account_cannot_be_read() {
    let read = one_bucket(Said::LeftOut);
    let mut refused = Plan::of([(
        ONE,
        Account::with(AccountStatus::Denied).own(of_account(ONE), OTHER, Said::Denied),
    )]);
    refused.leaves_out = true;
    assert_eq!(of_check(&read, &refused).kind, Kind::Unchanged);
    assert_eq!(of_check(&refused, &read).kind, Kind::Unchanged);
    refused.leaves_out = false;
    assert_eq!(of_check(&read, &refused).kind, Kind::EnteredScope);
    assert_eq!(of_check(&refused, &read).kind, Kind::LeftScope);
}

#[test]
fn a_run_of_one_account_says_nothing_of_the_others() {
    let mut later = Plan::of([(TWO, Account::read())]).run();
    later.run.mode = Mode::SingleAccount("there is no organization".to_owned());
    let found = all(&one_bucket(Said::Fail).run(), &later);
    assert_eq!(
        (found[0].kind, found[0].absence),
        (Kind::LeftScope, Some(Absence::OneAccountOnly))
    );
}

fn own(resource: Resource, said: Said) -> Plan {
    Plan::of([(ONE, Account::read().own(resource, CHECK, said))])
}

pub(crate) fn empty(change: impl FnOnce(&mut Account)) -> Plan {
    let mut account = Account::read();
    change(&mut account);
    Plan::of([(ONE, account)])
}

#[test]
fn an_account_stands_for_what_could_not_be_listed_in_it() {
    // A check of access points says so of the account when they cannot be listed.
    let denied = own(of_account(ONE), Said::Denied);
    let listed = empty(|_| {});
    assert_eq!(only(&denied, &listed).0, Kind::VisibleAgain);
    assert_eq!(only(&listed, &denied).0, Kind::NoLongerVisible);
    // The account itself never is gone while it can be read, whatever stood there.
    assert_eq!(
        only(&own(of_account(ONE), Said::Fail), &listed).0,
        Kind::NoLongerVisible
    );
    let refused = Plan::of([(
        ONE,
        Account::with(AccountStatus::Denied).own(of_account(ONE), CHECK, Said::Denied),
    )]);
    assert_eq!(
        only(&own(of_account(ONE), Said::Fail), &refused).0,
        Kind::NoLongerVisible
    );
}

#[test]
fn a_region_that_is_off_left_the_scope_and_one_that_nobody_could_list_is_out_of_sight() {
    let region = || own(of_region(ONE, "eu-central-1"), Said::Fail);
    for (regions, expected) in [
        (vec![("eu-central-1", RegionStatus::Off)], Kind::LeftScope),
        (vec![("eu-central-1", RegionStatus::Read)], Kind::NoLongerVisible),
        (vec![("eu-central-1", RegionStatus::Assumed)], Kind::NoLongerVisible),
        (vec![("eu-west-1", RegionStatus::Assumed)], Kind::NoLongerVisible),
        (vec![], Kind::NoLongerVisible),
        (vec![("eu-west-1", RegionStatus::Read)], Kind::Gone),
    ] {
        let later = empty(|account| account.regions = regions.iter().copied().collect());
        assert_eq!(only(&region(), &later).0, expected, "{regions:?}");
    }
    let off = empty(|account| account.regions = [("eu-central-1", RegionStatus::Off)].into());
    assert_eq!(only(&off, &region()).0, Kind::EnteredScope);
}

#[test]
fn an_access_point_is_gone_when_its_list_was_read_to_the_end() {
    let point = || own(access_point(ONE, "p", "eu-central-1"), Said::Fail);
    for (status, leaves_out, expected) in [
        (Some(SourceStatus::Read), false, Kind::Gone),
        (Some(SourceStatus::PartlyRead), false, Kind::NoLongerVisible),
        (Some(SourceStatus::Unreadable), false, Kind::NoLongerVisible),
        (Some(SourceStatus::NotCollected), false, Kind::NoLongerVisible),
        (Some(SourceStatus::NotCollected), true, Kind::LeftScope),
        (Some(SourceStatus::NotOffered), false, Kind::NoLongerVisible),
        (None, false, Kind::NoLongerVisible),
    ] {
        let mut later = empty(|account| account.access_points = status);
        later.leaves_out = leaves_out;
        assert_eq!(only(&point(), &later).0, expected, "{status:?}");
    }
    let off = empty(|account| account.regions = [("eu-central-1", RegionStatus::Off)].into());
    assert_eq!(only(&point(), &off).0, Kind::LeftScope);
    assert_eq!(only(&empty(|_| {}), &point()).0, Kind::New);
}

#[test]
fn the_organization_is_the_same_whoever_speaks_for_it() {
    let said = |account, id| {
        let speaking = Account::read().own(of_organization(account, id), CHECK, Said::Fail);
        let mut plan = Plan::of([(ONE, Account::read()), (TWO, Account::read())]);
        plan.accounts.insert(account, speaking);
        plan
    };
    assert_eq!(only(&said(ONE, "o-one"), &said(TWO, "o-one")).0, Kind::Unchanged);
    // Where nobody could say which organization it is, an account stands for it.
    assert_eq!(only(&said(ONE, "o-one"), &said(TWO, TWO)).0, Kind::Unchanged);
}

#[test]
fn findings_of_different_organizations_are_not_taken_for_one_another() {
    let run = |id: &str| {
        let mut run = own(of_organization(ONE, id), Said::Fail).run();
        for record in &mut run.organization {
            if let OrganizationRecord::Organization(organization) = record
                && let Observed::Present(organization) = &mut organization.observed
            {
                id.clone_into(&mut organization.id);
            }
        }
        run
    };
    let comparison = Comparison::of(&run("o-one"), &run("o-two"), 5).expect("the runs are in order");
    assert_eq!(comparison.of_kind(Kind::LeftScope).changes, 1);
    assert_eq!(comparison.of_kind(Kind::EnteredScope).changes, 1);
    assert_eq!(
        comparison.grave_differences().next().map(|each| each.aspect),
        Some(Aspect::Organization)
    );
}
