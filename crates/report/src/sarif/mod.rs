//! SARIF 2.1.0: `findings.sarif.json`, one run with every finding as a result, whatever its verdict.
//!
//! Checks are SARIF's rules, controls its taxa, gaps in the coverage its notifications. A finding that was not assessed is
//! `open`, never `pass`. The file is written from front to back, a result at a time. Sections cited here are those of
//! "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". It does not know the other JSON formats.

mod driver;
mod frame;
mod message;
mod notifications;
mod results;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;
use crate::mapping::Mapping;
use crate::settings::Settings;
use crate::staging::Staging;
use frame::Frame;

/// The file.
pub(crate) const ENTRIES: &[&str] = &["findings.sarif.json"];

/// The base of every artifact location: the directory of the run.
const BASE: &str = "RUN";

/// Writes the log.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let mapping = Mapping::new(run);
    let mut frame = Frame::create(staging, ENTRIES[0])?;
    frame.raw("{\"$schema\":")?;
    frame.value(&"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")?;
    frame.raw(",\"version\":\"2.1.0\",\"runs\":[{\n\"tool\":{\"driver\":")?;
    frame.value(&driver::driver(run, &mapping))?;
    frame.raw("},\n\"taxonomies\":")?;
    frame.value(&driver::taxonomies(run, &mapping))?;
    frame.raw(",\n\"automationDetails\":")?;
    // The part before the last slash names what is assessed, and the part after it the run (section 3.17.3).
    frame.value(&serde_json::json!({"id": format!("s3attest/{}", run.run().id)}))?;
    frame.raw(",\n\"originalUriBaseIds\":")?;
    frame
        .value(&serde_json::json!({BASE: {"description": {"text": "The directory of the run that was assessed."}}}))?;
    frame.raw(",\n\"invocations\":[")?;
    notifications::write(run, &mut frame)?;
    frame.raw("],\n\"results\":")?;
    frame.begin_list()?;
    let rules = driver::places(&mapping);
    for joined in joined::findings(run)? {
        let joined = joined?;
        frame.element(&results::result(&joined, rules.get(&joined.finding.check).copied()))?;
    }
    frame.end_list()?;
    frame.raw("}]}\n")?;
    Ok(frame.finish()?)
}
