//! CloudTrail: a trail of the organization that delivers to the log archive, and what accounts had before and beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Furnishing;
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::generator::settings::key_arn;
use crate::scenario::{
    Account, Scenario, Trail, TrailAdvancedSelector, TrailBasicSelector, TrailField, TrailInsight, TrailSelectors,
    TrailStatus,
};

/// The type of data resources that objects are.
const OBJECT: &str = "AWS::S3::Object";
/// Midnight of the first of October 2026, around which trails deliver.
const LATELY: i64 = 1_790_812_800;

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    let archive = scenario
        .accounts
        .iter()
        .zip(furnishing.purposes)
        .find(|(_, purpose)| **purpose == Purpose::LogArchive)
        .and_then(|(account, _)| audit_bucket(account));
    // Every form of selectors stands somewhere: each trail takes the next one.
    let mut form = 0;
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("cloudtrail", &account.id);
        let mut trails = Vec::new();
        if let (Purpose::Management, Some((bucket, region))) = (purpose, &archive) {
            trails.push(of_organization(account, bucket, region, &partition));
        }
        let count = match purpose {
            Purpose::Management | Purpose::LogArchive | Purpose::Security | Purpose::Network => 1,
            Purpose::Production => dice.between(1, 3),
            Purpose::Development => dice.between(0, 2),
            // These rely on the organization's trail.
            Purpose::SharedServices | Purpose::Sandbox | Purpose::Suspended => 0,
        };
        for number in 0..count {
            if let Some(trail) = own(account, &partition, number, form, &mut dice) {
                trails.push(trail);
                form += 1;
            }
        }
        account.services.cloudtrail.trails = trails;
    }
}

/// The bucket of an account in which trails would lie, and its region.
fn audit_bucket(account: &Account) -> Option<(String, String)> {
    let is_for_trails = |name: &str| name.contains("cloudtrail");
    let bucket = account.buckets.iter().find(|bucket| is_for_trails(&bucket.name));
    let bucket = bucket.or_else(|| account.buckets.first())?;
    Some((bucket.name.clone(), bucket.region.clone()))
}

fn moment(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(LATELY + second).ok()
}

/// A trail that delivers to nothing but a bucket.
fn bare(name: String, bucket: String, region: String) -> Trail {
    Trail {
        name,
        region,
        is_multi_region: false,
        is_organization_trail: false,
        bucket,
        prefix: None,
        validates_log_files: false,
        logs_global_services: false,
        kms_key: None,
        log_group_arn: None,
        log_group_role_arn: None,
        topic_arn: None,
        status: TrailStatus {
            is_logging: true,
            started_at: moment(-40_000_000),
            delivered_at: moment(1_200),
            ..TrailStatus::default()
        },
        selectors: None,
        insights: Vec::new(),
    }
}

/// Has a trail deliver to a log group of its account as well.
fn with_log_group(trail: &mut Trail, account: &str, partition: &str, group: &str) {
    let region = &trail.region;
    trail.log_group_arn = Some(format!("arn:{partition}:logs:{region}:{account}:log-group:{group}:*"));
    trail.log_group_role_arn = Some(format!("arn:{partition}:iam::{account}:role/CloudTrail_CloudWatchLogs"));
}

fn of_organization(account: &Account, bucket: &str, region: &str, partition: &str) -> Trail {
    let mut trail = Trail {
        is_multi_region: true,
        is_organization_trail: true,
        prefix: Some("organization".to_owned()),
        validates_log_files: true,
        logs_global_services: true,
        kms_key: Some(key_arn(region, &account.id)),
        selectors: Some(TrailSelectors::Advanced(vec![
            selector(
                Some("Management events"),
                &[("eventCategory", &[("Equals", &["Management"])])],
            ),
            objects(
                Some("Writes to all objects"),
                &[("readOnly", &[("Equals", &["false"])])],
            ),
        ])),
        insights: vec![
            insight("ApiCallRateInsight", &["Management"]),
            insight("ApiErrorRateInsight", &[]),
        ],
        ..bare("organization-trail".to_owned(), bucket.to_owned(), region.to_owned())
    };
    with_log_group(&mut trail, &account.id, partition, "aws-cloudtrail-logs/organization");
    trail
}

/// A trail of one account, as careful as chance has it.
fn own(account: &Account, partition: &str, number: usize, form: usize, dice: &mut Dice) -> Option<Trail> {
    let (bucket, home) = audit_bucket(account)?;
    // Beside the first there are trails in other regions.
    let region = match number {
        0 => home,
        _ => dice.pick(&account.buckets).region.clone(),
    };
    let is_multi_region = dice.chance(60);
    let mut trail = Trail {
        is_multi_region,
        logs_global_services: is_multi_region || dice.chance(30),
        validates_log_files: dice.chance(70),
        prefix: dice.chance(30).then(|| "trails".to_owned()),
        ..bare(
            format!("{}-{number}", dice.pick(&["audit", "management", "legacy"])),
            bucket,
            region,
        )
    };
    if dice.chance(50) {
        trail.kms_key = Some(key_arn(&trail.region, &account.id));
    }
    if dice.chance(50) {
        with_log_group(&mut trail, &account.id, partition, "cloudtrail");
    }
    if dice.chance(20) {
        trail.topic_arn = Some(format!(
            "arn:{partition}:sns:{}:{}:trail-deliveries",
            trail.region, account.id
        ));
    }
    trail.status = status(&trail, form);
    let example = account
        .buckets
        .last()
        .map_or_else(String::new, |bucket| format!("arn:{partition}:s3:::{}", bucket.name));
    trail.selectors = selectors(form, &example, partition);
    if form.is_multiple_of(3) {
        trail.insights = vec![insight("ApiErrorRateInsight", &["Management", "Data"])];
    }
    Some(trail)
}

/// How a trail fares: well, stopped, never started, or with one kind of delivery or another failing.
fn status(trail: &Trail, form: usize) -> TrailStatus {
    let well = trail.status.clone();
    let error = |code: &str| Some(code.to_owned());
    match form % 8 {
        1 => TrailStatus {
            is_logging: false,
            stopped_at: moment(-9_000_000),
            delivered_at: moment(-9_000_300),
            ..well
        },
        3 => TrailStatus {
            delivery_error: error("AccessDenied"),
            digest_error: trail.validates_log_files.then(|| "AccessDenied".to_owned()),
            ..well
        },
        4 => TrailStatus {
            delivery_error: error("NoSuchBucket"),
            delivered_at: None,
            ..well
        },
        5 => TrailStatus {
            log_group_error: trail.log_group_arn.as_ref().and_then(|_| error("Access denied")),
            notification_error: trail.topic_arn.as_ref().and_then(|_| error("AuthorizationError")),
            ..well
        },
        6 => TrailStatus::default(),
        _ => well,
    }
}

fn insight(kind: &str, categories: &[&str]) -> TrailInsight {
    TrailInsight {
        kind: kind.to_owned(),
        categories: texts(categories),
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Operators with their values, of one field.
type Conditions<'text> = (&'text str, &'text [(&'text str, &'text [&'text str])]);

fn selector(name: Option<&str>, fields: &[Conditions<'_>]) -> TrailAdvancedSelector {
    let fields = fields.iter().map(|(field, conditions)| TrailField {
        field: (*field).to_owned(),
        conditions: conditions
            .iter()
            .map(|(operator, values)| ((*operator).to_owned(), texts(values)))
            .collect(),
    });
    TrailAdvancedSelector {
        name: name.map(str::to_owned),
        fields: fields.collect(),
    }
}

/// An advanced selector of the data events of objects.
fn objects(name: Option<&str>, more: &[Conditions<'_>]) -> TrailAdvancedSelector {
    let mut fields: Vec<Conditions<'_>> = vec![
        ("eventCategory", &[("Equals", &["Data"])]),
        ("resources.type", &[("Equals", &[OBJECT])]),
    ];
    fields.extend_from_slice(more);
    selector(name, &fields)
}

fn basic(read_write_type: &str, data_resources: &[(&str, &[&str])]) -> TrailBasicSelector {
    TrailBasicSelector {
        read_write_type: read_write_type.to_owned(),
        includes_management_events: true,
        excluded_sources: Vec::new(),
        data_resources: data_resources
            .iter()
            .map(|(kind, values)| ((*kind).to_owned(), texts(values)))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// What a trail logs, in every form that selectors have.
fn selectors(form: usize, bucket: &str, partition: &str) -> Option<TrailSelectors> {
    let every_bucket = format!("arn:{partition}:s3");
    let whole = format!("{bucket}/");
    let prefix = format!("{bucket}/incoming/");
    Some(match form % 9 {
        0 => return None,
        1 => TrailSelectors::Basic(vec![basic("All", &[(OBJECT, &[&every_bucket])])]),
        2 => TrailSelectors::Advanced(vec![
            objects(None, &[("resources.ARN", &[("StartsWith", &[&whole])])]),
            selector(
                Some("Management without KMS"),
                &[
                    ("eventCategory", &[("Equals", &["Management"])]),
                    ("eventSource", &[("NotEquals", &["kms.amazonaws.com"])]),
                ],
            ),
        ]),
        3 => TrailSelectors::Basic(vec![
            basic("WriteOnly", &[(OBJECT, &[&whole])]),
            basic(
                "ReadOnly",
                &[(OBJECT, &[&prefix]), ("AWS::Lambda::Function", &["arn:aws:lambda"])],
            ),
        ]),
        4 => TrailSelectors::Advanced(vec![objects(
            Some("All but temporary files"),
            &[(
                "resources.ARN",
                &[("NotStartsWith", &[&prefix]), ("NotEndsWith", &[".tmp"])],
            )],
        )]),
        5 => TrailSelectors::Basic(vec![TrailBasicSelector {
            includes_management_events: false,
            excluded_sources: vec!["kms.amazonaws.com".to_owned()],
            ..basic("WriteOnly", &[])
        }]),
        6 => TrailSelectors::Advanced(vec![objects(
            Some("Deletions"),
            &[
                ("eventName", &[("Equals", &["DeleteObject", "DeleteObjects"])]),
                ("readOnly", &[("Equals", &["false"])]),
            ],
        )]),
        7 => TrailSelectors::Basic(vec![basic("All", &[(OBJECT, &["arn:aws:s3:::elsewhere/", &prefix])])]),
        _ => TrailSelectors::Advanced(vec![objects(
            None,
            &[(
                "resources.ARN",
                &[("Equals", &[&format!("{prefix}one.csv")]), ("EndsWith", &[".csv"])],
            )],
        )]),
    })
}
