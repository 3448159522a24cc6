//! Why a framework's file is refused, in words that name the place and the nearest valid id.
//!
//! It knows how ids resemble each other, and nothing of how a file is read.

use std::fmt;

use s3attest_model::identifiers::{CheckId, ControlId};

use super::catalogue::Catalogue;
use super::order::natural_order;

/// A framework's file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FrameworkError {
    /// The text is not TOML, or does not have a framework's form; a pair that stands twice is such a text.
    #[error("the framework's file cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A file of notes is not TOML, or does not have the form of notes; a control that stands twice is such a text.
    #[error("the notes cannot be read: {0}")]
    UnreadableNotes(toml::de::Error),
    /// The file says that it maps to a catalogue that the program does not hold.
    #[error(
        "framework `{framework}` maps to catalogue `{named}`, and there is no catalogue `{named}`; the embedded one is \
         `nist-800-53-r5`, and a framework may list its controls itself"
    )]
    UnknownCatalogue {
        /// The framework's id.
        framework: String,
        /// The catalogue that the file names.
        named: String,
    },
    /// The file leaves open which controls there are, or says it twice.
    #[error(
        "framework `{framework}` has to either name an embedded `catalogue` or list its controls itself, with `version`, \
         `extent`, `[families]` and `[controls]`"
    )]
    NoCatalogue {
        /// The framework's id.
        framework: String,
    },
    /// A file of notes holds some that would stand nowhere: all of them.
    #[error("the notes cannot be used:{}", as_list(problems))]
    InvalidNotes {
        /// What is wrong, in the order of framework and control.
        problems: Vec<MappingProblem>,
    },
    /// Changes to a framework that is not the one at hand.
    #[error("the changes are to framework `{named}`, which is not among those that are assessed ({given})")]
    OtherFramework {
        /// The framework that the file names.
        named: String,
        /// The frameworks at hand.
        given: String,
    },
    /// The mapping holds ids or rationales that cannot stand: all of them, so that one round of corrections is enough.
    #[error("framework `{framework}` cannot be used:{}", as_list(problems))]
    Invalid {
        /// The framework's id.
        framework: String,
        /// What is wrong, in the order of check and control.
        problems: Vec<MappingProblem>,
    },
}

/// One thing that is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingProblem {
    /// The header lacks a value.
    #[error("its key `{0}` is empty")]
    EmptyHeader(&'static str),
    /// No check has this id.
    #[error("there is no check `{check}`{nearest}")]
    UnknownCheck {
        /// The id in the file.
        check: String,
        /// The check that was probably meant.
        nearest: NearestId,
    },
    /// A check stands there without a control.
    #[error("check `{check}` names no control; give it one or remove it")]
    NoControls {
        /// The check.
        check: String,
    },
    /// The catalogue has no such control.
    #[error(
        "{subject} {} control `{control}`, which catalogue `{catalogue}` does not list{nearest}",
        names(subject)
    )]
    UnknownControl {
        /// Who names it, as the beginning of a sentence.
        subject: String,
        /// The id in the file.
        control: String,
        /// The catalogue.
        catalogue: String,
        /// The control that was probably meant.
        nearest: NearestId,
    },
    /// The publication has withdrawn the control.
    #[error(
        "{subject} {} control `{control}`, which catalogue `{catalogue}` lists as withdrawn{nearest}",
        names(subject)
    )]
    WithdrawnControl {
        /// Who names it, as the beginning of a sentence.
        subject: String,
        /// The withdrawn id.
        control: String,
        /// The catalogue.
        catalogue: String,
        /// The base control where it is active, otherwise the most similar id.
        nearest: NearestId,
    },
    /// The file lists a control whose id has another form.
    #[error("it lists a control of a form that cannot stand: {0}")]
    InvalidControl(String),
    /// There is no family with this id.
    #[error("there is no family `{family}`{nearest}")]
    UnknownFamily {
        /// The id in the file.
        family: String,
        /// The family that was probably meant.
        nearest: NearestId,
    },
    /// There is no framework with this id.
    #[error("there is no framework `{framework}`{nearest}")]
    UnknownFramework {
        /// The id in the file.
        framework: String,
        /// The framework that was probably meant.
        nearest: NearestId,
    },
    /// A note has no words.
    #[error("the note on `{0}` is empty")]
    EmptyNote(String),
    /// A note's date is none.
    #[error("the note on `{control}` is dated `{text}`, which is no date such as 2026-03-12")]
    InvalidDate {
        /// The control.
        control: String,
        /// The text in the file.
        text: String,
    },
    /// A responsibility does not say why.
    #[error("it gives no reason for `{0}`; say in a sentence why the responsibility is where it is")]
    EmptyReason(String),
    /// A pair is to be removed that does not exist.
    #[error("check `{check}` does not bear on control `{control}`, so nothing can be removed{nearest}")]
    NothingToRemove {
        /// The check.
        check: String,
        /// The control.
        control: String,
        /// The control of the check that was probably meant.
        nearest: NearestId,
    },
    /// An entry both removes a pair and describes it, or does neither.
    #[error("check `{check}` has to say of control `{control}` either `strength` and `rationale`, or `remove = true`")]
    NeitherNor {
        /// The check.
        check: String,
        /// The control.
        control: String,
    },
    /// The pair does not say why.
    #[error("check `{check}` gives no rationale for control `{control}`; say in a sentence why it bears on it")]
    EmptyRationale {
        /// The check.
        check: String,
        /// The control.
        control: String,
    },
}

/// The verb that goes with who names an id.
fn names(subject: &str) -> &'static str {
    if subject.starts_with("check ") { "names" } else { "name" }
}

/// The valid id nearest to a refused one, shown as the end of a sentence; nothing is shown where none is similar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearestId(pub Option<String>);

impl fmt::Display for NearestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(id) => write!(formatter, "; the nearest valid id is `{id}`"),
            None => Ok(()),
        }
    }
}

impl NearestId {
    /// The known check whose id is most similar to a text.
    pub(super) fn check(text: &str, known: &[CheckId]) -> Self {
        Self::among(text, known.iter().map(CheckId::as_str))
    }

    /// The active control whose id is most similar to a text.
    pub(super) fn control(text: &str, catalogue: &Catalogue) -> Self {
        Self::among(text, catalogue.active().map(|entry| entry.id.as_str()))
    }

    /// The control to look at instead of a withdrawn one.
    ///
    /// An enhancement is mostly withdrawn because its content moved into its base control, and never because of a slip
    /// of the finger, so the base control comes before any similar id.
    pub(super) fn instead_of(withdrawn: &ControlId, catalogue: &Catalogue) -> Self {
        let base = withdrawn
            .as_str()
            .split_once('(')
            .and_then(|(base, _)| ControlId::new(base).ok())
            .filter(|base| catalogue.find(base).is_some_and(|entry| !entry.is_withdrawn));
        match base {
            Some(base) => Self(Some(base.into())),
            None => Self::control(withdrawn.as_str(), catalogue),
        }
    }

    /// The candidate with the fewest edits to a text, letter case aside, provided that less than half of the text would
    /// change; of equals the first in natural order.
    pub(super) fn among<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Self {
        let wanted = text.to_lowercase();
        let nearest = candidates
            .map(|candidate| {
                (
                    strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()),
                    candidate,
                )
            })
            .filter(|(edits, _)| edits * 2 < wanted.chars().count())
            .min_by(|left, right| left.0.cmp(&right.0).then_with(|| natural_order(left.1, right.1)));
        Self(nearest.map(|(_, candidate)| candidate.to_owned()))
    }
}

/// One line for each problem, indented under the sentence that announces them.
fn as_list(problems: &[MappingProblem]) -> String {
    let mut lines = String::new();
    for problem in problems {
        lines.push_str("\n  ");
        lines.push_str(&problem.to_string());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_control_is_the_one_that_was_probably_meant() {
        let catalogue = Catalogue::nist_800_53_r5();
        for (text, expected) in [
            ("SC8", Some("SC-8")),
            ("sc-28(1)", Some("SC-28(1)")),
            ("SC-28 (1)", Some("SC-28(1)")),
            ("AC-3(17)", Some("AC-3(7)")),
            ("entirely different", None),
        ] {
            assert_eq!(NearestId::control(text, catalogue).0.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_withdrawn_enhancement_points_to_its_base_control() {
        let catalogue = Catalogue::nist_800_53_r5();
        let nearest = |text: &str| NearestId::instead_of(&ControlId::new(text).expect("a test's id"), catalogue);
        assert_eq!(nearest("AC-3(1)").0.as_deref(), Some("AC-3"));
        // The base control is withdrawn too.
        assert_ne!(nearest("SA-12(15)").0.as_deref(), Some("SA-12"));
    }

    #[test]
    fn the_nearest_check_is_found_over_a_slip_of_the_finger() {
        let known = ["s3-bucket-tls-only", "s3-bucket-versioning"].map(|id| CheckId::new(id).expect("a test's id"));
        assert_eq!(
            NearestId::check("s3-bucket-tsl-only", &known).0.as_deref(),
            Some("s3-bucket-tls-only")
        );
        assert_eq!(NearestId::check("iam-root-mfa", &known).0, None);
    }
}
