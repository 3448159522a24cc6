//! A report in memory, file by file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use s3attest_report::{AssessedRun, Format, Settings, render};

/// Every file of a report by its path.
pub(crate) type Files = BTreeMap<String, String>;

/// Renders a run in every format.
pub(crate) fn rendered(run: &impl AssessedRun) -> Files {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(run, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    let mut files = Files::new();
    read(directory.path(), directory.path(), &mut files);
    files
}

/// Reads the files below a directory.
pub(crate) fn read(root: &Path, directory: &Path, files: &mut Files) {
    for entry in fs::read_dir(directory).expect("a directory of the report") {
        let path = entry.expect("an entry of the report").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .expect("a path below the report")
                .to_string_lossy()
                .replace('\\', "/");
            files.insert(name, text(&path));
        }
    }
}

/// A file as text. One that is no text stands with a character for each byte, so that files can be compared.
fn text(path: &Path) -> String {
    let bytes = fs::read(path).expect("a file of the report");
    String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}
