//! `findings`: a row for each finding, whatever its verdict.

use s3attest_model::evidence::BlockedBy;
use s3attest_model::finding::Finding;
use s3attest_model::identifiers::RegionName;

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::mapping::{ByCheck, Mapping};
use crate::{call, joined, times};

pub(super) struct Findings;

const COLUMNS: &[Column] = &[
    Column::text("account_id", "The account."),
    Column::text("account_name", "The account's name; empty when only the id is known."),
    Column::text(
        "resource_type",
        "organization, account, region, access-point or bucket.",
    ),
    Column::text(
        "resource_name",
        "The name of the bucket, the access point or the region, or the id of the account or the organization.",
    ),
    Column::text(
        "resource_arn",
        "The ARN of the bucket or the access point, or AWS::::Account: and the account's id; for a region and the organization \
         with / and its name or id behind it.",
    ),
    Column::text(
        "region",
        "The region of the resource; empty where it has none and where it is not known.",
    ),
    Column::text("check_id", "The check."),
    Column::text("check_title", "The property that the check wants."),
    Column::grade(
        "severity",
        "How much a fail matters: critical, high, medium, low or info.",
    ),
    Column::grade(
        "verdict",
        "fail, not-assessed, pass or not-applicable; an accepted finding has the verdict fail.",
    ),
    Column::text("message", "The reason in a sentence."),
    Column::text(
        "gap_cause",
        "For not-assessed: why the evidence is missing, such as denied or throttled.",
    ),
    Column::text("gap_blocked_by", "For a denial: the kind of document that refused."),
    Column::text("gap_detail", "For not-assessed: what AWS or the network said."),
    Column::moment(
        "first_observed_at",
        "The earliest answer that the verdict was read from.",
    ),
    Column::moment("last_observed_at", "The latest answer that the verdict was read from."),
    Column::list(
        "evidence",
        "The calls that the verdict was read from: operation, then present, absent or gap, then the error code, then of and an \
         ARN where another resource was read.",
    ),
    Column::list("request_ids", "Their request ids, for CloudTrail and AWS Support."),
    Column::list(
        "controls",
        "The controls of the first framework on which the check bears.",
    ),
    Column::list(
        "controls_of_other_frameworks",
        "Those of the other frameworks, each after its framework's id.",
    ),
    Column::text(
        "exception_id",
        "The exception that is about a failed finding; empty where there is none.",
    ),
    Column::grade(
        "exception_state",
        "accepted; expired: the fail counts again; tags-unknown: the exception goes by a tag and the bucket's tags are not known, \
         so it does not apply.",
    ),
    Column::text("exception_owner", "Who answers for the exception."),
    Column::text("exception_ticket", "Where it was decided."),
    Column::date("exception_expires", "Its last day in force, in UTC."),
    Column::text("exception_reason", "Why the fail is accepted."),
];

/// What the rows of one check share.
#[derive(Default)]
struct CheckCells<'run> {
    title: &'run str,
    controls: Vec<&'run str>,
    /// The controls of other frameworks than the first, each after its framework's id.
    other_controls: Vec<String>,
}

impl Definition for Findings {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each finding, whatever its verdict: by account, in each the account's own findings, \
                                 then those on its buckets by name, then by check.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        let checks = check_cells(run);
        for joined in joined::findings(run)? {
            let joined = joined?;
            let check = checks.of(&joined.finding.check);
            rows.row(&cells(&joined.finding, joined.account_name(), check))?;
        }
        Ok(())
    }
}

fn check_cells<R: AssessedRun>(run: &R) -> ByCheck<'_, CheckCells<'_>> {
    let first = run.summary().framework.id.as_str();
    Mapping::new(run).each(CheckCells::default(), |check| {
        let others = check.controls.iter().map(|(control, _)| *control);
        CheckCells {
            title: check.title(),
            controls: check
                .of_framework(first)
                .map(|control| control.control.as_str())
                .collect(),
            other_controls: others
                .filter(|control| control.framework != first)
                .map(|control| format!("{} {}", control.framework, control.control))
                .collect(),
        }
    })
}

fn cells<'row>(
    finding: &'row Finding,
    account_name: &'row str,
    check: &'row CheckCells<'_>,
) -> [Cell<'row>; COLUMNS.len()] {
    let resource = &finding.resource;
    let gap = finding.gap.as_ref();
    let exception = finding.exception.as_ref();
    let sources = || finding.evidence.iter().map(|evidence| &evidence.source);
    let observed = times::observed(finding);
    [
        resource.account().as_str().into(),
        account_name.into(),
        resource.kind().into(),
        resource.name().into(),
        resource.arn().into(),
        resource.region().map(RegionName::as_str).into(),
        finding.check.as_str().into(),
        check.title.into(),
        finding.severity.as_str().into(),
        finding.verdict.as_str().into(),
        finding.message.as_str().into(),
        gap.map(|gap| gap.cause.as_str()).into(),
        gap.and_then(|gap| gap.blocked_by).map(BlockedBy::as_str).into(),
        gap.map(|gap| gap.detail.as_str()).into(),
        observed.map(|(first, _)| first).into(),
        observed.map(|(_, last)| last).into(),
        Cell::list(finding.evidence.iter().map(call::line)),
        Cell::list(sources().filter_map(|source| source.request_id.as_deref())),
        Cell::list(check.controls.iter().copied()),
        Cell::list(check.other_controls.iter().map(String::as_str)),
        exception.map(|exception| exception.id.as_str()).into(),
        exception.map(|exception| exception.effect.as_str()).into(),
        exception.map(|exception| exception.owner.as_str()).into(),
        exception.map(|exception| exception.ticket.as_str()).into(),
        exception.map(|exception| exception.expires).into(),
        exception.map(|exception| exception.reason.as_str()).into(),
    ]
}
