//! What there is to find: who reaches the made-up buckets, and findings about it.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::moment;
use crate::scenario::{AccountState, AnalyzerAccess, AnalyzerFinding, AnalyzerFindingSource, Scenario};

/// An account that belongs to nobody here.
const STRANGER: &str = "999988887777";

const BUCKET: &str = "AWS::S3::Bucket";

/// Somebody outside of an account who reaches a bucket in it.
#[derive(Debug, Clone)]
pub(super) struct Exposure {
    pub(super) owner: String,
    pub(super) region: String,
    pub(super) bucket: String,
    /// Whether it is an account of the same organization, of which the organization's analyzers say nothing.
    pub(super) is_inside_organization: bool,
    /// `None` where the bucket could not be analyzed.
    access: Option<AnalyzerAccess>,
}

impl Exposure {
    /// What one analyzer says of it; each does so under an id of its own and in a status of its own.
    pub(super) fn finding(&self, dice: &mut Dice) -> AnalyzerFinding {
        let status = if self.access.is_none() {
            "ACTIVE"
        } else {
            *dice.pick(&["ACTIVE", "ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED"])
        };
        let made = finding(&self.bucket, BUCKET, &self.owner, status, dice);
        AnalyzerFinding {
            error: self.access.is_none().then(|| "ACCESS_DENIED".to_owned()),
            accesses: self.access.iter().cloned().collect(),
            ..made
        }
    }
}

/// Who reaches the buckets of the organization.
pub(super) fn exposures(scenario: &Scenario, furnishing: &Furnishing<'_>) -> Vec<Exposure> {
    let partition = &scenario.partition;
    let ids: Vec<&str> = scenario.accounts.iter().map(|account| account.id.as_str()).collect();
    let mut exposures = Vec::new();
    for account in &scenario.accounts {
        if account.state != AccountState::Active {
            continue;
        }
        for bucket in &account.buckets {
            let mut dice = furnishing.dice("access-analyzer", &bucket.name);
            if !dice.chance(40) {
                continue;
            }
            for _ in 0..dice.between(1, 2) {
                let neighbour = *dice.pick(&ids);
                let is_inside_organization = neighbour != account.id && dice.chance(35);
                let access = if is_inside_organization {
                    Some(cross_account(neighbour, &mut dice))
                } else {
                    outside(partition, &bucket.region, &account.id, &mut dice)
                };
                exposures.push(Exposure {
                    owner: account.id.clone(),
                    region: bucket.region.clone(),
                    bucket: format!("arn:{partition}:s3:::{}", bucket.name),
                    is_inside_organization,
                    access,
                });
            }
        }
    }
    exposures
}

/// Access from outside the organization, by every way that there is.
fn outside(partition: &str, region: &str, account: &str, dice: &mut Dice) -> Option<AnalyzerAccess> {
    let arn = format!(
        "arn:{partition}:s3:{region}:{account}:accesspoint/ap-{}",
        dice.letters(6)
    );
    let access = match dice.between(0, 7) {
        0 => return None,
        1 => public("BUCKET_ACL", None, None),
        2 => public("POLICY", None, None),
        3 => public("S3_ACCESS_POINT", Some(arn), None),
        4 => AnalyzerAccess {
            resource_control_policy_restriction: Some("APPLICABLE".to_owned()),
            ..public("POLICY", None, None)
        },
        5 => AnalyzerAccess {
            is_public: Some(false),
            principal: aws(STRANGER),
            ..public("S3_ACCESS_POINT_ACCOUNT", Some(arn), Some(STRANGER.to_owned()))
        },
        // An old finding, of which nobody says whether the access is public.
        6 => AnalyzerAccess {
            is_public: None,
            ..cross_account(STRANGER, dice)
        },
        _ => cross_account(STRANGER, dice),
    };
    Some(access)
}

fn public(source: &str, access_point_arn: Option<String>, access_point_account: Option<String>) -> AnalyzerAccess {
    AnalyzerAccess {
        principal: aws("*"),
        actions: words(&["s3:GetObject"]),
        is_public: Some(true),
        sources: vec![AnalyzerFindingSource {
            source_type: source.to_owned(),
            access_point_arn,
            access_point_account,
        }],
        resource_control_policy_restriction: Some("NOT_APPLICABLE".to_owned()),
        ..AnalyzerAccess::default()
    }
}

fn cross_account(principal: &str, dice: &mut Dice) -> AnalyzerAccess {
    let condition = if dice.chance(30) {
        [("aws:SourceVpce".to_owned(), format!("vpce-{}", dice.letters(17)))].into()
    } else {
        BTreeMap::new()
    };
    let actions: &[&str] = match dice.between(0, 2) {
        0 => &["s3:GetObject", "s3:ListBucket"],
        1 => &["s3:PutObject"],
        _ => &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    };
    AnalyzerAccess {
        principal: aws(principal),
        actions: words(actions),
        condition,
        is_public: Some(false),
        ..public("POLICY", None, None)
    }
}

/// Findings of inside access on some of the buckets that are exposed, with several accesses each.
pub(super) fn inside(exposures: &[Exposure], access_type: &str, dice: &mut Dice) -> Vec<AnalyzerFinding> {
    let mut findings = Vec::new();
    for exposure in exposures.iter().take(12) {
        let status = *dice.pick(&["ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED"]);
        let made = finding(&exposure.bucket, BUCKET, &exposure.owner, status, dice);
        let is_error = dice.chance(10);
        let count = if is_error { 0 } else { dice.between(1, 5) };
        let accesses = (0..count).map(|number| {
            let (kind, word) = *dice.pick(&[("IAM_ROLE", "role"), ("IAM_USER", "user")]);
            AnalyzerAccess {
                principal: aws(&format!("arn:aws:iam::{}:{word}/worker-{number}", exposure.owner)),
                actions: words(&["s3:GetObject", "s3:PutObject"]),
                is_public: None,
                resource_control_policy_restriction: Some("APPLIED".to_owned()),
                service_control_policy_restriction: Some("APPLICABLE".to_owned()),
                principal_owner_account: Some(exposure.owner.clone()),
                principal_type: Some(kind.to_owned()),
                access_type: Some(access_type.to_owned()),
                ..public("POLICY", None, None)
            }
        });
        let accesses = accesses.collect();
        findings.push(AnalyzerFinding {
            error: is_error.then(|| "ACCESS_DENIED".to_owned()),
            accesses,
            ..made
        });
    }
    findings.extend(noise("eu-central-1", "111122223333", dice));
    findings
}

/// What an analyzer finds on other things than buckets.
pub(super) fn noise(region: &str, account: &str, dice: &mut Dice) -> Vec<AnalyzerFinding> {
    let key = format!("arn:aws:kms:{region}:{account}:key/{}", uuid(dice));
    let role = format!("arn:aws:iam::{account}:role/partner");
    [(key, "AWS::KMS::Key"), (role, "AWS::IAM::Role")]
        .map(|(arn, kind)| {
            let accesses = vec![cross_account(STRANGER, dice)];
            AnalyzerFinding {
                accesses,
                ..finding(&arn, kind, account, "ACTIVE", dice)
            }
        })
        .into()
}

/// Findings of an analyzer of unused access.
pub(super) fn unused(account: &str, dice: &mut Dice) -> Vec<AnalyzerFinding> {
    let role = format!("arn:aws:iam::{account}:role/idle");
    vec![finding(&role, "AWS::IAM::Role", account, "ACTIVE", dice)]
}

fn finding(resource: &str, resource_type: &str, owner: &str, status: &str, dice: &mut Dice) -> AnalyzerFinding {
    let created_at = moment(dice);
    AnalyzerFinding {
        id: uuid(dice),
        resource: Some(resource.to_owned()),
        resource_type: resource_type.to_owned(),
        resource_owner_account: owner.to_owned(),
        status: status.to_owned(),
        error: None,
        created_at,
        analyzed_at: created_at + 9.hours(),
        updated_at: created_at + 8.hours(),
        accesses: Vec::new(),
    }
}

fn uuid(dice: &mut Dice) -> String {
    [8, 4, 4, 4, 12].map(|count| dice.letters(count)).join("-")
}

fn aws(principal: &str) -> BTreeMap<String, String> {
    [("AWS".to_owned(), principal.to_owned())].into()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
