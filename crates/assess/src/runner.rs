//! Runs a check and makes a finding of what it says.
//!
//! This is the only place that makes a finding "not assessed", and it does so whenever, and only when, a check hands
//! back a gap.

use s3attest_model::evidence::Gap;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::CheckId;

use crate::check::Check;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};

/// The finding of what a check said.
pub(crate) fn finding(
    check: &Check,
    id: CheckId,
    resource: Resource,
    said: Result<Judgement, Unknown<'_>>,
    trail: Trail<'_>,
) -> Finding {
    match said {
        Ok(judgement) => Finding {
            check: id,
            resource,
            verdict: judgement.verdict(),
            severity: judgement.severity().unwrap_or(check.severity),
            message: judgement.into_message(),
            evidence: trail.into_references(),
            gap: None,
            exception: None,
        },
        Err(unknown) => {
            let evidence = trail.into_references();
            let gap = unknown.into_gap();
            Finding {
                check: id,
                resource,
                verdict: Verdict::NotAssessed,
                severity: check.severity,
                message: not_assessed(&gap),
                evidence,
                gap: Some(gap),
                exception: None,
            }
        }
    }
}

/// The sentence of a finding that could not be assessed.
fn not_assessed(gap: &Gap) -> String {
    let phrase = gap.cause.phrase();
    if gap.detail.is_empty() {
        format!("This could not be assessed: {phrase}.")
    } else {
        let detail = gap.detail.trim_end_matches('.');
        format!("This could not be assessed: {phrase} ({detail}).")
    }
}
