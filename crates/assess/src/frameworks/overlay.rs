//! Changes to a framework by a file of the user, and what they come to.
//!
//! ```toml
//! framework = "nist-800-53-r5"
//!
//! [checks.s3-bucket-tls-only]
//! "SC-23" = { strength = "supports", rationale = "Adds the pair, or takes the place of what the program says of it." }
//! "SC-13" = { remove = true, rationale = "Why it does not stand; may be left out." }
//!
//! [responsibility.controls]
//! "MP-6" = { responsibility = "customer", reason = "Who has to see to the control here." }
//! ```
//!
//! It is held against the same catalogue and the same checks as the framework itself, and changes nothing in silence:
//! every difference comes back as a [`MappingChange`].

use std::collections::BTreeMap;

use s3attest_model::control::{ResponsibilityStatement, Strength};
use s3attest_model::identifiers::{CheckId, ControlId};
use serde::Deserialize;

use super::mapping::{Framework, MappedCheck, MappedControl};
use super::order::natural_order;
use super::reading::{Pair, ResponsibilityTable, active, read_pair, read_responsibilities};
use super::refusal::{FrameworkError, MappingProblem, NearestId};

/// A file of changes as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    framework: String,
    #[serde(default)]
    checks: BTreeMap<String, BTreeMap<String, Entry>>,
    #[serde(default)]
    responsibility: ResponsibilityTable,
}

/// What the file says of one pair.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    strength: Option<Strength>,
    rationale: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// One difference between a framework as the program comes with it and as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingChange {
    /// A pair that the program does not have.
    Added {
        /// The check.
        check: CheckId,
        /// What the file says of the pair.
        pair: MappedControl,
    },
    /// A pair with another strength or another rationale.
    Changed {
        /// The check.
        check: CheckId,
        /// What the program says of the pair.
        from: MappedControl,
        /// What the file says of it.
        to: MappedControl,
    },
    /// A pair that is taken away.
    Removed {
        /// The check.
        check: CheckId,
        /// What the program says of the pair.
        pair: MappedControl,
        /// Why it is taken away; empty when the file does not say.
        reason: String,
    },
    /// Another responsibility for a family or a control.
    Responsibility {
        /// The id of the family or the control.
        of: String,
        /// What the program says; `None` where it says nothing.
        from: Option<ResponsibilityStatement>,
        /// What the file says.
        to: ResponsibilityStatement,
    },
}

/// A file of changes, read as far as it can be without the framework.
#[derive(Deserialize)]
struct Named {
    framework: String,
}

/// The id of the framework that a file changes.
pub fn overlaid_framework(text: &str) -> Result<String, FrameworkError> {
    Ok(toml::from_str::<Named>(text)?.framework)
}

impl Framework {
    /// The framework with the changes of a file, and every difference: pairs by check and control, then responsibilities.
    /// `name` is how reports call the file.
    ///
    /// Refused is what [`Framework::from_toml`] refuses, and the removal of a pair that does not exist. All mistakes come
    /// at once.
    pub fn overlaid(
        &self,
        name: &str,
        text: &str,
        known_checks: &[CheckId],
    ) -> Result<(Self, Vec<MappingChange>), FrameworkError> {
        let file: File = toml::from_str(text)?;
        if file.framework != self.id() {
            return Err(FrameworkError::OtherFramework {
                named: file.framework,
                given: self.id().to_owned(),
            });
        }
        let mut pairs: BTreeMap<CheckId, BTreeMap<ControlId, MappedControl>> = self
            .checks()
            .iter()
            .map(|mapped| {
                let controls = mapped.controls.iter().map(|pair| (pair.control.clone(), pair.clone()));
                (mapped.check.clone(), controls.collect())
            })
            .collect();
        let (mut changes, mut problems) = (Vec::new(), Vec::new());
        for (check, entries) in &file.checks {
            let Some(known) = known_checks.iter().find(|known| known.as_str() == check) else {
                problems.push(MappingProblem::UnknownCheck {
                    check: check.clone(),
                    nearest: NearestId::check(check, known_checks),
                });
                continue;
            };
            let of_check = pairs.entry(known.clone()).or_default();
            let mut entries: Vec<(&String, &Entry)> = entries.iter().collect();
            entries.sort_by(|left, right| natural_order(left.0, right.0));
            for (control, entry) in entries {
                match self.change(known, control, entry, of_check) {
                    Ok(change) => changes.extend(change),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let read = read_responsibilities(file.responsibility, self.catalogue(), &mut problems);
        if !problems.is_empty() {
            return Err(FrameworkError::Invalid {
                framework: file.framework,
                problems,
            });
        }
        let checks = pairs.into_iter().map(|(check, controls)| MappedCheck {
            check,
            controls: controls.into_values().collect(),
        });
        let mut overlaid = self.remapped(checks.filter(|mapped| !mapped.controls.is_empty()).collect());
        for (family, to) in read.families {
            let from = overlaid.responsibilities.families.insert(family.clone(), to.clone());
            changes.extend(responsibility(family, from, to));
        }
        for (control, to) in read.controls {
            let entry = self.catalogue().find(&control);
            let from = entry.and_then(|entry| self.responsibility_of(entry)).cloned();
            overlaid.responsibilities.controls.insert(control.clone(), to.clone());
            changes.extend(responsibility(control.into(), from, to));
        }
        overlaid.overlays.push(label(name, &changes));
        Ok((overlaid, changes))
    }

    /// Applies one entry to the pairs of its check, and says what it changes; `None` when it changes nothing.
    fn change(
        &self,
        check: &CheckId,
        control: &str,
        entry: &Entry,
        pairs: &mut BTreeMap<ControlId, MappedControl>,
    ) -> Result<Option<MappingChange>, MappingProblem> {
        let check = check.clone();
        match (entry.remove, entry.strength, &entry.rationale) {
            (true, None, rationale) => {
                let id = active(control, self.catalogue())
                    .map_err(|problem| problem.named_by(&format!("check `{check}`")))?;
                let Some(pair) = pairs.remove(&id) else {
                    return Err(MappingProblem::NothingToRemove {
                        nearest: NearestId::among(control, pairs.keys().map(ControlId::as_str)),
                        check: check.to_string(),
                        control: control.to_owned(),
                    });
                };
                let reason = rationale.as_deref().unwrap_or_default().trim().to_owned();
                Ok(Some(MappingChange::Removed { check, pair, reason }))
            }
            (false, Some(strength), Some(rationale)) => {
                let pair = Pair {
                    strength,
                    rationale: rationale.clone(),
                };
                let to = read_pair(check.as_str(), control, &pair, self.catalogue())?;
                Ok(match pairs.insert(to.control.clone(), to.clone()) {
                    None => Some(MappingChange::Added { check, pair: to }),
                    Some(from) if from == to => None,
                    Some(from) => Some(MappingChange::Changed { check, from, to }),
                })
            }
            _ => Err(MappingProblem::NeitherNor {
                check: check.to_string(),
                control: control.to_owned(),
            }),
        }
    }
}

fn responsibility(
    of: String,
    from: Option<ResponsibilityStatement>,
    to: ResponsibilityStatement,
) -> Option<MappingChange> {
    (from.as_ref() != Some(&to)).then_some(MappingChange::Responsibility { of, from, to })
}

/// What a report says of a file of changes.
fn label(name: &str, changes: &[MappingChange]) -> String {
    let count = |is_it: fn(&MappingChange) -> bool| changes.iter().filter(|change| is_it(change)).count();
    let parts = [
        (count(|change| matches!(change, MappingChange::Added { .. })), "added"),
        (
            count(|change| matches!(change, MappingChange::Changed { .. })),
            "changed",
        ),
        (
            count(|change| matches!(change, MappingChange::Removed { .. })),
            "removed",
        ),
    ];
    let pairs: Vec<String> = parts.iter().map(|(count, word)| format!("{count} {word}")).collect();
    let responsibilities = count(|change| matches!(change, MappingChange::Responsibility { .. }));
    format!(
        "{name} (pairs: {}; responsibilities changed: {responsibilities})",
        pairs.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<CheckId> {
        ["s3-bucket-tls-only", "s3-bucket-versioning", "s3-bucket-inventory"]
            .map(|id| CheckId::new(id).expect("a test's id"))
            .to_vec()
    }

    fn base() -> Framework {
        let text = "id = 'base'\ntitle = 'Base'\ncatalogue = 'nist-800-53-r5'\n\
                    [responsibility.families]\nSC = { responsibility = 'shared', reason = 'Both.' }\n\
                    [checks.s3-bucket-tls-only]\n\
                    'SC-8' = { strength = 'satisfies-part', rationale = 'TLS.' }\n\
                    'SC-13' = { strength = 'supports', rationale = 'Ciphers.' }\n\
                    [checks.s3-bucket-versioning]\n\
                    'CP-9' = { strength = 'supports', rationale = 'Versions.' }\n";
        Framework::from_toml(text, &known()).expect("valid")
    }

    fn overlaid(text: &str) -> Result<(Framework, Vec<MappingChange>), FrameworkError> {
        base().overlaid("our.toml", &format!("framework = 'base'\n{text}"), &known())
    }

    /// A change in a few words.
    fn words(change: &MappingChange) -> String {
        match change {
            MappingChange::Added { check, pair } => format!("+ {check} {}", pair.control),
            MappingChange::Changed { check, from, to } => {
                format!(
                    "~ {check} {} {} to {}",
                    to.control,
                    from.strength.as_str(),
                    to.strength.as_str()
                )
            }
            MappingChange::Removed { check, pair, reason } => format!("- {check} {} {reason}", pair.control),
            MappingChange::Responsibility { of, from, to } => {
                let from = from.as_ref().map_or("none", |from| from.responsibility.as_str());
                format!("@ {of} {from} to {}", to.responsibility.as_str())
            }
        }
    }

    #[test]
    fn pairs_are_added_changed_and_removed_and_every_difference_comes_back() {
        let (framework, changes) = overlaid(
            "[checks.s3-bucket-tls-only]\n\
             'SC-8' = { strength = 'supports', rationale = 'TLS.' }\n\
             'SC-13' = { strength = 'supports', rationale = 'Ciphers.' }\n\
             'SC-23' = { strength = 'supports', rationale = 'Sessions.' }\n\
             [checks.s3-bucket-versioning]\n'CP-9' = { remove = true, rationale = 'Not here.' }\n\
             [checks.s3-bucket-inventory]\n'CM-8' = { strength = 'supports', rationale = 'A list.' }\n\
             [responsibility.controls]\n'SC-8' = { responsibility = 'customer', reason = 'Ours.' }\n",
        )
        .expect("valid");
        let changes: Vec<String> = changes.iter().map(words).collect();
        assert_eq!(
            changes,
            [
                "+ s3-bucket-inventory CM-8",
                "~ s3-bucket-tls-only SC-8 satisfies-part to supports",
                "+ s3-bucket-tls-only SC-23",
                "- s3-bucket-versioning CP-9 Not here.",
                "@ SC-8 shared to customer",
            ]
        );
        let mapped: Vec<&str> = framework.checks().iter().map(|mapped| mapped.check.as_str()).collect();
        assert_eq!(mapped, ["s3-bucket-inventory", "s3-bucket-tls-only"]);
        assert_eq!(
            framework.information().overlays,
            ["our.toml (pairs: 2 added, 1 changed, 1 removed; responsibilities changed: 1)"]
        );
        let (_, nothing) =
            overlaid("[checks.s3-bucket-versioning]\n'CP-9' = { strength = 'supports', rationale = 'Versions.' }\n")
                .expect("valid");
        assert!(nothing.is_empty());
    }

    #[test]
    fn what_cannot_stand_is_refused_with_the_nearest_valid_id() {
        let pair = "{ strength = 'supports', rationale = 'r' }";
        let cases = [
            (
                format!("[checks.s3-bucket-tsl-only]\n'SC-8' = {pair}\n"),
                "there is no check `s3-bucket-tsl-only`; the nearest valid id is `s3-bucket-tls-only`",
            ),
            (
                format!("[checks.s3-bucket-tls-only]\n'SC-7(2)' = {pair}\n"),
                "lists as withdrawn; the nearest valid id is `SC-7`",
            ),
            (
                format!("[checks.s3-bucket-tls-only]\n'SC8' = {pair}\n"),
                "does not list; the nearest valid id is `SC-8`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8(1)' = { remove = true }\n".to_owned(),
                "does not bear on control `SC-8(1)`, so nothing can be removed; the nearest valid id is `SC-8`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-7(2)' = { remove = true }\n".to_owned(),
                "lists as withdrawn",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { remove = true, strength = 'supports' }\n".to_owned(),
                "either `strength` and `rationale`, or `remove = true`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strength = 'supports' }\n".to_owned(),
                "either `strength` and `rationale`, or `remove = true`",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strength = 'supports', rationale = ' ' }\n".to_owned(),
                "gives no rationale",
            ),
            (
                "[checks.s3-bucket-tls-only]\n'SC-8' = { strenght = 'supports', rationale = 'r' }\n".to_owned(),
                "unknown field `strenght`",
            ),
            (
                "[responsibility.controls]\n'SC-88' = { responsibility = 'aws', reason = 'r' }\n".to_owned(),
                "the responsibilities name control `SC-88`",
            ),
        ];
        for (text, expected) in cases {
            let message = overlaid(&text).expect_err(expected).to_string();
            assert!(message.contains(expected), "{text}\n{message}");
        }
        let other = base().overlaid("x", "framework = 'another'\n", &known());
        let message = other.expect_err("another framework").to_string();
        assert!(message.contains("framework `another`, which is not among"), "{message}");
        assert_eq!(overlaid_framework("framework = 'another'\n").expect("named"), "another");
    }
}
