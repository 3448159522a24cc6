//! CloudFront: distributions, their configurations, origin access controls.

use jiff::Timestamp;

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{CloudFrontBehavior, CloudFrontDistribution, CloudFrontOrigin};

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const DISTRIBUTION: &str = "/2020-05-31/distribution";
const ACCESS_CONTROL: &str = "/2020-05-31/origin-access-control";

/// Less than CloudFront's hundred, so that there are several pages of something.
const PAGE: usize = 20;

pub(super) static SERVICE: Service = Service {
    name: "cloudfront",
    signing_name: "cloudfront",
    protocol: Protocol::RestXml,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "Throttling"),
    operations: &[
        Operation {
            name: "ListDistributions",
            action: "cloudfront:ListDistributions",
            answer: list_distributions,
        },
        Operation {
            name: "GetDistributionConfig",
            action: "cloudfront:GetDistributionConfig",
            answer: get_distribution_config,
        },
        Operation {
            name: "ListOriginAccessControls",
            action: "cloudfront:ListOriginAccessControls",
            answer: list_origin_access_controls,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    if rest.method != http::Method::GET {
        return None;
    }
    match rest.path {
        DISTRIBUTION => Some("ListDistributions"),
        ACCESS_CONTROL => Some("ListOriginAccessControls"),
        path => distribution_of(path).map(|_| "GetDistributionConfig"),
    }
}

/// The distribution whose configuration a path asks for.
fn distribution_of(path: &str) -> Option<&str> {
    let id = path
        .strip_prefix(DISTRIBUTION)?
        .strip_prefix('/')?
        .strip_suffix("/config")?;
    Some(id).filter(|id| !id.is_empty() && !id.contains('/'))
}

/// The members that all lists have, around one page's entries.
fn list<T>(call: &Call<'_>, root: &str, entries: &[T], entry: impl Fn(&mut Xml, &T)) -> Result<Success, Failure> {
    let marker = call.parameter("Marker").filter(|marker| !marker.is_empty());
    let (entries, next) = page(call, entries, marker.as_deref(), PAGE)?;
    Ok(Success::xml(Xml::document(root, NAMESPACE, |xml| {
        xml.text("Marker", marker.as_deref().unwrap_or_default());
        xml.optional("NextMarker", next.as_deref());
        xml.plain("MaxItems", PAGE);
        xml.plain("IsTruncated", next.is_some());
        counted(xml, entries, |xml, one| entry(xml, one));
    })))
}

/// A number, and as many entries; no `Items` where there are none.
fn counted<T>(xml: &mut Xml, entries: &[T], entry: impl Fn(&mut Xml, &T)) {
    xml.plain("Quantity", entries.len());
    if !entries.is_empty() {
        xml.within("Items", |xml| entries.iter().for_each(|one| entry(xml, one)));
    }
}

fn list_distributions(call: &Call<'_>) -> Result<Success, Failure> {
    let distributions = &call.account().services.cloudfront.distributions;
    list(call, "DistributionList", distributions, |xml, one| {
        xml.within("DistributionSummary", |xml| summary(xml, call, one));
    })
}

fn summary(xml: &mut Xml, call: &Call<'_>, one: &CloudFrontDistribution) {
    let (partition, account) = (&call.world.scenario().partition, &call.account().id);
    xml.text("Id", &one.id);
    xml.text(
        "ARN",
        &format!("arn:{partition}:cloudfront::{account}:distribution/{}", one.id),
    );
    xml.text("Status", "Deployed");
    xml.time("LastModifiedTime", Timestamp::UNIX_EPOCH);
    xml.text("DomainName", &format!("{}.cloudfront.net", one.id.to_lowercase()));
    shared(xml, one);
    xml.plain("Staging", false);
}

fn get_distribution_config(call: &Call<'_>) -> Result<Success, Failure> {
    let id = distribution_of(call.path).unwrap_or_default();
    let distributions = &call.account().services.cloudfront.distributions;
    let one = distributions
        .iter()
        .find(|one| one.id == id)
        .ok_or_else(|| Failure::new(404, "NoSuchDistribution", "The specified distribution does not exist."))?;
    let mut success = Success::xml(Xml::document("DistributionConfig", NAMESPACE, |xml| {
        xml.text("CallerReference", &one.id);
        xml.text("DefaultRootObject", &one.default_root_object);
        shared(xml, one);
        xml.within("Logging", |xml| {
            let logging = one.logging.as_ref();
            xml.plain("Enabled", logging.is_some());
            xml.plain("IncludeCookies", logging.is_some_and(|logging| logging.include_cookies));
            xml.text("Bucket", logging.map_or("", |logging| &logging.bucket));
            xml.text("Prefix", logging.map_or("", |logging| &logging.prefix));
        });
        xml.plain("Staging", false);
    }));
    success.headers.push(("etag", format!("E{}", one.id)));
    Ok(success)
}

/// What the list and the configuration both hold.
fn shared(xml: &mut Xml, one: &CloudFrontDistribution) {
    xml.within("Aliases", |xml| {
        counted(xml, &one.aliases, |xml, alias| xml.text("CNAME", alias));
    });
    xml.within("Origins", |xml| counted(xml, &one.origins, origin));
    xml.within("OriginGroups", |xml| xml.plain("Quantity", 0));
    xml.within("DefaultCacheBehavior", |xml| behavior(xml, &one.default_behavior));
    xml.within("CacheBehaviors", |xml| {
        counted(xml, &one.behaviors, |xml, one| {
            xml.within("CacheBehavior", |xml| behavior(xml, one));
        });
    });
    xml.within("CustomErrorResponses", |xml| xml.plain("Quantity", 0));
    xml.text("Comment", "");
    xml.text("PriceClass", "PriceClass_All");
    xml.plain("Enabled", one.enabled);
    xml.within("ViewerCertificate", |xml| {
        xml.plain("CloudFrontDefaultCertificate", one.acm_certificate.is_none());
        if let Some(arn) = &one.acm_certificate {
            xml.text("ACMCertificateArn", arn);
        }
        let method = if one.acm_certificate.is_some() {
            "sni-only"
        } else {
            "vip"
        };
        xml.text("SSLSupportMethod", method);
        xml.text("MinimumProtocolVersion", &one.minimum_protocol_version);
    });
    xml.within("Restrictions", |xml| {
        xml.within("GeoRestriction", |xml| {
            xml.text("RestrictionType", "none");
            xml.plain("Quantity", 0);
        });
    });
    xml.text("WebACLId", &one.web_acl_id);
    xml.text("HttpVersion", "http2");
    xml.plain("IsIPV6Enabled", true);
}

fn origin(xml: &mut Xml, one: &CloudFrontOrigin) {
    xml.within("Origin", |xml| {
        xml.text("Id", &one.id);
        xml.text("DomainName", &one.domain_name);
        xml.text("OriginPath", &one.path);
        xml.within("CustomHeaders", |xml| xml.plain("Quantity", 0));
        if let Some(identity) = &one.s3_access_identity {
            xml.within("S3OriginConfig", |xml| xml.text("OriginAccessIdentity", identity));
        }
        if let Some(policy) = &one.custom_protocol_policy {
            xml.within("CustomOriginConfig", |xml| {
                xml.plain("HTTPPort", 80);
                xml.plain("HTTPSPort", 443);
                xml.text("OriginProtocolPolicy", policy);
                xml.within("OriginSslProtocols", |xml| {
                    counted(xml, &["TLSv1.2"], |xml, protocol| xml.text("SslProtocol", protocol));
                });
                xml.plain("OriginReadTimeout", 30);
                xml.plain("OriginKeepaliveTimeout", 5);
            });
        }
        xml.plain("ConnectionAttempts", 3);
        xml.plain("ConnectionTimeout", 10);
        xml.within("OriginShield", |xml| xml.plain("Enabled", false));
        xml.text("OriginAccessControlId", &one.access_control_id);
    });
}

fn behavior(xml: &mut Xml, one: &CloudFrontBehavior) {
    xml.optional("PathPattern", one.path_pattern.as_deref());
    xml.text("TargetOriginId", &one.target_origin_id);
    xml.within("TrustedSigners", |xml| {
        xml.plain("Enabled", false);
        xml.plain("Quantity", 0);
    });
    xml.within("TrustedKeyGroups", |xml| {
        xml.plain("Enabled", !one.key_groups.is_empty());
        counted(xml, &one.key_groups, |xml, group| xml.text("KeyGroup", group));
    });
    xml.text("ViewerProtocolPolicy", &one.viewer_protocol_policy);
    xml.within("AllowedMethods", |xml| {
        counted(xml, &one.allowed_methods, |xml, method| xml.text("Method", method));
        xml.within("CachedMethods", |xml| {
            counted(xml, &["HEAD", "GET"], |xml, method| xml.text("Method", method));
        });
    });
    xml.plain("SmoothStreaming", false);
    xml.plain("Compress", true);
    xml.within("LambdaFunctionAssociations", |xml| xml.plain("Quantity", 0));
    xml.within("FunctionAssociations", |xml| xml.plain("Quantity", 0));
    xml.text("FieldLevelEncryptionId", "");
    xml.text("CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6");
}

fn list_origin_access_controls(call: &Call<'_>) -> Result<Success, Failure> {
    let controls = &call.account().services.cloudfront.access_controls;
    list(call, "OriginAccessControlList", controls, |xml, one| {
        xml.within("OriginAccessControlSummary", |xml| {
            xml.text("Id", &one.id);
            xml.text("Description", "");
            xml.text("Name", &one.name);
            xml.text("SigningProtocol", "sigv4");
            xml.text("SigningBehavior", &one.signing_behavior);
            xml.text("OriginAccessControlOriginType", &one.origin_type);
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_distribution() {
        assert_eq!(distribution_of("/2020-05-31/distribution/E1/config"), Some("E1"));
        for path in [
            "/2020-05-31/distribution",
            "/2020-05-31/distribution/E1",
            "/2020-05-31/distribution//config",
            "/2020-05-31/distribution/E1/x/config",
            "/2020-05-31/distributions/E1/config",
        ] {
            assert_eq!(distribution_of(path), None, "{path}");
        }
    }
}
