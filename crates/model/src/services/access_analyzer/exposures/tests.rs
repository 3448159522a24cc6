//! The join of findings, held against small made-up runs.

use jiff::Timestamp;

use super::super::{AccessAnalyzer, FindingSubject, FoundAccess};
use super::*;
use crate::evidence::{Evidence, GapCause, Operation, Source};
use crate::services::Facts;

const BUCKET: &str = "arn:aws:s3:::ledger";

fn source() -> Source {
    Source::not_called(Operation::named("accessanalyzer.ListFindings"))
}

fn account(text: &str) -> AccountId {
    AccountId::new(text).expect("an account id")
}

fn owner() -> AccountId {
    account("111122223333")
}

fn region() -> RegionName {
    RegionName::new("eu-central-1").expect("a region")
}

fn finding(id: &str, principal: &str, actions: &[&str]) -> ExternalFinding {
    ExternalFinding {
        subject: FindingSubject {
            id: id.to_owned(),
            resource: Some(BUCKET.to_owned()),
            resource_type: "AWS::S3::Bucket".to_owned(),
            resource_owner_account: owner(),
            status: "ACTIVE".to_owned(),
            error: None,
            created_at: Timestamp::UNIX_EPOCH,
            analyzed_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        },
        is_public: Some(principal == "*"),
        access: FoundAccess {
            principal: Some([("AWS".to_owned(), principal.to_owned())].into()),
            actions: Some(actions.iter().map(|action| (*action).to_owned()).collect()),
            condition: BTreeMap::new(),
            sources: None,
            resource_control_policy_restriction: None,
        },
    }
}

fn analyzer(analyzer_type: &str, status: &str, monitoring: Monitoring) -> Analyzer {
    Analyzer {
        arn: format!("arn:aws:access-analyzer:eu-central-1:1:analyzer/{analyzer_type}"),
        name: analyzer_type.to_owned(),
        analyzer_type: analyzer_type.to_owned(),
        status: status.to_owned(),
        status_reason: None,
        created_at: Timestamp::UNIX_EPOCH,
        last_resource_analyzed: None,
        last_resource_analyzed_at: None,
        managed_by: None,
        monitoring,
    }
}

fn external(findings: Evidence<Vec<ExternalFinding>>) -> Monitoring {
    Monitoring::External {
        findings,
        archive_rules: Evidence::present(Vec::new(), source()),
    }
}

fn active(analyzer_type: &str, findings: Vec<ExternalFinding>) -> Analyzer {
    analyzer(analyzer_type, "ACTIVE", external(Evidence::present(findings, source())))
}

fn record(account: AccountId, analyzers: Evidence<Vec<Analyzer>>) -> ServiceRecord {
    ServiceRecord {
        account,
        region: Some(region()),
        reading: AccessAnalyzer { analyzers }.into(),
    }
}

fn noted(records: &[(&str, Vec<Analyzer>)]) -> Exposures {
    let mut exposures = Exposures::default();
    for (id, analyzers) in records {
        let analyzers = Evidence::present(analyzers.clone(), source());
        exposures.note(&record(account(id), analyzers));
    }
    exposures
}

#[test]
fn the_same_access_found_by_two_analyzers_is_one_exposure_with_two_witnesses() {
    let exposures = noted(&[
        (
            "111122223333",
            vec![active("ACCOUNT", vec![finding("a", "*", &["s3:GetObject"])])],
        ),
        (
            "999988887777",
            vec![active("ORGANIZATION", vec![finding("b", "*", &["s3:GetObject"])])],
        ),
    ]);
    let found = exposures.of_bucket(&owner(), BUCKET);
    assert_eq!(found.exposures.len(), 1);
    let exposure = &found.exposures[0];
    assert_eq!(exposure.witnesses.len(), 2);
    assert!(exposure.is_found_from(ZoneOfTrust::Account) && exposure.is_found_from(ZoneOfTrust::Organization));
    assert_eq!(exposure.is_public(), Some(true));
    let ids: Vec<_> = exposure
        .witnesses
        .iter()
        .map(|witness| &witness.finding.subject.id)
        .collect();
    assert_eq!(ids, ["a", "b"]);
}

#[test]
fn actions_that_only_one_of_two_found_stand_apart() {
    let both = finding("a", "9", &["s3:GetObject", "s3:PutObject", "s3:PutObject"]);
    let one = finding("b", "9", &["s3:GetObject"]);
    let exposures = noted(&[
        ("111122223333", vec![active("ACCOUNT", vec![both])]),
        ("999988887777", vec![active("ORGANIZATION", vec![one])]),
    ]);
    let found = exposures.of_bucket(&owner(), BUCKET);
    let told: Vec<_> = found
        .exposures
        .iter()
        .map(|exposure| (exposure.actions.clone(), exposure.witnesses.len()))
        .collect();
    assert_eq!(
        told,
        [(vec!["s3:PutObject"], 1), (vec!["s3:GetObject"], 2)],
        "every action counts once"
    );
}

#[test]
fn another_principal_or_condition_is_another_exposure() {
    let mut narrowed = finding("c", "9", &["s3:GetObject"]);
    narrowed.access.condition = [("aws:SourceVpce".to_owned(), "vpce-1".to_owned())].into();
    let exposures = noted(&[(
        "111122223333",
        vec![active(
            "ACCOUNT",
            vec![
                finding("a", "8", &["s3:GetObject"]),
                finding("b", "9", &["s3:GetObject"]),
                narrowed,
            ],
        )],
    )]);
    assert_eq!(exposures.of_bucket(&owner(), BUCKET).exposures.len(), 3);
}

#[test]
fn what_is_not_said_is_not_known() {
    let mut silent = finding("a", "9", &[]);
    silent.is_public = None;
    silent.access.principal = None;
    silent.access.actions = None;
    let mut other = silent.clone();
    other.is_public = Some(false);
    let exposures = noted(&[("111122223333", vec![active("ACCOUNT", vec![silent, other])])]);
    let found = exposures.of_bucket(&owner(), BUCKET);
    assert_eq!(found.exposures.len(), 1);
    assert_eq!(found.exposures[0].is_public(), None);
    assert!(found.exposures[0].actions.is_empty());
}

#[test]
fn errors_archived_resolved_and_lost_findings_are_no_exposures() {
    let with_status = |id: &str, status: &str| {
        let mut made = finding(id, "*", &["s3:GetObject"]);
        made.subject.status = status.to_owned();
        made
    };
    let mut error = finding("e", "*", &[]);
    error.subject.error = Some("ACCESS_DENIED".to_owned());
    let mut lost = finding("l", "*", &["s3:GetObject"]);
    lost.subject.resource = None;
    let mut former = finding("f", "*", &["s3:GetObject"]);
    former.subject.resource_owner_account = account("444455556666");
    let findings = vec![
        with_status("a", "ARCHIVED"),
        with_status("r", "RESOLVED"),
        error,
        lost,
        former,
    ];
    let exposures = noted(&[("111122223333", vec![active("ACCOUNT", findings)])]);
    let found = exposures.of_bucket(&owner(), BUCKET);
    assert!(found.exposures.is_empty());
    assert_eq!((found.archived, found.not_evaluated.len()), (1, 1));
    assert_eq!(exposures.without_bucket(), 1);
    let new = noted(&[("111122223333", vec![active("ACCOUNT", vec![with_status("n", "NEW")])])]);
    assert_eq!(
        new.of_bucket(&owner(), BUCKET).exposures.len(),
        1,
        "a status that nobody knows is none that is over"
    );
}

#[test]
fn who_did_not_look_is_not_taken_for_one_who_found_nothing() {
    let gap = || Gap::new(GapCause::Denied, "no");
    let unread = || analyzer("ACCOUNT", "ACTIVE", external(Evidence::gap(gap(), source())));
    let stopped = || analyzer("ACCOUNT", "DISABLED", Monitoring::Stopped);
    let unused = || analyzer("ACCOUNT_UNUSED_ACCESS", "ACTIVE", Monitoring::UnusedAccess);
    let cases = [
        (vec![], Watch::NoneSeen),
        (vec![unused()], Watch::NoneSeen),
        (vec![stopped()], Watch::Stopped("DISABLED".to_owned())),
        (vec![unread(), stopped()], Watch::Unknown(gap())),
        (vec![active("ACCOUNT", Vec::new()), unread()], Watch::Read),
    ];
    for (analyzers, expected) in cases {
        let exposures = noted(&[("111122223333", analyzers)]);
        assert_eq!(exposures.watch_of_account(&owner(), &region()), Some(&expected));
        assert_eq!(exposures.watch_of_organization(&region()), Some(&Watch::NoneSeen));
    }
    let mut exposures = Exposures::default();
    assert_eq!(exposures.watch_of_account(&owner(), &region()), None);
    exposures.note(&record(owner(), Evidence::gap(gap(), source())));
    assert_eq!(
        exposures.watch_of_account(&owner(), &region()),
        Some(&Watch::Unknown(gap()))
    );
    assert_eq!(
        exposures.watch_of_organization(&region()),
        Some(&Watch::Unknown(gap())),
        "it may live in the account that could not be read"
    );
    exposures.note(&record(
        account("999988887777"),
        Evidence::present(vec![active("ORGANIZATION", Vec::new())], source()),
    ));
    assert_eq!(exposures.watch_of_organization(&region()), Some(&Watch::Read));
}

#[test]
fn an_analyzer_of_an_unknown_type_may_have_looked() {
    let gap = || Gap::new(GapCause::Unsupported, "not known");
    let findings = Evidence::gap(gap(), source());
    let unknown = analyzer("ACCOUNT_NEW_ACCESS", "ACTIVE", Monitoring::UnknownType { findings });
    let exposures = noted(&[("111122223333", vec![unknown.clone()])]);
    let watch = Watch::Unknown(gap());
    assert_eq!(exposures.watch_of_account(&owner(), &region()), Some(&watch));
    assert_eq!(exposures.watch_of_organization(&region()), Some(&watch));
    let stopped = analyzer("ACCOUNT", "DISABLED", Monitoring::Stopped);
    let reading = AccessAnalyzer {
        analyzers: Evidence::present(vec![unknown, stopped], source()),
    };
    let facts = reading.facts();
    let told: Vec<_> = facts
        .iter()
        .map(|fact| (fact.aspect, fact.gap().map(|gap| gap.cause)))
        .collect();
    assert_eq!(
        told,
        [
            ("analyzers", None),
            ("findings", Some(GapCause::Unsupported)),
            ("status", None)
        ]
    );
}

#[test]
fn the_analyzer_of_the_organization_may_live_in_an_account_that_was_not_read() {
    let gap = || Gap::new(GapCause::NoSession, "denied");
    let denied = account("999988887777");
    let unknown = Watch::Unknown(gap());
    let mut exposures = noted(&[("111122223333", Vec::new())]);
    assert_eq!(exposures.watch_of_organization(&region()), Some(&Watch::NoneSeen));
    exposures.not_read(&denied, &gap());
    assert_eq!(exposures.watch_of_organization(&region()), Some(&unknown));
    assert_eq!(exposures.watch_of_account(&denied, &region()), Some(&unknown));
    assert_eq!(
        exposures.watch_of_account(&owner(), &region()),
        Some(&Watch::NoneSeen),
        "an account's analyzer lives in no other account"
    );
    exposures.note(&record(
        account("444455556666"),
        Evidence::present(vec![active("ORGANIZATION", Vec::new())], source()),
    ));
    assert_eq!(exposures.watch_of_organization(&region()), Some(&Watch::Read));
}
