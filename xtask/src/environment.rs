//! The only place that reads the environment; the rest gets it as a value.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What the chores want to know of where they run.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Whether this is an automatic run (`CI` is set to something): then nothing may be skipped.
    pub(crate) is_ci: bool,
    /// The cargo that runs this chore, or the one that a shell would find.
    pub(crate) cargo: PathBuf,
    /// Where programs are looked for.
    pub(crate) search_path: Vec<PathBuf>,
    /// A Python with what the tests need, set by the caller.
    pub(crate) python: Option<PathBuf>,
    /// A headless Chromium, set by the caller.
    pub(crate) chromium: Option<PathBuf>,
    /// An office suite that converts tables without a window, set by the caller.
    pub(crate) libreoffice: Option<PathBuf>,
    /// The variables of AWS tools that are set.
    pub(crate) aws_variables: Vec<OsString>,
}

/// The variable by which tests are told of a Python with the packages of `tests/python/requirements.txt`.
pub(crate) const PYTHON_VARIABLE: &str = "S3ATTEST_PYTHON";
/// The variable by which tests are told of a Chromium that runs headless.
pub(crate) const CHROMIUM_VARIABLE: &str = "S3ATTEST_CHROMIUM";
/// The variable by which tests are told of an office suite (`soffice`) that runs headless.
pub(crate) const LIBREOFFICE_VARIABLE: &str = "S3ATTEST_LIBREOFFICE";

impl Environment {
    /// Reads the environment of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "everything else gets the environment from here"
    )]
    pub(crate) fn read() -> Self {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self {
            is_ci: path("CI").is_some(),
            cargo: path("CARGO").unwrap_or_else(|| PathBuf::from("cargo")),
            search_path: env::var_os("PATH")
                .map(|value| env::split_paths(&value).collect())
                .unwrap_or_default(),
            python: path(PYTHON_VARIABLE),
            chromium: path(CHROMIUM_VARIABLE),
            libreoffice: path(LIBREOFFICE_VARIABLE),
            aws_variables: env::vars_os()
                .map(|(name, _)| name)
                .filter(|name| name.to_string_lossy().starts_with("AWS_"))
                .collect(),
        }
    }

    /// The first of these programs that is found.
    pub(crate) fn find_program(&self, names: &[&str]) -> Option<PathBuf> {
        names
            .iter()
            .flat_map(|name| self.search_path.iter().map(move |directory| directory.join(name)))
            .find(|candidate| candidate.is_file())
    }

    /// Whether packages of the distribution can be installed without asking anybody.
    pub(crate) fn can_install_packages(&self) -> bool {
        let is_root = Command::new("id")
            .arg("-u")
            .stderr(Stdio::null())
            .output()
            .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
        is_root && self.find_program(&["apt-get"]).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_looked_for_by_its_first_name_first() {
        let directory = tempfile::tempdir().unwrap();
        let place = |name: &str| {
            let folder = directory.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            folder
        };
        let (early, late) = (place("early"), place("late"));
        std::fs::write(early.join("second"), "").unwrap();
        std::fs::write(late.join("first"), "").unwrap();
        std::fs::create_dir(early.join("first")).unwrap();
        let environment = Environment {
            search_path: vec![early.clone(), late.clone()],
            ..Environment::default()
        };
        assert_eq!(environment.find_program(&["first", "second"]), Some(late.join("first")));
        assert_eq!(
            environment.find_program(&["none", "second"]),
            Some(early.join("second"))
        );
        assert_eq!(environment.find_program(&["none"]), None);
    }
}
