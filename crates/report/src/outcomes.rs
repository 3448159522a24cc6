//! How many resources and accounts came to what for a control, where the assessment says so.
//!
//! Assessments by earlier versions did not count them. Read back, their numbers are zeros, which nobody counted. It knows
//! no format.

use s3attest_model::control::{AccountCounts, ControlAssessment, ResourceCounts};

use crate::assessed::AssessedRun;

/// The numbers of a run's controls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcomes {
    are_recorded: bool,
}

impl Outcomes {
    pub(crate) fn of<R: AssessedRun>(run: &R) -> Self {
        let summary = run.summary();
        let accounts = &summary.coverage.accounts;
        // Where a check bears on a control, each finding counts a resource and each account in scope counts.
        let is_something_to_count = summary.counts.total() > 0
            || accounts
                .iter()
                .any(|(status, count)| status.is_in_scope() && *count > 0);
        let is_counted = |control: &ControlAssessment| control.resources.total() > 0 || control.accounts.total() > 0;
        Self {
            are_recorded: !is_something_to_count || run.controls().iter().any(is_counted),
        }
    }

    /// The resources by what the checks say of them, and the accounts in scope by the control's status in each; `None`
    /// where the assessment did not record them. A control on which no check bears has none of either.
    pub(crate) fn of_control(self, control: &ControlAssessment) -> Option<(ResourceCounts, AccountCounts)> {
        (self.are_recorded || !control.is_automated()).then_some((control.resources, control.accounts))
    }
}
