//! `controls.csv`: a row for each control of the framework, those without a check included.

use std::borrow::Cow;

use s3attest_model::control::{Baseline, ControlAssessment, Strength};

use super::table::{Table, list, number};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

const HEADER: [&str; 17] = [
    "framework_id",
    "control_id",
    "title",
    "family_id",
    "family_title",
    "baseline_low",
    "baseline_moderate",
    "baseline_high",
    "baseline_privacy",
    "status",
    "findings_fail",
    "findings_not_assessed",
    "findings_pass",
    "findings_not_applicable",
    "checks_satisfying_part",
    "checks_supporting",
    "findings_accepted",
];

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mut table = Table::create(staging, "controls.csv", HEADER)?;
    for control in run.controls() {
        table.row(&cells(&run.summary().framework.id, control))?;
    }
    Ok(table.finish()?)
}

fn cells<'control>(framework: &'control str, control: &'control ControlAssessment) -> [Cow<'control, str>; 17] {
    let within = |baseline: Baseline| {
        Cow::Borrowed(if control.baselines.contains(&baseline) {
            "yes"
        } else {
            "no"
        })
    };
    let checks = |strength: Strength| {
        list(
            control
                .checks
                .iter()
                .filter(move |check| check.strength == strength)
                .map(|check| check.check.to_string()),
        )
    };
    [
        framework.into(),
        control.control.as_str().into(),
        control.title.as_str().into(),
        control.family.as_str().into(),
        control.family_title.as_str().into(),
        within(Baseline::Low),
        within(Baseline::Moderate),
        within(Baseline::High),
        within(Baseline::Privacy),
        control.status.as_str().into(),
        number(control.counts.fail),
        number(control.counts.not_assessed),
        number(control.counts.pass),
        number(control.counts.not_applicable),
        checks(Strength::SatisfiesPart),
        checks(Strength::Supports),
        number(control.counts.accepted),
    ]
}
