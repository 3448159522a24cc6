//! Holds the label "public" of the policies in `policies.toml` against what policyuniverse calls accessible from the internet.
//!
//! Every disagreement stands in `policyuniverse.toml`, with what AWS's documentation says to it; one that is new, and one
//! that is gone, fails. Policies that are unclear are no part of it: policyuniverse knows no third answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    policy: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    public: String,
}

#[derive(Deserialize)]
struct Known {
    disagreement: BTreeMap<String, String>,
}

/// The Python that `cargo xtask test` sets up.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the variable is how a test learns where its peer is, and a test that does not run says so"
)]
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("S3ATTEST_PYTHON").map(PathBuf::from);
    if python.is_none() {
        let words = "S3ATTEST_PYTHON is not set, so this test does not run; `cargo xtask test` sets it up";
        assert!(std::env::var_os("CI").is_none(), "{words}");
        eprintln!("{words}");
    }
    python
}

#[test]
fn every_disagreement_with_policyuniverse_is_known_and_explained() {
    let Some(python) = python() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .arg("-B")
        .arg(root.join("../../tests/python/policy_table.py"))
        .arg(root.join("tests/policies.toml"))
        .output()
        .expect("Python can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let opinions: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&output.stdout).expect("the script prints a JSON object");
    let table: Table = toml::from_str(include_str!("policies.toml")).expect("the table is TOML");
    let known: Known = toml::from_str(include_str!("policyuniverse.toml")).expect("the table is TOML");
    let mut compared = 0;
    let mut unexplained = Vec::new();
    let mut found = Vec::new();
    for row in table.policy.iter().filter(|row| row.public != "unclear") {
        compared += 1;
        let opinion = &opinions[&row.name];
        if *opinion != serde_json::Value::Bool(row.public == "yes") {
            found.push(row.name.as_str());
            if !known.disagreement.contains_key(&row.name) {
                unexplained.push(format!("{}: {} here, {opinion} there", row.name, row.public));
            }
        }
    }
    assert!(compared >= 200, "{compared}");
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let gone: Vec<_> = known
        .disagreement
        .keys()
        .filter(|name| !found.contains(&name.as_str()))
        .collect();
    assert!(gone.is_empty(), "no disagreement any more: {gone:?}");
}
