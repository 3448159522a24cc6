//! S3: the lists and every read of a bucket's settings.
//!
//! Before an operation answers, the bucket must exist, be in the region that was asked, belong to the account that the
//! caller expects, and be the caller's. Object operations do not exist here.

mod access;
mod buckets;
mod events;
mod management;
mod protection;

use http::Method;

use super::{Call, Operation, Service};
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};

pub(super) use access::write_public_access_block;
pub(super) use management::{write_inventory, write_rule as write_lifecycle_rule};
pub(super) use protection::write_encryption;

pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

pub(super) static SERVICE: Service = Service {
    name: "s3",
    signing_name: "s3",
    protocol: Protocol::S3,
    route: Route::Rest(find),
    claims_path: |_| true,
    has_buckets: true,
    throttle: (503, "SlowDown"),
    operations: OPERATIONS,
    admit,
    resource_account: |call| call.found.map(|found| found.owner),
};

macro_rules! operations {
    ($($name:ident, $action:literal, $answer:path;)*) => {
        static OPERATIONS: &[Operation] = &[$(Operation {
            name: stringify!($name),
            action: $action,
            answer: $answer,
        },)*];
    };
}

// Names of the actions: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
operations! {
    ListBuckets, "s3:ListAllMyBuckets", buckets::list_buckets;
    HeadBucket, "s3:ListBucket", buckets::head_bucket;
    GetBucketLocation, "s3:GetBucketLocation", buckets::get_bucket_location;
    GetPublicAccessBlock, "s3:GetBucketPublicAccessBlock", access::get_public_access_block;
    GetBucketPolicy, "s3:GetBucketPolicy", access::get_bucket_policy;
    GetBucketPolicyStatus, "s3:GetBucketPolicyStatus", access::get_bucket_policy_status;
    GetBucketAcl, "s3:GetBucketAcl", access::get_bucket_acl;
    GetBucketOwnershipControls, "s3:GetBucketOwnershipControls", access::get_bucket_ownership_controls;
    GetBucketWebsite, "s3:GetBucketWebsite", access::get_bucket_website;
    GetBucketCors, "s3:GetBucketCORS", access::get_bucket_cors;
    GetBucketEncryption, "s3:GetEncryptionConfiguration", protection::get_bucket_encryption;
    GetBucketVersioning, "s3:GetBucketVersioning", protection::get_bucket_versioning;
    GetObjectLockConfiguration, "s3:GetBucketObjectLockConfiguration", protection::get_object_lock_configuration;
    GetBucketReplication, "s3:GetReplicationConfiguration", protection::get_bucket_replication;
    GetBucketLogging, "s3:GetBucketLogging", events::get_bucket_logging;
    GetBucketNotificationConfiguration, "s3:GetBucketNotification", events::get_bucket_notification_configuration;
    GetBucketLifecycleConfiguration, "s3:GetLifecycleConfiguration", management::get_bucket_lifecycle_configuration;
    GetBucketTagging, "s3:GetBucketTagging", management::get_bucket_tagging;
    ListBucketInventoryConfigurations, "s3:GetInventoryConfiguration", management::list_bucket_inventory_configurations;
    GetBucketRequestPayment, "s3:GetBucketRequestPayment", management::get_bucket_request_payment;
    GetBucketAccelerateConfiguration, "s3:GetAccelerateConfiguration", management::get_bucket_accelerate_configuration;
    GetBucketAbac, "s3:GetBucketAbac", management::get_bucket_abac;
    GetBucketMetadataConfiguration, "s3:GetBucketMetadataTableConfiguration",
        management::get_bucket_metadata_configuration;
}

/// Which operation a subresource in the query stands for.
static SUBRESOURCES: &[(&str, &str)] = &[
    ("publicAccessBlock", "GetPublicAccessBlock"),
    ("policy", "GetBucketPolicy"),
    ("policyStatus", "GetBucketPolicyStatus"),
    ("acl", "GetBucketAcl"),
    ("ownershipControls", "GetBucketOwnershipControls"),
    ("encryption", "GetBucketEncryption"),
    ("versioning", "GetBucketVersioning"),
    ("object-lock", "GetObjectLockConfiguration"),
    ("logging", "GetBucketLogging"),
    ("lifecycle", "GetBucketLifecycleConfiguration"),
    ("replication", "GetBucketReplication"),
    ("notification", "GetBucketNotificationConfiguration"),
    ("tagging", "GetBucketTagging"),
    ("website", "GetBucketWebsite"),
    ("cors", "GetBucketCors"),
    ("requestPayment", "GetBucketRequestPayment"),
    ("accelerate", "GetBucketAccelerateConfiguration"),
    ("abac", "GetBucketAbac"),
    ("metadataConfiguration", "GetBucketMetadataConfiguration"),
    ("location", "GetBucketLocation"),
];

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    let is_get = *rest.method == Method::GET;
    if rest.bucket.is_none() {
        return (is_get && rest.path == "/").then_some("ListBuckets");
    }
    if !matches!(rest.path, "" | "/") {
        return None;
    }
    if *rest.method == Method::HEAD {
        return Some("HeadBucket");
    }
    if !is_get {
        return None;
    }
    // With an id, the same subresource reads one configuration, which is another operation.
    if rest.has("inventory") {
        return (!rest.has("id")).then_some("ListBucketInventoryConfigurations");
    }
    crate::protocol::route::parts(rest.query)
        .find_map(|(key, _)| SUBRESOURCES.iter().find(|(subresource, _)| *subresource == key))
        .map(|(_, operation)| *operation)
}

fn admit(call: &Call<'_>) -> Result<(), Failure> {
    let Some(name) = call.bucket_name else { return Ok(()) };
    let Some(found) = call.found else {
        return Err(no_such_bucket(name));
    };
    // The location is answered in us-east-1 for every bucket (Amazon S3 API Reference, `GetBucketLocation`).
    let answers_anywhere = call.operation.name == "GetBucketLocation" && call.region == "us-east-1";
    if found.bucket.region != call.region && !answers_anywhere {
        let region = &found.bucket.region;
        let message = "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
                       future requests to this endpoint.";
        return Err(Failure::new(301, "PermanentRedirect", message)
            .with_header("x-amz-bucket-region", region.clone())
            .with_member("Endpoint", format!("{name}.s3.{region}.amazonaws.com"))
            .with_member("Bucket", name));
    }
    let expected = call.header("x-amz-expected-bucket-owner");
    if expected.is_some_and(|expected| expected != found.account.id) || found.owner != call.caller.account {
        // Another account's caller learns the region all the same.
        let region = found.bucket.region.clone();
        return Err(Failure::new(403, "AccessDenied", "Access Denied").with_header("x-amz-bucket-region", region));
    }
    Ok(())
}

pub(crate) fn no_such_bucket(name: &str) -> Failure {
    Failure::new(404, "NoSuchBucket", "The specified bucket does not exist").with_member("BucketName", name)
}

/// A setting that was never configured.
fn not_configured(call: &Call<'_>, code: &'static str, message: &'static str) -> Failure {
    Failure::new(404, code, message).with_member("BucketName", call.bucket().name.clone())
}

type Answer = Result<Success, Failure>;
