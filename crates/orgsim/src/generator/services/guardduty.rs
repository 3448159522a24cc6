//! GuardDuty: on in the regions that accounts use, administered by the security account; malware protection where others
//! put objects in.

use std::collections::BTreeSet;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{
    AccountState, Bucket, GuardDuty, GuardDutyAdministrator, GuardDutyDetector, GuardDutyFeature, GuardDutyMalwarePlan,
    Scenario,
};

/// What a detector may look at beside S3.
const FEATURES: &[&str] = &[
    "CLOUD_TRAIL",
    "DNS_LOGS",
    "FLOW_LOGS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
];

const HEXADECIMAL: &[char] = &[
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
];

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let accounts = scenario.accounts.iter().zip(furnishing.purposes);
    let administrator = accounts
        .filter(|(_, purpose)| **purpose == Purpose::Security)
        .map(|(account, _)| account.id.clone())
        .next();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        if account.state != AccountState::Active {
            continue;
        }
        let mut dice = furnishing.dice("guardduty", &account.id);
        let chance = if *purpose == Purpose::Sandbox { 40 } else { 85 };
        let regions: BTreeSet<&str> = account.buckets.iter().map(|bucket| bucket.region.as_str()).collect();
        let mut detectors = Vec::new();
        for region in regions {
            if !dice.chance(chance) {
                continue;
            }
            let administrator = administrator
                .as_ref()
                .filter(|id| **id != account.id && dice.chance(80))
                .map(|id| GuardDutyAdministrator {
                    account: id.clone(),
                    relationship_status: if dice.chance(90) { "Enabled" } else { "Removed" }.to_owned(),
                });
            detectors.push(detector(region, administrator, &mut dice));
        }
        let plans = account.buckets.iter().filter_map(|bucket| plan(bucket, &mut dice));
        let malware_protection_plans = plans.collect();
        account.services.guardduty = GuardDuty {
            detectors,
            malware_protection_plans,
        };
    }
}

fn detector(region: &str, administrator: Option<GuardDutyAdministrator>, dice: &mut Dice) -> GuardDutyDetector {
    let on_or_off = |is_on: bool| if is_on { "ENABLED" } else { "DISABLED" }.to_owned();
    let created_at = moment(dice);
    let reads_s3 = dice.chance(70);
    let mut features: Vec<_> = FEATURES
        .iter()
        .map(|name| GuardDutyFeature {
            name: (*name).to_owned(),
            status: on_or_off(dice.chance(60)),
            updated_at: Some(moment(dice)),
            managed_by: None,
        })
        .collect();
    features.insert(
        3,
        GuardDutyFeature {
            name: "S3_DATA_EVENTS".to_owned(),
            status: on_or_off(reads_s3),
            updated_at: dice.chance(80).then(|| moment(dice)),
            managed_by: dice.chance(30).then(|| "GUARDDUTY_POLICY".to_owned()),
        },
    );
    GuardDutyDetector {
        region: region.to_owned(),
        id: (0..32).map(|_| *dice.pick(HEXADECIMAL)).collect(),
        status: on_or_off(dice.chance(90)),
        finding_publishing_frequency: (*dice.pick(&["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"])).to_owned(),
        created_at,
        updated_at: created_at,
        s3_logs: on_or_off(reads_s3),
        features,
        administrator,
    }
}

/// Malware protection of a bucket, most often of one that takes what others upload.
fn plan(bucket: &Bucket, dice: &mut Dice) -> Option<GuardDutyMalwarePlan> {
    let chance = if bucket.name.contains("uploads") { 90 } else { 30 };
    if !dice.chance(chance) {
        return None;
    }
    let (status, reasons): (_, &[(&str, &str)]) = *dice.pick(&[
        ("ACTIVE", &[] as &[(&str, &str)]),
        (
            "WARNING",
            &[(
                "INSUFFICIENT_TEST_OBJECT_PERMISSIONS",
                "The role cannot put the test object.",
            )],
        ),
        (
            "ERROR",
            &[
                (
                    "EVENTBRIDGE_MANAGED_EVENTS_DELIVERY_DISABLED",
                    "Events are not delivered.",
                ),
                ("PROTECTED_RESOURCE_DELETED", "The bucket was deleted."),
            ],
        ),
    ]);
    Some(GuardDutyMalwarePlan {
        region: bucket.region.clone(),
        id: dice.letters(20),
        status: status.to_owned(),
        status_reasons: reasons
            .iter()
            .map(|(code, message)| ((*code).to_owned(), (*message).to_owned()))
            .collect(),
        bucket: bucket.name.clone(),
        prefixes: if dice.chance(30) {
            vec!["incoming/".to_owned(), "public/".to_owned()]
        } else {
            Vec::new()
        },
        tagging: if dice.chance(50) { "ENABLED" } else { "DISABLED" }.to_owned(),
        created_at: moment(dice),
        is_gone: dice.chance(10),
    })
}
