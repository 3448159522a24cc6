//! Writing a file of records, aside until it is complete.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{End, EndRecord, is_compressed};
use crate::durable;
use crate::error::SnapshotError;
use crate::layout::{self, Part};

/// Zstandard's own default: beyond it, time grows faster than the file shrinks.
const COMPRESSION_LEVEL: i32 = 3;

/// How far back the compressor looks, as a power of two: 256 KiB, some dozens of buckets. The level's own 2 MiB would cost
/// memory for every account that is being collected and makes these files hardly smaller.
const COMPRESSION_WINDOW: u32 = 18;

/// Writes one file of records aside and gives it its name when it is complete.
pub(crate) struct RecordWriter {
    path: PathBuf,
    partial: PathBuf,
    run: PathBuf,
    part: Part,
    sink: Sink,
    line: Vec<u8>,
    records: u64,
}

enum Sink {
    Compressed(Box<zstd::Encoder<'static, File>>),
    Plain(io::BufWriter<File>),
}

impl Sink {
    fn new(file: File, is_compressed: bool) -> io::Result<Self> {
        if !is_compressed {
            return Ok(Self::Plain(io::BufWriter::new(file)));
        }
        let mut encoder = zstd::Encoder::new(file, COMPRESSION_LEVEL)?;
        encoder.window_log(COMPRESSION_WINDOW)?;
        encoder.include_checksum(true)?;
        Ok(Self::Compressed(Box::new(encoder)))
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Compressed(encoder) => encoder.write_all(bytes),
            Self::Plain(writer) => writer.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<File> {
        match self {
            Self::Compressed(encoder) => encoder.finish(),
            Self::Plain(writer) => writer.into_inner().map_err(io::IntoInnerError::into_error),
        }
    }
}

impl RecordWriter {
    /// Begins the file that is to stand at `path`; it is compressed when its name ends in `.zst`.
    pub(crate) fn create(path: PathBuf, run: &Path, part: Part) -> Result<Self, SnapshotError> {
        let partial = layout::partial(&path);
        let file = durable::create(&partial, run, part)?;
        Self::onto(file, path, partial, run, part)
    }

    fn onto(file: File, path: PathBuf, partial: PathBuf, run: &Path, part: Part) -> Result<Self, SnapshotError> {
        let sink =
            Sink::new(file, is_compressed(&path)).map_err(SnapshotError::writing(&path, || part.when_full(run)))?;
        Ok(Self {
            path,
            partial,
            run: run.to_path_buf(),
            part,
            sink,
            line: Vec::new(),
            records: 0,
        })
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
        self.write_line(record)?;
        self.records += 1;
        Ok(())
    }

    fn write_line<T: Serialize>(&mut self, value: &T) -> Result<(), SnapshotError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value).expect("the model's values have text keys, so they are JSON");
        self.line.push(b'\n');
        self.sink
            .write_all(&self.line)
            .map_err(SnapshotError::writing(&self.path, || self.part.when_full(&self.run)))
    }

    /// Ends the file and flushes it to the disk, still under the name of an incomplete one.
    pub(crate) fn complete(mut self) -> Result<CompleteFile, SnapshotError> {
        let records = self.records;
        self.write_line(&EndRecord { end: End { records } })?;
        self.sink
            .finish()
            .and_then(|file| file.sync_all())
            .map_err(SnapshotError::writing(&self.path, || self.part.when_full(&self.run)))?;
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
            let full = File::options().write(true).open("/dev/full").unwrap();
            let run = Path::new("runs/one");
            let path = run.join(name);
            let mut writer = RecordWriter::onto(full, path.clone(), layout::partial(&path), run, part).unwrap();
            // What does not compress reaches the device before the file is finished; what does, reaches it then.
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
