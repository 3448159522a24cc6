//! Numbers, times and foreign text as a person reads them.
//!
//! It knows nothing of pages or tables.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;

/// Makes characters visible that a reader cannot see and that change what is shown: control characters (a terminal
/// obeys them), those that turn the direction of text around, and two that are no characters, which XML does not take. Tabs
/// and line feeds stay.
pub(crate) fn legible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            _ if !is_treacherous(character) => shown.push(character),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "[U+{:04X}]", u32::from(character));
            }
        }
    }
    Cow::Owned(shown)
}

pub(crate) fn is_treacherous(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a text of more than `limit` characters, and the whole of a shorter one.
pub(crate) fn clip(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!(
            "{}… ({} characters)",
            text[..end].trim_end(),
            count(text.chars().count() as u64)
        )),
    }
}

/// A number with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with a noun in the right form.
pub(crate) fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

/// Ten-thousandths as a percentage with the digits that it has, never rounded up.
pub(crate) fn share(ten_thousandths: u32) -> String {
    let (whole, part) = (ten_thousandths / 100, ten_thousandths % 100);
    match (part / 10, part % 10) {
        (0, 0) => format!("{whole} %"),
        (tenths, 0) => format!("{whole}.{tenths} %"),
        (tenths, hundredths) => format!("{whole}.{tenths}{hundredths} %"),
    }
}

/// A moment to the second, in UTC.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A moment as tables write it (RFC 3339, to the second, in UTC).
pub(crate) fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_deceive_become_visible() {
        assert_eq!(legible("a\u{202e}b\u{1b}[31m\0"), "a[U+202E]b[U+001B][31m[U+0000]");
        assert_eq!(legible("\u{9b}31m"), "[U+009B]31m");
        assert_eq!(legible("\u{fffd}\u{fffe}\u{ffff}"), "\u{fffd}[U+FFFE][U+FFFF]");
        assert!(matches!(legible("plain\ttext\n€"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_share_is_never_rounded_up() {
        for (value, text) in [
            (10_000, "100 %"),
            (9_999, "99.99 %"),
            (9_250, "92.5 %"),
            (0, "0 %"),
            (7, "0.07 %"),
        ] {
            assert_eq!(share(value), text);
        }
    }

    #[test]
    fn thousands_are_separated() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn a_long_text_is_clipped_and_says_so() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("äöüß", 2), "äö… (4 characters)");
    }
}
