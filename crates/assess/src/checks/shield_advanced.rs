//! `shield-advanced`: whether Shield Advanced protects what stands in front of the account's buckets.
//!
//! Shield Advanced cannot protect a bucket. Distributions that do not answer requests are not looked at.

use s3attest_model::check::Severity;
use s3attest_model::services::{CloudFront, CloudFrontDistribution, ServiceSource, Shield};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "shield-advanced",
    title: "Shield Advanced protects the distributions in front of buckets",
    severity: Severity::Info,
    question: "Is every CloudFront distribution in front of a bucket protected by Shield Advanced?",
    reads: Reads {
        sources: &[ServiceSource::Shield, ServiceSource::CloudFront],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/shield-advanced.md"),
    judge: Judge::Account(judge),
};

/// How many distributions a message names.
const NAMED: usize = 5;

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let front = view.services.of_account::<CloudFront>()?;
    let listed = trail.read(&front.distributions)?;
    let serving: Vec<&CloudFrontDistribution> = listed
        .into_iter()
        .flat_map(|listed| &listed.of_buckets)
        .filter(|distribution| distribution.is_enabled)
        .collect();
    if serving.is_empty() {
        return Ok(Judgement::not_applicable(
            "The account has no enabled CloudFront distribution in front of a bucket.",
        ));
    }
    let shield = view.services.of_account::<Shield>()?;
    match trail.read(&shield.subscription)?.map(|found| found.state.as_str()) {
        Some("ACTIVE") => {}
        Some("INACTIVE") | None => {
            return Ok(Judgement::fail(format!(
                "The account is not subscribed to Shield Advanced, and has {} in front of buckets.",
                counted(serving.len())
            )));
        }
        Some(other) => {
            return Err(Unknown::not_understood(format!(
                "the subscription to Shield Advanced is {other}"
            )));
        }
    }
    let protections = trail.read(&shield.protections)?.map_or(&[][..], Vec::as_slice);
    let is_protected = |arn: &str| protections.iter().any(|protection| protection.resource_arn == arn);
    let bare: Vec<&str> = serving
        .iter()
        .filter(|distribution| !is_protected(&distribution.arn))
        .map(|distribution| distribution.id.as_str())
        .collect();
    if bare.is_empty() {
        return Ok(Judgement::pass(format!(
            "Shield Advanced protects all distributions in front of buckets ({}).",
            serving.len()
        )));
    }
    let more = match bare.len().saturating_sub(NAMED) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    let named: Vec<&str> = bare.into_iter().take(NAMED).collect();
    Ok(Judgement::fail_as(
        Severity::Low,
        format!(
            "The account is subscribed to Shield Advanced, which does not protect these distributions in front of buckets: \
             {}{more}.",
            named.join(", ")
        ),
    ))
}

fn counted(number: usize) -> String {
    if number == 1 {
        "1 distribution".to_owned()
    } else {
        format!("{number} distributions")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{CloudFrontBehavior, CloudFrontDistributions, ShieldProtection, ShieldSubscription};

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};

    /// An enabled distribution without origins.
    pub(in crate::checks) fn distribution(id: &str) -> CloudFrontDistribution {
        CloudFrontDistribution {
            id: id.to_owned(),
            arn: format!("arn:aws:cloudfront::111111111111:distribution/{id}"),
            domain_name: String::new(),
            status: "Deployed".to_owned(),
            is_enabled: true,
            is_staging: false,
            connection_mode: None,
            aliases: vec![],
            origins: vec![],
            origin_groups: vec![],
            default_behavior: CloudFrontBehavior {
                path_pattern: None,
                target_origin_id: String::new(),
                viewer_protocol_policy: String::new(),
                allowed_methods: None,
                needs_signed_requests: None,
                realtime_log_arn: None,
                response_headers_policy_id: None,
            },
            behaviors: vec![],
            certificate: None,
            web_acl_id: None,
            configuration: Evidence::absent(source("cloudfront.GetDistributionConfig")),
        }
    }

    /// The account's distributions in front of buckets, beside three others.
    pub(in crate::checks) fn front(of_buckets: Vec<CloudFrontDistribution>) -> CloudFront {
        CloudFront {
            distributions: Evidence::present(
                CloudFrontDistributions { of_buckets, others: 3 },
                source("cloudfront.ListDistributions"),
            ),
            access_controls: Evidence::present(vec![], source("cloudfront.ListOriginAccessControls")),
        }
    }

    fn shield(state: &str, protected: &[&str]) -> Shield {
        let protection = |id: &&str| ShieldProtection {
            id: String::new(),
            name: String::new(),
            resource_arn: distribution(id).arn,
        };
        Shield {
            subscription: Evidence::present(
                ShieldSubscription {
                    state: state.to_owned(),
                },
                source("shield.GetSubscriptionState"),
            ),
            protections: Evidence::present(
                protected.iter().map(protection).collect(),
                source("shield.ListProtections"),
            ),
        }
    }

    fn of(front: CloudFront, shield: Shield) -> Scene {
        Scene::with(|scene| {
            scene.say(front);
            scene.say(shield);
        })
    }

    #[test]
    fn every_distribution_in_front_of_a_bucket_is_to_be_protected() {
        let two = || front(vec![distribution("E1"), distribution("E2")]);
        let disabled = CloudFrontDistribution {
            is_enabled: false,
            ..distribution("E3")
        };
        let mut unlisted = front(vec![]);
        unlisted.distributions.observed = Observed::Gap(denied());
        let mut unknown_state = shield("ACTIVE", &[]);
        unknown_state.subscription.observed = Observed::Gap(denied());
        let mut unknown_protections = shield("ACTIVE", &[]);
        unknown_protections.protections.observed = Observed::Gap(denied());
        let cases = vec![
            (
                "all",
                of(two(), shield("ACTIVE", &["E1", "E2"])),
                Verdict::Pass,
                "protects all distributions",
            ),
            (
                "one not",
                of(two(), shield("ACTIVE", &["E1"])),
                Verdict::Fail,
                "in front of buckets: E2.",
            ),
            (
                "no subscription",
                of(two(), shield("INACTIVE", &[])),
                Verdict::Fail,
                "has 2 distributions",
            ),
            (
                "a disabled one",
                of(
                    front(vec![distribution("E1"), disabled.clone()]),
                    shield("ACTIVE", &["E1"]),
                ),
                Verdict::Pass,
                "protects all",
            ),
            (
                "only a disabled one",
                of(front(vec![disabled]), shield("INACTIVE", &[])),
                Verdict::NotApplicable,
                "no enabled",
            ),
            (
                "none",
                of(front(vec![]), shield("INACTIVE", &[])),
                Verdict::NotApplicable,
                "no enabled CloudFront",
            ),
            (
                "a new word",
                of(two(), shield("LAPSED", &[])),
                Verdict::NotAssessed,
                "is LAPSED",
            ),
            (
                "distributions denied",
                of(unlisted, shield("ACTIVE", &[])),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "state denied",
                of(two(), unknown_state),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "protections denied",
                of(two(), unknown_protections),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading of Shield",
                Scene::with(|scene| scene.say(two())),
                Verdict::NotAssessed,
                "no reading of AWS Shield Advanced",
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

    #[test]
    fn a_forgotten_distribution_is_worse_than_no_subscription() {
        let one = || front(vec![distribution("E1")]);
        assert_eq!(of(one(), shield("ACTIVE", &[])).judge(&CHECK).severity, Severity::Low);
        assert_eq!(
            of(one(), shield("INACTIVE", &[])).judge(&CHECK).severity,
            Severity::Info
        );
    }
}
