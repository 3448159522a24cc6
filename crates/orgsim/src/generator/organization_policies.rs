//! The policies of a made-up organization: those that AWS makes, guard rails on units, S3 policies with exceptions, and who
//! administers what.

use serde_json::json;

use super::dice::Dice;
use super::{Purpose, moment};
use crate::scenario::{Delegation, OrganizationPolicy, Scenario};

/// The services that a security account administers, and a log archive.
const SECURITY: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "iam.amazonaws.com",
    "macie.amazonaws.com",
    "securityhub.amazonaws.com",
];
const ARCHIVE: &[&str] = &["cloudtrail.amazonaws.com", "config.amazonaws.com"];

pub(super) fn furnish(scenario: &mut Scenario, seed: u64, purposes: &[Purpose]) {
    let mut dice = Dice::of(seed, ["organization policies"]);
    let accounts: Vec<String> = scenario.accounts.iter().map(|account| account.id.clone()).collect();
    let Some(organization) = &mut scenario.organization else {
        return;
    };
    let unit = |name: &str| {
        let found = organization.units.iter().find(|unit| unit.name == name);
        found.map(|unit| unit.id.clone()).into_iter()
    };
    let account = |purpose: Purpose| {
        let at = purposes.iter().position(|each| *each == purpose);
        at.map(|at| accounts[at].clone()).into_iter()
    };
    // What AWS attaches to everything when the type is enabled, and to everything that comes later.
    let everything: Vec<String> = std::iter::once(organization.root_id.clone())
        .chain(organization.units.iter().map(|unit| unit.id.clone()))
        .chain(accounts.iter().cloned())
        .collect();
    let mut id = || format!("p-{}", dice.letters(8));
    let organization_id = organization.id.clone();
    let mut policies = vec![
        made_by_aws("FullAWSAccess", "SERVICE_CONTROL_POLICY", &everything),
        made_by_aws("RCPFullAWSAccess", "RESOURCE_CONTROL_POLICY", &everything),
        OrganizationPolicy {
            id: id(),
            name: "protect-s3-settings".to_owned(),
            description: "Nobody but the platform team changes how buckets are protected.".to_owned(),
            kind: "SERVICE_CONTROL_POLICY".to_owned(),
            is_made_by_aws: false,
            content: protect_settings(),
            targets: vec![organization.root_id.clone()],
        },
        OrganizationPolicy {
            id: id(),
            name: "quarantine".to_owned(),
            description: String::new(),
            kind: "SERVICE_CONTROL_POLICY".to_owned(),
            is_made_by_aws: false,
            content: quarantine(),
            targets: unit("suspended").collect(),
        },
        OrganizationPolicy {
            id: id(),
            name: "s3-perimeter".to_owned(),
            description: "Only identities of the organization, and only over TLS.".to_owned(),
            kind: "RESOURCE_CONTROL_POLICY".to_owned(),
            is_made_by_aws: false,
            content: perimeter(&organization_id),
            targets: unit("workloads").collect(),
        },
        s3_policy(
            id(),
            "block-public-access",
            "all",
            true,
            unit("security").chain(unit("infrastructure")).collect(),
        ),
        s3_policy(id(), "sandbox-is-open", "none", false, unit("sandbox").collect()),
        s3_policy(
            id(),
            "sandbox-exception",
            "all",
            false,
            account(Purpose::Sandbox).collect(),
        ),
    ];
    // Written, and attached to nothing; more than one page of them.
    for number in 0..19 {
        policies.push(OrganizationPolicy {
            id: id(),
            name: format!("draft-{number}"),
            description: "Not in use.".to_owned(),
            kind: "SERVICE_CONTROL_POLICY".to_owned(),
            is_made_by_aws: false,
            content: quarantine(),
            targets: Vec::new(),
        });
    }
    let delegated = account(Purpose::Security)
        .map(|id| (id, SECURITY))
        .chain(account(Purpose::LogArchive).map(|id| (id, ARCHIVE)));
    organization.delegations = delegated
        .flat_map(|(account, services)| services.iter().map(move |service| (account.clone(), *service)))
        .map(|(account, service)| Delegation {
            account,
            service: service.to_owned(),
            enabled_at: moment(&mut dice),
        })
        .collect();
    organization.policies = policies;
    organization.policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"]
        .map(str::to_owned)
        .to_vec();
    organization.root_features = Some(vec!["RootCredentialsManagement".to_owned()]);
}

fn made_by_aws(name: &str, kind: &str, targets: &[String]) -> OrganizationPolicy {
    let principal = (kind == "RESOURCE_CONTROL_POLICY").then_some("*");
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    if let Some(principal) = principal {
        statement["Principal"] = json!(principal);
    }
    OrganizationPolicy {
        id: format!("p-{name}"),
        name: name.to_owned(),
        description: "Allows access to every operation".to_owned(),
        kind: kind.to_owned(),
        is_made_by_aws: true,
        content: json!({"Version": "2012-10-17", "Statement": [statement]}).to_string(),
        targets: targets.to_vec(),
    }
}

fn protect_settings() -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "ProtectSettings",
            "Effect": "Deny",
            "Action": [
                "s3:PutAccountPublicAccessBlock",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketLogging",
                "s3:PutEncryptionConfiguration",
            ],
            "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:*:iam::*:role/platform-*"}},
        }],
    })
    .to_string()
}

fn quarantine() -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}]})
        .to_string()
}

fn perimeter(organization: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyOurIdentities",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}},
            },
        ],
    })
    .to_string()
}

fn s3_policy(id: String, name: &str, assigned: &str, is_closed: bool, targets: Vec<String>) -> OrganizationPolicy {
    let mut block = json!({"@@assign": assigned});
    if is_closed {
        block["@@operators_allowed_for_child_policies"] = json!(["@@none"]);
    }
    OrganizationPolicy {
        id,
        name: name.to_owned(),
        description: String::new(),
        kind: "S3_POLICY".to_owned(),
        is_made_by_aws: false,
        content: json!({"s3_attributes": {"public_access_block_configuration": block}}).to_string(),
        targets,
    }
}
