//! How many requests a second the server holds over loopback: `cargo run --release -p s3attest-orgsim --example throughput`.
//!
//! A fixed number of requests over a few kept-alive connections, written and read by hand so that the client costs little.
//! Client and server share the machine. It judges nothing; it prints the figure.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Server, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 32;
const REQUESTS_A_CONNECTION: usize = 20_000;
const READS: &[&str] = &[
    "versioning",
    "encryption",
    "acl",
    "publicAccessBlock",
    "policy",
    "lifecycle",
    "tagging",
    "logging",
];

#[expect(clippy::print_stdout, reason = "the figure is what the example is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let scenario = GeneratorOptions::default().generate();
        let world = Arc::new(World::new(scenario, Timestamp::UNIX_EPOCH, LedgerMode::Counts)?);
        let server = Server::start(Arc::clone(&world), ([127, 0, 0, 1], 0).into())?;
        let requests = Arc::new(requests(&world));
        let start = Instant::now();
        let mut clients = tokio::task::JoinSet::new();
        for number in 0..CONNECTIONS {
            clients.spawn(ask(server.address(), Arc::clone(&requests), number));
        }
        while let Some(client) = clients.join_next().await {
            client??;
        }
        let seconds = start.elapsed().as_secs_f64();
        server.shutdown().await;
        let count = world.ledger().requests();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
        let rate = count as f64 / seconds;
        println!("{count} requests over {CONNECTIONS} connections in {seconds:.2} s: {rate:.0} requests/s");
        Ok(())
    })
}

/// One request for every read of every bucket.
fn requests(world: &World) -> Vec<Vec<u8>> {
    let mut requests = Vec::new();
    for account in &world.scenario().accounts {
        let credentials = world.credentials(&account.id).expect("an account of the scenario");
        for bucket in &account.buckets {
            for read in READS {
                requests.push(
                    format!(
                        "GET /{}?{read} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-date: 20261120T000000Z\r\n\
                         x-amz-expected-bucket-owner: {}\r\nauthorization: AWS4-HMAC-SHA256 \
                         Credential={}/20261120/{}/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\n\r\n",
                        bucket.name, account.id, credentials.access_key_id, bucket.region
                    )
                    .into_bytes(),
                );
            }
        }
    }
    requests
}

async fn ask(address: std::net::SocketAddr, requests: Arc<Vec<Vec<u8>>>, number: usize) -> std::io::Result<()> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    let mut body = Vec::new();
    for count in 0..REQUESTS_A_CONNECTION {
        stream
            .write_all(&requests[(number * 977 + count) % requests.len()])
            .await?;
        read_answer(&mut stream, &mut head, &mut body).await?;
    }
    Ok(())
}

async fn read_answer(stream: &mut BufReader<TcpStream>, head: &mut Vec<u8>, body: &mut Vec<u8>) -> std::io::Result<()> {
    use tokio::io::AsyncBufReadExt;
    let mut length = 0;
    loop {
        head.clear();
        stream.read_until(b'\n', head).await?;
        if head == b"\r\n" {
            break;
        }
        if head.len() > 16 && head[..16].eq_ignore_ascii_case(b"content-length: ") {
            let text = std::str::from_utf8(&head[16..]).map_err(std::io::Error::other)?;
            length = text.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    body.resize(length, 0);
    stream.read_exact(body).await?;
    Ok(())
}
