//! Reading a framework's file, and refusing what would put a false statement into a report.
//!
//! The form of the file, which every framework shares:
//!
//! ```toml
//! id = "nist-800-53-r5"
//! title = "NIST SP 800-53 revision 5"
//! catalogue = "nist-800-53-r5"
//!
//! [responsibility.families]
//! SC = { responsibility = "shared", reason = "Who has to see to the family for Amazon S3, and why." }
//!
//! [checks.s3-bucket-tls-only]
//! "SC-8" = { strength = "satisfies-part", rationale = "Why this property of a bucket bears on this control." }
//! ```
//!
//! A framework that is not worth a catalogue of its own lists its controls itself: instead of `catalogue` it has a
//! `version`, an `extent` (what of the publication it lists), `[families]` and `[controls]`.
//!
//! It knows nothing of where the text comes from.

use std::collections::BTreeMap;

use s3attest_model::control::{ResponsibilityStatement, Strength};
use s3attest_model::identifiers::{CheckId, ControlId};
use serde::Deserialize;

use super::catalogue::{Catalogue, CatalogueEntry, Family};
use super::mapping::{Framework, Header, MappedCheck, MappedControl, Responsibilities};
use super::refusal::{FrameworkError, MappingProblem, NearestId};

/// A framework's file as it stands. TOML itself refuses a key, and so a check or a pair, that stands twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    catalogue: Option<String>,
    version: Option<String>,
    extent: Option<String>,
    #[serde(default)]
    families: BTreeMap<String, String>,
    #[serde(default)]
    controls: BTreeMap<String, ListedControl>,
    #[serde(default)]
    responsibility: ResponsibilityTable,
    checks: BTreeMap<String, BTreeMap<String, Pair>>,
}

/// A control that the file lists itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedControl {
    family: String,
    title: String,
}

/// Who has to see to what, by family and for single controls.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponsibilityTable {
    #[serde(default)]
    families: BTreeMap<String, ResponsibilityStatement>,
    #[serde(default)]
    controls: BTreeMap<String, ResponsibilityStatement>,
}

/// What the file says of one pair of check and control.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    pub(super) strength: Strength,
    pub(super) rationale: String,
}

impl Framework {
    /// Reads a framework from the text of its file, held against its catalogue and against the checks that there are.
    ///
    /// Refused are: a text of another form, keys without a meaning, a pair that stands twice, a check that is not among
    /// `known_checks`, a control that the catalogue does not list or lists as withdrawn, a pair without a rationale, a
    /// responsibility without a reason.
    pub fn from_toml(text: &str, known_checks: &[CheckId]) -> Result<Self, FrameworkError> {
        Self::from_file(toml::from_str(text)?, known_checks)
    }

    /// Reads a framework whose file names the checks that there are: an embedded one, whose ids a test pins.
    pub(super) fn from_embedded_toml(text: &str) -> Result<Self, FrameworkError> {
        let file: File = toml::from_str(text)?;
        let named: Vec<CheckId> = file.checks.keys().filter_map(|id| CheckId::new(id).ok()).collect();
        Self::from_file(file, &named)
    }

    fn from_file(file: File, known_checks: &[CheckId]) -> Result<Self, FrameworkError> {
        let mut problems = Vec::new();
        for (key, value) in [("id", &file.id), ("title", &file.title)] {
            if value.trim().is_empty() {
                problems.push(MappingProblem::EmptyHeader(key));
            }
        }
        let catalogue = catalogue_of(&file, &mut problems)?;
        let mut checks = Vec::new();
        for (check, pairs) in &file.checks {
            checks.extend(read_check(check, pairs, &catalogue, known_checks, &mut problems));
        }
        let responsibilities = read_responsibilities(file.responsibility, &catalogue, &mut problems);
        if problems.is_empty() {
            let header = Header {
                id: file.id,
                title: file.title,
                extent: file.extent,
            };
            Ok(Self::new(header, catalogue, responsibilities, checks))
        } else {
            Err(FrameworkError::Invalid {
                framework: file.id,
                problems,
            })
        }
    }
}

/// The catalogue that the file names, or the one that it is.
fn catalogue_of(file: &File, problems: &mut Vec<MappingProblem>) -> Result<Catalogue, FrameworkError> {
    let lists_itself = file.version.is_some() || !file.controls.is_empty() || !file.families.is_empty();
    match (&file.catalogue, &file.version) {
        (Some(named), _) if !lists_itself => {
            Catalogue::embedded(named)
                .cloned()
                .ok_or_else(|| FrameworkError::UnknownCatalogue {
                    framework: file.id.clone(),
                    named: named.clone(),
                })
        }
        (None, Some(version)) => Ok(own_catalogue(file, version, problems)),
        _ => Err(FrameworkError::NoCatalogue {
            framework: file.id.clone(),
        }),
    }
}

fn own_catalogue(file: &File, version: &str, problems: &mut Vec<MappingProblem>) -> Catalogue {
    let mut entries = Vec::new();
    for (id, listed) in &file.controls {
        let family = file.families.get_key_value(&listed.family);
        match (ControlId::new(id), family) {
            (Ok(id), Some((family, family_title))) => entries.push(CatalogueEntry {
                id,
                title: listed.title.clone(),
                family: Family {
                    id: family.clone(),
                    title: family_title.clone(),
                },
                baselines: Vec::new(),
                is_withdrawn: false,
            }),
            (Err(invalid), _) => problems.push(MappingProblem::InvalidControl(invalid.to_string())),
            (Ok(_), None) => problems.push(MappingProblem::UnknownFamily {
                family: listed.family.clone(),
                nearest: NearestId::among(&listed.family, file.families.keys().map(String::as_str)),
            }),
        }
    }
    if file.extent.as_deref().is_none_or(|extent| extent.trim().is_empty()) {
        problems.push(MappingProblem::EmptyHeader("extent"));
    }
    Catalogue::listed(&file.id, version, entries)
}

/// Reads who has to see to what; what is wrong with it is added to the problems.
pub(super) fn read_responsibilities(
    table: ResponsibilityTable,
    catalogue: &Catalogue,
    problems: &mut Vec<MappingProblem>,
) -> Responsibilities {
    let families = catalogue.families();
    let mut read = Responsibilities::default();
    for (family, statement) in table.families {
        if statement.reason.trim().is_empty() {
            problems.push(MappingProblem::EmptyReason(family));
        } else if families.iter().any(|known| known.id == family) {
            read.families.insert(family, statement);
        } else {
            problems.push(MappingProblem::UnknownFamily {
                nearest: NearestId::among(&family, families.iter().map(|known| known.id.as_str())),
                family,
            });
        }
    }
    for (control, statement) in table.controls {
        if statement.reason.trim().is_empty() {
            problems.push(MappingProblem::EmptyReason(control));
            continue;
        }
        match active(&control, catalogue) {
            Ok(id) => {
                read.controls.insert(id, statement);
            }
            Err(problem) => problems.push(problem.named_by("the responsibilities")),
        }
    }
    read
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

/// Reads one pair of check and control.
pub(super) fn read_pair(
    check: &str,
    control: &str,
    pair: &Pair,
    catalogue: &Catalogue,
) -> Result<MappedControl, MappingProblem> {
    let id = active(control, catalogue).map_err(|problem| problem.named_by(&format!("check `{check}`")))?;
    if pair.rationale.trim().is_empty() {
        return Err(MappingProblem::EmptyRationale {
            check: check.to_owned(),
            control: control.to_owned(),
        });
    }
    Ok(MappedControl {
        control: id,
        strength: pair.strength,
        rationale: pair.rationale.trim().to_owned(),
    })
}

/// An id that the catalogue does not list, or lists as withdrawn.
pub(super) struct NotActive<'catalogue> {
    control: String,
    catalogue: &'catalogue Catalogue,
    is_withdrawn: bool,
    nearest: NearestId,
}

/// The id of an active control, from its text.
pub(super) fn active<'catalogue>(
    control: &str,
    catalogue: &'catalogue Catalogue,
) -> Result<ControlId, NotActive<'catalogue>> {
    let refuse = |is_withdrawn, nearest| NotActive {
        control: control.to_owned(),
        catalogue,
        is_withdrawn,
        nearest,
    };
    match ControlId::new(control).ok().and_then(|id| catalogue.find(&id)) {
        None => Err(refuse(false, NearestId::control(control, catalogue))),
        Some(entry) if entry.is_withdrawn => Err(refuse(true, NearestId::instead_of(&entry.id, catalogue))),
        Some(entry) => Ok(entry.id.clone()),
    }
}

impl NotActive<'_> {
    /// The problem, with who names the id as the beginning of its sentence.
    pub(super) fn named_by(self, subject: &str) -> MappingProblem {
        let (subject, control, catalogue) = (subject.to_owned(), self.control, self.catalogue.id().to_owned());
        if self.is_withdrawn {
            MappingProblem::WithdrawnControl {
                subject,
                control,
                catalogue,
                nearest: self.nearest,
            }
        } else {
            MappingProblem::UnknownControl {
                subject,
                control,
                catalogue,
                nearest: self.nearest,
            }
        }
    }
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
        Framework::from_toml(&format!("{HEADER}{mapping}"), &known())
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
    fn a_mapping_to_a_catalogue_that_nobody_knows_is_refused() {
        let text = "id = 'x'\ntitle = 'X'\ncatalogue = 'cis-aws-6'\n[checks]\n";
        let message = Framework::from_toml(text, &known())
            .expect_err("another catalogue")
            .to_string();
        assert!(message.contains("there is no catalogue `cis-aws-6`"), "{message}");
    }

    #[test]
    fn an_empty_header_is_refused() {
        let text = "id = 'x'\ntitle = ''\ncatalogue = 'nist-800-53-r5'\n[checks]\n";
        let message = Framework::from_toml(text, &known()).expect_err("no title").to_string();
        assert!(message.contains("its key `title` is empty"), "{message}");
    }

    const OWN: &str = "id = 'own'\ntitle = 'Own'\nversion = '1'\nextent = 'Two of many.'\n\
                       [families]\n'2' = 'Storage'\n\
                       [controls]\n'2.1.10' = { family = '2', title = 'Ten' }\n'2.1.9' = { family = '2', title = 'Nine' }\n";

    #[test]
    fn a_framework_may_list_its_controls_itself() {
        let text = format!(
            "{OWN}[responsibility.families]\n'2' = {{ responsibility = 'customer', reason = 'r' }}\n\
             [checks.s3-bucket-tls-only]\n'2.1.9' = {{ strength = 'supports', rationale = 'r' }}\n"
        );
        let framework = Framework::from_toml(&text, &known()).expect("valid");
        let ids: Vec<&str> = framework.catalogue().active().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["2.1.9", "2.1.10"]);
        let information = framework.information();
        assert_eq!(information.extent.as_deref(), Some("Two of many."));
        assert!(!information.has_baselines);
        let entry = framework.catalogue().active().next().expect("listed");
        let statement = framework.responsibility_of(entry).expect("its family has one");
        assert_eq!(statement.reason, "r");
    }

    #[test]
    fn a_list_or_a_responsibility_that_leaves_room_for_doubt_is_refused() {
        let statement = "{ responsibility = 'aws', reason = 'r' }";
        let cases = [
            (
                format!("{HEADER}version = '1'\n[checks]\n"),
                "either name an embedded `catalogue`",
            ),
            (
                "id = 'x'\ntitle = 'X'\n[checks]\n".to_owned(),
                "either name an embedded `catalogue`",
            ),
            (
                OWN.replace("extent = 'Two of many.'\n", "") + "[checks]\n",
                "its key `extent` is empty",
            ),
            (
                OWN.replace("family = '2', title = 'Ten'", "family = '22', title = 'Ten'") + "[checks]\n",
                "no family `22`",
            ),
            (
                format!("{HEADER}[checks]\n[responsibility.families]\n'SD' = {statement}\n"),
                "there is no family `SD`",
            ),
            (
                format!("{HEADER}[checks]\n[responsibility.controls]\n'SC-7(2)' = {statement}\n"),
                "the responsibilities name control `SC-7(2)`, which catalogue `nist-800-53-r5` lists as withdrawn",
            ),
            (
                format!(
                    "{HEADER}[checks]\n[responsibility.families]\nSC = {{ responsibility = 'aws', reason = ' ' }}\n"
                ),
                "gives no reason for `SC`",
            ),
            (
                format!(
                    "{HEADER}[checks]\n[responsibility.families]\nSC = {{ responsibility = 'nobody', reason = 'r' }}\n"
                ),
                "unknown variant `nobody`",
            ),
        ];
        for (text, expected) in cases {
            let message = Framework::from_toml(&text, &known()).expect_err(expected).to_string();
            assert!(message.contains(expected), "{text}\n{message}");
        }
    }
}
