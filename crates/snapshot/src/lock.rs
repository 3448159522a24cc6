//! One writer at a time: a lock that the operating system releases when its holder ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::SnapshotError;
use crate::layout::LOCK;

/// The right to write to a run; it lasts as long as the value.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the lock of a run, without waiting for it.
    pub(crate) fn take(run: &Path) -> Result<Self, SnapshotError> {
        let path = run.join(LOCK);
        // The file itself stays when the lock is released: removing it would let a third process lock a new file of the
        // same name while a second one still holds the old file.
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(SnapshotError::io("open the lock", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(SnapshotError::Locked {
                directory: run.to_path_buf(),
            }),
            Err(TryLockError::Error(error)) => Err(SnapshotError::io("lock", &path)(error)),
        }
    }
}
