//! The registry of frameworks that the program comes with: one line each, the name of a file in `config/frameworks`.
//!
//! It knows nothing of what they hold.

use std::sync::OnceLock;

use super::mapping::Framework;

/// A framework that the program comes with, read when it is first asked for.
#[derive(Debug)]
struct Embedded {
    id: &'static str,
    text: &'static str,
    read: OnceLock<Framework>,
}

macro_rules! frameworks {
    ($($id:literal)*) => {
        static FRAMEWORKS: [Embedded; [$($id),*].len()] = [$(Embedded {
            id: $id,
            text: include_str!(concat!("../../../../config/frameworks/", $id, ".toml")),
            read: OnceLock::new(),
        }),*];
    };
}

frameworks! {
    "nist-800-53-r5"
    "nist-800-171-r2"
    "cis-aws-foundations-5.0.0"
    "cis-aws-foundations-3.0.0"
    "aws-fsbp-1.0.0"
    "pci-dss-4.0.1"
}

impl Embedded {
    fn framework(&self) -> &Framework {
        self.read
            .get_or_init(|| Framework::from_embedded_toml(self.text).expect("a test reads every embedded framework"))
    }
}

impl Framework {
    /// The ids of the frameworks that the program comes with, in the order in which they are offered.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        FRAMEWORKS.iter().map(|embedded| embedded.id)
    }

    /// The framework with this id, as the program comes with it.
    #[must_use]
    pub fn embedded(id: &str) -> Option<&'static Self> {
        FRAMEWORKS
            .iter()
            .find(|embedded| embedded.id == id)
            .map(Embedded::framework)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use s3attest_model::control::Responsibility;
    use s3attest_model::identifiers::ControlId;

    use super::*;
    use crate::checks::CHECKS;

    #[test]
    fn every_file_holds_the_framework_of_its_name_and_names_only_checks_that_there_are() {
        let mut seen = BTreeSet::new();
        for embedded in &FRAMEWORKS {
            let known: Vec<_> = CHECKS.iter().map(|check| check.check_id()).collect();
            let read = Framework::from_toml(embedded.text, &known);
            let framework = read.unwrap_or_else(|error| panic!("{}: {error}", embedded.id));
            assert_eq!(framework.id(), embedded.id);
            assert!(seen.insert(embedded.id), "{} stands twice", embedded.id);
            assert!(!framework.checks().is_empty(), "{} maps nothing", embedded.id);
            for entry in framework.catalogue().active() {
                assert!(
                    !entry.title.trim().is_empty() && !entry.title.ends_with('.'),
                    "{}",
                    entry.id
                );
            }
        }
        assert!(Framework::embedded("nothing").is_none());
    }

    #[test]
    fn every_rationale_is_a_sentence_and_a_partial_list_says_that_it_is_one() {
        for framework in Framework::ids().filter_map(Framework::embedded) {
            for pair in framework.checks().iter().flat_map(|mapped| &mapped.controls) {
                let (rationale, place) = (&pair.rationale, format!("{} {}", framework.id(), pair.control));
                assert!(rationale.ends_with('.') && !rationale.contains(". "), "{place}");
                assert!(rationale.len() >= 30, "{place}");
            }
            let is_whole = framework.id() == "nist-800-53-r5";
            assert_eq!(framework.information().extent.is_none(), is_whole, "{}", framework.id());
        }
    }

    #[test]
    fn the_first_framework_says_for_every_control_who_has_to_see_to_it() {
        let framework = Framework::nist_800_53_r5();
        for entry in framework.catalogue().active() {
            let statement = framework.responsibility_of(entry);
            let statement = statement.unwrap_or_else(|| panic!("nobody sees to {}", entry.id));
            assert!(statement.reason.ends_with('.'), "{}", entry.id);
            // What AWS alone answers for cannot be read from a customer's settings.
            let is_automated = framework.checks_of(&entry.id).next().is_some();
            assert!(
                !is_automated || statement.responsibility != Responsibility::Aws,
                "{}",
                entry.id
            );
        }
        let of = |id: &str| {
            let id = ControlId::new(id).expect("a control id");
            let entry = framework.catalogue().find(&id).expect("it is listed");
            framework.responsibility_of(entry).expect("it has one").responsibility
        };
        assert_eq!(of("PE-3"), Responsibility::Aws);
        assert_eq!(of("PE-1"), Responsibility::Customer);
        assert_eq!(of("SC-8(1)"), Responsibility::Shared);
        assert_eq!(of("AT-2"), Responsibility::Customer);
    }
}
