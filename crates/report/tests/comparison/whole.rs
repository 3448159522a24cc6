//! What a comparison says of two runs as a whole: in numbers, of what they could see, and of what they were judged by.

use s3attest_model::check::Severity;
use s3attest_model::coverage::{AccountStatus, RegionStatus, SourceStatus};
use s3attest_report::comparison::{Aspect, Comparison, Kind, Sighting, Standing};
use s3attest_report::sample::Sample;
use s3attest_report::{Redacted, Redaction, Salt};

use crate::cases::{all, empty, one_bucket};
use crate::runs::{Account, CHECK, ONE, OTHER, Plan, Said, TWO};

#[test]
fn an_account_without_its_role_takes_its_findings_out_of_sight() {
    let earlier = Plan::of([
        (
            ONE,
            Account::read().bucket("a", &[(CHECK, Said::Fail), (OTHER, Said::Pass)]),
        ),
        (TWO, Account::read().bucket("b", &[(CHECK, Said::Fail)])),
    ]);
    let mut later = earlier.clone();
    later.accounts.insert(ONE, Account::with(AccountStatus::Denied));
    let later = later.run();
    let comparison = Comparison::of(&earlier.run(), &later, 5).expect("the runs are in order");
    assert_eq!(comparison.of_kind(Kind::NoLongerVisible).changes, 2);
    assert_eq!(comparison.of_kind(Kind::NoLongerVisible).failed_before, 1);
    assert_eq!(comparison.of_kind(Kind::Fixed).changes, 0);
    let worst = comparison.worst_of(Kind::NoLongerVisible);
    assert_eq!(worst[0].before, Standing::Failed, "a fail comes before what passed");
    let lost: Vec<_> = comparison.coverage.accounts_with(Sighting::Lost).collect();
    assert_eq!(
        (lost.len(), lost[0].account.as_str(), lost[0].after),
        (1, ONE, Some(AccountStatus::Denied))
    );
    assert_eq!(comparison.accounts.len(), 1);
}

#[test]
fn the_worst_are_bounded_and_the_numbers_are_not() {
    let mut account = Account::read();
    for number in 0..50 {
        account = account.bucket(&format!("bucket-{number:02}"), &[(CHECK, Said::Fail)]);
    }
    let earlier = Plan::of([(ONE, Account::read())]).run();
    let later = Plan::of([(ONE, account)]).run();
    let comparison = Comparison::of(&earlier, &later, 7).expect("the runs are in order");
    let names: Vec<_> = comparison
        .worst_of(Kind::New)
        .iter()
        .map(|change| change.resource().name())
        .collect();
    assert_eq!(
        names,
        (0..7).map(|number| format!("bucket-{number:02}")).collect::<Vec<_>>()
    );
    assert_eq!(comparison.of_kind(Kind::New).changes, 50);
    assert_eq!(comparison.failing_anew_from(Severity::High), 50);
    assert_eq!(comparison.failing_anew_from(Severity::Critical), 0);
}

#[test]
fn a_fail_that_became_worse_is_shown() {
    let earlier = one_bucket(Said::Fail).run();
    let mut later = earlier.clone();
    later.findings[0].severity = Severity::Critical;
    let found = all(&earlier, &later);
    assert_eq!(found[0].kind, Kind::SeverityChanged);
    assert!(found[0].is_failing_anew());
    assert!(!all(&later, &earlier)[0].is_failing_anew(), "it became less bad");
}

#[test]
fn a_run_compared_with_itself_has_not_changed() {
    let run = s3attest_report::sample::sample_assessment();
    let comparison = Comparison::of(&run, &run, 5).expect("the run is in order");
    assert_eq!(comparison.changed(), 0);
    assert_eq!(comparison.of_kind(Kind::Unchanged).changes, run.summary.counts.total());
    assert!(comparison.coverage.is_empty());
    assert!(comparison.controls.is_empty());
    let aspects: Vec<_> = comparison.differences.iter().map(|each| each.aspect).collect();
    assert_eq!(aspects, [Aspect::SameRun]);
}

#[test]
fn what_the_runs_were_judged_by_is_said() {
    let earlier = one_bucket(Said::Fail).run();
    let mut later = earlier.clone();
    later.run.id = "later".to_owned();
    later.run.started_at = "2020-01-01T00:00:00Z".parse().expect("a moment");
    later.summary.configuration_digest = "other".to_owned();
    later.summary.tool_version = "9.9.9".to_owned();
    later.summary.framework.catalogue_version = "9".to_owned();
    later.summary.checks.remove(1);
    let comparison = Comparison::of(&earlier, &later, 5).expect("the runs are in order");
    let aspects: Vec<_> = comparison.differences.iter().map(|each| each.aspect).collect();
    assert_eq!(
        aspects,
        [
            Aspect::Order,
            Aspect::JudgingConfiguration,
            Aspect::JudgingVersion,
            Aspect::Frameworks,
            Aspect::ChecksRemoved
        ]
    );
    assert_eq!(
        comparison
            .difference(Aspect::ChecksRemoved)
            .map(|each| each.earlier.as_str()),
        Some(OTHER)
    );
}

#[test]
fn streams_out_of_order_are_refused() {
    let mut run = Plan::of([(
        ONE,
        Account::read()
            .bucket("a", &[(CHECK, Said::Fail)])
            .bucket("b", &[(CHECK, Said::Fail)]),
    )])
    .run();
    run.findings.reverse();
    let good = one_bucket(Said::Fail).run();
    assert!(Comparison::of(&run, &good, 5).is_err());
    assert!(Comparison::of(&good, &run, 5).is_err());
}

#[test]
fn redacted_runs_compare_as_the_runs_do() {
    let mut account = Account::read();
    for name in ["zebra", "apple", "Middle"] {
        account = account.bucket(name, &[(CHECK, Said::Fail), (OTHER, Said::Pass)]);
    }
    let earlier = Plan::of([(ONE, account.clone()), (TWO, account.clone())]);
    let mut later = earlier.clone();
    later.accounts.insert(ONE, Account::with(AccountStatus::Denied));
    later.accounts.insert(
        TWO,
        Account::read()
            .bucket("apple", &[(CHECK, Said::Pass), (OTHER, Said::Fail)])
            .bucket("new", &[(CHECK, Said::Fail)]),
    );
    let (earlier, later) = (earlier.run(), later.run());
    let plain = Comparison::of(&earlier, &later, 5).expect("the runs are in order");
    let salt = Salt::new(vec![7; 32]).expect("long enough");
    let redaction = Redaction::of(&salt, &[&earlier, &later]).expect("the samples are read");
    let (earlier, later) = (Redacted::new(&earlier, &redaction), Redacted::new(&later, &redaction));
    let redacted = Comparison::of(&earlier, &later, 5).expect("the runs are in order");
    assert_eq!(redacted.kinds, plain.kinds);
    assert_eq!(redacted.of_kind(Kind::NoLongerVisible).changes, 6);
    assert_eq!(redacted.of_kind(Kind::Gone).changes, 4);
    assert_eq!(redacted.accounts.len(), plain.accounts.len());
}

#[test]
fn coverage_that_changed_shows_wherever_it_changed() {
    use s3attest_model::coverage::{CoverageRecord, OrganizationCoverage, ReadCounts};
    use s3attest_model::services::ServiceSource;

    let of_organization = |status| {
        let mut run = empty(|_| {}).run();
        let line = OrganizationCoverage {
            source: ServiceSource::OrganizationPolicies,
            status,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        };
        run.coverage.insert(0, CoverageRecord::Organization(line));
        run
    };
    let compare = |earlier: &Sample, later: &Sample| {
        let comparison = Comparison::of(earlier, later, 5).expect("the runs are in order");
        comparison.coverage
    };
    let (read, unreadable) = (SourceStatus::Read, SourceStatus::Unreadable);
    let lost = compare(&of_organization(read), &of_organization(unreadable));
    assert!(!lost.is_empty());
    assert_eq!(lost.organization[0].sighting, Sighting::Lost);
    let unnamed = compare(&of_organization(read), &empty(|_| {}).run());
    assert_eq!(unnamed.organization[0].sighting, Sighting::Lost);

    let assumed = empty(|account| account.regions = [("eu-central-1", RegionStatus::Assumed)].into());
    let regions = compare(&empty(|_| {}).run(), &assumed.run());
    assert!(!regions.is_empty());
    assert_eq!(
        regions.regions[&(Some(RegionStatus::Read), Some(RegionStatus::Assumed))],
        1
    );

    let of_source = |before, after, leaves_out| {
        let earlier = empty(|account| account.access_points = Some(before)).run();
        let mut later = empty(|account| account.access_points = Some(after));
        later.leaves_out = leaves_out;
        let coverage = compare(&earlier, &later.run());
        let change = coverage.sources.first();
        change.map(|one| [one.lost, one.regained, one.changed, one.left_scope, one.entered_scope])
    };
    let (off, left_out) = (SourceStatus::NotSubscribed, SourceStatus::NotCollected);
    assert_eq!(of_source(read, unreadable, false), Some([1, 0, 0, 0, 0]));
    assert_eq!(of_source(unreadable, off, false), Some([0, 1, 0, 0, 0]));
    assert_eq!(of_source(read, off, false), Some([0, 0, 1, 0, 0]));
    assert_eq!(of_source(off, SourceStatus::NotOffered, false), Some([0, 0, 1, 0, 0]));
    assert_eq!(of_source(read, left_out, true), Some([0, 0, 0, 1, 0]));
    assert_eq!(of_source(read, left_out, false), Some([1, 0, 0, 0, 0]));
    assert_eq!(of_source(read, read, false), None);
}
