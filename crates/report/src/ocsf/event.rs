//! One event: a finding as the schema wants it (OCSF Schema 1.5.0, class `compliance_finding`, profile `cloud`).

use s3attest_model::finding::{EvidenceReference, Finding, Resource};
use s3attest_model::identifiers::{Partition, RegionName};
use serde::Serialize;
use serde_json::{Map, Value};

use super::checks::{CheckParts, Remediation};
use super::words;
use crate::identity::{self, Uuid};
use crate::joined::JoinedFinding;
use crate::legible::Legible;
use crate::mapping::ByCheck;
use crate::surroundings::Surroundings;
use crate::text::{legible, rfc3339};
use crate::times;

/// The version of the schema by which the events are written.
const SCHEMA_VERSION: &str = "1.5.0";

/// A Compliance Finding. The members have the schema's names.
#[derive(Serialize)]
pub(super) struct Event<'a> {
    activity_id: u8,
    activity_name: &'static str,
    category_name: &'static str,
    category_uid: u8,
    class_name: &'static str,
    class_uid: u16,
    cloud: Cloud<'a>,
    compliance: Compliance<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidences: Vec<Artifact<'a>>,
    finding_info: Information<'a>,
    message: Legible<'a>,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<&'a Remediation>,
    resources: [Target<'a>; 1],
    severity: &'static str,
    severity_id: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<i64>,
    status: &'static str,
    status_code: &'static str,
    status_detail: Legible<'a>,
    status_id: u8,
    time: i64,
    type_name: &'static str,
    type_uid: u32,
    unmapped: Value,
}

#[derive(Serialize)]
struct Cloud<'a> {
    account: Account<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<Organizational<'a>>,
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
}

#[derive(Clone, Copy, Serialize)]
struct Account<'a> {
    name: Legible<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
    uid: &'a str,
}

#[derive(Serialize)]
struct Organizational<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ou_name: Option<Legible<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
}

#[derive(Serialize)]
struct Compliance<'a> {
    checks: [Check<'a>; 1],
    #[serde(skip_serializing_if = "str::is_empty")]
    control: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    requirements: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    standards: &'a [String],
    status: &'static str,
    status_code: &'static str,
    status_details: [Legible<'a>; 1],
    status_id: u8,
}

#[derive(Serialize)]
struct Check<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    desc: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_id: Option<u8>,
    status: &'static str,
    status_id: u8,
    uid: &'a str,
}

#[derive(Serialize)]
struct Information<'a> {
    analytic: Analytic<'a>,
    created_time: i64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    data_sources: &'a [String],
    desc: Legible<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_time: Option<i64>,
    modified_time: i64,
    title: &'a str,
    types: [&'static str; 1],
    uid: String,
}

#[derive(Serialize)]
struct Analytic<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
    uid: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Metadata<'a> {
    correlation_uid: &'a str,
    event_code: &'a str,
    product: Product<'a>,
    profiles: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_uid: Option<&'a str>,
    uid: String,
    version: &'static str,
}

#[derive(Serialize)]
struct Product<'a> {
    name: &'static str,
    vendor_name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Target<'a> {
    cloud_partition: &'static str,
    name: Legible<'a>,
    owner: Owner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    uid: String,
}

/// The account as the owner of a resource: the schema knows owners as users.
#[derive(Serialize)]
struct Owner<'a> {
    account: Account<'a>,
    name: Legible<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
    uid: &'a str,
}

/// A call that the verdict was read from.
#[derive(Serialize)]
struct Artifact<'a> {
    api: Api<'a>,
    data: Said<'a>,
    name: &'a str,
}

#[derive(Serialize)]
struct Api<'a> {
    operation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Request<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Response<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    uid: Legible<'a>,
}

#[derive(Serialize)]
struct Response<'a> {
    error: Legible<'a>,
}

#[derive(Serialize)]
struct Said<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Legible<'a>>,
}

impl<'a> Event<'a> {
    /// The event of a finding.
    pub(super) fn new(
        joined: &'a JoinedFinding,
        checks: &'a ByCheck<'_, CheckParts>,
        around: &'a Surroundings<'_>,
    ) -> Self {
        let finding = &joined.finding;
        let parts = checks.of(&finding.check);
        let compliance = words::compliance(finding.verdict);
        let (severity, status) = (words::event_severity(finding), words::workflow(finding));
        let observed = times::observed(finding);
        let (first, last) = (
            observed.map(|(first, _)| first.as_millisecond()),
            observed.map(|(_, last)| last.as_millisecond()),
        );
        let account = Account {
            name: Legible(joined.account_name()),
            kind: "AWS Account",
            type_id: 10,
            uid: finding.resource.account().as_str(),
        };
        let uid = identity::of_finding(finding);
        let region = finding.resource.region().map(RegionName::as_str);
        Self {
            activity_id: 1,
            activity_name: "Create",
            category_name: "Findings",
            category_uid: 2,
            class_name: "Compliance Finding",
            class_uid: 2003,
            cloud: Cloud {
                account,
                org: organizational(joined, around),
                provider: "AWS",
                region,
            },
            compliance: Compliance {
                checks: [Check {
                    desc: &parts.question,
                    name: title(finding, parts),
                    severity: parts.severity.map(|severity| words::severity(severity).caption),
                    severity_id: parts.severity.map(|severity| words::severity(severity).id),
                    status: compliance.caption,
                    status_id: compliance.id,
                    uid: finding.check.as_str(),
                }],
                control: &parts.control,
                requirements: &parts.requirements,
                standards: &parts.standards,
                status: compliance.caption,
                status_code: finding.verdict.as_str(),
                status_details: [Legible(&finding.message)],
                status_id: compliance.id,
            },
            end_time: last,
            evidences: finding.evidence.iter().map(artifact).collect(),
            message: Legible(&finding.message),
            metadata: metadata(finding, &uid, around),
            finding_info: Information {
                analytic: Analytic {
                    name: title(finding, parts),
                    kind: "Rule",
                    type_id: 1,
                    uid: finding.check.as_str(),
                    version: around.tool_version,
                },
                created_time: around.updated.as_millisecond(),
                data_sources: &parts.operations,
                desc: Legible(&finding.message),
                first_seen_time: first,
                last_seen_time: last,
                modified_time: around.updated.as_millisecond(),
                title: title(finding, parts),
                types: ["Software and Configuration Checks"],
                uid,
            },
            remediation: parts.remediation.as_ref(),
            resources: [target(&finding.resource, account, around.run.partition)],
            severity: severity.caption,
            severity_id: severity.id,
            start_time: first,
            status: status.caption,
            status_code: finding.verdict.as_str(),
            status_detail: Legible(&finding.message),
            status_id: status.id,
            time: around.updated.as_millisecond(),
            type_name: "Compliance Finding: Create",
            type_uid: 200_301,
            unmapped: unmapped(joined, around),
        }
    }
}

/// The wanted property; the check's id where the check is not described any more.
fn title<'a>(finding: &'a Finding, parts: &'a CheckParts) -> &'a str {
    if parts.title.is_empty() {
        finding.check.as_str()
    } else {
        &parts.title
    }
}

fn organizational<'a>(joined: &'a JoinedFinding, around: &'a Surroundings<'_>) -> Option<Organizational<'a>> {
    let organization = around.organization_id();
    let unit = joined
        .account
        .as_ref()
        .and_then(|account| account.organizational_unit.as_deref());
    (organization.is_some() || unit.is_some()).then(|| Organizational {
        ou_name: unit.map(Legible),
        uid: organization,
    })
}

fn metadata<'a>(finding: &'a Finding, uid: &str, around: &'a Surroundings<'_>) -> Metadata<'a> {
    Metadata {
        correlation_uid: &around.run.id,
        event_code: finding.check.as_str(),
        product: Product {
            name: "s3attest",
            vendor_name: "s3attest",
            version: around.tool_version,
        },
        profiles: ["cloud"],
        tenant_uid: around.organization_id(),
        uid: Uuid::of("ocsf-event", &[&around.run.id, uid]).to_string(),
        version: SCHEMA_VERSION,
    }
}

fn target<'a>(resource: &'a Resource, account: Account<'a>, of_run: Partition) -> Target<'a> {
    Target {
        cloud_partition: resource.partition().unwrap_or(of_run).as_str(),
        name: Legible(resource.name()),
        owner: Owner {
            account,
            name: account.name,
            kind: "AWS Account",
            type_id: 99,
            uid: account.uid,
        },
        region: resource.region().map(RegionName::as_str),
        kind: match resource {
            Resource::Organization { .. } => "AwsOrganization",
            Resource::Account { .. } => "AwsAccount",
            Resource::Region { .. } => "AwsRegion",
            Resource::AccessPoint { .. } => "AwsS3AccessPoint",
            Resource::Bucket { .. } => "AwsS3Bucket",
        },
        uid: legible(&resource.arn()).into_owned(),
    }
}

fn artifact(evidence: &EvidenceReference) -> Artifact<'_> {
    let source = &evidence.source;
    Artifact {
        api: Api {
            operation: source.operation.as_str(),
            request: source.request_id.as_deref().map(|uid| Request { uid: Legible(uid) }),
            response: source.code.as_deref().map(|error| Response { error: Legible(error) }),
        },
        data: Said {
            state: evidence.state.as_str(),
            observed_at: source.observed_at.map(rfc3339),
            of: evidence.of.as_deref().map(Legible),
        },
        name: source.operation.as_str(),
    }
}

/// What the schema has no place for: our own verdict, why evidence is missing, and the exception beside a fail.
fn unmapped(joined: &JoinedFinding, around: &Surroundings<'_>) -> Value {
    let finding = &joined.finding;
    let text = |text: &str| Value::from(legible(text).into_owned());
    let mut unmapped = Map::new();
    unmapped.insert("verdict".to_owned(), finding.verdict.as_str().into());
    unmapped.insert("check_severity".to_owned(), finding.severity.as_str().into());
    unmapped.insert("resource_kind".to_owned(), finding.resource.kind().into());
    if let Some(account) = &joined.account {
        unmapped.insert("account_coverage".to_owned(), account.status.as_str().into());
    }
    if around.run.is_simulated {
        unmapped.insert("is_simulated".to_owned(), true.into());
    }
    if !around.accounts_are_listed {
        unmapped.insert("account_list".to_owned(), "incomplete".into());
    }
    if let Some(gap) = &finding.gap {
        let mut map = Map::new();
        map.insert("cause".to_owned(), gap.cause.as_str().into());
        map.insert("detail".to_owned(), text(&gap.detail));
        if let Some(blocker) = gap.blocked_by {
            map.insert("blocked_by".to_owned(), blocker.as_str().into());
        }
        unmapped.insert("gap".to_owned(), map.into());
    }
    if let Some(exception) = &finding.exception {
        let mut map = Map::new();
        map.insert("id".to_owned(), text(&exception.id));
        map.insert("state".to_owned(), exception.effect.as_str().into());
        map.insert("owner".to_owned(), text(&exception.owner));
        map.insert("reason".to_owned(), text(&exception.reason));
        map.insert("ticket".to_owned(), text(&exception.ticket));
        map.insert("expires".to_owned(), exception.expires.to_string().into());
        unmapped.insert("exception".to_owned(), map.into());
    }
    unmapped.into()
}
