//! The lists of accounts: all of them in numbered pages, those that were not read in full, and those with the worst
//! findings.
//!
//! Whatever the number of accounts, no more than a page of rows is held for each list.

use serde::Serialize;

use super::account::{AccountRow, Failed};
use super::book::{Book, PageError, Sheet};
use super::pager::{Pager, ROWS};
use super::places;

/// How many accounts the front page lists, of those not read in full and of those with the worst findings each.
pub(super) const ON_FRONT_PAGE: usize = 250;

#[derive(Serialize)]
struct AccountsPage<'page> {
    rows: &'page [AccountRow],
    pager: Pager,
}

/// The lists in the making.
pub(super) struct Accounts {
    rows: Vec<AccountRow>,
    page: u64,
    pub(super) total: u64,
    /// Accounts in scope that were not read in full, and those that are out of scope with a reason, by id.
    pub(super) not_fully_read: Vec<AccountRow>,
    pub(super) not_fully_read_total: u64,
    worst: Vec<(Failed, AccountRow)>,
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            page: 1,
            total: 0,
            not_fully_read: Vec::new(),
            not_fully_read_total: 0,
            worst: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, book: &Book<'_>, row: AccountRow, failed: Failed) -> Result<(), PageError> {
        self.total += 1;
        if row.status.is_none_or(|status| status.key != "assessed") {
            self.not_fully_read_total += 1;
            if self.not_fully_read.len() < ON_FRONT_PAGE {
                self.not_fully_read.push(row.clone());
            }
        }
        // Worst first, and by id where two are equally bad: rows come by id, and later ones are placed behind.
        let place = self.worst.partition_point(|(other, _)| *other >= failed);
        if place < ON_FRONT_PAGE {
            self.worst.insert(place, (failed, row.clone()));
            self.worst.truncate(ON_FRONT_PAGE);
        }
        if self.rows.len() == ROWS {
            self.write(book, true)?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// Writes the last page and gives the accounts with the worst findings.
    pub(super) fn finish(&mut self, book: &Book<'_>) -> Result<(), PageError> {
        self.write(book, false)
    }

    /// The accounts with the worst findings, the worst first.
    pub(super) fn worst(&self) -> impl Iterator<Item = &AccountRow> {
        self.worst.iter().map(|(_, row)| row)
    }

    fn write(&mut self, book: &Book<'_>, has_next: bool) -> Result<(), PageError> {
        let rows = std::mem::take(&mut self.rows);
        let view = AccountsPage {
            pager: Pager::new("accounts", self.page, rows.len(), None, has_next, places::accounts),
            rows: &rows,
        };
        book.page(
            Sheet {
                template: "pages/accounts.hbs",
                path: &places::accounts(self.page),
                title: "Accounts",
                section: "accounts",
            },
            &view,
        )?;
        self.page += 1;
        Ok(())
    }
}
