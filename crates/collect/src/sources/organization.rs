//! The organization: its accounts, and where they hang in the tree.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_organizations::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, AccountListing, AccountState, Organization, Selection};

use crate::orchestrator::Context;
use crate::pages::{Pages, Turn};

const fn read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "Organizations",
        name,
        label,
        actions,
        class: "organizations",
        in_session: false,
        times,
    }
}

const DESCRIBE: AllowedOperation = read(
    "DescribeOrganization",
    "organizations.DescribeOrganization",
    &["organizations:DescribeOrganization"],
    Times::each(Unit::Run),
);
const LIST_ACCOUNTS: AllowedOperation = read(
    "ListAccounts",
    "organizations.ListAccounts",
    &["organizations:ListAccounts"],
    Times::about(
        1,
        Unit::Run,
        "and once more for every 20 accounts, which the plan counts",
    ),
);
const LIST_ROOTS: AllowedOperation = read(
    "ListRoots",
    "organizations.ListRoots",
    &["organizations:ListRoots"],
    Times::each(Unit::Run),
);
const LIST_UNITS: AllowedOperation = read(
    "ListOrganizationalUnitsForParent",
    "organizations.ListOrganizationalUnitsForParent",
    &["organizations:ListOrganizationalUnitsForParent"],
    Times::about(1, Unit::Run, "and once more for each organizational unit"),
);
const LIST_ACCOUNTS_FOR_PARENT: AllowedOperation = read(
    "ListAccountsForParent",
    "organizations.ListAccountsForParent",
    &["organizations:ListAccountsForParent"],
    Times::seldom("only where the accounts carry no paths"),
);
const LIST_TAGS: AllowedOperation = read(
    "ListTagsForResource",
    "organizations.ListTagsForResource",
    &["organizations:ListTagsForResource"],
    Times::seldom("only where the configuration selects by tag"),
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[
    DESCRIBE,
    LIST_ACCOUNTS,
    LIST_ROOTS,
    LIST_UNITS,
    LIST_ACCOUNTS_FOR_PARENT,
    LIST_TAGS,
];

/// The organization that the caller belongs to; absent when the account is in none.
pub(crate) async fn describe(context: &Context) -> Evidence<Organization> {
    let answer = context.gateway.organizations().describe_organization().send().await;
    observe(
        DESCRIBE.operation(),
        &["AWSOrganizationsNotInUseException"],
        answer,
        context.now(),
        |output| {
            let organization = output
                .organization
                .ok_or(Malformed("the answer holds no organization"))?;
            let management_account = organization
                .master_account_id
                .and_then(|id| AccountId::new(id).ok())
                .ok_or(Malformed("the answer names no management account"))?;
            Ok(Some(Organization {
                id: organization.id.ok_or(Malformed("the organization has no id"))?,
                arn: organization.arn.unwrap_or_default(),
                management_account,
                feature_set: organization.feature_set.map(|set| set.as_str().to_owned()),
            }))
        },
    )
}

/// An account as the list names it, with the ids of the organizational units above it when the list says them.
struct ListedAccount {
    account: Account,
    units: Option<String>,
}

/// Every account of the organization, and whether the list is complete.
pub(crate) async fn accounts(
    context: &Context,
    organization: &Organization,
    with_tags: bool,
) -> (Vec<Account>, Evidence<AccountListing>) {
    let (mut listed, listing) = list(context, organization).await;
    // A list that broke off is kept: what it gave is known, and the rest is a gap.
    place_in_tree(context, &mut listed).await;
    let mut accounts: Vec<Account> = listed.into_iter().map(|each| each.account).collect();
    if with_tags {
        for account in &mut accounts {
            account.tags = tags(context, &account.id).await;
        }
    }
    accounts.sort_by(|left, right| left.id.cmp(&right.id));
    (accounts, listing)
}

async fn list(context: &Context, organization: &Organization) -> (Vec<ListedAccount>, Evidence<AccountListing>) {
    let client = context.gateway.organizations();
    let mut accounts: BTreeMap<AccountId, ListedAccount> = BTreeMap::new();
    let mut pages = Pages::default();
    let listing = loop {
        let answer = client.list_accounts().set_next_token(pages.token()).send().await;
        let page = observe(LIST_ACCOUNTS.operation(), &[], answer, context.now(), |output| {
            for account in output
                .accounts
                .ok_or(Malformed("the answer holds no list of accounts"))?
            {
                let listed = listed_account(account, organization)?;
                accounts.insert(listed.account.id.clone(), listed);
            }
            Ok(Some(output.next_token))
        });
        let next = match page.observed {
            Observed::Present(next) => next,
            Observed::Gap(gap) => break Evidence::gap(gap, page.source),
            Observed::Absent => None,
        };
        match pages.turn(next) {
            // Organizations hands out empty pages with a token: the list ends where the token does.
            Turn::Next => {}
            Turn::Last => {
                break Evidence::present(
                    AccountListing {
                        count: accounts.len() as u64,
                    },
                    page.source,
                );
            }
            Turn::Endless(detail) => break Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), page.source),
        }
    };
    (accounts.into_values().collect(), listing)
}

fn listed_account(account: types::Account, organization: &Organization) -> Result<ListedAccount, Malformed> {
    let id = account
        .id
        .and_then(|id| AccountId::new(id).ok())
        .ok_or(Malformed("the list holds an account without a valid id"))?;
    // `Status` was to be retired in September 2026; endpoints that are older answer only with it.
    let state = match (account.state, account.status) {
        (Some(state), _) => account_state(state.as_str()),
        (None, Some(status)) => account_state(status.as_str()),
        (None, None) => return Err(Malformed("the list holds an account without a state")),
    };
    let is_management = id == organization.management_account;
    Ok(ListedAccount {
        units: account.paths.and_then(|paths| paths.into_iter().next()),
        account: Account {
            id,
            name: account.name.unwrap_or_default(),
            email: account.email,
            state,
            organizational_unit: Evidence::not_collected(LIST_UNITS.operation()),
            tags: Evidence::not_collected(LIST_TAGS.operation()),
            joined_at: account
                .joined_timestamp
                .and_then(|date| super::bucket_list::timestamp(&date)),
            is_management,
            selection: Selection::Selected,
        },
    })
}

fn account_state(text: &str) -> AccountState {
    match text {
        "ACTIVE" => AccountState::Active,
        "CLOSED" => AccountState::Closed,
        "PENDING_ACTIVATION" => AccountState::PendingActivation,
        "PENDING_CLOSURE" => AccountState::PendingClosure,
        "SUSPENDED" => AccountState::Suspended,
        other => AccountState::Other(other.to_owned()),
    }
}

/// One node of the tree still to be visited: its id and its path of names.
struct Node {
    id: String,
    path: String,
}

/// Walks the tree of organizational units and writes on each account where it hangs.
///
/// A part of the tree that cannot be read leaves the accounts below it without a place, as a gap.
async fn place_in_tree(context: &Context, accounts: &mut [ListedAccount]) {
    // The list itself says on which branch an account hangs; only endpoints that do not need a list for each branch.
    let by_paths = accounts.iter().all(|each| each.units.is_some());
    let mut names: HashMap<String, (String, Source)> = HashMap::new();
    let mut places: HashMap<AccountId, (String, Source)> = HashMap::new();
    let mut failure: Option<Broken> = None;

    let mut open = match roots(context).await {
        Ok(roots) => roots,
        Err(gap) => {
            for each in accounts {
                each.account.organizational_unit = (*gap).clone();
            }
            return;
        }
    };
    while let Some(node) = open.pop() {
        match children(context, &node).await {
            Ok((children, source)) => {
                names.insert(node.id.clone(), (node.path.clone(), source));
                open.extend(children);
            }
            Err(gap) => {
                failure.get_or_insert(gap);
                continue;
            }
        }
        if !by_paths {
            match accounts_below(context, &node).await {
                Ok((ids, source)) => {
                    for id in ids {
                        places.insert(id, (node.path.clone(), source.clone()));
                    }
                }
                Err(gap) => {
                    failure.get_or_insert(gap);
                }
            }
        }
    }
    for each in accounts {
        let place = match &each.units {
            Some(units) if by_paths => holding_unit(units).and_then(|unit| names.get(unit)).cloned(),
            _ => places.get(&each.account.id).cloned(),
        };
        each.account.organizational_unit = match (place, &failure) {
            (Some((path, source)), _) => Evidence::present(path, source),
            (None, Some(gap)) => (**gap).clone(),
            (None, None) => Evidence::gap(
                Gap::new(GapCause::MalformedAnswer, "the account stands in no part of the tree"),
                Source::not_called(LIST_UNITS.operation()),
            ),
        };
    }
}

/// The id of the unit, or the root, that holds an account, from the account's path.
///
/// A path looks like `o-…/r-…/ou-…/` and may end in the account's own id (AWS Organizations API Reference, `Account`:
/// the pattern of `Paths`).
fn holding_unit(path: &str) -> Option<&str> {
    path.trim_end_matches('/')
        .rsplit('/')
        .find(|part| part.starts_with("ou-") || part.starts_with("r-"))
}

/// The gap at which a walk ended, as the evidence of every place behind it.
type Broken = Box<Evidence<String>>;

async fn roots(context: &Context) -> Result<Vec<Node>, Broken> {
    let client = context.gateway.organizations();
    let mut pages = Pages::default();
    let mut roots = Vec::new();
    loop {
        let answer = client.list_roots().set_next_token(pages.token()).send().await;
        let page = observe(LIST_ROOTS.operation(), &[], answer, context.now(), |output| {
            let ids = output
                .roots
                .ok_or(Malformed("the answer holds no list of roots"))?
                .into_iter()
                .filter_map(|root| root.id);
            roots.extend(ids.map(|id| Node {
                id,
                path: "/".to_owned(),
            }));
            Ok(Some(output.next_token))
        });
        match turned(page, &mut pages)? {
            (Turn::Next, _) => {}
            (Turn::Last | Turn::Endless(_), _) => return Ok(roots),
        }
    }
}

async fn children(context: &Context, node: &Node) -> Result<(Vec<Node>, Source), Broken> {
    let client = context.gateway.organizations();
    let mut pages = Pages::default();
    let mut children = Vec::new();
    loop {
        let request = client.list_organizational_units_for_parent().parent_id(&node.id);
        let answer = request.set_next_token(pages.token()).send().await;
        let page = observe(LIST_UNITS.operation(), &[], answer, context.now(), |output| {
            for unit in output
                .organizational_units
                .ok_or(Malformed("the answer holds no list of organizational units"))?
            {
                let id = unit.id.ok_or(Malformed("an organizational unit has no id"))?;
                let name = unit.name.ok_or(Malformed("an organizational unit has no name"))?;
                children.push(Node {
                    id,
                    path: format!("{}/{name}", node.path.trim_end_matches('/')),
                });
            }
            Ok(Some(output.next_token))
        });
        match turned(page, &mut pages)? {
            (Turn::Next, _) => {}
            (Turn::Last | Turn::Endless(_), source) => return Ok((children, source)),
        }
    }
}

async fn accounts_below(context: &Context, node: &Node) -> Result<(Vec<AccountId>, Source), Broken> {
    let client = context.gateway.organizations();
    let mut pages = Pages::default();
    let mut ids = Vec::new();
    loop {
        let request = client.list_accounts_for_parent().parent_id(&node.id);
        let answer = request.set_next_token(pages.token()).send().await;
        let page = observe(
            LIST_ACCOUNTS_FOR_PARENT.operation(),
            &[],
            answer,
            context.now(),
            |output| {
                let found = output
                    .accounts
                    .ok_or(Malformed("the answer holds no list of accounts"))?
                    .into_iter()
                    .filter_map(|account| account.id);
                ids.extend(found.filter_map(|id| AccountId::new(id).ok()));
                Ok(Some(output.next_token))
            },
        );
        match turned(page, &mut pages)? {
            (Turn::Next, _) => {}
            (Turn::Last | Turn::Endless(_), source) => return Ok((ids, source)),
        }
    }
}

/// What comes after a page of the tree; a gap ends the walk there.
fn turned(page: Evidence<Option<String>>, pages: &mut Pages) -> Result<(Turn, Source), Broken> {
    let source = page.source;
    match page.observed {
        Observed::Present(next) => match pages.turn(next) {
            Turn::Endless(detail) => Err(Box::new(Evidence::gap(
                Gap::new(GapCause::MalformedAnswer, detail),
                source,
            ))),
            turn => Ok((turn, source)),
        },
        Observed::Absent => Ok((Turn::Last, source)),
        Observed::Gap(gap) => Err(Box::new(Evidence::gap(gap, source))),
    }
}

async fn tags(context: &Context, account: &AccountId) -> Evidence<BTreeMap<String, String>> {
    let client = context.gateway.organizations();
    let mut pages = Pages::default();
    let mut tags = BTreeMap::new();
    loop {
        let request = client.list_tags_for_resource().resource_id(account.as_str());
        let answer = request.set_next_token(pages.token()).send().await;
        let page = observe(LIST_TAGS.operation(), &[], answer, context.now(), |output| {
            tags.extend(
                output
                    .tags
                    .ok_or(Malformed("the answer holds no list of tags"))?
                    .into_iter()
                    .map(|tag| (tag.key, tag.value)),
            );
            Ok(Some(output.next_token))
        });
        match page.observed {
            Observed::Gap(gap) => return Evidence::gap(gap, page.source),
            Observed::Absent => return Evidence::present(tags, page.source),
            Observed::Present(next) => match pages.turn(next) {
                Turn::Next => {}
                Turn::Last => return Evidence::present(tags, page.source),
                Turn::Endless(detail) => {
                    return Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), page.source);
                }
            },
        }
    }
}

/// The operation by which accounts are listed, for evidence about a list that was never asked for.
pub(crate) const fn account_list_operation() -> Operation {
    LIST_ACCOUNTS.operation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_an_account_is_told_from_its_path_with_or_without_its_own_id() {
        for (path, expected) in [
            ("o-abcdefghij/r-abcd/", Some("r-abcd")),
            ("o-abcdefghij/r-abcd/111122223333/", Some("r-abcd")),
            ("o-abcdefghij/r-abcd/ou-abcd-11111111/", Some("ou-abcd-11111111")),
            (
                "o-abcdefghij/r-abcd/ou-abcd-11111111/ou-abcd-22222222/111122223333/",
                Some("ou-abcd-22222222"),
            ),
            ("111122223333/", None),
            ("", None),
        ] {
            assert_eq!(holding_unit(path), expected, "{path}");
        }
    }
}
