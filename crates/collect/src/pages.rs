//! Turning the pages of a list that some service hands out in parts, with an end to lists that have none.

use std::collections::HashSet;

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
