//! CloudFront: what faces the public stands in the network account and in production, some of it before buckets: with the
//! present way of keeping these closed, with the older one, with none, before a website, and by every form of host name.

use super::Furnishing;
use crate::generator::Purpose;
use crate::generator::dice::Dice;
use crate::scenario::{
    Account, Bucket, CloudFront, CloudFrontAccessControl, CloudFrontBehavior, CloudFrontDistribution,
    CloudFrontLogging, CloudFrontOrigin, Scenario,
};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("cloudfront", &account.id);
        let (count, of_buckets) = match purpose {
            // More than one page, most of it before load balancers.
            Purpose::Network => (dice.between(21, 45), 30),
            Purpose::Production => (dice.between(1, 6), 70),
            Purpose::Development => (dice.between(0, 2), 60),
            _ => (0, 0),
        };
        account.services.cloudfront = cloudfront(account, count, of_buckets, &mut dice);
    }
}

fn cloudfront(account: &Account, count: usize, of_buckets: u32, dice: &mut Dice) -> CloudFront {
    if count == 0 {
        return CloudFront::default();
    }
    let mut access_controls = Vec::new();
    for (name, signing_behavior, origin_type) in [
        ("buckets", "always", "s3"),
        ("buckets-unless-signed", "no-override", "s3"),
        ("switched-off", "never", "s3"),
        ("functions", "always", "lambda"),
    ] {
        access_controls.push(CloudFrontAccessControl {
            id: format!("E{}", dice.letters(13).to_uppercase()),
            name: name.to_owned(),
            signing_behavior: signing_behavior.to_owned(),
            origin_type: origin_type.to_owned(),
        });
    }
    let mut distributions = Vec::new();
    for number in 0..count {
        let bucket = if account.buckets.is_empty() || !dice.chance(of_buckets) {
            None
        } else {
            Some(dice.pick(&account.buckets))
        };
        distributions.push(distribution(number, account, bucket, &access_controls, dice));
    }
    CloudFront {
        distributions,
        access_controls,
    }
}

fn distribution(
    number: usize,
    account: &Account,
    bucket: Option<&Bucket>,
    controls: &[CloudFrontAccessControl],
    dice: &mut Dice,
) -> CloudFrontDistribution {
    let mut origins = Vec::new();
    if let Some(bucket) = bucket {
        origins.push(bucket_origin(bucket, account, controls, dice));
    }
    if bucket.is_none() || dice.chance(25) {
        origins.push(CloudFrontOrigin {
            id: "servers".to_owned(),
            domain_name: format!("edge-{number}.eu-central-1.elb.amazonaws.com"),
            path: String::new(),
            s3_access_identity: None,
            access_control_id: String::new(),
            custom_protocol_policy: Some("https-only".to_owned()),
        });
    }
    let certificate = dice.chance(70).then(|| {
        format!(
            "arn:aws:acm:us-east-1:{}:certificate/{}-{}",
            account.id,
            dice.letters(8),
            dice.letters(12)
        )
    });
    let minimum: &[&str] = if certificate.is_some() {
        &["TLSv1.2_2021", "TLSv1.2_2019", "TLSv1.1_2016", "TLSv1"]
    } else {
        &["TLSv1"]
    };
    let last = origins.len() - 1;
    let behaviors = if dice.chance(40) {
        vec![behavior(Some("/assets/*"), &origins[last].id, dice)]
    } else {
        Vec::new()
    };
    let web_acl_id = if dice.chance(50) {
        format!(
            "arn:aws:wafv2:us-east-1:{}:global/webacl/edge/{}",
            account.id,
            dice.letters(12)
        )
    } else {
        String::new()
    };
    let logging = account
        .buckets
        .first()
        .filter(|_| dice.chance(50))
        .map(|log_bucket| CloudFrontLogging {
            bucket: format!("{}.s3.amazonaws.com", log_bucket.name),
            prefix: format!("edge-{number}/"),
            include_cookies: number.is_multiple_of(3),
        });
    CloudFrontDistribution {
        id: format!("E{}", dice.letters(13).to_uppercase()),
        enabled: dice.chance(90),
        aliases: certificate
            .iter()
            .map(|_| format!("edge-{number}.{}.example", account.name))
            .collect(),
        default_behavior: behavior(None, &origins[0].id, dice),
        origins,
        behaviors,
        acm_certificate: certificate,
        minimum_protocol_version: (*dice.pick(minimum)).to_owned(),
        web_acl_id,
        logging,
        default_root_object: if dice.chance(70) { "index.html" } else { "" }.to_owned(),
    }
}

fn behavior(path_pattern: Option<&str>, origin: &str, dice: &mut Dice) -> CloudFrontBehavior {
    let policies = ["redirect-to-https", "https-only", "allow-all"];
    let methods: &[&str] = if dice.chance(80) {
        &["HEAD", "GET"]
    } else {
        &["HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"]
    };
    CloudFrontBehavior {
        path_pattern: path_pattern.map(str::to_owned),
        target_origin_id: origin.to_owned(),
        viewer_protocol_policy: (*dice.pick(&policies)).to_owned(),
        allowed_methods: methods.iter().map(|method| (*method).to_owned()).collect(),
        key_groups: if dice.chance(15) {
            vec![dice.letters(8)]
        } else {
            Vec::new()
        },
    }
}

/// A bucket as an origin, in one of the ways in which people write it down.
fn bucket_origin(
    bucket: &Bucket,
    account: &Account,
    controls: &[CloudFrontAccessControl],
    dice: &mut Dice,
) -> CloudFrontOrigin {
    let (name, region) = (&bucket.name, &bucket.region);
    let as_bucket = |domain_name: String, identity: String, control: String| CloudFrontOrigin {
        id: format!("S3-{name}"),
        domain_name,
        path: String::new(),
        s3_access_identity: Some(identity),
        access_control_id: control,
        custom_protocol_policy: None,
    };
    let as_server = |domain_name: String, path: &str| CloudFrontOrigin {
        id: format!("server-{name}"),
        domain_name,
        path: path.to_owned(),
        s3_access_identity: None,
        access_control_id: String::new(),
        custom_protocol_policy: Some("http-only".to_owned()),
    };
    let regional = format!("{name}.s3.{region}.amazonaws.com");
    if bucket.website.is_some() {
        return as_server(format!("{name}.s3-website-{region}.amazonaws.com"), "");
    }
    match dice.between(0, 9) {
        0..=3 => as_bucket(regional, String::new(), dice.pick(&controls[..3]).id.clone()),
        // A control of another account, or one that was deleted.
        4 => as_bucket(regional, String::new(), "E0000000000000".to_owned()),
        5 => as_bucket(
            format!("{name}.s3.amazonaws.com"),
            format!("origin-access-identity/cloudfront/E{}", dice.letters(13).to_uppercase()),
            String::new(),
        ),
        6 => as_bucket(
            format!("{name}.s3-{region}.amazonaws.com"),
            String::new(),
            String::new(),
        ),
        7 => as_server(format!("s3.{region}.amazonaws.com"), &format!("/{name}/public")),
        8 => as_bucket(
            format!("{name}-{}.s3-accesspoint.{region}.amazonaws.com", account.id),
            String::new(),
            controls[0].id.clone(),
        ),
        // An origin of S3 by what CloudFront says, whose host name says nothing.
        _ => as_bucket(format!("{name}.objects.example.com"), String::new(), String::new()),
    }
}
