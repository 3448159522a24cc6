//! What the findings of one check share, worked out once and no longer than Security Hub takes it.

use serde::Serialize;

use super::words;
use crate::assessed::AssessedRun;
use crate::legible::within;
use crate::mapping::{ByCheck, MappedCheck, Mapping};
use crate::prose;

/// The parts of a finding that come from its check.
#[derive(Debug, Default)]
pub(super) struct CheckParts {
    pub(super) title: String,
    pub(super) types: [&'static str; 1],
    pub(super) standards: Vec<Standard>,
    /// At most 32; `requirements_in_all` says how many there are.
    pub(super) requirements: Vec<String>,
    pub(super) requirements_in_all: usize,
    pub(super) remediation: Option<Remediation>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Standard {
    standards_id: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Remediation {
    recommendation: Recommendation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recommendation {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The parts of every check of a run.
pub(super) fn of<R: AssessedRun>(run: &R) -> ByCheck<'_, CheckParts> {
    let unknown = CheckParts {
        types: ["Software and Configuration Checks"],
        ..CheckParts::default()
    };
    Mapping::new(run).each(unknown, |check| parts(run, check))
}

fn parts<R: AssessedRun>(run: &R, check: &MappedCheck<'_>) -> CheckParts {
    let mut parts = CheckParts {
        title: within(check.title(), 256).into_owned(),
        types: ["Software and Configuration Checks/AWS Security Best Practices"],
        ..CheckParts::default()
    };
    for framework in run.summary().frameworks() {
        let mut bears = false;
        for control in check.of_framework(&framework.id) {
            bears = true;
            let requirement = words::requirement(&framework.id, &framework.title, control.control.as_str());
            parts.requirements.push(within(&requirement, 256).into_owned());
        }
        if bears && let Some(standards_id) = words::standard(&framework.id) {
            parts.standards.push(Standard { standards_id });
        }
    }
    parts.requirements_in_all = parts.requirements.len();
    parts.requirements.truncate(32);
    if let Some(description) = check.description {
        let page = &description.page;
        let mut links = prose::links(&page.references)
            .into_iter()
            .chain(prose::links(&page.remediation));
        let text = prose::plain(&page.remediation);
        parts.remediation = (!text.trim().is_empty()).then(|| Remediation {
            recommendation: Recommendation {
                text: within(&text, 512).into_owned(),
                url: links.next().map(|(address, _)| address),
            },
        });
    }
    parts
}
