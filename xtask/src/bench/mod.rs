//! `cargo xtask bench`: what a scan costs, beside a bare SDK loop that makes the same calls, which calls it makes, and what
//! judging and rendering a large snapshot cost.
//!
//! It prints figures and asserts none: they belong to a machine and an hour. Each program runs in a process of its own
//! against a simulated organization in another one, so that the processor time is the program's alone.

mod assess;
mod calls;
mod large_run;
mod report;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use cargo_metadata::Metadata;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wait4::Wait4 as _;

use crate::environment::Environment;

/// The size of the organization and the number of rounds.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    subject: Option<Subject>,
    /// Accounts of the organization; 1000 for judging and rendering, 100 otherwise.
    #[arg(long, global = true)]
    accounts: Option<u32>,
    /// Buckets an account, in the mean.
    #[arg(long, default_value_t = 100, global = true)]
    buckets: u32,
    /// Milliseconds that an answer takes.
    #[arg(long, default_value_t = 0)]
    latency: u32,
    /// How often each program runs; the median counts.
    #[arg(long, default_value_t = 3, global = true)]
    rounds: usize,
}

/// What is measured instead of time.
#[derive(Subcommand)]
enum Subject {
    /// Print verdicts a second of one core, and the memory that judging takes, on a large snapshot
    Assess(large_run::Making),
    /// Print the calls of a scan: for each bucket, each region of an account, and each account
    Calls,
    /// Print the time, the memory and the size of every format of the report of a large run, and how fast its pages open
    Report(report::Arguments),
}

/// How large an organization is.
#[derive(Clone, Copy)]
struct Size {
    accounts: u32,
    /// An account, in the mean.
    buckets: u32,
}

/// What the simulated organization says when it listens.
#[derive(Deserialize)]
struct Served {
    endpoint: String,
    #[serde(rename = "caller_access_key_id")]
    key: String,
    #[serde(rename = "caller_secret_access_key")]
    secret: String,
    role: String,
}

/// What a program says of itself.
#[derive(Deserialize)]
struct Calls {
    calls: u64,
    seconds: f64,
}

/// A program that ran to its end: what it said of itself, and what it cost.
struct Measured<Said> {
    said: Said,
    cost: Cost,
}

/// What one run cost.
#[derive(Clone, Copy)]
struct Cost {
    processor: Duration,
    peak_bytes: u64,
}

impl Measured<Calls> {
    #[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
    fn calls_a_second(&self) -> f64 {
        self.said.calls as f64 / self.said.seconds
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
    fn microseconds_a_call(&self) -> f64 {
        self.cost.processor.as_secs_f64() * 1e6 / self.said.calls as f64
    }
}

impl Cost {
    #[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
    fn peak_mebibytes(&self) -> f64 {
        self.peak_bytes as f64 / 1024.0 / 1024.0
    }
}

/// A simulated organization in a process of its own; it ends with its standard input.
struct Organization {
    process: Child,
    /// Kept open, since the process has a last line to print.
    said: BufReader<ChildStdout>,
}

impl Drop for Organization {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Both can only fail when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn run(arguments: &Arguments, workspace: &Metadata, environment: &Environment) -> anyhow::Result<ExitCode> {
    ensure!(arguments.rounds > 0, "at least one round is needed");
    let size = |accounts| Size {
        accounts: arguments.accounts.unwrap_or(accounts),
        buckets: arguments.buckets,
    };
    if let Some(Subject::Assess(subject)) = &arguments.subject {
        return assess::run(subject, size(1000), arguments.rounds, workspace, environment);
    }
    if let Some(Subject::Report(subject)) = &arguments.subject {
        return report::run(subject, size(1000), workspace, environment);
    }
    let size = size(100);
    println!("building in release (minutes the first time) …");
    let built = Command::new(&environment.cargo)
        .args([
            "build",
            "--release",
            "--locked",
            "-p",
            "s3attest-cli",
            "-p",
            "s3attest-collect",
            "-p",
            "s3attest-orgsim",
        ])
        .args(["--bins", "--examples"])
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build failed");
    let release = workspace.target_directory.as_std_path().join("release");
    let (mut organization, served) = serve(&release, size, arguments.latency)?;
    if let Some(Subject::Calls) = arguments.subject {
        calls::print(&release, &served)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "an organization of {} accounts with {} buckets each in the mean, {} ms an answer, {} rounds",
        size.accounts, size.buckets, arguments.latency, arguments.rounds
    );

    let mut bare = Vec::new();
    let mut ours = Vec::new();
    for _ in 0..arguments.rounds {
        let mut command = Command::new(release.join("examples/bare_loop"));
        command.args([&served.endpoint, &served.key, &served.secret, &served.role]);
        bare.push(measure(command)?);
        let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
        let mut command = Command::new(release.join("examples/collect_organization"));
        command
            .args([&served.endpoint, &served.key, &served.secret, &served.role])
            .arg(directory.path());
        ours.push(measure(command)?);
    }
    let (bare, ours) = (median(bare), median(ours));
    show("bare SDK loop", &bare);
    show("collecting", &ours);
    println!(
        "collecting / bare loop   calls a second {:.2}   processor a call {:.2}",
        ours.calls_a_second() / bare.calls_a_second(),
        ours.microseconds_a_call() / bare.microseconds_a_call()
    );
    whole_scan(&release, &served)?;
    ensure!(
        organization.process.try_wait()?.is_none(),
        "the simulated organization ended before the benchmark did"
    );
    Ok(ExitCode::SUCCESS)
}

/// Starts the simulated organization and waits for its line.
fn serve(release: &Path, size: Size, latency: u32) -> anyhow::Result<(Organization, Served)> {
    let numbers = [size.accounts, size.buckets, latency];
    let mut child = Command::new(release.join("examples/serve"))
        .args(numbers.map(|number| number.to_string()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the simulated organization")?;
    let stdout = child
        .stdout
        .take()
        .context("the simulated organization has no standard output")?;
    let mut organization = Organization {
        process: child,
        said: BufReader::new(stdout),
    };
    let mut line = String::new();
    organization.said.read_line(&mut line)?;
    let served = serde_json::from_str(&line).context("the simulated organization did not say where it listens")?;
    Ok((organization, served))
}

/// Runs a program to its end, reads the JSON that it prints, and takes what it cost from the operating system.
fn measure<Said: DeserializeOwned>(mut command: Command) -> anyhow::Result<Measured<Said>> {
    let program = PathBuf::from(command.get_program());
    let (text, cost) = run_to_end(&mut command)?;
    let said = serde_json::from_str(&text)
        .with_context(|| format!("{} did not say what it did: {text}", program.display()))?;
    Ok(Measured { said, cost })
}

/// Runs a program to its end; what it printed, and what it cost.
fn run_to_end(command: &mut Command) -> anyhow::Result<(String, Cost)> {
    let program = PathBuf::from(command.get_program());
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut text = String::new();
    child
        .stdout
        .take()
        .context("the program has no standard output")?
        .read_to_string(&mut text)?;
    let used = child
        .wait4()
        .with_context(|| format!("cannot wait for {}", program.display()))?;
    if !used.status.success() {
        bail!("{} failed: {}", program.display(), used.status);
    }
    let cost = Cost {
        processor: used.rusage.utime + used.rusage.stime,
        peak_bytes: used.rusage.maxrss,
    };
    Ok((text, cost))
}

/// The run of the middle, by processor time.
fn median<Said>(mut runs: Vec<Measured<Said>>) -> Measured<Said> {
    runs.sort_by_key(|run| run.cost.processor);
    let middle = runs.len() / 2;
    runs.swap_remove(middle)
}

fn show(name: &str, run: &Measured<Calls>) {
    println!(
        "{name:<24} {:>9} calls  {:>7.2} s  {:>7.0} calls/s  {:>6.1} µs of processor a call  {:>6.1} MiB at most",
        run.said.calls,
        run.said.seconds,
        run.calls_a_second(),
        run.microseconds_a_call(),
        run.cost.peak_mebibytes()
    );
}

/// The whole program, with judging and the report, under rates that are out of the way.
fn whole_scan(release: &Path, served: &Served) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
    let began = std::time::Instant::now();
    let (_, cost) = run_to_end(&mut scan(&release.join("s3attest"), served, directory.path())?)?;
    println!(
        "scan, judgement, report  {:.2} s   {:.2} s of processor   {:.1} MiB at most",
        began.elapsed().as_secs_f64(),
        cost.processor.as_secs_f64(),
        cost.peak_mebibytes()
    );
    Ok(())
}

/// A scan into the directory `run` below another one, under rates that are out of the way.
fn scan(program: &Path, served: &Served, directory: &Path) -> anyhow::Result<Command> {
    let configuration = directory.join("s3attest.toml");
    std::fs::write(&configuration, rates(4096)?)?;
    let mut command = Command::new(program);
    command
        .args([
            "--quiet",
            "scan",
            "--endpoint-url",
            &served.endpoint,
            "--role",
            &served.role,
            "--region",
            "us-east-1",
        ])
        .arg("--config")
        .arg(&configuration)
        .arg("--output")
        .arg(directory.join("run"))
        .env("AWS_ACCESS_KEY_ID", &served.key)
        .env("AWS_SECRET_ACCESS_KEY", &served.secret);
    Ok(command)
}

/// The classes of API, which every class has a table for.
const RATES: &str = include_str!("../../../config/rate-limits.toml");

/// A section of configuration with every class as fast as it can be asked, and so many open requests of each.
pub(crate) fn rates(in_flight: u32) -> anyhow::Result<String> {
    let classes: toml::Table = toml::from_str(RATES).context("the rate limits are no TOML")?;
    let table = |class: &String| {
        format!("{class} = {{ per = \"account-region\", per_second = 1000000, in_flight = {in_flight} }}\n")
    };
    Ok(classes
        .keys()
        .fold("[rate_limits]\n".to_owned(), |text, class| text + &table(class)))
}
