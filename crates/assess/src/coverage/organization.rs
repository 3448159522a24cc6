//! How far the sources were read that are read once for the run.

use std::collections::BTreeMap;

use s3attest_model::coverage::{OrganizationCoverage, ReadCounts, SourceStatus};
use s3attest_model::evidence::{Evidence, GapCause};
use s3attest_model::organization::{Account, Branch, Root};
use s3attest_model::services::{Fact, Facts as _, OrganizationPolicy, Reach, Reading, ServiceSource};

use super::source::SourceReads;

/// What came of the sources that are read once for the run. Grows with their kinds of gaps alone.
#[derive(Debug, Clone, Default)]
pub struct OrganizationReads {
    sources: BTreeMap<ServiceSource, SourceReads>,
}

impl OrganizationReads {
    /// Counts the reads of a source.
    pub fn reading(&mut self, reading: &Reading) {
        self.add(reading.source(), &reading.facts());
    }

    /// Counts the reads of one policy.
    pub fn policy(&mut self, policy: &OrganizationPolicy) {
        self.add(ServiceSource::OrganizationPolicies, &policy.facts());
    }

    /// Counts the list of roots, without which nobody knows which types of policy there are and what hangs below a target.
    pub fn roots(&mut self, roots: &Evidence<Vec<Root>>) {
        self.add(ServiceSource::OrganizationPolicies, &[Fact::new("", "roots", roots)]);
    }

    /// Counts the list of the units below a root or a unit, without which nobody knows what a policy of a unit reaches.
    pub fn branch(&mut self, branch: &Branch) {
        let fact = Fact::new(branch.id.as_str(), "organizational units", &branch.units);
        self.add(ServiceSource::OrganizationPolicies, &[fact]);
    }

    /// Counts the tags of an account where the run needed them to select by.
    pub fn account(&mut self, account: &Account) {
        let is_asked = account
            .tags
            .as_gap()
            .is_none_or(|gap| gap.cause != GapCause::NotCollected);
        if is_asked {
            let fact = Fact::new(account.id.as_str(), "tags", &account.tags);
            self.add(ServiceSource::OrganizationPolicies, &[fact]);
        }
    }

    fn add(&mut self, source: ServiceSource, facts: &[Fact<'_>]) {
        self.sources.entry(source).or_default().add(None, facts);
    }
}

/// The places in the coverage of the sources that are read once for the run: every one, also one that was left out.
#[must_use]
pub fn of_organization(reads: &OrganizationReads) -> Vec<OrganizationCoverage> {
    let covered = |source: &ServiceSource| match reads.sources.get(source) {
        Some(reads) => reads.of_organization(*source),
        None => OrganizationCoverage {
            source: *source,
            status: SourceStatus::NotCollected,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        },
    };
    let of_the_run = ServiceSource::ALL
        .iter()
        .filter(|source| source.reach() == Reach::Organization);
    of_the_run.map(covered).collect()
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Gap;
    use s3attest_model::services::{OrganizationPolicies, PolicyList};

    use super::*;
    use crate::checks::scene;

    fn head(cause: Option<GapCause>) -> Reading {
        let source = scene::source("organizations.ListPolicies");
        let policies = match cause {
            Some(cause) => Evidence::gap(Gap::new(cause, "said"), source.clone()),
            None => Evidence::present(vec!["p-1".to_owned()], source.clone()),
        };
        let list = PolicyList {
            policy_type: "S3_POLICY".to_owned(),
            policies,
        };
        let head = OrganizationPolicies {
            lists: vec![list],
            delegated_administrators: Evidence::absent(source),
        };
        head.into()
    }

    fn policy(cause: GapCause) -> OrganizationPolicy {
        let source = || scene::source("organizations.DescribePolicy");
        OrganizationPolicy {
            id: "p-1".to_owned(),
            arn: String::new(),
            name: String::new(),
            policy_type: "S3_POLICY".to_owned(),
            is_made_by_aws: false,
            content: Evidence::gap(Gap::new(cause, "said"), source()),
            targets: Evidence::present(Vec::new(), source()),
        }
    }

    #[test]
    fn a_source_of_the_run_has_its_line_whether_it_was_read_or_not() {
        let of = |reads: &OrganizationReads| {
            let lines = of_organization(reads);
            let [line] = lines.as_slice() else { panic!("{lines:?}") };
            (line.status, line.reads.asked, line.reads.answered, line.gaps.len())
        };
        let mut reads = OrganizationReads::default();
        assert_eq!(of(&reads), (SourceStatus::NotCollected, 0, 0, 0));
        reads.reading(&head(None));
        assert_eq!(of(&reads), (SourceStatus::Read, 2, 2, 0));
        reads.policy(&policy(GapCause::Throttled));
        assert_eq!(of(&reads), (SourceStatus::PartlyRead, 4, 3, 1));
        let denied = || Gap::new(GapCause::Denied, "said");
        reads.roots(&Evidence::gap(denied(), scene::source("organizations.ListRoots")));
        assert_eq!(of(&reads), (SourceStatus::PartlyRead, 5, 3, 2));
        let branch = |units| Branch {
            id: "r-abcd".to_owned(),
            path: "/".to_owned(),
            units,
        };
        let source = || scene::source("organizations.ListOrganizationalUnitsForParent");
        reads.branch(&branch(Evidence::present(Vec::new(), source())));
        assert_eq!(of(&reads), (SourceStatus::PartlyRead, 6, 4, 2));
        reads.branch(&branch(Evidence::gap(denied(), source())));
        assert_eq!(of(&reads), (SourceStatus::PartlyRead, 7, 4, 3));
        let mut refused = OrganizationReads::default();
        refused.reading(&head(Some(GapCause::Denied)));
        assert_eq!(of(&refused), (SourceStatus::PartlyRead, 2, 1, 1));
    }
}
