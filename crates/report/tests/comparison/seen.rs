//! What changed in what the runs could see, thing by thing: what is hidden is never taken for what is not there.

use s3attest_model::coverage::{AccountStatus, BucketStatus, CoverageRecord, RegionStatus};
use s3attest_model::organization::OrganizationRecord;
use s3attest_report::comparison::{
    Absence, AccountCoverageChange, Comparison, CoverageChange, Sighting, coverage_changes,
};
use s3attest_report::sample::Sample;

use crate::runs::{Account, CHECK, ONE, Plan, Said, TWO};

fn every(earlier: &Sample, later: &Sample) -> Vec<CoverageChange> {
    let steps = coverage_changes(earlier, later).expect("the runs open");
    steps.map(|step| step.expect("the runs are in order")).collect()
}

/// What became of the one account that changed; `None` when none did.
fn of_account(earlier: &Plan, later: &Plan) -> Option<AccountCoverageChange> {
    let comparison = Comparison::of(&earlier.run(), &later.run(), 5).expect("the runs are in order");
    let mut accounts = comparison.coverage.accounts;
    assert!(accounts.len() <= 1, "{accounts:?}");
    accounts.pop()
}

fn hidden() -> Plan {
    let mut plan = Plan::of([]);
    plan.is_complete = false;
    plan
}

fn with(status: AccountStatus) -> Plan {
    Plan::of([(ONE, Account::with(status))])
}

#[test]
fn an_account_that_an_incomplete_list_does_not_hold_did_not_leave_the_scope() {
    let read = Plan::of([(ONE, Account::read().bucket("a", &[(CHECK, Said::Fail)]))]);
    let lost = of_account(&read, &hidden()).expect("a change");
    assert_eq!(
        (lost.sighting, lost.absence),
        (Sighting::Lost, Some(Absence::AccountsNotListed))
    );
    assert_eq!(
        lost.reason,
        "The list of accounts is incomplete and does not hold the account: access was denied. said"
    );
    assert!(lost.remedy.contains("organizations:ListAccounts"), "{}", lost.remedy);
    let complete = of_account(&read, &Plan::of([])).expect("a change");
    assert_eq!(
        (complete.sighting, complete.absence),
        (Sighting::LeftScope, Some(Absence::NotInOrganization))
    );
    assert_eq!(
        complete.explanation(),
        "It is not named any more: the account is not in the organization."
    );
}

#[test]
fn an_account_that_an_incomplete_list_did_not_hold_is_not_new() {
    let read = || Plan::of([(ONE, Account::read())]);
    for (earlier, later, expected) in [
        (hidden(), read(), Sighting::Regained),
        (hidden(), with(AccountStatus::Denied), Sighting::Changed),
        (with(AccountStatus::Denied), hidden(), Sighting::Changed),
        (hidden(), with(AccountStatus::Excluded), Sighting::Changed),
        (with(AccountStatus::Excluded), hidden(), Sighting::Changed),
        (Plan::of([]), read(), Sighting::EnteredScope),
        (Plan::of([]), with(AccountStatus::Denied), Sighting::EnteredUnread),
        (read(), with(AccountStatus::Excluded), Sighting::LeftScope),
    ] {
        let change = of_account(&earlier, &later).expect("a change");
        assert_eq!(change.sighting, expected, "{:?} → {:?}", change.before, change.after);
    }
    assert_eq!(of_account(&read(), &read()), None);
}

#[test]
fn an_account_of_another_organization_is_not_hidden() {
    let earlier = Plan::of([(ONE, Account::read())]).run();
    let mut later = hidden().run();
    for record in &mut later.organization {
        if let OrganizationRecord::Organization(organization) = record
            && let s3attest_model::evidence::Observed::Present(organization) = &mut organization.observed
        {
            "o-other".clone_into(&mut organization.id);
        }
    }
    let comparison = Comparison::of(&earlier, &later, 5).expect("the runs are in order");
    let change = &comparison.coverage.accounts[0];
    assert_eq!(
        (change.sighting, change.absence),
        (Sighting::LeftScope, Some(Absence::OtherOrganization))
    );
}

/// A bucket that only the earlier run lists: in which direction it went, and why.
fn bucket_then(later: &Plan) -> (Option<Sighting>, Option<Absence>) {
    let earlier = Plan::of([(ONE, Account::read().bucket("a", &[(CHECK, Said::Pass)]))]);
    let found: Vec<_> = every(&earlier.run(), &later.run())
        .into_iter()
        .filter_map(|change| match change {
            CoverageChange::Bucket(bucket) => Some(bucket),
            _ => None,
        })
        .collect();
    let [bucket] = found.as_slice() else {
        panic!("one bucket is expected: {found:?}");
    };
    assert_eq!((bucket.before, bucket.after), (Some(BucketStatus::Assessed), None));
    (bucket.sighting, bucket.absence)
}

#[test]
fn a_bucket_is_taken_for_deleted_only_by_a_complete_list() {
    let mut broken = Account::read();
    broken.is_listed = false;
    for (later, sighting, absence) in [
        (
            Plan::of([(ONE, Account::read())]),
            Sighting::LeftScope,
            Absence::NotListed,
        ),
        (Plan::of([(ONE, broken)]), Sighting::Lost, Absence::BucketsNotListed),
        (with(AccountStatus::Denied), Sighting::Lost, Absence::AccountNotRead),
        (
            with(AccountStatus::Excluded),
            Sighting::LeftScope,
            Absence::AccountExcluded,
        ),
        (hidden(), Sighting::Lost, Absence::AccountsNotListed),
        (Plan::of([]), Sighting::LeftScope, Absence::NotInOrganization),
    ] {
        assert_eq!(bucket_then(&later), (Some(sighting), Some(absence)));
    }
}

#[test]
fn a_region_is_taken_for_unlisted_only_by_a_list() {
    use RegionStatus::{Assumed, Off, Read};
    let plan = |regions: &[(&'static str, RegionStatus)]| {
        let mut account = Account::read();
        account.regions = regions.iter().copied().collect();
        Plan::of([(ONE, account)])
    };
    let (here, there) = ("eu-central-1", "eu-west-1");
    for (before, after, expected) in [
        (plan(&[(here, Read)]), plan(&[(here, Assumed)]), Sighting::Lost),
        (plan(&[(here, Assumed)]), plan(&[(here, Read)]), Sighting::Regained),
        (plan(&[(here, Read)]), plan(&[(here, Off)]), Sighting::LeftScope),
        (plan(&[(here, Off)]), plan(&[(here, Read)]), Sighting::EnteredScope),
        (plan(&[(here, Off)]), plan(&[(here, Assumed)]), Sighting::EnteredUnread),
        (plan(&[(here, Read)]), with(AccountStatus::Denied), Sighting::Lost),
        (plan(&[(here, Read)]), hidden(), Sighting::Lost),
        (
            plan(&[(here, Read), (there, Read)]),
            plan(&[(there, Read)]),
            Sighting::LeftScope,
        ),
        (
            plan(&[(here, Read), (there, Assumed)]),
            plan(&[(there, Assumed)]),
            Sighting::Lost,
        ),
    ] {
        let found: Vec<_> = every(&before.run(), &after.run())
            .into_iter()
            .filter_map(|change| match change {
                CoverageChange::Region(region) => Some((region.what.to_string(), region.sighting)),
                _ => None,
            })
            .collect();
        assert_eq!(found, [(here.to_owned(), Some(expected))], "{before:?} → {after:?}");
    }
}

#[test]
fn what_changed_alike_is_counted_in_full_and_named_up_to_a_bound() {
    let mut account = Account::read();
    for number in 0..9 {
        account = account.bucket(&format!("bucket-{number}"), &[(CHECK, Said::Pass)]);
    }
    let earlier = Plan::of([(ONE, account.clone()), (TWO, account)]).run();
    let mut later = earlier.clone();
    for record in &mut later.coverage {
        if let CoverageRecord::Bucket(bucket) = record
            && bucket.bucket.as_str() != "bucket-0"
        {
            bucket.status = BucketStatus::Unreadable;
        }
    }
    let comparison = Comparison::of(&earlier, &later, 3).expect("the runs are in order");
    let coverage = &comparison.coverage;
    let [group] = coverage.buckets_moved.as_slice() else {
        panic!("{:?}", coverage.buckets_moved);
    };
    assert_eq!(
        (group.sighting, group.count, group.first.len()),
        (Sighting::Lost, 16, 3)
    );
    assert_eq!(group.first[0].what.as_str(), "bucket-1");
    assert_eq!(*group.first[0].account_name, *format!("account {ONE}"));
    assert!(!coverage.is_empty());
    let (read, unreadable) = (Some(BucketStatus::Assessed), Some(BucketStatus::Unreadable));
    assert_eq!(coverage.buckets[&(read, unreadable)], 16);
    assert_eq!(coverage.buckets[&(read, read)], 2);
    // As a stream, every bucket comes, those that stand as they stood too.
    let buckets = every(&earlier, &later);
    let buckets = buckets
        .iter()
        .filter(|change| matches!(change, CoverageChange::Bucket(_)));
    assert_eq!(buckets.count(), 18);
}
