//! A sample of accounts: the management account, and others spread evenly over the organizational units.

use std::collections::BTreeMap;

use s3attest_model::evidence::Observed;
use s3attest_model::organization::Account;

/// So many of the accounts, in the order of their ids. Each organizational unit gives one before any gives a second, and
/// inside a unit they lie as far apart as they can.
pub(super) fn spread(accounts: Vec<Account>, number: usize) -> Vec<Account> {
    let (management, others): (Vec<Account>, Vec<Account>) =
        accounts.into_iter().partition(|account| account.is_management);
    let mut units: BTreeMap<String, Vec<Account>> = BTreeMap::new();
    for account in others {
        let unit = match &account.organizational_unit.observed {
            Observed::Present(path) => path.clone(),
            Observed::Absent | Observed::Gap(_) => String::new(),
        };
        units.entry(unit).or_default().push(account);
    }
    let mut left = number.saturating_sub(management.len());
    let mut taken: Vec<usize> = vec![0; units.len()];
    while left > 0 {
        let before = left;
        for (count, unit) in taken.iter_mut().zip(units.values()) {
            if left > 0 && *count < unit.len() {
                *count += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    let mut chosen = management;
    for (count, unit) in taken.into_iter().zip(units.into_values()) {
        let all = unit.len();
        let places: Vec<usize> = (0..count).map(|at| at * all / count).collect();
        let of_unit = unit.into_iter().enumerate();
        chosen.extend(
            of_unit
                .filter(|(at, _)| places.contains(at))
                .map(|(_, account)| account),
        );
    }
    chosen.sort_by(|left, right| left.id.cmp(&right.id));
    chosen
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Operation, Source};
    use s3attest_model::identifiers::AccountId;
    use s3attest_model::organization::{AccountState, Selection};

    use super::*;

    fn account(number: u32, unit: &str, is_management: bool) -> Account {
        let source = Source::not_called(Operation::named("organizations.ListAccounts"));
        Account {
            id: AccountId::new(format!("{number:012}")).expect("twelve digits"),
            name: String::new(),
            email: None,
            state: AccountState::Active,
            organizational_unit: Evidence::present(unit.to_owned(), source.clone()),
            ancestors: Evidence::absent(source.clone()),
            tags: Evidence::absent(source),
            joined_at: None,
            is_management,
            selection: Selection::Selected,
        }
    }

    fn numbers(sample: &[Account]) -> Vec<u32> {
        sample
            .iter()
            .map(|account| account.id.as_str().parse().expect("digits"))
            .collect()
    }

    #[test]
    fn a_sample_has_the_management_account_and_something_of_every_unit() {
        let mut accounts: Vec<Account> = (1..=8).map(|number| account(number, "/a", false)).collect();
        accounts.push(account(20, "/b", false));
        accounts.push(account(30, "/c", false));
        accounts.push(account(99, "/", true));
        assert_eq!(numbers(&spread(accounts.clone(), 1)), [99]);
        assert_eq!(numbers(&spread(accounts.clone(), 4)), [1, 20, 30, 99]);
        assert_eq!(numbers(&spread(accounts.clone(), 7)), [1, 3, 5, 7, 20, 30, 99]);
        assert_eq!(spread(accounts.clone(), 11).len(), 11);
        assert_eq!(spread(accounts, 1_000).len(), 11);
    }
}
