//! Access Grants: accounts that analyse data hand it out to people and jobs.

use serde_json::json;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{AccessGrant, AccessGrantsInstance, AccessGrantsLocation, AccessGrantsPolicy, Account, Scenario};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let organization = scenario
        .organization
        .as_ref()
        .map(|organization| organization.id.clone());
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("access-grants", &account.id);
        let has_instance = match purpose {
            Purpose::Production | Purpose::SharedServices => true,
            Purpose::Development => dice.chance(40),
            _ => false,
        };
        let Some(region) = account.buckets.first().map(|bucket| bucket.region.clone()) else {
            continue;
        };
        if has_instance {
            let mut instances = vec![instance(account, &region, organization.as_deref(), &mut dice)];
            // One that somebody made and never used.
            if dice.chance(40) && region != "us-east-2" {
                instances.push(AccessGrantsInstance {
                    region: "us-east-2".to_owned(),
                    id: "default".to_owned(),
                    created_at: moment(&mut dice),
                    identity_center_instance: None,
                    identity_center_application: None,
                    policy: None,
                    locations: Vec::new(),
                    grants: Vec::new(),
                });
            }
            account.services.access_grants = instances;
        }
    }
}

fn instance(account: &Account, region: &str, organization: Option<&str>, dice: &mut Dice) -> AccessGrantsInstance {
    let id = &account.id;
    let role_arn = format!("arn:aws:iam::{id}:role/access-grants");
    let mut locations = vec![AccessGrantsLocation {
        id: "default".to_owned(),
        scope: "s3://".to_owned(),
        role_arn: role_arn.clone(),
        created_at: moment(dice),
    }];
    for bucket in account.buckets.iter().filter(|bucket| bucket.region == region) {
        locations.push(AccessGrantsLocation {
            id: format!(
                "{}-{}-{}-{}-{}",
                dice.letters(8),
                dice.letters(4),
                dice.letters(4),
                dice.letters(4),
                dice.letters(12)
            ),
            scope: format!("s3://{}", bucket.name),
            role_arn: role_arn.clone(),
            created_at: moment(dice),
        });
    }
    let has_directory = dice.chance(60);
    // More than one page of them.
    let count = dice.between(0, 11);
    let grants = (0..count).map(|_| grant(id, &locations, has_directory, dice)).collect();
    let policy = dice.chance(50).then(|| AccessGrantsPolicy {
        document: json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": ["s3:ListAccessGrants", "s3:GetDataAccess"],
            "Resource": format!("arn:aws:s3:{region}:{id}:access-grants/default"),
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
        }]})
        .to_string(),
        organization: organization.map(str::to_owned),
        created_at: moment(dice),
    });
    AccessGrantsInstance {
        region: region.to_owned(),
        id: "default".to_owned(),
        created_at: moment(dice),
        identity_center_instance: has_directory.then(|| format!("arn:aws:sso:::instance/ssoins-{}", dice.letters(16))),
        identity_center_application: has_directory
            .then(|| format!("arn:aws:sso::{id}:application/ssoins-1/apl-{}", dice.letters(16))),
        policy,
        locations,
        grants,
    }
}

fn grant(account: &str, locations: &[AccessGrantsLocation], has_directory: bool, dice: &mut Dice) -> AccessGrant {
    let location = dice.pick(locations);
    let sub_prefix = dice.chance(70).then(|| format!("team-{}/*", dice.letters(3)));
    let (grantee_type, grantee) = match dice.between(0, 3) {
        0 if has_directory => ("DIRECTORY_USER", format!("9067{}", dice.letters(20))),
        1 if has_directory => ("DIRECTORY_GROUP", format!("9067{}", dice.letters(20))),
        2 => ("IAM", format!("arn:aws:iam::{account}:root")),
        _ => ("IAM", format!("arn:aws:iam::{account}:role/job-{}", dice.letters(4))),
    };
    AccessGrant {
        id: format!("{}-{}", dice.letters(8), dice.letters(12)),
        grantee_type: grantee_type.to_owned(),
        grantee,
        permission: (*dice.pick::<&str>(&["READ", "WRITE", "READWRITE"])).to_owned(),
        location_id: location.id.clone(),
        scope: format!(
            "{}{}{}",
            location.scope,
            if location.scope.ends_with('/') { "" } else { "/" },
            sub_prefix.as_deref().unwrap_or("*")
        ),
        sub_prefix,
        application: (has_directory && dice.chance(20)).then(|| "ALL".to_owned()),
        created_at: moment(dice),
    }
}
