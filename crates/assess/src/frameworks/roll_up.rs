//! The roll-up: what the verdicts of all checks say together of each control.
//!
//! It counts verdicts and never sees a finding, so that its memory does not depend on the organization's size. It knows
//! nothing of resources, of coverage or of why a verdict was reached.

use s3attest_model::control::{ControlAssessment, ControlCheck, ControlStatus};
use s3attest_model::finding::{Verdict, VerdictCounts};
use s3attest_model::identifiers::CheckId;

use super::catalogue::CatalogueEntry;
use super::mapping::Framework;

/// Collects the verdicts of a run and rolls them up to a status for every active control.
///
/// The status of a control, the first line that holds:
///
/// 1. no check bears on it: `not-automated`;
/// 2. a verdict of a check that bears on it is a fail that nobody accepts: `not-satisfied`;
/// 3. not everything that bears on it is known: `undetermined`. That is so when a verdict is not-assessed; when no check
///    gave any verdict; when a check that bears on it was not run; and when the run was told by [`RollUp::withhold`]
///    that something in scope was not seen;
/// 4. a verdict is a fail, which an exception accepts then: `accepted`. The property does not hold, so the control is
///    not satisfied, and somebody has answered for that;
/// 5. a verdict is a pass: `satisfied`;
/// 6. all verdicts are not-applicable: `not-applicable`.
///
/// A check that was switched off counts as unknown because switching off the check that fails must not be a way to
/// satisfy a control; a finding that is accepted is an exception, and a control that is not to be judged by a check is a
/// change to the mapping.
///
/// **What the caller owes:** nobody can list the buckets of an account that was not reached, so no finding says that
/// they were not assessed. Whoever adds verdicts must therefore call [`RollUp::withhold`] once whenever anything in
/// scope was not seen: an account that was denied or not collected, a list of accounts or of buckets that was not read
/// to its end. Accounts and regions that the configuration leaves out are not in scope.
#[derive(Debug, Clone)]
pub struct RollUp<'framework> {
    framework: &'framework Framework,
    /// For each check of the framework, by its position there.
    tallies: Vec<Tally>,
    something_was_not_seen: bool,
}

/// What is known of one check.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    counts: VerdictCounts,
    ran: bool,
}

/// A check's place in a [`RollUp`], so that a million buckets cost no million searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSlot(Option<usize>);

impl<'framework> RollUp<'framework> {
    /// An empty roll-up for the checks that are run; checks that the framework does not map may be among them.
    #[must_use]
    pub fn new<'check>(
        framework: &'framework Framework,
        checks_that_ran: impl IntoIterator<Item = &'check CheckId>,
    ) -> Self {
        let mut tallies = vec![Tally::default(); framework.checks().len()];
        for check in checks_that_ran {
            if let Some(position) = framework.position_of(check) {
                tallies[position].ran = true;
            }
        }
        Self {
            framework,
            tallies,
            something_was_not_seen: false,
        }
    }

    /// The place of a check, for [`RollUp::add_at`].
    #[must_use]
    pub fn slot_of(&self, check: &CheckId) -> CheckSlot {
        CheckSlot(self.framework.position_of(check))
    }

    /// Adds a verdict of a check that nobody accepts. A check that the framework does not map bears on no control, so its
    /// verdicts change nothing.
    pub fn add(&mut self, check: &CheckId, verdict: Verdict) {
        self.add_at(self.slot_of(check), verdict, false);
    }

    /// Adds a verdict of a check whose place is known, and whether an exception accepts it; the place must come from a
    /// roll-up of the same framework.
    pub fn add_at(&mut self, slot: CheckSlot, verdict: Verdict, is_accepted: bool) {
        if let Some(position) = slot.0 {
            self.tallies[position].counts.add_with(verdict, is_accepted);
        }
    }

    /// States that something in scope was not seen, so nobody knows how many verdicts are missing: from now on nothing
    /// is satisfied, accepted or not applicable, all of these are undetermined. Fails stay what they are.
    pub fn withhold(&mut self) {
        self.something_was_not_seen = true;
    }

    /// The assessment of every active control of the catalogue, in natural order.
    #[must_use]
    pub fn finish(self) -> Vec<ControlAssessment> {
        self.framework
            .catalogue()
            .active()
            .map(|entry| self.assess(entry))
            .collect()
    }

    fn assess(&self, entry: &CatalogueEntry) -> ControlAssessment {
        let mut counts = VerdictCounts::default();
        let mut all_ran = true;
        let mut checks = Vec::new();
        for (check, mapped) in self.framework.checks_of(&entry.id) {
            let tally = self
                .framework
                .position_of(check)
                .map_or_else(Tally::default, |position| self.tallies[position]);
            counts.merge(tally.counts);
            all_ran &= tally.ran;
            checks.push(ControlCheck {
                check: check.clone(),
                strength: mapped.strength,
                rationale: mapped.rationale.clone(),
                counts: tally.counts,
            });
        }
        let everything_is_known = all_ran && !self.something_was_not_seen;
        ControlAssessment {
            control: entry.id.clone(),
            title: entry.title.clone(),
            family: entry.family.id.clone(),
            family_title: entry.family.title.clone(),
            baselines: entry.baselines.clone(),
            status: if checks.is_empty() {
                ControlStatus::NotAutomated
            } else {
                status(counts, everything_is_known)
            },
            counts,
            checks,
        }
    }
}

/// The status of a control on which at least one check bears.
fn status(counts: VerdictCounts, everything_is_known: bool) -> ControlStatus {
    if counts.unaccepted() > 0 {
        ControlStatus::NotSatisfied
    } else if counts.not_assessed > 0 || !everything_is_known || counts.total() == 0 {
        ControlStatus::Undetermined
    } else if counts.accepted > 0 {
        ControlStatus::Accepted
    } else if counts.pass > 0 {
        ControlStatus::Satisfied
    } else {
        ControlStatus::NotApplicable
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use s3attest_model::identifiers::ControlId;

    use super::super::catalogue::Catalogue;
    use super::*;

    /// Two checks bear on SC-8, one of them on SC-13 too; a third, which no test runs unless it says so, on AC-3.
    const MAPPING: &str = "
        id = 'sample'
        title = 'A sample'
        catalogue = 'nist-800-53-r5'
        [checks.first]
        'SC-8' = { strength = 'satisfies-part', rationale = 'First.' }
        'SC-13' = { strength = 'supports', rationale = 'Second.' }
        [checks.second]
        'SC-8' = { strength = 'supports', rationale = 'Third.' }
        [checks.third]
        'AC-3' = { strength = 'supports', rationale = 'Fourth.' }
    ";

    fn check(id: &str) -> CheckId {
        CheckId::new(id).expect("a test's id")
    }

    fn framework() -> Framework {
        let known = ["first", "second", "third"].map(check);
        Framework::from_toml(MAPPING, Catalogue::nist_800_53_r5(), &known).expect("the sample is valid")
    }

    fn of<'a>(assessments: &'a [ControlAssessment], control: &str) -> &'a ControlAssessment {
        let control = ControlId::new(control).expect("a test's id");
        assessments
            .iter()
            .find(|assessment| assessment.control == control)
            .expect("every active control is assessed")
    }

    /// The status of SC-8 after these verdicts of the two checks that bear on it.
    fn status_after(first: &[Verdict], second: &[Verdict], is_withheld: bool) -> ControlStatus {
        let framework = framework();
        let checks = [check("first"), check("second")];
        let mut roll_up = RollUp::new(&framework, &checks);
        for (check, verdicts) in checks.iter().zip([first, second]) {
            for verdict in verdicts {
                roll_up.add(check, *verdict);
            }
        }
        if is_withheld {
            roll_up.withhold();
        }
        of(&roll_up.finish(), "SC-8").status
    }

    #[test]
    fn the_status_follows_from_the_worst_of_what_is_known() {
        use ControlStatus as Status;
        use Verdict::{Fail, NotApplicable, NotAssessed, Pass};
        let cases: [(&[Verdict], &[Verdict], Status, Status); 9] = [
            (&[Pass, Pass], &[Pass], Status::Satisfied, Status::Undetermined),
            (&[Pass], &[NotApplicable], Status::Satisfied, Status::Undetermined),
            (&[Pass], &[], Status::Satisfied, Status::Undetermined),
            (&[Pass], &[Pass, Fail], Status::NotSatisfied, Status::NotSatisfied),
            (&[NotAssessed], &[Fail], Status::NotSatisfied, Status::NotSatisfied),
            (
                &[Pass],
                &[NotAssessed, Pass],
                Status::Undetermined,
                Status::Undetermined,
            ),
            (
                &[NotApplicable],
                &[NotAssessed],
                Status::Undetermined,
                Status::Undetermined,
            ),
            (
                &[NotApplicable],
                &[NotApplicable],
                Status::NotApplicable,
                Status::Undetermined,
            ),
            (&[], &[], Status::Undetermined, Status::Undetermined),
        ];
        for (first, second, seen, withheld) in cases {
            assert_eq!(status_after(first, second, false), seen, "{first:?} {second:?}");
            assert_eq!(
                status_after(first, second, true),
                withheld,
                "{first:?} {second:?} withheld"
            );
        }
    }

    #[test]
    fn a_control_whose_every_fail_is_accepted_is_neither_satisfied_nor_failed() {
        let framework = framework();
        let checks = [check("first"), check("second")];
        for (others, is_withheld, expected) in [
            (
                &[Verdict::Pass, Verdict::NotApplicable][..],
                false,
                ControlStatus::Accepted,
            ),
            (&[], false, ControlStatus::Accepted),
            (&[Verdict::Pass], true, ControlStatus::Undetermined),
            (&[Verdict::NotAssessed], false, ControlStatus::Undetermined),
            (&[Verdict::Fail], false, ControlStatus::NotSatisfied),
        ] {
            let mut roll_up = RollUp::new(&framework, &checks);
            roll_up.add_at(roll_up.slot_of(&checks[0]), Verdict::Fail, true);
            for verdict in others {
                roll_up.add(&checks[1], *verdict);
            }
            if is_withheld {
                roll_up.withhold();
            }
            let assessments = roll_up.finish();
            let control = of(&assessments, "SC-8");
            assert_eq!(control.status, expected, "{others:?}");
            assert_eq!(control.counts.accepted, 1);
            assert_eq!(control.counts.total(), 1 + others.len() as u64);
        }
    }

    #[test]
    fn switching_off_the_check_that_fails_does_not_satisfy_the_control() {
        let framework = framework();
        let only_first = [check("first")];
        let mut roll_up = RollUp::new(&framework, &only_first);
        roll_up.add(&only_first[0], Verdict::Pass);
        let assessments = roll_up.finish();
        assert_eq!(of(&assessments, "SC-8").status, ControlStatus::Undetermined);
        assert_eq!(of(&assessments, "SC-13").status, ControlStatus::Satisfied);
        assert_eq!(of(&assessments, "AC-3").status, ControlStatus::Undetermined);
    }

    #[test]
    fn every_active_control_is_assessed_in_natural_order_and_those_without_a_check_say_so() {
        let framework = framework();
        let mut roll_up = RollUp::new(&framework, []);
        roll_up.withhold();
        let assessments = roll_up.finish();
        assert_eq!(assessments.len(), 1_014);
        assert!(
            assessments.is_sorted_by(|left, right| super::super::by_control(&left.control, &right.control).is_lt())
        );
        let automated: Vec<&str> = assessments
            .iter()
            .filter(|assessment| assessment.status != ControlStatus::NotAutomated)
            .map(|assessment| assessment.control.as_str())
            .collect();
        assert_eq!(automated, ["AC-3", "SC-8", "SC-13"]);
    }

    #[test]
    fn a_control_lists_its_checks_with_their_own_counts_and_the_mapping_s_words() {
        let framework = framework();
        let checks = [check("second"), check("first"), check("unmapped")];
        let mut roll_up = RollUp::new(&framework, &checks);
        let slot = roll_up.slot_of(&checks[1]);
        roll_up.add_at(slot, Verdict::Pass, false);
        roll_up.add_at(slot, Verdict::Fail, false);
        roll_up.add(&checks[0], Verdict::NotApplicable);
        roll_up.add(&checks[2], Verdict::Fail);
        let assessments = roll_up.finish();
        let control = of(&assessments, "SC-8");
        assert_eq!(
            (control.counts.pass, control.counts.fail, control.counts.not_applicable),
            (1, 1, 1)
        );
        assert_eq!(control.counts.total(), 3);
        let listed: Vec<(&str, u64, &str)> = control
            .checks
            .iter()
            .map(|part| (part.check.as_str(), part.counts.total(), part.rationale.as_str()))
            .collect();
        assert_eq!(listed, [("first", 2, "First."), ("second", 1, "Third.")]);
        assert_eq!(control.family_title, "System and Communications Protection");
    }

    fn verdicts() -> impl Strategy<Value = Vec<(bool, Verdict)>> {
        let verdict = prop_oneof![
            4 => Just(Verdict::Pass),
            1 => Just(Verdict::Fail),
            2 => Just(Verdict::NotApplicable),
            1 => Just(Verdict::NotAssessed),
        ];
        prop::collection::vec((any::<bool>(), verdict), 0..12)
    }

    fn assess(framework: &Framework, verdicts: &[(bool, Verdict)], is_withheld: bool) -> Vec<ControlAssessment> {
        let checks = [check("first"), check("second")];
        let mut roll_up = RollUp::new(framework, &checks);
        for (is_second, verdict) in verdicts {
            roll_up.add(&checks[usize::from(*is_second)], *verdict);
        }
        if is_withheld {
            roll_up.withhold();
        }
        roll_up.finish()
    }

    proptest! {
        #[test]
        fn no_set_of_gaps_satisfies_a_control_or_makes_it_not_applicable(
            verdicts in verdicts(),
            gaps in prop::collection::vec(any::<bool>(), 12),
            is_withheld in any::<bool>(),
        ) {
            let framework = framework();
            let mut with_gaps = verdicts.clone();
            for ((_, verdict), is_gap) in with_gaps.iter_mut().zip(gaps) {
                if is_gap {
                    *verdict = Verdict::NotAssessed;
                }
            }
            let before = assess(&framework, &verdicts, false);
            let after = assess(&framework, &with_gaps, is_withheld);
            for control in ["SC-8", "SC-13"] {
                let (before, after) = (of(&before, control).status, of(&after, control).status);
                for claim in [ControlStatus::Satisfied, ControlStatus::NotApplicable, ControlStatus::NotAutomated] {
                    prop_assert!(after != claim || before == claim, "{control}: {before} became {after}");
                }
            }
        }

        #[test]
        fn one_fail_is_enough_whatever_else_is_known(
            mut verdicts in verdicts(),
            place in any::<prop::sample::Index>(),
            is_second in any::<bool>(),
            is_withheld in any::<bool>(),
        ) {
            verdicts.insert(place.index(verdicts.len() + 1), (is_second, Verdict::Fail));
            let assessments = assess(&framework(), &verdicts, is_withheld);
            prop_assert_eq!(of(&assessments, "SC-8").status, ControlStatus::NotSatisfied);
        }

        #[test]
        fn what_was_not_seen_leaves_only_fails_and_doubt(verdicts in verdicts()) {
            for assessment in assess(&framework(), &verdicts, true) {
                let expected = if assessment.checks.is_empty() {
                    ControlStatus::NotAutomated
                } else if assessment.counts.fail > 0 {
                    ControlStatus::NotSatisfied
                } else {
                    ControlStatus::Undetermined
                };
                prop_assert_eq!(assessment.status, expected);
            }
        }

        #[test]
        fn the_order_of_verdicts_does_not_matter(
            (verdicts, shuffled) in verdicts().prop_flat_map(|verdicts| (Just(verdicts.clone()), Just(verdicts).prop_shuffle())),
        ) {
            let framework = framework();
            prop_assert_eq!(assess(&framework, &verdicts, false), assess(&framework, &shuffled, false));
        }
    }
}
