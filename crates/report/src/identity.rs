//! UUIDs that stay the same from run to run, made by hashing what they stand for.
//!
//! A system that takes a report in knows by them that a later run speaks of the same thing. It knows no format.

use std::fmt;

use sha2::{Digest, Sha256};

/// What some parts stand for together, told apart by what kind of thing it is.
fn digest(kind: &str, parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"s3attest\0");
    hash.update(kind.as_bytes());
    for part in parts {
        // The length before each part keeps `ab`, `c` and `a`, `bc` apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes
}

/// A UUID that is derived from what it stands for.
///
/// It is made as RFC 9562 makes version 5, with SHA-256 in the place of SHA-1, and marked as version 5: OSCAL admits
/// versions 4 and 5 only (OSCAL Metaschema, data type `uuid`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Uuid([u8; 16]);

impl Uuid {
    /// The UUID of a thing of this kind that the parts name.
    pub(crate) fn of(kind: &str, parts: &[&str]) -> Self {
        let mut bytes = digest(kind, parts);
        bytes[6] = (bytes[6] & 0x0f) | 0x50;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(36);
        for (index, part) in [
            &self.0[..4],
            &self.0[4..6],
            &self.0[6..8],
            &self.0[8..10],
            &self.0[10..],
        ]
        .into_iter()
        .enumerate()
        {
            if index > 0 {
                text.push('-');
            }
            push_hexadecimal(&mut text, part);
        }
        formatter.pad(&text)
    }
}

fn push_hexadecimal(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_of_version_5_and_the_same_for_the_same_thing() {
        let uuid = Uuid::of("control", &["nist-800-53-r5", "AC-3"]).to_string();
        assert_eq!(uuid, Uuid::of("control", &["nist-800-53-r5", "AC-3"]).to_string());
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'5');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{uuid}");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(digest("a", &["bc", "d"]), digest("a", &["b", "cd"]));
        assert_ne!(digest("a", &["b"]), digest("b", &["b"]));
        assert_ne!(digest("a", &["b", ""]), digest("a", &["b"]));
    }
}
