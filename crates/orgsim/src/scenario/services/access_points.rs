//! S3 access points as an account has them: on a bucket or other data, of Object Lambda, and of several regions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::scenario::{Policy, PublicAccessBlock};

/// An access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessPoint {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its alias.
    pub alias: String,
    /// The bucket behind it; `None` for other data.
    pub bucket: Option<String>,
    /// The bucket's account.
    pub bucket_account: Option<String>,
    /// The only VPC from which it can be used.
    pub vpc: Option<String>,
    /// Other data behind it.
    pub data_source_id: Option<String>,
    /// What kind of data that is.
    pub data_source_type: Option<String>,
    /// Its public access block.
    pub public_access_block: PublicAccessBlock,
    /// When it was created.
    pub created_at: Timestamp,
    /// Host names by the kind of endpoint.
    pub endpoints: BTreeMap<String, String>,
    /// Its policy.
    pub policy: Option<Policy>,
}

/// What a function does to some requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLambdaTransformation {
    /// The requests.
    pub actions: Vec<String>,
    /// The ARN of the function.
    pub function_arn: String,
}

/// An Object Lambda access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLambdaAccessPoint {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its alias.
    pub alias: String,
    /// `PROVISIONING` or `READY`.
    pub alias_status: String,
    /// The ARN of the access point that the data comes from.
    pub supporting_access_point: String,
    /// Whether requests are counted in CloudWatch.
    pub cloudwatch_metrics_enabled: bool,
    /// What requests may ask for.
    pub allowed_features: Vec<String>,
    /// The transformations.
    pub transformations: Vec<ObjectLambdaTransformation>,
    /// Its public access block.
    pub public_access_block: PublicAccessBlock,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its policy.
    pub policy: Option<Policy>,
}

/// A bucket behind a Multi-Region Access Point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiRegionBucket {
    /// Its name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Its account.
    pub bucket_account: String,
}

/// A Multi-Region Access Point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiRegionAccessPoint {
    /// Its name.
    pub name: String,
    /// Its alias, which ends with `.mrap`.
    pub alias: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its public access block.
    pub public_access_block: PublicAccessBlock,
    /// Such as `READY`.
    pub status: String,
    /// The buckets.
    pub buckets: Vec<MultiRegionBucket>,
    /// The policy in force.
    pub established: Option<Policy>,
    /// The policy that was asked for last.
    pub proposed: Option<String>,
}
