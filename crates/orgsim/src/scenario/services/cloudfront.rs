//! CloudFront as an account has it.

use serde::{Deserialize, Serialize};

/// An origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudFrontOrigin {
    /// Its id within the distribution.
    pub id: String,
    /// Its host name.
    pub domain_name: String,
    /// The path before every request's own; empty for none.
    #[serde(default)]
    pub path: String,
    /// Present for an origin of S3: the origin access identity, empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_access_identity: Option<String>,
    /// The origin access control; empty for none.
    #[serde(default)]
    pub access_control_id: String,
    /// Present for any other server: the policy of protocols, such as `http-only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_protocol_policy: Option<String>,
}

/// A behavior.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudFrontBehavior {
    /// The pattern of paths; `None` for the default behavior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_pattern: Option<String>,
    /// The id of the origin.
    pub target_origin_id: String,
    /// `allow-all`, `https-only` or `redirect-to-https`.
    pub viewer_protocol_policy: String,
    /// The methods that are passed on.
    pub allowed_methods: Vec<String>,
    /// Key groups whose signatures are taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_groups: Vec<String>,
}

/// Standard logging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudFrontLogging {
    /// The bucket's host name.
    pub bucket: String,
    /// The prefix.
    #[serde(default)]
    pub prefix: String,
    /// Whether cookies are logged.
    #[serde(default)]
    pub include_cookies: bool,
}

/// A distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudFrontDistribution {
    /// Its id.
    pub id: String,
    /// Whether it answers.
    pub enabled: bool,
    /// Its other host names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its origins, at least one.
    pub origins: Vec<CloudFrontOrigin>,
    /// The default behavior.
    pub default_behavior: CloudFrontBehavior,
    /// The others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behaviors: Vec<CloudFrontBehavior>,
    /// The certificate in AWS Certificate Manager; without one it is CloudFront's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acm_certificate: Option<String>,
    /// The least version of TLS.
    pub minimum_protocol_version: String,
    /// The web access control list; empty for none.
    #[serde(default)]
    pub web_acl_id: String,
    /// Standard logging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<CloudFrontLogging>,
    /// What is answered to `/`; empty for none.
    #[serde(default)]
    pub default_root_object: String,
}

/// An origin access control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudFrontAccessControl {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `always`, `no-override` or `never`.
    pub signing_behavior: String,
    /// `s3`, `lambda` and others.
    pub origin_type: String,
}

/// The distributions and the origin access controls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudFront {
    /// The distributions.
    pub distributions: Vec<CloudFrontDistribution>,
    /// The origin access controls.
    pub access_controls: Vec<CloudFrontAccessControl>,
}
