//! The same check elsewhere: what the page of a check names at AWS Security Hub, AWS Config, Prowler and CIS.
//!
//! The references of the page are the only place where that is written down. This file knows nothing of what those tools do.

use crate::check::Check;
use crate::description::references;

/// A tool or a benchmark that others judge S3 by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elsewhere {
    /// The controls of AWS Security Hub.
    SecurityHub,
    /// The managed rules of AWS Config.
    Config,
    /// The checks of Prowler.
    Prowler,
    /// The recommendations of the CIS AWS Foundations Benchmark.
    Cis,
}

impl Elsewhere {
    /// All of them, in the order in which pages name them.
    pub const ALL: [Self; 4] = [Self::SecurityHub, Self::Config, Self::Prowler, Self::Cis];

    /// Its name, as a page writes it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SecurityHub => "AWS Security Hub",
            Self::Config => "AWS Config",
            Self::Prowler => "Prowler",
            Self::Cis => "CIS AWS Foundations Benchmark",
        }
    }

    /// Whether a page means it by this name; a line that is shared by several may shorten the benchmark's.
    fn is_named(self, name: &str) -> bool {
        name == self.title() || (self == Self::Cis && name == "CIS")
    }
}

/// What the check's page names there, as CommonMark of one line; `None` when the page does not say.
#[must_use]
pub fn counterpart(check: &Check, elsewhere: Elsewhere) -> Option<String> {
    in_references(references(check.page)?, elsewhere)
}

/// Looks through the list of references, whose entries may go on over indented lines.
fn in_references(references: &str, elsewhere: Elsewhere) -> Option<String> {
    format!("\n{references}").split("\n- ").find_map(|entry| {
        let (names, text) = entry.split_once(": ")?;
        let is_named = names.split(", ").any(|name| elsewhere.is_named(name));
        is_named.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::CHECKS;

    #[test]
    fn every_page_says_what_the_check_is_elsewhere_or_that_it_is_not() {
        let silent: Vec<String> = CHECKS
            .iter()
            .flat_map(|check| Elsewhere::ALL.map(|elsewhere| (check, elsewhere)))
            .filter(|(check, elsewhere)| counterpart(check, *elsewhere).is_none())
            .map(|(check, elsewhere)| format!("{}: {}", check.id, elsewhere.title()))
            .collect();
        assert!(
            silent.is_empty(),
            "the references name it, or say `none`:\n{}",
            silent.join("\n")
        );
    }

    #[test]
    fn an_entry_may_be_shared_and_may_go_on_over_lines() {
        let references = "- AWS Config API Reference: `ConfigRule`\n- AWS Security Hub, CIS: none\n- AWS Config: `a`, `b` where\n  \
                          it applies\n- Amazon S3 User Guide: \"Prowler: a title\"";
        let of = |elsewhere| in_references(references, elsewhere);
        assert_eq!(of(Elsewhere::SecurityHub).as_deref(), Some("none"));
        assert_eq!(of(Elsewhere::Cis).as_deref(), Some("none"));
        assert_eq!(of(Elsewhere::Config).as_deref(), Some("`a`, `b` where it applies"));
        assert_eq!(of(Elsewhere::Prowler), None, "not in a title, and not made up");
    }
}
