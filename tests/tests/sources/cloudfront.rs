//! CloudFront.

use std::collections::BTreeSet;

use s3attest_collect::Wishes;
use s3attest_model::services::{Facts, Reading, ServiceSource};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, CloudFrontBehavior, CloudFrontDistribution, CloudFrontOrigin, Fault, FaultKind, Refuser,
};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{organization, read};

pub(crate) fn truth(_: &Scenario, account: &Account, _: Option<&str>) -> Value {
    let cloudfront = &account.services.cloudfront;
    let mut kept: Vec<&CloudFrontDistribution> = cloudfront.distributions.iter().filter(|one| is_kept(one)).collect();
    kept.sort_by_key(|one| &one.id);
    let controls = cloudfront.access_controls.iter().map(|control| {
        json!({
            "id": control.id,
            "name": control.name,
            "signing_behavior": control.signing_behavior,
            "signing_protocol": "sigv4",
            "origin_type": control.origin_type,
        })
    });
    json!({
        "distributions": {
            "others": cloudfront.distributions.len() - kept.len(),
            "of_buckets": kept.iter().map(|one| distribution(account, one)).collect::<Vec<_>>(),
        },
        "access_controls": controls.collect::<Vec<_>>(),
    })
}

/// Whatever the simulated organization puts before a bucket: all that is none of its load balancers.
fn is_kept(one: &CloudFrontDistribution) -> bool {
    one.origins.iter().any(|origin| !origin.domain_name.contains(".elb."))
}

/// An object without the members that are not there.
fn some(members: Value) -> Value {
    let Value::Object(members) = members else {
        unreachable!("an object is given");
    };
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn distribution(account: &Account, one: &CloudFrontDistribution) -> Value {
    let logging = one.logging.as_ref().map(|logging| {
        json!({
            "domain_name": logging.bucket,
            "bucket": logging.bucket.strip_suffix(".s3.amazonaws.com"),
            "prefix": logging.prefix,
            "includes_cookies": logging.include_cookies,
        })
    });
    let method = if one.acm_certificate.is_some() {
        "sni-only"
    } else {
        "vip"
    };
    some(json!({
        "id": one.id,
        "arn": format!("arn:aws:cloudfront::{}:distribution/{}", account.id, one.id),
        "domain_name": format!("{}.cloudfront.net", one.id.to_lowercase()),
        "status": "Deployed",
        "is_enabled": one.enabled,
        "is_staging": false,
        "aliases": one.aliases,
        "origins": one.origins.iter().map(|one| origin(account, one)).collect::<Vec<_>>(),
        "origin_groups": [],
        "default_behavior": behavior(&one.default_behavior),
        "behaviors": one.behaviors.iter().map(behavior).collect::<Vec<_>>(),
        "certificate": some(json!({
            "is_default": one.acm_certificate.is_none(),
            "minimum_protocol_version": one.minimum_protocol_version,
            "ssl_support_method": method,
            "acm_arn": one.acm_certificate,
        })),
        "web_acl_id": given(&one.web_acl_id),
        "configuration": some(json!({
            "legacy_logging": logging.map_or(json!("off"), |logging| json!({"on": logging})),
            "default_root_object": given(&one.default_root_object),
        })),
    }))
}

fn origin(account: &Account, one: &CloudFrontOrigin) -> Value {
    some(json!({
        "id": one.id,
        "domain_name": one.domain_name,
        "path": given(&one.path),
        "s3": address(account, one),
        "is_s3_origin": one.s3_access_identity.is_some(),
        "access_identity": one.s3_access_identity.as_deref().and_then(given),
        "access_control_id": given(&one.access_control_id),
        "custom": one.custom_protocol_policy.as_ref().map(|policy| {
            json!({"protocol_policy": policy, "ssl_protocols": ["TLSv1.2"]})
        }),
    }))
}

/// What the host says, found by trying the account's own buckets in every form.
fn address(account: &Account, one: &CloudFrontOrigin) -> Option<Value> {
    account.buckets.iter().find_map(|bucket| {
        let (name, region) = (&bucket.name, &bucket.region);
        let host = one.domain_name.as_str();
        let is_regional = host == format!("{name}.s3.{region}.amazonaws.com")
            || host == format!("{name}.s3-{region}.amazonaws.com")
            || (host == format!("s3.{region}.amazonaws.com") && one.path == format!("/{name}/public"));
        if is_regional {
            Some(json!({"endpoint": "bucket", "bucket": name, "region": region}))
        } else if host == format!("{name}.s3.amazonaws.com") {
            Some(json!({"endpoint": "bucket", "bucket": name}))
        } else if host == format!("{name}.s3-website-{region}.amazonaws.com") {
            Some(json!({"endpoint": "website", "bucket": name, "region": region}))
        } else if host == format!("{name}-{}.s3-accesspoint.{region}.amazonaws.com", account.id) {
            Some(json!({
                "endpoint": "access-point",
                "access_point": name,
                "account": account.id,
                "region": region,
            }))
        } else {
            None
        }
    })
}

fn behavior(one: &CloudFrontBehavior) -> Value {
    some(json!({
        "path_pattern": one.path_pattern,
        "target_origin_id": one.target_origin_id,
        "viewer_protocol_policy": one.viewer_protocol_policy,
        "allowed_methods": one.allowed_methods,
        "needs_signed_requests": !one.key_groups.is_empty(),
    }))
}

fn readings(faults: Vec<Fault>) -> Vec<s3attest_model::services::CloudFront> {
    let mut scenario = organization();
    scenario.faults = faults;
    let simulation = Simulation::start(scenario);
    let records = read(
        &simulation,
        &BTreeSet::from([ServiceSource::CloudFront]),
        Wishes::default(),
    );
    let readings = records.into_iter().map(|record| match record.reading {
        Reading::CloudFront(reading) => *reading,
        other => unreachable!("only CloudFront was asked for, not {}", other.source()),
    });
    readings.collect()
}

fn denied(operation: &str) -> Fault {
    Fault {
        operation: Some(operation.to_owned()),
        ..Fault::everywhere(FaultKind::Denied(Refuser::IdentityPolicy))
    }
}

#[test]
fn a_configuration_that_is_refused_leaves_its_distribution_standing() {
    let mut kept = 0;
    for reading in readings(vec![denied("GetDistributionConfig")]) {
        let distributions = reading
            .distributions
            .known()
            .expect("the list is read")
            .expect("it is there");
        for distribution in &distributions.of_buckets {
            kept += 1;
            assert!(distribution.configuration.as_gap().is_some(), "{}", distribution.id);
        }
        let gaps = reading.facts().iter().filter(|fact| fact.gap().is_some()).count();
        assert_eq!(gaps, distributions.of_buckets.len());
    }
    assert!(kept > 3, "{kept}");
}

#[test]
fn a_refused_list_is_a_gap_and_neither_empty_nor_absent() {
    for reading in readings(vec![denied("ListDistributions"), denied("ListOriginAccessControls")]) {
        assert!(reading.distributions.known().is_err());
        assert!(reading.access_controls.known().is_err());
        assert_eq!(reading.facts().len(), 2);
    }
}

#[test]
fn pages_that_come_empty_or_never_end_lose_nothing_and_end() {
    let fault = |kind| Fault {
        operation: Some("ListDistributions".to_owned()),
        ..Fault::everywhere(kind)
    };
    let whole = readings(Vec::new());
    let count = |readings: &[s3attest_model::services::CloudFront]| -> u64 {
        let found = readings
            .iter()
            .filter_map(|reading| reading.distributions.known().ok().flatten());
        found
            .map(|found| found.others + u64::try_from(found.of_buckets.len()).expect("few"))
            .sum()
    };
    assert!(count(&whole) > 20);
    assert_eq!(count(&readings(vec![fault(FaultKind::EmptyPage)])), count(&whole));
    for reading in readings(vec![fault(FaultKind::EndlessPages)]) {
        assert!(reading.distributions.known().is_err(), "a list without end is a gap");
    }
}

#[test]
fn an_access_control_is_found_by_its_id_and_not_made_up() {
    let (mut found, mut missing) = (0, 0);
    for reading in readings(Vec::new()) {
        let distributions = reading
            .distributions
            .known()
            .expect("the list is read")
            .expect("it is there");
        for origin in distributions.of_buckets.iter().flat_map(|each| &each.origins) {
            let control = reading.access_control(origin).expect("the controls are read");
            match (&origin.access_control_id, control) {
                (Some(id), Some(control)) => {
                    assert_eq!(*id, control.id);
                    found += 1;
                }
                (Some(_), None) => missing += 1,
                (None, Some(control)) => panic!("{} was not named", control.id),
                (None, None) => {}
            }
        }
    }
    assert!(found > 0 && missing > 0, "{found} {missing}");
    for reading in readings(vec![denied("ListOriginAccessControls")]) {
        let distributions = reading
            .distributions
            .known()
            .expect("the list is read")
            .expect("it is there");
        for origin in distributions.of_buckets.iter().flat_map(|each| &each.origins) {
            assert_eq!(
                reading.access_control(origin).is_err(),
                origin.access_control_id.is_some()
            );
        }
    }
}
