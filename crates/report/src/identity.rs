//! What makes a thing the same one in the next run: names that are made by hashing what they stand for.
//!
//! A system that takes a report in knows by them that a later run speaks of the same thing. It knows no format.

use std::fmt::{self, Write as _};

use s3attest_model::finding::Finding;
use sha2::{Digest, Sha256};

/// A digest of parts behind a beginning, which tells apart what they are about.
fn digest(beginning: &[&str], parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in beginning {
        hash.update(text.as_bytes());
    }
    for part in parts {
        // The length before each part keeps `ab`, `c` and `a`, `bc` apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// Bytes as hexadecimal digits in lower case, two for each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A finding's identity over runs: SHA-256 in hexadecimal of the account's id, the check's id and the resource's ARN.
/// Verdict, message and evidence may change from run to run and do not take part.
pub(crate) fn of_finding(finding: &Finding) -> String {
    let (resource, arn) = (&finding.resource, finding.resource.arn());
    let parts = [
        "s3attest finding 1",
        resource.account().as_str(),
        finding.check.as_str(),
        &arn,
    ];
    hexadecimal(&digest(&[], &parts))
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
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest(&["s3attest\0", kind], parts)[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x50;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = &self.0;
        let parts = [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]];
        formatter.pad(&parts.map(hexadecimal).join("-"))
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
        assert_ne!(digest(&["a"], &["bc", "d"]), digest(&["a"], &["b", "cd"]));
        assert_ne!(digest(&["a"], &["b"]), digest(&["b"], &["b"]));
        assert_ne!(digest(&["a"], &["b", ""]), digest(&["a"], &["b"]));
    }

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
    }
}
