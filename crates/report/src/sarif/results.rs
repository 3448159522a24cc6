//! A finding as SARIF's result.
//!
//! It does not know the rest of the log.

use s3attest_model::coverage::AccountStatus;
use s3attest_model::finding::{Finding, Resource, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::BASE;
use super::driver::level;
use super::message::Message;
use crate::identity;
use crate::joined::JoinedFinding;
use crate::text::legible;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultLine<'line> {
    rule_id: &'line str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: [Value; 1],
    partial_fingerprints: Value,
    /// On every result, since a log has them on all results or on none (section 3.27.23).
    suppressions: Vec<Value>,
    properties: Value,
}

pub(super) fn result(joined: &JoinedFinding, rule_index: Option<usize>) -> ResultLine<'_> {
    let finding = &joined.finding;
    ResultLine {
        rule_id: finding.check.as_str(),
        rule_index,
        kind: kind(finding.verdict),
        // Only a fail has a level (section 3.27.10).
        level: match finding.verdict {
            Verdict::Fail => level(finding.severity),
            Verdict::Pass | Verdict::NotApplicable | Verdict::NotAssessed => "none",
        },
        message: Message::of(&finding.message),
        locations: [location(joined)],
        partial_fingerprints: json!({"s3attestFinding/v1": identity::of_finding(finding)}),
        suppressions: suppression(finding).into_iter().collect(),
        properties: properties(joined),
    }
}

/// SARIF's words for verdicts (section 3.27.9). `open` is the one for which there was too little to decide.
fn kind(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "fail",
        Verdict::Pass => "pass",
        Verdict::NotApplicable => "notApplicable",
        Verdict::NotAssessed => "open",
    }
}

/// The resource, and the file of the run in which the evidence stands. The file is compressed, so it has no lines to
/// point at.
fn location(joined: &JoinedFinding) -> Value {
    let resource = &joined.finding.resource;
    let account = resource.account().as_str();
    let was_entered = joined
        .account
        .as_deref()
        .is_some_and(|account| matches!(account.status, AccountStatus::Assessed | AccountStatus::PartlyAssessed));
    let file = match resource {
        Resource::Organization { .. } => "organization.ndjson.zst".to_owned(),
        _ if was_entered => format!("accounts/{account}.ndjson.zst"),
        _ => "coverage.ndjson".to_owned(),
    };
    json!({
        "physicalLocation": {"artifactLocation": {"uri": file, "uriBaseId": BASE}},
        "logicalLocations": [{
            "name": legible(resource.name()),
            "fullyQualifiedName": legible(&resource.arn()),
            "kind": "resource",
        }],
    })
}

/// An exception in force. One that is expired, or of which nobody knows whether it applies, suppresses nothing, so it
/// stands among the properties alone.
fn suppression(finding: &Finding) -> Option<Value> {
    let exception = finding.exception.as_ref().filter(|_| finding.is_accepted())?;
    let justification = format!(
        "{} (exception {}, owner {}, ticket {}, until {})",
        exception.reason, exception.id, exception.owner, exception.ticket, exception.expires
    );
    Some(json!({
        "kind": "external",
        "status": "accepted",
        "justification": legible(&justification),
    }))
}

fn properties(joined: &JoinedFinding) -> Value {
    let finding = &joined.finding;
    let mut properties = json!({
        "account_id": finding.resource.account().as_str(),
        "account_name": legible(joined.account_name()),
        "resource_type": finding.resource.kind(),
        "severity": finding.severity.as_str(),
        "verdict": finding.verdict.as_str(),
    });
    if let Some(region) = finding.resource.region() {
        properties["region"] = json!(region.as_str());
    }
    if let Some(gap) = &finding.gap {
        properties["gap"] = json!({
            "cause": gap.cause.as_str(),
            "blocked_by": gap.blocked_by.map(s3attest_model::evidence::BlockedBy::as_str),
            "detail": legible(&gap.detail),
        });
    }
    if let Some(exception) = &finding.exception {
        properties["exception"] = json!({
            "id": legible(&exception.id),
            "effect": exception.effect.as_str(),
            "owner": legible(&exception.owner),
            "ticket": legible(&exception.ticket),
            "expires": exception.expires.to_string(),
        });
    }
    properties
}
