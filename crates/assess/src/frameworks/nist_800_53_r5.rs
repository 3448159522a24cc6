//! The embedded framework: NIST SP 800-53 revision 5.
//!
//! It knows what an assessor expects of its rationales; the mapping itself stands in
//! `config/frameworks/nist-800-53-r5.toml` and is explained in `docs/frameworks/nist-800-53-r5.md`.

use super::mapping::Framework;

impl Framework {
    /// NIST SP 800-53 revision 5, as embedded in the program.
    #[must_use]
    pub fn nist_800_53_r5() -> &'static Self {
        Self::embedded("nist-800-53-r5").expect("the registry holds it")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use s3attest_model::check::Scope;
    use s3attest_model::control::{ControlStatus, Strength};
    use s3attest_model::finding::Verdict;
    use s3attest_model::identifiers::{AccountId, CheckId, ControlId};

    use super::super::catalogue::Catalogue;
    use super::super::mapping::MappedControl;
    use super::super::roll_up::{AccountInScope, RollUp};
    use super::*;

    fn pairs() -> impl Iterator<Item = (&'static str, &'static MappedControl)> {
        Framework::nist_800_53_r5()
            .checks()
            .iter()
            .flat_map(|mapped| mapped.controls.iter().map(|control| (mapped.check.as_str(), control)))
    }

    #[test]
    fn the_embedded_framework_is_valid_and_maps_every_check() {
        let mapped: Vec<&str> = Framework::nist_800_53_r5()
            .checks()
            .iter()
            .map(|mapped| mapped.check.as_str())
            .collect();
        let checks: Vec<&str> = crate::checks::CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(mapped, checks, "a misspelt id would bear on nothing");
        let information = Framework::nist_800_53_r5().information();
        assert_eq!(information.id, "nist-800-53-r5");
        assert_eq!(information.catalogue_version, "5.2.0");
    }

    /// The ids that the framework's page says are mapped nowhere.
    fn left_out_everywhere() -> Vec<ControlId> {
        let page = include_str!("../../../../docs/frameworks/nist-800-53-r5.md");
        let (_, section) = page
            .split_once("### Left out everywhere")
            .expect("the page has this section");
        let (section, _) = section.split_once("###").expect("another section follows");
        section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(id, _)| ControlId::new(id).expect("the page names control ids"))
            .collect()
    }

    #[test]
    fn what_the_page_says_is_left_out_is_not_claimed() {
        let left_out = left_out_everywhere();
        for required in ["SI-7(2)", "SI-7(5)", "SI-11"] {
            assert!(left_out.iter().any(|id| id.as_str() == required), "{required}");
        }
        for id in left_out {
            assert!(
                Catalogue::nist_800_53_r5().find(&id).is_some(),
                "{id} is in no publication"
            );
            assert!(pairs().all(|(_, mapped)| mapped.control != id), "{id} is mapped");
        }
    }

    #[test]
    fn one_gap_leaves_every_control_that_its_check_bears_on_undetermined() {
        let framework = Framework::nist_800_53_r5();
        let checks: Vec<&CheckId> = framework.checks().iter().map(|mapped| &mapped.check).collect();
        for unknown in &checks {
            let mut roll_up = RollUp::new(framework, checks.iter().map(|check| (*check, Scope::Bucket)));
            roll_up.begin_account(AccountInScope {
                account: AccountId::new("000000000001").expect("twelve digits"),
                units: Some(Vec::new()),
                is_seen_whole: true,
                has_certainly_no_bucket: false,
            });
            for check in &checks {
                roll_up.add_at(roll_up.slot_of(check), Verdict::Pass, false);
            }
            roll_up.end_resource();
            roll_up.add_at(roll_up.slot_of(unknown), Verdict::NotAssessed, false);
            let _ = roll_up.end_account();
            let (assessments, _) = roll_up.finish();
            for assessment in assessments {
                let bears_on = assessment.checks.iter().any(|part| part.check == **unknown);
                let expected = match (assessment.checks.is_empty(), bears_on) {
                    (true, _) => ControlStatus::NotAutomated,
                    (false, true) => ControlStatus::Undetermined,
                    (false, false) => ControlStatus::Satisfied,
                };
                assert_eq!(assessment.status, expected, "{} without {unknown}", assessment.control);
            }
        }
    }

    #[test]
    fn every_rationale_is_one_sentence_of_its_own() {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (check, mapped) in pairs() {
            let place = format!("{check} {}", mapped.control);
            let rationale = mapped.rationale.as_str();
            assert!(
                (50..=320).contains(&rationale.len()),
                "{place}: {} bytes",
                rationale.len()
            );
            assert!(
                rationale.ends_with('.') && !rationale.contains(". "),
                "{place}: not one sentence"
            );
            assert!(
                rationale.starts_with(|first: char| first.is_uppercase()),
                "{place}: {rationale}"
            );
            assert!(!rationale.contains('\n'), "{place}: a line break");
            if let Some(other) = seen.insert(rationale, place.clone()) {
                panic!("{place} and {other} share a rationale");
            }
        }
    }

    #[test]
    fn rationales_are_not_one_template_with_other_words_filled_in() {
        let opening = |text: &'static str| text.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        let mut openings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (check, mapped) in pairs() {
            openings
                .entry(opening(&mapped.rationale))
                .or_default()
                .insert(format!("{check} {}", mapped.control));
        }
        for (opening, places) in openings {
            assert!(places.len() <= 2, "`{opening} …` opens {places:?}");
        }
    }

    #[test]
    fn few_pairs_claim_to_be_a_part_of_the_control_itself() {
        let (part, all) = pairs().fold((0_usize, 0_usize), |(part, all), (_, mapped)| {
            (part + usize::from(mapped.strength == Strength::SatisfiesPart), all + 1)
        });
        assert!(part * 2 < all, "{part} of {all}");
    }
}
