//! Whatever two runs hold: every finding is counted once, and seeing less never looks like an improvement.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use s3attest_model::coverage::{AccountStatus, CoverageRecord, RegionStatus, SourceStatus};
use s3attest_report::comparison::{Comparison, CoverageChange, Kind, Sighting, Standing, changes, coverage_changes};
use s3attest_report::sample::Sample;

use crate::runs::{Account, CHECK, ONE, OTHER, Plan, Said, TWO, access_point, of_account, of_organization, of_region};

const REGIONS: [&str; 2] = ["eu-central-1", "eu-west-1"];

fn account(id: &'static str) -> impl Strategy<Value = Account> {
    let says = || proptest::collection::btree_map(select(vec![CHECK, OTHER]), select(Said::ALL.to_vec()), 0..3);
    let names = select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned);
    let resources = vec![
        of_account(id),
        of_region(id, REGIONS[0]),
        of_region(id, REGIONS[1]),
        access_point(id, "p", REGIONS[0]),
        access_point(id, "q", REGIONS[1]),
    ];
    let regions = select(vec![RegionStatus::Read, RegionStatus::Off, RegionStatus::Assumed]);
    (
        select(AccountStatus::ALL.to_vec()),
        any::<bool>(),
        proptest::collection::btree_map(select(REGIONS.to_vec()), regions, 0..3),
        proptest::option::of(select(SourceStatus::ALL.to_vec())),
        proptest::collection::vec(
            (
                select(resources),
                select(vec![CHECK, OTHER]),
                select(Said::ALL.to_vec()),
            ),
            0..5,
        ),
        proptest::collection::btree_map(names, says(), 0..4),
    )
        .prop_map(|(status, is_listed, regions, access_points, own, buckets)| Account {
            status,
            is_listed,
            regions,
            access_points,
            own,
            buckets,
        })
}

fn plan() -> impl Strategy<Value = Plan> {
    let speaker = proptest::option::of((
        select(vec![ONE, TWO]),
        select(vec!["o-one", ONE]),
        select(Said::ALL.to_vec()),
    ));
    (
        proptest::option::of(account(ONE)),
        proptest::option::of(account(TWO)),
        select(vec![vec![CHECK], vec![CHECK, OTHER], vec![]]),
        any::<bool>(),
        any::<bool>(),
        speaker,
    )
        .prop_map(|(one, two, checks, is_complete, leaves_out, speaker)| {
            let mut accounts = BTreeMap::new();
            accounts.extend(one.map(|account| (ONE, account)));
            accounts.extend(two.map(|account| (TWO, account)));
            if let Some((account, id, said)) = speaker
                && let Some(speaking) = accounts.get_mut(account)
            {
                speaking.own.push((of_organization(account, id), CHECK, said));
            }
            Plan {
                accounts,
                checks,
                is_complete,
                leaves_out,
            }
        })
}

/// One way in which a later run sees less.
#[derive(Debug, Clone, Copy)]
enum Loss {
    Denied(&'static str),
    NotCollected(&'static str),
    Unlisted(&'static str),
    Blind(&'static str),
    Missing(&'static str),
    Empty,
}

fn losses() -> impl Strategy<Value = Vec<Loss>> {
    let losses = [ONE, TWO].into_iter().flat_map(|id| {
        [
            Loss::Denied(id),
            Loss::NotCollected(id),
            Loss::Unlisted(id),
            Loss::Blind(id),
            Loss::Missing(id),
        ]
    });
    proptest::collection::vec(select(losses.chain([Loss::Empty]).collect::<Vec<_>>()), 1..4)
}

/// Takes sight away from a run.
fn lose(plan: &mut Plan, loss: Loss) {
    let unread = |plan: &mut Plan, id, status| {
        if let Some(account) = plan.accounts.get_mut(id)
            && account.status.is_in_scope()
        {
            *account = Account::with(status).own(of_account(id), CHECK, Said::Denied);
        }
    };
    match loss {
        Loss::Denied(id) => unread(plan, id, AccountStatus::Denied),
        Loss::NotCollected(id) => unread(plan, id, AccountStatus::NotCollected),
        Loss::Unlisted(id) => {
            if let Some(account) = plan.accounts.get_mut(id) {
                account.is_listed = false;
                account.buckets.pop_last();
                account
                    .regions
                    .values_mut()
                    .for_each(|status| *status = RegionStatus::Assumed);
                account.access_points = account.access_points.map(|_| SourceStatus::Unreadable);
                account.own.pop();
            }
        }
        Loss::Blind(id) => {
            if let Some(account) = plan.accounts.get_mut(id) {
                let own = account.own.iter_mut().map(|(_, _, said)| said);
                let buckets = account.buckets.values_mut().flat_map(BTreeMap::values_mut);
                own.chain(buckets).for_each(|said| *said = Said::Denied);
            }
        }
        Loss::Missing(id) => {
            plan.accounts.remove(id);
            plan.is_complete = false;
        }
        Loss::Empty => {
            plan.accounts.clear();
            plan.is_complete = false;
        }
    }
}

fn compare(earlier: &Sample, later: &Sample) -> Comparison {
    Comparison::of(earlier, later, 3).expect("the runs are in order")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_finding_of_both_runs_is_counted_exactly_once(before in plan(), after in plan()) {
        let (earlier, later) = (before.run(), after.run());
        let comparison = compare(&earlier, &later);
        let sum = |of: fn(&s3attest_report::comparison::KindTally) -> u64| -> u64 {
            comparison.kinds.iter().map(|(_, tally)| of(tally)).sum()
        };
        prop_assert_eq!(sum(|tally| tally.in_earlier), earlier.findings.len() as u64);
        prop_assert_eq!(sum(|tally| tally.in_later), later.findings.len() as u64);
        prop_assert_eq!(sum(|tally| tally.failed_before), earlier.summary.counts.unaccepted());
        prop_assert_eq!(sum(|tally| tally.failing_now), later.summary.counts.unaccepted());
        let by_account: u64 = comparison.accounts.iter().flat_map(|account| account.kinds.values()).sum();
        let by_check: u64 = comparison.checks.values().flat_map(BTreeMap::values).sum();
        let by_severity: u64 = comparison.severities.values().sum();
        prop_assert_eq!([by_account, by_check, by_severity], [comparison.changed(); 3]);
        // The very findings come out again, and none of them twice.
        let mut found = (Vec::new(), Vec::new());
        for change in changes(&earlier, &later).expect("the runs open") {
            let change = change.expect("the runs are in order");
            found.0.extend(change.earlier);
            found.1.extend(change.later);
        }
        for (found, held) in [(found.0, &earlier.findings), (found.1, &later.findings)] {
            let key = |finding: &s3attest_model::finding::Finding| serde_json::to_string(finding).expect("JSON");
            let mut found: Vec<_> = found.iter().map(key).collect();
            let mut held: Vec<_> = held.iter().map(key).collect();
            found.sort();
            held.sort();
            prop_assert_eq!(found, held);
        }
    }

    #[test]
    fn what_is_not_seen_any_more_is_never_fixed_and_never_gone(before in plan(), losses in losses()) {
        let mut after = before.clone();
        for loss in losses {
            lose(&mut after, loss);
        }
        let comparison = compare(&before.run(), &after.run());
        for kind in [Kind::Fixed, Kind::Gone, Kind::Accepted, Kind::Regressed, Kind::New] {
            prop_assert_eq!(comparison.of_kind(kind).changes, 0, "{}", kind);
        }
    }

    #[test]
    fn what_is_not_seen_any_more_neither_left_the_scope_nor_is_seen_more(before in plan(), losses in losses()) {
        let mut after = before.clone();
        for loss in losses {
            lose(&mut after, loss);
        }
        // A region of which it was known that it is off, and which is now taken for enabled, is new and not read.
        let is_less = |sighting| matches!(sighting, Sighting::Lost | Sighting::Changed | Sighting::EnteredUnread);
        let (earlier, later) = (before.run(), after.run());
        let buckets = |sample: &Sample| {
            let of = |record: &&CoverageRecord| matches!(record, CoverageRecord::Bucket(_));
            sample.coverage.iter().filter(of).count()
        };
        let held = (buckets(&earlier), buckets(&later));
        let mut found = (0, 0);
        for change in coverage_changes(&earlier, &later).expect("the runs open") {
            let (account, sighting) = match change.expect("the runs are in order") {
                CoverageChange::Account(account) => (account.account, Some(account.sighting)),
                CoverageChange::Region(region) => (region.account, region.sighting),
                CoverageChange::Bucket(bucket) => {
                    found.0 += usize::from(bucket.before.is_some());
                    found.1 += usize::from(bucket.after.is_some());
                    (bucket.account, bucket.sighting)
                }
                CoverageChange::Organization(_) | CoverageChange::Source(_) => continue,
            };
            if before.accounts[account.as_str()].status.is_in_scope() {
                prop_assert!(sighting.is_none_or(is_less), "{}: {:?}", account, sighting);
            }
        }
        prop_assert_eq!(found, held);
        prop_assert!(compare(&later, &later).coverage.is_empty());
    }

    #[test]
    fn whatever_changes_is_fixed_only_by_a_verdict_and_gone_only_by_a_list(before in plan(), after in plan()) {
        for change in changes(&before.run(), &after.run()).expect("the runs open") {
            let change = change.expect("the runs are in order");
            if change.kind == Kind::Fixed {
                prop_assert!(matches!(change.after, Standing::Passed | Standing::NotApplicable));
                prop_assert!(change.later.is_some());
            }
            if change.kind == Kind::Gone {
                let account = &after.accounts[change.resource().account().as_str()];
                prop_assert!(matches!(account.status, AccountStatus::Assessed | AccountStatus::PartlyAssessed));
                prop_assert!(account.is_listed || change.resource().is_of_account());
            }
            prop_assert!(change.kind != Kind::Unchanged || change.before.is_fail() == change.after.is_fail());
        }
    }
}
