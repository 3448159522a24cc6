//! `cargo xtask bench assess`: verdicts a second of one core, and the memory that judging takes, on a large snapshot.
//!
//! The same run is judged four times, each time one step further, so that reading, judging, writing JSON, and
//! compressing each have a figure of their own. Nothing here knows what a verdict is.

use std::process::{Command, ExitCode};
use std::time::Duration;

use cargo_metadata::Metadata;
use serde::Deserialize;

use super::{Cost, Measured, Size, large_run, measure, median};
use crate::environment::Environment;

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

/// What the example says that it did.
#[derive(Deserialize)]
struct Said {
    verdicts: u64,
    bytes: u64,
}

pub(super) fn run(
    making: &large_run::Making,
    size: Size,
    rounds: usize,
    workspace: &Metadata,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let run = large_run::kept(making, size, workspace, environment)?;
    let release = workspace.target_directory.as_std_path().join("release");
    println!("judging {}", run.display());
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
