//! IAM.

use std::collections::BTreeMap;

use s3attest_collect::Wishes;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, Iam, Refuser, ReportState};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness;

/// The numbers of a summary that stand there also when they are zero.
const ALWAYS: [(&str, i32); 11] = [
    ("AccessKeysPerUserQuota", 2),
    ("AccountAccessKeysPresent", 0),
    ("AccountMFAEnabled", 0),
    ("AccountPasswordPresent", 0),
    ("Groups", 0),
    ("MFADevices", 0),
    ("MFADevicesInUse", 0),
    ("Policies", 0),
    ("Roles", 0),
    ("Users", 0),
    ("UsersQuota", 5_000),
];

pub(crate) fn truth(scenario: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let iam = &account.services.iam;
    let mut summary: serde_json::Map<String, Value> = ALWAYS
        .iter()
        .map(|(name, number)| ((*name).to_owned(), json!(number)))
        .collect();
    summary.extend(iam.summary.iter().map(|(name, number)| (name.clone(), json!(number))));
    let devices: Vec<Value> = iam
        .virtual_mfa_devices
        .iter()
        .filter(|device| device.user_arn.is_some())
        .map(|device| {
            json!({
                "serial_number": device.serial_number,
                "user_arn": device.user_arn,
                "enabled_at": device.enabled_at,
            })
        })
        .collect();
    let organization = scenario.organization.as_ref().expect("an organization");
    let may_ask = account.id == organization.management_account
        || organization
            .delegations
            .iter()
            .any(|each| each.account == account.id && each.service == "iam.amazonaws.com");
    json!({
        "summary": summary,
        "credential_report": report(iam),
        // No report of the scenario is young.
        "report_request": "COMPLETE",
        "virtual_mfa_devices": devices,
        "root_management": if may_ask {
            json!({"features": {"organization": organization.id, "enabled": organization.root_features}})
        } else {
            json!("asked-elsewhere")
        },
        "password_policy": iam.password_policy.map(|policy| json!({
            "minimum_length": policy.minimum_length,
            "requires_symbols": policy.symbols,
            "requires_numbers": policy.numbers,
            "requires_uppercase": policy.uppercase,
            "requires_lowercase": policy.lowercase,
            "lets_users_change": policy.lets_users_change,
            "expires": policy.maximum_age_days.is_some(),
            "maximum_age_days": policy.maximum_age_days,
            "reuse_prevention": policy.reuse_prevention,
            "hard_expiry": policy.hard_expiry,
        })),
    })
}

fn report(iam: &Iam) -> Value {
    let report = &iam.report;
    let users: Vec<Value> = report
        .rows
        .iter()
        .map(|row| {
            let cell = |name: &str| {
                let at = report.columns.iter().position(|column| column == name);
                at.map(|at| row[at].as_str())
            };
            let said = |name: &str| word(cell(name).expect("a column"), |text| json!(text));
            let flag = |name: &str| word(cell(name).expect("a column"), |text| json!(text == "true"));
            let time = |name: &str| {
                word(cell(name).expect("a column"), |text| {
                    json!(text.parse::<jiff::Timestamp>().expect("a time"))
                })
            };
            let key = |number: u8| {
                let column = |name: &str| format!("access_key_{number}_{name}");
                json!({
                    "active": flag(&column("active")),
                    "last_rotated": time(&column("last_rotated")),
                    "last_used": time(&column("last_used_date")),
                    "last_used_region": said(&column("last_used_region")),
                    "last_used_service": said(&column("last_used_service")),
                })
            };
            let certificate = |number: u8| {
                json!({
                    "active": flag(&format!("cert_{number}_active")),
                    "last_rotated": time(&format!("cert_{number}_last_rotated")),
                })
            };
            let mut user = json!({
                "name": cell("user"),
                "arn": cell("arn"),
                "created_at": time("user_creation_time"),
                "password_enabled": flag("password_enabled"),
                "password_last_used": time("password_last_used"),
                "password_last_changed": time("password_last_changed"),
                "password_next_rotation": time("password_next_rotation"),
                "mfa_active": flag("mfa_active"),
                "access_keys": [key(1), key(2)],
                "certificates": [certificate(1), certificate(2)],
            });
            if let Some(text) = cell("additional_credentials_info") {
                user["additional_credentials"] = word(text, |text| json!(text));
            }
            user
        })
        .collect();
    json!({"generated_at": report.generated_at, "users": users})
}

fn word(text: &str, value: impl FnOnce(&str) -> Value) -> Value {
    match text {
        "N/A" => json!("not-applicable"),
        "no_information" => json!("no-information"),
        "not_supported" => json!("not-supported"),
        text => json!({"value": value(text)}),
    }
}

/// What is read of IAM in an organization, by account.
fn reports(scenario: Scenario, look: impl FnOnce(&Simulation, BTreeMap<String, Value>)) {
    let simulation = Simulation::start(scenario);
    let records = harness::read(&simulation, &[ServiceSource::Iam].into(), Wishes::default());
    let reports = records
        .iter()
        .map(|record| (record.account.to_string(), harness::plain(record)))
        .collect();
    look(&simulation, reports);
}

#[test]
fn a_young_report_is_used_and_no_other_is_asked_for() {
    let mut scenario = harness::organization();
    for account in &mut scenario.accounts {
        account.services.iam.report.state = ReportState::Ready;
        account.services.iam.report.generated_at = harness::now();
    }
    reports(scenario, |simulation, reports| {
        assert!(!reports.is_empty());
        assert!(reports.values().all(|iam| iam["credential_report"]["users"].is_array()));
        assert!(reports.values().all(|iam| iam["report_request"].is_null()));
        let ledger = simulation.world().ledger();
        assert_eq!(ledger.calls("iam", "GenerateCredentialReport"), 0);
        assert_eq!(ledger.calls("iam", "GetCredentialReport"), reports.len() as u64);
    });
}

#[test]
fn where_no_report_may_be_made_an_old_one_stands_and_a_missing_one_is_a_gap() {
    let mut scenario = harness::organization();
    let refused = Fault {
        operation: Some("GenerateCredentialReport".to_owned()),
        ..Fault::everywhere(FaultKind::Denied(Refuser::IdentityPolicy))
    };
    scenario.faults.push(refused);
    let states: BTreeMap<String, ReportState> = scenario
        .accounts
        .iter()
        .map(|account| (account.id.clone(), account.services.iam.report.state))
        .collect();
    reports(scenario, |_, reports| {
        for (account, iam) in reports {
            assert_eq!(iam["report_request"], json!({"gap": "denied"}), "{account}");
            let report = &iam["credential_report"];
            match states[&account] {
                ReportState::Ready => assert!(report["users"].is_array(), "{account}"),
                ReportState::NotPresent | ReportState::Expired => {
                    assert_eq!(*report, json!({"gap": "denied"}), "{account}");
                }
            }
        }
    });
}
