//! `cargo xtask layers`: the walls between the crates, checked from what cargo and the sources say.

mod charter;
mod dependencies;
mod lints;

use std::process::ExitCode;

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, Metadata};

use dependencies::{Dependency, Member};

/// Checks every member of the workspace and names each breach.
pub(crate) fn run(metadata: &Metadata) -> anyhow::Result<ExitCode> {
    let members = members(metadata);
    let mut breaches = dependencies::breaches(&members);
    for package in metadata.workspace_packages() {
        let manifest = package.manifest_path.as_std_path();
        let directory = manifest.parent().context("a manifest stands in a directory")?;
        breaches.extend(lints::breaches(&package.name, directory)?);
    }
    if breaches.is_empty() {
        println!("layers: {} crates keep to the design", members.len());
        return Ok(ExitCode::SUCCESS);
    }
    for breach in &breaches {
        eprintln!("layers: {breach}");
    }
    eprintln!(
        "layers: {} breaches; what each crate may use stands in xtask/src/layers/charter.rs",
        breaches.len()
    );
    Ok(ExitCode::FAILURE)
}

fn members(metadata: &Metadata) -> Vec<Member> {
    let workspace = metadata.workspace_packages();
    let is_member = |name: &str| workspace.iter().any(|package| package.name == name);
    workspace
        .iter()
        .map(|package| Member {
            name: package.name.to_string(),
            dependencies: package
                .dependencies
                .iter()
                .map(|dependency| Dependency {
                    name: dependency.name.clone(),
                    is_member: is_member(&dependency.name),
                    is_for_tests: dependency.kind == DependencyKind::Development,
                    is_optional: dependency.optional,
                })
                .collect(),
        })
        .collect()
}
