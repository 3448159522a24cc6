//! Effective access: who outside a bucket's account can list, read, write, or change permissions, by which path, and what
//! stops it.
//!
//! [`Situation`] holds what is known of a bucket, each part known, absent or unknown with the words of its gap;
//! [`effective_access`] answers for each [`Audience`] and each [`Access`]. An unknown part never makes a "no" unless
//! something else that is known suffices, and it never makes a "yes": what only an unknown measure could stop is unclear and
//! marked as granted.
//!
//! What the answer is about is the bucket's side. A principal of another account also needs the permission of its own
//! account (IAM User Guide, "Cross account resource access in IAM"), and the service control policies of that account; both
//! lie outside what is known here. Multi-Region Access Points, Object Lambda, access grants and presigned requests of the
//! account's own principals are not looked at.

mod acl;
mod answers;
mod callers;
mod chain;
mod measures;
mod paths;
mod situation;
#[cfg(test)]
mod tests;

pub use answers::{Access, Answered, Audience, Doubt, EffectiveAccess, Input, Path, Reach, Sentence, Way};
pub use situation::{
    AccessPointFacts, Known, OrganizationBlock, OrganizationFacts, OrganizationPolicyFacts, Situation,
};

use crate::public::{Attached, is_public};
use crate::reach::Target;
use callers::callers;
use measures::Measures;
use paths::{by_access_points, by_policy, unknown_policy};

/// The actions that give a kind of access, and what they are done to (Service Authorization Reference, "Actions, resources, and
/// condition keys for Amazon S3"). Reading a bucket's settings is no access to its data and is not among them.
#[must_use]
pub fn actions_of(access: Access) -> &'static [&'static str] {
    match access {
        Access::List => &[
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:ListBucketMultipartUploads",
        ],
        Access::Read => &[
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:GetObjectAttributes",
            "s3:GetObjectVersionAttributes",
            "s3:GetObjectTorrent",
            "s3:GetObjectVersionTorrent",
            "s3:GetObjectVersionForReplication",
        ],
        Access::Write => &[
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:AbortMultipartUpload",
            "s3:RestoreObject",
            "s3:ReplicateObject",
            "s3:ReplicateDelete",
            "s3:PutObjectTagging",
            "s3:PutObjectVersionTagging",
            "s3:DeleteObjectTagging",
            "s3:PutObjectRetention",
            "s3:PutObjectLegalHold",
            "s3:BypassGovernanceRetention",
            "s3:DeleteBucket",
            "s3:PutLifecycleConfiguration",
            "s3:PutReplicationConfiguration",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketVersioning",
            "s3:PutBucketLogging",
            "s3:PutBucketNotification",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketWebsite",
            "s3:DeleteBucketWebsite",
            "s3:PutBucketCORS",
            "s3:PutBucketTagging",
            "s3:PutInventoryConfiguration",
        ],
        Access::ChangePermissions => &[
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutObjectAcl",
            "s3:PutObjectVersionAcl",
            "s3:ObjectOwnerOverrideToBucketOwner",
        ],
    }
}

/// What an action is done to. Actions on objects have names of their own.
pub(crate) fn target_of(action: &str) -> Target {
    const ON_OBJECTS: [&str; 5] = [
        "Object",
        "AbortMultipartUpload",
        "BypassGovernance",
        "ReplicateDelete",
        "ReplicateObject",
    ];
    let name = action.strip_prefix("s3:").unwrap_or(action);
    let on_object = ON_OBJECTS.iter().any(|part| name.contains(part)) && !name.contains("ObjectLockConfiguration");
    if on_object { Target::Parts } else { Target::Whole }
}

/// Who outside the bucket's account gets what.
#[must_use]
pub fn effective_access(situation: &Situation<'_>) -> EffectiveAccess {
    let measures = Measures::of(situation);
    let mut access = EffectiveAccess::empty();
    let label = match &situation.policy {
        Known::Present(document) => Some(is_public(document, Attached::Bucket)),
        _ => None,
    };
    for placed in callers(situation) {
        by_policy(situation, &measures, &placed, label.as_ref(), &mut access);
        by_access_points(situation, &measures, &placed, label.as_ref(), &mut access);
    }
    unknown_policy(situation, &measures, &mut access);
    acl::by_acl(situation, &measures, &mut access);
    chain::write(situation, &measures, label.as_ref(), &mut access);
    access
}
