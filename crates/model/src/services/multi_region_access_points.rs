//! Multi-Region Access Points of an account: one name for buckets in several regions.
//!
//! S3 Control answers for them in us-west-2 only, for the whole account (Amazon S3 API Reference,
//! `ListMultiRegionAccessPoints`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::bucket::{PolicyDocument, PolicyStatus, PublicAccessBlock};
use crate::evidence::Evidence;

/// A bucket behind a Multi-Region Access Point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegionBucket {
    /// Its name.
    pub bucket: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its account, which can be another one.
    pub bucket_account: Option<String>,
}

/// The policies of a Multi-Region Access Point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegionPolicies {
    /// The one in force in all regions.
    pub established: Option<PolicyDocument>,
    /// The one that was asked for last, which may not be in force everywhere yet.
    pub proposed: Option<PolicyDocument>,
}

/// A Multi-Region Access Point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegionAccessPoint {
    /// Its name.
    pub name: String,
    /// Its alias, from which its ARN and its host name are made.
    pub alias: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Its public access block; `None` when AWS did not say, which is not the same as no block.
    pub public_access_block: Option<PublicAccessBlock>,
    /// `READY`, `INCONSISTENT_ACROSS_REGIONS`, `CREATING`, `PARTIALLY_CREATED`, `PARTIALLY_DELETED` or `DELETING`.
    pub status: Option<String>,
    /// The buckets.
    pub buckets: Vec<MultiRegionBucket>,
    /// Its policies; absent when it has neither.
    pub policies: Evidence<MultiRegionPolicies>,
    /// S3's own judgement of the established policy; absent when there is none.
    pub policy_status: Evidence<PolicyStatus>,
}

/// What S3 Control says of the Multi-Region Access Points of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegionAccessPoints {
    /// The access points.
    pub access_points: Evidence<Vec<MultiRegionAccessPoint>>,
}

impl Facts for MultiRegionAccessPoints {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "access points", &self.access_points)];
        for each in self.access_points.known().ok().flatten().into_iter().flatten() {
            facts.push(Fact::new(each.name.as_str(), "policies", &each.policies));
            facts.push(Fact::new(each.name.as_str(), "policy status", &each.policy_status));
        }
        facts
    }
}
