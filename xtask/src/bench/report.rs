//! `cargo xtask bench report`: what each format of the report of a large run costs, and how fast its pages open.
//!
//! Each format is rendered by the program itself, in a process of its own, of a run of a quarter of the size and of the whole
//! one, so that the growth of time is seen; what was written is measured and removed before the next format. Pages are opened
//! by a browser, which says itself when they were there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use cargo_metadata::Metadata;
use clap::Args;
use serde::Deserialize;

use super::{Cost, Size, large_run, run_to_end};
use crate::environment::Environment;
use crate::test_run;

/// What is rendered, and by what the runs are made.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    run: large_run::Making,
    /// Render this format only; may be given several times
    #[arg(long = "format", value_name = "FORMAT")]
    formats: Vec<String>,
}

/// What rendering one format of one run cost and left behind.
struct Rendered {
    cost: Cost,
    wall: Duration,
    files: u64,
    bytes: u64,
}

/// What the browser says of a page, in milliseconds.
#[derive(Deserialize)]
struct Opened {
    paint: f64,
    loaded: f64,
}

/// The only part of `summary.json` that is needed here.
#[derive(Deserialize)]
struct Summary {
    counts: Counts,
}

#[derive(Deserialize)]
struct Counts {
    pass: u64,
    fail: u64,
    not_applicable: u64,
    not_assessed: u64,
}

pub(super) fn run(
    arguments: &Arguments,
    size: Size,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let program = build(workspace, environment)?;
    let quarter = Size {
        accounts: (size.accounts / 4).max(1),
        ..size
    };
    let mut runs = Vec::new();
    for size in [quarter, size] {
        let run = large_run::kept(&arguments.run, size, workspace, environment)?;
        println!("judging {} …", run.display());
        run_to_end(Command::new(&program).args(["--quiet", "assess"]).arg(&run))?;
        let findings = findings(&run)?;
        println!(
            "{} accounts with {} buckets each in the mean, {findings} findings",
            size.accounts, size.buckets
        );
        runs.push((run, findings));
    }
    let formats = if arguments.formats.is_empty() {
        formats(&program)?
    } else {
        arguments.formats.clone()
    };
    let scratch = workspace.target_directory.as_std_path().join("bench").join("report");
    println!(
        "{:<10} {:>11} {:>9} {:>9} {:>9} {:>10} {:>14} {:>16}",
        "format", "findings", "wall s", "CPU s", "peak MiB", "files", "MB written", "µs a finding"
    );
    for format in &formats {
        for (run, findings) in &runs {
            let rendered = render(&program, run, format, &scratch)?;
            show(format, *findings, &rendered);
            if format == "html" {
                show_pages(&open(&scratch, workspace, environment)?);
            }
            fs::remove_dir_all(&scratch).with_context(|| format!("cannot remove {}", scratch.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show_pages(pages: &[(String, u64, Opened)]) {
    for (page, bytes, opened) in pages {
        println!(
            "  {page:<58} {bytes:>9} bytes   first paint {:>6.0} ms   loaded {:>6.0} ms",
            opened.paint, opened.loaded
        );
    }
}

fn build(workspace: &Metadata, environment: &Environment) -> anyhow::Result<PathBuf> {
    println!("building in release (minutes the first time) …");
    let built = Command::new(&environment.cargo)
        .args(["build", "--release", "--locked", "-p", "s3attest-cli"])
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build failed");
    Ok(workspace.target_directory.as_std_path().join("release/s3attest"))
}

/// Every format, as the program itself names them when it is asked for one that does not exist.
fn formats(program: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new(program)
        .args(["report", "nowhere", "--format", "?"])
        .output()
        .context("cannot start the program")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let names = said
        .lines()
        .find_map(|line| line.split_once("the formats are: "))
        .context("the program did not name its formats")?
        .1;
    Ok(names.split(", ").map(|name| name.trim().to_owned()).collect())
}

fn findings(run: &Path) -> anyhow::Result<u64> {
    let path = run.join("assessment/summary.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let Counts {
        pass,
        fail,
        not_applicable,
        not_assessed,
    } = serde_json::from_slice::<Summary>(&text)?.counts;
    Ok(pass + fail + not_applicable + not_assessed)
}

fn render(program: &Path, run: &Path, format: &str, scratch: &Path) -> anyhow::Result<Rendered> {
    let mut command = Command::new(program);
    command.args(["--quiet", "report"]).arg(run).args(["--format", format]);
    command.arg("--output").arg(scratch);
    let began = Instant::now();
    let (_, cost) = run_to_end(&mut command)?;
    let wall = began.elapsed();
    let (mut files, mut bytes) = (0, 0);
    each_file(scratch, &mut |_, length| {
        files += 1;
        bytes += length;
    })?;
    Ok(Rendered {
        cost,
        wall,
        files,
        bytes,
    })
}

#[expect(clippy::cast_precision_loss, reason = "figures for a reader")]
fn show(format: &str, findings: u64, rendered: &Rendered) {
    println!(
        "{format:<10} {findings:>11} {:>9.1} {:>9.1} {:>9.1} {:>10} {:>14.1} {:>16.2}",
        rendered.wall.as_secs_f64(),
        rendered.cost.processor.as_secs_f64(),
        rendered.cost.peak_mebibytes(),
        rendered.files,
        rendered.bytes as f64 / 1e6,
        rendered.cost.processor.as_secs_f64() * 1e6 / findings as f64,
    );
}

/// Opens the front page and the largest page of each directory of a report.
fn open(report: &Path, workspace: &Metadata, environment: &Environment) -> anyhow::Result<Vec<(String, u64, Opened)>> {
    let root = workspace.workspace_root.as_std_path();
    let python = test_run::python(root, workspace.target_directory.as_std_path(), environment)?;
    let chromium = test_run::chromium(environment)?;
    let mut largest = std::collections::BTreeMap::<PathBuf, (u64, PathBuf)>::new();
    each_file(report, &mut |path, length| {
        if path.extension().is_some_and(|extension| extension == "html") {
            // Pages at the top are each of a kind of their own; those in a directory are of one kind.
            let below = path.strip_prefix(report).unwrap_or(path);
            let kind = below.components().next().map(|first| PathBuf::from(first.as_os_str()));
            let found = largest.entry(kind.unwrap_or_default()).or_default();
            if length > found.0 {
                *found = (length, path.to_owned());
            }
        }
    })?;
    let mut pages: Vec<(u64, PathBuf)> = largest.into_values().collect();
    pages.sort_by_key(|(length, path)| {
        (
            path.file_name() != Some("index.html".as_ref()),
            std::cmp::Reverse(*length),
        )
    });
    let mut command = Command::new(python);
    command.arg(root.join("tests/python/page_times.py")).arg(chromium);
    command.args(pages.iter().map(|(_, path)| path));
    let (text, _) = run_to_end(&mut command)?;
    let opened: Vec<Opened> = serde_json::from_str(&text).context("the browser did not say how fast it was")?;
    let name = |path: &Path| path.strip_prefix(report).unwrap_or(path).display().to_string();
    let named = pages.iter().zip(opened);
    Ok(named
        .map(|((length, path), opened)| (name(path), *length, opened))
        .collect())
}

fn each_file(directory: &Path, see: &mut impl FnMut(&Path, u64)) -> anyhow::Result<()> {
    let entries = fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            each_file(&entry.path(), see)?;
        } else {
            see(&entry.path(), entry.metadata()?.len());
        }
    }
    Ok(())
}
