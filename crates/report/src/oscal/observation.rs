//! What was observed of one check in one account, and what follows from it: an observation, risks and items of the plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use s3attest_model::check::Severity;
use s3attest_model::exception::AppliedException;
use s3attest_model::finding::{EvidenceState, Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};
use serde_json::{Map, Value, json};

use super::{NAMESPACE, check_resource, component, inventory_item, markup, numbers, origin, properties};
use crate::identity::Uuid;
use crate::text::{counted, rfc3339};
use crate::times;

/// The findings of one check in one account, in numbers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: VerdictCounts,
    severity: Option<Severity>,
    last: Option<Timestamp>,
    /// How often each operation gave each state.
    answers: BTreeMap<(String, &'static str), u64>,
    /// How often evidence was missing, by cause and by what refused.
    gaps: BTreeMap<(&'static str, &'static str), u64>,
    /// The exceptions that accept something, each with how much.
    accepted: BTreeMap<String, (AppliedException, Severity, u64)>,
}

impl Tally {
    pub(super) fn add(&mut self, finding: &Finding) {
        self.counts.add_finding(finding);
        self.last = self.last.max(times::observed(finding).map(|(_, last)| last));
        for evidence in &finding.evidence {
            let key = (evidence.source.operation.to_string(), evidence.state.as_str());
            *self.answers.entry(key).or_default() += 1;
        }
        if let Some(gap) = &finding.gap {
            let key = (gap.cause.as_str(), gap.blocked_by.map_or("", |by| by.as_str()));
            *self.gaps.entry(key).or_default() += 1;
        }
        match (&finding.exception, finding.is_accepted()) {
            (Some(exception), true) => {
                let first = || (exception.clone(), finding.severity, 0);
                let accepted = self.accepted.entry(exception.id.clone()).or_insert_with(first);
                accepted.1 = accepted.1.max(finding.severity);
                accepted.2 += 1;
            }
            _ if finding.verdict == Verdict::Fail => self.severity = self.severity.max(Some(finding.severity)),
            _ => {}
        }
    }

    /// Whether something failed, accepted or not, or could not be assessed.
    pub(super) fn is_open(&self) -> bool {
        self.counts.fail > 0 || self.counts.not_assessed > 0
    }
}

/// A resource that failed or could not be assessed, as a subject of the observation.
pub(super) fn subject(finding: &Finding) -> Value {
    let resource = &finding.resource;
    let (kind, uuid) = match resource {
        Resource::Account { account } => ("component", component(account)),
        _ => ("inventory-item", inventory_item(resource)),
    };
    let gap = finding.gap.as_ref();
    let exception = finding.exception.as_ref();
    let request = finding
        .evidence
        .iter()
        .find_map(|evidence| evidence.source.request_id.as_deref());
    let props = properties(&[
        ("verdict", finding.verdict.as_str()),
        ("severity", finding.severity.as_str()),
        ("request-id", request.unwrap_or("")),
        ("gap-cause", gap.map_or("", |gap| gap.cause.as_str())),
        (
            "gap-blocked-by",
            gap.and_then(|gap| gap.blocked_by).map_or("", |by| by.as_str()),
        ),
        ("gap-detail", gap.map_or("", |gap| gap.detail.as_str())),
        ("exception-id", exception.map_or("", |exception| exception.id.as_str())),
        (
            "exception-state",
            exception.map_or("", |exception| exception.effect.as_str()),
        ),
    ]);
    json!({
        "subject-uuid": uuid.to_string(),
        "type": kind,
        "title": markup::line(resource.name()),
        "props": props,
        "remarks": markup::lines(&finding.message),
    })
}

/// A check in an account: what the observation, the risks and the items are about.
pub(super) struct Place<'a> {
    pub(super) check: &'a CheckId,
    pub(super) title: &'a str,
    pub(super) account: &'a AccountId,
    /// When the run was collected, for what was read from no answer.
    pub(super) collected: Timestamp,
}

impl Place<'_> {
    fn uuid(&self, kind: &str, of: &str) -> Uuid {
        Uuid::of(kind, &[self.check.as_str(), self.account.as_str(), of])
    }

    /// The observation's name.
    pub(super) fn observation_uuid(&self) -> Uuid {
        self.uuid("oscal-observation", "")
    }

    fn title(&self) -> String {
        let title = if self.title.is_empty() {
            self.check.as_str()
        } else {
            self.title
        };
        markup::line(&format!("{title} (account {})", self.account))
    }

    fn links(&self) -> Value {
        json!([{ "href": format!("#{}", check_resource(self.check)), "rel": "reference" }])
    }

    /// The observation without its subjects, as the members of an object.
    pub(super) fn observation(&self, tally: &Tally) -> Map<String, Value> {
        let counts = &tally.counts;
        let mut props = properties(&[("check-id", self.check.as_str()), ("account-id", self.account.as_str())]);
        props.extend(numbers(counts));
        let value = json!({
            "uuid": self.observation_uuid().to_string(),
            "title": self.title(),
            "description": markup::lines(&said(counts)),
            "props": props,
            "links": self.links(),
            "methods": ["TEST"],
            "types": ["control-objective"],
            "origins": [origin()],
            "collected": rfc3339(tally.last.unwrap_or(self.collected)),
        });
        let Value::Object(mut members) = value else {
            return Map::new();
        };
        let evidence = evidence(tally);
        if !evidence.is_empty() {
            members.insert("relevant-evidence".to_owned(), evidence.into());
        }
        members
    }

    /// The account itself as the subject, for an observation in which nothing is open.
    pub(super) fn account_subject(&self) -> Value {
        json!({ "subject-uuid": component(self.account).to_string(), "type": "component" })
    }

    /// What follows from the fails: one open risk for those that nobody accepts, and one for each exception.
    pub(super) fn risks(&self, tally: &Tally) -> Vec<(Uuid, Value)> {
        let mut risks = Vec::new();
        if tally.counts.unaccepted() > 0 {
            let severity = tally.severity.map_or("", Severity::as_str);
            let uuid = self.uuid("oscal-risk", "");
            let said = fails(tally.counts.unaccepted());
            risks.push((uuid, self.risk(uuid, "open", severity, &said, None)));
        }
        for (exception, severity, count) in tally.accepted.values() {
            let uuid = self.uuid("oscal-deviation", &exception.id);
            let said = format!("{} Exception {} accepts that.", fails(*count), exception.id);
            let risk = self.risk(uuid, "deviation-approved", severity.as_str(), &said, Some(exception));
            risks.push((uuid, risk));
        }
        risks
    }

    fn risk(
        &self,
        uuid: Uuid,
        status: &str,
        severity: &str,
        said: &str,
        exception: Option<&AppliedException>,
    ) -> Value {
        let mut props = vec![("check-id", self.check.as_str()), ("account-id", self.account.as_str())];
        let expires = exception
            .map(|exception| exception.expires.to_string())
            .unwrap_or_default();
        if let Some(exception) = exception {
            props.extend([
                ("exception-id", exception.id.as_str()),
                ("exception-owner", exception.owner.as_str()),
                ("exception-ticket", exception.ticket.as_str()),
                ("exception-expires", expires.as_str()),
            ]);
        }
        let mut risk = json!({
            "uuid": uuid.to_string(),
            "title": self.title(),
            "description": markup::lines(said),
            "statement": markup::lines(exception.map_or(
                "The property does not hold. The check's resource says why it matters.",
                |exception| &exception.reason,
            )),
            "props": properties(&props),
            "links": self.links(),
            "status": status,
            "origins": [origin()],
            "characterizations": [{
                "origin": origin(),
                "facets": [{ "name": "severity", "system": NAMESPACE, "value": severity }],
            }],
            "remediations": [{
                "uuid": Uuid::of("oscal-response", &[&uuid.to_string()]).to_string(),
                "lifecycle": "recommendation",
                "title": "Remediation",
                "description": "The check's resource in the back matter says how to put it right.",
                "links": self.links(),
            }],
            "related-observations": [self.related_observation()],
        });
        if let Some(deadline) = exception.and_then(last_moment) {
            risk["deadline"] = rfc3339(deadline).into();
        }
        risk
    }

    fn related_observation(&self) -> Value {
        json!({ "observation-uuid": self.observation_uuid().to_string() })
    }

    /// What is to be planned for: the fails that nobody accepts, what could not be assessed, and each exception until it ends.
    pub(super) fn items(&self, tally: &Tally) -> Vec<Value> {
        let mut items = Vec::new();
        if tally.counts.unaccepted() > 0 {
            let risk = self.uuid("oscal-risk", "");
            items.push(self.item("fail", "", &fails(tally.counts.unaccepted()), Some(risk), None));
        }
        if tally.counts.not_assessed > 0 {
            let mut said = format!(
                "{} could not be assessed. Nobody knows whether the property holds there.",
                counted(tally.counts.not_assessed, "resource", "resources"),
            );
            for ((cause, blocked_by), count) in &tally.gaps {
                let by = match *blocked_by {
                    "" => String::new(),
                    "unknown" => ", by what AWS did not say".to_owned(),
                    blocked_by => format!(", by {blocked_by}"),
                };
                // Writing to a string cannot fail.
                let _ = write!(said, " Evidence is missing: {cause}{by} ({count}).");
            }
            items.push(self.item("not-assessed", "", &said, None, None));
        }
        for (exception, _, count) in tally.accepted.values() {
            let risk = self.uuid("oscal-deviation", &exception.id);
            let said = format!("{} It is accepted until {}.", fails(*count), exception.expires);
            items.push(self.item("accepted", &exception.id, &said, Some(risk), Some(exception)));
        }
        items
    }

    fn item(
        &self,
        kind: &str,
        of: &str,
        said: &str,
        risk: Option<Uuid>,
        exception: Option<&AppliedException>,
    ) -> Value {
        let uuid = Uuid::of("oscal-item", &[self.check.as_str(), self.account.as_str(), kind, of]);
        let expires = exception
            .map(|exception| exception.expires.to_string())
            .unwrap_or_default();
        let mut item = json!({
            "uuid": uuid.to_string(),
            "title": self.title(),
            "description": markup::lines(said),
            "props": properties(&[
                ("check-id", self.check.as_str()),
                ("account-id", self.account.as_str()),
                ("state", kind),
                ("exception-id", of),
                ("exception-expires", &expires),
            ]),
            "links": self.links(),
            "related-observations": [self.related_observation()],
        });
        if let Some(risk) = risk {
            item["related-risks"] = json!([{ "risk-uuid": risk.to_string() }]);
        }
        item
    }
}

fn fails(count: u64) -> String {
    format!(
        "The property does not hold for {}.",
        counted(count, "resource", "resources")
    )
}

fn said(counts: &VerdictCounts) -> String {
    format!(
        "{} failed, {} of them accepted by exceptions; {} could not be assessed; {} passed; {} not applicable.",
        counted(counts.fail, "resource", "resources"),
        counts.accepted,
        counts.not_assessed,
        counts.pass,
        counts.not_applicable,
    )
}

/// The calls that were read, each with what it said and how often.
fn evidence(tally: &Tally) -> Vec<Value> {
    let mut operations: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for ((operation, state), count) in &tally.answers {
        operations.entry(operation).or_default().insert(state, *count);
    }
    let described = |(operation, states): (&str, BTreeMap<&str, u64>)| {
        let of = |state: EvidenceState| states.get(state.as_str()).copied().unwrap_or(0).to_string();
        let numbers = [EvidenceState::Present, EvidenceState::Absent, EvidenceState::Gap].map(of);
        json!({
            "description": markup::lines(&format!(
                "{operation}: a value {} times, said to be absent {} times, not readable {} times.",
                numbers[0], numbers[1], numbers[2]
            )),
            "props": properties(&[
                ("operation", operation),
                ("present", &numbers[0]),
                ("absent", &numbers[1]),
                ("gap", &numbers[2]),
            ]),
        })
    };
    operations.into_iter().map(described).collect()
}

/// The last second of an exception's last day.
fn last_moment(exception: &AppliedException) -> Option<Timestamp> {
    let end = exception.expires.at(23, 59, 59, 0);
    Some(end.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
