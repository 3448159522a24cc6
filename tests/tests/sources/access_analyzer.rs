//! IAM Access Analyzer.

use std::collections::BTreeSet;

use s3attest_collect::Wishes;
use s3attest_model::evidence::{GapCause, Observed};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::access_analyzer::exposures::{Exposures, ZoneOfTrust};
use s3attest_model::services::{Facts, Monitoring, Reading, ServiceRecord, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Analyzer, AnalyzerAccess, AnalyzerFinding, Fault, FaultKind, Refuser};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{organization, plain, read};

pub(crate) fn truth(scenario: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let analyzers = account.services.access_analyzer.iter();
    let analyzers = analyzers.filter(|analyzer| Some(analyzer.region.as_str()) == region);
    let mut analyzers: Vec<Value> = analyzers
        .map(|analyzer| {
            json!({
                "arn": analyzer.arn(&scenario.partition, &account.id),
                "name": analyzer.name,
                "analyzer_type": analyzer.analyzer_type,
                "status": analyzer.status,
                "status_reason": analyzer.status_reason,
                "created_at": analyzer.created_at,
                "last_resource_analyzed": analyzer.last_resource_analyzed,
                "last_resource_analyzed_at": analyzer.last_resource_analyzed_at,
                "managed_by": analyzer.managed_by,
                "monitoring": monitoring(analyzer),
            })
        })
        .collect();
    sort(&mut analyzers, "/arn");
    json!({"analyzers": analyzers})
}

fn monitoring(analyzer: &Analyzer) -> Value {
    if analyzer.analyzer_type.ends_with("_UNUSED_ACCESS") {
        return json!("unused-access");
    }
    if analyzer.status != "ACTIVE" {
        return json!("stopped");
    }
    let is_internal = analyzer.analyzer_type.ends_with("_INTERNAL_ACCESS");
    let findings = analyzer.findings.iter();
    let mut findings: Vec<Value> = findings
        .filter(|finding| finding.resource_type.starts_with("AWS::S3"))
        .map(|finding| {
            if is_internal {
                internal(finding)
            } else {
                external(finding)
            }
        })
        .collect();
    sort(&mut findings, "/subject/id");
    let rules = analyzer.archive_rules.iter();
    let mut rules: Vec<Value> = rules
        .map(|rule| {
            let criterion = |(key, criterion): (&String, &s3attest_orgsim::scenario::AnalyzerCriterion)| {
                let said = json!({
                    "equals": criterion.eq,
                    "differs_from": criterion.neq,
                    "contains": criterion.contains,
                    "exists": criterion.exists,
                });
                (key.clone(), said)
            };
            let filter: serde_json::Map<String, Value> = rule.filter.iter().map(criterion).collect();
            json!({
                "name": rule.name,
                "filter": filter,
                "created_at": rule.created_at,
                "updated_at": rule.updated_at,
            })
        })
        .collect();
    sort(&mut rules, "/name");
    let kind = if is_internal { "internal" } else { "external" };
    json!({kind: {"findings": findings, "archive_rules": rules}})
}

fn external(finding: &AnalyzerFinding) -> Value {
    let access = finding.accesses.first();
    json!({
        "subject": subject(finding),
        "is_public": access.and_then(|access| access.is_public),
        "access": access.map_or_else(
            || json!({
                "principal": null,
                "actions": null,
                "condition": {},
                "sources": null,
                "resource_control_policy_restriction": null,
            }),
            found,
        ),
    })
}

fn internal(finding: &AnalyzerFinding) -> Value {
    let details = finding.accesses.iter().map(|access| {
        json!({
            "principal_owner_account": access.principal_owner_account,
            "principal_type": access.principal_type,
            "access_type": access.access_type,
            "access": found(access),
            "service_control_policy_restriction": access.service_control_policy_restriction,
        })
    });
    json!({"subject": subject(finding), "details": details.collect::<Vec<_>>()})
}

fn subject(finding: &AnalyzerFinding) -> Value {
    json!({
        "id": finding.id,
        "resource": finding.resource,
        "resource_type": finding.resource_type,
        "resource_owner_account": finding.resource_owner_account,
        "status": finding.status,
        "error": finding.error,
        "created_at": finding.created_at,
        "analyzed_at": finding.analyzed_at,
        "updated_at": finding.updated_at,
    })
}

fn found(access: &AnalyzerAccess) -> Value {
    json!({
        "principal": access.principal,
        "actions": access.actions,
        "condition": access.condition,
        "sources": access.sources.iter().map(|source| json!({
            "source_type": source.source_type,
            "access_point_arn": source.access_point_arn,
            "access_point_account": source.access_point_account,
        })).collect::<Vec<_>>(),
        "resource_control_policy_restriction": access.resource_control_policy_restriction,
    })
}

fn sort(values: &mut [Value], pointer: &str) {
    values.sort_by_key(|value| {
        let key = value.pointer(pointer).and_then(Value::as_str);
        key.map(str::to_owned)
    });
}

fn only() -> BTreeSet<ServiceSource> {
    [ServiceSource::AccessAnalyzer].into()
}

/// What is read while one operation of the service is struck by a fault.
fn struck(operation: &str, kind: FaultKind) -> (Simulation, Vec<ServiceRecord>) {
    let mut scenario = organization();
    scenario.faults = vec![Fault {
        service: Some("accessanalyzer".to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(kind)
    }];
    let simulation = Simulation::start(scenario);
    let records = read(&simulation, &only(), Wishes::default());
    (simulation, records)
}

/// The analyzers of a record as they were read.
fn analyzers(record: &ServiceRecord) -> &[s3attest_model::services::Analyzer] {
    let Reading::AccessAnalyzer(reading) = &record.reading else {
        unreachable!("nothing else was read");
    };
    match &reading.analyzers.observed {
        Observed::Present(analyzers) => analyzers,
        Observed::Absent | Observed::Gap(_) => &[],
    }
}

#[test]
fn the_organization_that_is_read_holds_every_awkward_kind() {
    let scenario = organization();
    let all: Vec<&Analyzer> = scenario
        .accounts
        .iter()
        .flat_map(|account| &account.services.access_analyzer)
        .collect();
    let findings = || all.iter().flat_map(|analyzer| &analyzer.findings);
    let accesses = || findings().flat_map(|finding| &finding.accesses);
    let of_type = |word: &str| all.iter().filter(|analyzer| analyzer.analyzer_type == word).count();
    for word in [
        "ACCOUNT",
        "ORGANIZATION",
        "ACCOUNT_UNUSED_ACCESS",
        "ACCOUNT_INTERNAL_ACCESS",
        "ORGANIZATION_INTERNAL_ACCESS",
    ] {
        assert!(of_type(word) > 0, "no analyzer of type {word}");
    }
    assert!(all.iter().any(|analyzer| analyzer.managed_by.is_some()));
    assert!(all.iter().any(|analyzer| analyzer.status_reason.is_some()));
    assert!(
        all.iter()
            .any(|analyzer| analyzer.status != "ACTIVE" && !analyzer.findings.is_empty())
    );
    for status in ["ACTIVE", "ARCHIVED", "RESOLVED"] {
        assert!(
            findings().any(|finding| finding.status == status),
            "nothing is {status}"
        );
    }
    assert!(findings().any(|finding| finding.error.is_some()));
    assert!(findings().any(|finding| finding.resource_type == "AWS::KMS::Key"));
    assert!(
        findings().any(|finding| finding.accesses.len() > 2),
        "no details on two pages"
    );
    assert!(
        all.iter().any(|analyzer| analyzer.findings.len() > 5),
        "no findings on two pages"
    );
    assert!(
        all.iter().any(|analyzer| analyzer.archive_rules.len() > 2),
        "no rules on two pages"
    );
    assert!(accesses().any(|access| access.resource_control_policy_restriction.as_deref() == Some("APPLICABLE")));
    assert!(accesses().any(|access| !access.condition.is_empty()));
    for source in ["POLICY", "BUCKET_ACL", "S3_ACCESS_POINT", "S3_ACCESS_POINT_ACCOUNT"] {
        let has = |access: &AnalyzerAccess| access.sources.iter().any(|each| each.source_type == source);
        assert!(accesses().any(has), "nothing is granted by {source}");
    }
}

#[test]
fn a_refused_list_of_findings_leaves_the_rest_of_the_analyzer() {
    let (_, records) = struck("ListFindings", FaultKind::Denied(Refuser::IdentityPolicy));
    let mut seen = 0;
    for analyzer in records.iter().flat_map(analyzers) {
        if let Monitoring::External {
            findings,
            archive_rules,
        } = &analyzer.monitoring
        {
            seen += 1;
            assert_eq!(findings.as_gap().map(|gap| gap.cause), Some(GapCause::Denied));
            assert!(archive_rules.known().is_ok());
        }
    }
    assert!(seen > 0);
}

#[test]
fn a_refused_list_of_analyzers_is_one_gap_and_nothing_more_is_asked() {
    let (simulation, records) = struck("ListAnalyzers", FaultKind::Denied(Refuser::ServiceControlPolicy));
    for record in &records {
        assert_eq!(plain(record), json!({"analyzers": {"gap": "denied"}}));
        assert_eq!(record.reading.facts().len(), 1);
    }
    let ledger = simulation.world().ledger();
    assert_eq!(ledger.calls("accessanalyzer", "ListFindings"), 0);
    assert_eq!(ledger.calls("accessanalyzer", "ListArchiveRules"), 0);
}

#[test]
fn refused_details_are_gaps_of_their_findings_and_each_is_told() {
    let (_, records) = struck("GetFindingV2", FaultKind::Denied(Refuser::IdentityPolicy));
    let mut refused = 0;
    for record in &records {
        let facts = record.reading.facts();
        let gaps = facts.iter().filter(|fact| fact.gap().is_some());
        assert!(gaps.clone().all(|fact| fact.aspect == "access"));
        refused += gaps.count();
        for analyzer in analyzers(record) {
            if let Monitoring::Internal { findings, .. } = &analyzer.monitoring {
                let findings = findings.known().expect("the list was read").expect("it is there");
                assert!(findings.iter().all(|finding| finding.details.as_gap().is_some()));
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_list_without_end_is_no_list_and_an_empty_page_is_no_end() {
    let (_, records) = struck("ListFindings", FaultKind::EndlessPages);
    for analyzer in records.iter().flat_map(analyzers) {
        if let Monitoring::External { findings, .. } = &analyzer.monitoring {
            assert_eq!(findings.as_gap().map(|gap| gap.cause), Some(GapCause::MalformedAnswer));
        }
    }
    let (simulation, records) = struck("*", FaultKind::EmptyPage);
    let scenario = simulation.world().scenario();
    for record in &records {
        let account = scenario
            .account(record.account.as_str())
            .expect("it is in the scenario");
        let region = record.region.as_ref().map(RegionName::as_str);
        assert_eq!(plain(record), truth(scenario, account, region));
    }
}

#[test]
fn a_whole_run_says_of_each_bucket_who_reaches_it_and_says_it_once() {
    let simulation = Simulation::start(organization());
    let mut exposures = Exposures::default();
    for record in &read(&simulation, &only(), Wishes::default()) {
        exposures.note(record);
    }
    let scenario = simulation.world().scenario();
    let mut with_two_witnesses = 0;
    for account in &scenario.accounts {
        let owner = AccountId::new(account.id.as_str()).expect("an account id");
        for bucket in &account.buckets {
            let arn = format!("arn:aws:s3:::{}", bucket.name);
            let said = exposures.of_bucket(&owner, &arn);
            let mut told = Vec::new();
            for exposure in &said.exposures {
                with_two_witnesses += usize::from(
                    exposure.is_found_from(ZoneOfTrust::Account) && exposure.is_found_from(ZoneOfTrust::Organization),
                );
                let who = json!([exposure.principal, exposure.condition]).to_string();
                told.extend(
                    exposure
                        .actions
                        .iter()
                        .map(|action| (who.clone(), (*action).to_owned())),
                );
            }
            told.sort();
            assert_eq!(told, reached(scenario, &arn).into_iter().collect::<Vec<_>>(), "{arn}");
        }
    }
    assert!(with_two_witnesses > 0, "nothing is seen by both kinds of analyzer");
}

/// Who may do what with a bucket, by all active analyzers of outside access of the scenario, each once.
fn reached(scenario: &Scenario, arn: &str) -> BTreeSet<(String, String)> {
    let active = scenario
        .accounts
        .iter()
        .flat_map(|account| &account.services.access_analyzer)
        .filter(|analyzer| analyzer.status == "ACTIVE")
        .filter(|analyzer| ["ACCOUNT", "ORGANIZATION"].contains(&analyzer.analyzer_type.as_str()));
    let findings = active
        .flat_map(|analyzer| &analyzer.findings)
        .filter(|finding| finding.status == "ACTIVE" && finding.resource.as_deref() == Some(arn));
    let accesses = findings.flat_map(|finding| &finding.accesses);
    accesses
        .flat_map(|access| {
            let who = json!([access.principal, access.condition]).to_string();
            access.actions.iter().map(move |action| (who.clone(), action.clone()))
        })
        .collect()
}
