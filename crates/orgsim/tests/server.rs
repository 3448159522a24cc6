//! The server carries out over a socket what the core decides.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use s3attest_orgsim::scenario::{Fault, FaultKind};
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Server, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn start(faults: Vec<Fault>) -> (Arc<World>, Server) {
    let mut scenario = GeneratorOptions {
        accounts: 2,
        buckets_per_account: 4,
        ..GeneratorOptions::default()
    }
    .generate();
    scenario.faults = faults;
    let world = Arc::new(World::new(scenario, Timestamp::UNIX_EPOCH, LedgerMode::Counts).expect("sound"));
    let server = Server::start(Arc::clone(&world), ([127, 0, 0, 1], 0).into()).expect("a free port");
    (world, server)
}

async fn ask(world: &World, server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
    let request = format!(
        "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential={}/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\r\n\r\n",
        world.caller_credentials().access_key_id
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

async fn read(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end like any other here; what came before it counts.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

/// The length that the head promises, and the length of the body that came.
fn lengths(answer: &str) -> (usize, usize) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .expect("a length");
    (promised.parse().expect("a number"), body.len())
}

#[tokio::test]
async fn an_answer_comes_whole() {
    let (world, server) = start(Vec::new());
    let answer = read(ask(&world, &server).await).await;
    let (promised, came) = lengths(&answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(promised, came);
    assert!(
        answer.contains("x-amz-request-id: ") && answer.contains("x-amz-id-2: "),
        "{answer}"
    );
    server.shutdown().await;
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    let (world, server) = start(vec![Fault::everywhere(FaultKind::Truncated)]);
    let (promised, came) = lengths(&read(ask(&world, &server).await).await);
    assert!(came < promised, "{came} of {promised}");
    server.shutdown().await;
}

#[tokio::test]
async fn a_reset_sends_nothing() {
    let (world, server) = start(vec![Fault::everywhere(FaultKind::Reset)]);
    assert_eq!(read(ask(&world, &server).await).await, "");
    server.shutdown().await;
}

#[tokio::test]
async fn a_stalled_answer_keeps_neither_others_waiting_nor_the_server_from_stopping() {
    let (world, server) = start(vec![Fault {
        times: Some(1),
        ..Fault::everywhere(FaultKind::Stall)
    }]);
    let stalled = ask(&world, &server).await;
    // The fault strikes whichever request comes first; one of the two answers.
    let answered = ask(&world, &server).await;
    let first = tokio::select! {
        text = read(stalled) => text,
        text = read(answered) => text,
    };
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    tokio::time::timeout(Duration::from_secs(10), server.shutdown())
        .await
        .expect("the server stops");
    assert_eq!(world.ledger().requests(), 2);
}
