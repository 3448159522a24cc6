//! What is known of each check beside its findings: its description, and the controls on which it bears.
//!
//! It knows no format.

use std::collections::BTreeMap;

use s3attest_model::check::CheckDescription;
use s3attest_model::control::{ControlAssessment, ControlCheck};
use s3attest_model::identifiers::CheckId;

use crate::assessed::AssessedRun;

/// A check with what it bears on.
#[derive(Debug, Default)]
pub(crate) struct MappedCheck<'run> {
    /// Its description; `None` for a check that this program does not know any more.
    pub(crate) description: Option<&'run CheckDescription>,
    /// The controls on which it bears with what it contributes, in the order of the frameworks.
    pub(crate) controls: Vec<(&'run ControlAssessment, &'run ControlCheck)>,
}

impl<'run> MappedCheck<'run> {
    /// The check's title; empty when it is not described.
    pub(crate) fn title(&self) -> &'run str {
        self.description.map_or("", |check| check.title.as_str())
    }

    /// Whether nothing is known of it: the run names it nowhere but in findings.
    pub(crate) fn is_unknown(&self) -> bool {
        self.description.is_none() && self.controls.is_empty()
    }

    /// The controls of one framework on which it bears.
    pub(crate) fn of_framework(&self, framework: &str) -> impl Iterator<Item = &'run ControlAssessment> {
        let controls = self.controls.iter().map(|(control, _)| *control);
        controls.filter(move |control| control.framework == framework)
    }
}

/// Something of every check of a run, by id.
#[derive(Debug)]
pub(crate) struct ByCheck<'run, T> {
    checks: BTreeMap<&'run CheckId, T>,
    /// What stands for a check that the run does not name.
    unknown: T,
}

impl<T> ByCheck<'_, T> {
    /// What there is of a check.
    pub(crate) fn of(&self, check: &CheckId) -> &T {
        self.checks.get(check).unwrap_or(&self.unknown)
    }
}

/// Every check of a run, by id.
#[derive(Debug)]
pub(crate) struct Mapping<'run>(ByCheck<'run, MappedCheck<'run>>);

impl<'run> Mapping<'run> {
    pub(crate) fn new<R: AssessedRun>(run: &'run R) -> Self {
        let mut checks: BTreeMap<&CheckId, MappedCheck<'_>> = BTreeMap::new();
        for check in run.checks() {
            checks.entry(&check.id).or_default().description = Some(check);
        }
        for control in run.controls() {
            for check in &control.checks {
                checks.entry(&check.check).or_default().controls.push((control, check));
            }
        }
        Self(ByCheck {
            checks,
            unknown: MappedCheck::default(),
        })
    }

    /// Every check with what is known of it, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'run CheckId, &MappedCheck<'run>)> {
        self.0.checks.iter().map(|(id, check)| (*id, check))
    }

    /// What is known of a check; nothing of one that the run does not name.
    pub(crate) fn of(&self, check: &CheckId) -> &MappedCheck<'run> {
        self.0.of(check)
    }

    /// Works something out for every check once; `unknown` stands for a check that the run does not name.
    pub(crate) fn each<T>(&self, unknown: T, of: impl Fn(&MappedCheck<'run>) -> T) -> ByCheck<'run, T> {
        ByCheck {
            checks: self.iter().map(|(id, check)| (id, of(check))).collect(),
            unknown,
        }
    }
}
