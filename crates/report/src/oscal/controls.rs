//! The controls of NIST SP 800-53: which were reviewed, and what the checks say of each.

use s3attest_model::control::{ControlAssessment, ControlStatus};
use serde_json::{Value, json};

use super::section::Sections;
use super::{FRAMEWORK, PlacedChecks, catalogue, markup, numbers, origin, properties};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::identity::Uuid;
use crate::selection::Selection;

/// A control's id as NIST's catalogue in OSCAL writes it: `SC-7(5)` is `sc-7.5`.
pub(super) fn oscal_id(control: &str) -> String {
    control.to_ascii_lowercase().replace('(', ".").replace(')', "")
}

/// The controls of the framework on which a check bears, in the framework's order.
fn reviewed<R: AssessedRun>(run: &R) -> impl Iterator<Item = &ControlAssessment> {
    let controls = run.controls().iter();
    controls.filter(|control| control.framework == FRAMEWORK && control.is_automated())
}

/// `reviewed-controls`: the controls on which a check bears, and how many there are beside them.
pub(super) fn selection<R: AssessedRun>(run: &R) -> Value {
    let included: Vec<Value> = reviewed(run)
        .map(|control| json!({ "control-id": oscal_id(control.control.as_str()) }))
        .collect();
    let of_framework = || run.controls().iter().filter(|control| control.framework == FRAMEWORK);
    let all = of_framework().count();
    let description = format!(
        "The controls on which an automated check of Amazon S3 bears: {} of {}. The others are assessed by hand and are not \
         part of this result.",
        included.len(),
        all
    );
    let mut selection = json!({ "description": description });
    if run.summary().frameworks().any(|framework| framework.id == FRAMEWORK) {
        selection["links"] = json!([{ "href": format!("#{}", catalogue()), "rel": "reference" }]);
    }
    if included.is_empty() {
        // The format wants controls or all of them; to include all and exclude nothing would claim what was not done.
        let excluded: Vec<Value> = of_framework()
            .map(|control| json!({ "control-id": oscal_id(control.control.as_str()) }))
            .collect();
        selection["include-all"] = json!({});
        if !excluded.is_empty() {
            selection["exclude-controls"] = excluded.into();
        }
        selection["remarks"] = "No control of NIST SP 800-53 was assessed.".into();
    } else {
        selection["include-controls"] = included.into();
    }
    let mut reviewed = json!({ "control-selections": [selection] });
    let others: Vec<&str> = run
        .summary()
        .frameworks()
        .filter(|framework| framework.id != FRAMEWORK)
        .map(|framework| framework.title.as_str())
        .collect();
    if !others.is_empty() {
        reviewed["remarks"] = markup::lines(&format!(
            "The run was also assessed against {}. These have no catalogue in OSCAL here and stand in controls.csv.",
            others.join(", ")
        ))
        .into();
    }
    reviewed
}

/// Writes a finding for each reviewed control. `system` is the id of the organization, or of the account without one.
pub(super) fn findings<R: AssessedRun>(
    run: &R,
    system: &str,
    placed: &PlacedChecks,
    sections: &mut Sections,
) -> Result<(), ReportError<R::Error>> {
    let selection = Selection::of(run);
    for control in reviewed(run) {
        let (observations, risks) = related(control, placed);
        let mut finding = finding(control, system, selection.holds(control));
        if !observations.is_empty() {
            finding["related-observations"] = observations.into();
        }
        if !risks.is_empty() {
            finding["related-risks"] = risks.into();
        }
        sections.findings.push(&finding)?;
    }
    Ok(())
}

/// The observations of the checks that bear on a control, and the risks that came of them.
fn related(control: &ControlAssessment, placed: &PlacedChecks) -> (Vec<Value>, Vec<Value>) {
    let (mut observations, mut risks) = (Vec::new(), Vec::new());
    for check in &control.checks {
        for place in placed.get(&check.check).into_iter().flatten() {
            observations.push(json!({ "observation-uuid": place.observation.to_string() }));
            let names = place.risks.iter();
            risks.extend(names.map(|name| json!({ "risk-uuid": name.to_string() })));
        }
    }
    (observations, risks)
}

/// What stands of a control's status in the format, which knows `satisfied` and `not-satisfied` only: everything but a
/// satisfied control is `not-satisfied`, with a reason that tells them apart.
fn status(status: ControlStatus) -> (&'static str, &'static str, &'static str) {
    match status {
        ControlStatus::Satisfied => (
            "satisfied",
            "pass",
            "Every check that bears on the control and applies passes on what was read, for Amazon S3. This does not say that the whole control is met.",
        ),
        ControlStatus::NotSatisfied => (
            "not-satisfied",
            "fail",
            "A check that bears on the control fails, and nobody accepts that.",
        ),
        ControlStatus::Undetermined => (
            "not-satisfied",
            "other",
            "Undetermined: no check fails unaccepted, and at least one could not be assessed. Nobody knows whether the control is satisfied.",
        ),
        ControlStatus::Accepted => (
            "not-satisfied",
            "other",
            "Accepted: everything is known, and exceptions accept what fails. The control is not satisfied, and somebody answers for that.",
        ),
        ControlStatus::NotApplicable => (
            "not-satisfied",
            "other",
            "Not applicable: checks bear on the control, and none applies to anything that was seen. Nothing here shows that it is satisfied.",
        ),
        // Such a control is not reviewed; whatever it were, it would not be satisfied.
        ControlStatus::NotAutomated => ("not-satisfied", "other", "No check bears on the control."),
    }
}

fn finding(control: &ControlAssessment, system: &str, is_selected: bool) -> Value {
    let id = control.control.as_str();
    let oscal_id = oscal_id(id);
    let (state, reason, remarks) = status(control.status);
    let note = control.note.as_ref();
    let mut target = json!({
        "type": "statement-id",
        "target-id": format!("{oscal_id}_smt"),
        "status": { "state": state, "reason": reason, "remarks": remarks },
    });
    if control.status == ControlStatus::NotApplicable {
        target["implementation-status"] = json!({ "state": "not-applicable" });
    }
    let mut props = properties(&[
        ("control-id", id),
        ("status", control.status.as_str()),
        ("in-selection", if is_selected { "yes" } else { "no" }),
    ]);
    props.extend(numbers(&control.counts));
    props.extend(properties(&[
        (
            "responsibility",
            control
                .responsibility
                .as_ref()
                .map_or("", |statement| statement.responsibility.as_str()),
        ),
        ("note-by", note.map_or("", |note| note.by.as_str())),
        ("note-on", note.map_or("", |note| note.on.as_str())),
    ]));
    let mut finding = json!({
        "uuid": Uuid::of("oscal-finding", &[system, FRAMEWORK, id]).to_string(),
        "title": markup::line(&format!("{id} {}", control.title)),
        "description": markup::lines(&checks(control)),
        "props": props,
        "origins": [origin()],
        "target": target,
    });
    if let Some(note) = note {
        finding["remarks"] = markup::lines(&format!("Assessor's note: {}", note.text)).into();
    }
    finding
}

fn checks(control: &ControlAssessment) -> String {
    let each = control
        .checks
        .iter()
        .map(|check| format!("{} ({}): {}", check.check, check.strength.as_str(), check.rationale));
    format!(
        "Checks that bear on the control:\n\n{}",
        each.collect::<Vec<_>>().join("\n\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_in_the_catalogue_of_oscal() {
        for (id, expected) in [("AC-3", "ac-3"), ("SC-7(5)", "sc-7.5"), ("AC-2(12)", "ac-2.12")] {
            assert_eq!(oscal_id(id), expected);
        }
    }

    #[test]
    fn only_a_satisfied_control_is_satisfied_and_every_other_says_why_not() {
        let mut reasons = std::collections::BTreeSet::new();
        for each in ControlStatus::ALL {
            let (state, reason, remarks) = status(each);
            assert_eq!(state == "satisfied", each == ControlStatus::Satisfied, "{each}");
            assert_eq!(reason == "pass", each == ControlStatus::Satisfied, "{each}");
            assert_eq!(reason == "fail", each == ControlStatus::NotSatisfied, "{each}");
            assert!(reasons.insert(remarks), "{each} is not told apart");
        }
    }
}
