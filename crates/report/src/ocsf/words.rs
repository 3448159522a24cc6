//! The schema's own words for verdicts and severities: each as its number and its caption
//! (OCSF Schema 1.5.0, class `compliance_finding` and object `compliance`).

use s3attest_model::check::Severity;
use s3attest_model::finding::{Finding, Verdict};

/// An entry of an enumeration: the number, and the caption that the schema gives to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: u8,
    pub(super) caption: &'static str,
}

const fn entry(id: u8, caption: &'static str) -> Entry {
    Entry { id, caption }
}

/// `compliance.status_id`. `Warning` is what the schema has for a check that came to no result for lack of information;
/// for a question that does not arise it has nothing, so that this is `Other` with a caption of our own.
pub(super) fn compliance(verdict: Verdict) -> Entry {
    match verdict {
        Verdict::Pass => entry(1, "Pass"),
        Verdict::NotAssessed => entry(2, "Warning"),
        Verdict::Fail => entry(3, "Fail"),
        Verdict::NotApplicable => entry(99, "Not Applicable"),
    }
}

/// `status_id`: where somebody who works off findings stands with this one. Nothing is to be done about a pass or a question
/// that does not arise, so that such a finding resolves what an earlier run may have reported under its name.
pub(super) fn workflow(finding: &Finding) -> Entry {
    match finding.verdict {
        Verdict::Fail if finding.is_accepted() => entry(3, "Suppressed"),
        Verdict::Fail | Verdict::NotAssessed => entry(1, "New"),
        Verdict::Pass | Verdict::NotApplicable => entry(4, "Resolved"),
    }
}

/// `severity_id` of a check or of a fail.
pub(super) fn severity(severity: Severity) -> Entry {
    match severity {
        Severity::Info => entry(1, "Informational"),
        Severity::Low => entry(2, "Low"),
        Severity::Medium => entry(3, "Medium"),
        Severity::High => entry(4, "High"),
        Severity::Critical => entry(5, "Critical"),
    }
}

/// `severity_id` of the event: what is open has the finding's severity, and what is not is there to know.
pub(super) fn event_severity(finding: &Finding) -> Entry {
    match finding.verdict {
        Verdict::Fail | Verdict::NotAssessed => severity(finding.severity),
        Verdict::Pass | Verdict::NotApplicable => severity(Severity::Info),
    }
}
