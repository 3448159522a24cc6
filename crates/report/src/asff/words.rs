//! Security Hub's own words for verdicts and severities (Security Hub API Reference, `Compliance`, `Severity`,
//! `WorkflowUpdate`), and its identifiers of standards (`DescribeStandards`).

use s3attest_model::check::Severity;
use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::{Finding, Verdict};

use crate::identity;

/// `Compliance.Status`. What could not be assessed and what does not apply are both `NOT_AVAILABLE`; the reason tells them
/// apart.
pub(super) fn compliance(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASSED",
        Verdict::Fail => "FAILED",
        Verdict::NotApplicable | Verdict::NotAssessed => "NOT_AVAILABLE",
    }
}

/// `Severity.Label`: what is open has the finding's severity, and what is not is there to know.
pub(super) fn severity(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Pass | Verdict::NotApplicable => "INFORMATIONAL",
        Verdict::Fail | Verdict::NotAssessed => match finding.severity {
            Severity::Info => "INFORMATIONAL",
            Severity::Low => "LOW",
            Severity::Medium => "MEDIUM",
            Severity::High => "HIGH",
            Severity::Critical => "CRITICAL",
        },
    }
}

/// `Id`: the same in every run for the same account, check and resource.
pub(super) fn id(finding: &Finding) -> String {
    format!("s3attest/{}/{}", finding.check, identity::of_finding(finding))
}

/// Who wrote a note with which a finding is suppressed. By it the hub can tell these suppressions from those of people
/// (Security Hub API Reference, `AwsSecurityFindingFilters`, `NoteUpdatedBy`).
pub(super) const NOTES_OF_SUPPRESSIONS: &str = "s3attest-exception";

/// Who wrote any other note.
pub(super) const NOTES: &str = "s3attest";

/// The member of `ProductFields` that says whether an exception in force accepts the finding.
pub(super) const IS_ACCEPTED: &str = "s3attest/IsAccepted";

/// `Workflow.Status` of a failed finding beside which an exception stands, for a hub that does not have the finding yet; any
/// other one begins as `NEW`, and what the hub has keeps its own.
pub(super) fn workflow(finding: &Finding) -> Option<&'static str> {
    let effect = finding.exception.as_ref()?.effect;
    (finding.verdict == Verdict::Fail).then_some(match effect {
        ExceptionEffect::Accepted => "SUPPRESSED",
        ExceptionEffect::Expired | ExceptionEffect::TagsUnknown => "NEW",
    })
}

/// `StandardsId` of the standards that Security Hub has itself.
pub(super) fn standard(framework: &str) -> Option<&'static str> {
    match framework {
        "nist-800-53-r5" => Some("standards/nist-800-53/v/5.0.0"),
        "nist-800-171-r2" => Some("standards/nist-800-171/v/2.0.0"),
        "aws-fsbp-1.0.0" => Some("standards/aws-foundational-security-best-practices/v/1.0.0"),
        "cis-aws-foundations-3.0.0" => Some("standards/cis-aws-foundations-benchmark/v/3.0.0"),
        "cis-aws-foundations-5.0.0" => Some("standards/cis-aws-foundations-benchmark/v/5.0.0"),
        "pci-dss-4.0.1" => Some("standards/pci-dss/v/4.0.1"),
        _ => None,
    }
}

/// How a requirement is named: NIST's as Security Hub writes them, any other with its framework's title.
pub(super) fn requirement(framework: &str, title: &str, control: &str) -> String {
    match framework {
        "nist-800-53-r5" => format!("NIST.800-53.r5 {control}"),
        "nist-800-171-r2" => format!("NIST.800-171.r2 {control}"),
        _ => format!("{title} {control}"),
    }
}
