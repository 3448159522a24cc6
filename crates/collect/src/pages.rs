//! Turning the pages of a list that some service hands out in parts, with an end to lists that have none.

use std::collections::HashSet;

use futures::stream::{self, StreamExt};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};

/// How many entries of one list are asked about at the same time.
const DETAILS_AT_ONCE: usize = 8;

/// More pages than any list that this program reads can have.
const MOST_PAGES: usize = 20_000;

/// Where a list stands.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    token: Option<String>,
    /// Every token that was followed: a list that leads back to one of them has no end.
    followed: HashSet<String>,
}

/// What comes after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Another page, also after an empty one.
    Next,
    /// Nothing.
    Last,
    /// The list leads back to where it was, or has no end; the text says so.
    Endless(&'static str),
}

impl Pages {
    /// The token to ask for the next page with.
    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// Turns to the page that a token leads to.
    pub(crate) fn turn(&mut self, next: Option<String>) -> Turn {
        match next {
            None => Turn::Last,
            Some(next) if next.is_empty() => Turn::Last,
            Some(next) if self.followed.contains(&next) => {
                Turn::Endless("the list leads back to a page that it gave before")
            }
            Some(_) if self.followed.len() >= MOST_PAGES => Turn::Endless("the list has no end"),
            Some(next) => {
                self.followed.insert(next.clone());
                self.token = Some(next);
                Turn::Next
            }
        }
    }
}

/// One page of a list.
pub(crate) struct Listed<T> {
    pub(crate) entries: Vec<T>,
    /// The token of the next page.
    pub(crate) next: Option<String>,
}

/// A whole list, page by page: present when it was read to its end, absent when AWS says so of the first page, and a gap
/// when any page could not be read. What came before the gap is let go, since a part of a list proves nothing.
///
/// The source is that of the last page.
pub(crate) async fn list<T, Page>(mut page: impl FnMut(Option<String>) -> Page) -> Evidence<Vec<T>>
where
    Page: Future<Output = Evidence<Listed<T>>>,
{
    let mut entries = Vec::new();
    let mut pages = Pages::default();
    loop {
        let Evidence { observed, source } = page(pages.token()).await;
        let listed = match observed {
            Observed::Present(listed) => listed,
            Observed::Absent if pages.token().is_none() => return Evidence::absent(source),
            Observed::Absent => {
                let gap = Gap::new(GapCause::MalformedAnswer, "the list was withdrawn while it was read");
                return Evidence::gap(gap, source);
            }
            Observed::Gap(gap) => return Evidence::gap(gap, source),
        };
        entries.extend(listed.entries);
        match pages.turn(listed.next) {
            Turn::Next => {}
            Turn::Last => return Evidence::present(entries, source),
            Turn::Endless(detail) => {
                return Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), source);
            }
        }
    }
}

/// Asks about each entry of a list, some at the same time, and keeps their order.
pub(crate) async fn detailed<S, T, Detail>(
    listed: Evidence<Vec<S>>,
    detail: impl FnMut(S) -> Detail,
) -> Evidence<Vec<T>>
where
    Detail: Future<Output = T>,
{
    let Evidence { observed, source } = listed;
    let observed = match observed {
        Observed::Present(entries) => {
            let details = stream::iter(entries).map(detail).buffered(DETAILS_AT_ONCE);
            Observed::Present(details.collect().await)
        }
        Observed::Absent => Observed::Absent,
        Observed::Gap(gap) => Observed::Gap(gap),
    };
    Evidence { observed, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_without_a_token_and_never_goes_round_in_circles() {
        let mut pages = Pages::default();
        assert_eq!(pages.turn(Some("a".to_owned())), Turn::Next);
        assert_eq!(pages.token().as_deref(), Some("a"));
        assert!(matches!(pages.turn(Some("a".to_owned())), Turn::Endless(_)));
        assert_eq!(pages.turn(Some("b".to_owned())), Turn::Next);
        assert!(
            matches!(pages.turn(Some("a".to_owned())), Turn::Endless(_)),
            "also by a detour"
        );
        assert_eq!(pages.turn(None), Turn::Last);
        let mut pages = Pages::default();
        let ended = (0..=MOST_PAGES).any(|page| matches!(pages.turn(Some(page.to_string())), Turn::Endless(_)));
        assert!(ended);
    }
}
