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

/// A file as text. All are UTF-8 but those of Parquet, whose bytes are compared by tests of their own.
fn text(path: &Path) -> String {
    if path.extension().is_some_and(|extension| extension == "parquet") {
        String::from_utf8_lossy(&fs::read(path).expect("a file of the report")).into_owned()
    } else {
        fs::read_to_string(path).expect("a text in UTF-8")
    }
}
