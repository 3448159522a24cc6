//! Amazon Macie.

use s3attest_collect::Wishes;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Fault, FaultKind, Refuser};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{organization, plain, read};

pub(crate) fn truth(_: &Scenario, account: &Account, region: Option<&str>) -> Value {
    let mut regions = account.services.macie.iter();
    let Some(macie) = regions.find(|macie| Some(macie.region.as_str()) == region) else {
        return json!({"session": null, "administrator": null, "automated_discovery": null});
    };
    let administrator = macie.administrator.as_ref();
    let is_member = administrator
        .is_some_and(|administrator| ["Enabled", "Paused"].contains(&administrator.relationship_status.as_str()));
    let discovery = &macie.automated_discovery;
    json!({
        "session": {
            "status": macie.status,
            "finding_publishing_frequency": macie.finding_publishing_frequency,
            "created_at": macie.created_at,
            "updated_at": macie.updated_at,
        },
        "administrator": administrator.map(|administrator| json!({
            "account": administrator.account,
            "relationship_status": administrator.relationship_status,
        })),
        // A member is told its status and nothing more.
        "automated_discovery": if is_member {
            json!({
                "status": discovery.status,
                "auto_enable_organization_members": null,
                "first_enabled_at": null,
                "disabled_at": null,
                "last_updated_at": null,
            })
        } else {
            json!({
                "status": discovery.status,
                "auto_enable_organization_members": discovery.auto_enable_organization_members,
                "first_enabled_at": discovery.first_enabled_at,
                "disabled_at": discovery.disabled_at,
                "last_updated_at": discovery.last_updated_at,
            })
        },
    })
}

/// What is read while one operation of the service is refused.
fn refused(operation: &str) -> Vec<Value> {
    let mut scenario = organization();
    scenario.faults = vec![Fault {
        service: Some("macie2".to_owned()),
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(FaultKind::Denied(Refuser::IdentityPolicy))
    }];
    let simulation = Simulation::start(scenario);
    let records = read(&simulation, &[ServiceSource::Macie].into(), Wishes::default());
    assert_eq!(
        simulation.world().ledger().calls("macie2", operation) > 0,
        !records.is_empty()
    );
    records.iter().map(plain).collect()
}

#[test]
fn a_denial_is_not_taken_for_macie_being_off_though_both_have_one_code() {
    let denied = json!({"gap": "denied"});
    for said in refused("GetMacieSession") {
        assert_eq!(
            said,
            json!({"session": denied, "administrator": denied, "automated_discovery": denied})
        );
    }
    let is_off = |said: &Value| said["session"].is_null();
    let said = refused("GetAdministratorAccount");
    assert!(said.iter().any(is_off) && !said.iter().all(is_off));
    for said in said {
        if is_off(&said) {
            assert_eq!(said["administrator"], Value::Null);
        } else {
            assert_eq!(said["administrator"], denied);
            // Who administers is not known, so the configuration was asked for; a member is refused it.
            assert!(said["automated_discovery"] == denied || said["automated_discovery"]["status"].is_string());
        }
    }
}

#[test]
fn the_organization_that_is_read_has_members_administrators_and_accounts_on_their_own() {
    let scenario = organization();
    let regions = || scenario.accounts.iter().flat_map(|account| &account.services.macie);
    assert!(regions().any(|macie| macie.status == "PAUSED"));
    assert!(regions().any(|macie| macie.administrator.is_none()));
    let administrators = || regions().filter_map(|macie| macie.administrator.as_ref());
    assert!(administrators().any(s3attest_orgsim::scenario::MacieAdministrator::is_in_office));
    assert!(administrators().any(|administrator| !administrator.is_in_office()));
}
