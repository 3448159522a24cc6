//! `cloudfront-origin-bucket-exists`: whether the buckets exist from which the account's distributions fetch.
//!
//! Whoever makes a bucket with the name of one that was deleted serves content under the distribution's host names. It does not
//! look at distributions that answer no requests, nor at origins that are access points.

use s3attest_model::check::Severity;
use s3attest_model::services::{CloudFront, CloudFrontDistribution, CloudFrontOrigin, S3Endpoint, ServiceSource};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "cloudfront-origin-bucket-exists",
    title: "The buckets behind distributions exist",
    severity: Severity::High,
    question: "Does every bucket exist in the organization from which an enabled distribution of the account fetches?",
    reads: Reads {
        sources: &[ServiceSource::CloudFront],
        account: &[AccountFact::BucketListing, AccountFact::OrganizationAccounts],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/cloudfront-origin-bucket-exists.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let front = view.services.of_account::<CloudFront>()?;
    let listed = trail.read(&front.distributions)?;
    let serving = listed
        .into_iter()
        .flat_map(|listed| &listed.of_buckets)
        .filter(|distribution| distribution.is_enabled);
    let (mut there, mut missing) = (0_usize, Vec::new());
    let mut unknown = None;
    for distribution in serving {
        for origin in &distribution.origins {
            match bucket_of(distribution, origin) {
                Ok(None) => {}
                Ok(Some(name)) => match view.index.in_organization(trail, &view.organization, name) {
                    Ok(Some(_)) => there += 1,
                    Ok(None) => missing.push(format!("{} fetches from {name}", distribution.id)),
                    Err(gap) => unknown = unknown.or(Some(gap)),
                },
                Err(gap) => unknown = unknown.or(Some(gap)),
            }
        }
    }
    if !missing.is_empty() {
        return Ok(Judgement::fail(format!(
            "Distributions fetch from buckets that no account of the organization has: {}.",
            missing.join("; ")
        )));
    }
    if let Some(gap) = unknown {
        return Err(gap);
    }
    Ok(match there {
        0 => Judgement::not_applicable("No enabled distribution of the account fetches from a bucket."),
        1 => Judgement::pass("The one bucket from which an enabled distribution fetches exists in the organization."),
        _ => Judgement::pass(format!(
            "The buckets of all {there} origins from which enabled distributions fetch exist in the organization."
        )),
    })
}

/// The bucket from which an origin fetches; `None` for another server and for an access point.
fn bucket_of<'a>(
    distribution: &CloudFrontDistribution,
    origin: &'a CloudFrontOrigin,
) -> Result<Option<&'a str>, Unknown<'a>> {
    let unsaid = || {
        Unknown::not_understood(format!(
            "to which bucket the origin {} of distribution {} leads is not said by its host name {}",
            origin.id, distribution.id, origin.domain_name
        ))
    };
    match &origin.s3 {
        None if origin.is_s3_origin => Err(unsaid()),
        None => Ok(None),
        Some(address) => match address.endpoint {
            S3Endpoint::Bucket | S3Endpoint::Website => match address.bucket.as_deref() {
                // Directory buckets stand in lists of their own.
                Some(name) if !name.ends_with("--x-s3") => Ok(Some(name)),
                Some(_) | None => Err(unsaid()),
            },
            S3Endpoint::AccessPoint | S3Endpoint::MultiRegionAccessPoint | S3Endpoint::ObjectLambda => Ok(None),
        },
    }
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::S3Address;

    use super::*;
    use crate::checks::scene::{
        ACCOUNT, Case, Scene, account, account_id, bucket, denied, expect, facts, organization, source,
    };
    use crate::checks::shield_advanced::tests::{distribution, front};

    const REST: &str = "assets.s3.eu-central-1.amazonaws.com";

    /// A distribution that fetches from these hosts.
    pub(in crate::checks) fn fetching(hosts: &[&str]) -> CloudFrontDistribution {
        let origin = |host: &&str| CloudFrontOrigin {
            id: "origin".to_owned(),
            domain_name: (*host).to_owned(),
            path: None,
            s3: S3Address::read(host, None),
            is_s3_origin: host.contains("objects"),
            access_identity: None,
            access_control_id: None,
            custom: None,
        };
        CloudFrontDistribution {
            origins: hosts.iter().map(origin).collect(),
            ..distribution("E1")
        }
    }

    fn serving(of_buckets: Vec<CloudFrontDistribution>, own: &[&str]) -> Scene {
        Scene::with(|scene| {
            scene.say(front(of_buckets));
            for name in own {
                scene.add(bucket(name));
            }
        })
    }

    #[test]
    fn the_bucket_of_each_origin_has_to_exist() {
        let website = "assets.s3-website.eu-central-1.amazonaws.com";
        let disabled = CloudFrontDistribution {
            is_enabled: false,
            ..fetching(&[REST])
        };
        let mut of_member = serving(vec![fetching(&[REST])], &[]);
        of_member.organization = organization([account(ACCOUNT), account("222222222222")]);
        let mut assets = bucket("assets");
        assets.account = account_id("222222222222");
        of_member.others.push((facts("222222222222"), assets));
        let cases: Vec<Case> = vec![
            (
                "there",
                serving(vec![fetching(&[REST])], &["assets"]),
                Verdict::Pass,
                "The one bucket",
            ),
            ("in another account", of_member, Verdict::Pass, "The one bucket"),
            (
                "two of them",
                serving(vec![fetching(&[REST, website])], &["assets"]),
                Verdict::Pass,
                "all 2 origins",
            ),
            (
                "gone",
                serving(vec![fetching(&[REST])], &["other"]),
                Verdict::Fail,
                "E1 fetches from assets",
            ),
            (
                "a website that is gone",
                serving(vec![fetching(&[website])], &[]),
                Verdict::Fail,
                "E1 fetches from assets",
            ),
            (
                "gone beside a host name that says nothing",
                serving(vec![fetching(&["a.objects.example.com", REST])], &[]),
                Verdict::Fail,
                "fetches from assets",
            ),
            (
                "a disabled distribution",
                serving(vec![disabled], &[]),
                Verdict::NotApplicable,
                "No enabled distribution",
            ),
            (
                "an access point",
                serving(
                    vec![fetching(&[
                        "door-111111111111.s3-accesspoint.eu-central-1.amazonaws.com",
                    ])],
                    &[],
                ),
                Verdict::NotApplicable,
                "No enabled distribution",
            ),
            ("none", serving(vec![], &[]), Verdict::NotApplicable, "No enabled"),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_the_lists_do_not_say_is_not_assessed() {
        let mut unread = serving(vec![fetching(&[REST])], &[]);
        unread.organization = organization([account(ACCOUNT), account("222222222222")]);
        let mut incomplete = serving(vec![fetching(&[REST])], &[]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut unlisted = front(vec![]);
        unlisted.distributions.observed = Observed::Gap(denied());
        let cases: Vec<Case> = vec![
            ("an account was not read", unread, Verdict::NotAssessed, "was not read"),
            ("list incomplete", incomplete, Verdict::NotAssessed, "access was denied"),
            (
                "a host name that says nothing",
                serving(vec![fetching(&["a.objects.example.com"])], &[]),
                Verdict::NotAssessed,
                "not said by its host name a.objects.example.com",
            ),
            (
                "distributions refused",
                Scene::with(|scene| scene.say(unlisted)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of Amazon CloudFront",
            ),
        ];
        expect(&CHECK, cases);
    }
}
