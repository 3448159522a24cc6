//! The mapping: which checks bear on which controls, how strongly, and why.
//!
//! It knows that a pair is valid because [`reading`](super::reading) refuses everything else, and it knows nothing of
//! findings.

use std::collections::BTreeMap;

use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::control::{ResponsibilityStatement, Strength};
use s3attest_model::identifiers::{CheckId, ControlId};

use super::catalogue::{Catalogue, CatalogueEntry};
use super::order::by_control;

/// One control that a check bears on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedControl {
    /// The control; the catalogue lists it as active.
    pub control: ControlId,
    /// How much of the control the check speaks for.
    pub strength: Strength,
    /// Why the check bears on the control, in a sentence.
    pub rationale: String,
}

/// A check and every control that it bears on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedCheck {
    /// The check.
    pub check: CheckId,
    /// The controls, in natural order; never empty.
    pub controls: Vec<MappedControl>,
}

/// What a framework says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: String,
    pub(super) title: String,
    /// What of the publication the catalogue lists; `None` for all of it.
    pub(super) extent: Option<String>,
}

/// Who has to see to what: a control's own statement stands before its family's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Responsibilities {
    pub(super) families: BTreeMap<String, ResponsibilityStatement>,
    pub(super) controls: BTreeMap<ControlId, ResponsibilityStatement>,
}

/// A framework: a catalogue, and a mapping of checks to its controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    header: Header,
    catalogue: Catalogue,
    pub(super) responsibilities: Responsibilities,
    checks: Vec<MappedCheck>,
    pub(super) overlays: Vec<String>,
}

impl Framework {
    /// Puts together what was read and found valid.
    pub(super) fn new(
        header: Header,
        catalogue: Catalogue,
        responsibilities: Responsibilities,
        mut checks: Vec<MappedCheck>,
    ) -> Self {
        checks.sort_by(|left, right| left.check.cmp(&right.check));
        for mapped in &mut checks {
            mapped
                .controls
                .sort_by(|left, right| by_control(&left.control, &right.control));
        }
        Self {
            header,
            catalogue,
            responsibilities,
            checks,
            overlays: Vec::new(),
        }
    }

    /// The framework's id, also the name of its file (`nist-800-53-r5`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.header.id
    }

    /// The framework's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.header.title
    }

    /// The same framework with another mapping.
    pub(super) fn remapped(&self, checks: Vec<MappedCheck>) -> Self {
        let responsibilities = self.responsibilities.clone();
        Self {
            overlays: self.overlays.clone(),
            ..Self::new(self.header.clone(), self.catalogue.clone(), responsibilities, checks)
        }
    }

    /// Who has to see to a control, and why; `None` where the framework does not say.
    #[must_use]
    pub fn responsibility_of(&self, entry: &CatalogueEntry) -> Option<&ResponsibilityStatement> {
        let responsibilities = &self.responsibilities;
        let of_family = || responsibilities.families.get(&entry.family.id);
        responsibilities.controls.get(&entry.id).or_else(of_family)
    }

    /// What reports say of the framework.
    #[must_use]
    pub fn information(&self) -> FrameworkInformation {
        FrameworkInformation {
            id: self.header.id.clone(),
            title: self.header.title.clone(),
            catalogue_version: self.catalogue.version().to_owned(),
            extent: self.header.extent.clone(),
            has_baselines: self.catalogue.has_baselines(),
            overlays: self.overlays.clone(),
        }
    }

    /// The catalogue that the mapping was held against.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Every check that bears on a control, by id.
    #[must_use]
    pub fn checks(&self) -> &[MappedCheck] {
        &self.checks
    }

    /// The controls that a check bears on, in natural order; empty when the framework does not map the check.
    #[must_use]
    pub fn controls_of(&self, check: &CheckId) -> &[MappedControl] {
        self.position_of(check)
            .map_or(&[], |position| &self.checks[position].controls)
    }

    /// The checks that bear on a control, by id, each with what the mapping says of the pair.
    pub fn checks_of<'a>(&'a self, control: &'a ControlId) -> impl Iterator<Item = (&'a CheckId, &'a MappedControl)> {
        self.checks.iter().filter_map(move |mapped| {
            mapped
                .controls
                .binary_search_by(|candidate| by_control(&candidate.control, control))
                .ok()
                .map(|position| (&mapped.check, &mapped.controls[position]))
        })
    }

    /// The place of a check in [`Framework::checks`].
    pub(super) fn position_of(&self, check: &CheckId) -> Option<usize> {
        self.checks.binary_search_by(|mapped| mapped.check.cmp(check)).ok()
    }
}
