//! Foreign text in Markdown: shown as it is, and never as markup.
//!
//! Two dialects are read in practice, CommonMark and GitHub Flavored Markdown; the second also turns bare addresses into
//! links and, on the site, `@team` into a mention and `#123` into a reference. None of that happens within a code span
//! (GitHub Docs, "Mentioning people and teams", "Autolinked references and URLs"), so foreign text stands in one.

use std::borrow::Cow;

use crate::text::{clip, legible};

/// Foreign text of any length as a code span that fits into a table's cell; a dash for nothing.
pub(super) fn code(text: &str, limit: usize) -> String {
    // A line end of Windows is a line end; any other carriage return is shown by its number.
    let text = text.trim().replace("\r\n", "\n");
    let text = clip(&text, limit);
    let mut line = String::with_capacity(text.len());
    for character in legible(&text).chars() {
        match character {
            // A table's cell ends at a bar, also within a code span, and a backslash before it may be one of the text.
            '|' => line.push_str("[U+007C]"),
            _ if character.is_whitespace() || character.is_control() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            _ => line.push(character),
        }
    }
    let line = line.trim();
    if line.is_empty() {
        return "–".to_owned();
    }
    let longest = line
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space beside a backtick keeps it from becoming a part of the fence; a reader strips one on each side.
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}

/// The program's own words (a check's title) as text, with every sign escaped that could be markup. Words that a user may
/// have put in and that a site would link are shown as code.
pub(super) fn words(text: &str, limit: usize) -> Cow<'_, str> {
    let is_linked = ["@", "#", "://", "www."].iter().any(|sign| text.contains(sign));
    if is_linked || text.contains(['\n', '\r', '|']) {
        return Cow::Owned(code(text, limit));
    }
    let clipped = clip(text, limit);
    let mut line = String::with_capacity(clipped.len() + 8);
    for character in legible(&clipped).chars() {
        // "Any ASCII punctuation character may be backslash-escaped" (CommonMark, section 2.4).
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '&' | '~' | '!' | '$' | '^'
        ) {
            line.push('\\');
        }
        line.push(character);
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// What a reader sees of a cell, and whether any of it became markup.
    fn seen(cell: &str) -> (String, bool) {
        let page = format!("| head | other |\n|---|---|\n| {cell} | behind |\n");
        let mut text = String::new();
        let mut is_marked_up = false;
        let mut cells = 0;
        for event in Parser::new_ext(&page, Options::all()) {
            match event {
                Event::Code(code) => text.push_str(&code),
                Event::Text(more) => text.push_str(&more),
                Event::Start(Tag::TableCell) => cells += 1,
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow) | Event::End(_) => {}
                _ => is_marked_up = true,
            }
        }
        assert_eq!(cells, 4, "{page}");
        let body = text
            .strip_prefix("headother")
            .and_then(|text| text.strip_suffix("behind"));
        (body.unwrap_or_default().to_owned(), is_marked_up)
    }

    #[test]
    fn foreign_text_is_shown_and_is_no_markup() {
        for (text, shown) in [
            ("plain", "plain"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("![x](http://a/b)", "![x](http://a/b)"),
            ("@team #123 http://example.com", "@team #123 http://example.com"),
            ("a`b``c", "a`b``c"),
            ("``", "``"),
            ("`", "`"),
            ("a|b\\|c", "a[U+007C]b\\[U+007C]c"),
            ("two\nlines\r\n\tmore", "two lines more"),
            ("\u{202e}evil", "[U+202E]evil"),
            ("", "–"),
            (" \u{a0} ", "–"),
        ] {
            let (seen, is_marked_up) = seen(&code(text, 100));
            assert_eq!((seen.as_str(), is_marked_up), (shown, false), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        assert!(code(&"A".repeat(10_000), 60).len() < 100);
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup(text in "[\\PC\\n|`\\\\*_<>\\[\\]()!@#&$~]{0,40}") {
            let (_, is_marked_up) = seen(&code(&text, 60));
            prop_assert!(!is_marked_up, "{}", code(&text, 60));
            let (_, is_marked_up) = seen(&words(&text, 60));
            prop_assert!(!is_marked_up, "{}", words(&text, 60));
        }
    }
}
