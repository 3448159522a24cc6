//! Reading one entry of the list of distributions.
//!
//! The SDK puts empty values in the place of members that are missing, also of required ones; what must be there is looked
//! at again here, so that nothing is believed to be empty that was never said.

use aws_sdk_cloudfront::types::{
    CacheBehavior, DefaultCacheBehavior, DistributionConfig, DistributionSummary, Origin, OriginGroup,
    TrustedKeyGroups, TrustedSigners, ViewerCertificate,
};
use s3attest_gateway::Malformed;
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{
    CloudFrontBehavior, CloudFrontCertificate, CloudFrontConfiguration, CloudFrontCustomOrigin, CloudFrontDistribution,
    CloudFrontLegacyLogging, CloudFrontLogging, CloudFrontOrigin, CloudFrontOriginGroup, S3Address,
};

/// What the SDK writes for a required word of a closed vocabulary that is missing.
const UNSET: &str = "no value was set";

const LACKING: Malformed = Malformed("a distribution lacks a member that every one has");
const COUNTS: Malformed = Malformed("a list is not as long as it says");

/// An entry of the list.
#[derive(Debug)]
pub(super) enum Entry {
    /// A distribution with an origin of S3.
    Kept(Box<Kept>),
    /// Another one.
    Other,
}

/// A distribution before its configuration was read.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    arn: String,
    domain_name: String,
    status: String,
    is_enabled: bool,
    is_staging: bool,
    connection_mode: Option<String>,
    aliases: Vec<String>,
    origins: Vec<CloudFrontOrigin>,
    origin_groups: Vec<CloudFrontOriginGroup>,
    default_behavior: CloudFrontBehavior,
    behaviors: Vec<CloudFrontBehavior>,
    certificate: Option<CloudFrontCertificate>,
    web_acl_id: Option<String>,
}

impl Kept {
    pub(super) fn with(self, configuration: Evidence<CloudFrontConfiguration>) -> CloudFrontDistribution {
        CloudFrontDistribution {
            id: self.id,
            arn: self.arn,
            domain_name: self.domain_name,
            status: self.status,
            is_enabled: self.is_enabled,
            is_staging: self.is_staging,
            connection_mode: self.connection_mode,
            aliases: self.aliases,
            origins: self.origins,
            origin_groups: self.origin_groups,
            default_behavior: self.default_behavior,
            behaviors: self.behaviors,
            certificate: self.certificate,
            web_acl_id: self.web_acl_id,
            configuration,
        }
    }
}

/// A word that must be there.
pub(super) fn word(text: &str, lacking: Malformed) -> Result<String, Malformed> {
    if text.is_empty() || text == UNSET {
        return Err(lacking);
    }
    Ok(text.to_owned())
}

/// A text that is empty where there is none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The entries of a list that says how many it holds.
pub(super) fn counted<T>(quantity: i32, items: Option<Vec<T>>) -> Result<Vec<T>, Malformed> {
    let items = items.unwrap_or_default();
    if usize::try_from(quantity).is_ok_and(|quantity| quantity == items.len()) {
        Ok(items)
    } else {
        Err(COUNTS)
    }
}

pub(super) fn entry(listed: DistributionSummary) -> Result<Entry, Malformed> {
    let origins = listed.origins.ok_or(LACKING)?;
    let origins = counted(origins.quantity, Some(origins.items))?;
    let origins: Vec<CloudFrontOrigin> = origins.into_iter().map(origin).collect::<Result<_, _>>()?;
    // Every distribution has an origin, so none at all is a list that was lost.
    if origins.is_empty() {
        return Err(LACKING);
    }
    if !origins.iter().any(CloudFrontOrigin::is_s3) {
        return Ok(Entry::Other);
    }
    let aliases = listed.aliases.ok_or(LACKING)?;
    let behaviors = listed.cache_behaviors.ok_or(LACKING)?;
    let behaviors = counted(behaviors.quantity, behaviors.items)?;
    let origin_groups = match listed.origin_groups {
        None => Vec::new(),
        Some(groups) => counted(groups.quantity, groups.items)?,
    };
    Ok(Entry::Kept(Box::new(Kept {
        id: word(&listed.id, LACKING)?,
        arn: word(&listed.arn, LACKING)?,
        domain_name: word(&listed.domain_name, LACKING)?,
        status: listed.status,
        is_enabled: listed.enabled,
        is_staging: listed.staging,
        connection_mode: listed.connection_mode.map(|mode| mode.as_str().to_owned()),
        aliases: counted(aliases.quantity, aliases.items)?,
        origins,
        origin_groups: origin_groups.into_iter().map(origin_group).collect::<Result<_, _>>()?,
        default_behavior: default_behavior(listed.default_cache_behavior.ok_or(LACKING)?)?,
        behaviors: behaviors.into_iter().map(behavior).collect::<Result<_, _>>()?,
        certificate: listed.viewer_certificate.map(certificate),
        web_acl_id: given(Some(listed.web_acl_id)),
    })))
}

fn origin(listed: Origin) -> Result<CloudFrontOrigin, Malformed> {
    let path = given(listed.origin_path);
    let domain_name = word(&listed.domain_name, LACKING)?;
    let custom = match listed.custom_origin_config {
        None => None,
        Some(custom) => Some(CloudFrontCustomOrigin {
            protocol_policy: word(custom.origin_protocol_policy.as_str(), LACKING)?,
            ssl_protocols: match custom.origin_ssl_protocols {
                None => Vec::new(),
                Some(protocols) => counted(protocols.quantity, Some(protocols.items))?
                    .iter()
                    .map(|protocol| protocol.as_str().to_owned())
                    .collect(),
            },
        }),
    };
    Ok(CloudFrontOrigin {
        id: word(&listed.id, LACKING)?,
        s3: S3Address::read(&domain_name, path.as_deref()),
        domain_name,
        path,
        is_s3_origin: listed.s3_origin_config.is_some(),
        access_identity: given(listed.s3_origin_config.map(|config| config.origin_access_identity)),
        access_control_id: given(listed.origin_access_control_id),
        custom,
    })
}

fn origin_group(listed: OriginGroup) -> Result<CloudFrontOriginGroup, Malformed> {
    let members = listed.members.ok_or(LACKING)?;
    let members = counted(members.quantity, Some(members.items))?;
    Ok(CloudFrontOriginGroup {
        id: word(&listed.id, LACKING)?,
        members: members.into_iter().map(|member| member.origin_id).collect(),
    })
}

/// One that is on is enough; that neither is on has to be said of both.
fn needs_signed_requests(signers: Option<&TrustedSigners>, groups: Option<&TrustedKeyGroups>) -> Option<bool> {
    match (
        signers.map(|signers| signers.enabled),
        groups.map(|groups| groups.enabled),
    ) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn default_behavior(listed: DefaultCacheBehavior) -> Result<CloudFrontBehavior, Malformed> {
    let allowed = listed.allowed_methods;
    Ok(CloudFrontBehavior {
        path_pattern: None,
        target_origin_id: word(&listed.target_origin_id, LACKING)?,
        viewer_protocol_policy: word(listed.viewer_protocol_policy.as_str(), LACKING)?,
        allowed_methods: methods(allowed)?,
        needs_signed_requests: needs_signed_requests(
            listed.trusted_signers.as_ref(),
            listed.trusted_key_groups.as_ref(),
        ),
        realtime_log_arn: given(listed.realtime_log_config_arn),
        response_headers_policy_id: given(listed.response_headers_policy_id),
    })
}

fn behavior(listed: CacheBehavior) -> Result<CloudFrontBehavior, Malformed> {
    Ok(CloudFrontBehavior {
        path_pattern: Some(word(&listed.path_pattern, LACKING)?),
        target_origin_id: word(&listed.target_origin_id, LACKING)?,
        viewer_protocol_policy: word(listed.viewer_protocol_policy.as_str(), LACKING)?,
        allowed_methods: methods(listed.allowed_methods)?,
        needs_signed_requests: needs_signed_requests(
            listed.trusted_signers.as_ref(),
            listed.trusted_key_groups.as_ref(),
        ),
        realtime_log_arn: given(listed.realtime_log_config_arn),
        response_headers_policy_id: given(listed.response_headers_policy_id),
    })
}

fn methods(listed: Option<aws_sdk_cloudfront::types::AllowedMethods>) -> Result<Option<Vec<String>>, Malformed> {
    let Some(listed) = listed else {
        return Ok(None);
    };
    let methods = counted(listed.quantity, Some(listed.items))?;
    Ok(Some(methods.iter().map(|method| method.as_str().to_owned()).collect()))
}

fn certificate(listed: ViewerCertificate) -> CloudFrontCertificate {
    CloudFrontCertificate {
        is_default: listed.cloud_front_default_certificate,
        minimum_protocol_version: listed
            .minimum_protocol_version
            .map(|version| version.as_str().to_owned()),
        ssl_support_method: listed.ssl_support_method.map(|method| method.as_str().to_owned()),
        acm_arn: given(listed.acm_certificate_arn),
        iam_id: given(listed.iam_certificate_id),
    }
}

pub(super) fn configuration(answered: DistributionConfig) -> CloudFrontConfiguration {
    CloudFrontConfiguration {
        legacy_logging: match answered.logging {
            None => CloudFrontLegacyLogging::NotSaid,
            Some(logging) if logging.enabled => CloudFrontLegacyLogging::On(CloudFrontLogging {
                bucket: S3Address::read(&logging.bucket, None).and_then(|address| address.bucket),
                domain_name: logging.bucket,
                prefix: logging.prefix,
                includes_cookies: logging.include_cookies,
            }),
            Some(_) => CloudFrontLegacyLogging::Off,
        },
        default_root_object: given(answered.default_root_object),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudfront::types::builders::DistributionSummaryBuilder;
    use aws_sdk_cloudfront::types::{Aliases, CacheBehaviors, HttpVersion, Origins, PriceClass, ViewerProtocolPolicy};

    use super::*;

    fn origins(quantity: i32, hosts: &[&str]) -> Origins {
        let items = hosts.iter().map(|host| {
            let built = Origin::builder().id("origin").domain_name(*host).build();
            built.expect("all members are set")
        });
        Origins::builder()
            .quantity(quantity)
            .set_items(Some(items.collect()))
            .build()
            .expect("all members are set")
    }

    fn complete() -> DistributionSummaryBuilder {
        let behavior = DefaultCacheBehavior::builder()
            .target_origin_id("origin")
            .viewer_protocol_policy(ViewerProtocolPolicy::HttpsOnly)
            .build();
        DistributionSummary::builder()
            .id("E1")
            .arn("arn:aws:cloudfront::111122223333:distribution/E1")
            .status("Deployed")
            .last_modified_time(aws_sdk_cloudfront::primitives::DateTime::from_secs(0))
            .domain_name("d1.cloudfront.net")
            .comment("")
            .price_class(PriceClass::PriceClassAll)
            .enabled(true)
            .web_acl_id("")
            .http_version(HttpVersion::Http2)
            .is_ipv6_enabled(true)
            .staging(false)
            .aliases(Aliases::builder().quantity(0).build().expect("all members are set"))
            .cache_behaviors(
                CacheBehaviors::builder()
                    .quantity(0)
                    .build()
                    .expect("all members are set"),
            )
            .default_cache_behavior(behavior.expect("all members are set"))
            .origins(origins(1, &["logs.s3.amazonaws.com"]))
    }

    fn read(built: DistributionSummaryBuilder) -> Result<Entry, Malformed> {
        entry(built.build().expect("all members are set"))
    }

    #[test]
    fn a_distribution_is_kept_for_an_origin_of_s3_and_counted_otherwise() {
        assert!(matches!(read(complete()), Ok(Entry::Kept(kept)) if kept.origins[0].s3.is_some()));
        let other = complete().origins(origins(1, &["www.example.com"]));
        assert!(matches!(read(other), Ok(Entry::Other)));
        let both = complete().origins(origins(2, &["www.example.com", "logs.s3.amazonaws.com"]));
        assert!(matches!(read(both), Ok(Entry::Kept(kept)) if kept.origins.len() == 2));
    }

    #[test]
    fn what_is_not_said_of_signed_requests_is_not_taken_for_no() {
        let signers = |on| TrustedSigners::builder().enabled(on).quantity(0).build().expect("set");
        let groups = |on| {
            TrustedKeyGroups::builder()
                .enabled(on)
                .quantity(0)
                .build()
                .expect("set")
        };
        for (of_signers, of_groups, expected) in [
            (Some(false), Some(false), Some(false)),
            (Some(true), None, Some(true)),
            (Some(false), Some(true), Some(true)),
            (Some(false), None, None),
            (None, Some(false), None),
            (None, None, None),
        ] {
            let (signers, groups) = (of_signers.map(signers), of_groups.map(groups));
            assert_eq!(needs_signed_requests(signers.as_ref(), groups.as_ref()), expected);
        }
        assert_eq!(methods(None), Ok(None));
    }

    #[test]
    fn what_was_lost_on_the_way_is_not_taken_for_empty() {
        for (lost, built) in [
            ("all origins", complete().origins(origins(0, &[]))),
            ("an origin", complete().origins(origins(2, &["www.example.com"]))),
            ("an origin's host", complete().origins(origins(1, &[""]))),
            ("the id", complete().id("")),
            (
                "aliases",
                complete().aliases(Aliases::builder().quantity(1).build().expect("all members are set")),
            ),
            (
                "behaviors",
                complete().cache_behaviors(
                    CacheBehaviors::builder()
                        .quantity(3)
                        .build()
                        .expect("all members are set"),
                ),
            ),
            (
                "how viewers are answered",
                complete().default_cache_behavior(
                    DefaultCacheBehavior::builder()
                        .target_origin_id("origin")
                        .viewer_protocol_policy(UNSET.into())
                        .build()
                        .expect("all members are set"),
                ),
            ),
        ] {
            assert!(read(built).is_err(), "{lost}");
        }
    }
}
