//! Files that appear complete or not at all, also after a loss of power.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::SnapshotError;
use crate::layout::{self, Part};

/// Flushes a directory's entries to the disk, so that a rename in it survives a loss of power.
///
/// Windows cannot open a directory for that and orders its own metadata.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), SnapshotError> {
    if cfg!(unix) {
        File::open(directory)
            .and_then(|handle| handle.sync_all())
            .map_err(SnapshotError::io("flush", directory))?;
    }
    Ok(())
}

/// Gives a complete file its final name, in place of what had it.
pub(crate) fn publish(partial: &Path, path: &Path) -> Result<(), SnapshotError> {
    fs::rename(partial, path).map_err(SnapshotError::io("rename to", path))?;
    match path.parent() {
        Some(directory) => sync_directory(directory),
        None => Ok(()),
    }
}

/// Creates a file to be written, in place of a rest of the same name.
///
/// The rest is removed, not emptied, so that a link in its place is never written through.
pub(crate) fn create(path: &Path, run: &Path, part: Part) -> Result<File, SnapshotError> {
    remove_if_there(path)?;
    File::create_new(path).map_err(SnapshotError::writing(path, || part.when_full(run)))
}

/// Removes a file, unless there is none.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SnapshotError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Writes a value as an indented JSON document that appears complete or not at all.
pub(crate) fn write_json<T: Serialize + ?Sized>(
    path: &Path,
    value: &T,
    run: &Path,
    part: Part,
) -> Result<(), SnapshotError> {
    let mut text = serde_json::to_vec_pretty(value).expect("the model's values have text keys, so they are JSON");
    text.push(b'\n');
    let partial = layout::partial(path);
    let mut file = create(&partial, run, part)?;
    file.write_all(&text)
        .and_then(|()| file.sync_all())
        .map_err(SnapshotError::writing(path, || part.when_full(run)))?;
    publish(&partial, path)
}

/// Reads a JSON document; `None` when there is no such file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path, run: &Path, part: Part) -> Result<Option<T>, SnapshotError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(SnapshotError::io("read", path)(error)),
    };
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
    serde_json::from_slice(text).map(Some).map_err(|error| {
        if error.is_eof() {
            SnapshotError::Truncated {
                path: path.to_path_buf(),
                records: 0,
                remedy: part.remedy(run),
            }
        } else {
            SnapshotError::Malformed {
                path: path.to_path_buf(),
                record: 1,
                reason: error.to_string(),
                remedy: part.remedy(run),
            }
        }
    })
}

/// What some editors put before UTF-8 text.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
