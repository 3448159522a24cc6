//! `cargo xtask …`: the chores of the workspace, one module each.
//!
//! It knows the workspace from outside, through cargo, and depends on no crate of it that takes long to build.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person who runs it"
)]

mod bench;
mod environment;
mod generate;
mod layers;
mod peers;
mod test_run;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand};
use clap::{Parser, Subcommand};

use crate::environment::Environment;

/// The chores of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Print what a scan costs beside a bare SDK loop that makes the same calls
    Bench(bench::Arguments),
    /// Write what the repository keeps of the operations and checks: allow-list, policies, permissions, the reference of checks
    Generate(generate::Arguments),
    /// Check that no crate depends on what the design forbids it
    Layers,
    /// Hold the verdicts against Prowler's, on an organization that moto holds
    Peers(peers::Arguments),
    /// Set up what the tests need, then run them all
    Test(test_run::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.chore {
        Chore::Bench(arguments) => bench::run(&arguments, &workspace()?, &Environment::read()),
        Chore::Generate(arguments) => generate::run(&arguments, &workspace()?, &Environment::read()),
        Chore::Layers => layers::run(&workspace()?),
        Chore::Peers(arguments) => peers::run(&arguments, &workspace()?, &Environment::read()),
        Chore::Test(arguments) => test_run::run(&arguments, &workspace()?, &Environment::read()),
    }
}

/// What cargo says of this workspace, wherever the command was called.
fn workspace() -> anyhow::Result<Metadata> {
    let manifest = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .context("cannot ask cargo about the workspace")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
