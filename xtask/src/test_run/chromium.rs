//! A browser that reads the HTML report as a person's would.

use std::process::Command;

use anyhow::anyhow;

use super::{Peer, install_packages, run_quietly};
use crate::environment::Environment;

/// The names by which distributions know it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A Chromium that starts, installed from the distribution's packages if there is none.
pub(super) fn set_up(environment: &Environment) -> Peer {
    if let Some(chromium) = &environment.chromium {
        return Ok(chromium.clone());
    }
    if let Ok(chromium) = find(environment) {
        return Ok(chromium);
    }
    install_packages(&["chromium"], environment)?;
    find(environment)
}

fn find(environment: &Environment) -> Peer {
    let mut last = anyhow!("none of {} is installed", NAMES.join(", "));
    for chromium in NAMES.iter().filter_map(|name| environment.find_program(&[name])) {
        // Some distributions install a script of that name that only tells where else to get the program.
        match run_quietly(Command::new(&chromium).arg("--version")) {
            Ok(()) => return Ok(chromium),
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
        assert!(find(&environment).is_err());
        program("chromium-browser", "#!/bin/sh\necho 'get it elsewhere' >&2\nexit 1\n");
        let error = find(&environment).unwrap_err().to_string();
        assert!(error.contains("get it elsewhere"), "{error}");
        let chrome = program("google-chrome", "#!/bin/sh\necho 'Chrome 150'\n");
        assert_eq!(find(&environment).unwrap(), chrome);
    }
}
