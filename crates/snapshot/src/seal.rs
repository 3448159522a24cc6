//! Sealing a run with digests, and comparing it with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use s3attest_model::run::SNAPSHOT_SCHEMA;

use crate::error::SnapshotError;
use crate::layout::{
    ACCOUNTS, ASSESSMENT, ASSESSMENT_PARTIAL, ASSESSMENT_PREVIOUS, INFORMATION, LOCK, MANIFEST, ORGANIZATION, PARTIAL,
    REPORT, SESSIONS, account_of_file,
};
use crate::manifest::{Manifest, ManifestEntry};

/// What came of comparing a run's files with its manifest. Paths are relative to the run, with `/` between their parts,
/// and sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Files that are as they were when the run was sealed.
    pub intact: Vec<String>,
    /// Files whose size or SHA-256 is another.
    pub changed: Vec<String>,
    /// Files that the manifest lists and that are not there, or are no plain files.
    pub missing: Vec<String>,
    /// What is there and the manifest does not list. What an unfinished writer left aside does not count.
    pub extra: Vec<String>,
}

impl Verification {
    /// Whether the run is what was sealed: nothing changed, nothing missing, nothing added.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.extra.is_empty()
    }
}

/// What a path in a run is.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Collected,
    Derived,
    /// The run's own means, and what unfinished writers left aside.
    Means,
    Foreign,
}

fn kind_of(relative: &str) -> Kind {
    let (first, rest) = relative.split_once('/').unwrap_or((relative, ""));
    match first {
        INFORMATION | SESSIONS | ORGANIZATION if rest.is_empty() => Kind::Collected,
        ACCOUNTS if account_of_file(rest).is_some() => Kind::Collected,
        ACCOUNTS if rest.strip_suffix(PARTIAL).and_then(account_of_file).is_some() => Kind::Means,
        ASSESSMENT | REPORT if !rest.is_empty() => Kind::Derived,
        ASSESSMENT_PARTIAL | ASSESSMENT_PREVIOUS => Kind::Means,
        MANIFEST | LOCK if rest.is_empty() => Kind::Means,
        _ if rest.is_empty()
            && matches!(
                relative.strip_suffix(PARTIAL),
                Some(INFORMATION | SESSIONS | ORGANIZATION | MANIFEST)
            ) =>
        {
            Kind::Means
        }
        _ => Kind::Foreign,
    }
}

/// Every path in a run that is not a directory, with what it is, sorted.
fn paths(run: &Path) -> Result<BTreeMap<String, Kind>, SnapshotError> {
    let mut found = BTreeMap::new();
    let mut directories = vec![String::new()];
    while let Some(directory) = directories.pop() {
        let path = run.join(&directory);
        for entry in fs::read_dir(&path).map_err(SnapshotError::io("list", &path))? {
            let entry = entry.map_err(SnapshotError::io("list", &path))?;
            let name = entry.file_name();
            // A name that is no text is none of ours; it is shown as well as it can be.
            let relative = format!("{directory}{}", name.to_string_lossy());
            let file_type = entry.file_type().map_err(SnapshotError::io("list", &path))?;
            if file_type.is_dir() {
                directories.push(format!("{relative}/"));
            } else {
                let kind = kind_of(&relative);
                found.insert(relative, kind);
            }
        }
    }
    Ok(found)
}

/// Writes the manifest. The caller holds the run's lock.
pub(crate) fn seal(run: &Path) -> Result<(), SnapshotError> {
    let known = Manifest::read(run)?
        .map(|manifest| manifest.collected)
        .unwrap_or_default();
    let mut collected: BTreeMap<String, ManifestEntry> =
        known.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
    let mut derived = Vec::new();
    for (path, kind) in paths(run)? {
        match kind {
            Kind::Collected if !collected.contains_key(&path) => {
                if let Some(entry) = ManifestEntry::of(run, &path)? {
                    collected.insert(path, entry);
                }
            }
            Kind::Derived => derived.extend(ManifestEntry::of(run, &path)?),
            Kind::Collected | Kind::Means | Kind::Foreign => {}
        }
    }
    let manifest = Manifest {
        schema: SNAPSHOT_SCHEMA,
        collected: collected.into_values().collect(),
        derived,
    };
    manifest.write(run)
}

/// Compares a run with its manifest; writes nothing.
pub(crate) fn verify(run: &Path) -> Result<Verification, SnapshotError> {
    let manifest = Manifest::read(run)?.ok_or_else(|| SnapshotError::NotSealed {
        directory: run.to_path_buf(),
    })?;
    let mut verification = Verification::default();
    let mut unlisted = paths(run)?;
    for entry in manifest.collected.iter().chain(&manifest.derived) {
        unlisted.remove(&entry.path);
        let path = entry.path.clone();
        match ManifestEntry::of(run, &path)? {
            None => verification.missing.push(path),
            Some(now) if now == *entry => verification.intact.push(path),
            Some(_) => verification.changed.push(path),
        }
    }
    for (path, kind) in unlisted {
        if kind != Kind::Means {
            verification.extra.push(path);
        }
    }
    verification.intact.sort();
    verification.changed.sort();
    verification.missing.sort();
    Ok(verification)
}
