//! Finding the accounts: the organization's, or the caller's alone when there is none or it cannot be listed.

use std::sync::Arc;

use s3attest_gateway::Gateway;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Source};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{
    Account, AccountListing, AccountState, Organization, OrganizationRecord, Selection,
};
use s3attest_model::run::{Mode, ScopeSelection};

use crate::error::CollectError;
use crate::orchestrator::Context;
use crate::selection::{Scope, SelectionError};
use crate::sources::organization::{self, Tree};

/// The accounts, and how they were found.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// The whole organization, or the caller's account alone and why.
    pub mode: Mode,
    /// The organization.
    pub organization: Evidence<Organization>,
    /// Whether the list of accounts is complete.
    pub listing: Evidence<AccountListing>,
    /// The tree in which the accounts hang.
    pub tree: Tree,
    /// The accounts by id, each with whether the run takes it up.
    pub accounts: Vec<Account>,
}

impl Discovery {
    /// The discovery as the snapshot keeps it.
    pub fn records(&self) -> impl Iterator<Item = OrganizationRecord> + '_ {
        [
            OrganizationRecord::Organization(self.organization.clone()),
            OrganizationRecord::AccountListing(self.listing.clone()),
            OrganizationRecord::Roots(self.tree.roots.clone()),
        ]
        .into_iter()
        .chain(
            self.tree
                .branches
                .iter()
                .map(|branch| OrganizationRecord::Branch(Box::new(branch.clone()))),
        )
        .chain(
            self.accounts
                .iter()
                .map(|account| OrganizationRecord::Account(Box::new(account.clone()))),
        )
    }
}

/// Finds the accounts and selects those that the run takes up.
pub async fn discover(gateway: &Arc<Gateway>, selection: &ScopeSelection) -> Result<Discovery, CollectError> {
    let scope = Scope::new(selection)?;
    let context = Context::new(Arc::clone(gateway));
    let organization = organization::describe(&context).await;
    let mut discovery = match organization
        .known()
        .map(Option::<&Organization>::cloned)
        .map_err(|unknown| unknown.gap.clone())
    {
        Ok(Some(found)) => {
            let (accounts, listing, tree) = organization::accounts(&context, &found, scope.needs_tags()).await;
            match listing.as_gap() {
                // The call is the management account's and its delegates' alone: another caller sees only itself.
                Some(gap) if accounts.is_empty() => {
                    fall_back_on_refusal(gap, &listing.source)?;
                    let why = format!(
                        "the accounts of the organization {} could not be listed: {}",
                        found.id,
                        said(gap)
                    );
                    let is_management = found.management_account == gateway.caller().account;
                    alone(gateway, organization, (listing, tree), why, is_management)
                }
                _ => Discovery {
                    mode: Mode::Organization,
                    organization,
                    listing: holds_its_own(listing, &accounts, &gateway.caller().account, &found),
                    tree,
                    accounts,
                },
            }
        }
        Ok(None) => {
            let why = "the account belongs to no organization".to_owned();
            let listing = Evidence::absent(organization.source.clone());
            let tree = Tree::unseen(Evidence::absent(organization.source.clone()));
            alone(gateway, organization, (listing, tree), why, false)
        }
        Err(gap) => {
            fall_back_on_refusal(&gap, &organization.source)?;
            let why = format!("the organization could not be read: {}", said(&gap));
            // Neither was asked for, and the reason is the answer to the question before them.
            let listing = Evidence::gap(gap.clone(), organization.source.clone());
            let roots = Evidence::gap(gap.clone(), organization.source.clone());
            alone(gateway, organization, (listing, Tree::unseen(roots)), why, false)
        }
    };
    // Where the list broke off, an id that is not on it may well exist.
    if discovery.listing.as_gap().is_none() || discovery.mode != Mode::Organization {
        let place = match (&discovery.mode, discovery.organization.known()) {
            (Mode::Organization, Ok(Some(organization))) => format!("the organization {}", organization.id),
            _ => format!("reach: only the caller's own account {} is", gateway.caller().account),
        };
        scope.check(&discovery.accounts, &place)?;
    }
    for account in &mut discovery.accounts {
        account.selection = scope.select(account);
    }
    if discovery
        .accounts
        .iter()
        .all(|account| matches!(account.selection, Selection::Excluded(_)))
    {
        let listed = discovery.accounts.len();
        return Err(SelectionError::NothingSelected { listed }.into());
    }
    Ok(discovery)
}

/// Whether a gap allows to go on with the caller's account alone: when the list is refused, or the endpoint has none. An
/// organization that only failed to answer this time would shrink to one account without anybody noticing.
fn fall_back_on_refusal(gap: &Gap, source: &Source) -> Result<(), CollectError> {
    match gap.cause {
        GapCause::Denied | GapCause::Unsupported => Ok(()),
        _ => Err(CollectError::NoAccounts {
            operation: source.operation.clone(),
            detail: said(gap),
        }),
    }
}

/// A list that lacks the caller's own account, or the management account, is not complete, whatever it says.
fn holds_its_own(
    listing: Evidence<AccountListing>,
    accounts: &[Account],
    caller: &AccountId,
    organization: &Organization,
) -> Evidence<AccountListing> {
    let holds = |id: &AccountId| accounts.iter().any(|account| account.id == *id);
    if listing.as_gap().is_some() || (holds(caller) && holds(&organization.management_account)) {
        return listing;
    }
    let gap = Gap::new(
        GapCause::MalformedAnswer,
        "the list lacks the caller's own account or the management account",
    );
    Evidence::gap(gap, listing.source)
}

fn said(gap: &Gap) -> String {
    if gap.detail.is_empty() {
        gap.cause.phrase().to_owned()
    } else {
        format!("{} ({})", gap.cause.phrase(), gap.detail)
    }
}

/// The caller's account as the whole scope.
fn alone(
    gateway: &Gateway,
    organization: Evidence<Organization>,
    (listing, tree): (Evidence<AccountListing>, Tree),
    why: String,
    is_management: bool,
) -> Discovery {
    let account = Account {
        id: gateway.caller().account.clone(),
        name: String::new(),
        email: None,
        state: AccountState::Active,
        organizational_unit: Evidence::not_collected(organization::account_list_operation()),
        ancestors: Evidence::not_collected(organization::account_list_operation()),
        tags: Evidence::not_collected(organization::account_list_operation()),
        joined_at: None,
        is_management,
        selection: Selection::Selected,
    };
    Discovery {
        mode: Mode::SingleAccount(why),
        organization,
        listing,
        tree,
        accounts: vec![account],
    }
}
