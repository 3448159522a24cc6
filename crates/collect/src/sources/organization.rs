//! The organization: its accounts, and where they hang in the tree.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_organizations::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{
    Account, AccountListing, AccountState, Branch, Organization, PolicyTypeState, Root, Selection, UnitBelow,
};

use crate::orchestrator::Context;
use crate::pages::{self, Listed, Pages, Turn};

pub(super) const fn organizations_read(
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

const DESCRIBE: AllowedOperation = organizations_read(
    "DescribeOrganization",
    "organizations.DescribeOrganization",
    &["organizations:DescribeOrganization"],
    Times::each(Unit::Run),
);
const LIST_ACCOUNTS: AllowedOperation = organizations_read(
    "ListAccounts",
    "organizations.ListAccounts",
    &["organizations:ListAccounts"],
    Times::about(
        1,
        Unit::Run,
        "and once more for every 20 accounts, which the plan counts",
    ),
);
const LIST_ROOTS: AllowedOperation = organizations_read(
    "ListRoots",
    "organizations.ListRoots",
    &["organizations:ListRoots"],
    Times::each(Unit::Run),
);
const LIST_UNITS: AllowedOperation = organizations_read(
    "ListOrganizationalUnitsForParent",
    "organizations.ListOrganizationalUnitsForParent",
    &["organizations:ListOrganizationalUnitsForParent"],
    Times::about(1, Unit::Run, "and once more for each organizational unit"),
);
const LIST_ACCOUNTS_FOR_PARENT: AllowedOperation = organizations_read(
    "ListAccountsForParent",
    "organizations.ListAccountsForParent",
    &["organizations:ListAccountsForParent"],
    Times::seldom("only where the accounts carry no paths"),
);
const LIST_TAGS: AllowedOperation = organizations_read(
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

/// The tree of organizational units.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Its roots, with the policy types that are enabled.
    pub roots: Evidence<Vec<Root>>,
    /// Every root and unit that was visited, by id.
    pub branches: Vec<Branch>,
}

impl Tree {
    /// A tree that nobody could look at, and why.
    pub(crate) fn unseen(roots: Evidence<Vec<Root>>) -> Self {
        Self {
            roots,
            branches: Vec::new(),
        }
    }
}

/// Every account of the organization, whether the list is complete, and the tree in which they hang.
pub(crate) async fn accounts(
    context: &Context,
    organization: &Organization,
    with_tags: bool,
) -> (Vec<Account>, Evidence<AccountListing>, Tree) {
    let (mut listed, listing) = list(context, organization).await;
    // A list that broke off is kept: what it gave is known, and the rest is a gap.
    let tree = place_in_tree(context, &mut listed).await;
    let mut accounts: Vec<Account> = listed.into_iter().map(|each| each.account).collect();
    if with_tags {
        for account in &mut accounts {
            account.tags = tags(context, &account.id).await;
        }
    }
    accounts.sort_by(|left, right| left.id.cmp(&right.id));
    (accounts, listing, tree)
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
            ancestors: Evidence::not_collected(LIST_UNITS.operation()),
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

/// A node of the tree: its id, its path of names, and the ids from the root down to it.
#[derive(Clone)]
struct Node {
    id: String,
    path: String,
    ids: Vec<String>,
}

/// Walks the tree of organizational units and writes on each account where it hangs.
///
/// A part of the tree that cannot be read leaves the accounts below it without a place, as a gap.
async fn place_in_tree(context: &Context, accounts: &mut [ListedAccount]) -> Tree {
    // The list itself says on which branch an account hangs; only endpoints that do not need a list for each branch.
    let by_paths = accounts.iter().all(|each| each.units.is_some());
    let mut visited: HashMap<String, (Node, Source)> = HashMap::new();
    let mut places: HashMap<AccountId, (Node, Source)> = HashMap::new();
    let mut failure: Option<Missing> = None;
    let mut tree = Tree::unseen(roots(context).await);

    let mut open: Vec<Node> = match &tree.roots.observed {
        Observed::Present(roots) => roots.iter().map(Node::root).collect(),
        Observed::Absent => Vec::new(),
        Observed::Gap(gap) => {
            failure = Some((gap.clone(), tree.roots.source.clone()));
            Vec::new()
        }
    };
    while let Some(node) = open.pop() {
        let units = children(context, &node).await;
        match &units.observed {
            Observed::Present(below) => {
                visited.insert(node.id.clone(), (node.clone(), units.source.clone()));
                open.extend(below.iter().map(|unit| node.below(unit)));
            }
            Observed::Absent => {}
            Observed::Gap(gap) => {
                failure.get_or_insert_with(|| (gap.clone(), units.source.clone()));
            }
        }
        let is_broken = units.as_gap().is_some();
        tree.branches.push(Branch {
            id: node.id.clone(),
            path: node.path.clone(),
            units,
        });
        if by_paths || is_broken {
            continue;
        }
        let Evidence { observed, source } = accounts_below(context, &node).await;
        match observed {
            Observed::Present(ids) => {
                places.extend(ids.into_iter().map(|id| (id, (node.clone(), source.clone()))));
            }
            Observed::Absent => {}
            Observed::Gap(gap) => {
                failure.get_or_insert((gap, source));
            }
        }
    }
    tree.branches.sort_by(|left, right| left.id.cmp(&right.id));
    for each in accounts {
        let place = match &each.units {
            Some(units) if by_paths => holding_unit(units).and_then(|unit| visited.get(unit)),
            _ => places.get(&each.account.id),
        };
        let account = &mut each.account;
        match (place, &failure) {
            (Some((node, source)), _) => {
                account.organizational_unit = Evidence::present(node.path.clone(), source.clone());
                account.ancestors = Evidence::present(node.ids.clone(), source.clone());
            }
            (None, Some((gap, source))) => leave_out(account, gap, source),
            (None, None) => {
                let gap = Gap::new(GapCause::MalformedAnswer, "the account stands in no part of the tree");
                leave_out(account, &gap, &Source::not_called(LIST_UNITS.operation()));
            }
        }
    }
    tree
}

/// The gap at which a walk ended, for every place behind it.
type Missing = (Gap, Source);

impl Node {
    fn root(root: &Root) -> Self {
        Self {
            id: root.id.clone(),
            path: "/".to_owned(),
            ids: vec![root.id.clone()],
        }
    }

    fn below(&self, unit: &UnitBelow) -> Self {
        let mut ids = self.ids.clone();
        ids.push(unit.id.clone());
        Self {
            id: unit.id.clone(),
            path: format!("{}/{}", self.path.trim_end_matches('/'), unit.name),
            ids,
        }
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

/// An account whose place could not be found out.
fn leave_out(account: &mut Account, gap: &Gap, source: &Source) {
    account.organizational_unit = Evidence::gap(gap.clone(), source.clone());
    account.ancestors = Evidence::gap(gap.clone(), source.clone());
}

async fn roots(context: &Context) -> Evidence<Vec<Root>> {
    let client = &context.gateway.organizations();
    let listed = pages::list(|token| async move {
        let answer = client.list_roots().set_next_token(token).send().await;
        observe(LIST_ROOTS.operation(), &[], answer, context.now(), |output| {
            let roots = output
                .roots
                .ok_or(Malformed("the answer holds no list of roots"))?
                .into_iter()
                .map(root);
            Ok(Some(Listed {
                entries: roots.collect::<Result<_, _>>()?,
                next: output.next_token,
            }))
        })
    })
    .await;
    never_none(listed)
}

/// Every organization has a root, so that a list of none was lost: from it, no policy type would seem to be enabled.
fn never_none(roots: Evidence<Vec<Root>>) -> Evidence<Vec<Root>> {
    match roots.observed {
        Observed::Present(none) if none.is_empty() => {
            let gap = Gap::new(GapCause::MalformedAnswer, "the list holds no root");
            Evidence::gap(gap, roots.source)
        }
        observed => Evidence {
            observed,
            source: roots.source,
        },
    }
}

fn root(found: types::Root) -> Result<Root, Malformed> {
    let types = found
        .policy_types
        .ok_or(Malformed("a root does not say which policy types it has"))?;
    Ok(Root {
        id: found.id.ok_or(Malformed("a root has no id"))?,
        policy_types: types.into_iter().map(policy_type).collect::<Result<_, _>>()?,
    })
}

fn policy_type(found: types::PolicyTypeSummary) -> Result<PolicyTypeState, Malformed> {
    const LACKING: Malformed = Malformed("a root has a policy type without a name or a status");
    Ok(PolicyTypeState {
        policy_type: found.r#type.ok_or(LACKING)?.as_str().to_owned(),
        status: found.status.ok_or(LACKING)?.as_str().to_owned(),
    })
}

async fn children(context: &Context, node: &Node) -> Evidence<Vec<UnitBelow>> {
    let client = &context.gateway.organizations();
    let mut units = pages::list(|token| async move {
        let request = client.list_organizational_units_for_parent().parent_id(&node.id);
        let answer = request.set_next_token(token).send().await;
        observe(LIST_UNITS.operation(), &[], answer, context.now(), |output| {
            let units = output
                .organizational_units
                .ok_or(Malformed("the answer holds no list of organizational units"))?
                .into_iter()
                .map(|unit| {
                    Ok(UnitBelow {
                        id: unit.id.ok_or(Malformed("an organizational unit has no id"))?,
                        name: unit.name.ok_or(Malformed("an organizational unit has no name"))?,
                    })
                });
            Ok(Some(Listed {
                entries: units.collect::<Result<_, _>>()?,
                next: output.next_token,
            }))
        })
    })
    .await;
    if let Observed::Present(units) = &mut units.observed {
        units.sort_by(|left, right| left.id.cmp(&right.id));
    }
    units
}

async fn accounts_below(context: &Context, node: &Node) -> Evidence<Vec<AccountId>> {
    let client = &context.gateway.organizations();
    pages::list(|token| async move {
        let request = client.list_accounts_for_parent().parent_id(&node.id);
        let answer = request.set_next_token(token).send().await;
        observe(
            LIST_ACCOUNTS_FOR_PARENT.operation(),
            &[],
            answer,
            context.now(),
            |output| {
                let ids = output
                    .accounts
                    .ok_or(Malformed("the answer holds no list of accounts"))?
                    .into_iter()
                    .map(|account| {
                        let id = account.id.ok_or(Malformed("an account has no id"))?;
                        AccountId::new(id).map_err(|_| Malformed("the answer holds an invalid account id"))
                    });
                Ok(Some(Listed {
                    entries: ids.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await
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

/// The operation that describes the organization, for evidence about one that nobody asked for.
pub(crate) const fn describe_operation() -> Operation {
    DESCRIBE.operation()
}

/// The operation by which roots are listed, for evidence about a tree that was never looked at.
pub(crate) const fn root_list_operation() -> Operation {
    LIST_ROOTS.operation()
}

/// The operation by which accounts are listed, for evidence about a list that was never asked for.
pub(crate) const fn account_list_operation() -> Operation {
    LIST_ACCOUNTS.operation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_without_their_policy_types_are_not_roots_without_policies() {
        let built = || types::Root::builder().id("r-abcd");
        let none = built().set_policy_types(Some(Vec::new())).build();
        assert_eq!(root(none).map(|root| root.policy_types), Ok(Vec::new()));
        assert!(root(built().build()).is_err());
        let nameless = types::PolicyTypeSummary::builder().build();
        assert!(root(built().policy_types(nameless).build()).is_err());
        let of = |roots| never_none(Evidence::present(roots, Source::not_called(root_list_operation())));
        let gap = of(Vec::new());
        assert_eq!(gap.as_gap().map(|gap| gap.cause), Some(GapCause::MalformedAnswer));
        let some = Root {
            id: "r-abcd".to_owned(),
            policy_types: Vec::new(),
        };
        assert_eq!(of(vec![some.clone()]).observed, Observed::Present(vec![some]));
    }

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
