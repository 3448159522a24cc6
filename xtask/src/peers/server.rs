//! A moto server on the loopback interface, and programs that may take so long and no longer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::bench::rates;

/// How long the server may take until it says its port.
const START: Duration = Duration::from_mins(2);

/// A server in a process of its own; it ends with its standard input.
pub(super) struct Moto {
    process: Child,
    pub(super) url: String,
}

impl Moto {
    pub(super) fn start(python: &Path, scripts: &Path) -> anyhow::Result<Self> {
        let mut process = Command::new(python)
            .arg(scripts.join("moto_server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start moto")?;
        let stdout = process.stdout.take().context("moto has no standard output")?;
        let mut moto = Self {
            process,
            url: String::new(),
        };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Nobody listens any more when the wait was over.
            let _ = sender.send(read.map(|_| line));
        });
        let line = receiver.recv_timeout(START).context("moto does not say its port")??;
        let port: u16 = line
            .trim()
            .parse()
            .with_context(|| format!("moto says no port: {line}"))?;
        moto.url = format!("http://127.0.0.1:{port}");
        Ok(moto)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Both can only fail when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The sources of services, and who calls them: the tables that are generated from the program's own lists.
const OPERATIONS: &str = include_str!("../../../config/generated/allowed-operations.csv");

/// The source that is read all the same: who reaches a bucket depends on the organization's policies.
const READ: &str = "organization-policies";

/// The configuration of our scan: a threaded server that few may ask at once, and S3 alone, as Prowler is asked.
pub(super) fn configuration() -> anyhow::Result<String> {
    let mut sources = BTreeSet::new();
    for row in csv::Reader::from_reader(OPERATIONS.as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row.context("the allow-list is no table")?;
        let named = row.get("sources").context("the allow-list names no sources")?.clone();
        sources.extend(
            named
                .split(' ')
                .filter(|source| !["always", READ].contains(source))
                .map(ToOwned::to_owned),
        );
    }
    let sources: Vec<String> = sources.into_iter().collect();
    Ok(format!(
        "{}\n[sources]\nleave_out = {sources:?}\n\n[requests]\naccounts_at_once = 4\nbuckets_at_once = 4\n\
         readings_at_once = 4\nopen = 16\nanswer_timeout_seconds = 60\nattempts = 1\n",
        rates(16)?
    ))
}

/// Runs a program to its end, its output into a file; one that takes longer is ended.
pub(super) fn run_within(patience: Duration, command: &mut Command, output: &Path) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let file = File::create(output).with_context(|| format!("cannot create {}", output.display()))?;
    let mut child = command
        .stdout(file)
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().with_context(|| format!("cannot wait for {name}"))? {
            ensure!(status.success(), "{name} ended with {status}");
            return Ok(());
        }
        if began.elapsed() > patience {
            child.kill().with_context(|| format!("cannot end {name}"))?;
            child.wait().with_context(|| format!("cannot wait for {name}"))?;
            bail!("{name} took longer than {} s", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
