//! The two documents, put together from their parts.

use std::io::Write;

use s3attest_model::identifiers::CheckId;
use serde_json::{Value, json};

use super::section::{Sections, Written, WrittenSections};
use super::{ENTRIES, FRAMEWORK, catalogue, check_resource, controls, markup, properties, tool};
use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::identity::Uuid;
use crate::mapping::Mapping;
use crate::prose;
use crate::staging::{StagedFile, Staging};
use crate::text::{rfc3339, share};
use crate::times;
use crate::visible;

/// The version of the language in which the documents are written.
const OSCAL_VERSION: &str = "1.2.1";

/// Writes both documents; the second only when something is open. `unknown` are the checks that findings name and that nothing
/// describes.
pub(super) fn write<'run, R: AssessedRun>(
    run: &R,
    mapping: &Mapping<'_>,
    unknown: impl Iterator<Item = &'run CheckId>,
    system: &str,
    sections: Sections,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let sections = sections.finish()?;
    let document = Document {
        system,
        judgement: json!([run.summary(), run.controls()]).to_string(),
        back_matter: back_matter(run, mapping, unknown),
    };
    document.assessment_results(run, &sections, staging)?;
    if sections.items.count > 0 {
        document.plan(run, &sections, staging)?;
    }
    Ok(())
}

/// A JSON object of which some members are copied from files.
struct Object {
    file: StagedFile,
    is_empty: bool,
}

impl Object {
    fn open(file: StagedFile) -> Result<Self, WriteError> {
        let mut object = Self { file, is_empty: true };
        object.put(b"{")?;
        Ok(object)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| StagedFile::failed(self.file.path(), error))
    }

    fn name(&mut self, name: &str) -> Result<(), WriteError> {
        let separator = if self.is_empty { "" } else { "," };
        self.is_empty = false;
        self.put(format!("{separator}\n\"{name}\":").as_bytes())
    }

    fn member(&mut self, name: &str, value: &Value) -> Result<(), WriteError> {
        self.name(name)?;
        self.put(&visible::line(value))
    }

    /// An array of which there is nothing to write is left out: the format has no empty ones.
    fn array(&mut self, name: &str, section: &Written) -> Result<(), WriteError> {
        if section.count == 0 {
            return Ok(());
        }
        self.name(name)?;
        self.put(b"[")?;
        section.copy_into(&mut self.file)?;
        self.put(b"\n]")
    }

    fn begin(&mut self, name: &str, with: &[u8]) -> Result<(), WriteError> {
        self.name(name)?;
        self.is_empty = true;
        self.put(with)
    }

    fn end(&mut self, with: &[u8]) -> Result<(), WriteError> {
        self.is_empty = false;
        self.put(with)
    }

    fn finish(mut self) -> Result<(), WriteError> {
        self.put(b"}\n")?;
        self.file.finish()?;
        Ok(())
    }
}

/// What both documents share.
struct Document<'run> {
    system: &'run str,
    /// The summary and the controls, which tell one judgement of the run from another.
    judgement: String,
    back_matter: Value,
}

impl Document<'_> {
    fn metadata<R: AssessedRun>(&self, run: &R, title: &str) -> Value {
        let information = run.run();
        let updated = rfc3339(times::updated(run));
        let mut metadata = json!({
            "title": markup::line(&format!("{title}: Amazon S3 in {}", self.system)),
            "last-modified": updated,
            "version": information.id,
            "oscal-version": OSCAL_VERSION,
            "props": properties(&[
                ("run-id", &information.id),
                ("tool-version", &run.summary().tool_version),
                ("configuration-digest", &run.summary().configuration_digest),
            ]),
        });
        if information.is_simulated {
            metadata["remarks"] = "The organization is a simulated one.".into();
        }
        metadata
    }

    /// The name of one state of a document: it changes when the run is judged again with another outcome.
    fn uuid<R: AssessedRun>(&self, run: &R, kind: &str) -> String {
        let updated = rfc3339(times::updated(run));
        Uuid::of(kind, &[self.system, &run.run().id, &updated, &self.judgement]).to_string()
    }

    fn assessment_results<R: AssessedRun>(
        &self,
        run: &R,
        sections: &WrittenSections,
        staging: &Staging,
    ) -> Result<(), WriteError> {
        let mut object = Object::open(staging.file(ENTRIES[0])?)?;
        object.begin("assessment-results", b"{")?;
        object.member("uuid", &self.uuid(run, "oscal-assessment-results").into())?;
        object.member("metadata", &self.metadata(run, "Assessment results"))?;
        object.member(
            "import-ap",
            &json!({
                "href": format!("#{}", plan_resource()),
                "remarks": "There is no assessment plan in OSCAL; the resource says what stands for it.",
            }),
        )?;
        object.begin("results", b"[{")?;
        object.member("uuid", &self.uuid(run, "oscal-result").into())?;
        object.member("title", &markup::line(&format!("Run {}", run.run().id)).into())?;
        object.member("description", &markup::lines(&coverage(run)).into())?;
        object.member("start", &rfc3339(run.run().started_at).into())?;
        object.member("end", &rfc3339(times::collected(run)).into())?;
        let seen = run.summary().coverage.seen.to_string();
        object.member("props", &properties(&[("seen-in-ten-thousandths", &seen)]).into())?;
        local_definitions(&mut object, run, sections)?;
        object.member("reviewed-controls", &controls::selection(run))?;
        object.array("observations", &sections.observations)?;
        object.array("risks", &sections.risks)?;
        object.array("findings", &sections.findings)?;
        object.end(b"\n}]")?;
        object.member("back-matter", &self.back_matter)?;
        object.end(b"\n}")?;
        object.finish()
    }

    fn plan<R: AssessedRun>(&self, run: &R, sections: &WrittenSections, staging: &Staging) -> Result<(), WriteError> {
        let mut object = Object::open(staging.file(ENTRIES[1])?)?;
        object.begin("plan-of-action-and-milestones", b"{")?;
        object.member("uuid", &self.uuid(run, "oscal-poam").into())?;
        object.member("metadata", &self.metadata(run, "Plan of action and milestones"))?;
        object.member("system-id", &json!({ "id": markup::value(self.system) }))?;
        local_definitions(&mut object, run, sections)?;
        object.array("observations", &sections.open_observations)?;
        object.array("risks", &sections.risks)?;
        object.array("poam-items", &sections.items)?;
        object.member("back-matter", &self.back_matter)?;
        object.end(b"\n}")?;
        object.finish()
    }
}

/// The accounts, the resources about which something is open, and the program.
fn local_definitions<R: AssessedRun>(
    object: &mut Object,
    run: &R,
    sections: &WrittenSections,
) -> Result<(), WriteError> {
    object.begin("local-definitions", b"{")?;
    object.array("components", &sections.components)?;
    object.array("inventory-items", &sections.inventory)?;
    let version = run.summary().tool_version.as_str();
    object.member(
        "assessment-assets",
        &json!({
            "components": [{
                "uuid": tool().to_string(),
                "type": "software",
                "title": "s3attest",
                "description": "Reads the settings of Amazon S3 in every account of an organization, and judges them.",
                "props": properties(&[("version", version)]),
                "status": { "state": "operational" },
            }],
            "assessment-platforms": [{
                "uuid": Uuid::of("oscal-platform", &["s3attest"]).to_string(),
                "title": "s3attest",
                "uses-components": [{ "component-uuid": tool().to_string() }],
            }],
        }),
    )?;
    object.end(b"\n}")
}

/// How much of the scope was seen, which is what every number here rests on.
fn coverage<R: AssessedRun>(run: &R) -> String {
    let summary = run.summary();
    let accounts = summary.coverage.accounts.iter().filter(|(_, count)| *count > 0);
    let accounts: Vec<String> = accounts.map(|(status, count)| format!("{count} {status}")).collect();
    let listing = if summary.account_listing_gap.is_some() {
        " The list of accounts itself is incomplete, so that an unknown number of accounts is missing."
    } else {
        ""
    };
    format!(
        "Of the scope, {} was seen. Accounts: {}.{listing} Passed and not applicable findings are counted in each observation; \
         failed and not assessed ones are listed.",
        share(summary.coverage.seen),
        accounts.join(", "),
    )
}

fn plan_resource() -> Uuid {
    Uuid::of("oscal-plan", &["s3attest"])
}

/// The catalogue, what stands for an assessment plan, and the page of each check.
fn back_matter<'run, R: AssessedRun>(
    run: &R,
    mapping: &Mapping<'_>,
    unknown: impl Iterator<Item = &'run CheckId>,
) -> Value {
    let mut resources = vec![json!({
        "uuid": plan_resource().to_string(),
        "title": "What stands for an assessment plan",
        "description": "Every check is applied to every resource of its kind in every account in scope. The checks are resources of this document.",
    })];
    if let Some(framework) = run.summary().frameworks().find(|framework| framework.id == FRAMEWORK) {
        resources.push(json!({
            "uuid": catalogue().to_string(),
            "title": markup::line(&framework.title),
            "description": markup::lines(&format!("Release {} of the catalogue.", framework.catalogue_version)),
            "rlinks": [{
                "href": "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json",
                "media-type": "application/json",
            }],
        }));
    }
    for (id, check) in mapping.iter() {
        let mut resource = json!({
            "uuid": check_resource(id).to_string(),
            "title": markup::line(if check.title().is_empty() { id.as_str() } else { check.title() }),
            "props": properties(&[
                ("check-id", id.as_str()),
                ("severity", check.description.map_or("", |check| check.severity.as_str())),
                ("scope", check.description.map_or("", |check| check.scope.as_str())),
            ]),
        });
        if let Some(description) = check.description {
            let page = &description.page;
            let parts = [
                description.question.clone(),
                prose::plain(&page.what_it_checks),
                prose::plain(&page.why_it_matters),
                format!("Remediation:\n\n{}", prose::plain(&page.remediation)),
            ];
            resource["description"] = markup::lines(&parts.join("\n\n")).into();
            let links: Vec<Value> = prose::links(&page.references)
                .into_iter()
                .map(|(address, _)| json!({ "href": address }))
                .collect();
            if !links.is_empty() {
                resource["rlinks"] = links.into();
            }
        }
        resources.push(resource);
    }
    resources.extend(unknown.map(|id| {
        json!({
            "uuid": check_resource(id).to_string(),
            "title": id.as_str(),
            "description": "This program does not know the check any more.",
        })
    }));
    json!({ "resources": resources })
}
