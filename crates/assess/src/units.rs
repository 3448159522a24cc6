//! The organizational units above an account, from the ids and names that the organization gives.
//!
//! It does not guess: an account whose place could not be read has no known units, and whoever rolls up has to reckon with
//! its belonging to any of them.

use std::collections::BTreeMap;

use s3attest_model::organization::{Account, Branch};

use crate::frameworks::OrganizationalUnit;

/// The paths of the organization's units by id.
#[derive(Debug, Clone, Default)]
pub struct UnitPaths {
    paths: BTreeMap<String, String>,
}

impl UnitPaths {
    /// Notes a branch of the tree.
    pub fn branch(&mut self, branch: &Branch) {
        self.paths.insert(branch.id.clone(), branch.path.clone());
    }

    /// The units above an account, from the root down; empty for an account directly under the root, `None` when nobody
    /// knows.
    ///
    /// The ids above it say which units they are. Runs of before ids were read know a path of names only, which is taken
    /// apart at its slashes.
    #[must_use]
    pub fn above(&self, account: &Account) -> Option<Vec<OrganizationalUnit>> {
        self.by_ids(account).or_else(|| by_names(account))
    }

    fn by_ids(&self, account: &Account) -> Option<Vec<OrganizationalUnit>> {
        let ancestors = account.ancestors.known().ok().flatten()?;
        let unit = |id: &String| {
            Some(OrganizationalUnit {
                path: self.paths.get(id)?.clone(),
                id: Some(id.clone()),
            })
        };
        // The first is the root, which is the organization itself.
        ancestors.iter().skip(1).map(unit).collect()
    }
}

fn by_names(account: &Account) -> Option<Vec<OrganizationalUnit>> {
    let path = account.organizational_unit.known().ok().flatten()?;
    let mut units = Vec::new();
    let mut upper = String::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        upper.push('/');
        upper.push_str(name);
        units.push(OrganizationalUnit {
            path: upper.clone(),
            id: None,
        });
    }
    Some(units)
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Gap, GapCause, Operation, Source};
    use s3attest_model::identifiers::AccountId;
    use s3attest_model::organization::{AccountState, Selection};

    use super::*;

    fn source() -> Source {
        Source::not_called(Operation::named("organizations.ListParents"))
    }

    fn gap<T>() -> Evidence<T> {
        Evidence::gap(Gap::new(GapCause::Denied, "no"), source())
    }

    fn account(path: Option<&str>, ancestors: Option<&[&str]>) -> Account {
        Account {
            id: AccountId::new("000000000001").expect("twelve digits"),
            name: String::new(),
            email: None,
            state: AccountState::Active,
            organizational_unit: path.map_or_else(gap, |path| Evidence::present(path.to_owned(), source())),
            ancestors: ancestors.map_or_else(gap, |ids| {
                Evidence::present(ids.iter().map(ToString::to_string).collect(), source())
            }),
            tags: gap(),
            joined_at: None,
            is_management: false,
            selection: Selection::Selected,
        }
    }

    #[test]
    fn ids_come_before_names_and_what_nobody_knows_stays_unknown() {
        let mut paths = UnitPaths::default();
        for (id, path) in [("r-1", "/"), ("ou-a", "/a/x"), ("ou-b", "/a/x/b")] {
            paths.branch(&Branch {
                id: id.to_owned(),
                path: path.to_owned(),
                units: gap(),
            });
        }
        let above = |path, ancestors: Option<&[&str]>| {
            let units = paths.above(&account(path, ancestors))?;
            let one = |unit: OrganizationalUnit| (unit.path, unit.id);
            Some(units.into_iter().map(one).collect::<Vec<_>>())
        };
        let unit = |path: &str, id: Option<&str>| (path.to_owned(), id.map(str::to_owned));
        assert_eq!(
            above(Some("/a/x/b"), Some(&["r-1", "ou-a", "ou-b"])),
            Some(vec![unit("/a/x", Some("ou-a")), unit("/a/x/b", Some("ou-b"))])
        );
        assert_eq!(
            above(Some("/a/b"), None),
            Some(vec![unit("/a", None), unit("/a/b", None)])
        );
        assert_eq!(above(Some("/"), None), Some(Vec::new()));
        assert_eq!(above(Some("/"), Some(&["r-1"])), Some(Vec::new()));
        assert_eq!(above(None, Some(&["r-1", "ou-lost"])), None);
        assert_eq!(above(None, None), None);
    }
}
