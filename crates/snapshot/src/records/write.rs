//! Writing a file of records, aside until it is complete.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{End, EndRecord, is_compressed};
use crate::durable;
use crate::error::SnapshotError;
use crate::layout::{self, Part};

/// Zstandard's own default: beyond it, time grows faster than the file shrinks.
const COMPRESSION_LEVEL: i32 = 3;

/// How much is gathered before it is compressed, as a Zstandard frame of its own.
///
/// A compressor that is kept open takes more than a megabyte, and every account that is being collected has a file open:
/// gathering costs no more than what was gathered, and a frame of some dozens of buckets shrinks nearly as well.
const FRAME: usize = 128 << 10;

/// Writes one file of records aside and gives it its name when it is complete.
pub(crate) struct RecordWriter {
    path: PathBuf,
    partial: PathBuf,
    run: PathBuf,
    part: Part,
    file: File,
    /// Lines that did not reach the file yet.
    gathered: Vec<u8>,
    records: u64,
}

impl RecordWriter {
    /// Begins the file that is to stand at `path`; it is compressed when its name ends in `.zst`.
    pub(crate) fn create(path: PathBuf, run: &Path, part: Part) -> Result<Self, SnapshotError> {
        let partial = layout::partial(&path);
        let file = durable::create(&partial, run, part)?;
        Ok(Self::onto(file, path, partial, run, part))
    }

    fn onto(file: File, path: PathBuf, partial: PathBuf, run: &Path, part: Part) -> Self {
        Self {
            path,
            partial,
            run: run.to_path_buf(),
            part,
            file,
            gathered: Vec::new(),
            records: 0,
        }
    }

    /// The path at which the file will stand.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many records were written.
    pub(crate) fn records(&self) -> u64 {
        self.records
    }

    /// Writes one record.
    pub(crate) fn write<T: Serialize>(&mut self, record: &T) -> Result<(), SnapshotError> {
        self.gather(record);
        self.records += 1;
        if self.gathered.len() < FRAME {
            return Ok(());
        }
        self.flush().map_err(self.failed())
    }

    fn gather<T: Serialize>(&mut self, value: &T) {
        serde_json::to_writer(&mut self.gathered, value).expect("the model's values have text keys, so they are JSON");
        self.gathered.push(b'\n');
    }

    fn flush(&mut self) -> io::Result<()> {
        if is_compressed(&self.path) {
            let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
            compressor.include_checksum(true)?;
            self.file.write_all(&compressor.compress(&self.gathered)?)?;
        } else {
            self.file.write_all(&self.gathered)?;
        }
        self.gathered.clear();
        // One record of many megabytes must not be paid for until the file ends.
        self.gathered.shrink_to(2 * FRAME);
        Ok(())
    }

    fn failed(&self) -> impl FnOnce(io::Error) -> SnapshotError {
        let (part, run) = (self.part, self.run.clone());
        SnapshotError::writing(&self.path, move || part.when_full(&run))
    }

    /// Ends the file and flushes it to the disk, still under the name of an incomplete one.
    pub(crate) fn complete(mut self) -> Result<CompleteFile, SnapshotError> {
        let records = self.records;
        self.gather(&EndRecord { end: End { records } });
        self.flush()
            .and_then(|()| self.file.sync_all())
            .map_err(self.failed())?;
        Ok(CompleteFile {
            path: self.path,
            partial: self.partial,
        })
    }
}

/// A file of records that is complete and lacks only its name.
pub(crate) struct CompleteFile {
    path: PathBuf,
    partial: PathBuf,
}

impl CompleteFile {
    /// Gives the file its name.
    pub(crate) fn publish(self) -> Result<(), SnapshotError> {
        durable::publish(&self.partial, &self.path)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_with_what_is_kept_and_how_to_go_on() {
        for (name, part, command) in [
            (
                "accounts/111122223333.ndjson.zst",
                Part::Collected,
                "s3attest scan --resume runs/one",
            ),
            ("assessment/coverage.ndjson", Part::Derived, "s3attest assess runs/one"),
        ] {
            let full = File::options().write(true).open("/dev/full").expect("Linux has it");
            let run = Path::new("runs/one");
            let path = run.join(name);
            let mut writer = RecordWriter::onto(full, path.clone(), layout::partial(&path), run, part);
            let outcome = writer.write(&"a record").and_then(|()| writer.complete().map(drop));
            let error = outcome.unwrap_err();
            assert!(
                matches!(&error, SnapshotError::DiskFull { path: named, .. } if *named == path),
                "{error}"
            );
            let text = error.to_string();
            assert!(text.contains(command) && text.contains("kept"), "{text}");
        }
    }
}
