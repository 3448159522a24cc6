//! `manifest.json`: the digests of a run's files, as a document.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::durable;
use crate::error::SnapshotError;
use crate::layout::{MANIFEST, Part};
use crate::schema;

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of this document.
    pub(crate) schema: u32,
    /// What was collected, by path.
    pub(crate) collected: Vec<ManifestEntry>,
    /// What was computed from it, by path: the assessment and the reports.
    pub(crate) derived: Vec<ManifestEntry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManifestEntry {
    /// The path relative to the run, with `/` between its parts.
    pub(crate) path: String,
    /// The file's size in bytes.
    pub(crate) size: u64,
    /// The file's SHA-256 in hexadecimal.
    pub(crate) sha256: String,
}

impl ManifestEntry {
    /// Reads a file and takes its digest; `None` when there is no such plain file.
    pub(crate) fn of(run: &Path, relative: &str) -> Result<Option<Self>, SnapshotError> {
        let path = run.join(relative);
        // A link is not what was written, even if it leads to the same bytes today.
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SnapshotError::io("read", &path)(error)),
        }
        let mut file = File::open(&path).map_err(SnapshotError::io("open", &path))?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = file.read(&mut buffer).map_err(SnapshotError::io("read", &path))?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            size += count as u64;
        }
        Ok(Some(Self {
            path: relative.to_owned(),
            size,
            sha256: hexadecimal(&hasher.finalize()),
        }))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
        text
    })
}

impl Manifest {
    /// Reads the manifest of a run; `None` when the run was never sealed.
    pub(crate) fn read(run: &Path) -> Result<Option<Self>, SnapshotError> {
        let path = run.join(MANIFEST);
        let Some(manifest) = schema::read::<Self>(&path, run, Part::Digests)? else {
            return Ok(None);
        };
        for entry in manifest.collected.iter().chain(&manifest.derived) {
            // A manifest from elsewhere must not lead out of the run.
            let stays_inside = Path::new(&entry.path)
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)));
            if !stays_inside || entry.path.is_empty() {
                return Err(SnapshotError::Malformed {
                    path,
                    record: 1,
                    reason: format!("`{}` is not a path within the run", entry.path),
                    remedy: Part::Digests.remedy(run),
                });
            }
        }
        Ok(Some(manifest))
    }

    /// Writes the manifest of a run.
    pub(crate) fn write(&self, run: &Path) -> Result<(), SnapshotError> {
        durable::write_json(&run.join(MANIFEST), self, run, Part::Digests)
    }

    /// Takes a collected file out of the manifest, if it stands in one.
    pub(crate) fn forget_collected(run: &Path, relative: &str) -> Result<(), SnapshotError> {
        let Some(mut manifest) = Self::read(run)? else {
            return Ok(());
        };
        let before = manifest.collected.len();
        manifest.collected.retain(|entry| entry.path != relative);
        if manifest.collected.len() == before {
            return Ok(());
        }
        manifest.write(run)
    }
}
