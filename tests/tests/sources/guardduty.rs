//! Amazon GuardDuty.

use s3attest_collect::Wishes;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, Refuser};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{organization, plain, read};

pub(crate) fn truth(scenario: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let partition = &scenario.partition;
    let id = &account.id;
    let detectors = account.services.guardduty.detectors.iter();
    let detectors = detectors
        .filter(|detector| Some(detector.region.as_str()) == region)
        .map(|detector| {
            let features = detector.features.iter().map(|feature| {
                json!({
                    "name": feature.name,
                    "status": feature.status,
                    "updated_at": feature.updated_at,
                    "managed_by": feature.managed_by,
                })
            });
            json!({
                "id": detector.id,
                "configuration": {
                    "status": detector.status,
                    "finding_publishing_frequency": detector.finding_publishing_frequency,
                    "created_at": detector.created_at.to_string(),
                    "updated_at": detector.updated_at.to_string(),
                    "s3_logs": detector.s3_logs,
                    "features": features.collect::<Vec<_>>(),
                },
                "administrator": detector.administrator.as_ref().map(|administrator| json!({
                    "account": administrator.account,
                    "relationship_status": administrator.relationship_status,
                })),
            })
        });
    let mut plans: Vec<_> = account
        .services
        .guardduty
        .malware_protection_plans
        .iter()
        .filter(|plan| Some(plan.region.as_str()) == region)
        .collect();
    plans.sort_by(|left, right| left.id.cmp(&right.id));
    let plans = plans.into_iter().map(|plan| {
        let reasons = plan.status_reasons.iter();
        let reasons = reasons.map(|(code, message)| json!({"code": code, "message": message}));
        let configuration = json!({
            "arn": format!("arn:{partition}:guardduty:{}:{id}:malware-protection-plan/{}", plan.region, plan.id),
            "status": plan.status,
            "status_reasons": reasons.collect::<Vec<_>>(),
            "bucket": plan.bucket,
            "prefixes": plan.prefixes,
            "tagging": plan.tagging,
            "role": format!("arn:{partition}:iam::{id}:role/malware-protection-{}", plan.bucket),
            "created_at": plan.created_at,
        });
        json!({"id": plan.id, "configuration": if plan.is_gone { Value::Null } else { configuration }})
    });
    json!({
        "detectors": detectors.collect::<Vec<_>>(),
        "malware_protection_plans": plans.collect::<Vec<_>>(),
    })
}

/// What is read while one operation of the service is refused.
fn refused(operation: &str) -> Vec<Value> {
    let mut scenario = organization();
    scenario.faults = vec![Fault {
        service: Some("guardduty".to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(FaultKind::Denied(Refuser::IdentityPolicy))
    }];
    let simulation = Simulation::start(scenario);
    let records = read(&simulation, &[ServiceSource::GuardDuty].into(), Wishes::default());
    records.iter().map(plain).collect()
}

fn entries<'said>(said: &'said [Value], list: &str) -> Vec<&'said Value> {
    said.iter().filter_map(|said| said[list].as_array()).flatten().collect()
}

#[test]
fn what_is_refused_of_a_detector_or_a_plan_is_a_gap_beside_the_rest() {
    let denied = json!({"gap": "denied"});
    let said = refused("GetDetector");
    let detectors = entries(&said, "detectors");
    assert!(!detectors.is_empty());
    for detector in detectors {
        assert_eq!(detector["configuration"], denied);
        assert!(detector["administrator"].is_null() || detector["administrator"]["account"].is_string());
    }
    let said = refused("GetMalwareProtectionPlan");
    let plans = entries(&said, "malware_protection_plans");
    assert!(!plans.is_empty());
    assert!(plans.iter().all(|plan| plan["configuration"] == denied));
    let said = refused("ListDetectors");
    assert!(said.iter().all(|said| said["detectors"] == denied));
    let plans = entries(&said, "malware_protection_plans");
    assert!(!plans.is_empty(), "the plans need no detector");
}

#[test]
fn the_organization_that_is_read_has_detectors_and_plans_of_every_kind() {
    let scenario = organization();
    let services = || scenario.accounts.iter().map(|account| &account.services.guardduty);
    let detectors = || services().flat_map(|service| &service.detectors);
    let plans = || services().flat_map(|service| &service.malware_protection_plans);
    assert!(detectors().any(|detector| detector.status == "DISABLED"));
    assert!(detectors().any(|detector| detector.s3_logs == "DISABLED"));
    assert!(detectors().any(|detector| detector.administrator.is_none()));
    assert!(detectors().any(|detector| detector.administrator.is_some()));
    assert!(plans().any(|plan| plan.is_gone) && plans().any(|plan| !plan.prefixes.is_empty()));
    for status in ["ACTIVE", "WARNING", "ERROR"] {
        assert!(plans().any(|plan| plan.status == status), "no plan is {status}");
    }
}
