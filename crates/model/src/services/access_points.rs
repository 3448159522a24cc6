//! S3 access points of a region: names of their own for a bucket, each with a policy and a public access block.
//!
//! Access points are also attached to data that is no bucket, such as a file system of Amazon `FSx`; these stand here too.
//! Access points of directory buckets, of Object Lambda and of several regions are lists of their own in S3 Control.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::bucket::{PolicyDocument, PolicyStatus, PublicAccessBlock};
use crate::evidence::Evidence;

/// What only the access point itself tells, not the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPointSettings {
    /// The access point's own public access block, which holds beside those of its bucket and of the account.
    pub public_access_block: PublicAccessBlock,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Host names by the kind of endpoint.
    pub endpoints: BTreeMap<String, String>,
}

/// An access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPoint {
    /// Its name, unique in its account and region.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// Its alias, which can stand where a bucket's name stands.
    pub alias: Option<String>,
    /// The bucket behind it; `None` when the data is no bucket.
    pub bucket: Option<String>,
    /// The account of the bucket, which can be another one.
    pub bucket_account: Option<String>,
    /// `Internet` or `VPC`.
    pub network_origin: String,
    /// The only VPC from which it can be used.
    pub vpc: Option<String>,
    /// The data behind it, where that is no bucket.
    pub data_source_id: Option<String>,
    /// What kind of data that is.
    pub data_source_type: Option<String>,
    /// What only the access point itself tells.
    pub settings: Evidence<AccessPointSettings>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
    /// S3's own judgement of the policy; absent when there is none.
    pub policy_status: Evidence<PolicyStatus>,
}

/// What S3 Control says of the access points of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPoints {
    /// The access points.
    pub access_points: Evidence<Vec<AccessPoint>>,
}

impl Facts for AccessPoints {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "access points", &self.access_points)];
        for each in self.access_points.known().ok().flatten().into_iter().flatten() {
            let subject = each.arn.as_deref().unwrap_or(&each.name);
            facts.push(Fact::new(subject, "settings", &each.settings));
            facts.push(Fact::new(subject, "policy", &each.policy));
            facts.push(Fact::new(subject, "policy status", &each.policy_status));
        }
        facts
    }
}
