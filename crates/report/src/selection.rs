//! Which controls the assessment was asked for: those of the baseline that was selected.
//!
//! A framework without baselines is selected as a whole, whatever was asked of the others. It knows no format.

use std::collections::BTreeSet;

use s3attest_model::control::{Baseline, ControlAssessment};

use crate::assessed::AssessedRun;

/// What was selected of a run's frameworks.
#[derive(Debug)]
pub(crate) struct Selection<'run> {
    /// The baseline that was selected; `None` for every control.
    pub(crate) baseline: Option<Baseline>,
    /// The frameworks of which a control is in a baseline. Assessments by earlier versions do not say it of a framework.
    with_baselines: BTreeSet<&'run str>,
}

impl<'run> Selection<'run> {
    pub(crate) fn of<R: AssessedRun>(run: &'run R) -> Self {
        let controls = run.controls().iter();
        Self {
            baseline: run.summary().baseline,
            with_baselines: controls
                .filter(|control| !control.baselines.is_empty())
                .map(|control| control.framework.as_str())
                .collect(),
        }
    }

    /// Whether a framework has baselines.
    pub(crate) fn has_baselines(&self, framework: &str) -> bool {
        self.with_baselines.contains(framework)
    }

    /// The baseline by which a framework's controls were selected; `None` where all of them are.
    pub(crate) fn baseline_of(&self, framework: &str) -> Option<Baseline> {
        self.baseline.filter(|_| self.has_baselines(framework))
    }

    /// Whether a control was selected.
    pub(crate) fn holds(&self, control: &ControlAssessment) -> bool {
        control.is_within(self.baseline_of(&control.framework))
    }
}
