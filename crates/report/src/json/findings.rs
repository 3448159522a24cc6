//! `findings.jsonl`: a line for each finding, whatever its verdict.

use jiff::Timestamp;
use jiff::civil::Date;
use s3attest_model::control::{ControlAssessment, ControlCheck};
use s3attest_model::evidence::Gap;
use s3attest_model::finding::EvidenceReference;
use serde::Serialize;

use super::{Lines, SCHEMA, Written};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::identity;
use crate::joined::{self, JoinedFinding};
use crate::mapping::Mapping;
use crate::staging::Staging;

#[derive(Serialize)]
struct Line<'line> {
    schema: u32,
    id: String,
    account: Account<'line>,
    resource: Resource<'line>,
    check: Check<'line>,
    severity: &'static str,
    verdict: &'static str,
    /// Whether an exception in force accepts the fail; the verdict stays what it is.
    is_accepted: bool,
    message: &'line str,
    gap: Option<GapLine<'line>>,
    evidence: Vec<Evidence<'line>>,
    controls: &'line [Control<'line>],
    exception: Option<Exception<'line>>,
}

#[derive(Serialize)]
struct Account<'line> {
    id: &'line str,
    name: &'line str,
    organizational_unit: Option<&'line str>,
    /// How far the account was read; nothing where the coverage does not name it.
    status: Option<&'static str>,
}

#[derive(Serialize)]
struct Resource<'line> {
    r#type: &'static str,
    name: &'line str,
    arn: String,
    region: Option<&'line str>,
}

#[derive(Serialize)]
struct Check<'line> {
    id: &'line str,
    title: &'line str,
}

#[derive(Serialize)]
struct GapLine<'line> {
    cause: &'static str,
    blocked_by: Option<&'static str>,
    detail: &'line str,
}

#[derive(Serialize)]
struct Evidence<'line> {
    state: &'static str,
    operation: &'line str,
    observed_at: Option<Timestamp>,
    request_id: Option<&'line str>,
    code: Option<&'line str>,
    of: Option<&'line str>,
}

#[derive(Serialize)]
struct Control<'line> {
    framework: &'line str,
    #[serde(rename = "control")]
    id: &'line str,
    strength: &'static str,
}

#[derive(Serialize)]
struct Exception<'line> {
    id: &'line str,
    effect: &'static str,
    owner: &'line str,
    reason: &'line str,
    ticket: &'line str,
    expires: Date,
}

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<Written, ReportError<R::Error>> {
    let mapping = Mapping::new(run);
    let controls = mapping.each(Vec::new(), |check| check.controls.iter().map(control).collect());
    let mut lines = Lines::create(staging, "findings.jsonl")?;
    for joined in joined::findings(run)? {
        let joined = joined?;
        let check = &joined.finding.check;
        let title = mapping.of(check).title();
        lines.line(&line(&joined, title, controls.of(check)))?;
    }
    Ok(lines.finish()?)
}

fn control<'run>((control, check): &(&'run ControlAssessment, &'run ControlCheck)) -> Control<'run> {
    Control {
        framework: &control.framework,
        id: control.control.as_str(),
        strength: check.strength.as_str(),
    }
}

fn line<'line>(joined: &'line JoinedFinding, title: &'line str, controls: &'line [Control<'line>]) -> Line<'line> {
    let finding = &joined.finding;
    let resource = &finding.resource;
    let account = joined.account.as_deref();
    Line {
        schema: SCHEMA,
        id: identity::of_finding(finding),
        account: Account {
            id: resource.account().as_str(),
            name: joined.account_name(),
            organizational_unit: account.and_then(|account| account.organizational_unit.as_deref()),
            status: account.map(|account| account.status.as_str()),
        },
        resource: Resource {
            r#type: resource.kind(),
            name: resource.name(),
            arn: resource.arn(),
            region: resource.region().map(s3attest_model::identifiers::RegionName::as_str),
        },
        check: Check {
            id: finding.check.as_str(),
            title,
        },
        severity: finding.severity.as_str(),
        verdict: finding.verdict.as_str(),
        is_accepted: finding.is_accepted(),
        message: &finding.message,
        gap: finding.gap.as_ref().map(gap),
        evidence: finding.evidence.iter().map(evidence).collect(),
        controls,
        exception: finding.exception.as_ref().map(|exception| Exception {
            id: &exception.id,
            effect: exception.effect.as_str(),
            owner: &exception.owner,
            reason: &exception.reason,
            ticket: &exception.ticket,
            expires: exception.expires,
        }),
    }
}

fn gap(gap: &Gap) -> GapLine<'_> {
    GapLine {
        cause: gap.cause.as_str(),
        blocked_by: gap.blocked_by.map(s3attest_model::evidence::BlockedBy::as_str),
        detail: &gap.detail,
    }
}

fn evidence(evidence: &EvidenceReference) -> Evidence<'_> {
    Evidence {
        state: evidence.state.as_str(),
        operation: evidence.source.operation.as_str(),
        observed_at: evidence.source.observed_at,
        request_id: evidence.source.request_id.as_deref(),
        code: evidence.source.code.as_deref(),
        of: evidence.of.as_deref(),
    }
}
