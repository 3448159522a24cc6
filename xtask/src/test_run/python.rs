//! A virtual environment under `target/` with the pinned packages, made once and made anew when the pins change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::{Peer, install_packages, run_quietly};
use crate::environment::Environment;

/// A virtual environment: what it is to hold.
pub(super) struct Wanted {
    /// The pinned packages, relative to the workspace.
    requirements: &'static str,
    /// Its name under the target directory.
    directory: &'static str,
    /// Modules that it has to have.
    modules: &'static str,
}

/// What the tests need.
pub(super) const OF_TESTS: Wanted = Wanted {
    requirements: "tests/python/requirements.txt",
    directory: "venv",
    modules: "boto3, moto, policy_sentry",
};

/// Prowler, whose pins of boto3 and others are not those of the tests.
pub(super) const OF_PROWLER: Wanted = Wanted {
    requirements: "tests/python/requirements-prowler.txt",
    directory: "venv-prowler",
    modules: "boto3, prowler",
};

/// The file that says for which pins an environment was made. It is written last, so that an environment whose making
/// broke off is not taken for a whole one.
const STAMP: &str = "made-for.txt";

/// The Python that has the packages that the tests need; the caller's own where it is named.
pub(super) fn set_up(root: &Path, target: &Path, environment: &Environment) -> Peer {
    match &environment.python {
        Some(python) => Ok(python.clone()),
        None => set_up_wanted(&OF_TESTS, root, target, environment),
    }
}

/// The Python of a virtual environment, made where it is missing.
pub(super) fn set_up_wanted(wanted: &Wanted, root: &Path, target: &Path, environment: &Environment) -> Peer {
    let requirements_path = root.join(wanted.requirements);
    let requirements = fs::read_to_string(&requirements_path)
        .with_context(|| format!("cannot read {}", requirements_path.display()))?;
    fs::create_dir_all(target).with_context(|| format!("cannot create {}", target.display()))?;
    // Two runs at the same time must not make the environment in each other's way.
    let lock_path = target.join(format!("{}.lock", wanted.directory));
    let lock = File::create(&lock_path).with_context(|| format!("cannot create {}", lock_path.display()))?;
    lock.lock()
        .with_context(|| format!("cannot lock {}", lock_path.display()))?;

    let directory = target.join(wanted.directory);
    let python = python_of(&directory);
    if is_made_for(&directory, &requirements) && runs(&python, wanted.modules) {
        return Ok(python);
    }
    println!("test: making {} from {}", directory.display(), wanted.requirements);
    make(&directory, &requirements_path, environment)?;
    fs::write(directory.join(STAMP), requirements).context("cannot note what the virtual environment was made for")?;
    Ok(python)
}

fn python_of(directory: &Path) -> PathBuf {
    if cfg!(windows) {
        directory.join("Scripts").join("python.exe")
    } else {
        directory.join("bin").join("python")
    }
}

fn is_made_for(directory: &Path, requirements: &str) -> bool {
    fs::read_to_string(directory.join(STAMP)).is_ok_and(|made_for| made_for == requirements)
}

/// Whether a Python starts: the one that a virtual environment was made from may have gone since.
fn runs(python: &Path, modules: &str) -> bool {
    run_quietly(Command::new(python).args(["-c", &format!("import {modules}")])).is_ok()
}

fn make(directory: &Path, requirements: &Path, environment: &Environment) -> anyhow::Result<()> {
    if create(directory, environment).is_err() {
        // Debian keeps the module `venv` in a package of its own.
        install_packages(&["python3", "python3-venv"], environment).context("there is no Python 3 with `venv`")?;
        create(directory, environment)?;
    }
    run_quietly(
        Command::new(python_of(directory))
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--quiet",
                "--requirement",
            ])
            .arg(requirements),
    )
    .context("cannot install the pinned Python packages")
}

fn create(directory: &Path, environment: &Environment) -> anyhow::Result<()> {
    let python = environment
        .find_program(&["python3", "python", "python.exe"])
        .context("there is no Python 3")?;
    run_quietly(Command::new(python).args(["-m", "venv", "--clear"]).arg(directory))
        .with_context(|| format!("cannot make a virtual environment in {}", directory.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_counts_only_for_the_pins_it_was_made_for() {
        let directory = tempfile::tempdir().unwrap();
        assert!(!is_made_for(directory.path(), "moto==1\n"), "it was never finished");
        fs::write(directory.path().join(STAMP), "moto==1\n").unwrap();
        assert!(is_made_for(directory.path(), "moto==1\n"));
        assert!(!is_made_for(directory.path(), "moto==2\n"));
    }

    #[test]
    fn every_package_is_pinned_to_one_version() {
        for (wanted, names) in [
            (OF_TESTS, ["boto3==", "moto[server]=="]),
            (OF_PROWLER, ["boto3==", "prowler=="]),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("..")
                .join(wanted.requirements);
            let text = fs::read_to_string(path).unwrap();
            let packages: Vec<&str> = text
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
                .collect();
            for line in &packages {
                let (_, version) = line.split_once("==").unwrap_or_else(|| panic!("not pinned: {line}"));
                assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{line}");
            }
            for name in names {
                assert!(packages.iter().any(|line| line.starts_with(name)), "{name}");
            }
        }
    }
}
