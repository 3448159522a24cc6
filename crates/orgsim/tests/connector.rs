//! The connector hands requests to the core and its answers to the SDK, without a socket (feature `connector`).
#![cfg(feature = "connector")]

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use s3attest_orgsim::scenario::{Fault, FaultKind};
use s3attest_orgsim::{GeneratorOptions, LedgerMode, SimulatedConnector, World};

fn world(faults: Vec<Fault>) -> Arc<World> {
    let mut scenario = GeneratorOptions {
        accounts: 2,
        buckets_per_account: 4,
        ..GeneratorOptions::default()
    }
    .generate();
    scenario.faults = faults;
    Arc::new(World::new(scenario, Timestamp::UNIX_EPOCH, LedgerMode::Counts).expect("sound"))
}

fn list(world: &World) -> HttpRequest {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
        world.caller_credentials().access_key_id
    );
    let request = http::Request::builder()
        .uri("https://s3.us-east-1.amazonaws.com/?max-buckets=1000")
        .header("authorization", authorization)
        .body(SdkBody::empty())
        .expect("a request");
    HttpRequest::try_from(request).expect("a request of the SDK")
}

#[tokio::test]
async fn an_answer_arrives_with_status_headers_and_body() {
    let world = world(Vec::new());
    let connector = SimulatedConnector::new(Arc::clone(&world));
    let answer = connector.call(list(&world)).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.headers().get("x-amz-request-id").is_some());
    let body = String::from_utf8_lossy(answer.body().bytes().expect("in memory")).into_owned();
    let first = &world.scenario().accounts[0].buckets[0].name;
    assert!(body.contains(&format!("<Name>{first}</Name>")), "{body}");
}

#[tokio::test]
async fn a_reset_is_an_error_of_the_connection() {
    let world = world(vec![Fault::everywhere(FaultKind::Reset)]);
    let error = SimulatedConnector::new(Arc::clone(&world))
        .call(list(&world))
        .await
        .expect_err("no answer");
    assert!(error.is_io(), "{error:?}");
}
