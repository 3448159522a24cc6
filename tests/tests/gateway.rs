//! The door to AWS, in the process of the test: what may leave it, and with which credentials.
#![expect(clippy::disallowed_methods, reason = "the gateway is handed the clock")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::{SignedDuration, Timestamp};
use s3attest_collect::Wishes;
use s3attest_gateway::{AccessKey, AccountSession, Gateway, GatewayError, GatewayOptions, RateLimits, RoleOptions};
use s3attest_model::account::Access;
use s3attest_model::evidence::Observed;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Scenario, SimulatedConnector, World};
use s3attest_tests::Simulation;

fn scenario() -> Scenario {
    GeneratorOptions {
        accounts: 3,
        buckets_per_account: 3,
        regions: 2,
        seed: 3,
        ..GeneratorOptions::default()
    }
    .generate()
}

fn options(simulation: &Simulation) -> GatewayOptions {
    let number = |number| NonZeroU32::new(number).expect("not zero");
    let credentials = simulation.world().caller_credentials();
    GatewayOptions {
        profile: None,
        access_key: Some(AccessKey {
            id: credentials.access_key_id,
            secret: credentials.secret_access_key,
        }),
        region: Some(region()),
        endpoint_url: Some(simulation.url()),
        role: RoleOptions {
            template: GeneratorOptions::default().role_name,
            overrides: BTreeMap::new(),
            external_id: None,
            session_name: "s3attest".to_owned(),
            duration_seconds: 900,
        },
        rates: RateLimits::uniform(number(100_000), number(100)),
        open_requests: number(100),
        answer_timeout: Duration::from_secs(5),
        attempts: number(1),
        operations: s3attest_collect::operations(&BTreeSet::new(), Wishes::default()),
        clock: Arc::new(Timestamp::now),
    }
}

fn region() -> RegionName {
    RegionName::new("us-east-1").expect("a region")
}

/// An account that is not the caller's.
fn member(simulation: &Simulation) -> AccountId {
    let scenario = simulation.world().scenario();
    let account = scenario
        .accounts
        .iter()
        .find(|account| account.id != scenario.caller_account);
    AccountId::new(account.expect("there are several accounts").id.as_str()).expect("an account id")
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built")
        .block_on(future)
}

async fn session(simulation: &Simulation) -> (Gateway, AccountSession) {
    let gateway = Gateway::open(options(simulation)).await.expect("the gateway opens");
    let (access, session) = gateway.session(&member(simulation)).await;
    assert!(
        matches!(access.observed, Observed::Present(Access::Role(_))),
        "{access:?}"
    );
    (gateway, session.expect("a role that was assumed has a session"))
}

#[test]
fn what_is_not_in_the_list_is_refused_before_a_byte_leaves() {
    let simulation = Simulation::start(scenario());
    block_on(async {
        let (gateway, session) = session(&simulation).await;
        let client = session.s3(&region());
        let before = simulation.world().ledger().requests();
        let refusals = [
            format!(
                "{:?}",
                client
                    .delete_bucket_policy()
                    .bucket("a-bucket")
                    .send()
                    .await
                    .expect_err("refused")
            ),
            format!(
                "{:?}",
                client
                    .put_bucket_acl()
                    .bucket("a-bucket")
                    .send()
                    .await
                    .expect_err("refused")
            ),
            format!(
                "{:?}",
                client
                    .get_object()
                    .bucket("a-bucket")
                    .key("k")
                    .send()
                    .await
                    .expect_err("refused")
            ),
            format!(
                "{:?}",
                client
                    .list_objects_v2()
                    .bucket("a-bucket")
                    .send()
                    .await
                    .expect_err("refused")
            ),
        ];
        for refusal in refusals {
            assert!(refusal.starts_with("ConstructionFailure"), "{refusal}");
            assert!(
                refusal.contains("DeleteBucketPolicy") || refusal.contains("Refused"),
                "{refusal}"
            );
        }
        assert_eq!(simulation.world().ledger().requests(), before, "nothing was sent");
        let attempts: u64 = gateway.ledger().entries.iter().map(|entry| entry.attempts).sum();
        assert_eq!(attempts, 2, "who the caller is, and the role");
    });
}

#[test]
fn credentials_are_renewed_before_they_expire() {
    // The organization's clock is so far behind that a session of fifteen minutes seems to end in one: sooner than the
    // gateway lets one come to its end.
    let behind = Timestamp::now() - SignedDuration::from_mins(14);
    let simulation = Simulation::start_at(scenario(), behind);
    block_on(async {
        let (_gateway, session) = session(&simulation).await;
        for _ in 0..3 {
            session
                .s3(&region())
                .list_buckets()
                .max_buckets(10)
                .send()
                .await
                .expect("the list is answered");
        }
        let assumed = simulation.world().ledger().calls("sts", "AssumeRole");
        assert!(assumed > 1, "the role was assumed {assumed} times");
    });
}

#[test]
fn credentials_that_last_are_fetched_once() {
    let simulation = Simulation::start(scenario());
    block_on(async {
        let (_gateway, session) = session(&simulation).await;
        for _ in 0..3 {
            session
                .s3(&region())
                .list_buckets()
                .max_buckets(10)
                .send()
                .await
                .expect("the list is answered");
        }
        assert_eq!(simulation.world().ledger().calls("sts", "AssumeRole"), 1);
    });
}

#[test]
fn the_callers_own_account_is_read_with_its_own_credentials_when_the_role_is_not_there() {
    let simulation = Simulation::start(scenario());
    block_on(async {
        let mut options = options(&simulation);
        options.role.template = "a-role-that-is-nowhere".to_owned();
        let gateway = Gateway::open(options).await.expect("the gateway opens");
        let own = gateway.caller().account.clone();
        let (access, session) = gateway.session(&own).await;
        assert!(
            matches!(access.observed, Observed::Present(Access::Caller(_))),
            "{access:?}"
        );
        let buckets = session
            .expect("a session")
            .s3(&region())
            .list_buckets()
            .max_buckets(10)
            .send()
            .await;
        buckets.expect("the list is answered");
        let (access, session) = gateway.session(&member(&simulation)).await;
        assert!(
            access.as_gap().is_some() && session.is_none(),
            "another account has no such way"
        );
    });
}

#[test]
fn the_organization_answers_the_sdk_without_sockets_as_it_does_over_them() {
    let simulation = Simulation::start(scenario());
    block_on(async {
        let (_gateway, session) = session(&simulation).await;
        let over_sockets = session
            .s3(&region())
            .list_buckets()
            .max_buckets(10)
            .send()
            .await
            .expect("answered");
        let world = World::new(scenario(), Timestamp::now(), LedgerMode::Counts).expect("the scenario is consistent");
        let world = Arc::new(world);
        let mut options = options(&simulation);
        options.endpoint_url = Some("http://nowhere.invalid".to_owned());
        let http = SharedHttpClient::new(SimulatedConnector::new(Arc::clone(&world)));
        let gateway = Gateway::open_with(options, http).await.expect("the gateway opens");
        let (access, session) = gateway.session(&member(&simulation)).await;
        let session = session.unwrap_or_else(|| panic!("{access:?}"));
        let without = session
            .s3(&region())
            .list_buckets()
            .max_buckets(10)
            .send()
            .await
            .expect("answered");
        assert!(!over_sockets.buckets().is_empty());
        assert_eq!(without.buckets(), over_sockets.buckets());
        assert_eq!(world.ledger().requests(), 3, "who the caller is, the role, the list");
    });
}

#[test]
fn credentials_that_aws_does_not_know_are_named_as_such() {
    let simulation = Simulation::start(scenario());
    block_on(async {
        let mut options = options(&simulation);
        options.access_key = Some(AccessKey {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "secret".to_owned(),
        });
        let error = Gateway::open(options).await.err().expect("an unknown key is refused");
        assert!(matches!(error, GatewayError::InvalidCredentials { .. }), "{error}");
    });
}
