//! A report byte by byte, with what is packed in it unpacked, and the forms that a text may take in a file.

#![expect(
    clippy::disallowed_methods,
    reason = "a test finds its interpreter through the environment"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot look has to say so")]

#[path = "files.rs"]
mod files;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Every file by its path, unpacked.
pub(crate) type Contents = BTreeMap<String, Vec<u8>>;

/// Every file below a directory, and what is packed in them.
pub(crate) fn read(root: &Path) -> Contents {
    let contents = files::below(root);
    let is_packed = |name: &String| {
        let extension = Path::new(name).extension();
        extension.is_some_and(|extension| extension == "xlsx" || extension == "parquet")
    };
    let packed = contents.keys().filter(|name| is_packed(name)).count();
    if packed == 0 {
        return contents;
    }
    let Some(python) = std::env::var_os("S3ATTEST_PYTHON") else {
        let words = "S3ATTEST_PYTHON is not set, so workbooks and Parquet files are not unpacked";
        assert!(std::env::var_os("CI").is_none(), "{words}");
        eprintln!("skipped: {words}");
        return contents;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/unpack.py");
    let script = if Path::new(script).is_file() {
        script
    } else {
        concat!(env!("CARGO_MANIFEST_DIR"), "/python/unpack.py")
    };
    let output = Command::new(python)
        .arg(script)
        .arg(root)
        .output()
        .expect("the interpreter starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let unpacked = files::below(root);
    assert_eq!(unpacked.len(), contents.len() + packed, "every packed file is unpacked");
    unpacked
}

/// The forms in which a text may stand in a file: as it is, escaped for HTML, JSON, XML and URLs, and in base64 wherever
/// it begins within three bytes.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quoted = html.replace('"', "&quot;").replace('\'', "&#x27;");
    let json = serde_json::to_string(text).expect("a text is JSON");
    let json = json[1..json.len() - 1].to_owned();
    let percent: String = text
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut forms: Vec<Vec<u8>> = [text.to_owned(), html, quoted, json, percent.to_lowercase(), percent]
        .map(String::into_bytes)
        .into();
    if text.len() > 6 {
        forms.extend((0..3).map(|before| base64_inside(text, before)));
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The part of a text's base64 that does not hang on what stands around it, when so many bytes stand before it.
fn base64_inside(text: &str, before: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - before) % 3;
    let whole = (text.len() - skip) / 3 * 3;
    text.as_bytes()[skip..skip + whole]
        .chunks_exact(3)
        .flat_map(|three| {
            let number = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            [18, 12, 6, 0].map(|shift| ALPHABET[(number >> shift & 63) as usize])
        })
        .collect()
}

/// Texts to look for in whole reports, in all their forms at once.
pub(crate) struct Wanted {
    /// Every form with its text, by the form's first bytes.
    by_beginning: BTreeMap<[u8; 4], Vec<(Vec<u8>, String)>>,
    is_beginning: Vec<bool>,
}

impl Wanted {
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut by_beginning: BTreeMap<[u8; 4], Vec<(Vec<u8>, String)>> = BTreeMap::new();
        let mut is_beginning = vec![false; 1 << 16];
        for text in texts {
            for form in forms(text) {
                let beginning = [form[0], form[1], form[2], form[3]];
                is_beginning[usize::from(form[0]) << 8 | usize::from(form[1])] = true;
                by_beginning.entry(beginning).or_default().push((form, text.to_owned()));
            }
        }
        Self {
            by_beginning,
            is_beginning,
        }
    }

    /// The first text that stands in a file or in a file's name, with what stands around it.
    pub(crate) fn find(&self, contents: &Contents) -> Option<String> {
        assert!(!contents.is_empty());
        let places = contents
            .iter()
            .flat_map(|(name, bytes)| [(name, name.as_bytes()), (name, bytes.as_slice())]);
        for (name, bytes) in places {
            for at in 0..bytes.len().saturating_sub(3) {
                if !self.is_beginning[usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])] {
                    continue;
                }
                let beginning = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
                for (form, text) in self.by_beginning.get(&beginning).into_iter().flatten() {
                    if bytes[at..].starts_with(form) {
                        let end = (at + form.len() + 60).min(bytes.len());
                        let around = String::from_utf8_lossy(&bytes[at.saturating_sub(120)..end]);
                        return Some(format!("{name} holds {text:?}: …{around}…"));
                    }
                }
            }
        }
        None
    }
}
