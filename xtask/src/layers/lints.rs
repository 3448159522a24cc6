//! The lints that keep a library silent: inherited by every crate, waived by none but those that talk to a person.
//!
//! Whether code prints is for clippy to find, which reads code better than any search; here it is only made sure that
//! clippy is asked.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// The lints that forbid printing and ending the process.
const SILENCING: [&str; 5] = [
    "clippy::print_stdout",
    "clippy::print_stderr",
    "clippy::exit",
    "clippy::restriction",
    "clippy::disallowed_methods",
];

/// The crates that talk to a person, and the one that holds nothing but tests.
const TALKING: [&str; 3] = ["s3attest-cli", "s3attest-tests", "xtask"];

/// Every way in which a crate escapes these lints, in a sentence each.
pub(super) fn breaches(name: &str, directory: &Path) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    let path = directory.join("Cargo.toml");
    let manifest = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if !inherits_lints(&manifest).with_context(|| format!("cannot understand {}", path.display()))? {
        breaches.push(format!(
            "{name} must inherit the workspace's lints: `[lints] workspace = true`"
        ));
    }
    let sources = directory.join("src");
    if !TALKING.contains(&name) && sources.is_dir() {
        search(name, &sources, &mut breaches)?;
    }
    Ok(breaches)
}

fn inherits_lints(manifest: &str) -> anyhow::Result<bool> {
    let manifest: toml::Table = manifest.parse()?;
    let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    Ok(inherited.and_then(toml::Value::as_bool) == Some(true))
}

fn search(name: &str, directory: &Path, breaches: &mut Vec<String>) -> anyhow::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            search(name, &path, breaches)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            for lint in waived(&text) {
                breaches.push(format!(
                    "{name} must not waive {lint} in {}: only the command line prints, exits and reads its surroundings",
                    path.display()
                ));
            }
        }
    }
    Ok(())
}

/// The lints of [`SILENCING`] that a source file names, which it can only do to waive them.
fn waived(text: &str) -> Vec<&'static str> {
    SILENCING.into_iter().filter(|lint| text.contains(lint)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_does_not_inherit_the_lints_is_reported() {
        for (lints, is_inheriting) in [
            ("[lints]\nworkspace = true\n", true),
            ("lints.workspace = true\n", true),
            ("[lints]\nworkspace = false\n", false),
            ("[lints.rust]\nmissing_docs = \"warn\"\n", false),
            ("", false),
        ] {
            assert_eq!(inherits_lints(lints).unwrap(), is_inheriting, "{lints}");
        }
    }

    #[test]
    fn a_library_that_waives_a_lint_is_reported_and_the_command_line_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let source = directory.path().join("src/deep");
        fs::create_dir_all(&source).unwrap();
        fs::write(directory.path().join("Cargo.toml"), "[lints]\nworkspace = true\n").unwrap();
        fs::write(
            source.join("loud.rs"),
            "#![expect(clippy::print_stdout, reason = \"\")]",
        )
        .unwrap();
        fs::write(source.join("quiet.rs"), "//! Nothing is printed here.").unwrap();
        let found = breaches("s3attest-report", directory.path()).unwrap();
        assert!(found.len() == 1 && found[0].contains("loud.rs"), "{found:?}");
        assert_eq!(breaches("s3attest-cli", directory.path()).unwrap().len(), 0);
    }
}
