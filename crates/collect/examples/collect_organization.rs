//! The subject of the benchmark: a scan's collecting, without judging and reporting, in a process of its own.
//!
//! Reads the endpoint, the key, the secret, the role's name and the run's directory from its arguments, and prints one
//! line of JSON: calls, wall-clock seconds.
#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own, not a part of the library"
)]
#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use s3attest_collect::{Events, Limits, Plan, Wishes, collect, discover, operations};
use s3attest_gateway::{AccessKey, Gateway, GatewayOptions, RateLimits, RoleOptions};
use s3attest_model::bucket::BucketSetting;
use s3attest_model::identifiers::RegionName;
use s3attest_model::run::{RunInformation, SNAPSHOT_SCHEMA, ScopeSelection};
use s3attest_snapshot::Run;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || {
        arguments
            .next()
            .expect("endpoint, key, secret, role and directory are given")
    };
    let (endpoint, id, secret, role, directory) = (argument(), argument(), argument(), argument(), argument());
    let fast = NonZeroU32::new(1_000_000).expect("not zero");
    let many = NonZeroU32::new(4096).expect("not zero");
    // The bare loop that this is held against reads buckets only.
    let sources = BTreeSet::new();
    let options = GatewayOptions {
        profile: None,
        access_key: Some(AccessKey { id, secret }),
        region: Some(RegionName::new("us-east-1").expect("a region")),
        endpoint_url: Some(endpoint),
        role: RoleOptions {
            template: role,
            overrides: BTreeMap::new(),
            external_id: None,
            session_name: "s3attest".to_owned(),
            duration_seconds: 3600,
        },
        rates: RateLimits::uniform(fast, many),
        open_requests: NonZeroU32::new(512).expect("not zero"),
        answer_timeout: Duration::from_secs(10),
        attempts: NonZeroU32::new(5).expect("not zero"),
        operations: operations(&sources, Wishes::default()),
        clock: Arc::new(Timestamp::now),
    };
    let began = Instant::now();
    let gateway = Arc::new(Gateway::open(options).await.expect("the gateway opens"));
    let scope = ScopeSelection::default();
    let discovery = discover(&gateway, &scope).await.expect("the accounts are found");
    let information = RunInformation {
        schema: SNAPSHOT_SCHEMA,
        id: "benchmark".to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: gateway.now(),
        partition: gateway.partition(),
        caller: gateway.caller().clone(),
        mode: discovery.mode.clone(),
        role_template: String::new(),
        scope,
        settings_left_out: Vec::new(),
        sources_left_out: Vec::new(),
        configuration_digest: String::new(),
        is_simulated: true,
    };
    let run = Arc::new(Run::create(Path::new(&directory), &information).expect("the run can be made"));
    run.write_organization(discovery.records())
        .expect("the organization can be written");
    let size = |number| NonZeroUsize::new(number).expect("not zero");
    let plan = Plan {
        settings: BucketSetting::ALL.iter().copied().collect(),
        sources,
        wishes: Wishes::default(),
        limits: Limits {
            accounts: size(128),
            buckets: size(128),
            readings: size(256),
            buckets_in_account: size(16),
            buckets_in_region: size(4),
        },
    };
    let silent: Events = Arc::new(|_| ());
    collect(&gateway, &run, &discovery.accounts, &plan, &silent)
        .await
        .expect("the run can be written");
    let calls: u64 = gateway.ledger().entries.iter().map(|entry| entry.calls).sum();
    println!("{{\"calls\":{calls},\"seconds\":{:.3}}}", began.elapsed().as_secs_f64());
}
