//! What the checks said of one resource, as sets of checks, so that a resource costs a few machine words for each
//! control whatever the number of checks.
//!
//! It knows checks by their position in a framework and nothing else of them.

use s3attest_model::control::ResourceOutcome;
use s3attest_model::finding::Verdict;

/// A set of checks by their position in a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CheckSet(Vec<u64>);

impl CheckSet {
    /// The empty set of a framework with so many checks.
    pub(super) fn empty(checks: usize) -> Self {
        Self(vec![0; checks.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }

    fn clear(&mut self) {
        self.0.fill(0);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(left, right)| left & right != 0)
    }
}

/// The outcomes that a finding can have, the worst first.
const WORST_FIRST: [ResourceOutcome; 5] = [
    ResourceOutcome::Failed,
    ResourceOutcome::NotAssessed,
    ResourceOutcome::Accepted,
    ResourceOutcome::Passed,
    ResourceOutcome::NotApplicable,
];

/// For each outcome the checks that came to it on the resource at hand.
#[derive(Debug, Clone)]
pub(super) struct VerdictMasks {
    sets: [CheckSet; WORST_FIRST.len()],
    is_empty: bool,
}

impl VerdictMasks {
    pub(super) fn new(checks: usize) -> Self {
        Self {
            sets: WORST_FIRST.map(|_| CheckSet::empty(checks)),
            is_empty: true,
        }
    }

    pub(super) fn add(&mut self, position: usize, verdict: Verdict, is_accepted: bool) {
        let outcome = ResourceOutcome::of([(verdict, is_accepted)]).expect("one finding has an outcome");
        let set = WORST_FIRST.iter().position(|candidate| *candidate == outcome);
        self.sets[set.expect("every outcome is listed")].insert(position);
        self.is_empty = false;
    }

    /// The worst outcome among some checks; `None` when none of them spoke.
    pub(super) fn worst_of(&self, checks: &CheckSet) -> Option<ResourceOutcome> {
        let sets = WORST_FIRST.iter().zip(&self.sets);
        sets.into_iter()
            .find_map(|(outcome, set)| set.meets(checks).then_some(*outcome))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(super) fn clear(&mut self) {
        self.sets.iter_mut().for_each(CheckSet::clear);
        self.is_empty = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_the_checks_that_bear_counts_and_no_other_check_s() {
        let mut masks = VerdictMasks::new(130);
        let mut bearing = CheckSet::empty(130);
        bearing.insert(3);
        bearing.insert(129);
        assert_eq!(masks.worst_of(&bearing), None);
        masks.add(128, Verdict::Fail, false);
        assert_eq!(masks.worst_of(&bearing), None);
        masks.add(3, Verdict::Pass, false);
        assert_eq!(masks.worst_of(&bearing), Some(ResourceOutcome::Passed));
        masks.add(129, Verdict::Fail, true);
        assert_eq!(masks.worst_of(&bearing), Some(ResourceOutcome::Accepted));
        masks.clear();
        assert!(masks.is_empty() && masks.worst_of(&bearing).is_none());
    }
}
