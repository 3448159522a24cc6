//! `findings.ocsf.jsonl`: every finding as a Compliance Finding (class 2003) of the Open Cybersecurity Schema Framework,
//! one JSON object a line.
//!
//! docs/report.md says what goes where and what has no place there. It does not know how a verdict is made.

mod checks;
mod event;
mod words;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::surroundings::Surroundings;
use crate::visible;
use event::Event;

/// The events, under their final name.
pub(crate) const ENTRIES: &[&str] = &["findings.ocsf.jsonl"];

/// Writes one event for each finding, in the order of the findings.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let checks = checks::of(run);
    let surroundings = Surroundings::of(run)?;
    let mut file = staging.file(ENTRIES[0])?;
    let mut line = Vec::new();
    for joined in joined::findings(run)? {
        let joined = joined?;
        line.clear();
        let event = Event::new(&joined, &checks, &surroundings);
        visible::write(&mut line, &event).expect("an event is plain data and a buffer takes all of it");
        file.write_line(&line)?;
    }
    file.finish()?;
    Ok(())
}
