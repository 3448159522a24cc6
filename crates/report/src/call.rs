//! A call that a verdict was read from, in a line of text.
//!
//! It knows no format; to make the line harmless is the business of each.

use s3attest_model::finding::EvidenceReference;

/// A call and what it said: `s3.GetBucketPolicy absent NoSuchBucketPolicy`, with `of` and an ARN for another resource.
pub(crate) fn line(evidence: &EvidenceReference) -> String {
    let code = evidence.source.code.as_deref();
    let of = evidence.of.as_deref();
    let mut text = format!("{} {}", evidence.source.operation, evidence.state.as_str());
    for (before, part) in [(" ", code), (" of ", of)] {
        if let Some(part) = part {
            text.push_str(before);
            text.push_str(part);
        }
    }
    text
}
