//! A list that is too long for one page: where a page stands among its neighbours.
//!
//! It does not know what is listed.

use serde::Serialize;

/// How many rows a page holds.
pub(super) const ROWS: usize = 1_000;

/// Where a page stands.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Pager {
    /// The numbers of the first and the last row on the page, from 1.
    pub(super) first: u64,
    pub(super) last: u64,
    /// How many rows there are on all pages, where that is known.
    pub(super) total: Option<u64>,
    /// What a row is, in the plural.
    pub(super) noun: &'static str,
    /// The pages before and after, as paths within the report.
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// Whether this is one of several pages.
    pub(super) is_one_of_several: bool,
}

impl Pager {
    /// The `page`-th page (from 1) with `rows` rows.
    pub(super) fn new(
        noun: &'static str,
        page: u64,
        rows: usize,
        total: Option<u64>,
        has_next: bool,
        place: impl Fn(u64) -> String,
    ) -> Self {
        let before = (page - 1) * ROWS as u64;
        Self {
            first: before + u64::from(rows > 0),
            last: before + rows as u64,
            total,
            noun,
            previous: (page > 1).then(|| place(page - 1)),
            next: has_next.then(|| place(page + 1)),
            is_one_of_several: page > 1 || has_next,
        }
    }
}
