//! A control in `report.json`.

use s3attest_model::control::{
    AccountCounts, AssessorNote, Baseline, ControlAssessment, ControlCheck, ControlParameter, ControlStatus,
    ResourceCounts, ResponsibilityStatement,
};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::ControlId;
use serde::Serialize;

use crate::assessed::AssessedRun;
use crate::outcomes::Outcomes;

/// What the run's own `controls.json` has, with nothing in the place of numbers that an assessment does not hold.
#[derive(Serialize)]
pub(super) struct Control<'run> {
    framework: &'run str,
    #[serde(rename = "control")]
    id: &'run ControlId,
    title: &'run str,
    family: &'run str,
    family_title: &'run str,
    baselines: &'run [Baseline],
    status: ControlStatus,
    counts: VerdictCounts,
    /// `null` where an assessment by an earlier version did not count them.
    resources: Option<ResourceCounts>,
    accounts: Option<AccountCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    responsibility: Option<&'run ResponsibilityStatement>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    parameters: &'run [ControlParameter],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'run AssessorNote>,
    checks: &'run [ControlCheck],
}

/// Every control of a run, in their order.
pub(super) fn controls<R: AssessedRun>(run: &R) -> Vec<Control<'_>> {
    let outcomes = Outcomes::of(run);
    let of = |control| of_control(control, outcomes);
    run.controls().iter().map(of).collect()
}

fn of_control(control: &ControlAssessment, outcomes: Outcomes) -> Control<'_> {
    let recorded = outcomes.of_control(control);
    Control {
        framework: &control.framework,
        id: &control.control,
        title: &control.title,
        family: &control.family,
        family_title: &control.family_title,
        baselines: &control.baselines,
        status: control.status,
        counts: control.counts,
        resources: recorded.map(|(resources, _)| resources),
        accounts: recorded.map(|(_, accounts)| accounts),
        responsibility: control.responsibility.as_ref(),
        parameters: &control.parameters,
        note: control.note.as_ref(),
        checks: &control.checks,
    }
}
