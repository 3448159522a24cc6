//! What a run was told to leave out, and whether that is why a finding could not be assessed.
//!
//! "Not collected" is also said of what nobody left out, such as a credential report that IAM has not made. In doubt a gap is
//! not explained: then it counts as a loss of sight.

use std::collections::BTreeSet;

use s3attest_model::bucket::BucketSetting;
use s3attest_model::evidence::GapCause;
use s3attest_model::finding::{EvidenceState, Finding};
use s3attest_model::run::RunInformation;
use s3attest_model::services::ServiceSource;

/// What a run was told to leave out.
#[derive(Debug)]
pub(super) struct Omission {
    /// The keys of the sources and the settings.
    keys: BTreeSet<String>,
}

impl Omission {
    pub(super) fn of(run: &RunInformation) -> Self {
        let keys = [&run.sources_left_out, &run.settings_left_out];
        Self {
            keys: keys.into_iter().flatten().cloned().collect(),
        }
    }

    /// Whether a source was left out.
    pub(super) fn holds(&self, source: ServiceSource) -> bool {
        self.keys.contains(source.key())
    }

    /// Whether everything that another run was told to leave out was left out too.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.keys.is_superset(&other.keys)
    }

    /// Whether a finding could not be assessed because of what was left out.
    pub(super) fn explains(&self, finding: &Finding) -> bool {
        let Some(gap) = finding.gap.as_ref().filter(|gap| gap.cause == GapCause::NotCollected) else {
            return false;
        };
        if gap.detail.is_empty() {
            // A setting that is left out is a gap without words in the evidence; the operation says which one it is.
            return finding
                .evidence
                .iter()
                .filter(|evidence| evidence.state == EvidenceState::Gap)
                .any(|evidence| self.holds_setting_of(evidence.source.operation.as_str()));
        }
        let left_out = ServiceSource::ALL.iter().filter(|source| self.holds(**source));
        left_out.into_iter().any(|source| gap.is_lack_of(*source))
    }

    fn holds_setting_of(&self, operation: &str) -> bool {
        let mut settings = BucketSetting::ALL.iter();
        settings.any(|setting| setting.operation().as_str() == operation && self.keys.contains(setting.key()))
    }
}
