//! `cargo xtask bench assess`: verdicts a second of one core, and the memory that judging takes, on a large snapshot.
//!
//! The snapshot is made once and kept under `target/bench`: a small simulated organization is scanned for real, and the run is
//! multiplied. The same run is then judged four times, each time one step further, so that reading, judging, writing JSON, and
//! compressing each have a figure of their own. Nothing here knows what a verdict is.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use cargo_metadata::Metadata;
use clap::Args;
use serde::Deserialize;

use super::{Cost, Measured, Size, measure, median, scan, serve};
use crate::environment::Environment;
use crate::generate;

/// How many accounts are scanned; the others are copies of them.
const SCANNED_ACCOUNTS: u32 = 10;

/// The steps of the example, each with what it does beyond the one before it.
const STEPS: [(&str, &str); 4] = [
    (
        "read",
        "reading: decompressing and parsing, as often as a judgement does",
    ),
    ("judge", "judging"),
    ("write", "writing each finding as a line of JSON"),
    ("keep", "compressing the lines and keeping the assessment"),
];

/// What is judged, and by what it is made.
#[derive(Args)]
pub(super) struct Arguments {
    /// A run of a small organization, to be multiplied; one is scanned when this is missing
    #[arg(long, value_name = "RUN")]
    seed_run: Option<PathBuf>,
    /// A program `s3attest` that is built already, to scan with; it is built when this is missing
    #[arg(long, value_name = "FILE", conflicts_with = "seed_run")]
    program: Option<PathBuf>,
}

/// What the example says that it did.
#[derive(Deserialize)]
struct Said {
    verdicts: u64,
    bytes: u64,
}

pub(super) fn run(
    arguments: &Arguments,
    size: Size,
    rounds: usize,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    println!("building in release (minutes the first time) …");
    let packages = [
        "-p",
        "s3attest-assess",
        "-p",
        "s3attest-snapshot",
        "-p",
        "s3attest-orgsim",
    ];
    let built = Command::new(&environment.cargo)
        .args(["build", "--release", "--locked", "--examples"])
        .args(packages)
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build failed");
    let target = workspace.target_directory.as_std_path();
    let release = target.join("release");
    let run = target
        .join("bench")
        .join(format!("run-{}x{}", size.accounts, size.buckets));
    // The organization's records are written last.
    if run.join("organization.ndjson.zst").is_file() {
        println!("judging {}; remove it to have it made anew", run.display());
    } else {
        make(&run, arguments, size, &release, workspace, environment)?;
    }
    let mut costs = Vec::new();
    for (step, _) in STEPS {
        let measured = (0..rounds).map(|_| {
            let mut command = Command::new(release.join("examples/judge_run"));
            command.arg(&run).arg(step);
            measure(command)
        });
        costs.push(median(measured.collect::<anyhow::Result<Vec<_>>>()?));
    }
    show(&costs);
    Ok(ExitCode::SUCCESS)
}

/// Makes the large run, and the small one first where none is given.
fn make(
    run: &Path,
    arguments: &Arguments,
    size: Size,
    release: &Path,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<()> {
    let scanned = tempfile::tempdir().context("cannot make a temporary directory")?;
    let seed = if let Some(seed) = &arguments.seed_run {
        seed.clone()
    } else {
        let program = match &arguments.program {
            Some(program) => program.clone(),
            None => generate::build(workspace, environment)?,
        };
        let small = Size {
            accounts: SCANNED_ACCOUNTS.min(size.accounts),
            ..size
        };
        println!(
            "scanning {} accounts with {} buckets each in the mean …",
            small.accounts, small.buckets
        );
        let (_organization, served) = serve(release, small, 0)?;
        let mut scan = scan(&program, &served, scanned.path())?;
        let status = scan.stdout(Stdio::null()).status().context("cannot start the scan")?;
        ensure!(status.success(), "the scan failed");
        scanned.path().join("run")
    };
    println!("making {} of it (about a minute) …", run.display());
    let directory = run.parent().context("the run lies in a directory")?;
    std::fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    if run.exists() {
        // An earlier making broke off.
        std::fs::remove_dir_all(run).with_context(|| format!("cannot remove {}", run.display()))?;
    }
    let made = Command::new(release.join("examples/multiply_run"))
        .arg(&seed)
        .arg(run)
        .arg(size.accounts.to_string())
        .status()
        .context("cannot start the example that multiplies a run")?;
    ensure!(made.success(), "the run could not be multiplied");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
fn show(costs: &[Measured<Said>]) {
    let [read, judge, write, keep] = costs else { return };
    let verdicts = judge.said.verdicts;
    println!(
        "{verdicts} verdicts, {:.1} MB of findings as JSON",
        write.said.bytes as f64 / 1e6
    );
    println!(
        "{:<66} {:>11} {:>13} {:>9}",
        "step", "processor s", "verdicts/s", "peak MiB"
    );
    let mut before = Duration::ZERO;
    for ((_, title), measured) in STEPS.iter().zip(costs) {
        let cost = &measured.cost;
        let alone = cost.processor.saturating_sub(before);
        before = cost.processor;
        let rate = if measured.said.verdicts == 0 {
            "-".to_owned()
        } else {
            rate(verdicts, alone)
        };
        println!(
            "{title:<66} {:>11.2} {rate:>13} {:>9.1}",
            alone.as_secs_f64(),
            cost.peak_mebibytes()
        );
    }
    let after_reading = |cost: &Cost| rate(verdicts, cost.processor.saturating_sub(read.cost.processor));
    println!("verdicts a second of one core");
    println!(
        "  after reading, findings made                     {:>13}",
        after_reading(&judge.cost)
    );
    println!(
        "  after reading, findings made and written as JSON {:>13}",
        after_reading(&write.cost)
    );
    println!(
        "  all of it, with reading and compressing          {:>13}",
        rate(verdicts, keep.cost.processor)
    );
    println!(
        "reading / all of it {:.2}",
        read.cost.processor.as_secs_f64() / keep.cost.processor.as_secs_f64()
    );
}

#[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
fn rate(verdicts: u64, time: Duration) -> String {
    format!("{:.0}", verdicts as f64 / time.as_secs_f64())
}
