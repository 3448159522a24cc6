//! Amazon S3 Vectors: the vector buckets of a region.

use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::VectorBucket;

/// Far fewer than the service gives, so that lists have pages.
const PAGE: usize = 2;

type Answer = Result<Success, Failure>;

pub(super) static SERVICE: Service = Service {
    name: "s3vectors",
    signing_name: "s3vectors",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "TooManyRequestsException"),
    operations: &[
        Operation {
            name: "ListVectorBuckets",
            action: "s3vectors:ListVectorBuckets",
            answer: list_vector_buckets,
        },
        Operation {
            name: "GetVectorBucket",
            action: "s3vectors:GetVectorBucket",
            answer: get_vector_bucket,
        },
        Operation {
            name: "GetVectorBucketPolicy",
            action: "s3vectors:GetVectorBucketPolicy",
            answer: get_vector_bucket_policy,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

/// Every operation is a POST to its own name.
fn find(rest: &Rest<'_>) -> Option<&'static str> {
    let name = rest.path.strip_prefix('/')?;
    let operation = SERVICE.operations.iter().find(|operation| operation.name == name)?;
    (*rest.method == http::Method::POST).then_some(operation.name)
}

fn buckets<'call>(call: &Call<'call>) -> Vec<&'call VectorBucket> {
    let all = call.account().services.vector_buckets.iter();
    all.filter(|bucket| bucket.region == call.region).collect()
}

fn arn(call: &Call<'_>, bucket: &VectorBucket) -> String {
    call.regional_arn("s3vectors", &format!("bucket/{}", bucket.name))
}

/// A bucket is asked for by its name or by its ARN.
fn asked<'call>(call: &Call<'call>) -> Result<&'call VectorBucket, Failure> {
    let members = members(call.body);
    let found = buckets(call).into_iter().find(|bucket| {
        members["vectorBucketName"].as_str() == Some(&bucket.name)
            || members["vectorBucketArn"].as_str() == Some(&arn(call, bucket))
    });
    found.ok_or_else(|| {
        Failure::new(
            404,
            "NotFoundException",
            "The specified vector bucket could not be found",
        )
    })
}

fn summary(call: &Call<'_>, bucket: &VectorBucket) -> Value {
    json!({
        "vectorBucketName": bucket.name,
        "vectorBucketArn": arn(call, bucket),
        "creationTime": bucket.created_at.as_second(),
    })
}

fn list_vector_buckets(call: &Call<'_>) -> Answer {
    let members = members(call.body);
    let all = buckets(call);
    let (entries, next) = page(call, &all, members["nextToken"].as_str(), PAGE)?;
    let entries: Vec<_> = entries.iter().map(|bucket| summary(call, bucket)).collect();
    Ok(Success::json(&json!({"vectorBuckets": entries, "nextToken": next})))
}

fn get_vector_bucket(call: &Call<'_>) -> Answer {
    let bucket = asked(call)?;
    let mut answer = summary(call, bucket);
    if let Some(algorithm) = &bucket.algorithm {
        answer["encryptionConfiguration"] = json!({"sseType": algorithm});
        if let Some(key) = &bucket.kms_key {
            answer["encryptionConfiguration"]["kmsKeyArn"] = json!(key);
        }
    }
    if let Some(mode) = &bucket.default_index_mode {
        answer["defaultIndexMode"] = json!(mode);
    }
    Ok(Success::json(&json!({"vectorBucket": answer})))
}

fn get_vector_bucket_policy(call: &Call<'_>) -> Answer {
    let policy = asked(call)?.policy.as_ref().ok_or_else(|| {
        Failure::new(
            404,
            "NotFoundException",
            "The specified vector bucket policy could not be found",
        )
    })?;
    Ok(Success::json(&json!({"policy": policy})))
}
