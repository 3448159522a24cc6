//! Text as a cell of a workbook takes it: what a reader cannot see made visible, and what is too long cut, which the cell
//! then says.
//!
//! It knows nothing of formulas: a cell of text is never one, whatever it begins with.

use std::borrow::Cow;

use crate::text::{count, legible};

/// How long a cell's text may be, in units of UTF-16 (Microsoft Support, "Excel specifications and limits").
const LONGEST: usize = 32_767;

/// A text for a cell; a longer one than a cell takes ends in a note that says how long it is and where the whole stands.
pub(super) fn cell_text<'text>(text: &'text str, table: &str) -> Cow<'text, str> {
    let shown = legible(text);
    if shown.len() <= LONGEST || units(&shown) <= LONGEST {
        return shown;
    }
    let note = format!(
        "… [cut: {} characters; the whole stands in {table}.csv, format csv]",
        count(shown.chars().count() as u64)
    );
    let mut room = LONGEST - units(&note);
    let mut kept = String::with_capacity(LONGEST);
    for character in shown.chars() {
        match room.checked_sub(character.len_utf16()) {
            Some(left) => room = left,
            None => break,
        }
        kept.push(character);
    }
    kept.push_str(&note);
    Cow::Owned(kept)
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_cell_takes_stays_whole_and_a_longer_one_says_how_long_it_was() {
        let longest = "a".repeat(LONGEST);
        assert_eq!(cell_text(&longest, "findings"), longest);
        let cut = cell_text(&"a".repeat(LONGEST + 1), "findings").into_owned();
        assert_eq!(units(&cut), LONGEST);
        assert!(cut.ends_with("a… [cut: 32,768 characters; the whole stands in findings.csv, format csv]"));
    }

    #[test]
    fn characters_that_take_two_units_are_counted_as_two_and_never_halved() {
        let cut = cell_text(&"😀".repeat(LONGEST), "findings").into_owned();
        assert!((LONGEST - 1..=LONGEST).contains(&units(&cut)), "{}", units(&cut));
        let longest = "😀".repeat(LONGEST / 2);
        assert_eq!(cell_text(&longest, "findings"), longest);
    }

    #[test]
    fn control_characters_are_shown_by_their_number_and_a_formula_stays_text() {
        assert_eq!(
            cell_text("=1\u{1b}\u{202e}\r", "findings"),
            "=1[U+001B][U+202E][U+000D]"
        );
    }
}
