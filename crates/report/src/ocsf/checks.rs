//! What the events of one check share, worked out once.

use s3attest_model::check::Severity;
use serde::Serialize;

use crate::assessed::AssessedRun;
use crate::mapping::{ByCheck, MappedCheck, Mapping};
use crate::prose;
use crate::text::legible;

/// The parts of an event that come from its check.
#[derive(Debug, Default)]
pub(super) struct CheckParts {
    pub(super) title: String,
    pub(super) question: String,
    pub(super) severity: Option<Severity>,
    /// The controls of the first framework, joined.
    pub(super) control: String,
    /// The controls of every framework, each with its framework's title.
    pub(super) requirements: Vec<String>,
    /// The frameworks' titles.
    pub(super) standards: Vec<String>,
    pub(super) operations: Vec<String>,
    pub(super) remediation: Option<Remediation>,
}

/// How to put right what fails.
#[derive(Debug, Serialize)]
pub(super) struct Remediation {
    desc: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<String>,
}

/// The parts of every check of a run.
pub(super) fn of<R: AssessedRun>(run: &R) -> ByCheck<'_, CheckParts> {
    Mapping::new(run).each(CheckParts::default(), |check| parts(run, check))
}

fn parts<R: AssessedRun>(run: &R, check: &MappedCheck<'_>) -> CheckParts {
    let first = run.summary().framework.id.as_str();
    let mut parts = CheckParts {
        title: legible(check.title()).into_owned(),
        control: check
            .of_framework(first)
            .map(|control| control.control.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        ..CheckParts::default()
    };
    for framework in run.summary().frameworks() {
        for control in check.of_framework(&framework.id) {
            parts.requirements.push(format!(
                "{}: {} {}",
                legible(&framework.title),
                control.control,
                legible(&control.title)
            ));
            let title = legible(&framework.title);
            if parts.standards.iter().all(|known| *known != title) {
                parts.standards.push(title.into_owned());
            }
        }
    }
    if let Some(description) = check.description {
        parts.question = legible(&description.question).into_owned();
        parts.severity = Some(description.severity);
        parts.operations.clone_from(&description.operations);
        let page = &description.page;
        let references = prose::links(&format!("{}\n\n{}", page.remediation, page.references));
        let references = references.into_iter().map(|(address, _)| address).collect();
        parts.remediation = Some(Remediation {
            desc: prose::plain(&page.remediation),
            references,
        });
    }
    parts
}
