//! The baseline of the benchmark: the same calls as a scan, made by the bare SDK without evidence, pacing, guard or
//! snapshot.
//!
//! Reads the endpoint, the key and the secret from its arguments, the role's name from the fourth, and prints one line of
//! JSON: calls, wall-clock seconds.
#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use futures::stream::{self, StreamExt};

/// Buckets that are read at the same time, as in the default configuration of a scan.
const BUCKETS_AT_ONCE: usize = 128;

async fn read_bucket(client: &aws_sdk_s3::Client, bucket: &str, owner: &str, calls: &AtomicU64) {
    macro_rules! reads {
        ($($read:ident)*) => {
            futures::join!($(Box::pin(async {
                let _ = client.$read().bucket(bucket).expected_bucket_owner(owner).send().await;
            })),*);
        };
    }
    reads!(
        get_public_access_block get_bucket_policy get_bucket_policy_status get_bucket_acl
        get_bucket_ownership_controls get_bucket_encryption get_bucket_versioning get_object_lock_configuration
        get_bucket_logging get_bucket_lifecycle_configuration get_bucket_replication
        get_bucket_notification_configuration get_bucket_tagging get_bucket_website get_bucket_cors
        list_bucket_inventory_configurations get_bucket_request_payment get_bucket_accelerate_configuration
        get_bucket_abac get_bucket_metadata_configuration
    );
    calls.fetch_add(20, Ordering::Relaxed);
}

async fn list_account(
    base: &SdkConfig,
    role: &str,
    account: String,
    calls: &AtomicU64,
) -> Vec<(Arc<aws_sdk_s3::Client>, String, String)> {
    let sts = aws_sdk_sts::Client::new(base);
    let arn = format!("arn:aws:iam::{account}:role/{role}");
    let assumed = sts
        .assume_role()
        .role_arn(arn)
        .role_session_name("bare-loop")
        .send()
        .await;
    calls.fetch_add(1, Ordering::Relaxed);
    let Some(credentials) = assumed.ok().and_then(|answer| answer.credentials) else {
        return Vec::new();
    };
    let credentials = Credentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        Some(credentials.session_token),
        None,
        "bare-loop",
    );
    let configuration = base
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let client = |region: String| {
        let configuration = aws_sdk_s3::config::Builder::from(&configuration)
            .region(Region::new(region))
            .force_path_style(true)
            .build();
        Arc::new(aws_sdk_s3::Client::from_conf(configuration))
    };
    let mut clients = std::collections::HashMap::new();
    let mut buckets = Vec::new();
    let mut pages = client("us-east-1".to_owned())
        .list_buckets()
        .max_buckets(1000)
        .into_paginator()
        .send();
    while let Some(Ok(page)) = pages.next().await {
        calls.fetch_add(1, Ordering::Relaxed);
        for bucket in page.buckets.unwrap_or_default() {
            let region = bucket.bucket_region.unwrap_or_else(|| "us-east-1".to_owned());
            let client = clients.entry(region.clone()).or_insert_with(|| client(region));
            buckets.push((Arc::clone(client), bucket.name.unwrap_or_default(), account.clone()));
        }
    }
    buckets
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().expect("endpoint, key, secret and role are given");
    let (endpoint, key, secret, role) = (argument(), argument(), argument(), argument());
    let base = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(key, secret, None, None, "bare-loop"))
        .load()
        .await;
    let began = Instant::now();
    let calls = AtomicU64::new(0);
    let organizations = aws_sdk_organizations::Client::new(&base);
    let mut accounts = Vec::new();
    let mut pages = organizations.list_accounts().into_paginator().send();
    while let Some(Ok(page)) = pages.next().await {
        calls.fetch_add(1, Ordering::Relaxed);
        accounts.extend(
            page.accounts
                .unwrap_or_default()
                .into_iter()
                .filter_map(|account| account.id),
        );
    }
    let listed: Vec<_> = stream::iter(accounts)
        .map(|account| list_account(&base, &role, account, &calls))
        .buffer_unordered(BUCKETS_AT_ONCE)
        .collect()
        .await;
    stream::iter(listed.into_iter().flatten())
        .for_each_concurrent(BUCKETS_AT_ONCE, |(client, bucket, owner)| {
            let calls = &calls;
            async move { read_bucket(&client, &bucket, &owner, calls).await }
        })
        .await;
    println!(
        "{{\"calls\":{},\"seconds\":{:.3}}}",
        calls.load(Ordering::Relaxed),
        began.elapsed().as_secs_f64()
    );
}
