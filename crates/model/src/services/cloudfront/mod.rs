//! CloudFront: the distributions that stand in front of buckets.
//!
//! A distribution is kept in full when one of its origins is S3's; the others are counted, so that none vanishes. A website
//! endpoint and a host name that is written out are origins of S3 as well, though CloudFront takes them for any server.

mod address;

use serde::{Deserialize, Serialize};

pub use address::{S3Address, S3Endpoint};

use super::{Fact, Facts};
use crate::evidence::{Evidence, Unknown};

/// How CloudFront speaks to an origin that it takes for any server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontCustomOrigin {
    /// `http-only`, `match-viewer` or `https-only`.
    pub protocol_policy: String,
    /// The protocols that it may use with the origin, such as `TLSv1.2`.
    pub ssl_protocols: Vec<String>,
}

/// An origin of a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontOrigin {
    /// Its id within the distribution, by which behaviors name it.
    pub id: String,
    /// Its host name as CloudFront has it.
    pub domain_name: String,
    /// The path before every request's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What the host name says, where it is one of S3's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3Address>,
    /// Whether CloudFront has it as an origin of S3 (`S3OriginConfig`), whatever its host name looks like.
    pub is_s3_origin: bool,
    /// The origin access identity (`origin-access-identity/cloudfront/E…`), the older way to keep a bucket closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_identity: Option<String>,
    /// The id of the origin access control, the present way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_id: Option<String>,
    /// How CloudFront speaks to it, where it takes it for any server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CloudFrontCustomOrigin>,
}

impl CloudFrontOrigin {
    /// Whether it is S3's.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        self.is_s3_origin || self.s3.is_some()
    }
}

/// Two origins, of which the second answers when the first fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontOriginGroup {
    /// Its id, by which behaviors name it as they name an origin.
    pub id: String,
    /// The ids of its origins.
    pub members: Vec<String>,
}

/// What a distribution does with the requests that match a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontBehavior {
    /// The path's pattern; `None` for the default, which takes what no other takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_pattern: Option<String>,
    /// The id of the origin, or of the group of origins.
    pub target_origin_id: String,
    /// `allow-all`, `https-only` or `redirect-to-https`.
    pub viewer_protocol_policy: String,
    /// The HTTP methods that are passed on to the origin; `None` where CloudFront does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_methods: Option<Vec<String>>,
    /// Whether a request needs a signed URL or signed cookies, by key groups or by trusted signers; `None` where CloudFront
    /// does not say it of both and neither is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_signed_requests: Option<bool>,
    /// The ARN of its real-time logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realtime_log_arn: Option<String>,
    /// The id of the policy of response headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_headers_policy_id: Option<String>,
}

/// The certificate that viewers are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontCertificate {
    /// Whether it is CloudFront's own, with which the minimum below has no effect: CloudFront takes `TLSv1` then. `None`
    /// where CloudFront does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
    /// The least version of TLS with its set of ciphers, such as `TLSv1.2_2021`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_protocol_version: Option<String>,
    /// `sni-only`, `vip` or `static-ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_support_method: Option<String>,
    /// The certificate in AWS Certificate Manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acm_arn: Option<String>,
    /// The certificate in IAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam_id: Option<String>,
}

/// Whether there is standard logging of the older kind, into a bucket. The newer kind, which CloudWatch Logs delivers, does
/// not show here, so that a distribution without the older one may have logs all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloudFrontLegacyLogging {
    /// CloudFront says that it is off.
    Off,
    /// It is on.
    On(CloudFrontLogging),
    /// CloudFront says nothing of it.
    NotSaid,
}

/// Standard logging of the older kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontLogging {
    /// The host name of the bucket as CloudFront has it.
    pub domain_name: String,
    /// The bucket, where the host name says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The prefix of the keys.
    pub prefix: String,
    /// Whether cookies are logged too.
    pub includes_cookies: bool,
}

/// What the list of distributions leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontConfiguration {
    /// Standard logging of the older kind.
    pub legacy_logging: CloudFrontLegacyLogging,
    /// What is answered to a request for `/`; without one the request goes to the bucket, which may list itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_root_object: Option<String>,
}

/// A distribution with an origin of S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontDistribution {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its own host name (`d….cloudfront.net`).
    pub domain_name: String,
    /// `Deployed` or `InProgress`.
    pub status: String,
    /// Whether it answers requests.
    pub is_enabled: bool,
    /// Whether it is a copy on which changes are tried.
    pub is_staging: bool,
    /// `direct`, or `tenant-only` for one that answers only through its tenants, which are not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_mode: Option<String>,
    /// Its other host names.
    pub aliases: Vec<String>,
    /// All of its origins.
    pub origins: Vec<CloudFrontOrigin>,
    /// Its groups of origins.
    pub origin_groups: Vec<CloudFrontOriginGroup>,
    /// The default behavior.
    pub default_behavior: CloudFrontBehavior,
    /// The other behaviors, in the order in which they are tried.
    pub behaviors: Vec<CloudFrontBehavior>,
    /// The certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CloudFrontCertificate>,
    /// The web access control list of AWS WAF: an ARN, or an id in AWS WAF Classic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_acl_id: Option<String>,
    /// What the list leaves out.
    pub configuration: Evidence<CloudFrontConfiguration>,
}

/// The distributions of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontDistributions {
    /// Those with an origin of S3.
    pub of_buckets: Vec<CloudFrontDistribution>,
    /// How many others there are.
    pub others: u64,
}

/// An origin access control: how CloudFront signs what it asks an origin for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFrontAccessControl {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `always`, `no-override` or `never`: whether CloudFront signs.
    pub signing_behavior: String,
    /// `sigv4`.
    pub signing_protocol: String,
    /// `s3`, or another kind of origin.
    pub origin_type: String,
}

/// What CloudFront says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFront {
    /// The distributions.
    pub distributions: Evidence<CloudFrontDistributions>,
    /// The origin access controls, whether they are used or not.
    pub access_controls: Evidence<Vec<CloudFrontAccessControl>>,
}

impl CloudFront {
    /// The origin access control that an origin names; `None` when it names none, or one that the account does not have.
    pub fn access_control(&self, origin: &CloudFrontOrigin) -> Result<Option<&CloudFrontAccessControl>, Unknown<'_>> {
        let Some(id) = &origin.access_control_id else {
            return Ok(None);
        };
        let controls = self.access_controls.known()?;
        Ok(controls.into_iter().flatten().find(|control| control.id == *id))
    }
}

impl Facts for CloudFront {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "distributions", &self.distributions)];
        let kept = self.distributions.known().ok().flatten();
        facts.extend(
            kept.into_iter()
                .flat_map(|kept| &kept.of_buckets)
                .map(|each| Fact::new(each.arn.as_str(), "configuration", &each.configuration)),
        );
        facts.push(Fact::new("", "origin access controls", &self.access_controls));
        facts
    }
}
