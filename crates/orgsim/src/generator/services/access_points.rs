//! Access points: accounts with products hand out data by them, a few through a function or over several regions.

use std::collections::BTreeMap;

use serde_json::json;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{
    AccessPoint, Account, MultiRegionAccessPoint, MultiRegionBucket, ObjectLambdaAccessPoint,
    ObjectLambdaTransformation, Policy, PublicAccessBlock, Scenario,
};

const USES: &[&str] = &[
    "reader", "writer", "batch", "partner", "export", "ingest", "report", "audit",
];

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let neighbours: Vec<String> = scenario.accounts.iter().map(|account| account.id.clone()).collect();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("access-points", &account.id);
        let neighbour = dice.pick(&neighbours).clone();
        let count = match purpose {
            // More than one page of them.
            Purpose::Production => dice.between(6, 14),
            Purpose::Development | Purpose::SharedServices | Purpose::LogArchive => dice.between(0, 4),
            _ => usize::from(dice.chance(20)),
        };
        let mut points: Vec<AccessPoint> = (0..count)
            .filter_map(|number| access_point(account, number, &neighbour, &mut dice))
            .collect();
        if *purpose == Purpose::SharedServices {
            points.push(on_file_system(account, &mut dice));
        }
        if matches!(purpose, Purpose::Production | Purpose::SharedServices) {
            account.services.object_lambda_access_points = through_functions(account, &points, &mut dice);
            let count = dice.between(1, 6);
            account.services.multi_region_access_points = (0..count)
                .map(|number| over_regions(account, number, &neighbour, &mut dice))
                .collect();
        }
        account.services.access_points = points;
    }
}

fn block(dice: &mut Dice) -> PublicAccessBlock {
    match dice.between(0, 9) {
        0 => PublicAccessBlock::all(false),
        1 => PublicAccessBlock {
            restrict_public_buckets: false,
            ..PublicAccessBlock::all(true)
        },
        _ => PublicAccessBlock::all(true),
    }
}

/// A policy that names somebody, or everybody.
fn policy(resource: &str, neighbour: &str, dice: &mut Dice) -> Option<Policy> {
    let principal = match dice.between(0, 9) {
        0..=3 => return None,
        4 => json!("*"),
        5 | 6 => json!({"AWS": format!("arn:aws:iam::{neighbour}:root")}),
        _ => json!({"AWS": format!("arn:aws:iam::{neighbour}:role/data & <reporting>")}),
    };
    let is_public = principal == json!("*");
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": principal, "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [resource, format!("{resource}/object/*")],
    }]});
    Some(Policy {
        document: document.to_string(),
        is_public,
    })
}

fn endpoints(region: &str) -> BTreeMap<String, String> {
    [
        ("ipv4", format!("s3-accesspoint.{region}.amazonaws.com")),
        ("dualstack", format!("s3-accesspoint.dualstack.{region}.amazonaws.com")),
    ]
    .into_iter()
    .map(|(kind, host)| (kind.to_owned(), host))
    .collect()
}

fn access_point(account: &Account, number: usize, neighbour: &str, dice: &mut Dice) -> Option<AccessPoint> {
    if account.buckets.is_empty() {
        return None;
    }
    let bucket = dice.pick(&account.buckets);
    let region = bucket.region.clone();
    let name = format!("{}-{number}", dice.pick::<&str>(USES));
    let arn = format!("arn:aws:s3:{region}:{}:accesspoint/{name}", account.id);
    // Some lead to a bucket that another account shares.
    let is_shared = dice.chance(15);
    Some(AccessPoint {
        alias: format!("{name}-{}-s3alias", dice.letters(24)),
        bucket: Some(if is_shared {
            format!("shared-{}", dice.letters(8))
        } else {
            bucket.name.clone()
        }),
        bucket_account: Some(if is_shared { neighbour } else { &account.id }.to_owned()),
        vpc: dice.chance(30).then(|| format!("vpc-{}", dice.letters(17))),
        data_source_id: None,
        data_source_type: None,
        public_access_block: block(dice),
        created_at: moment(dice),
        endpoints: endpoints(&region),
        policy: policy(&arn, neighbour, dice),
        region,
        name,
    })
}

/// An access point on a file system, which is no bucket.
fn on_file_system(account: &Account, dice: &mut Dice) -> AccessPoint {
    let region = "eu-central-1".to_owned();
    AccessPoint {
        name: "home-directories".to_owned(),
        alias: format!("home-directories-{}-ext-s3alias", dice.letters(20)),
        bucket: None,
        bucket_account: None,
        vpc: None,
        data_source_id: Some(format!(
            "arn:aws:fsx:{region}:{}:file-system/fs-{}",
            account.id,
            dice.letters(17)
        )),
        data_source_type: Some("FSX_OPENZFS".to_owned()),
        public_access_block: PublicAccessBlock::all(true),
        created_at: moment(dice),
        endpoints: endpoints(&region),
        policy: None,
        region,
    }
}

/// Some access points have another one before them, whose answers a function rewrites.
fn through_functions(account: &Account, points: &[AccessPoint], dice: &mut Dice) -> Vec<ObjectLambdaAccessPoint> {
    let mut found = Vec::new();
    for (number, point) in points.iter().filter(|point| point.bucket.is_some()).enumerate() {
        if !dice.chance(80) {
            continue;
        }
        let name = format!("redacted-{number}");
        let (region, id) = (&point.region, &account.id);
        let arn = format!("arn:aws:s3-object-lambda:{region}:{id}:accesspoint/{name}");
        let function = |name: &str| format!("arn:aws:lambda:{region}:{id}:function:{name}");
        let mut transformations = vec![ObjectLambdaTransformation {
            actions: vec!["GetObject".to_owned()],
            function_arn: function("redact"),
        }];
        if dice.chance(30) {
            transformations.push(ObjectLambdaTransformation {
                actions: vec!["HeadObject".to_owned(), "ListObjectsV2".to_owned()],
                function_arn: function("count"),
            });
        }
        let is_ready = dice.chance(85);
        found.push(ObjectLambdaAccessPoint {
            region: region.clone(),
            alias: format!("{name}-{}--ol-s3", dice.letters(24)),
            alias_status: if is_ready { "READY" } else { "PROVISIONING" }.to_owned(),
            supporting_access_point: format!("arn:aws:s3:{region}:{id}:accesspoint/{}", point.name),
            cloudwatch_metrics_enabled: dice.chance(50),
            allowed_features: if dice.chance(40) {
                vec!["GetObject-Range".to_owned(), "HeadObject-Range".to_owned()]
            } else {
                Vec::new()
            },
            transformations,
            public_access_block: block(dice),
            created_at: moment(dice),
            policy: policy(&arn, id, dice),
            name,
        });
    }
    found
}

fn over_regions(account: &Account, number: usize, neighbour: &str, dice: &mut Dice) -> MultiRegionAccessPoint {
    let name = format!("global-{number}");
    let alias = format!("{}.mrap", dice.letters(13));
    let mut buckets: Vec<MultiRegionBucket> = Vec::new();
    for bucket in &account.buckets {
        // One bucket for each region.
        if buckets.len() < 3 && buckets.iter().all(|other| other.region != bucket.region) {
            buckets.push(MultiRegionBucket {
                bucket: bucket.name.clone(),
                region: bucket.region.clone(),
                bucket_account: account.id.clone(),
            });
        }
    }
    if dice.chance(25) {
        buckets.push(MultiRegionBucket {
            bucket: format!("shared-{}", dice.letters(8)),
            region: "ap-northeast-3".to_owned(),
            bucket_account: neighbour.to_owned(),
        });
    }
    let arn = format!("arn:aws:s3::{}:accesspoint/{alias}", account.id);
    let established = policy(&arn, neighbour, dice);
    let is_changing = dice.chance(25);
    MultiRegionAccessPoint {
        name,
        alias,
        created_at: moment(dice),
        public_access_block: block(dice),
        status: if is_changing {
            "INCONSISTENT_ACROSS_REGIONS"
        } else {
            "READY"
        }
        .to_owned(),
        buckets,
        proposed: if is_changing {
            policy(&arn, &account.id, dice).map(|policy| policy.document)
        } else {
            established.as_ref().map(|policy| policy.document.clone())
        },
        established,
    }
}
