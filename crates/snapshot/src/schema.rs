//! Documents that state the version of what they describe: the version is understood before anything else.

use std::path::Path;

use s3attest_model::run::SNAPSHOT_SCHEMA;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::durable;
use crate::error::SnapshotError;
use crate::layout::Part;

/// The member that every version of such a document has.
#[derive(Deserialize)]
struct SchemaOnly {
    schema: u32,
}

/// Reads a document of this or an earlier schema; `None` when there is no such file.
///
/// A newer document is refused by its version, whatever else in it this program could not read.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, run: &Path, part: Part) -> Result<Option<T>, SnapshotError> {
    match durable::read_json::<SchemaOnly>(path, run, part)? {
        Some(SchemaOnly { schema }) => check(path, run, part, schema)?,
        None => return Ok(None),
    }
    durable::read_json(path, run, part)
}

fn check(path: &Path, run: &Path, part: Part, found: u32) -> Result<(), SnapshotError> {
    match found {
        0 => Err(SnapshotError::Malformed {
            path: path.to_path_buf(),
            record: 1,
            reason: "the first schema has the number 1".to_owned(),
            remedy: part.remedy(run),
        }),
        1..=SNAPSHOT_SCHEMA => Ok(()),
        _ => Err(SnapshotError::NewerSchema {
            path: path.to_path_buf(),
            found,
            newest: SNAPSHOT_SCHEMA,
        }),
    }
}
