//! The calls of a scan, from the ledger that the run keeps: how many for each bucket, region of an account, and account.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::{Served, scan};

/// A session of the run, as far as it matters here.
#[derive(Deserialize)]
struct Session {
    ledger: Ledger,
}

#[derive(Deserialize)]
struct Ledger {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    operation: String,
    calls: u64,
    attempts: u64,
}

/// How many there are of what calls are counted for.
#[derive(Default)]
struct Sizes {
    accounts: u64,
    regions: u64,
    buckets: u64,
}

/// Scans an organization and prints the calls.
pub(super) fn print(release: &Path, served: &Served) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
    let mut scan = scan(&release.join("s3attest"), served, directory.path())?;
    let ended = scan
        .stdout(std::process::Stdio::null())
        .status()
        .context("cannot start the scan")?;
    ensure!(ended.success(), "the scan failed: {ended}");
    let run = directory.path().join("run");
    let text = std::fs::read_to_string(run.join("sessions.json")).context("cannot read the sessions of the run")?;
    let sessions: Vec<Session> = serde_json::from_str(&text).context("the sessions of the run have another form")?;
    let sizes = sizes(&run)?;
    println!(
        "{} accounts, {} regions of accounts, {} buckets",
        sizes.accounts, sizes.regions, sizes.buckets
    );
    println!(
        "{:<56} {:>9} {:>9} {:>10} {:>10} {:>10}",
        "operation", "calls", "attempts", "an account", "a region", "a bucket"
    );
    let mut services: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let entries = sessions.iter().flat_map(|session| &session.ledger.entries);
    for entry in entries.filter(|entry| entry.calls > 0) {
        let service = entry.operation.split('.').next().unwrap_or_default();
        let (calls, attempts) = services.entry(service).or_default();
        *calls += entry.calls;
        *attempts += entry.attempts;
        line(&entry.operation, entry.calls, entry.attempts, &sizes);
    }
    println!();
    for (service, (calls, attempts)) in &services {
        line(service, *calls, *attempts, &sizes);
    }
    let (calls, attempts) = services.values().fold((0, 0), |(calls, attempts), (more, tried)| {
        (calls + more, attempts + tried)
    });
    line("altogether", calls, attempts, &sizes);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
fn line(name: &str, calls: u64, attempts: u64, sizes: &Sizes) {
    let per = |number: u64| calls as f64 / number.max(1) as f64;
    println!(
        "{name:<56} {calls:>9} {attempts:>9} {:>10.2} {:>10.2} {:>10.2}",
        per(sizes.accounts),
        per(sizes.regions),
        per(sizes.buckets)
    );
}

/// Counts what was read, by the lines of the coverage.
fn sizes(run: &Path) -> anyhow::Result<Sizes> {
    let text = std::fs::read_to_string(run.join("assessment/coverage.ndjson")).context("cannot read the coverage")?;
    let mut sizes = Sizes::default();
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).context("the coverage is no JSON")?;
        let status = |kind: &str| record[kind]["status"].as_str();
        if let Some(status) = status("account") {
            sizes.accounts += u64::from(matches!(status, "assessed" | "partly-assessed"));
        }
        sizes.regions += u64::from(matches!(status("region"), Some("read" | "assumed")));
        sizes.buckets += u64::from(record.get("bucket").is_some());
    }
    Ok(sizes)
}
