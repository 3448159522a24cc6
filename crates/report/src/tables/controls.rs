//! `controls`: a row for each control of the frameworks, those without a check included.

use s3attest_model::control::{AccountCounts, Baseline, ControlAssessment, ResourceCounts, Strength};

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::outcomes::Outcomes;
use crate::selection::Selection;

pub(super) struct Controls;

const COLUMNS: &[Column] = &[
    Column::text("framework_id", "The framework, such as nist-800-53-r5."),
    Column::text("control_id", "The control or control enhancement."),
    Column::text("title", "Its title."),
    Column::text("family_id", "Its family."),
    Column::text("family_title", "The title of its family."),
    Column::boolean("baseline_low", "Whether it is in the Low baseline."),
    Column::boolean("baseline_moderate", "Whether it is in the Moderate baseline."),
    Column::boolean("baseline_high", "Whether it is in the High baseline."),
    Column::boolean("baseline_privacy", "Whether it is in the Privacy baseline."),
    Column::grade(
        "status",
        "What the findings of its checks come to: not-satisfied, undetermined, accepted, satisfied, not-applicable or not-automated.",
    ),
    Column::number(
        "findings_fail",
        "Failed findings of the checks that bear on it, accepted ones included.",
    ),
    Column::number(
        "findings_not_assessed",
        "Findings of those checks without a verdict for lack of evidence.",
    ),
    Column::number("findings_pass", "Passed findings of those checks."),
    Column::number("findings_not_applicable", "Findings of those checks that do not apply."),
    Column::list(
        "checks_satisfying_part",
        "The checks that are a part of what the control asks for.",
    ),
    Column::list("checks_supporting", "The checks that support it."),
    Column::boolean(
        "in_selection",
        "No for a control outside of the baseline that was selected.",
    ),
    Column::text("assessment", "Automated when a check bears on it, manual otherwise."),
    Column::text(
        "responsibility",
        "Whose it is for Amazon S3: customer, shared or aws; empty where the framework does not say.",
    ),
    Column::text("responsibility_reason", "Why; empty where the framework does not say."),
    Column::list(
        "parameters",
        "What the organization defined for it: keys of the configuration with their values.",
    ),
    Column::text("note", "The assessor's note."),
    Column::text("note_by", "Who wrote the note."),
    Column::text("note_on", "When the note was written, as it was written down."),
    Column::number(
        "resources_failed",
        "Resources on which a check that bears on it failed and nobody accepts that; each resource counts once, by the worst of what is said of it.",
    ),
    Column::number(
        "resources_not_assessed",
        "Resources of which the worst is that evidence is missing.",
    ),
    Column::number(
        "resources_accepted",
        "Resources of which the worst is a fail that an exception accepts.",
    ),
    Column::number("resources_passed", "Resources of which the worst is a pass."),
    Column::number(
        "resources_not_applicable",
        "Resources to which no check that bears on it applies.",
    ),
    Column::number(
        "accounts_not_satisfied",
        "Accounts in scope in which its status is not-satisfied.",
    ),
    Column::number(
        "accounts_undetermined",
        "Accounts in scope in which its status is undetermined.",
    ),
    Column::number(
        "accounts_accepted",
        "Accounts in scope in which its status is accepted.",
    ),
    Column::number(
        "accounts_satisfied",
        "Accounts in scope in which its status is satisfied.",
    ),
    Column::number(
        "accounts_not_applicable",
        "Accounts in scope in which its status is not-applicable.",
    ),
    Column::number(
        "findings_accepted",
        "How many of the failed findings an exception accepts.",
    ),
];

impl Definition for Controls {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each control and control enhancement of each framework, in the framework's order; \
                                 the first framework comes first.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        let (selection, outcomes) = (Selection::of(run), Outcomes::of(run));
        for control in run.controls() {
            let recorded = outcomes.of_control(control);
            rows.row(&cells(control, selection.holds(control), recorded))?;
        }
        Ok(())
    }
}

fn cells(
    control: &ControlAssessment,
    is_selected: bool,
    recorded: Option<(ResourceCounts, AccountCounts)>,
) -> [Cell<'_>; COLUMNS.len()] {
    let within = |baseline: Baseline| Cell::Boolean(control.baselines.contains(&baseline));
    let checks = |strength: Strength| {
        Cell::list(
            control
                .checks
                .iter()
                .filter(move |check| check.strength == strength)
                .map(|check| check.check.as_str()),
        )
    };
    // Numbers that the assessment does not hold are empty, and not 0.
    let resources = |of: fn(ResourceCounts) -> u64| recorded.map(|(resources, _)| of(resources)).into();
    let accounts = |of: fn(AccountCounts) -> u64| recorded.map(|(_, accounts)| of(accounts)).into();
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
        control.counts.fail.into(),
        control.counts.not_assessed.into(),
        control.counts.pass.into(),
        control.counts.not_applicable.into(),
        checks(Strength::SatisfiesPart),
        checks(Strength::Supports),
        is_selected.into(),
        if control.is_automated() { "automated" } else { "manual" }.into(),
        responsibility.map(|statement| statement.responsibility.as_str()).into(),
        responsibility.map(|statement| statement.reason.as_str()).into(),
        Cell::list(
            control
                .parameters
                .iter()
                .map(|parameter| format!("{} = {}", parameter.key, parameter.value)),
        ),
        note.map(|note| note.text.as_str()).into(),
        note.map(|note| note.by.as_str()).into(),
        note.map(|note| note.on.as_str()).into(),
        resources(|counts| counts.failed),
        resources(|counts| counts.not_assessed),
        resources(|counts| counts.accepted),
        resources(|counts| counts.passed),
        resources(|counts| counts.not_applicable),
        accounts(|counts| counts.not_satisfied),
        accounts(|counts| counts.undetermined),
        accounts(|counts| counts.accepted),
        accounts(|counts| counts.satisfied),
        accounts(|counts| counts.not_applicable),
        control.counts.accepted.into(),
    ]
}
