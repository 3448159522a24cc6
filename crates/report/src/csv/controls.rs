//! `controls.csv`: a row for each control of the frameworks, those without a check included.

use std::borrow::Cow;
use std::collections::BTreeSet;

use s3attest_model::control::{Baseline, ControlAssessment, Strength};

use super::table::{Table, list, number};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

const COLUMNS: usize = 34;

const HEADER: [&str; COLUMNS] = [
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
    "in_selection",
    "assessment",
    "responsibility",
    "responsibility_reason",
    "parameters",
    "note",
    "note_by",
    "note_on",
    "resources_failed",
    "resources_not_assessed",
    "resources_accepted",
    "resources_passed",
    "resources_not_applicable",
    "accounts_not_satisfied",
    "accounts_undetermined",
    "accounts_accepted",
    "accounts_satisfied",
    "accounts_not_applicable",
];

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let with_baselines: BTreeSet<&str> = run
        .controls()
        .iter()
        .filter(|control| !control.baselines.is_empty())
        .map(|control| control.framework.as_str())
        .collect();
    let baseline = run.summary().baseline;
    let is_selected = |control: &ControlAssessment| {
        !with_baselines.contains(control.framework.as_str()) || control.is_within(baseline)
    };
    let mut table = Table::create(staging, "controls.csv", HEADER)?;
    for control in run.controls() {
        table.row(&cells(control, is_selected(control)))?;
    }
    Ok(table.finish()?)
}

fn cells(control: &ControlAssessment, is_selected: bool) -> [Cow<'_, str>; COLUMNS] {
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
    let (responsibility, note) = (control.responsibility.as_ref(), control.note.as_ref());
    [
        control.framework.as_str().into(),
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
        if is_selected { "yes" } else { "no" }.into(),
        if control.is_automated() { "automated" } else { "manual" }.into(),
        responsibility
            .map_or("", |statement| statement.responsibility.as_str())
            .into(),
        responsibility.map_or("", |statement| statement.reason.as_str()).into(),
        list(
            control
                .parameters
                .iter()
                .map(|parameter| format!("{} = {}", parameter.key, parameter.value)),
        ),
        note.map_or("", |note| note.text.as_str()).into(),
        note.map_or("", |note| note.by.as_str()).into(),
        note.map_or("", |note| note.on.as_str()).into(),
        number(control.resources.failed),
        number(control.resources.not_assessed),
        number(control.resources.accepted),
        number(control.resources.passed),
        number(control.resources.not_applicable),
        number(control.accounts.not_satisfied),
        number(control.accounts.undetermined),
        number(control.accounts.accepted),
        number(control.accounts.satisfied),
        number(control.accounts.not_applicable),
    ]
}
