//! boto3, which was not written here, must read every answer and find in it what the scenario says.
//!
//! The interpreter stands in `S3ATTEST_PYTHON`. Without one the test says so and passes, but fails where `CI` is set.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use s3attest_orgsim::scenario::ListBehaviour;
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Scenario, Server, World};

fn scenario() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 9,
        buckets_per_account: 30,
        external_id: Some("audit-2026".to_owned()),
        ..GeneratorOptions::default()
    }
    .generate();
    scenario.bucket_lists.inventory_page_size = 1;
    let organization = scenario.organization.as_mut().expect("generated with an organization");
    organization.lists = ListBehaviour {
        page_size: 3,
        empty_page_every: 2,
        ..ListBehaviour::default()
    };
    scenario
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test finds its interpreter in the environment, and boto3 has a real clock"
)]
fn surroundings() -> (Option<String>, bool, Timestamp) {
    (
        std::env::var("S3ATTEST_PYTHON").ok(),
        std::env::var_os("CI").is_some(),
        Timestamp::now(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boto3_reads_in_every_answer_what_the_scenario_says() {
    let (python, is_ci, now) = surroundings();
    let Some(python) = python else {
        assert!(
            !is_ci,
            "S3ATTEST_PYTHON names no Python interpreter with boto3; run the tests through `cargo xtask test`"
        );
        eprintln!("skipped: S3ATTEST_PYTHON names no Python interpreter with boto3");
        return;
    };
    let world = Arc::new(World::new(scenario(), now, LedgerMode::full()).expect("sound"));
    let server = Server::start(Arc::clone(&world), ([127, 0, 0, 1], 0).into()).expect("a free port");
    let caller = world.caller_credentials();
    let given = serde_json::json!({
        "scenario": world.scenario(),
        "caller": {"access_key_id": caller.access_key_id, "secret_access_key": caller.secret_access_key},
        "role_name": GeneratorOptions::default().role_name,
    });
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("scenario.json");
    std::fs::write(&file, given.to_string()).expect("written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/orgsim_boto3.py");
    let output = tokio::process::Command::new(python)
        .args([script, &server.url()])
        .arg(&file)
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_ENDPOINT_URL")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .await
        .expect("the interpreter starts");
    server.shutdown().await;
    let (text, complaints) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{text}\n{complaints}");
    let report: serde_json::Value = serde_json::from_str(text.trim()).expect("a report");
    assert!(
        report["comparisons"].as_u64().is_some_and(|count| count > 4_000),
        "{report}"
    );
    let driven: BTreeSet<String> = world
        .ledger()
        .counts()
        .into_iter()
        .map(|count| format!("{}.{}", count.service, count.operation))
        .collect();
    // The services of accounts, and with them the rest of S3 Control, have scripts of their own, in `tests/python/sources`.
    let here = ["account", "organizations", "s3", "sts"];
    let offered: BTreeSet<String> = s3attest_orgsim::operations()
        .filter(|(service, name)| here.contains(service) || (*service, *name) == ("s3control", "GetPublicAccessBlock"))
        .map(|(service, operation)| format!("{service}.{operation}"))
        .collect();
    assert_eq!(driven, offered, "every operation is driven");
    let unknown: Vec<String> = world.ledger().unknown_operations().into_keys().collect();
    assert_eq!(
        unknown,
        ["s3 GET /{bucket}?list-type&encoding-type"],
        "{:?}",
        world.ledger().unknown_operations()
    );
}
