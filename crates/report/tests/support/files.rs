//! What a report has written, file by file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file below a directory, by its path from there with `/` between the parts.
pub(crate) fn below(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("a directory of the report") {
            let path = entry.expect("an entry of the report").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("a path below the report");
                let name = name.to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).expect("a file of the report"));
            }
        }
    }
    files
}
