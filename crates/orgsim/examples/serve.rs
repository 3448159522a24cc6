//! Serves a generated organization until its standard input ends: `cargo run -p s3attest-orgsim --example serve`.
//!
//! The first line of its output is JSON: the endpoint, and credentials of a user in the account with most buckets, for
//! clients of any kind. After the input ends it prints what was asked for and is not offered.

use std::sync::Arc;

use jiff::Timestamp;
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Server, World};

#[expect(clippy::print_stdout, reason = "its output is what the example is for")]
#[expect(
    clippy::disallowed_methods,
    reason = "real clients compare the expiry of credentials with their clock"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let world = Arc::new(World::new(
        GeneratorOptions::default().generate(),
        Timestamp::now(),
        LedgerMode::Counts,
    )?);
    let server = runtime.block_on(async { Server::start(Arc::clone(&world), ([127, 0, 0, 1], 0).into()) })?;
    let largest = world
        .scenario()
        .accounts
        .iter()
        .max_by_key(|account| account.buckets.len())
        .expect("an account");
    let credentials = world.credentials(&largest.id).expect("an account of the scenario");
    println!(
        "{}",
        serde_json::json!({
            "endpoint": server.url(),
            "account": largest.id,
            "buckets": largest.buckets.len(),
            "access_key_id": credentials.access_key_id,
            "secret_access_key": credentials.secret_access_key,
        })
    );
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    runtime.block_on(server.shutdown());
    println!(
        "{}",
        serde_json::json!({"requests": world.ledger().requests(), "not_offered": world.ledger().unknown_operations()})
    );
    Ok(())
}
