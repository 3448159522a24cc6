//! Foreign text on its way into JSON: legible, and no longer than the reader takes.
//!
//! JSON's own escapes keep a text in its place; this keeps it from deceiving whoever prints it later. It knows no format.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::text::legible;

/// A text that is written with its treacherous characters made visible.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Legible<'a>(pub(crate) &'a str);

impl Serialize for Legible<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&legible(self.0))
    }
}

/// The legible text in at most `limit` bytes of UTF-8; a text that had to be cut ends in `…` and says how long it was.
pub(crate) fn within(text: &str, limit: usize) -> Cow<'_, str> {
    let text = legible(text);
    if text.len() <= limit {
        return text;
    }
    let ending = format!("… ({} characters)", text.chars().count());
    let mut end = limit.saturating_sub(ending.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{ending}", text[..end].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_legible_and_fits_in_bytes() {
        assert_eq!(
            serde_json::to_string(&Legible("a\u{1b}\u{202e}\"")).expect("JSON"),
            r#""a[U+001B][U+202E]\"""#
        );
        assert_eq!(within("short", 5), "short");
        let cut = within(&"ä".repeat(200), 64).into_owned();
        assert!(cut.len() <= 64 && cut.ends_with("… (200 characters)"), "{cut}");
    }

    #[test]
    fn what_is_cut_says_so_whatever_the_limit() {
        let long = "\u{1b}é".repeat(1_000);
        for limit in [64, 256, 512, 1_024, 2_048] {
            let cut = within(&long, limit);
            assert!(cut.len() <= limit && cut.contains("characters)"), "{limit}");
        }
    }
}
