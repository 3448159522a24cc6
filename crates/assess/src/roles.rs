//! What a bucket is to others: what is kept in it, or served from it, and how that is known.
//!
//! A role is recognised from evidence alone, never from a name or a tag. What follows from it, each check says for itself.

use s3attest_model::identifiers::BucketName;

use crate::deliveries::{Delivery, may_admit_trails};
use crate::origins::Fetching;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// A role of a bucket.
#[derive(Debug, Clone, Copy)]
pub enum Role<'a> {
    /// This bucket sends its server access logs here.
    LogTarget(&'a BucketName),
    /// This bucket replicates here.
    Replica(&'a BucketName),
    /// This trail delivers its log files here.
    TrailTarget(&'a Delivery),
    /// This distribution fetches from here.
    Origin(&'a Fetching),
}

impl Role<'_> {
    /// The role and why the bucket has it, as a part of a sentence: `the bucket is a log target: app sends its access logs here`.
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Self::LogTarget(sender) => {
                format!("the bucket is a log target: the bucket {sender} of this account sends its access logs here")
            }
            Self::Replica(source) => {
                format!("the bucket is itself a replica: the bucket {source} of this account replicates here")
            }
            Self::TrailTarget(delivery) => {
                format!(
                    "the bucket is a trail's: the trail {} delivers its log files here",
                    delivery.trail
                )
            }
            Self::Origin(fetching) if fetching.is_website => format!(
                "the bucket is the origin of a website: the distribution {} fetches from its website endpoint",
                fetching.distribution
            ),
            Self::Origin(fetching) => format!(
                "the bucket is an origin of CloudFront: the distribution {} fetches from it",
                fetching.distribution
            ),
        }
    }
}

impl<'a> BucketView<'a> {
    /// Whether another bucket of the same account and region sends its access logs here (S3 delivers them nowhere else).
    /// Unknown when none is known to do so and the logging of one that might could not be read.
    pub fn log_target(&self, trail: &mut Trail<'a>) -> Result<Option<Role<'a>>, Unknown<'a>> {
        Ok(self.index.log_sender(trail, self.bucket)?.map(Role::LogTarget))
    }

    /// Whether another bucket of the same account has an enabled replication rule to this one. Replication from other
    /// accounts is not looked at. Unknown when none is known to do so and the replication of one could not be read.
    pub fn replica(&self, trail: &mut Trail<'a>) -> Result<Option<Role<'a>>, Unknown<'a>> {
        Ok(self.index.replica_source(trail, self.bucket)?.map(Role::Replica))
    }

    /// Whether a trail of whichever account of the organization delivers its log files here: one names the bucket, and the
    /// bucket policy may let CloudTrail write. Unknown when none is known to name it, the policy may let one deliver, and not
    /// every list of trails was read.
    pub fn trail_target(&self, trail: &mut Trail<'a>) -> Result<Option<Role<'a>>, Unknown<'a>> {
        let deliveries = &self.organization.across.deliveries;
        let seen = deliveries.seen(trail, self.bucket.name.as_str());
        if seen.is_none() && deliveries.is_complete() {
            return Ok(None);
        }
        if !self.policy(trail)?.is_some_and(may_admit_trails) {
            return Ok(None);
        }
        match seen {
            Some(delivery) => Ok(Some(Role::TrailTarget(delivery))),
            None => deliveries.complete(trail).map(|()| None),
        }
    }

    /// Whether an enabled distribution of whichever account of the organization fetches from the bucket's website endpoint,
    /// which answers as long as website hosting is on. Unknown when it is on, no such distribution was seen and not every list
    /// of distributions was read.
    pub fn website_origin(&self, trail: &mut Trail<'a>) -> Result<Option<Role<'a>>, Unknown<'a>> {
        if trail.read(&self.settings.website)?.is_none() {
            return Ok(None);
        }
        let origins = &self.organization.across.origins;
        match origins.seen(trail, self.bucket.name.as_str()) {
            Some(fetching) if fetching.is_website => Ok(Some(Role::Origin(fetching))),
            Some(_) | None => origins.complete(trail).map(|()| None),
        }
    }

    /// An enabled distribution that was seen to fetch from the bucket, by whichever endpoint. For what a role makes worse or
    /// better, and not for what it decides: that none was seen says nothing.
    pub fn seen_origin(&self, trail: &mut Trail<'a>) -> Option<Role<'a>> {
        let origins = &self.organization.across.origins;
        origins.seen(trail, self.bucket.name.as_str()).map(Role::Origin)
    }
}

/// A clause as a sentence of its own, without its full stop.
#[must_use]
pub fn as_sentence(clause: &str) -> String {
    let mut text = clause.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
