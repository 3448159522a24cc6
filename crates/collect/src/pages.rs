//! Turning the pages of a list that some service hands out in parts, with an end to lists that have none.

/// More pages than any list that this program reads can have.
const MOST_PAGES: u32 = 100_000;

/// Where a list stands.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    token: Option<String>,
    turned: u32,
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
        self.turned += 1;
        match next {
            None => Turn::Last,
            Some(next) if next.is_empty() => Turn::Last,
            Some(next) if self.token.as_ref() == Some(&next) => {
                Turn::Endless("the list's token leads to the same page again")
            }
            Some(_) if self.turned >= MOST_PAGES => Turn::Endless("the list has no end"),
            Some(next) => {
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
        assert_eq!(pages.turn(None), Turn::Last);
        let mut pages = Pages::default();
        let ended = (0..=MOST_PAGES).any(|page| matches!(pages.turn(Some(page.to_string())), Turn::Endless(_)));
        assert!(ended);
    }
}
