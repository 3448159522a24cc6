//! A run in which a source of the organization was not read.

use s3attest_model::coverage::{CoverageRecord, OrganizationCoverage, ReadCounts, SourceStatus};
use s3attest_model::services::ServiceSource;
use s3attest_report::sample::{Sample, sample_assessment};

/// The sample with a source that was not collected, once because the run was told so and once not; and whether it was.
pub(crate) fn with_unread_source() -> (ServiceSource, [(Sample, bool); 2]) {
    let mut sample = sample_assessment();
    let source = ServiceSource::ALL[0];
    let coverage = OrganizationCoverage {
        source,
        status: SourceStatus::NotCollected,
        reads: ReadCounts::default(),
        gaps: Vec::new(),
    };
    sample.coverage.insert(0, CoverageRecord::Organization(coverage));
    let mut told = sample.clone();
    told.run.sources_left_out = vec![source.key().to_owned()];
    sample.run.sources_left_out = Vec::new();
    (source, [(told, true), (sample, false)])
}
