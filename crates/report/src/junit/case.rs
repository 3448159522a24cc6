//! A case: a finding, or how far something was read, and what became of it.
//!
//! It does not know suites.

use s3attest_model::evidence::BlockedBy;
use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::{Finding, Verdict};

use super::xml::Xml;
use crate::error::WriteError;
use crate::joined::JoinedFinding;
use crate::mapping::MappedCheck;
use crate::text::{clip, rfc3339};

/// The class of the cases about coverage; findings have their check's id there.
const COVERAGE: &str = "coverage";

/// How long a message may be that stands in an attribute, where build servers show it in one line. The text of the
/// element has all of it.
const MESSAGE_LIMIT: usize = 500;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed {
        kind: String,
        message: String,
        text: String,
    },
    Error {
        kind: String,
        message: String,
        text: String,
    },
    Skipped {
        message: String,
    },
}

/// A case.
#[derive(Debug)]
pub(super) struct Case {
    class: String,
    name: String,
    pub(super) outcome: Outcome,
}

impl Case {
    /// A case about how far something was read.
    pub(super) fn coverage(name: &str, outcome: Outcome) -> Self {
        Self {
            class: COVERAGE.to_owned(),
            name: name.to_owned(),
            outcome,
        }
    }

    /// A finding. Its name is the resource's ARN and its class the check, which together are unique in an account.
    pub(super) fn of_finding(joined: &JoinedFinding, check: &MappedCheck<'_>) -> Self {
        let finding = &joined.finding;
        Self {
            class: finding.check.to_string(),
            name: finding.resource.arn(),
            outcome: outcome(finding, check),
        }
    }

    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), WriteError> {
        let attributes = [("classname", self.class.as_str()), ("name", self.name.as_str())];
        let (element, kind, message, text) = match &self.outcome {
            Outcome::Passed => return xml.empty("testcase", &attributes),
            Outcome::Failed { kind, message, text } => ("failure", kind.as_str(), message, text.as_str()),
            Outcome::Error { kind, message, text } => ("error", kind.as_str(), message, text.as_str()),
            Outcome::Skipped { message } => ("skipped", "", message, message.as_str()),
        };
        xml.open::<&str, &str>("testcase", &attributes, &[])?;
        let message = clip(message, MESSAGE_LIMIT);
        let mut attributes = vec![("message", message.as_ref())];
        if !kind.is_empty() {
            attributes.push(("type", kind));
        }
        xml.text(element, &attributes, text)?;
        xml.close("testcase")
    }
}

fn outcome(finding: &Finding, check: &MappedCheck<'_>) -> Outcome {
    match finding.verdict {
        Verdict::Pass => Outcome::Passed,
        Verdict::Fail if finding.is_accepted() => Outcome::Skipped {
            message: accepted(finding),
        },
        Verdict::Fail => Outcome::Failed {
            kind: finding.severity.to_string(),
            message: finding.message.clone(),
            text: text(finding, check),
        },
        Verdict::NotAssessed => Outcome::Error {
            kind: finding
                .gap
                .as_ref()
                .map_or_else(|| finding.verdict.to_string(), |gap| gap.cause.to_string()),
            message: format!("Not assessed: {}", finding.message),
            text: text(finding, check),
        },
        Verdict::NotApplicable => Outcome::Skipped {
            message: format!("Not applicable: {}", finding.message),
        },
    }
}

fn accepted(finding: &Finding) -> String {
    let by = finding.exception.as_ref().map_or_else(String::new, |exception| {
        format!(
            " until {} by exception {} (owner {}, ticket {}): {}",
            exception.expires, exception.id, exception.owner, exception.ticket, exception.reason
        )
    });
    format!("Fails, and is accepted{by}. {}", finding.message)
}

/// Everything about a finding that did not pass, a line for each.
fn text(finding: &Finding, check: &MappedCheck<'_>) -> String {
    let mut lines = vec![finding.message.clone()];
    if !check.title().is_empty() {
        lines.push(format!("Wanted: {}", check.title()));
    }
    lines.push(format!("Severity: {}", finding.severity));
    if let Some(region) = finding.resource.region() {
        lines.push(format!("Region: {region}"));
    }
    if let Some(gap) = &finding.gap {
        let blocker = match gap.blocked_by {
            Some(BlockedBy::Unknown) => ", and AWS did not say by what".to_owned(),
            Some(by) => format!(" by {by}"),
            None => String::new(),
        };
        lines.push(format!("Missing: {}{blocker}. {}", gap.cause.phrase(), gap.detail));
    }
    if let Some(exception) = &finding.exception {
        let effect = match exception.effect {
            ExceptionEffect::Accepted => "accepts it",
            ExceptionEffect::Expired => "is expired",
            ExceptionEffect::TagsUnknown => "goes by a tag, and the bucket's tags are not known",
        };
        lines.push(format!("Exception {} ({}) {effect}.", exception.id, exception.ticket));
    }
    for evidence in &finding.evidence {
        let source = &evidence.source;
        let time = source
            .observed_at
            .map(|time| format!(" at {}", rfc3339(time)))
            .unwrap_or_default();
        lines.push(format!("Read: {} {}{time}", source.operation, evidence.state.as_str()));
    }
    let controls: Vec<&str> = check
        .controls
        .iter()
        .map(|(control, _)| control.control.as_str())
        .collect();
    if !controls.is_empty() {
        lines.push(format!("Controls: {}", controls.join(", ")));
    }
    lines.join("\n")
}
