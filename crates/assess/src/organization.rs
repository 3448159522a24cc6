//! What is known of the organization as a whole: its accounts, its tree and its policies.
//!
//! It is held in memory, since every account is judged in its light; it grows with accounts and policies, not with buckets.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{
    Account, AccountListing, Branch, Organization, OrganizationRecord, Root, Selection,
};
use s3attest_model::services::{Lacking, OrganizationPolicies, OrganizationPolicy, PolicyList, Reading};
use s3attest_policy::Document;

use crate::units::UnitPaths;

/// What the organization's file says. What the file does not hold is a gap: the run broke off before it was written, or was
/// told to leave it out.
#[derive(Debug, Clone)]
pub struct OrganizationEvidence {
    /// The organization itself; absent where the caller's account belongs to none.
    pub organization: Evidence<Organization>,
    /// Whether the list of accounts is complete.
    pub listing: Evidence<AccountListing>,
    /// The roots of the tree.
    pub roots: Evidence<Vec<Root>>,
    /// The branches of the tree, by the id of the root or the unit.
    pub branches: BTreeMap<String, Branch>,
    /// The paths of its units.
    pub units: UnitPaths,
    /// Every account that was listed, by id.
    pub accounts: BTreeMap<AccountId, Account>,
    /// The ids of these accounts.
    pub ids: BTreeSet<AccountId>,
    /// The lists of policies and the delegated administrators; `None` when the run did not read them.
    pub policies: Option<OrganizationPolicies>,
    /// The policies, by id.
    pub policy_of_id: BTreeMap<String, OrganizationPolicy>,
    /// Their documents by the policies' ids, parsed once; a text that is no policy document with what is wrong with it.
    pub(crate) documents: BTreeMap<String, Result<Document, String>>,
}

impl Default for OrganizationEvidence {
    fn default() -> Self {
        let missing = "the run broke off before it was written";
        Self {
            organization: gap(missing, "organizations.DescribeOrganization"),
            listing: gap(
                "the run broke off before its accounts were written",
                "organizations.ListAccounts",
            ),
            roots: gap(missing, "organizations.ListRoots"),
            branches: BTreeMap::new(),
            units: UnitPaths::default(),
            accounts: BTreeMap::new(),
            ids: BTreeSet::new(),
            policies: None,
            policy_of_id: BTreeMap::new(),
            documents: BTreeMap::new(),
        }
    }
}

fn gap<T>(detail: &str, operation: &'static str) -> Evidence<T> {
    let gap = Gap::new(GapCause::Interrupted, detail);
    Evidence::gap(gap, Source::not_called(Operation::named(operation)))
}

impl OrganizationEvidence {
    /// Takes a record of the organization's file.
    pub fn note(&mut self, record: OrganizationRecord) {
        match record {
            OrganizationRecord::Organization(organization) => self.organization = organization,
            OrganizationRecord::AccountListing(listing) => self.listing = listing,
            OrganizationRecord::Roots(roots) => self.roots = roots,
            OrganizationRecord::Branch(branch) => {
                self.units.branch(&branch);
                self.branches.insert(branch.id.clone(), *branch);
            }
            OrganizationRecord::Account(account) => {
                self.ids.insert(account.id.clone());
                self.accounts.insert(account.id.clone(), *account);
            }
            OrganizationRecord::Reading(reading) => {
                if let Reading::OrganizationPolicies(policies) = *reading {
                    self.policies = Some(*policies);
                }
            }
            OrganizationRecord::Policy(policy) => {
                if let Observed::Present(content) = &policy.content.observed {
                    let document = Document::parse(content).map_err(|error| error.to_string());
                    self.documents.insert(policy.id.clone(), document);
                }
                self.policy_of_id.insert(policy.id.clone(), *policy);
            }
        }
    }

    /// The ids of the policies of a type; `None` where the type is not enabled, so that no policy of it has an effect.
    pub fn ids_of(&self, policy_type: &str) -> Result<Option<&[String]>, Gap> {
        let list = self.policies.iter().flat_map(|policies| &policies.lists);
        let mut of_type = list.filter(|list| list.policy_type == policy_type);
        let Some(list) = of_type.next() else {
            return Err(Lacking::Policies(policy_type).gap());
        };
        let ids = list.policies.known().map_err(|unknown| unknown.gap.clone())?;
        Ok(ids.map(Vec::as_slice))
    }

    /// The list of the policies of a type; `None` when the run holds none.
    pub(crate) fn list_of(&self, policy_type: &str) -> Option<&PolicyList> {
        let lists = self.policies.iter().flat_map(|policies| &policies.lists);
        lists.into_iter().find(|list| list.policy_type == policy_type)
    }

    /// The policies of a type, as far as they were read.
    pub fn policies_of<'a>(&'a self, policy_type: &'static str) -> impl Iterator<Item = &'a OrganizationPolicy> {
        let policies = self.policy_of_id.values();
        policies.filter(move |policy| policy.policy_type == policy_type)
    }

    /// A policy's document, or why it is not known.
    pub fn document_of(&self, id: &str) -> Result<&Document, String> {
        match self.documents.get(id) {
            Some(Ok(document)) => Ok(document),
            Some(Err(error)) => Err(format!("it is not a policy document: {error}")),
            None => Err("its document could not be read".to_owned()),
        }
    }

    /// The account that speaks for the organization among those in scope: its management account, or else the first.
    #[must_use]
    pub fn speaker(&self) -> Option<&AccountId> {
        let is_in_scope =
            |account: &&Account| !matches!(account.selection, Selection::Excluded(_) | Selection::NotActive);
        let in_scope = || self.accounts.values().filter(is_in_scope);
        let managing = in_scope().find(|account| account.is_management);
        managing.or_else(|| in_scope().next()).map(|account| &account.id)
    }

    /// The organization's id, where it is known.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match &self.organization.observed {
            Observed::Present(organization) => Some(&organization.id),
            Observed::Absent | Observed::Gap(_) => None,
        }
    }
}
