//! Holds the verdicts of two tools against each other, and both against the list of what they are known to disagree on.
//!
//! It starts nothing and reads no file: it takes what was said and gives a comparison.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// What is known beforehand: which checks ask the same, and where the answers differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// The checks that ask the same, or nearly.
    pub(super) pair: Vec<Pair>,
    /// The peer's checks that have no counterpart or cannot be compared here.
    #[serde(default)]
    pub(super) not_compared: Vec<NotCompared>,
    /// Where the answers differ.
    #[serde(default)]
    pub(super) disagreement: Vec<Disagreement>,
}

/// A check of the peer and one of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    pub(super) prowler: String,
    pub(super) check: String,
}

/// A check of the peer that is left out, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotCompared {
    pub(super) prowler: String,
    pub(super) why: String,
}

/// One thing on which the two disagree.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disagreement {
    pub(super) prowler: String,
    pub(super) check: String,
    /// The peer's status; `none` where it says nothing of the resource.
    pub(super) theirs: String,
    /// Our verdict.
    pub(super) ours: String,
    /// On which resources: for settings, as the seeding script names their forms, the forms that they have there. Empty for
    /// every resource.
    #[serde(default)]
    pub(super) on: BTreeMap<String, Vec<String>>,
    /// The same in words.
    pub(super) kind: String,
    /// Who is right by AWS's documentation: `s3attest`, `Prowler`, or `both` where the two ask different things.
    pub(super) right: String,
    /// The page of AWS by its name.
    pub(super) page: String,
    pub(super) why: String,
}

/// A resource: a bucket or an account, and of which forms its settings are.
#[derive(Debug, Clone, Default)]
pub(super) struct Resource {
    pub(super) account: String,
    /// The bucket's name, or the account's id.
    pub(super) name: String,
    pub(super) forms: BTreeMap<String, String>,
}

/// What a tool said, by check, account and name of the resource.
pub(super) type Said = BTreeMap<(String, String, String), String>;

/// What came of a pair.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) agreed: usize,
    pub(super) explained: usize,
    /// The resources on which nothing explains the difference.
    pub(super) unexplained: Vec<String>,
}

/// The comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) pairs: BTreeMap<Pair, Outcome>,
    /// How many resources each known disagreement explains, by its place in the list.
    pub(super) explained: Vec<usize>,
    /// The peer's checks that are neither in a pair nor left out.
    pub(super) unknown_checks: BTreeSet<String>,
}

impl Comparison {
    /// What is wrong with the list, a line each; empty when every difference is explained and every explanation is needed.
    pub(super) fn complaints(&self, known: &Known) -> Vec<String> {
        let mut complaints = Vec::new();
        for (pair, outcome) in &self.pairs {
            complaints.extend(outcome.unexplained.iter().map(|what| format!("not explained: {what}")));
            if outcome.agreed + outcome.explained + outcome.unexplained.len() == 0 {
                complaints.push(format!("nothing was compared: {} and {}", pair.prowler, pair.check));
            }
        }
        for (disagreement, resources) in known.disagreement.iter().zip(&self.explained) {
            if *resources == 0 {
                complaints.push(format!(
                    "does not occur any more: {} {}, {} {}: {}",
                    disagreement.prowler, disagreement.theirs, disagreement.check, disagreement.ours, disagreement.kind
                ));
            }
        }
        complaints.extend(
            self.unknown_checks
                .iter()
                .map(|check| format!("neither compared nor left out: {check}")),
        );
        complaints
    }
}

impl Disagreement {
    fn explains(&self, pair: &Pair, theirs: &str, ours: &str, resource: &Resource) -> bool {
        let has_form = |(setting, forms): (&String, &Vec<String>)| {
            resource.forms.get(setting).is_some_and(|form| forms.contains(form))
        };
        self.prowler == pair.prowler
            && self.check == pair.check
            && self.theirs == theirs
            && self.ours == ours
            && self.on.iter().all(has_form)
    }
}

/// Compares what was said. Where the peer speaks of an account as a whole, that is said of each of its buckets.
pub(super) fn compare(known: &Known, resources: &[Resource], theirs: &Said, ours: &Said) -> Comparison {
    let mut comparison = Comparison {
        explained: vec![0; known.disagreement.len()],
        ..Comparison::default()
    };
    for pair in &known.pair {
        let outcome = comparison.pairs.entry(pair.clone()).or_default();
        for resource in resources {
            let of = |check: &str, name: &str| (check.to_owned(), resource.account.clone(), name.to_owned());
            let Some(we) = ours.get(&of(&pair.check, &resource.name)) else {
                continue;
            };
            let they = theirs
                .get(&of(&pair.prowler, &resource.name))
                .or_else(|| theirs.get(&of(&pair.prowler, &resource.account)))
                .map_or("none", String::as_str);
            if matches!((they, we.as_str()), ("PASS", "pass") | ("FAIL", "fail")) {
                outcome.agreed += 1;
                continue;
            }
            let explanation = known
                .disagreement
                .iter()
                .position(|disagreement| disagreement.explains(pair, they, we, resource));
            if let Some(position) = explanation {
                comparison.explained[position] += 1;
                outcome.explained += 1;
            } else {
                outcome.unexplained.push(format!(
                    "{} {they}, {} {we}: {} of {} ({:?})",
                    pair.prowler, pair.check, resource.name, resource.account, resource.forms
                ));
            }
        }
    }
    let named = |check: &str| {
        known.pair.iter().any(|pair| pair.prowler == check)
            || known.not_compared.iter().any(|left| left.prowler == check)
    };
    let checks = theirs.keys().map(|(check, _, _)| check);
    comparison.unknown_checks = checks.filter(|check| !named(check)).cloned().collect();
    comparison
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = r#"
        [[pair]]
        prowler = "theirs"
        check = "ours"

        [[disagreement]]
        prowler = "theirs"
        check = "ours"
        theirs = "PASS"
        ours = "fail"
        on = { acl = ["public"] }
        kind = "public lists"
        right = "s3attest"
        page = "a page"
        why = "a reason."
    "#;

    fn said(check: &str, list: &[(&str, &str)]) -> Said {
        list.iter()
            .map(|(name, verdict)| {
                (
                    (check.to_owned(), "1".to_owned(), (*name).to_owned()),
                    (*verdict).to_owned(),
                )
            })
            .collect()
    }

    fn bucket(name: &str, acl: &str) -> Resource {
        Resource {
            account: "1".to_owned(),
            name: name.to_owned(),
            forms: BTreeMap::from([("acl".to_owned(), acl.to_owned())]),
        }
    }

    fn complaints(theirs: &[(&str, &str)], ours: &[(&str, &str)]) -> Vec<String> {
        let known: Known = toml::from_str(KNOWN).unwrap();
        let resources = [bucket("a", "private"), bucket("b", "public")];
        compare(&known, &resources, &said("theirs", theirs), &said("ours", ours)).complaints(&known)
    }

    #[test]
    fn a_difference_needs_an_explanation_that_fits_the_resource() {
        assert!(complaints(&[("a", "FAIL"), ("b", "PASS")], &[("a", "fail"), ("b", "fail")]).is_empty());
        let lines = complaints(&[("a", "PASS"), ("b", "PASS")], &[("a", "fail"), ("b", "fail")]);
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].starts_with("not explained: theirs PASS, ours fail: a of 1"),
            "{lines:?}"
        );
    }

    #[test]
    fn an_explanation_that_is_not_needed_is_a_complaint_and_so_is_silence() {
        let lines = complaints(&[("a", "PASS"), ("b", "FAIL")], &[("a", "pass"), ("b", "fail")]);
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].starts_with("does not occur any more: theirs PASS"),
            "{lines:?}"
        );
        let lines = complaints(&[("b", "PASS")], &[("a", "pass"), ("b", "fail")]);
        assert!(lines[0].contains("theirs none, ours pass"), "{lines:?}");
        assert!(
            complaints(&[], &[])
                .iter()
                .any(|line| line.starts_with("nothing was compared"))
        );
    }

    #[test]
    fn what_is_said_of_an_account_is_said_of_its_buckets_and_a_new_check_is_noticed() {
        let lines = complaints(&[("1", "PASS")], &[("a", "pass"), ("b", "fail")]);
        assert!(lines.is_empty(), "{lines:?}");
        let known: Known = toml::from_str(KNOWN).unwrap();
        let comparison = compare(&known, &[], &said("new", &[("a", "PASS")]), &Said::new());
        assert_eq!(comparison.unknown_checks, BTreeSet::from(["new".to_owned()]));
    }
}
