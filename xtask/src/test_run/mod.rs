//! `cargo xtask test`: sets up what the tests need that cargo cannot give them, then runs them all.
//!
//! What cannot be set up is named. An automatic run fails then; elsewhere the tests that need it are left to say that
//! they were skipped.

mod programs;
mod python;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use cargo_metadata::Metadata;

use crate::environment::{CHROMIUM_VARIABLE, Environment, LIBREOFFICE_VARIABLE, PYTHON_VARIABLE};

/// What to test.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Test this crate only; may be given several times
    #[arg(short, long, value_name = "CRATE")]
    package: Vec<String>,
    /// Set up what the tests need, and stop there
    #[arg(long)]
    set_up_only: bool,
    /// Handed on to `cargo test`
    #[arg(last = true)]
    handed_on: Vec<String>,
}

/// A peer that tests talk to, or why there is none.
pub(crate) type Peer = anyhow::Result<PathBuf>;

/// The Python of the tests.
pub(crate) fn python(root: &Path, target: &Path, environment: &Environment) -> Peer {
    python::set_up(root, target, environment)
}

/// The browser of the tests.
pub(crate) fn chromium(environment: &Environment) -> Peer {
    programs::set_up(&programs::CHROMIUM, environment.chromium.as_ref(), environment)
}

/// A Python with Prowler, in an environment of its own.
pub(crate) fn python_with_prowler(root: &Path, target: &Path, environment: &Environment) -> Peer {
    python::set_up_wanted(&python::OF_PROWLER, root, target, environment)
}

/// Sets everything up and runs the tests.
pub(crate) fn run(arguments: &Arguments, metadata: &Metadata, environment: &Environment) -> anyhow::Result<ExitCode> {
    let root = metadata.workspace_root.as_std_path();
    let target = metadata.target_directory.as_std_path();
    let peers = [
        (
            PYTHON_VARIABLE,
            "a Python with moto, boto3 and readers of the formats",
            python::set_up(root, target, environment),
        ),
        (CHROMIUM_VARIABLE, "headless Chromium", chromium(environment)),
        (
            LIBREOFFICE_VARIABLE,
            "LibreOffice",
            programs::set_up(&programs::LIBREOFFICE, environment.libreoffice.as_ref(), environment),
        ),
    ];
    let mut missing = Vec::new();
    for (variable, title, peer) in &peers {
        match peer {
            Ok(path) => println!("test: {title}: {variable}={}", path.display()),
            Err(error) => {
                eprintln!("test: {title}: not available: {error:#}");
                missing.push(*title);
            }
        }
    }
    if environment.is_ci && !missing.is_empty() {
        bail!(
            "cannot set up {}, and an automatic run (CI is set) must not skip tests",
            missing.join(" and ")
        );
    }
    if arguments.set_up_only {
        return Ok(if missing.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let found = peers
        .into_iter()
        .filter_map(|(variable, _, peer)| Some((variable, peer.ok()?)));
    let mut command = cargo_test(arguments, root, target, environment);
    command.envs(found);
    let status = command.status().context("cannot start cargo test")?;
    if !missing.is_empty() {
        eprintln!(
            "test: the tests that need {} were skipped, each with a line of its own",
            missing.join(" and ")
        );
    }
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The command that runs the tests, away from every AWS account that the caller can reach.
fn cargo_test(arguments: &Arguments, root: &Path, target: &Path, environment: &Environment) -> Command {
    let mut command = Command::new(&environment.cargo);
    command.current_dir(root).args(["test", "--all-features"]);
    if arguments.package.is_empty() {
        command.arg("--workspace");
    }
    for package in &arguments.package {
        command.args(["--package", package]);
    }
    // The end-to-end tests run the binary, which cargo builds with the tests of its own package.
    if arguments.package.iter().any(|package| package == "s3attest-tests") {
        command.args(["--package", "s3attest-cli"]);
    }
    command.args(&arguments.handed_on);
    for variable in &environment.aws_variables {
        command.env_remove(variable);
    }
    // Profiles and the metadata service give credentials without any variable.
    let nowhere = target.join("no-such-aws-configuration");
    command
        .env("AWS_CONFIG_FILE", &nowhere)
        .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove(PYTHON_VARIABLE)
        .env_remove(CHROMIUM_VARIABLE)
        .env_remove(LIBREOFFICE_VARIABLE);
    command
}

/// Runs a program to its end; an error says what it printed last.
fn run_quietly(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {program}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = if output.stderr.trim_ascii().is_empty() {
        &output.stdout
    } else {
        &output.stderr
    };
    let text = String::from_utf8_lossy(said);
    let last = text.trim().lines().last().unwrap_or("it said nothing");
    bail!("{program} ended with {}: {last}", output.status)
}

/// Installs packages of the distribution, where that needs nobody's leave.
fn install_packages(packages: &[&str], environment: &Environment) -> anyhow::Result<()> {
    if !environment.can_install_packages() {
        bail!("install {} by the means of this machine", packages.join(" and "));
    }
    println!("test: installing {} from the distribution", packages.join(" and "));
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run_quietly(apt().args(["update", "-qq"])).context("cannot read the distribution's list of packages")?;
    run_quietly(
        apt()
            .args(["install", "-qq", "-y", "--no-install-recommends"])
            .args(packages),
    )
    .with_context(|| format!("cannot install {}", packages.join(" and ")))
}

#[cfg(test)]
mod tests {
    use std::ffi::{OsStr, OsString};

    use super::*;

    fn command(arguments: &Arguments) -> Command {
        let environment = Environment {
            cargo: PathBuf::from("cargo"),
            aws_variables: vec![OsString::from("AWS_PROFILE"), OsString::from("AWS_CONFIG_FILE")],
            ..Environment::default()
        };
        cargo_test(arguments, Path::new("root"), Path::new("target"), &environment)
    }

    fn arguments(package: &[&str], rest: &[&str]) -> Arguments {
        Arguments {
            package: package.iter().map(ToString::to_string).collect(),
            set_up_only: false,
            handed_on: rest.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn the_tests_run_without_the_callers_aws_settings() {
        let command = command(&arguments(&[], &[]));
        let value = |name: &str| {
            command
                .get_envs()
                .find(|(key, _)| *key == OsStr::new(name))
                .map(|(_, value)| value)
        };
        assert_eq!(value("AWS_PROFILE"), Some(None));
        assert_eq!(
            value("AWS_CONFIG_FILE"),
            Some(Some(Path::new("target/no-such-aws-configuration").as_os_str())),
            "set again after it was removed"
        );
        assert_eq!(value("AWS_EC2_METADATA_DISABLED"), Some(Some(OsStr::new("true"))));
    }

    #[test]
    fn all_crates_are_tested_unless_some_are_named() {
        let arguments_of = |command: &Command| -> Vec<String> {
            command
                .get_args()
                .map(|part| part.to_string_lossy().into_owned())
                .collect()
        };
        assert_eq!(
            arguments_of(&command(&arguments(&[], &["--", "--nocapture"]))),
            ["test", "--all-features", "--workspace", "--", "--nocapture"]
        );
        assert_eq!(
            arguments_of(&command(&arguments(&["xtask"], &[]))),
            ["test", "--all-features", "--package", "xtask"]
        );
    }

    #[test]
    fn a_program_that_fails_is_quoted() {
        let error = run_quietly(Command::new("cargo").arg("no-such-command"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("cargo ended with"), "{error}");
        let error = format!(
            "{:#}",
            run_quietly(&mut Command::new("no-such-program-here")).unwrap_err()
        );
        assert!(error.contains("cannot start no-such-program-here"), "{error}");
    }
}
