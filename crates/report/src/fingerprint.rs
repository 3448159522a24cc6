//! What makes a finding the same one in the next run: the account, the check and the resource.
//!
//! It knows no format. Verdict, message and evidence may change from run to run and do not take part.

use std::fmt::Write as _;

use s3attest_model::finding::Finding;
use sha2::{Digest as _, Sha256};

/// The finding's identity over runs: SHA-256 in hexadecimal of the account's id, the check's id and the resource's ARN.
pub(crate) fn of(finding: &Finding) -> String {
    let mut digest = Sha256::new();
    for part in [
        "s3attest finding 1",
        finding.resource.account().as_str(),
        finding.check.as_str(),
        &finding.resource.arn(),
    ] {
        // The length in front keeps two different divisions of the same text apart.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut text = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
