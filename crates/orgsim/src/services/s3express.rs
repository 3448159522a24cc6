//! S3 Express: the directory buckets of a region, at its control endpoint.
//!
//! A directory bucket is known to its own account only. Credentials of its own, which `CreateSession` would hand out, are
//! for objects and do not exist here.

use super::paging::page;
use super::s3::{NAMESPACE, no_such_bucket, write_encryption, write_inventory, write_lifecycle_rule};
use super::{Call, Operation, Service, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::DirectoryBucket;

/// Far fewer than S3 gives, so that lists have pages.
const PAGE: usize = 2;

type Answer = Result<Success, Failure>;

pub(super) static SERVICE: Service = Service {
    name: "s3express",
    signing_name: "s3express",
    protocol: Protocol::S3,
    route: Route::Rest(find),
    claims_path: super::any_path,
    has_buckets: true,
    throttle: (503, "SlowDown"),
    operations: OPERATIONS,
    admit,
    resource_account: own_account,
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

// Names of the actions: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3 Express".
operations! {
    ListDirectoryBuckets, "s3express:ListAllMyDirectoryBuckets", list_directory_buckets;
    GetBucketPolicy, "s3express:GetBucketPolicy", get_bucket_policy;
    GetBucketEncryption, "s3express:GetEncryptionConfiguration", get_bucket_encryption;
    GetBucketLifecycleConfiguration, "s3express:GetLifecycleConfiguration", get_bucket_lifecycle_configuration;
    ListBucketInventoryConfigurations, "s3express:GetInventoryConfiguration", list_bucket_inventory_configurations;
    ListBucketMetricsConfigurations, "s3express:GetMetricsConfiguration", list_bucket_metrics_configurations;
}

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    if *rest.method != http::Method::GET || !matches!(rest.path, "" | "/") {
        return None;
    }
    if rest.bucket.is_none() {
        return Some("ListDirectoryBuckets");
    }
    [
        ("policy", "GetBucketPolicy"),
        ("encryption", "GetBucketEncryption"),
        ("lifecycle", "GetBucketLifecycleConfiguration"),
        ("inventory", "ListBucketInventoryConfigurations"),
        ("metrics", "ListBucketMetricsConfigurations"),
    ]
    .into_iter()
    .find(|(subresource, _)| rest.has(subresource) && !rest.has("id"))
    .map(|(_, operation)| operation)
}

fn buckets<'call>(call: &Call<'call>) -> Vec<&'call DirectoryBucket> {
    let all = call.account().services.directory_buckets.iter();
    all.filter(|bucket| bucket.region == call.region).collect()
}

fn asked<'call>(call: &Call<'call>) -> Result<&'call DirectoryBucket, Failure> {
    let name = call.bucket_name.unwrap_or_default();
    let found = buckets(call).into_iter().find(|bucket| bucket.name == name);
    found.ok_or_else(|| no_such_bucket(name))
}

fn admit(call: &Call<'_>) -> Result<(), Failure> {
    if call.bucket_name.is_none() {
        return Ok(());
    }
    asked(call)?;
    match call.header("x-amz-expected-bucket-owner") {
        Some(expected) if expected != call.account().id => Err(Failure::new(403, "AccessDenied", "Access Denied")),
        _ => Ok(()),
    }
}

fn list_directory_buckets(call: &Call<'_>) -> Answer {
    let all = buckets(call);
    let token = call.parameter("continuation-token");
    let (entries, next) = page(call, &all, token.as_deref(), PAGE)?;
    let document = Xml::document("ListAllMyDirectoryBucketsResult", NAMESPACE, |xml| {
        xml.within("Buckets", |xml| {
            for bucket in entries {
                xml.within("Bucket", |xml| {
                    xml.time("CreationDate", bucket.created_at);
                    xml.text("Name", &bucket.name);
                    xml.text(
                        "BucketArn",
                        &call.regional_arn("s3express", &format!("bucket/{}", bucket.name)),
                    );
                });
            }
        });
        xml.optional("ContinuationToken", next.as_deref());
    });
    Ok(Success::xml(document))
}

fn not_configured(call: &Call<'_>, code: &'static str, message: &'static str) -> Failure {
    Failure::new(404, code, message).with_member("BucketName", call.bucket_name.unwrap_or_default())
}

fn get_bucket_policy(call: &Call<'_>) -> Answer {
    let policy = asked(call)?.policy.clone();
    policy
        .map(Success::json_text)
        .ok_or_else(|| not_configured(call, "NoSuchBucketPolicy", "The bucket policy does not exist"))
}

fn get_bucket_encryption(call: &Call<'_>) -> Answer {
    let encryption = asked(call)?.encryption.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        )
    })?;
    let document = Xml::document("ServerSideEncryptionConfiguration", NAMESPACE, |xml| {
        write_encryption(xml, encryption);
    });
    Ok(Success::xml(document))
}

fn get_bucket_lifecycle_configuration(call: &Call<'_>) -> Answer {
    let rules = asked(call)?.lifecycle.as_ref().ok_or_else(|| {
        not_configured(
            call,
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
        )
    })?;
    let document = Xml::document("LifecycleConfiguration", NAMESPACE, |xml| {
        for rule in rules {
            xml.within("Rule", |xml| write_lifecycle_rule(xml, rule));
        }
    });
    Ok(Success::xml(document))
}

/// A page of a list that says whether more follows.
fn truncated<T>(call: &Call<'_>, root: &str, all: &[T], write: impl Fn(&mut Xml, &T)) -> Answer {
    let token = call.parameter("continuation-token");
    let (entries, next) = page(call, all, token.as_deref(), PAGE)?;
    let document = Xml::document(root, NAMESPACE, |xml| {
        xml.optional("ContinuationToken", token.as_deref());
        for entry in entries {
            write(xml, entry);
        }
        xml.plain("IsTruncated", next.is_some());
        xml.optional("NextContinuationToken", next.as_deref());
    });
    Ok(Success::xml(document))
}

fn list_bucket_inventory_configurations(call: &Call<'_>) -> Answer {
    let partition = &call.world.scenario().partition;
    truncated(
        call,
        "ListInventoryConfigurationsResult",
        &asked(call)?.inventory,
        |xml, inventory| write_inventory(xml, partition, inventory),
    )
}

fn list_bucket_metrics_configurations(call: &Call<'_>) -> Answer {
    truncated(
        call,
        "ListMetricsConfigurationsResult",
        &asked(call)?.metrics,
        |xml, metrics| {
            xml.within("MetricsConfiguration", |xml| {
                xml.text("Id", &metrics.id);
                match (&metrics.prefix, &metrics.access_point) {
                    (None, None) => {}
                    (Some(prefix), None) => xml.within("Filter", |xml| xml.text("Prefix", prefix)),
                    (None, Some(arn)) => xml.within("Filter", |xml| xml.text("AccessPointArn", arn)),
                    (Some(prefix), Some(arn)) => xml.within("Filter", |xml| {
                        xml.within("And", |xml| {
                            xml.text("Prefix", prefix);
                            xml.text("AccessPointArn", arn);
                        });
                    }),
                }
            });
        },
    )
}
