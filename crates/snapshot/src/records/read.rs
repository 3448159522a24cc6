//! Reading a file of records, one at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, IgnoredAny};

use super::{End, EndRecord, is_compressed};
use crate::durable::BYTE_ORDER_MARK;
use crate::error::SnapshotError;
use crate::layout::Part;

/// The largest window that a reader makes room for, so that a crafted file cannot ask for gigabytes: 8 MiB.
const LARGEST_WINDOW: u32 = 23;

/// The longest line that a reader takes. A bucket with every setting at its quota stays far below.
const LONGEST_LINE: u64 = 64 << 20;

/// The records of one file, read one at a time.
///
/// The iteration ends after the first error. It ends without an error only when the file's end record was there and its
/// count agrees, so a file that was cut is never taken for a short one.
pub struct Records<T> {
    path: PathBuf,
    run: PathBuf,
    part: Part,
    reader: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    taken: u64,
    is_over: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Records<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Records")
            .field("path", &self.path)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

enum Line {
    Whole,
    WithoutEnd,
    None,
}

impl<T: DeserializeOwned> Records<T> {
    /// Opens a file of records; `None` when there is no such file.
    pub(crate) fn open(path: PathBuf, run: &Path, part: Part) -> Result<Option<Self>, SnapshotError> {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SnapshotError::io("open", &path)(error)),
        };
        let reader: Box<dyn BufRead + Send> = if is_compressed(&path) {
            let decoder = zstd::Decoder::new(file)
                .and_then(|mut decoder| decoder.window_log_max(LARGEST_WINDOW).map(|()| decoder))
                .map_err(SnapshotError::io("read", &path))?;
            Box::new(BufReader::new(decoder))
        } else {
            Box::new(BufReader::new(file))
        };
        Ok(Some(Self {
            path,
            run: run.to_path_buf(),
            part,
            reader,
            line: Vec::new(),
            taken: 0,
            is_over: false,
            of: PhantomData,
        }))
    }

    /// The error of a record that is there and cannot be taken; the record's number is that of the last one read.
    pub(crate) fn refuse_last(&self, reason: impl Into<String>) -> SnapshotError {
        self.malformed(self.taken, reason.into())
    }

    fn malformed(&self, record: u64, reason: String) -> SnapshotError {
        SnapshotError::Malformed {
            path: self.path.clone(),
            record,
            reason,
            remedy: self.part.remedy(&self.run),
        }
    }

    /// The error of a file that ends before its end record.
    pub(crate) fn truncated(&self) -> SnapshotError {
        SnapshotError::Truncated {
            path: self.path.clone(),
            records: self.taken,
            remedy: self.part.remedy(&self.run),
        }
    }

    /// Reads the next line that is not blank into `self.line`.
    fn read_line(&mut self) -> Result<Line, SnapshotError> {
        loop {
            self.line.clear();
            let mut limited = io::Read::take(&mut self.reader, LONGEST_LINE);
            if let Err(error) = limited.read_until(b'\n', &mut self.line) {
                return Err(self.reading_failed(error));
            }
            if self.line.is_empty() {
                return Ok(Line::None);
            }
            let is_whole = self.line.ends_with(b"\n");
            if !is_whole && self.line.len() as u64 >= LONGEST_LINE {
                return Err(self.malformed(self.taken + 1, "it is longer than any record".to_owned()));
            }
            if self.taken == 0 && self.line.starts_with(BYTE_ORDER_MARK) {
                self.line.drain(..BYTE_ORDER_MARK.len());
            }
            if !self.line.iter().all(u8::is_ascii_whitespace) {
                return Ok(if is_whole { Line::Whole } else { Line::WithoutEnd });
            }
        }
    }

    /// Tells apart what the operating system refused, what was cut and what is not Zstandard at all.
    fn reading_failed(&self, error: io::Error) -> SnapshotError {
        if error.raw_os_error().is_some() {
            SnapshotError::io("read", &self.path)(error)
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            self.truncated()
        } else {
            self.malformed(self.taken + 1, error.to_string())
        }
    }

    fn read_record(&mut self) -> Result<Option<T>, SnapshotError> {
        let line = self.read_line()?;
        if matches!(line, Line::None) {
            return Err(self.truncated());
        }
        let error = match serde_json::from_slice(&self.line) {
            Ok(record) => {
                self.taken += 1;
                return Ok(Some(record));
            }
            Err(error) => error,
        };
        if let Ok(EndRecord { end }) = serde_json::from_slice(&self.line) {
            return self.check_end(&end).map(|()| None);
        }
        let is_cut = || serde_json::from_slice::<IgnoredAny>(&self.line).is_err_and(|error| error.is_eof());
        Err(if matches!(line, Line::WithoutEnd) && is_cut() {
            self.truncated()
        } else {
            self.malformed(self.taken + 1, error.to_string())
        })
    }

    fn check_end(&mut self, end: &End) -> Result<(), SnapshotError> {
        if end.records != self.taken {
            let reason = format!(
                "the file ends with the count {} after {} records",
                end.records, self.taken
            );
            return Err(self.malformed(self.taken + 1, reason));
        }
        match self.read_line()? {
            Line::None => Ok(()),
            Line::Whole | Line::WithoutEnd => {
                Err(self.malformed(self.taken + 1, "something follows the end record".to_owned()))
            }
        }
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<T, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let record = self.read_record().transpose();
        self.is_over = !matches!(record, Some(Ok(_)));
        record
    }
}

impl<T: DeserializeOwned> std::iter::FusedIterator for Records<T> {}
