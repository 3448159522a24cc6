//! What can go wrong with a run directory, in words that say what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// A run directory could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A new run was to be made in a directory that holds something.
    #[error(
        "{} is not empty: name a new directory for the run, or go on with the run in it by `s3attest scan --resume {}`",
        directory.display(),
        directory.display()
    )]
    NotEmpty {
        /// The directory.
        directory: PathBuf,
    },
    /// The directory holds no `run.json`.
    #[error("{} is not a run of s3attest, since it holds no run.json: name a directory that a scan wrote", directory.display())]
    NotARun {
        /// The directory.
        directory: PathBuf,
    },
    /// A file was written by a newer program.
    #[error(
        "{} has schema {found}, and this program reads the schemas 1 to {newest}: upgrade s3attest to read it",
        path.display()
    )]
    NewerSchema {
        /// The file that states the schema.
        path: PathBuf,
        /// The schema that it states.
        found: u32,
        /// The newest schema that this program reads.
        newest: u32,
    },
    /// Somebody else writes to the run.
    #[error(
        "{} is being written to by another process: wait until it has ended, or name another directory",
        directory.display()
    )]
    Locked {
        /// The run's directory.
        directory: PathBuf,
    },
    /// A file of records breaks off.
    #[error("{} breaks off after {records} complete records: {remedy}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How many records stand before the break.
        records: u64,
        /// What to do.
        remedy: String,
    },
    /// A file holds something that it cannot hold.
    #[error("{}, record {record}, cannot be read ({reason}): {remedy}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The record's number, the first being 1; in a file that is one JSON document, always 1.
        record: u64,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// There is no room for a file.
    #[error("there is no room left to write {}: {remedy}", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
        /// What is kept and what to do.
        remedy: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system refused something else.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was attempted, as a verb.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The run's collecting never ended, so there are no digests to hold its files against.
    #[error(
        "{} has no manifest.json, since its scan did not end: finish it with `s3attest scan --resume {}`",
        directory.display(),
        directory.display()
    )]
    NotSealed {
        /// The run's directory.
        directory: PathBuf,
    },
    /// Records were handed over in an order that the file does not have. This is a mistake of the calling program.
    #[error("cannot write {}: {reason}", path.display())]
    OutOfOrder {
        /// The file.
        path: PathBuf,
        /// Which order was broken.
        reason: &'static str,
    },
}

impl SnapshotError {
    /// A closure for `map_err` that says what was being done to which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// A closure for `map_err` on writing to a file: a full disk gets its own words.
    pub(crate) fn writing(path: &Path, when_full: impl FnOnce() -> String) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path,
                remedy: when_full(),
                source,
            },
            _ => Self::Io {
                action: "write",
                path,
                source,
            },
        }
    }
}
