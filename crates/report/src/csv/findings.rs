//! `findings.csv`: a row for each finding, whatever its verdict.

use std::borrow::Cow;
use std::collections::BTreeMap;

use s3attest_model::finding::{EvidenceReference, Finding};
use s3attest_model::identifiers::CheckId;

use super::table::{Table, list};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;
use crate::mapping::{MappedCheck, Mapping};
use crate::staging::Staging;
use crate::text::rfc3339;

const HEADER: [&str; 26] = [
    "account_id",
    "account_name",
    "resource_type",
    "resource_name",
    "resource_arn",
    "region",
    "check_id",
    "check_title",
    "severity",
    "verdict",
    "message",
    "gap_cause",
    "gap_blocked_by",
    "gap_detail",
    "first_observed_at",
    "last_observed_at",
    "evidence",
    "request_ids",
    "controls",
    "controls_of_other_frameworks",
    "exception_id",
    "exception_state",
    "exception_owner",
    "exception_ticket",
    "exception_expires",
    "exception_reason",
];

/// What the rows of one check share.
#[derive(Default)]
struct CheckCells {
    title: String,
    controls: String,
    /// The controls of other frameworks than the first, each after its framework's id.
    other_controls: String,
}

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mapping = Mapping::new(run);
    let checks = check_cells(run, &mapping);
    let nothing = CheckCells::default();
    let mut table = Table::create(staging, "findings.csv", HEADER)?;
    for joined in joined::findings(run)? {
        let joined = joined?;
        let check = checks.get(&joined.finding.check).unwrap_or(&nothing);
        table.row(&cells(&joined.finding, joined.account_name(), check))?;
    }
    Ok(table.finish()?)
}

fn check_cells<'run, R: AssessedRun>(run: &'run R, mapping: &Mapping<'run>) -> BTreeMap<&'run CheckId, CheckCells> {
    let first = run.summary().framework.id.as_str();
    let cells = |(id, check): (&'run CheckId, &MappedCheck<'run>)| {
        let (own, others): (Vec<_>, Vec<_>) = check
            .controls
            .iter()
            .map(|(control, _)| *control)
            .partition(|control| control.framework == first);
        let own: Vec<&str> = own.iter().map(|control| control.control.as_str()).collect();
        let others: Vec<String> = others
            .iter()
            .map(|control| format!("{} {}", control.framework, control.control))
            .collect();
        let cells = CheckCells {
            title: check.title().to_owned(),
            controls: own.join("; "),
            other_controls: others.join("; "),
        };
        (id, cells)
    };
    mapping.iter().map(cells).collect()
}

fn cells<'finding>(
    finding: &'finding Finding,
    account_name: &'finding str,
    check: &'finding CheckCells,
) -> [Cow<'finding, str>; 26] {
    let resource = &finding.resource;
    let gap = finding.gap.as_ref();
    let exception = finding.exception.as_ref();
    let times = || {
        finding
            .evidence
            .iter()
            .filter_map(|evidence| evidence.source.observed_at)
    };
    let time = |moment: Option<jiff::Timestamp>| Cow::Owned(moment.map(rfc3339).unwrap_or_default());
    [
        resource.account().as_str().into(),
        account_name.into(),
        resource.kind().into(),
        resource.name().into(),
        resource.arn().into(),
        resource.region().map_or("", |region| region.as_str()).into(),
        finding.check.as_str().into(),
        check.title.as_str().into(),
        finding.severity.as_str().into(),
        finding.verdict.as_str().into(),
        finding.message.as_str().into(),
        gap.map_or("", |gap| gap.cause.as_str()).into(),
        gap.and_then(|gap| gap.blocked_by)
            .map_or("", |blocker| blocker.as_str())
            .into(),
        gap.map_or("", |gap| gap.detail.as_str()).into(),
        time(times().min()),
        time(times().max()),
        list(finding.evidence.iter().map(evidence)),
        list(
            finding
                .evidence
                .iter()
                .filter_map(|evidence| evidence.source.request_id.as_deref().map(ToOwned::to_owned)),
        ),
        check.controls.as_str().into(),
        check.other_controls.as_str().into(),
        exception.map_or("", |exception| exception.id.as_str()).into(),
        exception.map_or("", |exception| exception.effect.as_str()).into(),
        exception.map_or("", |exception| exception.owner.as_str()).into(),
        exception.map_or("", |exception| exception.ticket.as_str()).into(),
        exception
            .map(|exception| exception.expires.to_string())
            .unwrap_or_default()
            .into(),
        exception.map_or("", |exception| exception.reason.as_str()).into(),
    ]
}

/// A call and what it said: `s3.GetBucketPolicy absent NoSuchBucketPolicy`, with `of` and an ARN for another resource.
fn evidence(evidence: &EvidenceReference) -> String {
    let mut text = format!("{} {}", evidence.source.operation, evidence.state.as_str());
    if let Some(code) = &evidence.source.code {
        text.push(' ');
        text.push_str(code);
    }
    if let Some(arn) = &evidence.of {
        text.push_str(" of ");
        text.push_str(arn);
    }
    text
}
