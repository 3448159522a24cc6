//! Amazon S3 Tables: the table buckets of a region.

use serde_json::json;

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::TableBucket;

/// Far fewer than the service gives, so that lists have pages.
const PAGE: usize = 2;

type Answer = Result<Success, Failure>;

pub(super) static SERVICE: Service = Service {
    name: "s3tables",
    signing_name: "s3tables",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "TooManyRequestsException"),
    operations: &[
        Operation {
            name: "ListTableBuckets",
            action: "s3tables:ListTableBuckets",
            answer: list_table_buckets,
        },
        Operation {
            name: "GetTableBucketPolicy",
            action: "s3tables:GetTableBucketPolicy",
            answer: get_table_bucket_policy,
        },
        Operation {
            name: "GetTableBucketEncryption",
            action: "s3tables:GetTableBucketEncryption",
            answer: get_table_bucket_encryption,
        },
        Operation {
            name: "GetTableBucketMaintenanceConfiguration",
            action: "s3tables:GetTableBucketMaintenanceConfiguration",
            answer: get_table_bucket_maintenance_configuration,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    if *rest.method != http::Method::GET {
        return None;
    }
    let segments: Vec<&str> = rest.path.strip_prefix('/')?.split('/').collect();
    match segments[..] {
        ["buckets"] => Some("ListTableBuckets"),
        ["buckets", _, "policy"] => Some("GetTableBucketPolicy"),
        ["buckets", _, "encryption"] => Some("GetTableBucketEncryption"),
        ["buckets", _, "maintenance"] => Some("GetTableBucketMaintenanceConfiguration"),
        _ => None,
    }
}

fn buckets<'call>(call: &Call<'call>) -> Vec<&'call TableBucket> {
    let all = call.account().services.table_buckets.iter();
    all.filter(|bucket| bucket.region == call.region).collect()
}

fn arn(call: &Call<'_>, bucket: &TableBucket) -> String {
    call.regional_arn("s3tables", &format!("bucket/{}", bucket.name))
}

fn not_found(message: &'static str) -> Failure {
    Failure::new(404, "NotFoundException", message)
}

fn asked<'call>(call: &Call<'call>) -> Result<&'call TableBucket, Failure> {
    let wanted = super::decoded(call.path.split('/').nth(2).unwrap_or_default());
    let found = buckets(call).into_iter().find(|bucket| arn(call, bucket) == wanted);
    found.ok_or_else(|| not_found("The specified bucket does not exist."))
}

fn list_table_buckets(call: &Call<'_>) -> Answer {
    let kind = call.parameter("type");
    let mut all = buckets(call);
    all.retain(|bucket| kind.as_deref().is_none_or(|kind| bucket.kind == kind));
    let token = call.parameter("continuationToken");
    let (entries, next) = page(call, &all, token.as_deref(), PAGE)?;
    let entries: Vec<_> = entries
        .iter()
        .map(|bucket| {
            json!({
                "arn": arn(call, bucket),
                "name": bucket.name,
                "ownerAccountId": call.account().id,
                "createdAt": bucket.created_at.to_string(),
                "tableBucketId": bucket.id,
                "type": bucket.kind,
            })
        })
        .collect();
    Ok(Success::json(
        &json!({"tableBuckets": entries, "continuationToken": next}),
    ))
}

fn get_table_bucket_policy(call: &Call<'_>) -> Answer {
    let policy = asked(call)?.policy.as_ref();
    let policy = policy.ok_or_else(|| not_found("The specified bucket policy does not exist."))?;
    Ok(Success::json(&json!({"resourcePolicy": policy})))
}

fn get_table_bucket_encryption(call: &Call<'_>) -> Answer {
    let bucket = asked(call)?;
    let algorithm = bucket
        .algorithm
        .as_ref()
        .ok_or_else(|| not_found("The specified encryption configuration does not exist."))?;
    let mut configuration = json!({"sseAlgorithm": algorithm});
    if let Some(key) = &bucket.kms_key {
        configuration["kmsKeyArn"] = json!(key);
    }
    Ok(Success::json(&json!({"encryptionConfiguration": configuration})))
}

fn get_table_bucket_maintenance_configuration(call: &Call<'_>) -> Answer {
    let bucket = asked(call)?;
    let mut configuration = json!({});
    if let Some(removal) = &bucket.file_removal {
        let status = if removal.is_enabled { "enabled" } else { "disabled" };
        let mut days = json!({});
        if let Some(unreferenced) = removal.unreferenced_days {
            days["unreferencedDays"] = json!(unreferenced);
        }
        if let Some(noncurrent) = removal.noncurrent_days {
            days["nonCurrentDays"] = json!(noncurrent);
        }
        configuration["icebergUnreferencedFileRemoval"] =
            json!({"status": status, "settings": {"icebergUnreferencedFileRemoval": days}});
    }
    Ok(Success::json(
        &json!({"tableBucketARN": arn(call, bucket), "configuration": configuration}),
    ))
}
