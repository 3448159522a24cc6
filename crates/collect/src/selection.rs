//! Which accounts a run takes up. Pure: it knows the configuration and the accounts, and asks nobody.

use globset::{Glob, GlobBuilder, GlobMatcher};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, AccountState, Selection};
use s3attest_model::run::ScopeSelection;

/// A selection that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// An account id of the wrong form.
    #[error("{key} holds {invalid}")]
    InvalidAccount {
        /// The configuration key.
        key: &'static str,
        /// What is wrong.
        invalid: s3attest_model::identifiers::InvalidIdentifier,
    },
    /// A pattern that is none.
    #[error("{key} holds the pattern `{pattern}`, which cannot be read: {reason}")]
    InvalidPattern {
        /// The configuration key.
        key: &'static str,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A tag that is none.
    #[error("{key} holds `{text}`, which is not of the form `key=value`")]
    InvalidTag {
        /// The configuration key.
        key: &'static str,
        /// The text.
        text: String,
    },
    /// An account that the organization does not have.
    #[error("{key} names the account {account}, which is not in {organization}; check the id, or remove it")]
    UnknownAccount {
        /// The configuration key.
        key: &'static str,
        /// The account.
        account: AccountId,
        /// Where it was looked for.
        organization: String,
    },
    /// Nothing is left to read.
    #[error(
        "the configuration leaves no account to read: of {listed} listed accounts none is selected; check the include and exclude keys"
    )]
    NothingSelected {
        /// How many accounts there are.
        listed: usize,
    },
}

/// A selection, checked and ready to be asked.
#[derive(Debug)]
pub(crate) struct Scope {
    include_accounts: Vec<AccountId>,
    exclude_accounts: Vec<AccountId>,
    include_units: Vec<Pattern>,
    exclude_units: Vec<Pattern>,
    include_tags: Vec<(String, String)>,
    exclude_tags: Vec<(String, String)>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

fn accounts(key: &'static str, texts: &[String]) -> Result<Vec<AccountId>, SelectionError> {
    texts
        .iter()
        .map(|text| AccountId::new(text.as_str()).map_err(|invalid| SelectionError::InvalidAccount { key, invalid }))
        .collect()
}

fn patterns(key: &'static str, texts: &[String]) -> Result<Vec<Pattern>, SelectionError> {
    let build = |text: &str| -> Result<Glob, globset::Error> { GlobBuilder::new(text).literal_separator(true).build() };
    texts
        .iter()
        .map(|text| match build(text) {
            Ok(glob) => Ok(Pattern {
                text: text.clone(),
                matcher: glob.compile_matcher(),
            }),
            Err(error) => Err(SelectionError::InvalidPattern {
                key,
                pattern: text.clone(),
                reason: error.kind().to_string(),
            }),
        })
        .collect()
}

fn tags(key: &'static str, texts: &[String]) -> Result<Vec<(String, String)>, SelectionError> {
    texts
        .iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
            _ => Err(SelectionError::InvalidTag {
                key,
                text: text.clone(),
            }),
        })
        .collect()
}

impl Scope {
    pub(crate) fn new(selection: &ScopeSelection) -> Result<Self, SelectionError> {
        Ok(Self {
            include_accounts: accounts("scope.include_accounts", &selection.include_accounts)?,
            exclude_accounts: accounts("scope.exclude_accounts", &selection.exclude_accounts)?,
            include_units: patterns(
                "scope.include_organizational_units",
                &selection.include_organizational_units,
            )?,
            exclude_units: patterns(
                "scope.exclude_organizational_units",
                &selection.exclude_organizational_units,
            )?,
            include_tags: tags("scope.include_tags", &selection.include_tags)?,
            exclude_tags: tags("scope.exclude_tags", &selection.exclude_tags)?,
        })
    }

    /// Whether tags of accounts decide anything, and so must be read.
    pub(crate) fn needs_tags(&self) -> bool {
        !self.include_tags.is_empty() || !self.exclude_tags.is_empty()
    }

    /// Refuses ids that the organization does not have: a mistyped id would silently leave an account out, or in.
    pub(crate) fn check(&self, accounts: &[Account], organization: &str) -> Result<(), SelectionError> {
        let named = [
            ("scope.include_accounts", &self.include_accounts),
            ("scope.exclude_accounts", &self.exclude_accounts),
        ];
        for (key, ids) in named {
            if let Some(unknown) = ids.iter().find(|id| accounts.iter().all(|account| account.id != **id)) {
                return Err(SelectionError::UnknownAccount {
                    key,
                    account: unknown.clone(),
                    organization: organization.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Whether the run takes an account up.
    pub(crate) fn select(&self, account: &Account) -> Selection {
        if self.exclude_accounts.contains(&account.id) {
            return Selection::Excluded("scope.exclude_accounts names it".to_owned());
        }
        if !self.include_accounts.is_empty() && !self.include_accounts.contains(&account.id) {
            return Selection::Excluded("scope.include_accounts does not name it".to_owned());
        }
        match account.state {
            AccountState::Closed
            | AccountState::PendingActivation
            | AccountState::PendingClosure
            | AccountState::Suspended => return Selection::NotActive,
            // Of a state that this version does not know nobody can say that nothing can be read: the role will tell.
            AccountState::Active | AccountState::Other(_) => {}
        }
        self.select_by_unit(account)
            .or_else(|| self.select_by_tag(account))
            .unwrap_or(Selection::Selected)
    }

    fn select_by_unit(&self, account: &Account) -> Option<Selection> {
        if self.include_units.is_empty() && self.exclude_units.is_empty() {
            return None;
        }
        let path = match account.organizational_unit.known() {
            Ok(Some(path)) => path,
            Ok(None) => "/",
            Err(unknown) => {
                return Some(Selection::Undecided(format!(
                    "its organizational unit is unknown: {unknown}"
                )));
            }
        };
        if let Some(pattern) = self.exclude_units.iter().find(|pattern| pattern.matcher.is_match(path)) {
            let text = format!(
                "scope.exclude_organizational_units matches `{path}` by `{}`",
                pattern.text
            );
            return Some(Selection::Excluded(text));
        }
        if !self.include_units.is_empty() && !self.include_units.iter().any(|pattern| pattern.matcher.is_match(path)) {
            return Some(Selection::Excluded(format!(
                "scope.include_organizational_units does not match `{path}`"
            )));
        }
        None
    }

    fn select_by_tag(&self, account: &Account) -> Option<Selection> {
        if !self.needs_tags() {
            return None;
        }
        let empty = std::collections::BTreeMap::new();
        let tags = match account.tags.known() {
            Ok(tags) => tags.unwrap_or(&empty),
            Err(unknown) => return Some(Selection::Undecided(format!("its tags are unknown: {unknown}"))),
        };
        let has = |(name, value): &&(String, String)| tags.get(name) == Some(value);
        if let Some((name, value)) = self.exclude_tags.iter().find(has) {
            return Some(Selection::Excluded(format!(
                "scope.exclude_tags names its tag `{name}={value}`"
            )));
        }
        if !self.include_tags.is_empty() && !self.include_tags.iter().any(|tag| has(&tag)) {
            return Some(Selection::Excluded(
                "scope.include_tags names none of its tags".to_owned(),
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use s3attest_model::evidence::{Evidence, Operation, Source};

    use super::*;

    const TREE: Operation = Operation::named("organizations.ListOrganizationalUnitsForParent");
    const TAGS: Operation = Operation::named("organizations.ListTagsForResource");

    fn account(id: &str) -> Account {
        Account {
            id: AccountId::new(id).expect("twelve digits"),
            name: String::new(),
            email: None,
            state: AccountState::Active,
            organizational_unit: Evidence::present("/workloads/production".to_owned(), Source::not_called(TREE)),
            ancestors: Evidence::present(vec!["r-root".to_owned()], Source::not_called(TREE)),
            tags: Evidence::present(
                BTreeMap::from([("stage".to_owned(), "production".to_owned())]),
                Source::not_called(TAGS),
            ),
            joined_at: None,
            is_management: false,
            selection: Selection::Selected,
        }
    }

    fn scope(change: impl FnOnce(&mut ScopeSelection)) -> Scope {
        let mut selection = ScopeSelection::default();
        change(&mut selection);
        Scope::new(&selection).expect("a valid selection")
    }

    #[test]
    fn without_keys_every_active_account_is_selected() {
        let scope = scope(|_| ());
        assert_eq!(scope.select(&account("000000000001")), Selection::Selected);
        let mut suspended = account("000000000001");
        suspended.state = AccountState::Suspended;
        assert_eq!(scope.select(&suspended), Selection::NotActive);
        let mut of_tomorrow = account("000000000001");
        of_tomorrow.state = AccountState::Other("HIBERNATING".to_owned());
        assert_eq!(scope.select(&of_tomorrow), Selection::Selected);
    }

    #[test]
    fn a_star_stays_within_a_level_and_two_stars_do_not() {
        let select = |pattern: &str| {
            scope(|keys| keys.include_organizational_units = vec![pattern.to_owned()]).select(&account("000000000001"))
        };
        assert_eq!(select("/workloads/*"), Selection::Selected);
        assert_eq!(select("/**"), Selection::Selected);
        assert!(matches!(select("/*"), Selection::Excluded(_)));
    }

    #[test]
    fn an_account_whose_place_or_tags_are_unknown_is_undecided_and_never_silently_in_or_out() {
        let mut unknown = account("000000000001");
        unknown.organizational_unit = Evidence::not_collected(TREE);
        unknown.tags = Evidence::not_collected(TAGS);
        let by_unit = scope(|keys| keys.exclude_organizational_units = vec!["/sandbox/**".to_owned()]);
        assert!(matches!(by_unit.select(&unknown), Selection::Undecided(_)));
        let by_tag = scope(|keys| keys.include_tags = vec!["stage=production".to_owned()]);
        assert!(matches!(by_tag.select(&unknown), Selection::Undecided(_)));
        assert_eq!(scope(|_| ()).select(&unknown), Selection::Selected);
    }

    #[test]
    fn exclusion_wins_over_inclusion() {
        let scope = scope(|keys| {
            keys.include_tags = vec!["stage=production".to_owned()];
            keys.exclude_accounts = vec!["000000000001".to_owned()];
        });
        assert!(matches!(scope.select(&account("000000000001")), Selection::Excluded(_)));
        assert_eq!(scope.select(&account("000000000002")), Selection::Selected);
    }

    #[test]
    fn mistakes_are_named() {
        let error = |change: fn(&mut ScopeSelection)| {
            let mut selection = ScopeSelection::default();
            change(&mut selection);
            Scope::new(&selection).expect_err("an invalid selection").to_string()
        };
        assert!(error(|keys| keys.include_accounts = vec!["123".to_owned()]).contains("`123`"));
        assert!(error(|keys| keys.include_tags = vec!["stage".to_owned()]).contains("`stage`"));
        assert!(error(|keys| keys.exclude_organizational_units = vec!["/a[".to_owned()]).contains("`/a[`"));
        let unknown = scope(|keys| keys.include_accounts = vec!["000000000009".to_owned()]);
        let refused = unknown.check(&[account("000000000001")], "the organization o-1");
        assert!(refused.is_err_and(|error| error.to_string().contains("000000000009")));
    }
}
