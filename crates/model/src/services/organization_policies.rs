//! The policies of AWS Organizations that bear on S3, what they are attached to, and who administers which service.
//!
//! Read once for the run. What is about no one policy stands in [`OrganizationPolicies`]; each policy is a record of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Facts};
use crate::evidence::Evidence;
use crate::identifiers::AccountId;

/// The policies of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyList {
    /// The type, in the words of the Organizations API (`SERVICE_CONTROL_POLICY`, `RESOURCE_CONTROL_POLICY`, `S3_POLICY`).
    pub policy_type: String,
    /// Which policies there are, by id; each has a record of its own. Absent when the type is not enabled for any root, so
    /// that no policy of it has an effect.
    pub policies: Evidence<Vec<String>>,
}

/// A service that an account administers for the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedService {
    /// The service principal (`access-analyzer.amazonaws.com`).
    pub principal: String,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// A delegated administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedAdministrator {
    /// The account.
    pub account: AccountId,
    /// What it administers.
    pub services: Evidence<Vec<DelegatedService>>,
}

/// What Organizations says of policies and administrators as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationPolicies {
    /// The lists of policies, one for each type.
    pub lists: Vec<PolicyList>,
    /// The delegated administrators; absent where there is no organization.
    pub delegated_administrators: Evidence<Vec<DelegatedAdministrator>>,
}

impl Facts for OrganizationPolicies {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts: Vec<Fact<'_>> = self
            .lists
            .iter()
            .map(|list| Fact::new(list.policy_type.as_str(), "policies", &list.policies))
            .collect();
        facts.push(Fact::new(
            "",
            "delegated administrators",
            &self.delegated_administrators,
        ));
        if let Ok(Some(administrators)) = self.delegated_administrators.known() {
            let services = administrators
                .iter()
                .map(|each| Fact::new(each.account.as_str(), "delegated services", &each.services));
            facts.extend(services);
        }
        facts
    }
}

/// What a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyTarget {
    /// The id of the root (`r-…`), the organizational unit (`ou-…`) or the account.
    pub id: String,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub kind: String,
}

/// One policy of the organization. Its effect on an account depends on everything above the account, which
/// [`Account::ancestors`](crate::organization::Account::ancestors) names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationPolicy {
    /// The policy's id (`p-…`).
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its type, in the words of the Organizations API.
    pub policy_type: String,
    /// Whether AWS made it (`FullAWSAccess`).
    pub is_made_by_aws: bool,
    /// The document, as text.
    pub content: Evidence<String>,
    /// What it is attached to; an empty list is a policy without effect.
    pub targets: Evidence<Vec<PolicyTarget>>,
}

impl Facts for OrganizationPolicy {
    fn facts(&self) -> Vec<Fact<'_>> {
        vec![
            Fact::new(self.id.as_str(), "content", &self.content),
            Fact::new(self.id.as_str(), "targets", &self.targets),
        ]
    }
}
