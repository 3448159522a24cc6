//! Serves a generated organization until its standard input ends: `cargo run -p s3attest-orgsim --example serve`.
//!
//! Its arguments, all of them or none, are the number of accounts, of buckets an account in the mean, and of milliseconds
//! that an answer takes. The first line of its output is JSON: the endpoint, credentials of a user in the account with most
//! buckets, for clients that know one account, and those of the caller, who may assume the role in every account. After
//! the input ends it prints what was asked for and is not offered.

use std::sync::Arc;

use jiff::Timestamp;
use s3attest_orgsim::scenario::Latency;
use s3attest_orgsim::{GeneratorOptions, LedgerMode, Server, World};

#[expect(clippy::print_stdout, reason = "its output is what the example is for")]
#[expect(
    clippy::disallowed_methods,
    reason = "real clients compare the expiry of credentials with their clock"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut options = GeneratorOptions::default();
    let mut fixed_milliseconds = 0;
    let numbers: Vec<u32> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    match numbers[..] {
        [] => {}
        [accounts, buckets, milliseconds] => {
            options.accounts = usize::try_from(accounts)?;
            options.buckets_per_account = usize::try_from(buckets)?;
            fixed_milliseconds = milliseconds;
        }
        _ => {
            return Err(
                "give the number of accounts, of buckets an account and of milliseconds an answer, or nothing".into(),
            );
        }
    }
    let mut scenario = options.generate();
    scenario.latency = Latency {
        fixed_milliseconds,
        jitter_milliseconds: 0,
    };
    let world = Arc::new(World::new(scenario, Timestamp::now(), LedgerMode::Counts)?);
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
            "caller_access_key_id": world.caller_credentials().access_key_id,
            "caller_secret_access_key": world.caller_credentials().secret_access_key,
            "role": options.role_name,
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
