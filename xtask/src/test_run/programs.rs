//! Programs of other houses that read the reports as a person's would: a browser and an office suite.

use std::path::PathBuf;
use std::process::Command;

use anyhow::anyhow;

use super::{Peer, install_packages, run_quietly};
use crate::environment::Environment;

/// A program, and how it comes onto a machine.
pub(super) struct Program {
    /// The names by which distributions know it.
    names: &'static [&'static str],
    /// The distribution's packages that bring it.
    packages: &'static [&'static str],
}

/// A browser for the pages.
pub(super) const CHROMIUM: Program = Program {
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    packages: &["chromium"],
};

/// An office suite for the tables and the workbook.
pub(super) const LIBREOFFICE: Program = Program {
    names: &["soffice", "libreoffice"],
    packages: &["libreoffice-calc"],
};

/// A program that starts: that of the caller, or one that is found, or one that the distribution's packages bring.
pub(super) fn set_up(program: &Program, given: Option<&PathBuf>, environment: &Environment) -> Peer {
    if let Some(given) = given {
        return Ok(given.clone());
    }
    if let Ok(found) = find(program, environment) {
        return Ok(found);
    }
    install_packages(program.packages, environment)?;
    find(program, environment)
}

fn find(program: &Program, environment: &Environment) -> Peer {
    let mut last = anyhow!("none of {} is installed", program.names.join(", "));
    for found in program
        .names
        .iter()
        .filter_map(|name| environment.find_program(&[name]))
    {
        // Some distributions install a script of that name that only tells where else to get the program.
        match run_quietly(Command::new(&found).arg("--version")) {
            Ok(()) => return Ok(found),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_program_of_that_name_that_does_not_start_is_passed_over() {
        let directory = tempfile::tempdir().unwrap();
        let program = |name: &str, script: &str| {
            let path = directory.path().join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let environment = Environment {
            search_path: vec![directory.path().to_path_buf()],
            ..Environment::default()
        };
        assert!(find(&CHROMIUM, &environment).is_err());
        program("chromium-browser", "#!/bin/sh\necho 'get it elsewhere' >&2\nexit 1\n");
        let error = find(&CHROMIUM, &environment).unwrap_err().to_string();
        assert!(error.contains("get it elsewhere"), "{error}");
        let chrome = program("google-chrome", "#!/bin/sh\necho 'Chrome 150'\n");
        assert_eq!(find(&CHROMIUM, &environment).unwrap(), chrome);
    }
}
