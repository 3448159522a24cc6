//! Reading a framework's file, and refusing what would put a false statement into a report.
//!
//! The form of the file, which every framework shares:
//!
//! ```toml
//! id = "nist-800-53-r5"
//! title = "NIST SP 800-53 revision 5"
//! catalogue = "nist-800-53-r5"
//!
//! [checks.s3-bucket-tls-only]
//! "SC-8" = { strength = "satisfies-part", rationale = "Why this property of a bucket bears on this control." }
//! ```
//!
//! It knows nothing of where the text comes from.

use std::collections::BTreeMap;

use s3attest_model::control::Strength;
use s3attest_model::identifiers::{CheckId, ControlId};
use serde::Deserialize;

use super::catalogue::Catalogue;
use super::mapping::{Framework, MappedCheck, MappedControl};
use super::refusal::{FrameworkError, MappingProblem, NearestId};

/// A framework's file as it stands. TOML itself refuses a key, and so a check or a pair, that stands twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    catalogue: String,
    checks: BTreeMap<String, BTreeMap<String, Pair>>,
}

/// What the file says of one pair of check and control.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    strength: Strength,
    rationale: String,
}

impl Framework {
    /// Reads a framework from the text of its file, held against a catalogue and against the checks that there are.
    ///
    /// Refused are: a text of another form, keys without a meaning, a pair that stands twice, a check that is not among
    /// `known_checks`, a control that the catalogue does not list or lists as withdrawn, a pair without a rationale.
    pub fn from_toml(text: &str, catalogue: &Catalogue, known_checks: &[CheckId]) -> Result<Self, FrameworkError> {
        Self::from_file(toml::from_str(text)?, catalogue, known_checks)
    }

    /// Reads a framework whose file names the checks that there are: the embedded one, whose ids a test pins.
    pub(super) fn from_embedded_toml(text: &str, catalogue: &Catalogue) -> Result<Self, FrameworkError> {
        let file: File = toml::from_str(text)?;
        let named: Vec<CheckId> = file.checks.keys().filter_map(|id| CheckId::new(id).ok()).collect();
        Self::from_file(file, catalogue, &named)
    }

    fn from_file(file: File, catalogue: &Catalogue, known_checks: &[CheckId]) -> Result<Self, FrameworkError> {
        if file.catalogue != catalogue.id() {
            return Err(FrameworkError::OtherCatalogue {
                framework: file.id,
                named: file.catalogue,
                given: catalogue.id().to_owned(),
            });
        }
        let mut problems = Vec::new();
        for (key, value) in [("id", &file.id), ("title", &file.title)] {
            if value.trim().is_empty() {
                problems.push(MappingProblem::EmptyHeader(key));
            }
        }
        let mut checks = Vec::new();
        for (check, pairs) in &file.checks {
            checks.extend(read_check(check, pairs, catalogue, known_checks, &mut problems));
        }
        if problems.is_empty() {
            Ok(Self::new(file.id, file.title, catalogue.clone(), checks))
        } else {
            Err(FrameworkError::Invalid {
                framework: file.id,
                problems,
            })
        }
    }
}

/// Reads a check's table; what is wrong with it is added to the problems.
fn read_check(
    check: &str,
    pairs: &BTreeMap<String, Pair>,
    catalogue: &Catalogue,
    known_checks: &[CheckId],
    problems: &mut Vec<MappingProblem>,
) -> Option<MappedCheck> {
    if pairs.is_empty() {
        problems.push(MappingProblem::NoControls {
            check: check.to_owned(),
        });
    }
    let mut controls = Vec::new();
    for (control, pair) in pairs {
        match read_pair(check, control, pair, catalogue) {
            Ok(mapped) => controls.push(mapped),
            Err(problem) => problems.push(problem),
        }
    }
    let Some(known) = known_checks.iter().find(|known| known.as_str() == check) else {
        problems.push(MappingProblem::UnknownCheck {
            check: check.to_owned(),
            nearest: NearestId::check(check, known_checks),
        });
        return None;
    };
    Some(MappedCheck {
        check: known.clone(),
        controls,
    })
}

fn read_pair(check: &str, control: &str, pair: &Pair, catalogue: &Catalogue) -> Result<MappedControl, MappingProblem> {
    let (check, control_text) = (check.to_owned(), control.to_owned());
    let entry = ControlId::new(control).ok().and_then(|id| catalogue.find(&id));
    let Some(entry) = entry else {
        return Err(MappingProblem::UnknownControl {
            check,
            control: control_text,
            catalogue: catalogue.id().to_owned(),
            nearest: NearestId::control(control, catalogue),
        });
    };
    if entry.is_withdrawn {
        return Err(MappingProblem::WithdrawnControl {
            check,
            control: control_text,
            catalogue: catalogue.id().to_owned(),
            nearest: NearestId::instead_of(&entry.id, catalogue),
        });
    }
    if pair.rationale.trim().is_empty() {
        return Err(MappingProblem::EmptyRationale {
            check,
            control: control_text,
        });
    }
    Ok(MappedControl {
        control: entry.id.clone(),
        strength: pair.strength,
        rationale: pair.rationale.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id = 'sample'\ntitle = 'A sample'\ncatalogue = 'nist-800-53-r5'\n";

    fn known() -> Vec<CheckId> {
        ["s3-bucket-tls-only", "s3-bucket-versioning"]
            .map(|id| CheckId::new(id).expect("a test's id"))
            .to_vec()
    }

    fn read(mapping: &str) -> Result<Framework, FrameworkError> {
        Framework::from_toml(&format!("{HEADER}{mapping}"), Catalogue::nist_800_53_r5(), &known())
    }

    #[test]
    fn a_pair_is_read_with_its_strength_and_rationale_and_controls_come_in_natural_order() {
        let framework = read(
            "[checks.s3-bucket-tls-only]\n\
             'SC-13' = { strength = 'supports', rationale = 'Because of a cipher.' }\n\
             'SC-8(1)' = { strength = 'satisfies-part', rationale = ' Because of TLS. ' }\n\
             'SC-8' = { strength = 'satisfies-part', rationale = 'Because.' }\n",
        )
        .expect("valid");
        assert_eq!(framework.information().id, "sample");
        assert_eq!(framework.information().catalogue_version, "5.2.0");
        let controls = framework.controls_of(&known()[0]);
        let ids: Vec<&str> = controls.iter().map(|mapped| mapped.control.as_str()).collect();
        assert_eq!(ids, ["SC-8", "SC-8(1)", "SC-13"]);
        assert_eq!(controls[1].rationale, "Because of TLS.");
        assert_eq!(controls[2].strength, Strength::Supports);
        assert!(framework.controls_of(&known()[1]).is_empty());
        let control = ControlId::new("SC-13").expect("a test's id");
        let checks: Vec<&str> = framework.checks_of(&control).map(|(check, _)| check.as_str()).collect();
        assert_eq!(checks, ["s3-bucket-tls-only"]);
    }

    #[test]
    fn a_false_statement_is_refused_with_the_nearest_valid_id() {
        let cases = [
            (
                "[checks.s3-bucket-tsl-only]\n'SC-8' = { strength = 'supports', rationale = 'r' }\n",
                "there is no check `s3-bucket-tsl-only`; the nearest valid id is `s3-bucket-tls-only`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC8' = { strength = 'supports', rationale = 'r' }\n",
                "check `s3-bucket-tls-only` names control `SC8`, which catalogue `nist-800-53-r5` does not list; \
                 the nearest valid id is `SC-8`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-7(2)' = { strength = 'supports', rationale = 'r' }\n",
                "lists as withdrawn; the nearest valid id is `SC-7`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strength = 'supports', rationale = \"\\t \" }\n",
                "gives no rationale for control `SC-8`",
            ),
            ("[checks.s3-bucket-tls-only]\n", "names no control"),
            (
                "[checks.s3-bucket-tls-only]\n\
                 'SC-8' = { strength = 'supports', rationale = 'r' }\n\
                 'SC-8' = { strength = 'satisfies-part', rationale = 'r' }\n",
                "duplicate key",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strength = 'proves', rationale = 'r' }\n",
                "unknown variant `proves`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strength = 'supports', reason = 'r' }\n",
                "unknown field `reason`",
            ),
            ("[check.s3-bucket-tls-only]\n", "unknown field `check`"),
        ];
        for (mapping, expected) in cases {
            let message = read(mapping).expect_err(mapping).to_string();
            assert!(message.contains(expected), "{mapping}\n{message}");
        }
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let Err(FrameworkError::Invalid { problems, .. }) = read(
            "[checks.s3-bucket-tls-only]\n\
             'SC8' = { strength = 'supports', rationale = 'r' }\n\
             'SC-13' = { strength = 'supports', rationale = '' }\n\
             [checks.nothing]\n",
        ) else {
            panic!("must be refused");
        };
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn a_mapping_to_another_catalogue_is_refused() {
        let text = "id = 'x'\ntitle = 'X'\ncatalogue = 'cis-aws-6'\n[checks]\n";
        let message = Framework::from_toml(text, Catalogue::nist_800_53_r5(), &known())
            .expect_err("another catalogue")
            .to_string();
        assert!(
            message.contains("cis-aws-6") && message.contains("nist-800-53-r5"),
            "{message}"
        );
    }

    #[test]
    fn an_empty_header_is_refused() {
        let text = "id = 'x'\ntitle = ''\ncatalogue = 'nist-800-53-r5'\n[checks]\n";
        let message = Framework::from_toml(text, Catalogue::nist_800_53_r5(), &known())
            .expect_err("no title")
            .to_string();
        assert!(message.contains("its key `title` is empty"), "{message}");
    }
}
