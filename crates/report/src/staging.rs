//! Writing aside and moving into place: no file of a report is ever half-written under its final name.
//!
//! It does not know what is in the files.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::WriteError;

/// The directory beside the final names in which a report grows. It goes away with this value.
pub(crate) struct Staging {
    destination: PathBuf,
    root: PathBuf,
    directories: RefCell<BTreeSet<PathBuf>>,
    files: Cell<u64>,
}

const NAME: &str = ".rendering";
const REPLACED: &str = ".replaced";

impl Staging {
    /// Opens an empty staging directory within the destination, so that moving never crosses a file system. What an
    /// interrupted render left there is removed.
    pub(crate) fn begin(destination: &Path) -> Result<Self, WriteError> {
        let root = destination.join(NAME);
        fs::create_dir_all(destination).map_err(WriteError::at(destination))?;
        remove(&root)?;
        fs::create_dir(&root).map_err(WriteError::at(&root))?;
        Ok(Self {
            destination: destination.to_owned(),
            root,
            directories: RefCell::default(),
            files: Cell::new(0),
        })
    }

    /// How many files were opened, working files excluded.
    pub(crate) fn files_written(&self) -> u64 {
        self.files.get()
    }

    /// Opens a file of the report; `/` separates directories, which are made as needed.
    pub(crate) fn file(&self, relative: &str) -> Result<StagedFile, WriteError> {
        self.files.set(self.files.get() + 1);
        StagedFile::create(self.prepare(relative)?)
    }

    /// Opens a working file, which is never published.
    pub(crate) fn working_file(&self, name: &str) -> Result<StagedFile, WriteError> {
        StagedFile::create(self.prepare(&format!(".work/{name}"))?)
    }

    /// A directory for working files of others, which is never published. It lies on the report's own disk.
    pub(crate) fn working_directory(&self) -> Result<PathBuf, WriteError> {
        let directory = self.root.join(".work");
        fs::create_dir_all(&directory).map_err(WriteError::at(&directory))?;
        Ok(directory)
    }

    /// Writes a whole file.
    pub(crate) fn write(&self, relative: &str, content: &[u8]) -> Result<(), WriteError> {
        self.files.set(self.files.get() + 1);
        let path = self.prepare(relative)?;
        fs::write(&path, content).map_err(WriteError::at(&path))
    }

    fn prepare(&self, relative: &str) -> Result<PathBuf, WriteError> {
        let path = self.root.join(relative);
        if let Some(directory) = path.parent()
            && !self.directories.borrow().contains(directory)
        {
            fs::create_dir_all(directory).map_err(WriteError::at(directory))?;
            self.directories.borrow_mut().insert(directory.to_owned());
        }
        Ok(path)
    }

    /// Moves the entries to their final names and removes those of an earlier report that have no successor. Gives the
    /// final paths.
    ///
    /// Directories go first and `index.html` goes last, so that the front page never leads to a page that is not there.
    pub(crate) fn publish<'entry>(self, owned: impl Iterator<Item = &'entry str>) -> Result<Vec<PathBuf>, WriteError> {
        let entries: Vec<&str> = owned.collect();
        let mut order = entries.clone();
        order.sort_by_key(|entry| (!self.root.join(entry).is_dir(), *entry == "index.html"));
        let replaced = self.root.join(REPLACED);
        fs::create_dir_all(&replaced).map_err(WriteError::at(&replaced))?;
        for entry in order {
            let staged = self.root.join(entry);
            let place = self.destination.join(entry);
            if place.is_dir() || !staged.exists() {
                match fs::rename(&place, replaced.join(entry)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(WriteError::at(&place)(error));
                    }
                    Ok(()) | Err(_) => {}
                }
            }
            if staged.exists() {
                fs::rename(&staged, &place).map_err(WriteError::at(&place))?;
            }
        }
        Ok(entries
            .into_iter()
            .map(|entry| self.destination.join(entry))
            .filter(|path| path.exists())
            .collect())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Nothing can be done about a directory that cannot be removed; the next render tries again and then says so.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn remove(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(WriteError::at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A file that is being written; [`StagedFile::finish`] says whether all of it reached the disk.
pub(crate) struct StagedFile {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl StagedFile {
    fn create(path: PathBuf) -> Result<Self, WriteError> {
        let file = File::create(&path).map_err(WriteError::at(&path))?;
        Ok(Self {
            writer: BufWriter::with_capacity(1 << 16, file),
            path,
        })
    }

    /// Turns an error of a writer around this file into one that names the file.
    pub(crate) fn failed(path: &Path, error: io::Error) -> WriteError {
        WriteError::at(path)(error)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write_line(&mut self, line: &[u8]) -> Result<(), WriteError> {
        self.writer
            .write_all(line)
            .and_then(|()| self.writer.write_all(b"\n"))
            .map_err(WriteError::at(&self.path))
    }

    /// Writes out what is buffered and waits for the disk, since some file systems report a full disk only then.
    pub(crate) fn finish(mut self) -> Result<PathBuf, WriteError> {
        self.writer
            .flush()
            .and_then(|()| self.writer.get_ref().sync_all())
            .map_err(WriteError::at(&self.path))?;
        Ok(self.path)
    }
}

impl Write for StagedFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.writer.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_its_final_name_before_publishing_and_nothing_stays_aside_after_it() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let staging = Staging::begin(directory.path()).expect("an empty directory");
        staging.write("index.html", b"new").expect("room for a page");
        assert!(!directory.path().join("index.html").exists());
        let entries = staging.publish(["index.html"].into_iter()).expect("one page to move");
        assert_eq!(entries, [directory.path().join("index.html")]);
        assert!(!directory.path().join(NAME).exists());
    }

    #[test]
    fn a_render_that_breaks_leaves_the_earlier_report_as_it_was() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::write(directory.path().join("index.html"), "old").expect("room for a page");
        let staging = Staging::begin(directory.path()).expect("a directory");
        staging.write("index.html", b"half").expect("room for a page");
        drop(staging);
        let text = fs::read_to_string(directory.path().join("index.html")).expect("the old page");
        assert_eq!(text, "old");
        assert!(!directory.path().join(NAME).exists());
    }

    #[test]
    fn pages_of_an_earlier_report_do_not_outlive_it_and_foreign_files_do() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        fs::create_dir_all(path("buckets/old")).expect("a directory");
        fs::create_dir_all(path("findings")).expect("a directory");
        fs::write(path("notes.txt"), "mine").expect("a note");
        let staging = Staging::begin(directory.path()).expect("a directory");
        staging.write("buckets/new/a.html", b"new").expect("room for a page");
        staging
            .publish(["buckets", "findings"].into_iter())
            .expect("two entries");
        assert!(path("buckets/new/a.html").exists());
        assert!(!path("buckets/old").exists());
        assert!(!path("findings").exists());
        assert!(path("notes.txt").exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error_that_names_the_path() {
        let mut file = StagedFile::create(PathBuf::from("/dev/full")).expect("the device opens");
        file.write_line(b"a line").expect("the line fits into the buffer");
        let message = file.finish().expect_err("the device is always full").to_string();
        assert!(message.starts_with("`/dev/full` could not be written: "), "{message}");
        assert!(
            message.ends_with("; free some space, or choose another directory, and render again"),
            "{message}"
        );
    }

    #[test]
    fn a_destination_that_is_a_file_is_an_error_that_names_it() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("report");
        fs::write(&path, "in the way").expect("a file");
        let message = Staging::begin(&path)
            .map(|_| ())
            .expect_err("a file is in the way")
            .to_string();
        assert!(message.contains(&path.display().to_string()), "{message}");
    }
}
