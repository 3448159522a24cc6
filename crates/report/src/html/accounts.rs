//! The lists of accounts: all of them in numbered pages, those that were not read in full, and those with the worst
//! findings, before which stand those whose findings nobody knows.
//!
//! Whatever the number of accounts, no more than a page of rows is held for each list.

use serde::Serialize;

use super::account::{Failed, Finished};
use super::account_row::AccountRow;
use super::book::{Book, PageError, Sheet};
use super::pager::{Pager, ROWS};
use super::places;
use super::ranked::{Leading, Ranked};
use crate::foremost::Foremost;
use crate::unread::Unread;

/// How many accounts the front page lists, of those not read in full and of those with the worst findings each.
pub(super) const ON_FRONT_PAGE: usize = 250;

/// Longer lists of what was not read are folded there.
pub(super) const UNREAD_OPEN: u64 = 12;

#[derive(Serialize)]
struct AccountsPage<'page> {
    rows: &'page [AccountRow],
    pager: Pager,
}

/// The lists in the making.
pub(super) struct Accounts {
    rows: Vec<AccountRow>,
    page: u64,
    not_fully_read: Foremost<Unread, AccountRow>,
    worst: Ranked<Failed, AccountRow>,
}

/// What the front page shows of the accounts.
#[derive(Debug)]
pub(super) struct Leaders {
    /// Accounts in scope that were not read in full, those of which least is known first, then those out of scope; by id
    /// where they are equal.
    pub(super) not_fully_read: Vec<AccountRow>,
    pub(super) not_fully_read_total: u64,
    pub(super) worst: Leading<AccountRow>,
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            page: 1,
            not_fully_read: Foremost::new(ON_FRONT_PAGE),
            worst: Ranked::new(ON_FRONT_PAGE),
        }
    }

    pub(super) fn add(&mut self, book: &Book<'_>, account: Finished) -> Result<(), PageError> {
        let Finished {
            row, unread, failed, ..
        } = account;
        if let Some(unread) = unread {
            self.not_fully_read.offer(unread, || row.clone());
        }
        self.worst.add(unread, failed, &row);
        if self.rows.len() == ROWS {
            self.write(book, true)?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// Writes the last page and gives what the front page shows.
    pub(super) fn finish(mut self, book: &Book<'_>) -> Result<Leaders, PageError> {
        self.write(book, false)?;
        Ok(Leaders {
            not_fully_read_total: self.not_fully_read.total(),
            not_fully_read: self.not_fully_read.into_rows(),
            worst: self.worst.finish(),
        })
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
