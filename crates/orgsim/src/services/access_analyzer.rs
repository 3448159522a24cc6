//! IAM Access Analyzer: the analyzers of a region, their findings, and what they archive by themselves.

use serde_json::{Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::{Rest, Route};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{Analyzer, AnalyzerAccess, AnalyzerCriterion, AnalyzerFinding, AnalyzerFindingSource};

/// Small pages, so that callers without paging are found out.
const ANALYZERS_A_PAGE: usize = 2;
const FINDINGS_A_PAGE: usize = 5;
const ACCESSES_A_PAGE: usize = 2;
const RULES_A_PAGE: usize = 2;

pub(super) static SERVICE: Service = Service {
    name: "accessanalyzer",
    signing_name: "access-analyzer",
    protocol: Protocol::RestJson,
    route: Route::Rest(find),
    claims_path: any_path,
    has_buckets: false,
    throttle: (429, "ThrottlingException"),
    operations: &[
        Operation {
            name: "ListAnalyzers",
            action: "access-analyzer:ListAnalyzers",
            answer: list_analyzers,
        },
        Operation {
            name: "ListFindings",
            action: "access-analyzer:ListFindings",
            answer: list_findings,
        },
        Operation {
            name: "ListFindingsV2",
            action: "access-analyzer:ListFindings",
            answer: list_findings_v2,
        },
        Operation {
            name: "GetFindingV2",
            action: "access-analyzer:GetFinding",
            answer: get_finding_v2,
        },
        Operation {
            name: "ListArchiveRules",
            action: "access-analyzer:ListArchiveRules",
            answer: list_archive_rules,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

fn find(rest: &Rest<'_>) -> Option<&'static str> {
    match (rest.method.as_str(), rest.path) {
        ("GET", "/analyzer") => Some("ListAnalyzers"),
        ("POST", "/finding") => Some("ListFindings"),
        ("POST", "/findingv2") => Some("ListFindingsV2"),
        ("GET", path) if path.starts_with("/findingv2/") => Some("GetFindingV2"),
        ("GET", path) if analyzer_of_archive_rules(path).is_some() => Some("ListArchiveRules"),
        _ => None,
    }
}

fn analyzer_of_archive_rules(path: &str) -> Option<&str> {
    path.strip_prefix("/analyzer/")?.strip_suffix("/archive-rule")
}

/// The analyzers of the region that is called.
fn analyzers<'call>(call: &Call<'call>) -> Vec<&'call Analyzer> {
    let analyzers = call.account().services.access_analyzer.iter();
    analyzers.filter(|analyzer| analyzer.region == call.region).collect()
}

fn arn(call: &Call<'_>, analyzer: &Analyzer) -> String {
    analyzer.arn(&call.world.scenario().partition, &call.account().id)
}

fn not_found() -> Failure {
    Failure::new(
        404,
        "ResourceNotFoundException",
        "The specified resource does not exist.",
    )
}

fn invalid(message: &'static str) -> Failure {
    Failure::new(400, "ValidationException", message)
}

fn analyzer_of_arn<'call>(call: &Call<'call>, wanted: Option<&str>) -> Result<&'call Analyzer, Failure> {
    let wanted = wanted.ok_or_else(|| invalid("analyzerArn is missing."))?;
    let mut analyzers = analyzers(call).into_iter();
    analyzers
        .find(|analyzer| arn(call, analyzer) == wanted)
        .ok_or_else(not_found)
}

fn list_analyzers(call: &Call<'_>) -> Result<Success, Failure> {
    let mut analyzers = analyzers(call);
    if let Some(wanted) = call.parameter("type") {
        analyzers.retain(|analyzer| analyzer.analyzer_type == wanted);
    }
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &analyzers, token.as_deref(), ANALYZERS_A_PAGE)?;
    let entries: Vec<_> = entries
        .iter()
        .map(|analyzer| {
            without_nulls(json!({
                "arn": arn(call, analyzer),
                "name": analyzer.name,
                "type": analyzer.analyzer_type,
                "createdAt": analyzer.created_at,
                "lastResourceAnalyzed": analyzer.last_resource_analyzed,
                "lastResourceAnalyzedAt": analyzer.last_resource_analyzed_at,
                "tags": {},
                "status": analyzer.status,
                "statusReason": analyzer.status_reason.as_ref().map(|code| json!({"code": code})),
                "managedBy": analyzer.managed_by,
            }))
        })
        .collect();
    Ok(Success::json(&without_nulls(
        json!({"analyzers": entries, "nextToken": next}),
    )))
}

fn list_findings(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let analyzer = analyzer_of_arn(call, members["analyzerArn"].as_str())?;
    if !matches!(analyzer.analyzer_type.as_str(), "ACCOUNT" | "ORGANIZATION") {
        return Err(invalid(
            "The operation is not supported for this type of analyzer. Use ListFindingsV2.",
        ));
    }
    let found = filtered(analyzer, &members["filter"])?;
    let (entries, next) = page(call, &found, members["nextToken"].as_str(), FINDINGS_A_PAGE)?;
    let entries: Vec<_> = entries.iter().map(|finding| summary(finding)).collect();
    Ok(Success::json(&without_nulls(
        json!({"findings": entries, "nextToken": next}),
    )))
}

fn list_findings_v2(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let analyzer = analyzer_of_arn(call, members["analyzerArn"].as_str())?;
    let found = filtered(analyzer, &members["filter"])?;
    let (entries, next) = page(call, &found, members["nextToken"].as_str(), FINDINGS_A_PAGE)?;
    let entries: Vec<_> = entries.iter().map(|finding| head(analyzer, finding)).collect();
    Ok(Success::json(&without_nulls(
        json!({"findings": entries, "nextToken": next}),
    )))
}

fn get_finding_v2(call: &Call<'_>) -> Result<Success, Failure> {
    let analyzer = analyzer_of_arn(call, call.parameter("analyzerArn").as_deref())?;
    let id = call.path.strip_prefix("/findingv2/").unwrap_or_default();
    let mut findings = analyzer.findings.iter();
    let finding = findings.find(|finding| finding.id == id).ok_or_else(not_found)?;
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &finding.accesses, token.as_deref(), ACCESSES_A_PAGE)?;
    let details: Vec<_> = entries
        .iter()
        .map(|entry| match finding_type(analyzer) {
            "InternalAccess" => json!({"internalAccessDetails": without_nulls(json!({
                "action": entry.actions,
                "condition": entry.condition,
                "principal": entry.principal,
                "principalOwnerAccount": entry.principal_owner_account,
                "accessType": entry.access_type,
                "principalType": entry.principal_type,
                "sources": sources(&entry.sources),
                "resourceControlPolicyRestriction": entry.resource_control_policy_restriction,
                "serviceControlPolicyRestriction": entry.service_control_policy_restriction,
            }))}),
            "ExternalAccess" => json!({"externalAccessDetails": without_nulls(access(entry))}),
            _ => json!({"unusedIamRoleDetails": {}}),
        })
        .collect();
    let mut body = head(analyzer, finding);
    body["findingDetails"] = json!(details);
    body["nextToken"] = json!(next);
    Ok(Success::json(&without_nulls(body)))
}

fn list_archive_rules(call: &Call<'_>) -> Result<Success, Failure> {
    let name = analyzer_of_archive_rules(call.path).unwrap_or_default();
    let mut analyzers = analyzers(call).into_iter();
    let analyzer = analyzers.find(|analyzer| analyzer.name == name).ok_or_else(not_found)?;
    let token = call.parameter("nextToken");
    let (entries, next) = page(call, &analyzer.archive_rules, token.as_deref(), RULES_A_PAGE)?;
    let entries: Vec<_> = entries
        .iter()
        .map(|rule| {
            json!({
                "ruleName": rule.name,
                "createdAt": rule.created_at,
                "updatedAt": rule.updated_at,
                "filter": rule.filter,
            })
        })
        .collect();
    Ok(Success::json(&without_nulls(
        json!({"archiveRules": entries, "nextToken": next}),
    )))
}

fn finding_type(analyzer: &Analyzer) -> &'static str {
    match analyzer.analyzer_type.as_str() {
        "ACCOUNT" | "ORGANIZATION" => "ExternalAccess",
        "ACCOUNT_INTERNAL_ACCESS" | "ORGANIZATION_INTERNAL_ACCESS" => "InternalAccess",
        _ => "UnusedIAMRole",
    }
}

/// A finding as `ListFindings` has it.
fn summary(finding: &AnalyzerFinding) -> Value {
    let mut body = finding.accesses.first().map_or_else(|| json!({}), access);
    if body["condition"].is_null() {
        body["condition"] = json!({});
    }
    for (key, value) in [
        ("id", json!(finding.id)),
        ("resource", json!(finding.resource)),
        ("resourceType", json!(finding.resource_type)),
        ("resourceOwnerAccount", json!(finding.resource_owner_account)),
        ("status", json!(finding.status)),
        ("error", json!(finding.error)),
        ("createdAt", json!(finding.created_at)),
        ("analyzedAt", json!(finding.analyzed_at)),
        ("updatedAt", json!(finding.updated_at)),
    ] {
        body[key] = value;
    }
    without_nulls(body)
}

/// A finding as `ListFindingsV2` has it.
fn head(analyzer: &Analyzer, finding: &AnalyzerFinding) -> Value {
    without_nulls(json!({
        "id": finding.id,
        "resource": finding.resource,
        "resourceType": finding.resource_type,
        "resourceOwnerAccount": finding.resource_owner_account,
        "status": finding.status,
        "error": finding.error,
        "findingType": finding_type(analyzer),
        "createdAt": finding.created_at,
        "analyzedAt": finding.analyzed_at,
        "updatedAt": finding.updated_at,
    }))
}

/// What both forms say of access from outside.
fn access(entry: &AnalyzerAccess) -> Value {
    json!({
        "action": entry.actions,
        "condition": entry.condition,
        "isPublic": entry.is_public,
        "principal": entry.principal,
        "sources": sources(&entry.sources),
        "resourceControlPolicyRestriction": entry.resource_control_policy_restriction,
    })
}

fn sources(sources: &[AnalyzerFindingSource]) -> Value {
    let sources = sources.iter().map(|source| {
        let detail = without_nulls(json!({
            "accessPointArn": source.access_point_arn,
            "accessPointAccount": source.access_point_account,
        }));
        let has_detail = detail.as_object().is_some_and(|members| !members.is_empty());
        without_nulls(json!({"type": source.source_type, "detail": has_detail.then_some(detail)}))
    });
    sources.collect()
}

/// The findings that a filter lets through; a filter by something that is not simulated is refused, so that nobody takes an
/// unfiltered list for a filtered one.
fn filtered<'call>(analyzer: &'call Analyzer, filter: &Value) -> Result<Vec<&'call AnalyzerFinding>, Failure> {
    let mut found: Vec<_> = analyzer.findings.iter().collect();
    for (key, criterion) in filter.as_object().into_iter().flatten() {
        let criterion: AnalyzerCriterion =
            serde_json::from_value(criterion.clone()).map_err(|_| invalid("The filter is not valid."))?;
        let member: fn(&AnalyzerFinding) -> &str = match key.as_str() {
            "resourceType" => |finding| finding.resource_type.as_str(),
            "status" => |finding| finding.status.as_str(),
            "resourceOwnerAccount" => |finding| finding.resource_owner_account.as_str(),
            _ => return Err(invalid("The filter key is not simulated.")),
        };
        found.retain(|finding| {
            let value = member(finding);
            criterion
                .eq
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|each| each == value))
                && criterion
                    .neq
                    .as_ref()
                    .is_none_or(|unwanted| unwanted.iter().all(|each| each != value))
                && criterion
                    .contains
                    .as_ref()
                    .is_none_or(|parts| parts.iter().any(|part| value.contains(part)))
        });
    }
    Ok(found)
}

/// Members that are null are left out, as AWS leaves them out.
fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}
