//! The binary `s3attest`: arguments, progress, exit codes.
//!
//! The only crate that reads the environment and the clock, prints, and decides how the process ends.
#![expect(
    clippy::disallowed_methods,
    reason = "this crate is where the clock is read and handed on"
)]

mod arguments;
mod assessed;
mod commands;
mod configuration;
mod criteria;
mod exceptions;
mod exit;
mod gate;
mod judging;
mod output;
mod permissions;
mod progress;
mod redaction;
mod summary;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command};
use crate::exit::Unusable;

fn main() -> ExitCode {
    // Clap itself ends the process with 0 after help and with 2 after a mistake.
    let arguments = Arguments::parse();
    log_to_stderr(arguments.verbose);
    match run(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let causes: Vec<String> = error
                .chain()
                .map(|cause| output::plain_lines(&cause.to_string()))
                .collect();
            output::notice(&format!("error: {}", causes.join("\n  because: ")));
            ExitCode::from(if error.is::<Unusable>() {
                exit::USAGE
            } else {
                exit::FAILED
            })
        }
    }
}

fn run(arguments: Arguments) -> Result<u8> {
    let is_quiet = arguments.quiet;
    match arguments.command {
        Command::Demo(demo) => runtime()?.block_on(commands::demo::run(demo, is_quiet)),
        Command::Plan(plan) => runtime()?.block_on(commands::plan::run(*plan, is_quiet)),
        Command::Doctor(doctor) => runtime()?.block_on(commands::doctor::run(*doctor, is_quiet)),
        Command::Scan(scan) => runtime()?.block_on(commands::scan::run(*scan, is_quiet)),
        Command::Assess(assess) => commands::assess::run(&assess, is_quiet),
        Command::Report(report) => commands::report::run(&report),
        Command::Diff(diff) => commands::diff::run(&diff, is_quiet),
        Command::Trend(trend) => commands::trend::run(&trend, is_quiet),
        Command::Verify(verify) => commands::verify::run(&verify),
        Command::Checks => commands::checks::run(),
        Command::Exceptions { command } => commands::exceptions::run(&command),
        Command::Frameworks { command } => commands::frameworks::run(command),
        Command::Explain(explain) => commands::explain::run(&explain),
        Command::Setup { form } => commands::setup::run(&form, is_quiet),
        Command::Generated => commands::generated::run(),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the asynchronous runtime")
}

fn log_to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => "off",
        1 => "s3attest=info,aws_config=info",
        _ => "debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .init();
}
