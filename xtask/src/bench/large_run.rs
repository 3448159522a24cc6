//! A large snapshot to measure with, made once and kept under `target/bench`: a small simulated organization is scanned for
//! real, and the run is multiplied.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use cargo_metadata::Metadata;
use clap::Args;

use super::{Size, scan, serve};
use crate::environment::Environment;
use crate::generate;

/// How many accounts are scanned; the others are copies of them.
const SCANNED_ACCOUNTS: u32 = 10;

/// By what the large snapshot is made.
#[derive(Args)]
pub(super) struct Making {
    /// A run of a small organization, to be multiplied; one is scanned when this is missing
    #[arg(long, value_name = "RUN")]
    seed_run: Option<PathBuf>,
    /// A program `s3attest` that is built already, to scan with; it is built when this is missing
    #[arg(long, value_name = "FILE", conflicts_with = "seed_run")]
    program: Option<PathBuf>,
}

/// The run of a size; it is made where it is missing.
pub(super) fn kept(
    making: &Making,
    size: Size,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<PathBuf> {
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
    let run = target
        .join("bench")
        .join(format!("run-{}x{}", size.accounts, size.buckets));
    // The organization's records are written last.
    if run.join("organization.ndjson.zst").is_file() {
        println!("{} is there already; remove it to have it made anew", run.display());
    } else {
        make(&run, making, size, &target.join("release"), workspace, environment)?;
    }
    Ok(run)
}

/// Makes the large run, and the small one first where none is given.
fn make(
    run: &Path,
    making: &Making,
    size: Size,
    release: &Path,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<()> {
    let scanned = tempfile::tempdir().context("cannot make a temporary directory")?;
    let seed = if let Some(seed) = &making.seed_run {
        seed.clone()
    } else {
        let program = match &making.program {
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
