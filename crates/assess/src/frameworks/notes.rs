//! The assessor's notes: what a person wrote about controls, in a file of the user.
//!
//! ```toml
//! [nist-800-53-r5]
//! "PE-3" = "AWS's SOC 2 report of 2026, seen in AWS Artifact."
//! "AC-2" = { text = "Reviewed with the identity team.", by = "R. Auditor", on = "2026-03-12" }
//! ```
//!
//! A note stands beside the status of its control and never changes it.

use std::collections::BTreeMap;

use s3attest_model::control::AssessorNote;
use s3attest_model::identifiers::ControlId;
use serde::Deserialize;

use super::mapping::Framework;
use super::reading::active;
use super::refusal::{FrameworkError, MappingProblem, NearestId};

/// Notes by framework and control.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    notes: BTreeMap<(String, ControlId), AssessorNote>,
}

/// A note as it stands.
#[derive(Deserialize)]
#[serde(untagged)]
enum Note {
    Text(String),
    Signed(Signed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    text: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    on: String,
}

impl Notes {
    /// Reads a file of notes on the frameworks that the program comes with.
    ///
    /// Refused are: a text of another form, a framework or a control that there is not, a withdrawn control, a note
    /// without words, a date that is none. All mistakes come at once.
    pub fn from_toml(text: &str) -> Result<Self, FrameworkError> {
        let file: BTreeMap<String, BTreeMap<String, Note>> =
            toml::from_str(text).map_err(FrameworkError::UnreadableNotes)?;
        let (mut notes, mut problems) = (BTreeMap::new(), Vec::new());
        for (id, of_framework) in file {
            let Some(framework) = Framework::embedded(&id) else {
                problems.push(MappingProblem::UnknownFramework {
                    nearest: NearestId::among(&id, Framework::ids()),
                    framework: id,
                });
                continue;
            };
            for (control, note) in of_framework {
                match read(framework, &control, note) {
                    Ok((control, note)) => {
                        notes.insert((id.clone(), control), note);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
        if problems.is_empty() {
            Ok(Self { notes })
        } else {
            Err(FrameworkError::InvalidNotes { problems })
        }
    }

    /// The ids of the frameworks on whose controls there are notes, each once.
    pub fn frameworks(&self) -> impl Iterator<Item = &str> {
        let mut previous = None;
        let ids = self.notes.keys().map(|(framework, _)| framework.as_str());
        ids.filter(move |id| previous.replace(*id) != Some(*id))
    }

    /// The note on a control.
    #[must_use]
    pub fn of_control(&self, framework: &str, control: &ControlId) -> Option<&AssessorNote> {
        self.notes.get(&(framework.to_owned(), control.clone()))
    }
}

fn read(framework: &Framework, control: &str, note: Note) -> Result<(ControlId, AssessorNote), MappingProblem> {
    let id = active(control, framework.catalogue()).map_err(|problem| problem.named_by("the notes"))?;
    let note = match note {
        Note::Text(text) => AssessorNote {
            text,
            by: String::new(),
            on: String::new(),
        },
        Note::Signed(Signed { text, by, on }) => AssessorNote { text, by, on },
    };
    if note.text.trim().is_empty() {
        return Err(MappingProblem::EmptyNote(id.into()));
    }
    if !note.on.is_empty() && !is_date(&note.on) {
        return Err(MappingProblem::InvalidDate {
            control: id.into(),
            text: note.on,
        });
    }
    Ok((id, note))
}

/// Whether a text is a date of ISO 8601 in its long form (`2026-03-12`).
fn is_date(text: &str) -> bool {
    let days_of = |month: u32, year: u32| match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    };
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let parts = || Some((digits(0..4)?, digits(5..7)?, digits(8..10)?));
    text.len() == 10
        && text.as_bytes()[4] == b'-'
        && text.as_bytes()[7] == b'-'
        && parts().is_some_and(|(year, month, day)| (1..=days_of(month, year)).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_text_or_signed() {
        let notes = Notes::from_toml(
            "[nist-800-53-r5]\n'PE-3' = 'Seen.'\n'AC-2' = { text = 'Reviewed.', by = 'R', on = '2028-02-29' }\n",
        )
        .expect("valid");
        let of = |control: &str| {
            let control = ControlId::new(control).expect("a control id");
            notes.of_control("nist-800-53-r5", &control).cloned()
        };
        assert_eq!(of("PE-3").expect("noted").text, "Seen.");
        assert_eq!(of("AC-2").expect("noted").on, "2028-02-29");
        assert_eq!(of("AC-3"), None);
        assert_eq!(notes.frameworks().collect::<Vec<_>>(), ["nist-800-53-r5"]);
        assert_eq!(Notes::from_toml("").expect("empty is valid"), Notes::default());
    }

    #[test]
    fn a_note_that_would_stand_nowhere_is_refused_with_the_nearest_valid_id() {
        for (text, expected) in [
            (
                "[nist-800-53]\n'AC-2' = 'x'\n",
                "there is no framework `nist-800-53`; the nearest valid id is `nist-800-53-r5`",
            ),
            (
                "[nist-800-53-r5]\n'AC2' = 'x'\n",
                "the notes name control `AC2`, which catalogue `nist-800-53-r5` does not list; the nearest valid id is `AC-2`",
            ),
            (
                "[nist-800-53-r5]\n'SC-7(2)' = 'x'\n",
                "lists as withdrawn; the nearest valid id is `SC-7`",
            ),
            ("[nist-800-53-r5]\n'AC-2' = ' '\n", "the note on `AC-2` is empty"),
            (
                "[nist-800-53-r5]\n'AC-2' = { text = 'x', on = '12.3.2026' }\n",
                "`12.3.2026`, which is no date",
            ),
            (
                "[nist-800-53-r5]\n'AC-2' = { text = 'x', on = '2027-02-29' }\n",
                "no date",
            ),
            ("[nist-800-53-r5]\n'AC-2' = { note = 'x' }\n", "did not match"),
            ("'AC-2' = 'x'\n", "the notes cannot be read"),
        ] {
            let message = Notes::from_toml(text).expect_err(expected).to_string();
            assert!(message.contains(expected), "{text}\n{message}");
        }
    }
}
