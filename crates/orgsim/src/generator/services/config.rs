//! AWS Config: recorders where accounts work, some stopped, failing or blind to S3; rules by many makers under many names,
//! and what they found of the buckets, some of which are gone.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{
    Account, Bucket, ConfigChannel, ConfigEvaluation, ConfigRecorder, ConfigRegion, ConfigRule, Scenario, Status,
};

/// What rules evaluate: identifier, and the name that whoever follows AWS gives to it.
const ABOUT_BUCKETS: &[(&str, &str)] = &[
    ("S3_BUCKET_LOGGING_ENABLED", "s3-bucket-logging-enabled"),
    ("S3_BUCKET_PUBLIC_READ_PROHIBITED", "s3-bucket-public-read-prohibited"),
    ("S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "s3-bucket-public-write-prohibited"),
    ("S3_BUCKET_SSL_REQUESTS_ONLY", "s3-bucket-ssl-requests-only"),
    ("S3_BUCKET_VERSIONING_ENABLED", "s3-bucket-versioning-enabled"),
    (
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "s3-bucket-level-public-access-prohibited",
    ),
    ("S3_DEFAULT_ENCRYPTION_KMS", "s3-default-encryption-kms"),
    ("S3_BUCKET_ACL_PROHIBITED", "s3-bucket-acl-prohibited"),
];
const ABOUT_ACCOUNTS: &[(&str, &str)] = &[
    (
        "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
        "s3-account-level-public-access-blocks-periodic",
    ),
    ("CLOUDTRAIL_S3_DATAEVENTS_ENABLED", "cloudtrail-s3-dataevents-enabled"),
    ("MACIE_STATUS_CHECK", "macie-status-check"),
];
/// Rules about other things, enough for several pages.
const ABOUT_OTHERS: &[&str] = &[
    "CLOUD_TRAIL_ENABLED",
    "IAM_ROOT_ACCESS_KEY_CHECK",
    "ENCRYPTED_VOLUMES",
    "RDS_STORAGE_ENCRYPTED",
    "EC2_IMDSV2_CHECK",
    "VPC_FLOW_LOGS_ENABLED",
    "CMK_BACKING_KEY_ROTATION_ENABLED",
    "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
    "RESTRICTED_INCOMING_TRAFFIC",
    "DYNAMODB_PITR_ENABLED",
];
const S3_TYPES: [&str; 2] = ["AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"];

/// Who made a set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Account,
    Organization,
    ConformancePack,
    SecurityHub,
}

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    let log_bucket = scenario
        .accounts
        .get(1)
        .and_then(|archive| archive.buckets.last())
        .map_or_else(|| "config-archive".to_owned(), |bucket| bucket.name.clone());
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("config", &account.id);
        let regions: BTreeSet<String> = account.buckets.iter().map(|bucket| bucket.region.clone()).collect();
        for (at, region) in regions.into_iter().enumerate() {
            let has_config = match purpose {
                // A landing zone leaves its management account out.
                Purpose::Management => dice.chance(40),
                Purpose::LogArchive | Purpose::Security | Purpose::Production => dice.chance(92),
                Purpose::Network | Purpose::SharedServices | Purpose::Development => dice.chance(80),
                Purpose::Sandbox | Purpose::Suspended => dice.chance(30),
            };
            let mut made = ConfigRegion::default();
            if has_config {
                made.recorder = Some(recorder(&partition, account, &region, at == 0, &mut dice));
                if dice.chance(92) {
                    made.channel = Some(channel(&partition, account, &region, &log_bucket, &mut dice));
                }
                made.rules = rules(account, &region, at == 0, &mut dice);
            } else if dice.chance(20) {
                // Rules stay when somebody deletes the recorder.
                made.rules = rules(account, &region, false, &mut dice);
            }
            if made != ConfigRegion::default() {
                account.services.config.regions.insert(region, made);
            }
        }
    }
}

fn recorder(partition: &str, account: &Account, region: &str, is_first: bool, dice: &mut Dice) -> ConfigRecorder {
    let name = *dice.pick(&[
        "default",
        "default",
        "aws-controltower-BaselineConfigRecorder",
        "org recorder",
    ]);
    let words = |types: &[&str]| types.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut made = ConfigRecorder {
        name: name.to_owned(),
        arn: dice.chance(80).then(|| {
            format!(
                "arn:{partition}:config:{region}:{}:configuration-recorder/{name}/{}",
                account.id,
                dice.letters(16)
            )
        }),
        role_arn: format!(
            "arn:{partition}:iam::{}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
            account.id
        ),
        is_recording: true,
        last_status: Some("SUCCESS".to_owned()),
        started_at: Some(moment(dice)),
        ..ConfigRecorder::default()
    };
    match dice.between(0, 9) {
        // Set up before there were strategies.
        0 | 1 => {
            made.all_supported = true;
            made.include_global = is_first;
        }
        2 => {
            made.strategy = Some("INCLUSION_BY_RESOURCE_TYPES".to_owned());
            made.resource_types = words(&["AWS::EC2::Instance", "AWS::IAM::Role", S3_TYPES[0], S3_TYPES[1]]);
        }
        3 => {
            made.strategy = Some("INCLUSION_BY_RESOURCE_TYPES".to_owned());
            made.resource_types = words(&["AWS::EC2::Instance", "AWS::EC2::SecurityGroup"]);
        }
        4 => {
            made.strategy = Some("EXCLUSION_BY_RESOURCE_TYPES".to_owned());
            made.excluded_types = words(&["AWS::EC2::NetworkInterface"]);
        }
        5 => {
            made.strategy = Some("EXCLUSION_BY_RESOURCE_TYPES".to_owned());
            made.excluded_types = words(&[S3_TYPES[0], "AWS::EC2::Volume"]);
        }
        _ => {
            made.strategy = Some("ALL_SUPPORTED_RESOURCE_TYPES".to_owned());
            made.all_supported = true;
            made.include_global = is_first;
            made.scope = Some("PAID".to_owned());
        }
    }
    if made.strategy.is_some() && dice.chance(70) {
        made.frequency = Some(if dice.chance(85) { "CONTINUOUS" } else { "DAILY" }.to_owned());
        if dice.chance(25) {
            made.daily_types = words(&[S3_TYPES[0], "AWS::EC2::Volume"]);
        }
    }
    match dice.between(0, 11) {
        0 => {
            made.is_recording = false;
            made.stopped_at = Some(moment(dice));
        }
        1 => {
            made.last_status = Some("FAILURE".to_owned());
            made.error = Some((
                "AccessDenied".to_owned(),
                "The role of the recorder may not read the resources.".to_owned(),
            ));
        }
        2 => made.last_status = Some("PENDING".to_owned()),
        // A recorder that was never started.
        3 => {
            made.is_recording = false;
            made.last_status = None;
            made.started_at = None;
        }
        _ => {}
    }
    made
}

fn channel(partition: &str, account: &Account, region: &str, log_bucket: &str, dice: &mut Dice) -> ConfigChannel {
    let goes_home = dice.chance(25);
    let own = account.buckets.first().map(|bucket| bucket.name.clone());
    ConfigChannel {
        name: "default".to_owned(),
        bucket: own.filter(|_| goes_home).unwrap_or_else(|| log_bucket.to_owned()),
        prefix: dice.chance(40).then(|| "organization".to_owned()),
        kms_key_arn: dice
            .chance(30)
            .then(|| crate::generator::settings::key_arn(region, &account.id)),
        topic_arn: dice
            .chance(70)
            .then(|| format!("arn:{partition}:sns:{region}:{}:config-changes", account.id)),
        snapshot_frequency: dice
            .chance(60)
            .then(|| (*dice.pick(&["One_Hour", "Six_Hours", "TwentyFour_Hours"])).to_owned()),
        history_error: dice.chance(12).then(|| {
            (
                "AccessDenied".to_owned(),
                format!("Access Denied to bucket {log_bucket}."),
            )
        }),
        stream_error: dice
            .chance(8)
            .then(|| ("NotFoundException".to_owned(), "The topic does not exist.".to_owned())),
        attempted_at: dice.chance(92).then(|| moment(dice)),
    }
}

fn rules(account: &Account, region: &str, is_first: bool, dice: &mut Dice) -> Vec<ConfigRule> {
    let buckets: Vec<&Bucket> = account
        .buckets
        .iter()
        .filter(|bucket| bucket.region == region)
        .collect();
    let mut made = Vec::new();
    for maker in [
        Maker::Account,
        Maker::Organization,
        Maker::ConformancePack,
        Maker::SecurityHub,
    ] {
        let share = match maker {
            Maker::Account => 45,
            Maker::Organization | Maker::ConformancePack => 30,
            Maker::SecurityHub => 50,
        };
        if dice.chance(share) {
            for (identifier, name) in ABOUT_BUCKETS {
                if dice.chance(65) {
                    let mut rule = rule(maker, identifier, name, dice);
                    rule.scope_types = vec![S3_TYPES[0].to_owned()];
                    rule.evaluations = evaluations(identifier, &buckets, dice);
                    made.push(rule);
                }
            }
            for (identifier, name) in ABOUT_ACCOUNTS {
                if dice.chance(35) {
                    let mut rule = rule(maker, identifier, name, dice);
                    rule.frequency = Some("TwentyFour_Hours".to_owned());
                    rule.evaluations = vec![ConfigEvaluation {
                        resource_type: "AWS::::Account".to_owned(),
                        resource_id: account.id.clone(),
                        compliance: if dice.chance(60) { "COMPLIANT" } else { "NON_COMPLIANT" }.to_owned(),
                        recorded_at: moment(dice),
                        annotation: None,
                    }];
                    made.push(rule);
                }
            }
        }
    }
    if dice.chance(30) {
        made.push(impostor(account, region, &buckets, dice));
    }
    // In an account's first region often more than a page of them.
    let others = if is_first {
        dice.between(8, 45)
    } else {
        dice.between(0, 6)
    };
    for number in 0..others {
        let identifier = *dice.pick(ABOUT_OTHERS);
        let name = format!("{}-{number}", identifier.to_lowercase().replace('_', "-"));
        made.push(rule(Maker::Account, identifier, &name, dice));
    }
    // AWS lists rules by name.
    made.sort_by(|left, right| left.name.cmp(&right.name));
    made.dedup_by(|left, right| left.name == right.name);
    made
}

fn rule(maker: Maker, identifier: &str, usual: &str, dice: &mut Dice) -> ConfigRule {
    let suffix = dice.letters(8);
    let (name, created_by) = match maker {
        Maker::Account if dice.chance(70) => (usual.to_owned(), None),
        Maker::Account => (format!("team-check-{suffix}"), None),
        Maker::Organization => (
            format!("OrgConfigRule-{usual}-{suffix}"),
            Some("config-multiaccountsetup.amazonaws.com"),
        ),
        Maker::ConformancePack => (
            format!("{usual}-conformance-pack-{suffix}"),
            Some("config-conforms.amazonaws.com"),
        ),
        Maker::SecurityHub => (
            format!("securityhub-{usual}-{suffix}"),
            Some("securityhub.amazonaws.com"),
        ),
    };
    let visibility = match maker {
        Maker::SecurityHub => dice.chance(60).then_some("INTERNAL"),
        _ => dice.chance(50).then_some("EXTERNAL"),
    };
    let parameters = match identifier {
        "S3_BUCKET_VERSIONING_ENABLED" => dice.chance(30).then_some(r#"{"isMfaDeleteEnabled":"true"}"#),
        "S3_BUCKET_LOGGING_ENABLED" => dice.chance(30).then_some(r#"{"targetPrefix":"logs/"}"#),
        _ => None,
    };
    ConfigRule {
        name,
        id: dice.letters(6),
        owner: "AWS".to_owned(),
        identifier: Some(identifier.to_owned()),
        state: match dice.between(0, 19) {
            0 => "DELETING",
            1 => "EVALUATING",
            2 => "DELETING_RESULTS",
            _ => "ACTIVE",
        }
        .to_owned(),
        created_by: created_by.map(str::to_owned),
        parameters: parameters.map(str::to_owned),
        modes: if dice.chance(12) {
            vec!["DETECTIVE".to_owned(), "PROACTIVE".to_owned()]
        } else {
            vec!["DETECTIVE".to_owned()]
        },
        visibility: visibility.map(str::to_owned),
        scope_tag: dice
            .chance(8)
            .then(|| ("environment".to_owned(), "production".to_owned())),
        ..ConfigRule::default()
    }
}

/// A rule with the name of a managed one that evaluates something of the account's own.
fn impostor(account: &Account, region: &str, buckets: &[&Bucket], dice: &mut Dice) -> ConfigRule {
    let is_guard = dice.chance(40);
    ConfigRule {
        name: "s3-bucket-logging-enabled-for-all".to_owned(),
        id: dice.letters(6),
        owner: if is_guard { "CUSTOM_POLICY" } else { "CUSTOM_LAMBDA" }.to_owned(),
        identifier: (!is_guard).then(|| {
            format!(
                "arn:aws:lambda:{region}:{}:function:S3_BUCKET_LOGGING_ENABLED",
                account.id
            )
        }),
        state: "ACTIVE".to_owned(),
        modes: vec!["DETECTIVE".to_owned()],
        scope_types: vec![S3_TYPES[0].to_owned()],
        evaluations: evaluations("custom", buckets, dice),
        ..ConfigRule::default()
    }
}

fn evaluations(identifier: &str, buckets: &[&Bucket], dice: &mut Dice) -> Vec<ConfigEvaluation> {
    // A rule that was never evaluated has found nothing.
    if dice.chance(6) {
        return Vec::new();
    }
    let mut made: Vec<ConfigEvaluation> = Vec::new();
    for bucket in buckets {
        // Not every bucket has been evaluated yet.
        if dice.chance(5) {
            continue;
        }
        let is_so = match identifier {
            "S3_BUCKET_LOGGING_ENABLED" => bucket.logging.is_some(),
            "S3_BUCKET_VERSIONING_ENABLED" => bucket
                .versioning
                .is_some_and(|versioning| versioning.status == Status::Enabled),
            "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED" => bucket.public_access_block.is_some(),
            "S3_DEFAULT_ENCRYPTION_KMS" => bucket
                .encryption
                .as_ref()
                .is_some_and(|encryption| encryption.algorithm.as_deref() != Some("AES256")),
            _ => dice.chance(80),
        };
        // What a rule found may be older than the bucket's present settings.
        let is_so = is_so != dice.chance(6);
        let (compliance, annotation) = match dice.between(0, 29) {
            0 => ("INSUFFICIENT_DATA", Some("The resource could not be evaluated.")),
            1 => ("NOT_APPLICABLE", None),
            _ if is_so => ("COMPLIANT", None),
            _ => ("NON_COMPLIANT", Some("The bucket is not as the rule asks.")),
        };
        made.push(evaluation(&bucket.name, compliance, annotation, dice));
    }
    // Buckets that are gone: a few, and in some places very many.
    let gone = if dice.chance(6) {
        dice.between(20, 55)
    } else {
        dice.between(0, 2)
    };
    for number in 0..gone {
        let compliance = if dice.chance(50) { "COMPLIANT" } else { "NON_COMPLIANT" };
        made.push(evaluation(
            &format!("deleted-bucket-{number:03}"),
            compliance,
            None,
            dice,
        ));
    }
    made
}

fn evaluation(bucket: &str, compliance: &str, annotation: Option<&str>, dice: &mut Dice) -> ConfigEvaluation {
    ConfigEvaluation {
        resource_type: S3_TYPES[0].to_owned(),
        resource_id: bucket.to_owned(),
        compliance: compliance.to_owned(),
        recorded_at: recently(dice),
        annotation: annotation.map(str::to_owned),
    }
}

/// A time in the last two years before 2026-11.
fn recently(dice: &mut Dice) -> Timestamp {
    let seconds = i64::try_from(dice.between(0, 63_000_000)).unwrap_or(0);
    Timestamp::from_second(1_730_000_000 + seconds).expect("a time in these years")
}
