//! Vector buckets of a region (Amazon S3 Vectors).

use aws_sdk_s3vectors::Client;
use aws_sdk_s3vectors::types::VectorBucketSummary;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{VectorBucket, VectorBucketSettings, VectorBuckets};

use super::ServiceRead;
use crate::pages::{Listed, detailed, list};
use crate::sources::bucket_list::timestamp;

const fn vectors_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "S3Vectors",
        name,
        label,
        actions,
        class: "s3-vectors",
        in_session: true,
        times,
    }
}

const EACH: Times = Times::seldom("only where there are vector buckets");
const LIST: AllowedOperation = vectors_read(
    "ListVectorBuckets",
    "s3vectors.ListVectorBuckets",
    &["s3vectors:ListVectorBuckets"],
    Times::about(1, Unit::Region, "one page"),
);
const SETTINGS: AllowedOperation = vectors_read(
    "GetVectorBucket",
    "s3vectors.GetVectorBucket",
    &["s3vectors:GetVectorBucket"],
    EACH,
);
const POLICY: AllowedOperation = vectors_read(
    "GetVectorBucketPolicy",
    "s3vectors.GetVectorBucketPolicy",
    &["s3vectors:GetVectorBucketPolicy"],
    EACH,
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[LIST, SETTINGS, POLICY];

/// With this code S3 Vectors says that what was asked for could not be found (Amazon S3 API Reference,
/// `GetVectorBucketPolicy`): of a bucket that was just listed, that it has no policy.
const NO_POLICY: [&str; 1] = ["NotFoundException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> VectorBuckets {
    let client = &reader.session.s3_vectors(reader.region);
    let listed = list(|token| async move {
        let request = client.list_vector_buckets().set_next_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = output.vector_buckets;
                // Where the answer lacks a required member, the SDK puts an empty text in its place.
                let lacks_name = |bucket: &VectorBucketSummary| {
                    bucket.vector_bucket_name.is_empty() || bucket.vector_bucket_arn.is_empty()
                };
                if entries.iter().any(lacks_name) {
                    return Err(Malformed("a vector bucket has no name"));
                }
                Ok(Some(Listed {
                    entries,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    VectorBuckets {
        buckets: detailed(listed, |told| finish(reader, client, told)).await,
    }
}

async fn finish(reader: &ServiceRead<'_>, client: &Client, told: VectorBucketSummary) -> VectorBucket {
    let (settings, policy) = futures::join!(
        settings(reader, client, &told.vector_bucket_arn),
        policy(reader, client, &told.vector_bucket_arn)
    );
    VectorBucket {
        // A missing time becomes the epoch in the SDK.
        created_at: timestamp(&told.creation_time).filter(|at| at.as_second() != 0),
        name: told.vector_bucket_name,
        arn: told.vector_bucket_arn,
        region: reader.region.clone(),
        settings,
        policy,
    }
}

async fn settings(reader: &ServiceRead<'_>, client: &Client, arn: &str) -> Evidence<VectorBucketSettings> {
    let request = client.get_vector_bucket().vector_bucket_arn(arn);
    observe(
        SETTINGS.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let told = output
                .vector_bucket
                .ok_or(Malformed("the answer holds no vector bucket"))?;
            // The SDK makes up the kind of an encryption that names none; the gateway has refused such an answer.
            let encryption = told.encryption_configuration;
            Ok(Some(VectorBucketSettings {
                algorithm: encryption.as_ref().map(|each| each.sse_type.as_str().to_owned()),
                kms_key: encryption.and_then(|each| each.kms_key_arn),
                default_index_mode: told.default_index_mode.map(|mode| mode.as_str().to_owned()),
            }))
        },
    )
}

async fn policy(reader: &ServiceRead<'_>, client: &Client, arn: &str) -> Evidence<PolicyDocument> {
    let request = client.get_vector_bucket_policy().vector_bucket_arn(arn);
    observe(
        POLICY.operation(),
        &NO_POLICY,
        request.send().await,
        reader.context.now(),
        |output| {
            let text = output
                .policy
                .filter(|text| !text.is_empty())
                .ok_or(Malformed("the answer holds no policy"))?;
            Ok(Some(PolicyDocument(text)))
        },
    )
}
