//! One finding as Security Hub takes it (Security Hub API Reference, `AwsSecurityFinding`), with the lengths that it allows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use s3attest_model::finding::{EvidenceReference, Finding, Resource, Verdict};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::bucket::Known;
use super::checks::{CheckParts, Remediation, Standard};
use super::words;
use crate::joined::JoinedFinding;
use crate::legible::within;
use crate::surroundings::Surroundings;
use crate::text::rfc3339;
use crate::{call, times};

/// A finding. The members have the format's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SecurityFinding<'a> {
    aws_account_id: &'a str,
    company_name: &'static str,
    compliance: Compliance<'a>,
    created_at: String,
    description: Cow<'a, str>,
    finding_provider_fields: ProviderFields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_observed_at: Option<String>,
    generator_id: String,
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_observed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    product_arn: &'a str,
    product_fields: BTreeMap<&'static str, Cow<'a, str>>,
    product_name: &'static str,
    /// The hub deletes active findings that were not updated for 90 days (Security Hub User Guide, "Creating and updating
    /// findings in Security Hub CSPM").
    record_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<&'a Remediation>,
    resources: [Target<'a>; 1],
    schema_version: &'static str,
    severity: Severity,
    title: Cow<'a, str>,
    types: [&'static str; 1],
    /// The hub ignores an import that is not later than what it has (Security Hub User Guide, "Using `BatchImportFindings`
    /// to create and update findings").
    updated_at: String,
    /// As the note, it has an effect on a new finding only (Security Hub API Reference, `BatchImportFindings`).
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<Workflow>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    associated_standards: &'a [Standard],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    related_requirements: &'a [String],
    security_control_id: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reasons: Option<[Reason<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reason<'a> {
    description: Cow<'a, str>,
    reason_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProviderFields<'a> {
    severity: Severity,
    types: &'a [&'static str; 1],
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Severity {
    label: &'static str,
    original: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Note {
    text: String,
    updated_at: String,
    updated_by: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Workflow {
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
    id: String,
    partition: &'static str,
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Map<String, Value>>,
    #[serde(rename = "Type")]
    kind: &'static str,
}

impl<'a> SecurityFinding<'a> {
    /// The finding for the hub of a region, under a product's ARN.
    pub(super) fn new(
        joined: &'a JoinedFinding,
        parts: &'a CheckParts,
        known: Option<&'a Known>,
        around: &'a Surroundings<'_>,
        hub: (&'a str, &'a str, &'static str),
    ) -> Self {
        let (product_arn, region, partition) = hub;
        let finding = &joined.finding;
        let title = if parts.title.trim().is_empty() {
            Cow::Borrowed(finding.check.as_str())
        } else {
            Cow::Borrowed(parts.title.as_str())
        };
        let description = within(&finding.message, 1_024);
        let severity = Severity {
            label: words::severity(finding),
            original: finding.severity.as_str(),
        };
        let observed = times::observed(finding);
        Self {
            aws_account_id: finding.resource.account().as_str(),
            company_name: "s3attest",
            compliance: Compliance {
                associated_standards: &parts.standards,
                related_requirements: &parts.requirements,
                security_control_id: finding.check.as_str(),
                status: words::compliance(finding.verdict),
                status_reasons: reasons(finding),
            },
            created_at: rfc3339(around.collected),
            description: if description.trim().is_empty() {
                title.clone()
            } else {
                description
            },
            finding_provider_fields: ProviderFields {
                severity,
                types: &parts.types,
            },
            first_observed_at: observed.map(|(first, _)| rfc3339(first)),
            generator_id: format!("s3attest/{}", finding.check),
            id: words::id(finding),
            last_observed_at: observed.map(|(_, last)| rfc3339(last)),
            note: note(finding).map(|text| Note {
                text,
                updated_at: rfc3339(around.updated),
                updated_by: if finding.is_accepted() {
                    words::NOTES_OF_SUPPRESSIONS
                } else {
                    words::NOTES
                },
            }),
            product_arn,
            product_fields: product_fields(joined, parts, around),
            product_name: "s3attest",
            record_state: "ACTIVE",
            remediation: parts.remediation.as_ref(),
            resources: [target(&finding.resource, known, region, partition)],
            schema_version: "2018-10-08",
            severity,
            title,
            types: parts.types,
            updated_at: rfc3339(around.updated),
            workflow: words::workflow(finding).map(|status| Workflow { status }),
        }
    }

    /// The same finding without what is only there for convenience, for one that would be too long.
    pub(super) fn without_details(mut self) -> Self {
        self.resources[0].details = None;
        self.resources[0].tags = None;
        self
    }
}

/// What the exception beside a failed finding says, in the 512 bytes of a note.
pub(super) fn note(finding: &Finding) -> Option<String> {
    words::workflow(finding)?;
    let exception = finding.exception.as_ref()?;
    let text = format!(
        "Exception {} ({}), last day {}, owner {}, ticket {}: {}",
        exception.id,
        exception.effect.as_str(),
        exception.expires,
        exception.owner,
        exception.ticket,
        exception.reason
    );
    Some(within(&text, 512).into_owned())
}

/// Why there is no result, for the two verdicts that the format does not tell apart.
fn reasons(finding: &Finding) -> Option<[Reason<'_>; 1]> {
    let reason_code = match finding.verdict {
        Verdict::Pass | Verdict::Fail => return None,
        Verdict::NotApplicable => "NOT_APPLICABLE".to_owned(),
        Verdict::NotAssessed => finding.gap.as_ref().map_or_else(
            || "NOT_ASSESSED".to_owned(),
            |gap| format!("NOT_ASSESSED_{}", gap.cause.as_str().to_uppercase().replace('-', "_")),
        ),
    };
    let said = finding
        .gap
        .as_ref()
        .map_or(finding.message.as_str(), |gap| gap.detail.as_str());
    let said = if said.trim().is_empty() { &finding.message } else { said };
    let description = within(said, 1_024);
    Some([Reason {
        description: if description.trim().is_empty() {
            Cow::Borrowed(finding.verdict.as_str())
        } else {
            description
        },
        reason_code,
    }])
}

fn target<'a>(resource: &Resource, known: Option<&'a Known>, region: &'a str, partition: &'static str) -> Target<'a> {
    Target {
        details: known.map(|known| json!({ "AwsS3Bucket": known.details })),
        id: within(&resource.arn(), 512).into_owned(),
        partition,
        region,
        tags: known.map(|known| &known.tags).filter(|tags| !tags.is_empty()),
        kind: match resource {
            Resource::Account { .. } => "AwsAccount",
            Resource::AccessPoint { .. } => "AwsS3AccessPoint",
            Resource::Bucket { .. } => "AwsS3Bucket",
            Resource::Organization { .. } | Resource::Region { .. } => "Other",
        },
    }
}

/// What the format has no place for; at most 50 pairs, with values of 2,048 characters. A pair without value is left out.
fn product_fields<'a>(
    joined: &'a JoinedFinding,
    parts: &CheckParts,
    around: &'a Surroundings<'_>,
) -> BTreeMap<&'static str, Cow<'a, str>> {
    let finding = &joined.finding;
    let (gap, exception) = (finding.gap.as_ref(), finding.exception.as_ref());
    let account = joined.account.as_deref();
    let list = |text: &dyn Fn(&EvidenceReference) -> Option<String>| {
        Cow::Owned(finding.evidence.iter().filter_map(text).collect::<Vec<_>>().join("; "))
    };
    let mut fields: Vec<(&'static str, Cow<'a, str>)> = vec![
        ("s3attest/CheckId", finding.check.as_str().into()),
        ("s3attest/Verdict", finding.verdict.as_str().into()),
        ("s3attest/Message", finding.message.as_str().into()),
        (
            words::IS_ACCEPTED,
            if finding.is_accepted() { "yes" } else { "no" }.into(),
        ),
        ("s3attest/RunId", around.run.id.as_str().into()),
        ("s3attest/ToolVersion", around.tool_version.into()),
        ("s3attest/ResourceKind", finding.resource.kind().into()),
        ("s3attest/ResourceName", finding.resource.name().into()),
        ("s3attest/AccountName", joined.account_name().into()),
        (
            "s3attest/OrganizationalUnit",
            account
                .and_then(|account| account.organizational_unit.as_deref())
                .unwrap_or("")
                .into(),
        ),
        ("s3attest/OrganizationId", around.organization_id().unwrap_or("").into()),
        ("s3attest/GapCause", gap.map_or("", |gap| gap.cause.as_str()).into()),
        (
            "s3attest/GapBlockedBy",
            gap.and_then(|gap| gap.blocked_by).map_or("", |by| by.as_str()).into(),
        ),
        ("s3attest/GapDetail", gap.map_or("", |gap| gap.detail.as_str()).into()),
        (
            "s3attest/ExceptionId",
            exception.map_or("", |exception| exception.id.as_str()).into(),
        ),
        (
            "s3attest/ExceptionState",
            exception.map_or("", |exception| exception.effect.as_str()).into(),
        ),
        (
            "s3attest/ExceptionOwner",
            exception.map_or("", |exception| exception.owner.as_str()).into(),
        ),
        (
            "s3attest/ExceptionTicket",
            exception.map_or("", |exception| exception.ticket.as_str()).into(),
        ),
        (
            "s3attest/ExceptionReason",
            exception.map_or("", |exception| exception.reason.as_str()).into(),
        ),
        (
            "s3attest/ExceptionExpires",
            exception
                .map(|exception| exception.expires.to_string())
                .unwrap_or_default()
                .into(),
        ),
        ("s3attest/Evidence", list(&|evidence| Some(call::line(evidence)))),
        (
            "s3attest/RequestIds",
            list(&|evidence| evidence.source.request_id.as_deref().map(ToOwned::to_owned)),
        ),
        (
            "s3attest/RequirementsInAll",
            parts.requirements_in_all.to_string().into(),
        ),
    ];
    if !around.accounts_are_listed {
        fields.push(("s3attest/AccountList", "incomplete".into()));
    }
    if finding.resource.region().is_none() {
        fields.push(("s3attest/RegionIsKnown", "no".into()));
    }
    if around.run.is_simulated {
        fields.push(("s3attest/IsSimulated", "yes".into()));
    }
    let filled = fields.into_iter().filter(|(_, value)| !value.trim().is_empty());
    filled
        .map(|(name, value)| {
            let value = match value {
                Cow::Borrowed(text) => within(text, 2_048),
                Cow::Owned(text) => Cow::Owned(within(&text, 2_048).into_owned()),
            };
            (name, value)
        })
        .collect()
}
