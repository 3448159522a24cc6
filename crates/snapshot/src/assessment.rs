//! The assessment of a run: written as a whole, replaced as a whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use s3attest_model::access::BucketAccess;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Finding;
use s3attest_model::run::SNAPSHOT_SCHEMA;

use crate::durable;
use crate::error::SnapshotError;
use crate::layout::{self, Part};
use crate::records::{RecordWriter, Records};
use crate::run::Place;
use crate::schema;

const COVERAGE: &str = "coverage.ndjson";
const FINDINGS: &str = "findings.ndjson.zst";
const CONTROL_MATRIX: &str = "control-matrix.ndjson.zst";
const EFFECTIVE_ACCESS: &str = "effective-access.ndjson.zst";
const CONTROLS: &str = "controls.json";
const SUMMARY: &str = "summary.json";

/// Writes an assessment. Nothing of it counts before [`finish`](Self::finish); a writer that is dropped before leaves the
/// assessment that the run has.
pub struct AssessmentWriter {
    place: Arc<Place>,
    directory: PathBuf,
    coverage: RecordWriter,
    findings: RecordWriter,
    control_matrix: RecordWriter,
    effective_access: RecordWriter,
}

impl std::fmt::Debug for AssessmentWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AssessmentWriter")
            .field("directory", &self.directory)
            .field("findings", &self.findings.records())
            .finish_non_exhaustive()
    }
}

impl AssessmentWriter {
    pub(crate) fn begin(place: Arc<Place>) -> Result<Self, SnapshotError> {
        let directory = place.directory().join(layout::ASSESSMENT_PARTIAL);
        remove_directory(&directory)?;
        fs::create_dir(&directory).map_err(SnapshotError::writing(&directory, || {
            Part::Derived.when_full(place.directory())
        }))?;
        let coverage = RecordWriter::create(directory.join(COVERAGE), place.directory(), Part::Derived)?;
        let findings = RecordWriter::create(directory.join(FINDINGS), place.directory(), Part::Derived)?;
        let control_matrix = RecordWriter::create(directory.join(CONTROL_MATRIX), place.directory(), Part::Derived)?;
        let effective_access =
            RecordWriter::create(directory.join(EFFECTIVE_ACCESS), place.directory(), Part::Derived)?;
        Ok(Self {
            place,
            directory,
            coverage,
            findings,
            control_matrix,
            effective_access,
        })
    }

    /// Writes one line of the coverage.
    pub fn coverage(&mut self, record: &CoverageRecord) -> Result<(), SnapshotError> {
        self.coverage.write(record)
    }

    /// Writes one finding.
    pub fn finding(&mut self, finding: &Finding) -> Result<(), SnapshotError> {
        self.findings.write(finding)
    }

    /// Writes what a framework's controls come to in one part of the organization.
    pub fn controls(&mut self, record: &ControlMatrixRecord) -> Result<(), SnapshotError> {
        self.control_matrix.write(record)
    }

    /// Writes who reaches one bucket.
    pub fn access(&mut self, record: &BucketAccess) -> Result<(), SnapshotError> {
        self.effective_access.write(record)
    }

    /// Completes the assessment and puts it in the place of the one that the run has.
    ///
    /// The schema in `summary.json` is the one that this program writes, whatever `summary` says.
    pub fn finish(self, summary: &AssessmentSummary, controls: &[ControlAssessment]) -> Result<(), SnapshotError> {
        let run = self.place.directory();
        self.coverage.complete()?.publish()?;
        self.findings.complete()?.publish()?;
        self.control_matrix.complete()?.publish()?;
        self.effective_access.complete()?.publish()?;
        durable::write_json(&self.directory.join(CONTROLS), controls, run, Part::Derived)?;
        let summary = AssessmentSummary {
            schema: SNAPSHOT_SCHEMA,
            ..summary.clone()
        };
        durable::write_json(&self.directory.join(SUMMARY), &summary, run, Part::Derived)?;
        replace(run)
    }
}

/// Puts the finished assessment in its place.
///
/// A directory cannot be renamed over one that is not empty, so there is a moment with the old one aside and the new one
/// not yet there. Whoever looks in that moment, or after the power went in it, finds the old one: see [`current`].
fn replace(run: &Path) -> Result<(), SnapshotError> {
    let assessment = run.join(layout::ASSESSMENT);
    let previous = run.join(layout::ASSESSMENT_PREVIOUS);
    if assessment.exists() {
        remove_directory(&previous)?;
        fs::rename(&assessment, &previous).map_err(SnapshotError::io("rename", &assessment))?;
    }
    durable::publish(&run.join(layout::ASSESSMENT_PARTIAL), &assessment)?;
    remove_directory(&previous)
}

/// The directory of the assessment that counts; `None` when there is none.
fn current(run: &Path) -> Option<PathBuf> {
    [layout::ASSESSMENT, layout::ASSESSMENT_PREVIOUS]
        .into_iter()
        .map(|name| run.join(name))
        .find(|directory| directory.is_dir())
}

fn remove_directory(directory: &Path) -> Result<(), SnapshotError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(SnapshotError::io("remove", directory)(error))
        }
        _ => Ok(()),
    }
}

/// A run's assessment: its small documents in memory, its long files one record at a time.
#[derive(Debug)]
pub struct Assessment {
    /// The assessment in numbers.
    pub summary: AssessmentSummary,
    /// What it says of each control, in the order in which it was written.
    pub controls: Vec<ControlAssessment>,
    run: PathBuf,
    directory: PathBuf,
}

impl Assessment {
    pub(crate) fn open(run: &Path) -> Result<Option<Self>, SnapshotError> {
        let Some(directory) = current(run) else {
            return Ok(None);
        };
        let path = directory.join(SUMMARY);
        let summary: AssessmentSummary = schema::read(&path, run, Part::Derived)?.ok_or_else(|| missing(path, run))?;
        let path = directory.join(CONTROLS);
        let controls = durable::read_json(&path, run, Part::Derived)?.ok_or_else(|| missing(path, run))?;
        let controls = with_framework(controls, &summary);
        Ok(Some(Self {
            summary,
            controls,
            run: run.to_path_buf(),
            directory,
        }))
    }

    /// The lines of the coverage, in the order in which they were written.
    pub fn coverage(&self) -> Result<Records<CoverageRecord>, SnapshotError> {
        self.records(COVERAGE)
    }

    /// The findings, in the order in which they were written.
    pub fn findings(&self) -> Result<Records<Finding>, SnapshotError> {
        self.records(FINDINGS)
    }

    /// What controls come to in each part of the organization, in the order in which it was written; `None` for an
    /// assessment of before this was written.
    pub fn control_matrix(&self) -> Result<Option<Records<ControlMatrixRecord>>, SnapshotError> {
        Records::open(self.directory.join(CONTROL_MATRIX), &self.run, Part::Derived)
    }

    /// Who reaches each bucket that was judged, in the order of the findings; `None` for an assessment of before this was
    /// written.
    pub fn effective_access(&self) -> Result<Option<Records<BucketAccess>>, SnapshotError> {
        Records::open(self.directory.join(EFFECTIVE_ACCESS), &self.run, Part::Derived)
    }

    fn records<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Records<T>, SnapshotError> {
        let path = self.directory.join(name);
        Records::open(path.clone(), &self.run, Part::Derived)?.ok_or_else(|| missing(path, &self.run))
    }
}

/// The controls of an assessment of before there were several frameworks belong to its only one.
fn with_framework(mut controls: Vec<ControlAssessment>, summary: &AssessmentSummary) -> Vec<ControlAssessment> {
    for control in controls.iter_mut().filter(|control| control.framework.is_empty()) {
        control.framework.clone_from(&summary.framework.id);
    }
    controls
}

/// An assessment appears as a whole, so one of its files can only be missing because somebody removed it.
fn missing(path: PathBuf, run: &Path) -> SnapshotError {
    SnapshotError::Truncated {
        path,
        records: 0,
        remedy: Part::Derived.remedy(run),
    }
}
