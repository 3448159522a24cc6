//! Files of records: one JSON value a line, compressed or not, and at the end a record that counts them.
//!
//! Writing and reading stream, so that the size of a file does not matter.

mod read;
mod write;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use read::Records;
pub(crate) use write::RecordWriter;

/// The last record of every file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndRecord {
    end: End,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    records: u64,
}

/// Whether a file of this name is compressed.
fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}
